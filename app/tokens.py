"""Counts tokens with tiktoken, offline: the encodings come from the files that llama-index-core ships."""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path

import tiktoken

_SHIPPED = Path("core", "_static", "tiktoken_cache")


def count_tokens(text: str) -> int:
    """How many o200k_base tokens a text has; models that are not OpenAI's differ by some percent."""
    return len(_encoding().encode(text, disallowed_special=()))


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    spec = importlib.util.find_spec("llama_index")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(folders[0], _SHIPPED)) if folders else ""
    try:
        return tiktoken.get_encoding("o200k_base")
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
