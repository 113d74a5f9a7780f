"""Reads what an HTML page says of itself: title, date, licence."""

import re
from datetime import date

from lxml.html import HtmlElement

_DATE_NAMES = (
    "article:modified_time",
    "article:published_time",
    "datepublished",
    "datemodified",
    "date",
    "dc.date",
    "dcterms.date",
    "dc.date.issued",
    "citation_date",
    "citation_publication_date",
    "publishdate",
    "pubdate",
    "og:updated_time",
    "last-modified",
)
_LICENCE_NAMES = {"license", "licence", "dc.rights", "dcterms.license", "dcterms.rights", "dc.rights.uri"}
_JSON_DATE = re.compile(r'"date(?:Published|Modified)"\s*:\s*"([^"]{8,40})"')
_DAY = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_STATED = re.compile(
    r"(?:last (?:updated|modified)|updated|published|posted)(?:\s*(?:on|at|:))*\s*(?:(?P<day>\d{1,2})\s+)?(?P<month>[A-Z][a-z]{2})[a-z]*\.?\s*(?:(?P<day2>\d{1,2}),?)?\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_COMMONS = re.compile(r"creativecommons\.org/(licenses|publicdomain)/([a-z-]+)(?:/(\d\.\d))?", re.IGNORECASE)
_SITE = re.compile(r"\s+(?:[|–—·»•]|-{1,2}|::)\s+")
_NAMED = re.compile(
    r"\b(?:MIT License|Apache(?:-| License,? Version )2\.0|Apache License|BSD[- ]3[- ]Clause|CC0(?:[ -]1\.0)?|CC[ -]BY(?:-[A-Z]{2})*(?:[ -]\d\.\d)?)\b"
)


def title_of(root: HtmlElement) -> str:
    """The page's title without the site's name, "" when it states none."""
    titles = [_folded(part) for part in root.iter("title") if part.getparent() is None or part.getparent().tag != "svg"]
    named = [_meta(root, "og:title"), *titles]
    title = next((name for name in named if name), "").rstrip("¶#").strip()
    headings = [_folded(part).rstrip("¶#").strip() for part in root.iter("h1")]
    if len(headings) == 1 and headings[0] and (headings[0] in title or not title):
        return headings[0]
    parts = _SITE.split(title)
    return (parts[0] if len(parts[0]) > 3 else title)[:300]


def date_of(root: HtmlElement) -> str:
    """The day that the page states for itself (ISO), "" when it states none."""
    stated = [_meta(root, name) for name in _DATE_NAMES]
    stated += [
        _first(_JSON_DATE, script.text or "")
        for script in root.iter("script")
        if "ld+json" in (script.get("type") or "")
    ]
    times = [
        part
        for part in root.iter("time")
        if part.get("pubdate") is not None or part.get("itemprop") or part.get("datetime")
    ]
    stated += [part.get("datetime") or _folded(part) for part in times[:1]]
    found = next((day for day in map(iso_day, stated) if day), "")
    return found or _from_foot(root)


def iso_day(text: str) -> str:
    """The first day named in a text, as ISO; "" when none or no possible one is.

    >>> iso_day("2024年3月5日")
    '2024-03-05'
    """
    match = _DAY.search(text[:2000])
    return _iso(*match.groups()) if match else ""


def licence_of(root: HtmlElement) -> str:
    """The licence that the page names: `rel=license`, a meta tag, or a Creative Commons link; "" when none."""
    links = list(root.iter("a", "link"))
    declared = [link for link in links if "license" in (link.get("rel") or "").lower().split()]
    for link in declared:
        name = commons(link.get("href") or "") or _folded(link) or link.get("href") or ""
        if name:
            return name[:200]
    for part in root.iter("meta"):
        if (part.get("name") or part.get("property") or "").lower() in _LICENCE_NAMES and part.get("content"):
            content = part.get("content") or ""
            return commons(content) or " ".join(content.split())[:200]
    linked = (commons(link.get("href") or "") for link in links)
    return next((name for name in linked if name), "")


def commons(address: str) -> str:
    """The name of a Creative Commons licence from its address, "" for other addresses."""
    match = _COMMONS.search(address)
    if match is None:
        return ""
    kind, name, version = match.groups()
    if kind.lower() == "publicdomain":
        return f"CC0 {version or '1.0'}" if name.lower() == "zero" else "public domain"
    return f"CC {name.upper()} {version or ''}".strip()


def named_licence(text: str) -> str:
    """The licence that a text names: by a Creative Commons address or by its usual name."""
    match = _NAMED.search(text)
    return commons(text) or (match.group() if match else "")


def _meta(root: HtmlElement, name: str) -> str:
    for part in root.iter("meta"):
        if name in {(part.get(key) or "").lower() for key in ("name", "property", "itemprop", "http-equiv")}:
            return " ".join((part.get("content") or "").split())
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group(1) if match else ""


def _from_foot(root: HtmlElement) -> str:
    """A line such as "Last updated on Nov 01, 2023." or "最后更新：2023-11-01"."""
    text = " ".join(" ".join(map(str, root.itertext())).split()[-400:])
    match = _STATED.search(text)
    if match:
        month = match["month"].lower()
        day = match["day"] or match["day2"]
        return _iso(match["year"], str(_MONTHS.index(month) + 1), day) if month in _MONTHS and day else ""
    return iso_day(
        _first(
            re.compile(r"(?:更新于|最后更新|发布于|发表于|[Uu]pdated)[^\d]{0,12}(\d{4}\D{1,2}\d{1,2}\D{1,2}\d{1,2})"),
            text,
        )
    )


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _folded(element: HtmlElement) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
