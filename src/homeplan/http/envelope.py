"""The outermost ASGI layer: request id, same-origin rule, and security headers on every response, errors included."""

import secrets
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from homeplan.errors import CrossSite, Invalid, Problem
from homeplan.http import problems

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)
_NO_STORE = (b"cache-control", b"no-store")

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_PATH = 2048


class Envelope:
    """Wraps the whole app, so that every response passes it, also a 404 and a 500."""

    def __init__(self, app: ASGIApp, origin: str):
        self._app = app
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["homeplan.request_id"] = request_id  # type: ignore[typeddict-unknown-key]

        is_head = scope["method"] == "HEAD"
        if is_head:  # answered as a GET, without the body
            scope["method"] = "GET"

        async def send_with_headers(message: Message) -> None:
            if is_head and message["type"] == "http.response.body":
                message["body"] = b""
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
                headers += _HEADERS
                headers.append((b"x-request-id", request_id.encode()))
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    headers.append(_NO_STORE)
                message["headers"] = headers
            await send(message)

        refused = _refusal(scope, self._origin)
        if refused is not None:
            await _send_problem(refused, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _refusal(scope: Any, origin: str) -> Problem | None:
    path = scope["path"]
    if len(path) > MAX_PATH or "\x00" in path or len(scope.get("query_string", b"")) > MAX_PATH:
        return Invalid("The address is too long or contains a NUL character.")
    if scope["method"] in _SAFE_METHODS:
        return None
    headers = {name.lower(): value for name, value in scope["headers"]}
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return None if site == b"same-origin" else CrossSite()
    sent_origin = headers.get(b"origin")
    if sent_origin is not None:
        return None if sent_origin == origin.encode() else CrossSite()
    # Neither header: not a current browser. Without a cookie a forged request gains nothing.
    return CrossSite() if b"cookie" in headers else None


async def _send_problem(problem: Problem, send: Any) -> None:
    body = problems.encode(problem)
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
