"""The declaration of a route, and how a request to it is answered.

Nothing is decoded before the access rule has been checked.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

import msgspec
from litestar.exceptions import HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from homeplan.context import Context
from homeplan.errors import Invalid, NotFound, Problem, WrongType
from homeplan.http.access import Access, Helping
from homeplan.http.answers import Encoded, encoded
from homeplan.http.exchange import AnyRequest, Exchange
from homeplan.http.request import decode, header, require_field
from homeplan.limits.actions import count_use
from homeplan.limits.model import Limit

Function = Callable[..., Awaitable[Any]]


class Query(msgspec.Struct, frozen=True):
    """A query parameter: its name in the address and its description in the schema."""

    name: str
    description: str | None = None


class Route(msgspec.Struct, kw_only=True, dict=True):
    """The declaration of a route, and how its function is called."""

    function: Function
    access: Access
    audit: str | None
    is_unsafe: bool
    """Whether the HTTP method may change something, in a transaction of either kind."""
    writes: bool
    aside: bool
    own: bool
    exclusive: bool
    """Whether no other request that writes as or about the same person may run beside it."""
    of_who_left: bool
    """Whether it may write about a patient who left."""
    before: Callable[[Any], Awaitable[Any]] | None
    after: Callable[[Any, Any], Awaitable[Any]] | None
    refused: Callable[[Context, bytes], Awaitable[None]] | None
    unattended: bool
    """Whether a page asks for it by itself, so that it does not count as use of the sign-in."""
    confirmed: bool
    """Whether the person must have proved within the last five minutes who they are."""
    status: int
    largest: int
    """Bytes of the largest body."""
    limit: Limit | None
    """Number of uses by one person within a time; the one that is too many is refused."""
    form: tuple[str, str] | None
    """The field and value of a body that is a form; None for JSON or no body."""
    desk: bool
    """Whether it is open to the front desk too, which reads nothing clinical."""
    helper: Helping | None
    """The terms on which a patient's helper may use it; None: never."""
    path_names: tuple[str, ...]
    path_types: dict[str, Any]
    query: dict[str, tuple[Query, Any, Any]]
    """Name of the argument → query parameter, type, default."""
    body: Any

    @cached_property
    def object_name(self) -> str | None:
        """The name of the last id of the path, which is the object of the audit event; None without one."""
        return next((name for name in reversed(self.path_names) if name != "patient_id"), None)

    @cached_property
    def has_body(self) -> bool:
        return self.body is not inspect.Parameter.empty

    async def serve(self, request: AnyRequest) -> Encoded:
        """Answer the request. Raises Problem."""
        exchange = Exchange(request, self)
        try:
            return await self._answer(exchange, request)
        except Problem as problem:
            exchange.note_refusal(problem)
            raise

    async def _answer(self, exchange: Exchange, request: AnyRequest) -> Encoded:
        exchange.require_cookie()
        body = await _read(request, self.largest) if self.has_body else b""
        if self.form is not None:
            require_field(request, await _read(request, self.largest), *self.form)
        prepared: dict[str, Any] = {}
        if self.before is not None:
            await exchange.check_access()
            prepared["prepared"] = await self.before(self._arguments(request, body).get("data"))

        async def work(ctx: Context) -> Any:
            if self.limit is not None and self.is_unsafe:
                await count_use(ctx, self.limit)
            try:
                arguments = self._arguments(request, body)
            except (Invalid, NotFound) as refusal:
                if self.refused is None or not isinstance(body, bytes):
                    raise
                await self.refused(ctx, body)
                return refusal  # returned, so that what was written stays
            return await self.function(ctx, **arguments, **prepared)

        if self.limit is not None and not self.is_unsafe:
            await exchange.count_use(self.limit)
        if self.own:
            if self.access is not Access.PUBLIC:
                await exchange.check_access()
            result = await self.function(exchange, **self._arguments(request, body))
        elif self.writes and self.is_unsafe:
            result = await exchange.write(work)
        elif self.writes:
            result = await exchange.read_or_create(work)
        else:
            result = await exchange.read(work, aside=self.aside, audited=True)
        if isinstance(result, Problem):
            raise result  # returned, not raised, so that what was written stays
        if self.after is not None:
            result = await self.after(result, exchange.settings)
        return encoded(result, 200 if exchange.repeated else self.status, request)

    def _arguments(self, request: AnyRequest, body: bytes | HTTPException) -> dict[str, Any]:
        """The function's arguments. Raises Invalid with the field as it is called in the address or the body."""
        found = {name: _in_path(request.path_params[name], kind) for name, kind in self.path_types.items()}
        for name, (query, kind, default) in self.query.items():
            sent = request.query_params.getall(query.name, [])
            if sent:
                found[name] = _converted(sent[-1], kind, query.name)
            elif default is inspect.Parameter.empty:
                raise Invalid("This parameter is needed.", field=query.name)
            else:
                found[name] = default
        if self.has_body:
            found["data"] = _decoded(request, body, self.body)
        return found


async def _read(request: AnyRequest, largest: int) -> bytes | HTTPException:
    """The body, or the error in reading it, which is raised only after the access check.

    Raises Invalid at once when the connection ended: nobody is there to be refused, and it is nobody's error.
    Litestar's own way costs five times as much: a generator, and all headers decoded.
    """
    announced = header(request, b"content-length")
    if announced.isdecimal() and int(announced) > largest:
        return RequestEntityTooLarge()
    pieces, size, more = [], 0, True
    while more:
        event: Any = await request.receive()
        if event["type"] == "http.disconnect":
            raise Invalid("The body ended too early.")
        piece = event.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            return RequestEntityTooLarge()
        more = event.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _decoded(request: AnyRequest, body: bytes | HTTPException, kind: Any) -> Any:
    if isinstance(body, HTTPException):
        raise body
    if not body:
        raise Invalid("A JSON body is needed.")
    if header(request, b"content-type").partition(";")[0].strip().lower() != "application/json":
        raise WrongType
    return decode(body, kind)


def _in_path(sent: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(sent, kind, strict=False)
    except msgspec.ValidationError:
        raise NotFound from None  # what cannot be an id names nothing


def _converted(sent: Any, kind: Any, field: str) -> Any:
    try:
        return msgspec.convert(sent, kind, strict=False)
    except msgspec.ValidationError as refused:
        raise Invalid(re.sub(r"'[^']*'", "…", str(refused).split(" - at ")[0]), field=field) from None
