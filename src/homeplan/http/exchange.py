"""One request: its transactions, the access check in each of them, the audit event and the noted refusal."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from litestar import Request

from homeplan.actor import Actor, Role
from homeplan.audit import Refusal, Refusals, append
from homeplan.context import Context
from homeplan.db import Database, NeedsWriting, Tx
from homeplan.errors import Forbidden, NotFound, NotSignedIn, Problem, TooMany, Unavailable
from homeplan.http.access import Access
from homeplan.http.answers import known_tags
from homeplan.http.refusal_log import RefusalLog
from homeplan.limits.actions import count_use
from homeplan.limits.model import Limit

if TYPE_CHECKING:
    from homeplan.http.route import Route

T = TypeVar("T")
BEFORE_SIGN_IN = (Access.PUBLIC, Access.HALF)
READ_BY_HELPER = "helper.read"
"""A patient's own reads leave no audit event; the same reads by their helper leave this one."""
log = logging.getLogger(__name__)
AnyRequest = Request[Any, Any, Any]


class Admission(Protocol):
    """Finds out who sends a request and checks the access rule; implemented in accounts/admission.py."""

    def visitor(self, request: AnyRequest) -> Actor:
        """The sender of the request, of whom nothing is proved yet."""
        ...

    def cookie(self, request: AnyRequest, access: Access) -> str:
        """The sign-in's cookie, empty where none is needed. Raises NotSignedIn without one that is."""
        ...

    async def identify(self, ctx: Context, cookie: str, route: "Route") -> None:
        """Make the visitor of the context the person who is signed in, until a transaction that writes ends.

        Raises NotSignedIn.
        """
        ...

    async def admit(self, ctx: Context, request: AnyRequest, route: "Route") -> None:
        """Check the access rule, which holds until a transaction that writes ends.

        Raises Forbidden, NotFound, PatientLeft or ConfirmIdentity.
        After NotFound the context names the patient only where the clinic has such a patient.
        """
        ...

    def is_worth_touching(self, ctx: Context) -> bool:
        """Whether the stored last use of the sign-in is old enough to store this one."""
        ...

    async def touch(self, ctx: Context) -> None:
        """Store that the sign-in is in use."""
        ...


