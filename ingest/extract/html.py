"""Takes the text of an HTML page: the part that is its content, what the page says of itself, what was hidden in it."""

import re
from functools import lru_cache
from urllib.parse import urljoin

from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.extract.about import date_of, licence_of, title_of
from ingest.extract.paragraphs import visible
from ingest.extract.render import render
from ingest.extract.values import NotReadable
from ingest.extract.visibility import drop, remove_invisible
from ingest.values import Value

_NEVER_TEXT = [
    "style",
    "template",
    "svg",
    "canvas",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "map",
    "button",
    "select",
    "option",
    "input",
    "textarea",
    "datalist",
    "nav",
    "dialog",
    "noscript",
    "head",
    "link",
    "meta",
]
_ROLES = {
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
    "tablist",
}
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navigator|menu|menus|sidebar|sidenav|breadcrumbs?|footer|foot|cookies?|consent|gdpr|share|shares|sharing"
    r"|social|socials|comments?|disqus|related|recommend\w*|pagination|pager|paginate|newsletter|subscribe|subscription|advert\w*|ads?|sponsor\w*"
    r"|toc|popup|modal|banner|copyright|announcement|feedback|searchbox|skip|prevnext|download-link-note|toolbar|login|signup|qrcode|reward|likes?"
    r"|section-link|downloads?|signature|timing|headerlink|anchor|anchorjs-link|header-anchor|hash-link|edit-page|editthispage|copybtn|back-to-top)(?:$|[\s_-])"
    r"|prev-next|table-of-contents|edit-this-page|post-nav|sphx-glr-(?:download|footer|timing|signature)"
)
_BOXES = ["div", "section", "ul", "ol", "aside", "header", "footer", "form", "p", "dl", "table", "details"]
_ANCHORS = ["a", "span"]
_ANCHOR = re.compile(
    r"(?:^|[\s_-])(?:headerlink|anchor|anchorjs-link|header-anchor|hash-link|heading-link|direct-link|mw-editsection|copybtn|sr-only|viewcode-link)(?:$|[\s_-])"
)
_CONTENT = (
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@itemprop='articleBody']",
    "//*[@id='js_content' or @id='cnblogs_post_body' or @id='article_content' or @id='mw-content-text' or @id='content_views']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' markdown-body ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' post-content ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' article-content ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' ltx_page_content ')]",
    "//d-article",
    "//*[@id='main-content']",
    "//*[@id='content']",
)
_SHELL = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby' or @id='main-app' or self::app-root]"
_OPEN_TAGS = 200_000
_SMALL = 200  # characters: what a footer or a bar of buttons holds


class Page(Value):
    """What a page holds: its Markdown, and what the gate wants to know of its DOM."""

    title: str
    heading: str
    markdown: str
    licence: str
    date: str
    hidden: tuple[str, ...]
    has_password: bool
    is_shell: bool
    notice: str


def read_html(text: str, url: str = "") -> Page:
    """The content of an HTML page, with links absolute against `url`.

    Raises NotReadable when there is no HTML in it or far too much.
    """
    if text.count("<") > 5 * _OPEN_TAGS:
        raise NotReadable("too_large", "the page has more than a million tags; it is no page to read")
    clean, spelled = visible(text)
    root = _parsed(clean)
    base = _base(root, url)
    title, date, licence = title_of(root), date_of(root), licence_of(root)
    notice = " ".join(" ".join(map(str, part.itertext())) for part in root.iter("noscript"))
    has_password = bool(root.xpath("//input[@type='password' or @name='password']"))
    shell = _is_shell(root)
    hidden = [*spelled, *remove_invisible(root)]
    _remove_furniture(root)
    content = _content(root)
    heading = next((" ".join("".join(map(str, h.itertext())).split()) for h in content.iter("h1")), "")
    return Page(
        title=title or heading,
        heading=heading,
        markdown=render(content, base),
        licence=licence,
        date=date,
        hidden=tuple(hidden),
        has_password=has_password,
        is_shell=shell,
        notice=" ".join(notice.split())[:500],
    )


