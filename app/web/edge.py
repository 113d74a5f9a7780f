"""What every request passes first: the learner's cookie, security headers, and the head of the page."""

import re
import secrets
from collections.abc import Callable
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEARNER_COOKIE = "roadmap_tutor_sid"
LANGUAGE_COOKIE = "language"
_YEAR = 365 * 24 * 3600
_SID = re.compile(r"[A-Za-z0-9_-]{43}")
_DOCUMENT = re.compile(r"/(zh|en)/?")
# Gradio's routes that the page has no use for; uploads would fill the disk.
_UNUSED = re.compile(r"/(zh|en)/gradio_api/(upload|file=|file/|deep_link|proxy=)")
# Gradio compiles its HTML templates with `new Function` and starts from inline scripts.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-src 'none'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_CARDS = re.compile(rb'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*/>')


class Edge:
    """ASGI middleware. `head(language)` is what goes to the top of a page's `<head>`."""

    def __init__(self, app: ASGIApp, head: Callable[[str], str]) -> None:
        self._app = app
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refusal(scope)
        if refusal:
            await refusal(scope, receive, _Reply(send, [], b"", ""))
            return
        scope, fresh = _identified(scope)
        document = _DOCUMENT.fullmatch(scope["path"])
        cookies = [_cookie(scope, LEARNER_COOKIE, fresh, http_only=True)] if fresh else []
        language = ""
        if document and scope["method"] == "GET":
            language = document[1]
            cookies.append(_cookie(scope, LANGUAGE_COOKIE, language, http_only=False))
            scope = _uncompressed(scope)
        await self._app(
            scope, receive, _Reply(send, cookies, self._head(language).encode() if language else b"", language)
        )


class _Reply:
    """Adds headers to a reply; a page is held back until it is whole, to put something into its head."""

    def __init__(self, send: Send, cookies: list[str], head: bytes, language: str) -> None:
        self._send = send
        self._cookies = cookies
        self._head = head
        self._language = language
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            for cookie in self._cookies:
                headers.append("set-cookie", cookie)
            if self._head and headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = _with_head(self._body, self._head, self._language)
            headers = MutableHeaders(scope=self._start)
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
            await self._send(self._start)
            message = {"type": "http.response.body", "body": body}
        await self._send(message)


def _refusal(scope: Scope) -> Response | None:
    """The answer to a request of another site's page, or to a path that is not served."""
    headers = Headers(scope=scope)
    host = headers.get("host", "").lower()
    if any(_netloc(origin) != host for origin in headers.getlist("origin")):
        return PlainTextResponse("another origin", status_code=403)
    if _UNUSED.match(scope["path"]):
        return PlainTextResponse("not found", status_code=404)
    return None


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def learner_of(cookies: object) -> str:
    """The learner's id of a request's cookies; the edge has given one to every request."""
    sid = dict(cookies).get(LEARNER_COOKIE, "")  # type: ignore[call-overload]
    assert _SID.fullmatch(sid), "the edge has set the cookie"
    return str(sid)


def _identified(scope: Scope) -> tuple[Scope, str]:
    """The scope with exactly one learner's cookie in it, the first valid one, and the id when it is new."""
    parts = [part.strip() for header in Headers(scope=scope).getlist("cookie") for part in header.split(";")]
    kept = [part for part in parts if part and part.split("=")[0].strip() != LEARNER_COOKIE]
    sent = [part.partition("=")[2].strip() for part in parts if part not in kept]
    known = next(filter(_SID.fullmatch, sent), "")
    fresh = "" if known else secrets.token_urlsafe(32)
    cookie = "; ".join([*kept, f"{LEARNER_COOKIE}={known or fresh}"])
    headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    return {**scope, "headers": [*headers, (b"cookie", cookie.encode("latin-1"))]}, fresh


def _cookie(scope: Scope, name: str, value: str, *, http_only: bool) -> str:
    cookie: SimpleCookie = SimpleCookie({name: value})
    morsel = cookie[name]
    morsel["path"] = "/"
    morsel["max-age"] = _YEAR
    morsel["samesite"] = "Lax"
    morsel["httponly"] = http_only
    morsel["secure"] = scope.get("scheme") == "https"
    return morsel.OutputString()


def _uncompressed(scope: Scope) -> Scope:
    """The page has to be read to be added to."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def _with_head(body: bytes, head: bytes, language: str) -> bytes:
    """The page in its language, with our head first and without cards that point to other hosts."""
    body = _CARDS.sub(b"", body).replace(b'lang="en"', f'lang="{_tag(language)}"'.encode(), 1)
    return body.replace(b"<head>", b"<head>" + head, 1)


def _tag(language: str) -> str:
    return "zh-CN" if language == "zh" else "en"
