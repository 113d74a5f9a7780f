"""Which language a text is in, and one folded form for comparing texts of either."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from ingest.values import Language

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def language_of(text: str) -> Language:
    """`zh` when the text has Han characters that outweigh its Latin words, else `en`.

    A Chinese sentence full of English terms is Chinese: every Han character counts as much as one Latin word.
    """
    han = len(HAN.findall(text))
    return "zh" if han and han >= 0.5 * len(_LATIN_WORD.findall(text)) else "en"


def reply_language(question: str) -> Language:
    """The language to answer in: Chinese as soon as the question has a Chinese character outside quotation."""
    return "zh" if HAN.search(question) else "en"


class _Folding(dict[int, str]):
    """What each character folds to, found when it is first met."""

    def __init__(self) -> None:
        traditional, simple = files("ingest").joinpath("t2s.txt").read_text("utf-8").split("\n")[:2]
        self._simplified = str.maketrans(traditional, simple)
        super().__init__()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        normal = unicodedata.normalize("NFKC", character).lower()
        self[code] = (normal if len(normal) == 1 else character).translate(self._simplified)
        return self[code]


@lru_cache(maxsize=1)
def _folding() -> _Folding:
    return _Folding()


def fold(text: str) -> str:
    """Half width, lower case, simplified characters, with the length unchanged: positions carry over.

    >>> fold("ＬＳＴＭ與注意力機制")
    'lstm与注意力机制'
    """
    return text.lower() if text.isascii() else text.translate(_folding())


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Function words of both languages and the words questions are framed with."""
    text = files("ingest").joinpath("stopwords.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
