"""Everything that goes into an index: the corpus, a user's own documents, and the pages that they recommend."""

from pathlib import Path

from ingest.documents import Corpus, Document, LessonMeta, PageMeta, RoadmapMeta, read_corpus
from ingest.ledger import read_ledger, recommended
from ingest.pages import OWN, PAGES
from ingest.settings import IngestSettings
from ingest.values import About, Recommendation


def read_own_documents(settings: IngestSettings) -> Corpus:
    """The corpus and the documents that a user added; their links are the ones that count.

    Raises CorpusError when the corpus folder is missing or empty.
    """
    return _joined(read_corpus(settings.corpus), read_folder(settings.data, OWN))


def read_sources(settings: IngestSettings) -> Corpus:
    """Those, and the text of the pages that they recommend. Raises CorpusError as above."""
    own = read_own_documents(settings)
    wanted = recommended(own.documents)
    kept = {
        name for entry in read_ledger(settings.data).values() if entry.address in wanted for name in entry.documents
    }
    pages = read_folder(settings.data, PAGES)
    return _joined(own, Corpus(documents=tuple(d for d in pages.documents if d.id in kept), problems=pages.problems))


def read_abouts(settings: IngestSettings, documents: tuple[Document, ...]) -> dict[str, About]:
    """What a reader may ask of each document, by id."""
    titles = {document.id: document.title for document in documents}
    own = [document for document in documents if not document.id.startswith(f"{PAGES}/")]
    links = recommended(own)
    places = {
        name: tuple(
            Recommendation(document=link.document, title=titles[link.document], heading=link.heading, line=link.line)
            for link in links.get(entry.address, ())
        )
        for entry in read_ledger(settings.data).values()
        for name in entry.documents
    }
    return {document.id: _about(document, places.get(document.id, ())) for document in documents}


def _about(document: Document, places: tuple[Recommendation, ...]) -> About:
    match document.meta:
        case PageMeta(url=url, date=date, fetched=fetched, licence=licence):
            found = {"url": url, "date": date, "fetched": fetched, "licence": licence}
        case RoadmapMeta(url=url, date=date):
            found = {"url": url, "date": date}
        case LessonMeta(reviewed=date):
            found = {"date": date}
    return About(titles=document.titles, recommended=places, **found)


def read_folder(data: Path, folder: str) -> Corpus:
    """The documents of a folder of the data directory, their ids beginning with its name; none when it is absent."""
    if not any((data / folder).rglob("*.md")):
        return Corpus(documents=(), problems=())
    return read_corpus(data / folder, prefix=f"{folder}/")


def _joined(first: Corpus, second: Corpus) -> Corpus:
    documents = sorted((*first.documents, *second.documents), key=lambda document: document.id)
    return Corpus(documents=tuple(documents), problems=(*first.problems, *second.problems))
