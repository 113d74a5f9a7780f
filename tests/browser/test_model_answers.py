"""Answers in a model's words: streamed, stopped, doubted, dangerous, failing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit, running
from tests.corpora import build
from tests.model_server import ModelServer, Reply

_LONG = "An RNN reads a sequence one step at a time and keeps a hidden state [1]. " * 30


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as started:
        yield started


@pytest.fixture(scope="module")
def worded(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose answers a scripted model words."""
    data: Path = tmp_path_factory.mktemp("worded")
    build(data)
    with running(data, OPENAI_BASE_URL=model.url, TUTOR_MODEL="scripted") as started:
        yield started


def test_stop_keeps_what_was_said(visit: Visit, worded: Server, model: ModelServer) -> None:
    model.script[:] = [Reply(text=_LONG, delay=0.03)]
    page = visit("/en/", at=worded, locale="en-US").page
    page.fill("#box textarea", "What is an RNN?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .bot-row .pending")
    assert page.input_value("#box textarea") == ""
    page.click("#stop")
    expect(page.locator("#send")).to_be_visible()
    expect(page.locator("#chat .notice")).to_contain_text("You stopped this answer")
    said = page.locator("#chat").text_content() or ""
    assert "An RNN reads" in said
    assert len(said) < len(_LONG)
    page.reload()
    expect(page.locator("#chat")).to_contain_text("An RNN reads")
    expect(page.locator("#chat .notice")).to_contain_text("You stopped this answer")


def test_a_reload_in_the_middle_goes_on_with_the_answer(visit: Visit, worded: Server, model: ModelServer) -> None:
    model.script[:] = [Reply(text=_LONG[:900], delay=0.03)]
    page = visit("/en/", at=worded, locale="en-US").page
    page.fill("#box textarea", "What is an RNN?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .bot-row .pending")
    page.reload()
    expect(page.locator("#chat .foot")).to_contain_text("Model: scripted", timeout=15_000)
    expect(page.locator("#chat .bot-row a.cite").first).to_be_visible()


def test_sentences_that_no_source_says_are_marked(visit: Visit, worded: Server, model: ModelServer) -> None:
    model.script[:] = [Reply(text="The moon is made of green cheese from Wisconsin [1].")]
    visitor = visit("/en/", at=worded, locale="en-US")
    visitor.ask("What is an RNN?")
    expect(visitor.page.locator("#chat .doubt")).to_have_text("not found in the sources")
    expect(visitor.page.locator("#chat .foot")).to_contain_text("0 of 1 sentences")


def test_a_hostile_answer_is_shown_as_text(visit: Visit, worded: Server, model: ModelServer) -> None:
    hostile = (
        'An RNN has a state [1]. <img src="http://evil.test/x.png" onerror="window.hurt=1"> <script>window.hurt=1</script>'
        " ![x](http://evil.test/y.png) [click](http://evil.test/z) ${window.hurt=1} {{window.hurt}} It costs $5 and $10 [1]."
    )
    model.script[:] = [Reply(text=hostile)]
    visitor = visit("/en/", at=worded, locale="en-US")
    visitor.ask("What is an RNN?")
    page = visitor.page
    expect(page.locator("#chat .bot-row")).to_contain_text("It costs $5 and $10")
    assert page.locator("#chat .bot-row img, #chat .bot-row a[href*=evil]").count() == 0
    assert page.locator("#chat .katex").count() == 0
    assert page.evaluate("window.hurt") is None


def test_a_failing_model_falls_back_to_quotes_and_says_so(visit: Visit, worded: Server, model: ModelServer) -> None:
    model.script[:] = [Reply(text=_LONG, stop_after=8)]
    visitor = visit("/en/", at=worded, locale="en-US")
    visitor.ask("What is an RNN?")
    expect(visitor.page.locator("#chat .notice")).to_contain_text("stopped in the middle")
    expect(visitor.page.locator("#chat .foot")).to_contain_text("Quotes from the corpus")


def test_a_newer_index_is_taken_up_while_the_page_runs(visit: Visit, worded: Server, model: ModelServer) -> None:
    model.script[:] = [Reply(text="An RNN has a state [1].")]
    visitor = visit("/en/", at=worded, locale="en-US")
    visitor.ask("What is an RNN?")
    report = build(worded.data, rebuild=True)
    visitor.ask("What is attention?")
    state = visitor.page.request.get(f"{worded.address}/readyz").json()
    assert state["index"] == report.index