def _parsed(text: str) -> HtmlElement:
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (ParserError, XMLSyntaxError) as error:
        raise NotReadable("unreadable", "the page is empty") from error


def _base(root: HtmlElement, url: str) -> str:
    named: str = next((part.get("href") or "" for part in root.iter("base")), "")
    try:
        return str(urljoin(url, named))
    except ValueError:
        return url


def _is_shell(root: HtmlElement) -> bool:
    """An app that a script fills: its place in the page has no text."""
    if next(root.iter("script"), None) is None:
        return False
    return any(not "".join(map(str, place.itertext())).strip() for place in root.xpath(_SHELL))


def _remove_furniture(root: HtmlElement) -> None:
    """Take out scripts, controls, navigation, banners, share buttons, and the anchors beside headings."""
    for element in list(root.iter(*_NEVER_TEXT)):
        drop(element)
    for element in list(root.iter("script")):
        if not (element.get("type") or "").startswith("math/tex"):
            drop(element)
    whole = _size(root)
    for element in list(root.iter(*_BOXES, *_ANCHORS)):
        if _is_furniture(element, whole):
            drop(element)


def _is_furniture(element: HtmlElement, whole: int) -> bool:
    named = _named(element)
    if element.tag in _ANCHORS:
        return _names(_ANCHOR, named) and _size(element) < 20
    if element.tag == "footer":
        return not any(above.tag == "article" for above in element.iterancestors()) and not _holds_content(element)
    if (element.get("role") or "") in _ROLES:
        return _size(element) < 0.5 * whole or not _holds_content(element)
    if element.tag == "header" and not _within_article(element):
        return next(element.iter("h1"), None) is None
    if element.tag == "aside" and _within_article(element):
        return False
    if element.tag == "aside":
        return _size(element) < 0.5 * whole
    return _names(_ASIDE, named) and _may_go(element, whole)


@lru_cache(maxsize=4096)
def _names(pattern: re.Pattern[str], named: str) -> bool:
    return bool(pattern.search(named))


def _named(element: HtmlElement) -> str:
    """The class and id of an element; of a section the class alone, since its id is made from the words of its heading."""
    classes = element.get("class") or ""
    is_section = element.tag == "section" or "section" in classes.split()
    return classes if is_section else f"{classes} {element.get('id') or ''}"


def _may_go(element: HtmlElement, whole: int) -> bool:
    """A box named like furniture goes when it is small beside the page or hardly more than links."""
    if _holds_content(element):
        return False
    size = _size(element)
    links = sum(_size(link) for link in element.iter("a"))
    return size < max(0.1 * whole, _SMALL) or links > 0.5 * size


def _holds_content(element: HtmlElement) -> bool:
    return next(element.iter("h1", "main", "article"), None) is not None


def _within_article(element: HtmlElement) -> bool:
    return any(above.tag in {"article", "main"} or above.get("role") == "main" for above in element.iterancestors())


def _content(root: HtmlElement) -> HtmlElement:
    """The element that holds the page's text: of those that pages mark as such, the first with most of it."""
    body = root.find("body")
    whole = body if body is not None else root
    most = _size(whole)
    for path in _CONTENT:
        marked = root.xpath(path)
        if len(marked) == 1 and _size(marked[0]) >= 0.4 * most:
            return _outermost_heading(marked[0], whole)
    return whole


def _outermost_heading(content: HtmlElement, whole: HtmlElement) -> HtmlElement:
    """The content, or what is around it where the page's only first heading stands just outside."""
    headings = list(whole.iter("h1"))
    parent = content.getparent()
    if len(headings) != 1 or parent is None or content in headings[0].iterancestors():
        return content
    around = next((above for above in content.iterancestors() if above in headings[0].iterancestors()), parent)
    return around if _size(around) < 1.3 * _size(content) else content


def _size(element: HtmlElement) -> int:
    return len("".join(" ".join(map(str, element.itertext())).split()))
