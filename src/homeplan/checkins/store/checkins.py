"""Check-ins in the database: one per patient and local day; a later answer replaces an earlier one."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from homeplan.accounts.model import EnteredBy
from homeplan.accounts.rules import entered_as
from homeplan.accounts.rules import entered_by as by_whom
from homeplan.checkins.model import CheckInEntry, Sign, StoredCheckIn, decoded_items, decoded_regions
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

UPSERT_CHECKIN = """
INSERT INTO checkins (clinic_id, patient_id, day, client_event_id, stated_at, answered_at, received_at, time_zone,
  pain_now, pain_worst_24h, pain_average_24h, soreness, regions, interference, sleep, note, anything_new, safety_yes,
  other_text, entered_by, entered_by_name, entered_as, instrument_version)
VALUES (:clinic_id, :patient_id, :day, :client_event_id, :stated_at, :answered_at, :received_at, :time_zone,
  :pain_now, :pain_worst_24h, :pain_average_24h, :soreness, :regions, :interference, :sleep, :note, :anything_new,
  :safety_yes, :other_text, :entered_by, :entered_by_name, :entered_as,
  :instrument_version)
ON CONFLICT (clinic_id, patient_id, day) DO UPDATE SET
  client_event_id = excluded.client_event_id, stated_at = excluded.stated_at, answered_at = excluded.answered_at,
  received_at = excluded.received_at, time_zone = excluded.time_zone, pain_now = excluded.pain_now,
  pain_worst_24h = excluded.pain_worst_24h, pain_average_24h = excluded.pain_average_24h,
  soreness = excluded.soreness, regions = excluded.regions, interference = excluded.interference,
  sleep = excluded.sleep, note = excluded.note, anything_new = excluded.anything_new,
  safety_yes = excluded.safety_yes, other_text = excluded.other_text, entered_by = excluded.entered_by,
  entered_by_name = excluded.entered_by_name,
  entered_as = excluded.entered_as, instrument_version = excluded.instrument_version
WHERE excluded.answered_at > checkins.answered_at
  AND (excluded.entered_as IS NULL OR checkins.entered_as IS NOT NULL)
  AND NOT (excluded.client_event_id = checkins.client_event_id AND excluded.stated_at = checkins.stated_at)"""


async def save_checkin(ctx: Context, patient_id: str, checkin: StoredCheckIn, *, stated: datetime) -> bool:
    """Store the answers, unless the same or a later answer is stored already. Returns whether they were stored.

    A repeated request is recognized by its event id and `stated`, the phone's own time: the believed time of an answer
    from the future changes with each request.
    """
    regions = None if checkin.regions is None else msgspec.json.encode(checkin.regions).decode()
    touched = await ctx.tx.execute(
        UPSERT_CHECKIN,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        day=checkin.day.isoformat(),
        client_event_id=checkin.client_event_id,
        stated_at=to_ms(stated),
        answered_at=to_ms(checkin.answered_at),
        received_at=to_ms(checkin.received_at),
        time_zone=checkin.time_zone,
        pain_now=checkin.pain_now,
        pain_worst_24h=checkin.pain_worst_24h,
        pain_average_24h=checkin.pain_average_24h,
        soreness=checkin.soreness,
        regions=regions,
        interference=checkin.interference,
        sleep=checkin.sleep,
        note=checkin.note,
        anything_new="yes" if checkin.anything_new else "no",
        safety_yes=msgspec.json.encode(checkin.safety_yes).decode(),
        other_text=checkin.other_text,
        entered_by=None if checkin.entered_by is None else checkin.entered_by.id,
        entered_by_name=None if checkin.entered_by is None else checkin.entered_by.name,
        entered_as=entered_as(checkin.entered_by),
        instrument_version=checkin.instrument_version,
    )
    return touched > 0


def stored_from(
    entry: CheckInEntry, *, day: date, answered_at: datetime, received_at: datetime, entered_by: EnteredBy | None = None
) -> StoredCheckIn:
    """The answers as they will be stored: times in whole milliseconds, empty texts as None."""
    as_stored = {
        "answered_at": from_ms(to_ms(answered_at)),
        "note": entry.note or None,
        "other_text": entry.other_text or None,
    }
    return StoredCheckIn(
        **{**msgspec.structs.asdict(entry), **as_stored},
        day=day,
        received_at=from_ms(to_ms(received_at)),
        entered_by=entered_by,
    )


_COLUMNS = """
day, client_event_id, answered_at, received_at, time_zone, pain_now, pain_worst_24h, pain_average_24h, soreness,
regions, interference, sleep, note, anything_new, safety_yes, other_text, entered_by, entered_by_name,
entered_as, instrument_version"""
"""In the order in which `_stored` takes them."""

SELECT_CHECKIN = f"""
SELECT {_COLUMNS} FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day = :day"""  # noqa: S608 - constants


async def find_checkin(ctx: Context, patient_id: str, day: date) -> StoredCheckIn | None:
    """The check-in of that day, or None."""
    row = await ctx.tx.fetch_one(SELECT_CHECKIN, clinic_id=ctx.clinic_id, patient_id=patient_id, day=day.isoformat())
    return None if row is None else _stored(row)


SELECT_BETWEEN = f"""
SELECT {_COLUMNS} FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :first AND day <= :last
ORDER BY day"""  # noqa: S608 - constants


async def checkins_between(ctx: Context, patient_id: str, first: date, last: date) -> list[StoredCheckIn]:
    """The check-ins of the days from `first` to `last`, both included, by day."""
    rows = await ctx.tx.fetch(
        SELECT_BETWEEN,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return [_stored(row) for row in rows]


SELECT_FIRST = f"""
SELECT {_COLUMNS} FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :since
ORDER BY day LIMIT :most"""  # noqa: S608 - constants


async def first_checkins(ctx: Context, patient_id: str, since: date, *, most: int) -> list[StoredCheckIn]:
    """The first `most` check-ins on or after the day `since`, by day."""
    rows = await ctx.tx.fetch(
        SELECT_FIRST, clinic_id=ctx.clinic_id, patient_id=patient_id, since=since.isoformat(), most=most
    )
    return [_stored(row) for row in rows]


SELECT_LAST_DAY = "SELECT MAX(day) FROM checkins WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def last_checkin_day(ctx: Context, patient_id: str) -> date | None:
    """The latest day with a check-in; None before the first."""
    day = await ctx.tx.fetch_value(SELECT_LAST_DAY, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return None if day is None else date.fromisoformat(day)


SELECT_DAY_OF_EVENT = """
SELECT day FROM checkins WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND client_event_id = :event_id"""


async def day_of_checkin(ctx: Context, patient_id: str, event_id: str) -> date | None:
    """The day of the check-in with that client event id; None when there is none, or a later answer replaced it."""
    day = await ctx.tx.fetch_value(
        SELECT_DAY_OF_EVENT, clinic_id=ctx.clinic_id, patient_id=patient_id, event_id=event_id
    )
    return None if day is None else date.fromisoformat(day)


SELECT_NOTES = """
SELECT day, note FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day IN (:days) AND note IS NOT NULL"""


async def notes_of_days(ctx: Context, patient_id: str, days: Sequence[date]) -> dict[date, str]:
    """The notes of the check-ins of these days; days without a note are missing."""
    if not days:
        return {}
    rows = await ctx.tx.fetch(
        SELECT_NOTES, clinic_id=ctx.clinic_id, patient_id=patient_id, days=[day.isoformat() for day in days]
    )
    return {date.fromisoformat(row["day"]): row["note"] for row in rows}


DELETE_NOTES = """
UPDATE checkins SET note = NULL, other_text = NULL,
  entered_by_name = CASE WHEN entered_as IS NULL THEN entered_by_name ELSE '' END
