"""The outermost ASGI layer: request id, the visitor behind a proxy, the same-origin rule, and security headers on every
response, errors included."""

import re
from collections.abc import Iterable
from os import urandom
from time import perf_counter
from typing import Any, cast

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import HTTPScope, Message, Receive, Scope, Send
from litestar.utils.path import normalize_path

from homeplan.errors import CrossSite, Invalid, Problem
from homeplan.forwarded import Proxies
from homeplan.http import problems
from homeplan.http.answers import Encoded
from homeplan.http.refusal_log import RefusalLog
from homeplan.http.request_figures import NO_ROUTE, RequestFigures, route_of
from homeplan.logs import request_id as logged_request_id

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
_HOST = re.compile(rb"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")
"""A Host header that Litestar takes; it refuses any other."""


class Envelope:
    """Wraps the whole app, so that every response passes it, also a 404 and a 500.

    It hands a request for a route of http/routes.py to that route itself, since Litestar's own way there costs as much
    as two reads of the database. Everything else (web files, health, unknown addresses) goes through Litestar.
    """

    def __init__(self, app: Litestar, origin: str, trusted_proxies: Iterable[str] = ()):
        self._app = app
        self._origin = origin.encode()
        self._proxies = Proxies(trusted_proxies)
        self._find = app.asgi_router.handle_routing
        self._figures = app.state["memory"].of(RequestFigures)
        self._routes: dict[HTTPRouteHandler, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = urandom(8).hex()
        scope["homeplan.request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        if self._proxies:
            _see_visitor(scope, self._proxies)
        outer = logged_request_id.set(request_id)
        try:
            await self._serve(scope, receive, send, request_id)
        finally:
            logged_request_id.reset(outer)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send, request_id: str) -> None:
        began, method, route = perf_counter(), scope["method"], NO_ROUTE
        is_head = method == "HEAD"
        if is_head:  # answered as a GET, without the body; the server's own scope stays as it is
            scope = cast(HTTPScope, {**scope, "method": "GET"})
        refused = _refusal(scope, self._origin)
        if refused is not None:
            self._note(refused, scope)
            answer = problems.answer(refused)
        elif (handler := self._handler_of(scope)) is not None:
            route = self._route_of(handler)
            answer = await _served(handler, Request(scope, receive, send))
        else:
            status = await self._through_litestar(scope, receive, send, request_id, is_head=is_head)
            self._figures.note(method, self._route_of(scope.get("route_handler")), status, perf_counter() - began)
            return
        self._figures.note(method, route, answer.status, perf_counter() - began)
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": with_common_headers(answer.sent_headers, request_id),
            }
        )
        if is_head:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await answer.send_body(send)

    def _note(self, refused: Problem, scope: HTTPScope) -> None:
        """Have a request from another site logged; its address may hold anything and is left out."""
        if isinstance(refused, CrossSite):
            state, peer = self._app.state, scope["client"]
            state["memory"].of(RefusalLog).note(state["clock"].now(), "request", refused.code, peer[0] if peer else "")

    async def _through_litestar(
        self, scope: Scope, receive: Receive, send: Send, request_id: str, *, is_head: bool
    ) -> int:
        """Have Litestar answer; returns the status that was sent."""
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = with_common_headers(list(message.get("headers", ())), request_id)
            elif is_head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await self._app(scope, receive, send_with_headers)
        return status

    def _route_of(self, handler: Any) -> str:
        """The route of the figures, found once per handler."""
        route = self._routes.get(handler)
        if route is None:
            route = self._routes[handler] = route_of(handler)
        return route

    def _handler_of(self, scope: Any) -> HTTPRouteHandler | None:
        """The handler of http/routes.py for this address, noted in the scope with what the path names."""
        for name, value in scope["headers"]:
            if name == b"host" and _HOST.fullmatch(value) is None:
                return None
        try:
            _, handler, path, path_params, _ = self._find(path=normalize_path(scope["path"]), method=scope["method"])
        except HTTPException:
            return None
        if "route" not in handler.opt:
            return None
        scope["app"] = scope["litestar_app"] = self._app
        scope["route_handler"], scope["path"], scope["path_params"] = handler, path, path_params
        return cast(HTTPRouteHandler, handler)


def _see_visitor(scope: Any, proxies: Proxies) -> None:
    """Put the visitor's address in the place of the proxy's, when the proxy is a trusted one and names it."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer = scope["client"][0] if scope["client"] else ""
    if (visitor := proxies.visitor(peer, forwarded)) is not None:
        scope["client"], scope["homeplan.forwarded"] = (visitor, 0), True


async def _served(handler: HTTPRouteHandler, request: Request[Any, Any, Any]) -> Encoded:
    try:
        answer: Encoded = await handler.opt["route"].serve(request)
    except Exception as error:
        return problems.answer_to(request, error)
    return answer


def with_common_headers(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those that every answer has; without one of its own it is not kept anywhere."""
    own = {name.lower() for name, _ in headers}
    all_headers = [*headers, *(one for one in _HEADERS if one[0] not in own), (b"x-request-id", request_id.encode())]
    if b"cache-control" not in own:
        all_headers.append(_NO_STORE)
    return all_headers


def _refusal(scope: Any, origin: bytes) -> Problem | None:
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
        return None if sent_origin == origin else CrossSite()
    # Neither header: not a current browser. Without a cookie a forged request gains nothing.
    return CrossSite() if b"cookie" in headers else None
