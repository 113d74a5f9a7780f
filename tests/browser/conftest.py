"""A running server, a browser, and pages that note whatever goes wrong behind them."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Response,
    sync_playwright,
)

from tests.corpora import process_environment

_STARTING_SECONDS = 60
_WAIT_MILLISECONDS = 15_000
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Server:
    """A running page with its process and data directory."""

    address: str
    process: subprocess.Popen[str]
    data: Path


@dataclass
class Visitor:
    """A page and what went on behind it: console errors, requests to other hosts, and every reply's text."""

    page: Page
    server: Server
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    replies: list[Response] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, send it with Enter, and wait for the end of its answer."""
        answered = self.page.locator("#chat .bot-row").count()
        self.page.fill("#box textarea", question)
        self.page.press("#box textarea", "Enter")
        self.page.locator("#chat .bot-row").nth(answered).wait_for()
        self.page.wait_for_selector("#chat:not(:has(.status))")
        self.page.wait_for_selector("#tail .tail")

    def open(self, path: str) -> None:
        """Go to a path of the server and wait until the page can be used."""
        self.page.goto(self.server.address + path)
        self.page.wait_for_selector("body.loaded")

    def bodies(self) -> str:
        """The text of every reply so far, but for streams, whose text the browser does not keep."""
        texts: list[str] = []
        for reply in self.replies:
            try:
                texts.append(reply.text())
            except (Error, UnicodeDecodeError):
                continue
        return "\n".join(texts)


Serve = Callable[..., AbstractContextManager[Server]]
Visit = Callable[..., Visitor]


@contextmanager
def running(data: Path, **environment: str) -> Iterator[Server]:
    """The server of `tutor serve` on a free port of loopback, ready; it is ended by its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = data / f"serve-{port}.log"
    variables = process_environment(TUTOR_DATA=str(data), TUTOR_PORT=str(port), **environment)
    with log.open("w") as out:
        command = [sys.executable, "-m", "app.cli", "serve"]
        process = subprocess.Popen(command, env=variables, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        _wait_until_ready(address, process, log)
        yield Server(address=address, process=process, data=data)
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_until_ready(address: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server is not ready: {log.read_text()}")


@pytest.fixture(scope="session")
def server(corpus_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server without a model, for all tests; each has a learner of its own. It holds an index of its own open."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(corpus_data, data)
    with running(data) as started:
        yield started


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium: the one that TUTOR_CHROMIUM names, else the system's, else Playwright's own."""
    found = os.environ.get("TUTOR_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        started = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
    except Error as error:
        reason = f"no Chromium for the browser tests (TUTOR_CHROMIUM names one): {error.message.splitlines()[0]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    yield started
    started.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens pages of new learners: `visit("/zh/", width=390)`; at the end nothing may have gone wrong behind them."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_page(path: str = "/zh/", *, at: Server = server, width: int = 1280, locale: str = "zh-CN") -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
        context.set_default_timeout(_WAIT_MILLISECONDS)
        contexts.append(context)
        visitor = Visitor(page=context.new_page(), server=at)
        visitors.append(visitor)
        page = visitor.page
        page.on("console", lambda said: visitor.errors.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.on("request", lambda sent: visitor.outside.append(sent.url) if _is_outside(sent.url) else None)
        page.on("response", lambda reply: visitor.replies.append(reply))
        visitor.open(path)
        return visitor

    yield open_page
    for context in contexts:
        context.close()
    assert [visitor.outside for visitor in visitors if visitor.outside] == []
    assert [visitor.errors for visitor in visitors if visitor.errors] == []


def _is_fault(said: ConsoleMessage) -> bool:
    """An error on the console, but not Gradio's complaint of a stream that leaving the page has cut."""
    return said.type == "error" and not said.text.startswith(
        ("AbortError: signal is aborted", "Unexpected error Connection errored out")
    )


def _is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1"
