"""Every sentence that the tutor itself says, in both languages, from `texts.yaml`."""

from functools import lru_cache
from importlib.resources import files

from pydantic import TypeAdapter

from ingest.values import Language
from ingest.yaml_text import parse_yaml

_TEXTS: TypeAdapter[dict[str, dict[Language, str]]] = TypeAdapter(dict[str, dict[Language, str]])


@lru_cache(maxsize=1)
def all_texts() -> dict[str, dict[Language, str]]:
    """Texts by key and language."""
    loaded = parse_yaml(files("app").joinpath("texts.yaml").read_text("utf-8"))
    return _TEXTS.validate_python(loaded)


def text(key: str, language: Language, **values: object) -> str:
    """The text of a key with its `{names}` filled in; an unknown key or a missing name raises KeyError."""
    return all_texts()[key][language].format(**values)
