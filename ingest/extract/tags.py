"""Takes HTML and JSX tags out of Markdown and leaves what they hold; tables and headings become Markdown."""

import re
from collections.abc import Callable

from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HTMLParser, fragment_fromstring

from ingest.extract.inline import absolute
from ingest.extract.render import render
from ingest.extract.visibility import is_hiding

# What stands between a tag and its end: no further tag of its name, so that a page of open tags costs no more than others.
_WITHIN = r"(?:[^<]++|<(?!/?(?P=tag)\b)){0,2000}+"
_WHOLE = re.compile(rf"<(?P<tag>table|pre|dl)\b[^<>]{{0,500}}>{_WITHIN}</(?P=tag)\s*>", re.IGNORECASE)
_SILENT = re.compile(
    rf"<(?P<tag>script|style|svg|iframe|video|audio|object|select|button)\b[^<>]{{0,5000}}>{_WITHIN}</(?P=tag)\s*>",
    re.IGNORECASE,
)
_STYLED = re.compile(
    rf"<(?P<tag>\w{{1,20}})\b(?=[^<>]{{0,1000}}(?:style\s*=|\shidden\b))(?P<about>[^<>]{{0,2000}})>(?P<text>{_WITHIN.replace('2000', '200')})</(?P=tag)\s*>",
    re.IGNORECASE,
)
_STYLE = re.compile(r"style\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\{([^{}]*)\}\})", re.IGNORECASE)
_CODE = re.compile(
    r"(?<!`)(`+)(?!`).{1,2000}?(?<!`)\1(?!`)|\$\$[^$]{1,5000}\$\$|(?<!\$)\$(?! )[^$\n]{1,500}(?<! )\$(?!\$)", re.DOTALL
)
_HEADING = re.compile(rf"<(?P<tag>h[1-6])\b[^<>]{{0,500}}>(?P<text>{_WITHIN})</(?P=tag)\s*>", re.IGNORECASE)
_ANCHOR = re.compile(
    rf"<(?P<tag>a)\b[^<>]{{0,500}}?href\s*=\s*[\"'](?P<to>[^\"'<>]{{0,2000}})[\"'][^<>]{{0,500}}>(?P<text>{_WITHIN})</a\s*>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\b(?P<about>[^<>]{0,3000})/?>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]{0,500})\"|'([^']{0,500})')", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][\w.:-]{0,40})(?:\s(?:[^<>{}\"']|\"[^\"]{0,3000}\"|'[^']{0,3000}'|\{[^{}]{0,2000}(?:\{[^{}]{0,1000}\}[^{}]{0,1000}){0,20}\}|=>){0,400})?\s*/?>|</?>"
)
_TITLE = re.compile(r"\s(?:title|label|heading)\s*=\s*(?:\"([^\"]{0,300})\"|'([^']{0,300})')")
_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "source",
        "picture",
    ]
)
_INLINE_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "embed",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "link",
        "mark",
        "meta",
        "nobr",
        "path",
        "param",
        "q",
        "ruby",
        "rt",
        "rp",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "option",
    ]
)


def without_tags(text: str, url: str) -> tuple[str, list[str]]:
    """The text without tags, and the passages that a style hid; names in angle brackets that are no tags stay as code."""
    if "<" not in text:
        return text, []
    hidden: list[str] = []

    def unseen(match: re.Match[str]) -> str:
        style = _STYLE.search(match["about"])
        if not is_hiding("".join(filter(None, style.groups())) if style else "display:none"):
            return match.group()
        hidden.append(" ".join(match["text"].split()))
        return ""

    text = _outside_code(_SILENT.sub("", text), lambda part: _STYLED.sub(unseen, part))
    text = _WHOLE.sub(lambda match: f"\n\n{_rendered(match.group(), url)}\n\n", text)
    return _outside_code(text, lambda part: _stripped(part, url)), [passage for passage in hidden if passage]


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _CODE.finditer(text):
        parts += change(text[end : match.start()]), match.group()
        end = match.end()
    return "".join([*parts, change(text[end:])])


def _rendered(source: str, url: str) -> str:
    try:
        root = fragment_fromstring(
            source.encode("utf-8", "replace"), create_parent="div", parser=HTMLParser(encoding="utf-8")
        )
    except (ParserError, XMLSyntaxError):
        return ""
    return render(root, url)


def _stripped(text: str, url: str) -> str:
    text = _HEADING.sub(lambda match: f"\n\n{'#' * int(match['tag'][1])} {' '.join(match['text'].split())}\n\n", text)
    text = _IMAGE.sub(_described, text)
    text = _ANCHOR.sub(lambda match: _link(match, url), text)
    return _TAG.sub(_tagless, text)


def _described(match: re.Match[str]) -> str:
    alt = _ALT.search(match["about"])
    text = "".join(filter(None, alt.groups())) if alt else ""
    return "" if "badge" in match["about"].lower() or "shields.io" in match["about"] else text


def _link(match: re.Match[str], url: str) -> str:
    text = " ".join(_TAG.sub(_tagless, match["text"]).split())
    target = absolute(url, match["to"])
    return f"[{text}]({target})" if text and target and "](" not in text else text


def _tagless(match: re.Match[str]) -> str:
    name = match["name"] or ""
    if name.lower() == "li" and not match.group().startswith("</"):
        return "\n- "
    if name.lower() == "br":
        return " "
    if name.lower() in _BLOCK_TAGS or name.lower() == "li":
        return "\n\n"
    if name.lower() in _INLINE_TAGS or not name:
        return ""
    if name[0].isupper() and not name.isupper():
        title = _TITLE.search(match.group())
        return (
            f"\n\n{''.join(filter(None, title.groups()))}\n\n"
            if title
            else "\n\n"
            if "\n" in match.string[: match.start()][-80:]
            else ""
        )
    return f"`{match.group()}`"
