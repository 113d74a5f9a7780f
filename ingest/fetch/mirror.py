"""Asks a copy of the web on this machine in place of the web: the one place that knows how the copy is laid out."""

import httpx


def mirrored(url: httpx.URL, mirror: str) -> httpx.URL:
    """Where the copy of a page stands: `https://host/path?query` at `MIRROR/https/host/path?query`."""
    if not mirror:
        return url
    return httpx.URL(f"{mirror.rstrip('/')}/{url.scheme}/{url.netloc.decode()}{url.raw_path.decode()}")


def unmirrored(location: str, mirror: str) -> str:
    """The address of the web that a redirect within the copy means; any other comes back as it is.

    >>> unmirrored("/https/docs.python.org/3/", "http://127.0.0.1:8123")
    'https://docs.python.org/3/'
    """
    if not mirror:
        return location
    inside = location.removeprefix(mirror.rstrip("/"))
    for scheme in ("http", "https"):
        if inside.startswith(f"/{scheme}/"):
            return f"{scheme}://{inside.removeprefix(f'/{scheme}/')}"
    return location
