"""Google's part in Chromium's push, on this machine: check-in, registration, and MCS, by which Chromium hears a push.

Field numbers and tags are those of Chromium's `google_apis/gcm/protocol`; only what Chromium demands is said.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.delivery.judge import Channel, Judge, Refusal, tls_of_this_machine

HOST = "jmt17.google.com"
ORIGIN = f"https://{HOST}"
"""The address at which Chromium builds other than Google's subscribe."""

DEVICE, SECRET = 4_200_000_001, 4_200_000_002
VERSION, LOGIN_REQUEST, LOGIN_RESPONSE, DATA_MESSAGE = 41, 2, 3, 8


class Google:
    """Use as `async with Google(folder, now) as google`, and start Chromium with `google.switches`."""

    def __init__(self, folder: Path, now: Callable[[], datetime]):
        """`now` is the time that homeplan's tokens are judged by."""
        self._tls, self.certificate = tls_of_this_machine(folder, HOST)
        self.port = 0
        """The port of everything that speaks HTTP, the endpoints of `ORIGIN` included."""
        self.switches: list[str] = []
        self.answers: list[str] = []
        """The answers to homeplan's pushes."""
        self._now = now
        self._judge = Judge()
        self._registered: dict[str, tuple[Channel, Any]] = {}
        self._waiting: list[bytes] = []
        """Pushes for which Chromium was not connected."""
        self._browser: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/checkin", self._check_in)
        app.router.add_post("/register", self._register)
        app.router.add_post("/fcm/send/{token}", self._push)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        self.port = self._runner.addresses[0][1]
        self._mcs = await asyncio.start_server(self._connect, "127.0.0.1", 0, ssl=self._tls)
        self.switches = [
            f"--gcm-checkin-url=https://127.0.0.1:{self.port}/checkin",
            f"--gcm-registration-url=https://127.0.0.1:{self.port}/register",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self._mcs.sockets[0].getsockname()[1]}",
            "--ignore-certificate-errors",
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._browser:
            self._browser.close()
        self._mcs.close()
        await self._runner.cleanup()

    @property
    def violations(self) -> list[str]:
        """Broken promises of homeplan beyond the requests that are refused."""
        return self._judge.violations

    # Chromium's side.

    async def _check_in(self, request: web.Request) -> web.Response:
        """An AndroidCheckinResponse: stats_ok, time_msec, android_id, security_token."""
        body = _number(1, 1) + _number(3, int(time.time() * 1000)) + _fixed(7, DEVICE) + _fixed(8, SECRET)
        return web.Response(body=body, content_type="application/x-protobuf")

    async def _register(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"AidLogin {DEVICE}:{SECRET}":
            return web.Response(status=401)
        form = await request.post()
        channel = Channel(str(form["sender"]))  # the key that the page subscribed with
        self._registered[channel.token] = channel, form
        return web.Response(text=f"token={channel.token}")

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(2) != bytes([VERSION, LOGIN_REQUEST]):
            writer.close()
            return
        # In one piece: Chromium takes no half of a first message.
        writer.write(bytes([VERSION]) + _message(LOGIN_RESPONSE, _text(1, "login")) + b"".join(self._waiting))
        self._waiting.clear()
        self._browser = writer
        with contextlib.suppress(ConnectionError):
            while await reader.read(4096):
                pass  # the rest of its login, acknowledgements
        writer.close()

    # The application server's side.

    async def _push(self, request: web.Request) -> web.Response:
        channel, form = self._registered.get(request.match_info["token"], (None, {}))
        body = await request.read()
        try:
            self._judge.accept(channel, request.headers, body, ORIGIN, self._now())
        except Refusal as refused:
            self.answers.append(f"{refused.status} {refused}")
            return web.Response(status=refused.status, text=str(refused))
        self._pass_on(form, body)
        self.answers.append("201")
        return web.Response(status=201)

    def _pass_on(self, form: Any, body: bytes) -> None:
        """A DataMessageStanza: from, category, app_data, persistent_id, raw_data."""
        subtype = _text(7, _text(1, "subtype") + _text(2, form["X-subtype"]))
        encoding = _text(7, _text(1, "content-encoding") + _text(2, "aes128gcm"))
        head = _text(3, form["sender"]) + _text(5, form["app"]) + subtype + encoding
        message = _message(DATA_MESSAGE, head + _text(9, os.urandom(8).hex()) + _text(21, body))
        if self._browser and not self._browser.is_closing():
            self._browser.write(message)
        else:
            self._waiting.append(message)


# As much of protocol buffers as is written here.


def _message(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + _varint(len(body)) + body


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _fixed(field: int, value: int) -> bytes:
    return _varint(field << 3 | 1) + value.to_bytes(8, "little")


def _text(field: int, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    low = b""
    while value > 0x7F:
        low += bytes([value & 0x7F | 0x80])
        value >>= 7
    return low + bytes([value])
