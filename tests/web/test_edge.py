"""What the edge lets through to the page, and as whom."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.web.application import trusted_hosts
from app.web.edge import LEARNER_COOKIE, Edge, learner_of

ANN, BOB = "a" * 43, "b" * 43


async def learner(request: Request) -> PlainTextResponse:
    return PlainTextResponse(learner_of(request.cookies))


@pytest.fixture
def client() -> TestClient:
    """A client of an application behind the edge that says which learner it sees."""
    application = Starlette(routes=[Route("/{path:path}", learner, methods=["GET", "POST"])])
    return TestClient(Edge(application, head=str), base_url="http://localhost:7860")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:7860", 200),
        ("https://LOCALHOST:7860", 200),
        ("http://localhost:3000", 403),
        ("http://evil.localhost:7860", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_a_request_of_another_sites_page_is_refused(client: TestClient, origin: str, status: int) -> None:
    reply = client.post("/zh/gradio_api/queue/join", headers={"origin": origin})
    assert reply.status_code == status
    assert "access-control-allow-origin" not in reply.headers
    if status != 200:
        assert reply.text == "another origin"
        assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zh/gradio_api/upload", 404),
        ("/en/gradio_api/%75pload", 404),
        ("/en/gradio_api/file=/etc/passwd", 404),
        ("/en/gradio_api/proxy=http://evil.test", 404),
        ("/en/gradio_api/deep_link", 404),
        ("/en/gradio_api/queue/data", 200),
    ],
)
def test_routes_that_the_page_does_not_use_are_closed(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (f"{LEARNER_COOKIE}={ANN}", ANN),
        (f"{LEARNER_COOKIE}={ANN}; x=1; {LEARNER_COOKIE}={BOB}", ANN),
        (f"{LEARNER_COOKIE}={ANN}; {LEARNER_COOKIE}=short", ANN),
        (f"{LEARNER_COOKIE}=short; {LEARNER_COOKIE} = {BOB}", BOB),
    ],
)
def test_the_first_valid_cookie_names_the_learner(client: TestClient, sent: str, seen: str) -> None:
    reply = client.get("/x", headers={"cookie": sent})
    assert reply.text == seen
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("sent", ["x=1", f"{LEARNER_COOKIE}=short; {LEARNER_COOKIE}=shorter"])
def test_a_learner_without_a_valid_cookie_gets_one(client: TestClient, sent: str) -> None:
    reply = client.get("/x", headers={"cookie": sent})
    assert reply.headers["set-cookie"].startswith(f"{LEARNER_COOKIE}={reply.text};")


def test_this_machine_may_always_ask() -> None:
    assert trusted_hosts("tutor.example") == ["tutor.example", "127.0.0.1", "localhost", "[::1]"]