WHERE clinic_id = :clinic_id AND patient_id = :patient_id
  AND (note IS NOT NULL OR other_text IS NOT NULL OR entered_as IS NOT NULL)"""


async def delete_notes(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words, and the names of helpers, in all of their check-ins."""
    await ctx.tx.execute(DELETE_NOTES, clinic_id=ctx.clinic_id, patient_id=patient_id)


SELECT_SIGNS_IN_CHECKINS = """
SELECT client_event_id, answered_at, safety_yes FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND received_at > :after AND safety_yes <> '[]'
ORDER BY answered_at, day"""


async def signs_in_checkins(ctx: Context, patient_id: str, after: datetime) -> list[Sign]:
    """The check-ins with a warning sign that were received after `after`, by the time of the answer."""
    rows = await ctx.tx.fetch(
        SELECT_SIGNS_IN_CHECKINS, clinic_id=ctx.clinic_id, patient_id=patient_id, after=to_ms(after)
    )
    return [
        Sign(
            id=row["client_event_id"],
            answered_at=from_ms(row["answered_at"]),
            yes=decoded_items(row["safety_yes"]),
        )
        for row in rows
    ]


def _stored(row: Row) -> StoredCheckIn:
    (day, event_id, answered_at, received_at, zone_name, now, worst, average, soreness, regions, interference, sleep,
     note, anything_new, yes, other_text, person_id, person_name, capacity, version) = row  # fmt: skip
    return StoredCheckIn(
        client_event_id=event_id,
        answered_at=from_ms(answered_at),
        time_zone=zone_name,
        pain_now=now,
        pain_worst_24h=worst,
        pain_average_24h=average,
        soreness=soreness,
        regions=None if regions is None else decoded_regions(regions),
        interference=interference,
        sleep=sleep,
        note=note,
        anything_new=anything_new == "yes",
        safety_yes=decoded_items(yes),
        other_text=other_text,
        instrument_version=version,
        day=date.fromisoformat(day),
        received_at=from_ms(received_at),
        entered_by=by_whom(person_id, person_name, capacity),
    )
