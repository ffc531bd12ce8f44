"""Takes every push unread and answers 201 as cheaply as Python can, so that a load test measures who sends."""

import asyncio
import json
import resource
from typing import cast

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CREATED = b"HTTP/1.1 201 Created\r\nLocation: /m/1\r\nTTL: 60\r\nContent-Length: 0\r\n\r\n"
_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"


class Counter:
    """The requests that all connections took, and the processor time that they cost."""

    def __init__(self) -> None:
        self.pushes = 0

    def answer(self) -> bytes:
        used = resource.getrusage(resource.RUSAGE_SELF)
        text = json.dumps({"answers": {"201": self.pushes}, "cpu_s": used.ru_utime + used.ru_stime})
        return _ANSWER.format(len(text), text).encode()


class Swallow(asyncio.Protocol):
    """One connection. Knows just enough HTTP to see where a request ends; /control/… tells the counts."""

    def __init__(self, counter: Counter):
        self._counter = counter
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            head = self._buffer[:end].lower()
            _, found, rest = head.partition(_LENGTH)
            size = end + len(_END) + (int(rest.split(b"\r\n", 1)[0]) if found else 0)
            if len(self._buffer) < size:
                return
            self._buffer = self._buffer[size:]
            if b" /control/" in head[:32]:
                self._transport.write(self._counter.answer())
            else:
                self._counter.pushes += 1
                self._transport.write(_CREATED)
