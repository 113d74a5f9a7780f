"""Moves the index that serves between the data directory and a Qdrant server, vectors and all, without encoding again."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from ingest.chunk import CHUNKER_VERSION
from ingest.errors import ConfigurationError, IndexDamaged, IndexStale, UsageError
from ingest.generations import EMBEDDED, MANIFEST, Generations, Manifest
from ingest.lexical import ENCODER_VERSION
from ingest.places import place_at
from ingest.settings import IngestSettings
from ingest.values import Value
from ingest.verify import verify_index

Progress = Callable[[str, int, int], None]


class Moved(Value):
    """What a move did: the new generation, the one it copies, where it lies, and the setting that must say so now."""

    index: str
    before: str
    chunks: int
    place: str
    setting: str


def move_index(settings: IngestSettings, to: str, on_progress: Progress) -> Moved:
    """Copy the generation that serves to a server (`to` is its address) or into the data directory ("embedded").

    The copy is counted and checked before it serves; the one that served is kept for a rollback. Raises UsageError when
    the index lies there already or `to` is no place, ConfigurationError when the settings do not name the server that
    it lies on, and IndexUnavailable; what served still serves then.
    """
    generations = Generations(settings.data)
    manifest = generations.manifest(generations.current())
    here, there = _addresses(manifest, settings, to)
    with closing(place_at(here, settings)) as source, closing(place_at(there, settings)) as target, ExitStack() as undo:
        index = undo.enter_context(closing(source.open(generations.path(manifest.generation), manifest)))
        fresh, building = _begin(generations, manifest, on_server=bool(there))
        undo.callback(shutil.rmtree, building, ignore_errors=True)
        undo.callback(target.drop, (fresh.collection,))
        stored = target.write(building, fresh, index.encoded(), lambda done: on_progress("moving", done, fresh.chunks))
        if stored != fresh.chunks:
            raise IndexDamaged(f"{stored} of {fresh.chunks} chunks were moved; the index before still serves")
        _copy_beside(generations, manifest, building, fresh)
        verify_index(building, fresh, target.open(building, fresh))
        dropped = [generation.collection for generation in generations.publish(building, fresh.generation)]
        undo.pop_all()
        index.close()
        target.announce(fresh)
        for place in (source, target):
            place.drop(dropped)
    return Moved(
        index=fresh.generation,
        before=manifest.generation,
        chunks=stored,
        place=fresh.collection or EMBEDDED,
        setting=f"QDRANT_URL={there}",
    )


def _addresses(manifest: Manifest, settings: IngestSettings, to: str) -> tuple[str, str]:
    """The servers that the index is read from and written to; "" is the data directory."""
    here, there = (
        settings.qdrant_url.rstrip("/") if manifest.collection else "",
        "" if to == EMBEDDED else to.rstrip("/"),
    )
    if there and not there.startswith(("http://", "https://")):
        raise UsageError(f"an index cannot be moved to {to!r}; say 'embedded' or an address like http://127.0.0.1:6333")
    if manifest.collection and not here:
        raise ConfigurationError("the index lies on a Qdrant server; say on which with QDRANT_URL")
    if here == there:
        raise UsageError(f"the index lies {f'at {there!r}' if there else 'in the data directory'} already")
    for built, ours in ((manifest.encoder, ENCODER_VERSION), (manifest.chunker, CHUNKER_VERSION)):
        if built != ours:
            raise IndexStale(f"the index was built by {built!r}, not {ours!r}; run 'tutor ingest' before it is moved")
    return here, there


def _begin(generations: Generations, manifest: Manifest, *, on_server: bool) -> tuple[Manifest, Path]:
    building = generations.begin()
    name = generations.fresh_name(manifest.corpus)
    collection = f"{generations.collection_prefix()}{name}" if on_server else ""
    generations.claim(building, collection)
    return manifest.model_copy(update={"generation": name, "collection": collection}), building


def _copy_beside(generations: Generations, manifest: Manifest, building: Path, fresh: Manifest) -> None:
    with generations.writing():
        for path in generations.path(manifest.generation).glob("*.json"):
            if path.name != MANIFEST:
                shutil.copyfile(path, building / path.name)
        (building / MANIFEST).write_text(fresh.model_dump_json(indent=1), "utf-8")
