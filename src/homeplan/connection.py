"""One connection of a browser or a proxy: a request that comes too slowly or with too many headers ends it.

uvicorn limits only the time between two requests. With no proxy in front, slow headers, slow bodies, silence and an
answer that nobody reads would otherwise hold a connection for as long as the other side likes.
"""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from homeplan.errors import HeadersTooLarge, Invalid, Problem
from homeplan.http import problems
from homeplan.http.envelope import with_common_headers

RECEIVE_S = 25.0
"""Longest time from the start of a connection or request to its last byte: 64 KiB at 21 kbit/s."""
STALLED_S = 25.0
"""Longest time in which nothing of an answer is taken."""
MAX_HEAD = 32 * 1024
"""Bytes of the address and all headers of a request; browsers send under 2 KiB."""
MAX_HEADERS = 100


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with a deadline for each request, and limits for its headers."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._deadline: float | None = None
        """The time, by the loop's clock, by which what is awaited must have come; None while nothing is."""
        self._watch: asyncio.TimerHandle | None = None
        """One timer for all requests of the connection; each request sets only the deadline."""
        self._stalled: asyncio.TimerHandle | None = None
        self._requests = 0
        self._head_is_open = False
        """Whether the headers of a request have begun and not ended."""
        self._head_size = 0
        self._refused: Problem | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_deadline()
        if self._watch is not None:
            self._watch.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        is_idle, before = self.cycle is None or self.cycle.response_complete, self._requests
        if is_idle:
            self._expect_request()  # also for bytes that begin none, such as empty lines
        super().data_received(data)
        if self._head_is_open and (is_idle or before == self._requests):  # else a body ends in these bytes too
            self._head_size += len(data)
            if self._head_size > MAX_HEAD and not self.transport.is_closing():
                self._refused = HeadersTooLarge()
                self.send_400_response("")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._requests += 1
        self._head_is_open, self._head_size = True, 0
        self._expect_request()

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MAX_HEAD or len(self.headers) > MAX_HEADERS:
            self._refused = HeadersTooLarge()
            raise self._refused  # the parser stops, and uvicorn calls `send_400_response`
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.__class__ = _Cycle  # uvicorn makes it in the middle of a longer method

    def on_message_complete(self) -> None:
        self._end_deadline()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_writing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_writing()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are for its log
        """Refuse what is not HTTP or has too large headers, and close the connection."""
        refusal = problems.answer(self._refused or Invalid("This is not an HTTP request."))
        headers = with_common_headers(refusal.sent_headers, secrets.token_hex(8))
        lines = [b"HTTP/1.1 %d %s" % (refusal.status, HTTPStatus(refusal.status).phrase.encode())]
        lines += [b"%s: %s" % header for header in (*headers, (b"connection", b"close"))]
        self.transport.write(b"\r\n".join([*lines, b"", refusal.sent_body]))
        self.transport.close()
        self._watch_writing()

    def _expect_request(self) -> None:
        """Give the request until the deadline, unless it has one already."""
        if self._deadline is None:
            self._deadline = self.loop.time() + RECEIVE_S
            if self._watch is None:
                self._watch = self.loop.call_later(RECEIVE_S, self._end_if_late)

    def _end_deadline(self) -> None:
        self._deadline = None

    def _end_if_late(self) -> None:
        self._watch = None
        if self._deadline is None:
            return
        left_s = self._deadline - self.loop.time()
        if left_s > 0:
            self._watch = self.loop.call_later(left_s, self._end_if_late)
        else:
            self.transport.abort()

    def _watch_writing(self) -> None:
        """End the connection when nothing more is taken of what is still to be sent."""
        if self._stalled is None:
            waiting = self.transport.get_write_buffer_size()
            self._stalled = self.loop.call_later(STALLED_S, self._end_if_stalled, waiting)

    def _end_if_stalled(self, waited: int) -> None:
        self._stalled = None
        if self.transport.get_write_buffer_size() >= waited:
            self.transport.abort()
        else:
            self._watch_writing()


class _Cycle(RequestResponseCycle):
    """One request and its answer. Headers and body are sent at once where they come at once, else as uvicorn does:
    it checks each header twice with a regular expression, and counts the bytes of the body.
    """

    _start: Any = None
    """The status and the headers, until the body comes."""

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if self._is_sent_at_once(start, message):
                return
            await super().send(start)
        await super().send(message)

    def _is_sent_at_once(self, start: Any, last: Any) -> bool:
        """Send the whole answer, if it is one that leaves the connection open and has its length."""
        body, headers = last["body"], [*self.default_headers, *start["headers"]]
        is_measured = (start["status"] == HTTPStatus.NOT_MODIFIED and not body) or (
            (b"content-length", b"%d" % len(body)) in headers
        )
        head = b"\r\n".join(map(b": ".join, headers))
        is_sound = head.count(b"\n") == head.count(b"\r") == len(headers) - 1  # else uvicorn refuses it
        is_open = self.keep_alive and not self.disconnected and not self.flow.write_paused
        if not (is_measured and is_sound and is_open) or last.get("more_body", False):
            return False
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.write(b"".join((STATUS_LINE[start["status"]], head, b"\r\n\r\n", body)))
        self.message_event.set()
        self.on_response()
        return True
