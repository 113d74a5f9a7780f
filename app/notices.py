"""What a learner is told beside an answer when something was left out."""

from app.retrieve import Retrieved
from app.texts import text
from ingest.meaning import Reason

_BY_WORDS: dict[Reason, str] = {
    "not_built": "embedding_not_built",
    "down": "embedding_down",
    "slow": "embedding_slow",
    "key": "embedding_key",
    "unknown": "embedding_unknown",
    "busy": "embedding_busy",
    "quota": "embedding_quota",
    "failing": "embedding_failing",
    "refused": "embedding_refused",
    "unreadable": "embedding_unreadable",
    "dimensions": "embedding_dimensions",
}


def by_words_notice(retrieved: Retrieved) -> str:
    """Says so when an embedding model is configured and passages were found by words alone all the same; or ""."""
    if not retrieved.degraded:
        return ""
    reason = text(_BY_WORDS[retrieved.degraded], retrieved.language)
    return text("by_words", retrieved.language, reason=reason)
