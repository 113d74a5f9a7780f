"""The web application: one page a language, where it stands, and whether it is ready."""

import hashlib
import re
from importlib.resources import files
from typing import get_args

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.store import Store
from app.texts import text
from app.web.desk import Desk
from app.web.edge import LANGUAGE_COOKIE, Edge
from app.web.map import add_map_routes
from app.web.page import build_page, theme
from app.web.plan import add_plan_routes
from app.web.serving import Serving
from app.web.turns import Turns
from ingest.errors import TutorError
from ingest.values import Language

_LARGEST_REQUEST = "1mb"
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
_ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "map.css": "text/css",
    "map.js": "text/javascript",
    "plan.css": "text/css",
    "icon.svg": "image/svg+xml",
}
_YEAR = "public, max-age=31536000, immutable"


def create_app(serving: Serving, store: Store) -> FastAPI:
    """The application over an opened index and store; it closes neither."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_state_routes(app, serving, store)
    _add_page_routes(app)
    add_map_routes(app, serving, store, _map_head)
    add_plan_routes(app, serving, store, _plan_head)
    desk = Desk(serving=serving, store=store, turns=Turns(serving, store))
    for language in get_args(Language):
        gr.mount_gradio_app(
            app,
            build_page(desk, language),
            path=f"/{language}",
            theme=theme(),
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            show_error=False,
            max_file_size=_LARGEST_REQUEST,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
        )
    app.add_middleware(Edge, head=_head)
    app.add_middleware(
        TrustedHostMiddleware, allowed_hosts=trusted_hosts(serving.settings.allowed_hosts), www_redirect=False
    )
    return app


def trusted_hosts(configured: str) -> list[str]:
    """The host names that are configured, and those of this machine, by which its health is asked for.

    >>> trusted_hosts("tutor.example, localhost")
    ['tutor.example', 'localhost', '127.0.0.1', '[::1]']
    """
    named = [host.strip() for host in configured.split(",") if host.strip()]
    return list(dict.fromkeys([*named, *_THIS_MACHINE]))


def _add_state_routes(app: FastAPI, serving: Serving, store: Store) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        try:
            with serving.tutor() as tutor:
                manifest, chunks = tutor.library.manifest, tutor.library.index.count()
        except TutorError as error:
            return _not_ready(str(error))
        if not chunks:
            return _not_ready("the index holds no passage; run 'tutor ingest'")
        if not store.answers():
            return _not_ready("the learners' records cannot be read; see TUTOR_DATABASE")
        return JSONResponse(
            {
                "ready": True,
                "index": manifest.generation,
                "chunks": chunks,
                "documents": len(manifest.documents),
                "model": serving.settings.model if serving.settings.has_model else "",
            }
        )


def _not_ready(reason: str) -> JSONResponse:
    return JSONResponse({"ready": False, "reason": reason}, status_code=503)


def _add_page_routes(app: FastAPI) -> None:
    @app.get("/")
    def choose_language(request: Request) -> RedirectResponse:
        accepted = request.headers.get("accept-language", "")
        language = chosen_language(request.cookies.get(LANGUAGE_COOKIE, ""), accepted)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{language}/{query}", status_code=302, headers={"vary": "cookie, accept-language"})

    @app.get("/manifest.json")
    def manifest() -> dict[str, str]:
        return {"name": text("page_title", "en"), "start_url": "/", "display": "browser"}

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return Response(_asset("icon.svg"), media_type=_ASSETS["icon.svg"])

    @app.get("/assets/{name}")
    def asset(name: str) -> Response:
        if name not in _ASSETS:
            return Response(status_code=404)
        return Response(_asset(name), media_type=_ASSETS[name], headers={"cache-control": _YEAR})


def chosen_language(cookie: str, accepted: str) -> Language:
    """The language of an earlier choice, else the one that the browser likes best, else English.

    >>> chosen_language("", "fr-FR,zh-CN;q=0.8,en;q=0.5")
    'zh'
    """
    if cookie in {"zh", "en"}:
        return "zh" if cookie == "zh" else "en"
    liked = [
        (_quality(parameter), language)
        for tag, _, parameter in (part.strip().partition(";") for part in accepted.lower().split(","))
        for language in get_args(Language)
        if tag.split("-")[0] == language
    ]
    weight, language = max(liked, key=lambda pair: pair[0], default=(0.0, "en"))
    return "zh" if weight and language == "zh" else "en"


def _quality(parameter: str) -> float:
    """The weight of a language tag in Accept-Language: `q=0.8`, or 1 where none is given."""
    weight = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", parameter)
    return float(weight[1]) if weight else 1.0


def _asset(name: str) -> bytes:
    return files("app.web").joinpath("assets", name).read_bytes()


def _head(language: str) -> str:
    """Sets language and theme before anything is drawn, then loads our style and script."""
    version = _version()
    early = _asset("early.js").decode()
    return (
        f'<meta name="color-scheme" content="light dark"><script>const LANGUAGE="{language}";{early}</script>'
        f'<link rel="icon" href="/assets/icon.svg?{version}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/assets/page.css?{version}">'
        f'<script defer src="/assets/page.js?{version}"></script>'
    )


def _map_head(language: str) -> str:
    """The same for the map, whose style and script come on top."""
    version = _version()
    return (
        f'{_head(language)}<link rel="stylesheet" href="/assets/map.css?{version}">'
        f'<script defer src="/assets/map.js?{version}"></script>'
    )


def _plan_head(language: str) -> str:
    """The map's, with the plan's style on top."""
    return f'{_map_head(language)}<link rel="stylesheet" href="/assets/plan.css?{_version()}">'


def _version() -> str:
    return hashlib.sha256(b"".join(_asset(name) for name in _ASSETS)).hexdigest()[:12]
