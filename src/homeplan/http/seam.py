"""The seam of every route: it opens the transaction, checks the access rule in it, calls the function and audits.

Nothing is decoded before the access rule let the request in.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException

from homeplan.audit import append
from homeplan.clock import Clock
from homeplan.context import Context
from homeplan.db import Database, Tx
from homeplan.errors import Invalid, NotFound, Problem, Unavailable, WrongType
from homeplan.http.access import Access
from homeplan.http.answers import Encoded, encoded
from homeplan.http.request import decode

T = TypeVar("T")
Asked = Request[Any, Any, Any]
Function = Callable[..., Awaitable[Any]]


class Query(msgspec.Struct, frozen=True):
    """A query parameter's name in the address, and what the schema says of it."""

    name: str
    description: str | None = None


class Door(Protocol):
    """Who is asking, and may they: what accounts/admission.py does for the seam."""

    def ask_for_cookie(self, request: Asked, access: Access) -> None:
        """Turn a visitor away who shows nothing, without asking the database. Raises NotSignedIn."""
        ...

    async def recognise(self, tx: Tx, now: datetime, request: Asked, access: Access) -> Context:
        """The context of whoever asks. Raises NotSignedIn."""
        ...

    async def admit(self, ctx: Context, request: Asked, access: Access, *, writes: bool) -> None:
        """Let them in. Raises Forbidden, NotFound or PatientLeft."""
        ...

    def is_worth_touching(self, ctx: Context) -> bool:
        """Whether the last use of the sign-in was so long ago that this one is written down."""
        ...

    async def touch(self, ctx: Context) -> None:
        """Write down that the sign-in is in use."""
        ...


class Exchange:
    """One request and the transactions that it opens; the access rule is checked inside each of them."""

    def __init__(self, request: Asked, route: "Route"):
        state = request.app.state
        self.request = request
        self.now: datetime = _clock(state).now()
        self.settings = state.settings
        self.throttle = state.throttle
        self._db: Database = state.db
        self._door: Door = state.door
        self._route = route
        self._ctx: Context | None = None
        """Of the last transaction in which the visitor was recognised."""

    async def read(self, work: Callable[[Context], Awaitable[T]], *, aside: bool = False, audited: bool = False) -> T:
        """Run `work` on a snapshot; then, in a transaction of its own, append the audit event where one is wanted."""
        result = await self._in_use((self._db.read_aside if aside else self._db.read), work)
        ctx = self._ctx
        if audited and ctx is not None and self._route.audit is not None:

            async def note(tx: Tx) -> None:
                ctx.tx = tx
                await self._append(ctx, result)

            await self._db.write(note)
        return result

    async def write(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """Run `work`, then append the audit event, in one transaction."""

        async def audited(ctx: Context) -> T:
            result = await work(ctx)
            await self._append(ctx, result)
            return result

        return await self._in_use(self._db.write, audited)

    async def let_in(self) -> None:
        """Check the access rule alone, before anything that costs time and needs no transaction."""
        await self._db.read(self._admit)

    async def _in_use(self, transaction: Any, work: Callable[[Context], Awaitable[T]]) -> T:
        """Run `work` for whoever is let in; a sign-in is in use also when what it asks for is refused."""

        async def admitted(tx: Tx) -> T:
            return await work(await self._admit(tx))

        try:
            result: T = await transaction(admitted)
        except Problem:
            await self._touch()
            raise
        await self._touch()
        return result

    async def _touch(self) -> None:
        ctx = self._ctx
        if ctx is None or not self._door.is_worth_touching(ctx):
            return

        async def touch(tx: Tx) -> None:
            ctx.tx = tx
            await self._door.touch(ctx)

        with suppress(Unavailable):  # a full disk stops writing, not reading
            await self._db.write(touch)

    async def _admit(self, tx: Tx) -> Context:
        self._ctx = None
        ctx = self._ctx = await self._door.recognise(tx, self.now, self.request, self._route.access)
        await self._door.admit(ctx, self.request, self._route.access, writes=self._route.is_unsafe)
        ids = [name for name in self._route.path_names if name != "patient_id"]
        if ids:
            ctx.object_id = str(self.request.path_params[ids[-1]])
        return ctx

    async def _append(self, ctx: Context, result: Any) -> None:
        """No event tells of a refusal, nor of a visitor whose clinic is not known."""
        if self._route.audit is not None and ctx.clinic_id and not isinstance(result, Problem):
            await append(ctx, self._route.audit, object_id=ctx.object_id, patient_id=ctx.patient_id)


class Route(msgspec.Struct, kw_only=True):
    """What a route declares about itself, and how its function is called."""

    function: Function
    access: Access
    audit: str | None
    is_unsafe: bool
    """Whether the method may change something, whatever the transaction is."""
    writes: bool
    aside: bool
    own: bool
    before: Callable[[Any], Awaitable[Any]] | None
    after: Callable[[Any, Any], Awaitable[Any]] | None
    status: int
    path_names: tuple[str, ...]
    path_types: dict[str, Any]
    query: dict[str, tuple[Query, Any, Any]]
    """Name → its place in the address, its type, its default."""
    body: Any

    async def serve(self, request: Asked) -> Encoded:
        """Answer the request. Raises Problem."""
        exchange = Exchange(request, self)
        request.app.state.door.ask_for_cookie(request, self.access)
        body = await _read(request) if self.body is not inspect.Parameter.empty else b""
        prepared: dict[str, Any] = {}
        if self.before is not None:
            await exchange.let_in()
            prepared["prepared"] = await self.before(self._arguments(request, body)["data"])

        async def work(ctx: Context) -> Any:
            return await self.function(ctx, **self._arguments(request, body), **prepared)

        if self.own:
            if self.access is not Access.PUBLIC:
                await exchange.let_in()
            result = await self.function(exchange, **self._arguments(request, body))
        elif self.writes:
            result = await exchange.write(work)
        else:
            result = await exchange.read(work, aside=self.aside, audited=True)
        if isinstance(result, Problem):
            raise result  # returned, not raised, so that what was written stays
        if self.after is not None:
            result = await self.after(result, exchange.settings)
        return encoded(result, self.status, request)

    def _arguments(self, request: Asked, body: bytes | HTTPException) -> dict[str, Any]:
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
        if self.body is not inspect.Parameter.empty:
            found["data"] = _decoded(request, body, self.body)
        return found


async def _read(request: Asked) -> bytes | HTTPException:
    """The body; what is wrong with it is told only to whoever may send one."""
    try:
        return await request.body()
    except HTTPException as refused:
        return refused


def _decoded(request: Asked, body: bytes | HTTPException, kind: Any) -> Any:
    if isinstance(body, HTTPException):
        raise body
    if not body:
        raise Invalid("A JSON body is needed.")
    if request.content_type[0] != "application/json":
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


def _clock(state: Any) -> Clock:
    clock: Clock = state.clock
    return clock
