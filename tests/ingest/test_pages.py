"""Fetched pages become documents whose names are stable and whose front matter survives any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import PageMeta, read_corpus
from ingest.extract.values import Extracted
from ingest.pages import Origin, own_name, page_name, write_page

ORIGIN = Origin(url="https://a.org/docs/page?x=1", fetched="2026-11-22")


def test_a_page_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    extracted = Extracted(title="A: page", text="# A\n\nText.", language="en", licence="CC BY 4.0", date="2025-01-02")
    name = page_name("https://a.org/docs/page?x=1")
    assert write_page(tmp_path, name, extracted, ORIGIN)
    assert not write_page(tmp_path, name, extracted, ORIGIN)
    [document] = read_corpus(tmp_path, prefix="pages/").documents
    assert document.id == f"pages/{name}"
    assert isinstance(document.meta, PageMeta)
    assert (document.title, document.body.strip()) == ("A: page", "# A\n\nText.")
    assert (document.meta.url, document.meta.date) == ("https://a.org/docs/page?x=1", "2025-01-02")
    assert (document.meta.fetched, document.meta.licence) == ("2026-11-22", "CC BY 4.0")


def test_addresses_that_differ_have_names_that_differ() -> None:
    addresses = [
        "https://a.org/x",
        "https://a.org/x/",
        "https://a.org/x?y",
        "https://b.org/x",
        "https://a.org/%E6%95%99",
    ]
    assert len({page_name(address) for address in addresses}) == len(addresses)
    assert page_name("https://a.org/x") == page_name("https://a.org/x")


@given(title=st.text(max_size=40), text=st.text(min_size=1, max_size=60), address=st.text(max_size=60))
def test_any_page_can_be_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, title: str, text: str, address: str
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    body = f"x {text}".encode("utf-8", "replace").decode()
    extracted = Extracted(title=title.encode("utf-8", "replace").decode(), text=body, language="en")
    write_page(folder, page_name(address), extracted, Origin(url="https://a.org/"))
    write_page(folder, own_name(address.replace("\0", "")), extracted, Origin(source=address))
    assert read_corpus(folder).problems == ()
