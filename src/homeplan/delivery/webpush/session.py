"""The one HTTP session that posts to push services: aiohttp, which connects to public addresses only.

The exception are services that the operator names with their port, which may be inside the network.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Any

import aiohttp

from homeplan.delivery.webpush.address import Target

SEND_LIMIT_S = 20.0
URGENT_SEND_LIMIT_S = 8.0
"""The same for what is urgent: its attempt ends before its lease."""
CONNECT_LIMIT_S = 5.0

LIMITS = {
    False: aiohttp.ClientTimeout(total=SEND_LIMIT_S, sock_connect=CONNECT_LIMIT_S),
    True: aiohttp.ClientTimeout(total=URGENT_SEND_LIMIT_S, sock_connect=CONNECT_LIMIT_S),
}
"""The longest time of one post; True: of what is urgent."""

ANSWER_LIMIT_S = 2.0
"""Longest time for the body of an answer once its head is there: a service may send slowly or without end."""

LARGEST_ANSWER = 4096
"""Bytes that are read of an answer's body."""

posting_to: ContextVar[Target] = ContextVar("target")
"""The target of the post of this task, for the socket that it opens."""


def _socket(info: tuple[Any, ...]) -> socket.socket:
    return socket.socket(*info[:3]) if posting_to.get().private_allowed else public_socket(info)


class UnaskedAnswer(aiohttp.ClientError):
    """A kept connection on which the service has spoken unasked; nothing was sent on it."""


class _Request(aiohttp.ClientRequest):
    """A request that is not written to a connection on which an answer waits already.

    Services say 408 before they close an idle connection; aiohttp would take it as the answer to the next push.
    """

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        if conn.protocol is None or conn.protocol.should_close:
            raise UnaskedAnswer
        return await super().send(conn)


def guarded_session(tls: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0,  # each lane has its own
        ssl=tls,
        socket_factory=_socket,
        resolver=aiohttp.ThreadedResolver(),
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=_Request,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        trust_env=False,
        auto_decompress=False,
        read_bufsize=LARGEST_ANSWER,
    )


async def read(answer: aiohttp.ClientResponse) -> bytes:
    """The first bytes of the body; a connection with more to come is closed."""
    body = b""
    if not answer.content.at_eof():
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(ANSWER_LIMIT_S):
                while left := LARGEST_ANSWER - len(body):
                    chunk = await answer.content.read(left)
                    if not chunk:
                        break
                    body += chunk
        if not answer.content.at_eof():
            answer.close()
    return body


class AddressNotPublic(OSError):
    """The name of a push service leads into a private network."""


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for one resolved address, as getaddrinfo tells it. Raises AddressNotPublic.

    It checks the address of the connection itself, so it also catches literals and names whose DNS answer changed.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise AddressNotPublic("refused: not a public address")
    return socket.socket(family, kind, protocol)


def is_public(address: str) -> bool:
    """Whether this IP address is global unicast; stricter than `is_global`, which passes several that lead inside."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _PRIVATE_4)
    if ip.scope_id is not None:
        return False
    return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in network for network in _PRIVATE_6)


_PRIVATE_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # leaves out mapped, NAT64, site-local, unique-local, link-local, multicast
_PRIVATE_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo (2001::/32), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation
    )
)
