"""Which addresses may be asked at all: public ones. Every connection goes to the very address that was checked."""

import asyncio
import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore
import httpx

from ingest.fetch.failure import Failure

_PORTS = frozenset({None, 80, 443, 8080, 8443})
_LONGEST_ADDRESS = 8000
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(?:%[\w.-]+)?")
# A host whose last label is a number is an IPv4 address to some resolvers: 0x7f.1, 2130706433.
_NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is the last 32 bits
_MOST_TRIED = 3
SocketOptions = Iterable[httpcore.SOCKET_OPTION]


def checked(address: str, loopback: tuple[str, ...]) -> httpx.URL:
    """The address in one spelling, without fragment, if it may be asked; `loopback` names hosts with port that may.

    Raises Failure ("unsafe").
    """
    try:
        url = httpx.URL(address).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Failure("unsafe", "not an address of the web") from error
    if url.scheme not in {"http", "https"}:
        raise Failure("unsafe", f"a {url.scheme or 'relative'} address is not fetched")
    if not _HOST.fullmatch(url.raw_host) or len(address) > _LONGEST_ADDRESS:
        raise Failure("unsafe", "not an address of the web")
    if url.userinfo:
        raise Failure("unsafe", "the address holds a user name")
    if _place(url.host, _port(url)) not in loopback:
        _check_place(url)
    return url


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet; an IPv4 address inside an IPv6 one is what counts.

    >>> is_public(ip_address("64:ff9b::a00:1"))
    False
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _check_place(url: httpx.URL) -> None:
    host = url.host.rstrip(".").lower()
    if url.port not in _PORTS:
        raise Failure("unsafe", f"port {url.port} is not asked")
    if host == "localhost" or host.endswith(".localhost"):
        raise Failure("unsafe", "the address leads to this machine")
    literal = _literal(host)
    if literal is not None and not is_public(literal):
        raise Failure("unsafe", f"{literal} is not a public address")
    if literal is None and _NUMERIC_HOST.fullmatch(host):
        raise Failure("unsafe", f"{host!r} hides a numeric address")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to the named places on this machine; anything else is a Failure ("unsafe").

    A name is resolved once and every address it has is checked, so that it cannot lead elsewhere afterwards.
    """

    def __init__(self, loopback: tuple[str, ...]) -> None:
        self._loopback = loopback
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(  # noqa: PLR0913
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers, `timeout` seconds for all together."""
        addresses = (await self._resolved(host, port))[:_MOST_TRIED]
        each = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, each, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, each, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raise Failure: no web page stands behind a socket of this machine."""
        raise Failure("unsafe", "the address leads to this machine")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Failure("unreachable", f"the host {host!r} is not found", again=True) from error
        addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
        named = _place(host, port) in self._loopback
        for address in addresses:
            parsed = ip_address(address)
            if not (parsed.is_loopback if named else is_public(parsed)):
                raise Failure("unsafe", f"the host {host!r} leads to {address}, not a public address")
        return addresses
