"""The two places where an index may lie, each behind the same few verbs: open, write, announce, drop."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from ingest.generations import SHARD, Generations, Manifest
from ingest.index import Encoded, Index
from ingest.index.points import DenseLayout
from ingest.settings import IngestSettings


class Readable(Index, Protocol):
    """An index whose points can be read with their vectors."""

    def encoded(self) -> Iterator[Encoded]:
        """Every chunk with its vector, as it was stored."""
        ...


class Place(Protocol):
    """Where an index may lie: in the data directory, or on a server."""

    def open(self, folder: Path, manifest: Manifest) -> Readable:
        """The index of a generation whose files lie in `folder`."""
        ...

    def write(
        self, folder: Path, manifest: Manifest, encoded: Iterable[Encoded], on_stored: Callable[[int], None]
    ) -> int:
        """Store the chunks of a new generation; returns how many the index holds then."""
        ...

    def announce(self, manifest: Manifest) -> None:
        """Tell others that this generation serves now."""
        ...

    def drop(self, collections: Iterable[str]) -> None:
        """Remove the collections of generations that are gone; the data directory has none."""
        ...

    def tidy(self, generations: Generations) -> None:
        """Remove the collections that killed builds left."""
        ...

    def close(self) -> None:
        """Release what is held."""
        ...


def place_at(address: str, settings: IngestSettings) -> Place:
    """The server at this address, or the data directory for an empty one. Raises IndexUnavailable for no server."""
    return _Server(address, settings) if address else _DataDirectory()


def _dense_layout(manifest: Manifest) -> DenseLayout | None:
    if not manifest.embedding:
        return None
    return DenseLayout(dimensions=manifest.embedding.dimensions, points=manifest.chunks)


class _DataDirectory:
    """The index in a generation's own folder; what another process holds cannot be read, for it lends no vectors."""

    def open(self, folder: Path, manifest: Manifest) -> Readable:
        from ingest.index.edge import EdgeIndex

        return EdgeIndex(folder / SHARD)

    def write(
        self, folder: Path, manifest: Manifest, encoded: Iterable[Encoded], on_stored: Callable[[int], None]
    ) -> int:
        from ingest.index.edge import build_edge

        return build_edge(folder / SHARD, encoded, on_stored, dense=_dense_layout(manifest))

    def announce(self, manifest: Manifest) -> None:
        return

    def drop(self, collections: Iterable[str]) -> None:
        return

    def tidy(self, generations: Generations) -> None:
        return

    def close(self) -> None:
        return


class _Server:
    """The collections of a Qdrant server that answers."""

    def __init__(self, address: str, settings: IngestSettings) -> None:
        from ingest.index.server import connect

        self._address = address
        self._settings = settings
        self._client = connect(address, settings.qdrant_api_key)

    def open(self, folder: Path, manifest: Manifest) -> Readable:
        from ingest.index.server import ServerIndex, connect

        return ServerIndex(connect(self._address, self._settings.qdrant_api_key), manifest.collection)

    def write(
        self, folder: Path, manifest: Manifest, encoded: Iterable[Encoded], on_stored: Callable[[int], None]
    ) -> int:
        from ingest.index.server import Layout, build_server

        layout = Layout(
            shards=self._settings.qdrant_shards,
            replicas=self._settings.qdrant_replicas,
            dense=_dense_layout(manifest),
        )
        return build_server(self._client, manifest.collection, encoded, on_stored, layout=layout)

    def announce(self, manifest: Manifest) -> None:
        from ingest.index.server import ALIAS, switch_alias

        switch_alias(self._client, ALIAS, manifest.collection)

    def drop(self, collections: Iterable[str]) -> None:
        from ingest.index.server import drop

        drop(self._client, (collection for collection in collections if collection))

    def tidy(self, generations: Generations) -> None:
        from ingest.index.server import drop, unused_collections

        drop(self._client, unused_collections(self._client, generations.collection_prefix(), generations.collections()))

    def close(self) -> None:
        self._client.close()
