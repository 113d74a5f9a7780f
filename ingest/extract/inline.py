"""Cleans the inside of a paragraph of Markdown: pictures, badges, links, roles of Sphinx, leftovers of dialects."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from ingest.extract.paragraphs import spaced

_KEPT = re.compile(
    r"(?<!`)(`+)(?:(?!`).)(?:.{0,2000}?[^`])??\1(?!`)|\$\$[^$]+\$\$|(?<![\\$])\$(?! )[^$\n]{1,500}(?<! )\$"
)
_PICTURE = re.compile(
    r"!\[(?P<alt>[^\[\]]{0,500})\](?:\((?P<to>[^()\s]{0,3000}(?:\([^()\s]*\)[^()\s]*)?)(?:\s+[^()]{0,300})?\)|\[[^\[\]]{0,200}\])(?:\{[^{}]{0,200}\})?"
)
_BADGE = re.compile(
    r"badge|shields\.io|travis-ci|colab-badge|/workflows/|codecov|visitor|hits\.|star-history", re.IGNORECASE
)
_LINK = re.compile(
    r"(?<!\\)\[(?P<text>(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,1000})\](?:\(\s*<?(?P<to>[^()\s<>]{0,3000}(?:\([^()\s]*\)[^()\s<>]*)?)>?(?:\s+[\"'(][^)]{0,300})?\s*\)|\[(?P<ref>[^\[\]]{0,200})\])(?:\{[^{}]{0,200}\})?"
)
_ALONE = re.compile(r"(?<![\\\]!`])\[(?P<text>[^\[\]]{1,200})\](?![\[(:])")
_AUTO = re.compile(r"<((?:https?|mailto):[^<>\s]{1,2000})>")
_ROLE = re.compile(
    r"\{[\w:.-]{1,30}\}`(?:(?P<shown>[^`<]{1,300}?)\s*<[^`>]*>|~?(?P<name>[^`]{1,300}))`|:(?:numref|eqref|ref|cite\w*|citet|citep|doc|bib):`[^`]{0,300}`"
)
_EMPTY = re.compile(r"\[\s*\]\([^()]*\)")
_SHORTCODE = re.compile(
    r"\{\{[<%].{0,500}?[>%]\}\}|\{%.{0,500}?%\}|\{:[^{}]{0,200}\}|\{\s*[.#][\w-][^{}]{0,200}\}|<!--|-->"
)

_LOADING = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`)[^`]{1,2000}(?<!`)\2(?!`))|!\[(?P<alt>[^\[\]]{0,500})\]\((?:[^()]|\([^()]*\)){0,3000}\)"
    r"|\[(?P<text>[^\[\]]{0,1000})\]\(\s*(?!https?:)[A-Za-z][\w+.-]{1,20}:(?:[^()]|\([^()]*\)){0,3000}\)"
)


class Cleaner:
    """Cleans one paragraph after another of a document: `url` is its address, `found` what the parser met in it."""

    def __init__(self, url: str, found: Mapping[str, object]) -> None:
        self._url = url
        references = found.get("references")
        self._references = references if isinstance(references, dict) else {}

    def __call__(self, text: str) -> str:
        """The paragraph with pictures as their description, links absolute, and code and formulas as they were."""
        parts: list[str] = []
        end = 0
        text = _linked_roles(text)
        kept: list[str] = []

        def hide(match: re.Match[str]) -> str:
            kept.append(match.group())
            return f"\x02{len(kept) - 1}\x03"

        for match in _KEPT.finditer(text):
            parts += text[end : match.start()], hide(match)
            end = match.end()
        cleaned = spaced(self._clean("".join(parts) + text[end:]))
        whole = re.sub(r"\x02(\d+)\x03", lambda match: kept[int(match.group(1))], cleaned)
        return harmless(whole).strip()

    def _clean(self, text: str) -> str:
        text = _SHORTCODE.sub("", text)
        text = _PICTURE.sub(_described, text) if "![" in text else text
        text = _EMPTY.sub("", text)
        text = _LINK.sub(self._linked, text)
        text = _ALONE.sub(self._alone, text) if self._references else text
        return _AUTO.sub(r"\1", text)

    def _linked(self, match: re.Match[str]) -> str:
        text = match["text"]
        if match["to"] is not None:
            return self._made(text, match["to"])
        return (
            self._made(text, self._target(match["ref"] or text))
            if self._target(match["ref"] or text)
            else match.group()
        )

    def _alone(self, match: re.Match[str]) -> str:
        target = self._target(match["text"])
        return self._made(match["text"], target) if target else match.group()

    def _target(self, label: str) -> str:
        known = self._references.get(" ".join(label.split()).upper())
        return str(known.get("href", "")) if isinstance(known, dict) else ""

    def _made(self, text: str, target: str) -> str:
        if not text.strip():
            return ""
        whole = absolute(self._url, target)
        return f"[{text.strip()}]({whole})" if whole else text


def harmless(line: str) -> str:
    """A line whose literal pictures are their description and whose links to scripts and files are their text."""
    return (
        _LOADING.sub(lambda match: match["code"] or match["alt"] or match["text"] or "", line) if "](" in line else line
    )


def absolute(base: str, href: str) -> str:
    """The whole address of a link; "" for places on the page itself and for schemes that are no pages."""
    if not href.strip() or href.strip().startswith("#"):
        return ""
    try:
        target = urljoin(base, href.strip())
        scheme = urlsplit(target).scheme
    except ValueError:
        return ""
    if scheme not in {"http", "https", ""} or len(target) > 2000:
        return ""
    return re.sub(r"\s", "%20", target).replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def _linked_roles(text: str) -> str:
    """Roles of Sphinx and d2l: their text as code, references by number away."""
    return (
        _ROLE.sub(lambda match: f"`{match['shown'] or match['name']}`" if match["shown"] or match["name"] else "", text)
        if "`" in text
        else text
    )


def _described(match: re.Match[str]) -> str:
    return "" if _BADGE.search(match["to"] or "") else match["alt"]
