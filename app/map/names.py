"""Names of fields and states for a learner."""

from app.map.values import State
from app.texts import text
from ingest.values import Language

_FIELDS = {
    "maths": "map_field_maths",
    "programming": "map_field_programming",
    "machine-learning": "map_field_machine_learning",
    "neural-networks": "map_field_neural_networks",
    "nlp": "map_field_nlp",
    "transformers": "map_field_transformers",
    "llm": "map_field_llm",
    "adaptation": "map_field_adaptation",
    "applications": "map_field_applications",
    "engineering": "map_field_engineering",
}
_STATES: dict[State, str] = {
    "known": "map_known",
    "review": "map_review",
    "next": "map_next",
    "ready": "map_ready",
    "locked": "map_locked",
}


def field_name(field: str, language: Language) -> str:
    """The name of a field; a field of a user's own corpus is called as the corpus calls it."""
    return text(_FIELDS[field], language) if field in _FIELDS else field


def state_name(state: State, language: Language) -> str:
    """The name of a state."""
    return text(_STATES[state], language)
