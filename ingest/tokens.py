"""Counts tokens with tiktoken, offline: the encodings come from the files that llama-index-core ships."""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

import tiktoken

_SHIPPED = Path("core", "_static", "tiktoken_cache")
Encoding = Literal["o200k_base", "cl100k_base"]


def count_tokens(text: str, encoding: Encoding = "o200k_base") -> int:
    """How many tokens a text has: of today's chat models, or of the embedding models (cl100k_base).

    Models that are not OpenAI's differ by some percent.
    """
    return len(_encoding(encoding).encode(text, disallowed_special=()))


def cut_to_tokens(text: str, most: int, encoding: Encoding) -> str:
    """The beginning of a text that has at most so many tokens, in whole characters."""
    if len(text.encode()) <= most:  # a token has a byte at least
        return text
    tokens = _encoding(encoding).encode(text, disallowed_special=())
    return text if len(tokens) <= most else _encoding(encoding).decode(tokens[:most], errors="ignore")


@lru_cache(maxsize=2)
def _encoding(name: Encoding) -> tiktoken.Encoding:
    spec = importlib.util.find_spec("llama_index")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(folders[0], _SHIPPED)) if folders else ""
    try:
        return tiktoken.get_encoding(name)
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
