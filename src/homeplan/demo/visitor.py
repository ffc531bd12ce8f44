"""A browser without a network: it calls the app as HTTP does and keeps the cookie that it is given."""

from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import msgspec
from litestar.types import ASGIApp

from homeplan.clock import Clock

SIGNED_IN = timedelta(minutes=9)


class DemoFailed(Exception):
    """The app refused something that the demo did; this is a mistake in the demo or in the app."""


class Visitor:
    """One invented person's browser."""

    def __init__(self, app: ASGIApp):
        self._app = app
        self._cookies: dict[str, str] = {}

    async def get(self, path: str) -> Any:
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self._call("POST", path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await self._call("PUT", path, body)

    async def patch(self, path: str, body: Any) -> Any:
        return await self._call("PATCH", path, body)

    async def _call(self, method: str, address: str, body: Any) -> Any:
        """The decoded answer. Raises DemoFailed with the problem that the app told of."""
        path, _, query = address.partition("?")
        content = b"" if body is None else msgspec.json.encode(body)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self._headers(content),
            "client": ("127.0.0.1", 0),
            "server": ("localhost", 80),
            "state": {},
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]
        start = next(message for message in sent if message["type"] == "http.response.start")
        answer = b"".join(message.get("body", b"") for message in sent)
        if start["status"] >= 400:
            raise DemoFailed(f"{method} {path} was answered {start['status']}: {answer.decode()}")
        self._keep_cookies(start["headers"])
        return msgspec.json.decode(answer) if answer else None

    def _headers(self, content: bytes) -> list[tuple[bytes, bytes]]:
        headers = [(b"sec-fetch-site", b"same-origin"), (b"content-length", str(len(content)).encode())]
        if content:
            headers.append((b"content-type", b"application/json"))
        if self._cookies:
            headers.append((b"cookie", "; ".join(f"{name}={value}" for name, value in self._cookies.items()).encode()))
        return headers

    def _keep_cookies(self, headers: list[tuple[bytes, bytes]]) -> None:
        for name, value in headers:
            if name.lower() == b"set-cookie":
                for cookie in SimpleCookie(value.decode()).values():
                    self._cookies[cookie.key] = cookie.value


class Desk(Visitor):
    """A member of staff's browser: it is signed out after minutes without use, so they sign in again."""

    def __init__(self, app: ASGIApp, clock: Clock, email: str, password: str):
        super().__init__(app)
        self._clock = clock
        self._credentials = {"email": email, "password": password}
        self._last_used: datetime | None = None

    async def _call(self, method: str, address: str, body: Any) -> Any:
        now = self._clock.now()
        if self._last_used is None or now - self._last_used > SIGNED_IN:
            await super()._call("POST", "/api/staff/sign-in", self._credentials)
        self._last_used = now
        return await super()._call(method, address, body)
