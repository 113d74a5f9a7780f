r"""Markdown of documents and models as safe HTML: no raw HTML, no images, no links but cited ones.

Gradio puts the HTML through its own sanitiser and draws what stands between \( \) and \[ \] with KaTeX. It parses
Markdown once more: every block of ours is one HTML block to it, without blank lines, set off by one.
"""

import re
from collections.abc import Callable, Collection, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

DELIMITERS: list[dict[str, str | bool]] = [
    {"left": "\\[", "right": "\\]", "display": True},
    {"left": "\\(", "right": "\\)", "display": False},
]
MARK, UNMARK = "\ue002", "\ue003"
UNSUPPORTED, UNCLEAR = "\ue004", "\ue005"
_HELD, _END, _CHIP = "\ue000", "\ue001", "\ue006"
_PRIVATE = re.compile("[\ue000\ue001\ue006]")
_SIGNS = re.compile(f"[{MARK}{UNMARK}{UNSUPPORTED}{UNCLEAR}]")
_CODE = r"(?P<code>^[ \t]*(?P<fence>```+|~~~+)[\s\S]*?(?:^[ \t]*(?P=fence)|\Z)|(?P<ticks>`+)(?!`)[\s\S]*?(?<!`)(?P=ticks)(?!`))"
_MATH = (
    r"\$\$(?P<display>[\s\S]+?)\$\$|\\\[(?P<bracket>[\s\S]+?)\\\]|\\\((?P<paren>[^\n]+?)\\\)"
    r"|(?<![A-Za-z0-9\\$])\$(?![\s$])(?P<inline>[^$\n]*?[^$\n\s\\])\$(?![\d$])"
)
_MARKER = r"\[(?P<number>\d{1,3})\](?!\()"
_HOLDABLE = re.compile(f"{_CODE}|{_MATH}|{_MARKER}", re.MULTILINE)
_PLACE = re.compile(f"[{_HELD}{_CHIP}](\\d+){_END}")
# A browser may break a line between a chip and the full stop behind it.
_CHIPS_AND_STOP = re.compile(f"(?:{_CHIP}\\d+{_END})+[。，、；：！？）」』”.,;:!?)]+")
_BLANK = re.compile(r"\n\s*\n")

Marker = Callable[[int], str]


def to_html(source: str, *, marker: Marker | None = None, links: Collection[str] = ()) -> str:
    r"""Safe HTML of a Markdown text.

    `marker` gives the HTML of a citation `[n]`; without it markers stay text. Links stay links only to the addresses in
    `links`. The signs MARK and UNMARK become `<mark>` and its end.

    >>> to_html("**b** costs $5, $x_1$ <i>")
    '<p><strong>b</strong> costs &#36;5, <span class="math">\\(x_1\\)</span> &lt;i&gt;</p>'
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        if match["number"] is not None:
            if marker is None:
                return match[0]
            held.append(marker(int(match["number"])))
            return f"{_CHIP}{len(held) - 1}{_END}" if held[-1] else ""
        held.append(_formula(match))
        return f"{_HELD}{len(held) - 1}{_END}"

    prepared = _HOLDABLE.sub(hold, _PRIVATE.sub("", source))
    blocks = [_BLANK.sub("\n", block).strip() for block in _blocks(prepared, links)]
    blocks = [_CHIPS_AND_STOP.sub(r'<span class="together">\g<0></span>', block) for block in blocks]
    html = "\n\n".join(_PLACE.sub(lambda match: held[int(match[1])], block) for block in blocks if block)
    return html.replace(MARK, "<mark>").replace(UNMARK, "</mark>")


def inline_html(source: str) -> str:
    """The same for a text that stands within a line: its paragraphs' tags are left out."""
    return to_html(source).replace("<p>", "").replace("</p>", "").replace("\n\n", "<br>")


def plain_html(source: str) -> str:
    """A learner's own text: escaped, with its line breaks."""
    return "<br>".join(_text(line) for line in _PRIVATE.sub("", source).split("\n"))


def _formula(match: re.Match[str]) -> str:
    display = match["display"] or match["bracket"]
    source = display or match["paren"] or match["inline"]
    # `<` would be read as a tag before KaTeX sees it; a delimiter inside would end the formula too early.
    source = _SIGNS.sub("", source).replace("<", r"\lt ").replace(">", r"\gt ")
    source = re.sub(r"\\[()\[\]]", "", " ".join(source.split()))
    left, right, kind = (r"\[", r"\]", "math display") if display else (r"\(", r"\)", "math")
    return f'<span class="{kind}">{left}{source}{right}</span>'


def _blocks(source: str, links: Collection[str]) -> list[str]:
    """The HTML of each block at the top level."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])
    parser.disable(["reference", "html_block", "html_inline"])
    tokens = parser.parse(source)
    environment: EnvType = {"links": links}
    blocks: list[str] = []
    start = 0
    for at, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            blocks.append(parser.renderer.render(tokens[start : at + 1], parser.options, environment))
            start = at + 1
    return blocks


class _Renderer(RendererHTML):
    """Tags without attributes of the document's; headings one size, below those of the page."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _text(tokens[idx].content)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<h3>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</h3>\n"

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_text(_SIGNS.sub('', tokens[idx].content))}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx].content, "")

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx].content, tokens[idx].info.strip().split(" ")[0])

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _text(tokens[idx].content)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        address = str(tokens[idx].attrGet("href") or "")
        return f'<a href="{escape(address)}" rel="noopener noreferrer">' if address in env["links"] else "<span>"

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        depth = 0
        for token in reversed(tokens[:idx]):
            depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
            if depth < 0:
                return "</a>" if token.attrGet("href") in env["links"] else "</span>"
        return "</span>"


def _text(content: str) -> str:
    """Escaped, and out of reach of Gradio's second look for Markdown and formulas."""
    return escape(content).replace("$", "&#36;").replace("\\", "&#92;")


def _code(content: str, language: str) -> str:
    """Highlighted code on one line of HTML: a blank line would end the block."""
    content = _SIGNS.sub("", content).rstrip("\n")
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        inside = escape(content)
    else:
        inside = str(highlight(content, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")
    for character, entity in (("\n", "&#10;"), ("$", "&#36;"), ("\\", "&#92;")):
        inside = inside.replace(character, entity)
    return f'<pre tabindex="0"><code>{inside}</code></pre>\n'
