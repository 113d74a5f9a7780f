"""Serves the page: brings the index up to date, opens everything, says what is configured, and runs."""

import logging
import os
import socket
import sys

from app.opening import build_in_child
from app.settings import AppSettings
from app.store import open_store
from ingest.errors import ConfigurationError, CorpusError
from ingest.generations import Generations, Manifest
from ingest.settings import IngestSettings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(settings: AppSettings, ingest: IngestSettings) -> None:
    """Serve until interrupted.

    Raises ConfigurationError when the address is in use or the data directory cannot be written, IndexUnavailable when
    the index cannot be opened.
    """
    listening = _listen(settings)
    try:
        _bring_up_to_date(ingest)
        _run(settings, ingest, listening)
    finally:
        listening.close()


def _listen(settings: AppSettings) -> socket.socket:
    """A bound socket; binding first says at once that an address is in use."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another with TUTOR_PORT or --port"
        ) from error
    return listening


def _bring_up_to_date(ingest: IngestSettings) -> None:
    """Build the index where it is missing or old; while one exists, a corpus with a fault only warns."""
    from ingest.build import up_to_date

    built = bool(Generations(ingest.data).current())
    try:
        if not up_to_date(ingest):
            build_in_child(ingest)
    except (CorpusError, ConfigurationError) as error:
        if not built:
            raise
        sys.stderr.write(f"tutor: {error}; the index built before serves on\n")


def _run(settings: AppSettings, ingest: IngestSettings, listening: socket.socket) -> None:
    _prepare_environment(ingest)
    import uvicorn

    from app.web.application import create_app
    from app.web.serving import Serving

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("app").setLevel(logging.INFO)
    serving = Serving(settings, ingest)
    store = open_store(settings.database, ingest.data)
    try:
        app = create_app(serving, store)
        with serving.tutor() as tutor:
            said = _summary(settings, ingest, tutor.library.manifest, listening)
        sys.stdout.write(said + "\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        store.close()
        serving.close()


def _prepare_environment(ingest: IngestSettings) -> None:
    """Gradio reads these when it is imported: no telemetry, no proxy for loopback, temporary files in our folder."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["GRADIO_TEMP_DIR"] = str(ingest.data / "gradio")
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, *_LOOPBACK]))


def _summary(settings: AppSettings, ingest: IngestSettings, manifest: Manifest, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # said, not bound
    model = f"{settings.model} at {settings.base_url or 'OpenAI'}" if settings.has_model else "none, answers are quotes"
    place = f"at {ingest.qdrant_url}" if manifest.collection else "embedded"
    return (
        f"roadmap-tutor at http://{host}:{port} (model: {model}; embeddings: none, lexical search; "
        f"index: {manifest.generation} {place}, {len(manifest.documents)} documents; "
        "change with OPENAI_BASE_URL, OPENAI_API_KEY, TUTOR_MODEL, TUTOR_DATA or .env)"
    )
