"""Serving the page, and asking whether it is ready."""

import argparse
import signal
import sys
from typing import NoReturn

from app import terminal
from app.commands.output import ANSWERED, FAILED, show
from app.settings import app_settings
from ingest.settings import ingest_settings


def serve(arguments: argparse.Namespace) -> int:
    """`tutor serve`."""
    # Process 1 of a container gets no signal that it does not handle, and uvicorn handles them only once it serves.
    signal.signal(signal.SIGTERM, _stop)
    from app.web.serve import serve as run

    chosen = {"host": arguments.host, "port": arguments.port}
    settings = app_settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    run(settings, ingest_settings())
    return ANSWERED


def health(arguments: argparse.Namespace) -> int:
    """`tutor health`."""
    import httpx

    settings = app_settings()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104  # read, not bound
    host = f"[{host}]" if ":" in host else host
    try:
        state = httpx.get(f"http://{host}:{settings.port}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        reason = f"no page answers at {settings.host}:{settings.port}: {error}"
        show(arguments, {"ready": False, "reason": reason}, lambda: terminal.say(reason))
        return FAILED
    is_json = state.headers.get("content-type", "").startswith("application/json")
    said = state.json() if is_json else {"ready": False, "reason": state.text}
    show(arguments, said, lambda: terminal.say(state.text))
    return ANSWERED if state.status_code == httpx.codes.OK else FAILED


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
