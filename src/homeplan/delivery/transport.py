"""HTTP/1.1 to push services: connections that are kept, addresses that are checked, answers that are cut short.

No more of HTTP than posting needs: no redirects, no proxies, no cookies, no decompression, one request at a time on a
connection.
"""

import asyncio
import socket
import ssl
from collections import defaultdict
from collections.abc import Mapping

from homeplan.delivery.connection import Answer, Connection, NotHttp
from homeplan.delivery.endpoint import AddressNotPublic, Target, public_socket

CONNECT_LIMIT_S = 5.0
IDLE_LIMIT_S = 15.0
"""Time for which an unused connection is kept; services close theirs later, so that a push rarely meets a closing one.
"""


class Connections:
    """The connections of one process to all push services. The caller limits how many posts are under way."""

    def __init__(self, tls: ssl.SSLContext):
        tls.set_alpn_protocols(["http/1.1"])
        self._tls = tls
        self._idle: dict[tuple[str, bool], list[Connection]] = defaultdict(list)
        self._family: dict[str, int] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post `body` and wait for the answer. Raises OSError (AddressNotPublic among them) and TimeoutError.

        Nothing is sent twice: a connection that breaks under a push says nothing about whether it was taken.
        """
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"POST {target.path} HTTP/1.1\r\nHost: {target.authority}\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        connection = self._reuse(target) or await self._connect(target)
        try:
            answer = await connection.post(head.encode("ascii") + body)
        except BaseException:
            connection.abort()
            raise
        self._keep(target, connection)
        return answer

    async def close(self) -> None:
        """Let go of all connections that nobody uses."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for kept in self._idle.values():
            for connection in kept:
                connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)  # the event loop lets go of their sockets

    def _reuse(self, target: Target) -> Connection | None:
        kept = self._idle[target.origin, target.private_allowed]
        while kept:
            connection = kept.pop()
            if connection.usable:
                return connection
        return None

    def _keep(self, target: Target, connection: "Connection") -> None:
        if not connection.usable:
            connection.abort()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle[target.origin, target.private_allowed].append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(IDLE_LIMIT_S, self._sweep)

    def _sweep(self) -> None:
        """Close what has not been used for a while; the connection used last is the first to be used again."""
        loop = asyncio.get_running_loop()
        self._sweeping = None
        for kept in self._idle.values():
            while kept and (not kept[0].usable or loop.time() - kept[0].idle_since >= IDLE_LIMIT_S):
                kept.pop(0).abort()
        if any(self._idle.values()):
            self._sweeping = loop.call_later(IDLE_LIMIT_S / 2, self._sweep)

    async def _connect(self, target: Target) -> Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_LIMIT_S):
            opened = await self._open(target)
        try:
            _, connection = await loop.create_connection(
                Connection,
                sock=opened,
                ssl=self._tls if target.secure else None,
                server_hostname=target.host if target.secure else None,
            )
        except BaseException:
            opened.close()
            raise
        return connection

    async def _open(self, target: Target) -> socket.socket:
        """A connected socket: addresses in the resolver's order, the family that worked last time first."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        found.sort(key=lambda info: info[0] != self._family.get(target.host, info[0]))
        trouble: OSError = NotHttp("the name has no address")
        for i, info in enumerate(found):
            try:
                opened = socket.socket(*info[:3]) if target.private_allowed else public_socket(info)
            except AddressNotPublic as refused:
                trouble = refused
                continue
            opened.setblocking(False)
            try:
                # A family that leads nowhere must leave time for the other one.
                async with asyncio.timeout(None if i == len(found) - 1 else CONNECT_LIMIT_S / 2):
                    await loop.sock_connect(opened, info[4])
            except OSError as failed:  # TimeoutError is one
                opened.close()
                trouble = failed
            except BaseException:
                opened.close()
                raise
            else:
                self._family[target.host] = info[0]
                return opened
        raise trouble
