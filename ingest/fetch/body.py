"""Reads the body of an answer within a bound, and takes its content encoding off within the same bound."""

import zlib
from collections.abc import AsyncIterable

from ingest.fetch.failure import Failure

ENCODINGS = "gzip, deflate"
_GZIP_MARK = b"\x1f\x8b"


async def read_body(chunks: AsyncIterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body. Raises Failure: "too_large" before or after decoding, "unreadable", "unreachable" when cut."""
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) > max_bytes:
            raise too_large(max_bytes)
    return decoded(bytes(raw), encoding.strip().lower(), max_bytes)


def too_large(max_bytes: int) -> Failure:
    """The failure of a page that has more bytes than are read."""
    return Failure("too_large", f"larger than {max_bytes / 2**20:.3g} MiB")


def decoded(raw: bytes, encoding: str, max_bytes: int) -> bytes:
    """The body without its content encoding; never more than `max_bytes` are made."""
    match encoding:
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _inflated(raw, max_bytes, zlib.MAX_WBITS | 16)
        case "deflate":
            # RFC 9110 means zlib; some servers send the bare stream.
            return _inflated(raw, max_bytes, zlib.MAX_WBITS if _has_zlib_head(raw) else -zlib.MAX_WBITS)
    raise Failure("unreadable", f"sent with the content encoding {encoding!r}, which is not read")


def _inflated(raw: bytes, max_bytes: int, window: int) -> bytes:
    made = bytearray()
    while raw:
        inflater = zlib.decompressobj(window)
        try:
            made += inflater.decompress(raw, max_bytes + 1 - len(made))
        except zlib.error as error:
            raise Failure("unreachable", "its compressed body is damaged", again=True) from error
        if len(made) > max_bytes:
            raise too_large(max_bytes)
        if not inflater.eof:
            raise Failure("unreachable", "its compressed body is cut short", again=True)
        # A gzip body may have several members, and padding behind the last.
        raw = inflater.unused_data if inflater.unused_data.startswith(_GZIP_MARK) else b""
    return bytes(made)


def _has_zlib_head(raw: bytes) -> bool:
    return len(raw) > 1 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2]) % 31 == 0
