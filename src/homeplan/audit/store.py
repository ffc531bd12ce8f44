"""Audit events in the database: who read or wrote what about whom. Only names and ids are recorded, never values.

The schema notes each new event in `audit_unsealed`, from where seals.py takes it.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

INSERT_EVENT = """
INSERT INTO audit_events (clinic_id, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id)
VALUES (:clinic_id, :at, :actor_id, :role, :sign_in_id, :action, :object_id, :patient_id, :ip, :request_id)"""


async def append(ctx: Context, action: str, *, object_id: str | None = None, patient_id: str | None = None) -> None:
    """Append one event, for example "checkin.save". It waits for no other event."""
    await ctx.tx.execute(
        INSERT_EVENT,
        clinic_id=ctx.clinic_id,
        at=to_ms(ctx.now),
        actor_id=ctx.actor.id,
        role=ctx.actor.role.value,
        sign_in_id=ctx.actor.sign_in_id,
        action=action,
        object_id=object_id,
        patient_id=patient_id,
        ip=ctx.actor.ip,
        request_id=ctx.actor.request_id,
    )


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it was appended."""

    seq: int
    at: datetime
    actor_id: str
    """Empty for somebody who did not prove who they are."""
    role: str
    action: str
    object_id: str | None
    patient_id: str | None
    ip: str
    request_id: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The events that are asked for; a field left empty excludes none."""

    person: str = ""
    patient: str = ""
    area: str = ""
    """The part of the action before the dot, for example "checkin"."""
    since: datetime
    until: datetime
    before: int
    """Only events with a smaller seq."""
    most: int


SELECT_WANTED = """
SELECT seq, at, actor_id, role, action, object_id, patient_id, ip, request_id FROM audit_events
WHERE clinic_id = :clinic_id AND seq < :before AND at >= :since AND at < :until
  AND (:person = '' OR actor_id = :person)
  AND (:patient = '' OR patient_id = :patient)
  AND (:area = '' OR SUBSTR(action, 1, LENGTH(:area)) = :area)
ORDER BY seq DESC LIMIT :most"""


async def find_events(ctx: Context, wanted: Wanted) -> Sequence[Event]:
    """The clinic's events that are asked for, newest first."""
    rows = await ctx.tx.fetch(
        SELECT_WANTED,
        clinic_id=ctx.clinic_id,
        before=wanted.before,
        since=to_ms(wanted.since),
        until=to_ms(wanted.until),
        person=wanted.person,
        patient=wanted.patient,
        area=f"{wanted.area}." if wanted.area else "",
        most=wanted.most,
    )
    return [_event(row) for row in rows]


def _event(row: Row) -> Event:
    return msgspec.convert({**dict(row), "at": from_ms(row["at"])}, Event)


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """One event of any clinic, for who follows the trail."""

    seq: int
    clinic_id: str
    action: str
    object_id: str | None
    patient_id: str | None


SELECT_AFTER = """
SELECT seq, clinic_id, action, object_id, patient_id FROM audit_events WHERE seq > :after ORDER BY seq LIMIT :most"""


async def events_after(ctx: Context, after: int, *, most: int) -> list[Followed]:
    """The next events of all clinics, the oldest first. In this order where there is one writer."""
    rows = await ctx.tx.fetch(SELECT_AFTER, after=after, most=most)
    return [msgspec.convert(dict(row), Followed) for row in rows]


class LastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The last verification of the clinic's trail."""

    checked_at: datetime
    events: int
    """Number of events that were found intact."""
    broken_at: int | None
    """The seq of the first event that does not fit; None when all do."""


SELECT_CHECK = "SELECT checked_at, events, broken_at FROM audit_checks WHERE clinic_id = :clinic_id"


async def find_last_check(ctx: Context) -> LastCheck | None:
    """The last verification of the clinic's trail; None before the first."""
    row = await ctx.tx.fetch_one(SELECT_CHECK, clinic_id=ctx.clinic_id)
    if row is None:
        return None
    return LastCheck(checked_at=from_ms(row["checked_at"]), events=row["events"], broken_at=row["broken_at"])
