"""A user's own documents: files, folders and pages that were added to the corpus, and how they leave again."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Literal

from ingest.documents import Document, PageMeta
from ingest.errors import UsageError
from ingest.extract.extract import extract
from ingest.extract.values import Extracted, NotReadable
from ingest.fetch.cache import PageCache
from ingest.fetch.fetch import fetch_all
from ingest.fetch.rewrite import canonical
from ingest.gather import CACHE, fetch_limits
from ingest.pages import OWN, Origin, own_name, page_name, write_page
from ingest.settings import IngestSettings
from ingest.sources import read_folder
from ingest.values import Value
from ingest.workers import in_order

READ = frozenset({".md", ".markdown", ".mdx", ".rst", ".txt", ".html", ".htm", ".pdf", ".ipynb"})
_LARGEST = 50 * 1024 * 1024
_BATCH = 8
_WORTH_PROCESSES = 100  # files


class Added(Value):
    """What became of a file or address that a user added; `reason` is why it failed."""

    source: str
    state: Literal["added", "changed", "unchanged", "failed"]
    document: str = ""
    reason: str = ""


def add_documents(
    settings: IngestSettings,
    sources: Sequence[str],
    on_progress: Callable[[str, int, int], None],
    processes: int = 1,
) -> tuple[Added, ...]:
    """Read files, the files of folders, and pages by address, and keep their text among the user's own documents.

    A source that cannot be read is reported and harms no other. More than one process is started only for many files,
    and imports the caller's main module. Raises UsageError for a path that does not exist,
    ConfigurationError when the data directory cannot be written.
    """
    addresses = [source for source in sources if source.lower().startswith(("http://", "https://"))]
    files = [file for source in sources if source not in addresses for file in _files(Path(source))]
    added: list[Added] = []
    total = len(files) + len(addresses)
    for one in _added_files(settings.data / OWN, files, processes):
        added.append(one)
        on_progress("reading", len(added), total)
    for fetched in _fetched(settings, addresses):
        added.append(fetched)
        on_progress("reading", len(added), total)
    return tuple(added)


def own_documents(settings: IngestSettings) -> tuple[Document, ...]:
    """The user's own documents, by id."""
    return read_folder(settings.data, OWN).documents


def forget_document(settings: IngestSettings, name: str) -> tuple[str, ...]:
    """Remove the user's own documents of this id, file, folder or address; returns their ids.

    Raises UsageError when there is none.
    """
    path = str(Path(name).expanduser().resolve())
    found = [
        document
        for document in own_documents(settings)
        if isinstance(document.meta, PageMeta)
        and (name in {document.id, document.meta.source} or f"{document.meta.source}/".startswith(f"{path}/"))
    ]
    if not found:
        raise UsageError(f"no document {name!r} was added; 'tutor documents' lists those that were")
    for document in found:
        (settings.data / document.path).unlink()
    return tuple(document.id for document in found)


def _files(path: Path) -> Iterator[Path]:
    path = path.expanduser()
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and file.suffix.lower() in READ:
                yield file
    elif path.exists():
        yield path
    else:
        raise UsageError(f"there is no file or folder {str(path)!r}; check its name")


def _added_files(folder: Path, files: Sequence[Path], processes: int) -> Iterator[Added]:
    batches = [files[start : start + _BATCH] for start in range(0, len(files), _BATCH)]
    number = processes if len(files) >= _WORTH_PROCESSES else 1
    return chain.from_iterable(in_order(partial(_adder, folder), batches, number))


def _adder(folder: Path) -> Callable[[Sequence[Path]], list[Added]]:
    return lambda batch: [_add_file(folder, file) for file in batch]


def _add_file(folder: Path, file: Path) -> Added:
    source = str(file.resolve())
    try:
        if file.stat().st_size > _LARGEST:
            raise NotReadable("too_large", f"is larger than {_LARGEST // 2**20} MB; split it")
        extracted = extract(file.read_bytes(), name=file.name)
    except OSError as error:
        return Added(source=source, state="failed", reason=f"cannot be read: {error.strerror}")
    except NotReadable as error:
        return Added(source=source, state="failed", reason=str(error))
    return _kept(folder, own_name(source), extracted, Origin(source=source))


def _fetched(settings: IngestSettings, addresses: Sequence[str]) -> Iterator[Added]:
    written = {canonical(address): address for address in addresses}
    cache = PageCache(settings.data / CACHE)
    for outcome in fetch_all(list(written), cache, fetch_limits(settings), lambda outcome: None):
        address = written[outcome.address]
        if not outcome.pages:
            yield Added(source=address, state="failed", reason=outcome.reason)
        for page in outcome.pages:
            try:
                extracted = extract(page.body, content_type=page.content_type, charset=page.charset, url=page.url)
            except NotReadable as error:
                yield Added(source=address, state="failed", reason=str(error))
            else:
                name = page_name(page.url)
                origin = Origin(source=address, url=page.url, fetched=page.fetched)
                yield _kept(settings.data / OWN, name, extracted, origin)


def _kept(folder: Path, name: str, extracted: Extracted, origin: Origin) -> Added:
    is_new = not (folder / f"{name}.md").exists()
    changed = write_page(folder, name, extracted, origin)
    state: Literal["added", "changed", "unchanged"] = "added" if is_new else "changed" if changed else "unchanged"
    return Added(source=origin.source, state=state, document=f"{OWN}/{name}")
