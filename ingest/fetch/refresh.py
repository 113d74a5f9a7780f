"""Finds the target of a page that sends its reader on at once: `<meta http-equiv=refresh content="0; url=…">`."""

import html
import re

_LOOKED_AT = 8 * 1024
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_IS_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?\s*refresh\b", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')", re.IGNORECASE)
_AT_ONCE = re.compile(r"\s*0+(?:\.0*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(?P<target>[^\"']+)", re.IGNORECASE)


def refresh_target(body: bytes, media: str) -> str:
    """The address, as written, that an HTML page refreshes to without a pause; "" when it does not.

    >>> refresh_target(b'<meta http-equiv="refresh" content="0; url=../v2/">', "text/html")
    '../v2/'
    """
    if media not in {"", "text/html", "application/xhtml+xml"}:
        return ""
    head = _UNSEEN.sub(" ", body[:_LOOKED_AT].decode("utf-8", "replace"))
    for meta in _META.findall(head):
        content = _CONTENT.search(meta) if _IS_REFRESH.search(meta) else None
        match = _AT_ONCE.match(html.unescape(content["double"] or content["single"] or "")) if content else None
        if match:
            return match["target"].strip()
    return ""