class Exchange:
    """One request and its transactions; the access rule is checked inside each of them."""

    def __init__(self, request: AnyRequest, route: "Route"):
        state = request.app.state  # its items are read in a seventh of the time that its attributes take
        self.request = request
        self.now: datetime = state["clock"].now()
        self.settings = state["settings"]
        self.memory = state["memory"]
        self._db: Database = state["db"]
        self._admission: Admission = state["admission"]
        self._route = route
        self._visitor = self._admission.visitor(request)
        self._cookie = ""
        self._known_tags = () if route.is_unsafe else known_tags(request)
        self._ctx: Context | None = None
        """The context of the last transaction in which the visitor was identified."""
        self._is_denied = False
        """Whether the access rule refused the visitor."""
        self._tried: tuple[str, str] | None = None
        """The clinic and the id of the account that somebody who is not signed in tries to use."""

    def tries(self, clinic_id: str, account_id: str) -> None:
        """Say which account a visitor wants to sign in to: if that is refused, the audit trail has it."""
        self._tried = clinic_id, account_id

    def note_refusal(self, problem: Problem) -> None:
        """Have a denial, a refused sign-in or a throttled try appended to the audit trail of the clinic it is about.

        A try of somebody who is not signed in is in the log too: it may be about no clinic.
        """
        ctx = self._ctx
        if ctx is None:
            return
        if self._route.access in BEFORE_SIGN_IN and isinstance(problem, (NotSignedIn, NotFound, TooMany)):
            self.memory.of(RefusalLog).note(self.now, self._route.function.__name__, problem.code, ctx.actor.ip)
        # Of somebody who is signed in, a proof was refused: of the password or of the second factor.
        is_unproved = isinstance(problem, NotSignedIn) and (self._tried is not None or bool(ctx.actor.id))
        if not (is_unproved or isinstance(problem, TooMany) or self._is_denied):
            return
        clinic_id, account_id = (ctx.clinic_id, None) if self._tried is None else self._tried
        if not clinic_id:
            return
        refusal = Refusal(
            at=self.now,
            clinic_id=clinic_id,
            actor=ctx.actor,
            code=problem.code,
            target=self.request.scope["path"],
            object_id=account_id,
            patient_id=ctx.patient_id,
        )
        ctx.memory.of(Refusals).note(self._db, refusal)

    @property
    def repeated(self) -> bool:
        """Whether the last transaction found that the request was sent before."""
        return self._ctx is not None and self._ctx.repeated

    async def read(self, work: Callable[[Context], Awaitable[T]], *, aside: bool = False, audited: bool = False) -> T:
        """Run `work` on a snapshot, then append the audit event in a transaction of its own when `audited`."""
        result = await self._run((self._db.read_aside if aside else self._db.read), work)
        if audited and self._ctx is not None:
            await self._append_alone(self._ctx, result)
        return result

    async def read_or_create(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """Run `work` as a read; again as a write when it finds that something is missing, at the first read."""
        try:
            return await self.read(work, audited=True)
        except NeedsWriting:
            return await self.write(work)

    async def write(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """Run `work`, then append the audit event, in one transaction."""

        async def audited(ctx: Context) -> T:
            result = await work(ctx)
            await self._append(ctx, result)
            return result

        return await self._run(self._db.write, audited)

    def require_cookie(self) -> None:
        """Refuse a request without a cookie before the database is asked. Raises NotSignedIn."""
        self._cookie = self._admission.cookie(self.request, self._route.access)

    async def count_use(self, limit: Limit) -> None:
        """Count one use by the signed-in person in a transaction of its own. Raises TooMany."""
        await self._run(self._db.write, lambda ctx: count_use(ctx, limit))

    async def check_access(self) -> None:
        """Check the access rule alone, before expensive work that needs no transaction."""
        await self._db.read(self._admit)

    async def _run(self, transaction: Any, work: Callable[[Context], Awaitable[T]]) -> T:
        """Check access and run `work`; the sign-in counts as used also when the request is refused."""

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
        if ctx is None or self._route.unattended or not self._admission.is_worth_touching(ctx):
            return

        async def touch(tx: Tx) -> None:
            ctx.tx = tx
            await self._admission.touch(ctx)

        with suppress(Unavailable):  # reads go on when the disk is full
            await self._db.write(touch)

    async def _admit(self, tx: Tx) -> Context:
        self._ctx = None
        ctx = Context(
            tx=tx,
            now=self.now,
            clinic_id="",
            actor=self._visitor,
            settings=self.settings,
            memory=self.memory,
            known_tags=self._known_tags,
        )
        await self._admission.identify(ctx, self._cookie, self._route)
        self._ctx = ctx
        try:
            await self._admission.admit(ctx, self.request, self._route)
        except (Forbidden, NotFound) as refused:
            self._is_denied = not isinstance(refused, Forbidden) or refused.is_denial
            raise
        if self._route.object_name is not None:
            ctx.object_id = str(self.request.path_params[self._route.object_name])
        return ctx

    async def _append(self, ctx: Context, result: Any) -> None:
        """Append the audit event, except for a refusal and for a visitor whose clinic is not known."""
        if self._is_audited(ctx, result):
            await append(ctx, self._action, object_id=self._object_of(ctx), patient_id=ctx.patient_id)

    async def _append_alone(self, ctx: Context, result: Any) -> None:
        """Append the event of a read. One that cannot be stored is logged and the read answered, but for an export."""
        if not self._is_audited(ctx, result):
            return

        async def audit(tx: Tx) -> None:
            ctx.tx = tx
            await self._append(ctx, result)

        try:
            await self._db.write(audit)
        except Unavailable:
            if self._action.endswith(".export"):  # who takes records along must be in the trail
                raise
            log.error("audit event not stored: %s", self._ids(ctx))

    def _is_audited(self, ctx: Context, result: Any) -> bool:
        is_named = self._route.audit is not None or ctx.actor.role is Role.HELPER
        return is_named and bool(ctx.clinic_id) and not isinstance(result, Problem)

    @property
    def _action(self) -> str:
        return self._route.audit or READ_BY_HELPER

    def _object_of(self, ctx: Context) -> str | None:
        """The object of the event; where a helper reads what the patient reads without an event, the address."""
        return ctx.object_id if self._route.audit else self.request.scope["path"]

    def _ids(self, ctx: Context) -> str:
        """Action and ids of the event, for the log."""
        event = {
            "action": self._action,
            "clinic": ctx.clinic_id,
            "actor": ctx.actor.id,
            "sign_in": ctx.actor.sign_in_id,
            "object": ctx.object_id,
            "patient": ctx.patient_id,
            "request": ctx.actor.request_id,
        }
        return " ".join(f"{name}={value}" for name, value in event.items() if value)
