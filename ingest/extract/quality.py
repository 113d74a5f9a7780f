"""The gate before a text is kept: is there enough of it, in a language we read, and is it the page that was meant?"""

import re

from ingest.extract.values import NotReadable
from ingest.languages import HAN
from ingest.markdown import fences

ENOUGH_PAGE = 200
ENOUGH_SOURCE = 40
_LITTLE = 900
_SAMPLE = 50_000
_LARGEST = 5_000_000
_LEAST_SHARE = 0.002
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ADDRESS = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_WANTS_SCRIPT = re.compile(
    r"(?:enable|turn on|activate|requires?|needs?|without) javascript|javascript (?:is )?(?:disabled|required|must be|to (?:run|view|use))|you need to enable"
    r"|just a moment|checking your browser|verify(?:ing)? you are (?:a )?human|启用\s*javascript|开启\s*javascript|需要\s*javascript|不支持\s*javascript|请稍候.{0,10}验证",
    re.IGNORECASE,
)
_SIGN_IN = re.compile(
    r"^\W*(?:log[ -]?in|sign[ -]?in|sign[ -]?up|登录|登入|请登录|用户登录|注册|安全验证|login required)\b|登录\s*(?:[-_|·]|$)|(?:please )?(?:log|sign) in to (?:continue|view|your)",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|file|site|content|article|document)(?: (?:you requested|you are looking for))? (?:was |is |could |can )?(?:not|n't)(?: be)? found|^\W*not found\b|(?:does not|doesn't|no longer) exists?"
    r"|页面(?:不存在|未找到|找不到|走丢|丢失)|找不到(?:该|此|您)?.{0,6}页面|内容(?:不存在|已删除|已被删除)|文章(?:不存在|已删除|已被删除)",
    re.IGNORECASE,
)


def prose_size(markdown: str) -> int:
    """How much prose the first 50,000 characters have, in Latin characters; a Chinese character says about as much as two."""
    lines = markdown[:_SAMPLE].split("\n")
    code = {number for block in fences(lines) for number in block}
    prose = _ADDRESS.sub("", "\n".join(line for number, line in enumerate(lines) if number not in code))
    return len(re.findall(r"\w", prose)) + len(HAN.findall(prose))


def _code_size(markdown: str) -> int:
    lines = markdown.split("\n")
    return sum(len(lines[number].strip()) for block in fences(lines) for number in block)


def require_text(markdown: str, least: int) -> None:
    """Raise NotReadable when the text is too long, has less than `least` of prose
    (of which code can stand for half), or is in another language."""
    if len(markdown) > _LARGEST:
        raise NotReadable("too_large", f"the text has more than {_LARGEST:,} characters; it is no page to read")
    size = prose_size(markdown)
    if size + min(_code_size(markdown) // 4, least // 2) < least:
        raise NotReadable("unreadable", f"there is too little text to learn from ({size} characters)")
    sample = markdown[:200_000]
    letters, known = len(_LETTER.findall(sample)), len(_LATIN.findall(sample)) + len(HAN.findall(sample))
    if known < 0.5 * letters or letters < 0.2 * len(re.findall(r"\S", sample)):
        raise NotReadable("unreadable", "the text is mostly neither in Latin letters nor in Chinese characters")


def require_page(markdown: str, title: str, *, heading: str = "", has_password: bool = False) -> None:
    """Raise NotReadable when a short page only asks to sign in, or says that there is no such page."""
    size = prose_size(markdown)
    if size > _LITTLE:
        return
    says = f"{heading}\n{title}"
    if any(_NOT_FOUND.search(part) for part in (heading, title)) or _NOT_FOUND.match(markdown.strip("# \n")[:100]):
        raise NotReadable("unreadable", "the page says that the page was not found")
    if has_password or any(_SIGN_IN.search(part) for part in says.split("\n")):
        raise NotReadable("needs_login", "the page asks to sign in")


def require_no_script(markdown: str, title: str, notice: str, *, is_shell: bool) -> None:
    """Raise NotReadable when the page is the shell of an app, or says that it needs JavaScript and little else."""
    size = prose_size(markdown)
    asks = _WANTS_SCRIPT.search(f"{title} {markdown[:2000]}") or (_WANTS_SCRIPT.search(notice) and size < ENOUGH_PAGE)
    if (is_shell and size < ENOUGH_PAGE) or (asks and size < _LITTLE // 2):
        raise NotReadable("needs_javascript", "the page shows its text only after a script has run")


def require_share(markdown: str, source: str) -> None:
    """Raise NotReadable when next to nothing of a large page is text: it is data for a script."""
    if prose_size(markdown) < min(_LEAST_SHARE * len(source), 2000):
        raise NotReadable("unreadable", "next to nothing of the page is text")
