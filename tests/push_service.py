"""A push service on this machine: Firefox's WebSocket protocol on one side, RFC 8030 on the other.

It refuses what a real one refuses, notes in `violations` what homeplan promises beyond that, decrypts what was sent to
subscriptions whose keys it made, and fails on request. Run `python tests/push_service.py --help` for benches.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import resource
import ssl
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

if not __package__:  # run as a program: the folder of this file would hide Python's own `http`
    sys.path[0] = str(Path(__file__).parents[1])

import uvloop
from aiohttp import WSMsgType, web

from tests.delivery.judge import Channel, Fault, Judge, Push, Refusal, decode, encode, tls_of_this_machine
from tests.delivery.swallow import Counter as Swallowed
from tests.delivery.swallow import Swallow

__all__ = ["Channel", "Fault", "Push", "PushService"]


class PushService:
    """Use as `async with PushService() as service`; then `service.subscribe(…)`, `service.received`."""

    def __init__(self, *, tls: bool = False, checks: bool = True, now: Callable[[], datetime] | None = None):
        """`checks` off: every push is answered 201 unread, for load. `now` is the time that tokens are judged by."""
        self.received: list[Push] = []
        self.answers: Counter[int] = Counter()
        self.acks: list[dict[str, Any]] = []
        """Messages of browsers about their notifications: code 100 shown, 101 not decryptable."""
        self.origin = ""
        self.certificate: Path | None = None
        self.in_hand = 0
        """Number of requests being answered."""
        self._faults: deque[Fault] = deque()
        self._recovered = asyncio.Event()
        self._channels: dict[str, Channel] = {}
        self._checks = checks
        self._now = now or (lambda: datetime.now(UTC))
        self._judge = Judge()
        self._versions = itertools.count(1)
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._uaids: set[str] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="push-service-") if tls else None
        self._runner: web.AppRunner | None = None
        self._swallowing: asyncio.Server | None = None

    async def start(self, port: int = 0) -> Self:
        tls = None
        if self._folder:
            tls, self.certificate = tls_of_this_machine(Path(self._folder.name))
        port = await (self._listen(port, tls) if self._checks else self._swallow(port, tls))
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        return self

    async def stop(self) -> None:
        for socket in [*self._sockets.values()]:
            await socket.close(code=4774)  # tells Firefox not to come back
        if self._runner:
            await self._runner.cleanup()
        if self._swallowing:
            self._swallowing.close()
        if self._folder:
            self._folder.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def connected(self) -> int:
        """Number of connected browsers."""
        return len(self._sockets)

    @property
    def websocket_url(self) -> str:
        """For Firefox's `dom.push.serverURL`."""
        return self.origin.replace("http", "ws", 1) + "/"

    @property
    def violations(self) -> list[str]:
        """Mistakes of homeplan, apart from the consequences of faults."""
        return self._judge.violations

    def subscribe(self, vapid_public: str | None) -> dict[str, Any]:
        """A subscription as a browser would hand it over; its pushes can be decrypted here."""
        channel = Channel(vapid_public)
        self._channels[channel.token] = channel
        return {"endpoint": self._endpoint(channel), "keys": channel.make_keys()}

    def channel(self, endpoint: str) -> Channel:
        return self._channels[endpoint.rsplit("/", 1)[-1]]

    def fail_with(self, *faults: Fault, endpoint: str | None = None) -> None:
        """The next requests (to one endpoint, or to any) fail like this, in this order."""
        (self.channel(endpoint).faults if endpoint else self._faults).extend(faults)

    def recover(self) -> None:
        """No request fails any more; those that hang are answered."""
        self._recovered.set()
        self._recovered = asyncio.Event()
        for faults in (self._faults, *(channel.faults for channel in self._channels.values())):
            faults.clear()

    def end(self, endpoint: str, status: int = 410) -> None:
        """The subscription is gone from now on."""
        self.channel(endpoint).ended = status

    async def disconnect(self, *, forget: bool = False) -> None:
        """Drop the browsers' connections; who is forgotten gets a new id and so fires pushsubscriptionchange."""
        if forget:
            self._uaids.clear()
        for socket in [*self._sockets.values()]:
            await socket.close(code=1001)

    def _endpoint(self, channel: Channel) -> str:
        return f"{self.origin}/wpush/v2/{channel.token}"

    async def _listen(self, port: int, tls: ssl.SSLContext | None) -> int:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_get("/", self._browser)
        app.router.add_post("/wpush/v2/{token}", self._push)
        app.router.add_post("/control/{action}", self._control)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=tls).start()
        return int(self._runner.addresses[0][1])

    async def _swallow(self, port: int, tls: ssl.SSLContext | None) -> int:
        counter = Swallowed()
        loop = asyncio.get_running_loop()
        self._swallowing = await loop.create_server(lambda: Swallow(counter), "127.0.0.1", port, ssl=tls)
        return int(self._swallowing.sockets[0].getsockname()[1])

    # The application server's side.

    async def _push(self, request: web.Request) -> web.StreamResponse:
        self.in_hand += 1
        try:
            return await self._answer(request, self._channels.get(request.match_info["token"]))
        finally:
            self.in_hand -= 1

    async def _answer(self, request: web.Request, channel: Channel | None) -> web.StreamResponse:
        fault = next((queue.popleft() for queue in (channel.faults if channel else (), self._faults) if queue), None)
        body = await request.read()
        if fault and fault.mode == "answer":
            self.answers[fault.status] += 1
            return web.Response(status=fault.status, headers=fault.headers, body=fault.body)
        try:
            plaintext, claims = self._judge.accept(channel, request.headers, body, self.origin, self._now())
        except Refusal as refused:
            self.answers[refused.status] += 1
            if refused.status not in (404, 410):
                self.violations.append(f"{refused.status} {refused}")
            return web.json_response({"errno": 0, "message": str(refused)}, status=refused.status)
        token, version = request.match_info["token"], str(next(self._versions))
        push = Push(token, request.headers.copy(), body, plaintext, claims, self._now(), version)
        self.received.append(push)
        if channel and channel.uaid:
            await self._pass_on(channel, push)
        self.answers[201] += 1
        if fault and fault.mode == "hang":
            await self._recovered.wait()
        elif fault:
            return await _misbehave(request, fault)
        headers = {"Location": f"{self.origin}/m/{version}", "TTL": push.headers["TTL"]}
        return web.Response(status=201, headers=headers)

    async def _pass_on(self, channel: Channel, push: Push) -> None:
        """Keep it for the browser in place of what has the same topic, and notify the browser if it is connected."""
        topic = push.headers.get("Topic")
        channel.pending = [old for old in channel.pending if topic is None or old.headers.get("Topic") != topic]
        socket = self._sockets.get(channel.uaid)
        if socket is not None or push.headers["TTL"] != "0":
            channel.pending.append(push)
        if socket is not None:
            await _notify(socket, channel, push)

    # The browser's side.

    async def _browser(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        uaid = ""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            message = json.loads(message.data)
            if message.get("messageType") == "hello":
                uaid = await self._hello(socket, message)
            elif (answer := self._reply(uaid, message)) is not None:
                await socket.send_json(answer)
        if self._sockets.get(uaid) is socket:
            del self._sockets[uaid]
        return socket

    async def _hello(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> str:
        uaid = message["uaid"] if message.get("uaid") in self._uaids else os.urandom(16).hex()
        self._uaids.add(uaid)
        self._sockets[uaid] = socket
        welcome: dict[str, Any] = {"status": 200, "uaid": uaid, "use_webpush": True, "broadcasts": {}}
        await socket.send_json({"messageType": "hello", **welcome})
        for channel in [each for each in self._channels.values() if each.uaid == uaid]:
            channel.pending = [push for push in channel.pending if self._now() <= push.expires_at]
            for push in channel.pending:
                await _notify(socket, channel, push)
        return uaid

    def _reply(self, uaid: str, message: dict[str, Any]) -> dict[str, Any] | None:
        kind = message.get("messageType")
        if kind == "register":
            key = encode(decode(message["key"])) if "key" in message else None  # Firefox pads it
            channel = Channel(key, uaid=uaid, channel_id=message["channelID"])
            self._channels[channel.token] = channel
            answer = {"status": 200, "pushEndpoint": self._endpoint(channel)}
            return {"messageType": kind, "channelID": message["channelID"], **answer}
        if kind == "unregister":
            for channel in self._channels.values():
                if channel.channel_id == message["channelID"]:
                    channel.ended = 410
            return {"messageType": kind, "channelID": message["channelID"], "status": 200}
        if kind == "broadcast_subscribe":
            return {"messageType": "broadcast", "broadcasts": {}}
        if kind in ("ack", "nack"):
            updates = message.get("updates", [message])
            self.acks += updates
            settled = {update.get("version") for update in updates}
            for channel in self._channels.values():
                channel.pending = [push for push in channel.pending if push.version not in settled]
            return None
        return {}

    # For a bench that runs it as a process of its own.

    async def _control(self, request: web.Request) -> web.Response:
        if request.match_info["action"] == "subscribe":
            key, count = request.query.get("key"), int(request.query.get("count", "1"))
            return web.json_response([self.subscribe(key) for _ in range(count)])
        if request.match_info["action"] == "fault":
            asked = await request.json()
            self.fail_with(*(Fault(**{**each, "body": each.get("body", "").encode()}) for each in asked))
            return web.json_response({})
        used = resource.getrusage(resource.RUSAGE_SELF)
        answers, self.answers = self.answers, Counter()
        cpu_s = used.ru_utime + used.ru_stime
        return web.json_response({"answers": answers, "violations": self.violations[:20], "cpu_s": cpu_s})


async def _misbehave(request: web.Request, fault: Fault) -> web.StreamResponse:
    """The push was taken; what follows is not the answer that one hopes for."""
    if fault.mode == "reset" and request.transport is not None:
        request.transport.abort()
    response = web.StreamResponse(status=fault.status, headers=fault.headers)
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        for _ in range(50 if fault.mode == "huge" else 0):
            await response.write(b"x" * 2**20)
        while fault.mode == "drip":
            await response.write(b"x")
            await asyncio.sleep(0.2)  # noqa: TID251 - it is what this service does wrong
    return response


async def _notify(socket: web.WebSocketResponse, channel: Channel, push: Push) -> None:
    note = {"channelID": channel.channel_id, "version": push.version, "ttl": int(push.headers["TTL"])}
    content = {"data": encode(push.body), "headers": {"encoding": "aes128gcm"}}
    with contextlib.suppress(ConnectionError):
        await socket.send_json({"messageType": "notification", **note, **content})


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A local push service. Its first line is {origin, certificate}.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true", help="https with a self-signed certificate")
    parser.add_argument("--no-checks", action="store_true", help="answer 201 unread, for load")
    options = parser.parse_args()
    service = await PushService(tls=options.tls, checks=not options.no_checks).start(options.port)
    try:
        certificate = str(service.certificate) if service.certificate else None
        sys.stdout.write(json.dumps({"origin": service.origin, "certificate": certificate}) + "\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(
            None, sys.stdin.read
        )  # until the process that started it has ended
    finally:
        await service.stop()


if __name__ == "__main__":
    uvloop.run(_main())
