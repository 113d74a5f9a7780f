"""The tutor's own sentences stand in both languages."""

import re
import string

import pytest

from app.texts import all_texts, text
from ingest.settings import PROJECT

ONE_SIDED = {"only_zh", "only_en"}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(all_texts()))
def test_a_text_has_both_languages_with_the_same_placeholders(key: str) -> None:
    texts = all_texts()[key]
    assert texts.keys() == {"zh", "en"}
    assert _placeholders(texts["zh"]) == _placeholders(texts["en"])
    assert key in ONE_SIDED or all(value.strip() for value in texts.values())


@pytest.mark.parametrize("key", sorted(all_texts()))
def test_the_english_of_a_text_has_no_chinese_in_it(key: str) -> None:
    assert not re.search(r"[\u4e00-\u9fff]", all_texts()[key]["en"].replace("中文", ""))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError, match="no_such_text"):
        text("no_such_text", "en")


def test_a_missing_name_is_refused() -> None:
    with pytest.raises(KeyError, match="topic"):
        text("no_next", "zh")


def test_every_text_is_used_by_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (PROJECT / "app").rglob("*.py"))
    assert [key for key in all_texts() if f'"{key}"' not in code and f"'{key}'" not in code] == []
