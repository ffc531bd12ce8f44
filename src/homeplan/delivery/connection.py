"""One HTTP/1.1 connection to a push service, for one post after the other."""

import asyncio
from typing import Any, cast

import httptools
from msgspec import Struct

LARGEST_HEAD = 16_384
LARGEST_ANSWER = 4096
ANSWER_LIMIT_S = 2.0
"""Longest time for the rest of an answer once its head is there: a service may send slowly or without end."""


class NotHttp(OSError):
    """The push service answered with something that is not HTTP."""


class Answer(Struct, frozen=True):
    """The answer of a push service. Header names are in lower case; at most 4 KiB of the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """Answers are read up to their first 4 KiB; only one that ended in time and in place lets another post follow."""

    _received: int
    _status: int
    _headers: dict[str, str]
    _body: bytes
    _head_read: bool
    _whole: bool
    _keep_alive: bool
    _extra: bool
    """Something follows the answer that nobody asked for."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._parser: Any = httptools.HttpResponseParser(self)
        self._clean = True
        self._begin()

    @property
    def usable(self) -> bool:
        """Whether another post may follow."""
        return self._clean and self._transport is not None and not self._transport.is_closing()

    def post(self, request: bytes) -> "asyncio.Future[Answer]":
        self._answer = asyncio.get_running_loop().create_future()
        self._clean = False  # until the answer has been read to its end
        if self._transport is None or self._transport.is_closing():
            self._answer.set_exception(ConnectionResetError("closed"))
        else:
            self._transport.write(request)
        return self._answer

    def abort(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    # Of asyncio.Protocol.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.abort()  # nobody asked: a farewell, or a service that cannot count
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._extra = True
            if not self._head_read:
                self._fail(NotHttp("not HTTP"))
                return
        if self._whole or self._extra or len(self._body) >= LARGEST_ANSWER:
            self._finish()
        elif not self._head_read and self._received > LARGEST_HEAD:
            self._fail(NotHttp("the head is too large"))
        elif self._head_read and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ANSWER_LIMIT_S, self._finish)

    def connection_lost(self, failed: Exception | None) -> None:
        self._clean = False
        if self._head_read:
            self._finish()  # its end says how long the body is
        else:
            self._fail(failed if isinstance(failed, OSError) else ConnectionResetError("closed without an answer"))
        self._parser = None  # it holds on to us

    # Of httptools.

    def on_message_begin(self) -> None:
        if self._whole:
            self._extra = True

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and not self._whole:
            self._status, self._head_read = status, True

    def on_body(self, body: bytes) -> None:
        if not self._whole:
            self._body += body[: LARGEST_ANSWER - len(self._body)]

    def on_message_complete(self) -> None:
        if not self._head_read:  # an interim answer such as 100 or 103
            self._headers.clear()
            return
        self._whole = True
        self._keep_alive = self._parser.should_keep_alive()

    def _begin(self) -> None:
        self._received = 0
        self._status = 0
        self._headers = {}
        self._body = b""
        self._head_read = self._whole = self._keep_alive = self._extra = False

    def _finish(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._answer is not None and not self._answer.done():
            self._clean = self._whole and self._keep_alive and not self._extra
            self._answer.set_result(Answer(self._status, self._headers, self._body))
            self._begin()

    def _fail(self, failure: OSError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(failure)
        self.abort()
