"""What the commands of upkeep print for a person: what an ingest did, the links, the documents, the state of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.terminal import say

if TYPE_CHECKING:
    from ingest.build import ListedDocument, Report
    from ingest.checks.corpus import CorpusReport
    from ingest.documents import Problem
    from ingest.ledger import ListedLink
    from ingest.own import Added
    from ingest.roadmap import Disagreement, Understood
    from ingest.values import Edge


def show_ingest(report: Report, added: Sequence[Added], states: Mapping[str, int]) -> None:
    """What an ingest did: the sources that were added, the links that were tried, the index, the files with a fault."""
    for item in added:
        said = f"failed: {item.reason}" if item.state == "failed" else f"{item.state} as {item.document}"
        say(f"{'!' if item.state == 'failed' else ' '} {item.source}: {said}")
    if states:
        say("links: " + ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in states.items()))
    for problem in report.problems:
        say(f"! {problem}")
    counts = f"{report.documents} documents, {report.chunks} chunks"
    if report.built:
        say(
            f"Built {report.index}: {counts} in {report.seconds:.1f} s ({report.added} added, {report.changed} changed, "
            f"{report.removed} removed, {report.unchanged} unchanged)."
        )
    else:
        say(f"Nothing changed: {counts}; {report.index} still serves.")


def show_links(found: Sequence[ListedLink]) -> None:
    """Each address with its state, why, and who recommends it; then how many are in which state."""
    for link in found:
        entry = link.entry
        why = f" ({entry.reason})" if entry.reason else ""
        moved = f" → {entry.moved_to}" if entry.moved_to else ""
        say(f"{entry.state.replace('_', ' '):16} {entry.address}{moved}{why}")
        for place in link.places[:3]:
            heading = f"  {' › '.join(place.heading)}" if place.heading else ""
            say(f"{'':16}   {place.document}:{place.line}{heading}")
        if len(link.places) > 3:
            say(f"{'':16}   and {len(link.places) - 3} more")
    counts = Counter(link.entry.state for link in found)
    states = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in counts.most_common())
    say(f"{len(found)} addresses: {states}" if found else "no address; 'tutor ingest --links' fetches them")


def show_documents(found: Sequence[ListedDocument], problems: Sequence[Problem]) -> None:
    """Each document with where it comes from and whether the index has it, then the files that cannot be read."""
    for document in found:
        origin = document.source or document.url
        say(
            f"{document.state:10} {document.origin:7} {document.id}  {document.title}{f'  <{origin}>' if origin else ''}"
        )
    for problem in problems:
        say(f"unreadable {'':7} {problem}")
    origins = Counter(document.origin for document in found)
    say(f"{len(found)} documents: " + ", ".join(f"{number} {origin}" for origin, number in origins.items()))


def show_corpus_report(report: CorpusReport) -> None:
    """What a corpus holds, and every problem with its file and line."""
    say(f"{report.topics} topics, {report.lessons} lessons with {report.snippets} snippets run")
    say(
        f"{report.glossary_entries} glossary entries; {len(report.unknown_terms)} key terms of lessons are not among them"
    )
    say(f"{report.roadmaps} roadmaps with {report.addresses} web addresses")
    if report.chain:
        say(
            f"prerequisites without a circle, {report.chain.roots} roots; the longest chain has {len(report.chain.longest)} topics:"
        )
        say("  " + " → ".join(report.chain.longest))
    if report.copied:
        chinese, english = report.copied
        say(
            f"longest runs shared with the sources: {chinese.chinese} Chinese characters ({chinese.text!r}), {english.english} English words ({english.text!r})"
        )
    else:
        say("longest runs shared with the sources: not run (--sources names the folder of the originals)")
    if report.unknown_terms:
        say("not in the glossary: " + ", ".join(f"{zh} ({en})" for zh, en in report.unknown_terms.items()))
    for problem in report.problems:
        say(f"! {problem}")
    say(f"{len(report.problems)} problems")


def show_understood(found: Understood) -> None:
    """What was read from one roadmap: stages with topics and resources, paths, orders with their lines, unknown names."""
    say(found.title)
    for stage in found.stages:
        say(f"\n{stage.line:5}  {stage.title}{f'  ({stage.duration})' if stage.duration else ''}")
        if stage.topics:
            say(f"{'':7}{'; '.join(stage.topics)}")
        for resource in stage.resources:
            say(f"{resource.line:5}    {resource.title} <{resource.url}>")
    for path in found.paths:
        say("\npath   " + " → ".join(path))
    if found.edges:
        say("\norders")
    for edge in found.edges:
        say(f"{edge.line:5}  {edge.before} → {edge.after}  [{edge.kind}]  {edge.quote}")
    if found.unknown:
        say("\nnot in the glossary: " + ", ".join(found.unknown))


def show_roadmap_check(
    unknown: Mapping[str, Sequence[str]], found: Sequence[Disagreement], dropped: Sequence[Edge]
) -> None:
    """The names that no glossary entry covers, the pairs on which documents disagree, and the orders left out of plans."""
    for document, names in unknown.items():
        if names:
            say(f"{document}: not in the glossary: {', '.join(names)}")
    for pair in found:
        say(f"\n{pair.first} and {pair.second} are stated in both orders")
        for first, edges in ((pair.first, pair.for_first), (pair.second, pair.for_second)):
            for edge in edges:
                evidence = edge.evidence[0]
                say(f"   {first} first: {evidence.document}:{evidence.line}  {evidence.quote}")
    if dropped:
        say("\nleft out of plans, because better supported orders lead the other way round:")
    for edge in dropped:
        evidence = edge.evidence[0]
        say(f"   {edge.before} → {edge.after}  [{edge.kind}]  {evidence.document}:{evidence.line}  {evidence.quote}")
    say(f"\n{len(found)} pairs of topics on which documents disagree")
