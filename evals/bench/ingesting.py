"""Benchmark: files to a searchable index, beside llama-index's stock pipeline, and runs over what is known already."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from evals.bench.material import HTML, MARKDOWN, SECTIONS, Material, pages, write_documents
from evals.bench.measure import Took, median_ratio, middle, run
from evals.bench.ours import Spent
from evals.bench.table import Row

_RUNS = 3
_DOCUMENTS = 500


def ingest_rows(work: Path) -> Iterator[Row]:
    """The lines of this benchmark; `work` is an empty folder."""
    corpus = work / "nothing"
    corpus.mkdir(parents=True)
    (corpus / "one.md").write_text("# One\n\nThis corpus holds a single document.\n", "utf-8")
    for name, suffixes in (("Markdown", MARKDOWN), ("Markdown and HTML", MARKDOWN | HTML)):
        yield from _side_by_side(name, pages(work, suffixes), corpus, work)
    yield from _again(work)


def _side_by_side(name: str, material: Material, corpus: Path, work: Path) -> Iterator[Row]:
    ours: list[Took] = []
    theirs: list[Took] = []
    for number in range(_RUNS):
        ours.append(
            run("evals.bench.ours", str(material.folder), data=work / f"{name}-ours-{number}", corpus=corpus),
        )
        if _has_llama_index():
            store = work / f"{name}-theirs-{number}"
            theirs.append(run("evals.bench.llama", str(material.folder), str(store), data=work, corpus=corpus))
    what = f"{name}: {material.files} files, {material.megabytes:.1f} MB, {material.origin}"
    if theirs:
        yield Row(
            what=f"ingest, {what}",
            ours=_rate(material, ours),
            beside=f"llama-index {_rate(material, theirs)}",
            ratio=f"{median_ratio([t.seconds for t in ours], [t.seconds for t in theirs]):.1f}×"
            f" (processor {median_ratio([t.cpu for t in ours], [t.cpu for t in theirs]):.1f}×)",
            target="≥ 5×",
        )
    else:
        yield Row(what=f"ingest, {what}", ours=_rate(material, ours), beside="not run: no llama-index extras")
    spent = Spent.model_validate_json(middle(ours).output)
    yield Row(
        what="  of that",
        ours=f"text {spent.extracting:.1f} s, passages {spent.preparing:.1f} s, index {spent.indexing:.1f} s, "
        f"rest {spent.rest:.1f} s; {spent.chunks} chunks, {spent.refused} files refused",
    )


def _has_llama_index() -> bool:
    return (
        find_spec("llama_index.vector_stores") is not None and find_spec("llama_index.vector_stores.qdrant") is not None
    )


def _rate(material: Material, runs: Sequence[Took]) -> str:
    median, every = middle(runs).seconds, ", ".join(f"{took.seconds:.1f}" for took in runs)
    return f"{median:.1f} s (of {every}), {material.megabytes / median:.2f} MB/s"


def _again(work: Path) -> Iterator[Row]:
    """`tutor ingest` over a corpus that is indexed: as it was, and with one document changed."""
    corpus, data = work / "known", work / "known-data"
    write_documents(corpus, _DOCUMENTS * SECTIONS)
    first = run("app.cli", "ingest", data=data, corpus=corpus)
    yield Row(
        what=f"first run over {_DOCUMENTS} documents, {_DOCUMENTS * SECTIONS} chunks", ours=f"{first.seconds:.2f} s"
    )
    unchanged = [run("app.cli", "ingest", data=data, corpus=corpus) for _ in range(_RUNS)]
    yield Row(what="run again, nothing changed", ours=f"{middle(unchanged).seconds:.2f} s", target="< 2 s")
    changed = []
    for number in range(_RUNS):
        (corpus / "document-00000.md").write_text(f"# Changed\n\nThis is version {number}.\n", "utf-8")
        changed.append(run("app.cli", "ingest", data=data, corpus=corpus))
    yield Row(what="run again, one document changed", ours=f"{middle(changed).seconds:.2f} s")
