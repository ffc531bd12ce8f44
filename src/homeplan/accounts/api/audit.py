"""The clinic's audit trail, for its administrators: who read or wrote what about whom, by ids."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

from homeplan.accounts.store import exists
from homeplan.audit.cuts import find_cut
from homeplan.audit.store import Wanted, find_events, find_last_check
from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.http.route import Query
from homeplan.http.routes import admin
from homeplan.values import Instant, Value

PAGE = 100
"""Events per page."""
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_AFTER_ALL = 2**53

Wished = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
Seq = Annotated[int, Meta(ge=1, le=_AFTER_ALL)]


class AuditEvent(Value, frozen=True):
    """One event: ids and the name of the action, never a value."""

    seq: Seq
    at: Instant
    actor_id: str
    """Empty for somebody who did not prove who they are; "operator" for a command on the host."""
    role: str
    action: str
    object_id: str | None
    patient_id: str | None
    ip: str
    request_id: str


class TrailCheck(Value, frozen=True):
    """The last verification of the trail."""

    checked_at: Instant
    events: int
    intact: bool


class AuditPage(Value, frozen=True):
    """Events, newest first, and where the next page begins."""

    events: list[AuditEvent]
    next_before: Seq | None
    last_check: TrailCheck | None
    archived_until: Instant | None
    """Events until then are in the operator's archive, and are not listed; None while all are stored."""


@admin.get("audit-events", audit="audit.read", aside=True, confirmed=True)
async def list_audit_events(
    ctx: Context,
    person: Annotated[Wished, Query(name="person", description="Id of who acted")] = "",
    patient: Annotated[Wished, Query(name="patient", description="Id of the patient whom it is about")] = "",
    area: Annotated[Wished, Query(name="area", description='The action up to its dot, for example "checkin"')] = "",
    since: Annotated[Instant | None, Query(name="since", description="The earliest instant")] = None,
    until: Annotated[Instant | None, Query(name="until", description="The instant before which it happened")] = None,
    before: Annotated[Seq, Query(name="before", description="nextBefore of the page before")] = _AFTER_ALL,
) -> AuditPage:
    """The reads and writes in my clinic. Reading them is an event as well."""
    wanted = Wanted(
        person=person,
        patient=patient,
        area=area,
        since=since or _FIRST,
        until=until or _LAST,
        before=before,
        most=PAGE + 1,
    )
    found = await find_events(ctx, wanted)
    shown = [AuditEvent(**{name: getattr(one, name) for name in AuditEvent.__struct_fields__}) for one in found[:PAGE]]
    check, cut = await find_last_check(ctx), await find_cut(ctx)
    ctx.patient_id = patient if await exists(ctx, patient) else None
    return AuditPage(
        events=shown,
        next_before=shown[-1].seq if len(found) > PAGE else None,
        last_check=None
        if check is None
        else TrailCheck(checked_at=check.checked_at, events=check.events, intact=check.broken_at is None),
        archived_until=None if cut is None else from_ms(cut.sealed_at),
    )


routes = [list_audit_events]
