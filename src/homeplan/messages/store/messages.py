"""Messages in the database, with the versions that edits replaced; a note has its words in its check-in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from homeplan.accounts.model import StaffMember
from homeplan.accounts.store.patients import MAY_SEE, actor
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.messages.model import EarlierVersion, MessageEntry, Seen

_AFTER_ALL = 2**62
"""Milliseconds after those of every message."""


class MessageRow(Struct, frozen=True, kw_only=True):
    """A stored message. The names are of staff."""

    id: str
    kind: Literal["message", "note"]
    author_id: str | None
    """None: the patient."""
    author: str | None
    words: str | None
    day: date | None
    version: int
    stated_at: datetime
    written_at: datetime
    received_at: datetime
    edited_at: datetime | None
    waits_since: datetime | None
    read_at: datetime | None
    read_by: str | None
    answered_at: datetime | None
    answered_by: str | None
    settled_at: datetime | None
    settled_by: str | None


INSERT_MESSAGE = """
INSERT INTO messages (clinic_id, patient_id, id, kind, author_id, author, words, version, stated_at, written_at,
  received_at, time_zone, waits_since)
VALUES (:clinic_id, :patient_id, :id, 'message', :author_id, :author, :words, 1, :stated_at, :written_at,
  :now, :time_zone, :waits_since)
ON CONFLICT (clinic_id, patient_id, id) DO NOTHING"""


async def insert_message(
    ctx: Context,
    patient_id: str,
    message_id: str,
    entry: MessageEntry,
    written_at: datetime,
    author: StaffMember | None,
) -> bool:
    """Store a message of the patient (`author` None), which waits for an answer, or of staff. False when there is
    one of that id."""
    touched = await ctx.tx.execute(
        INSERT_MESSAGE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=message_id,
        author_id=None if author is None else author.id,
        author=None if author is None else author.name,
        words=entry.words,
        stated_at=to_ms(entry.written_at),
        written_at=to_ms(written_at),
        now=to_ms(ctx.now),
        time_zone=entry.time_zone,
        waits_since=to_ms(ctx.now) if author is None else None,
    )
    return touched > 0


KEEP_VERSION = """
INSERT INTO message_versions (clinic_id, patient_id, message_id, version, words, stated_at)
SELECT clinic_id, patient_id, id, version, words, stated_at FROM messages
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""

REPLACE_WORDS = """
UPDATE messages SET words = :words, version = version + 1, stated_at = :stated_at, edited_at = :now,
  time_zone = :time_zone, waits_since = CASE WHEN author_id IS NULL THEN CAST(:now AS BIGINT) END,
  read_at = NULL, read_by = NULL, answered_at = NULL, answered_by = NULL, settled_at = NULL, settled_by = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def replace_words(ctx: Context, patient_id: str, message_id: str, entry: MessageEntry) -> None:
    """Keep the version that is stored, and store the next one: nobody has read or answered it."""
    at = {"clinic_id": ctx.clinic_id, "patient_id": patient_id, "id": message_id}
    await ctx.tx.execute(KEEP_VERSION, **at)
    await ctx.tx.execute(
        REPLACE_WORDS,
        **at,
        words=entry.words,
        stated_at=to_ms(entry.written_at),
        now=to_ms(ctx.now),
        time_zone=entry.time_zone,
    )


_COLUMNS = """
m.id, m.kind, m.author_id, m.author, m.words, m.day, m.version, m.stated_at, m.written_at, m.received_at,
m.edited_at, m.waits_since, m.read_at, r.name AS read_by, m.answered_at, w.name AS answered_by, m.settled_at,
s.name AS settled_by"""

_TABLES = """messages m
LEFT JOIN staff r ON r.clinic_id = m.clinic_id AND r.id = m.read_by
LEFT JOIN staff w ON w.clinic_id = m.clinic_id AND w.id = m.answered_by
LEFT JOIN staff s ON s.clinic_id = m.clinic_id AND s.id = m.settled_by"""

SELECT_THREAD = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE m.clinic_id = :clinic_id AND m.patient_id = :patient_id
  AND (m.written_at, m.received_at, m.id) < (:written_at, :received_at, :id)
ORDER BY m.written_at DESC, m.received_at DESC, m.id DESC LIMIT :most"""  # noqa: S608 - constants


async def thread_of(ctx: Context, patient_id: str, *, before: MessageRow | None, most: int) -> list[MessageRow]:
    """The newest messages of the patient, or the newest before one of them; the oldest first."""
    rows = await ctx.tx.fetch(
        SELECT_THREAD,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        written_at=_AFTER_ALL if before is None else to_ms(before.written_at),
        received_at=_AFTER_ALL if before is None else to_ms(before.received_at),
        id="" if before is None else before.id,
        most=most,
    )
    return [_message(row) for row in reversed(rows)]


MOST_ON_PAGE = 300
"""Messages of one page of the time axis."""


async def messages_before(ctx: Context, patient_id: str, at: datetime) -> list[MessageRow]:
    """The newest messages written before an instant, the oldest first; at most 300."""
    rows = await ctx.tx.fetch(
        SELECT_THREAD,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        written_at=to_ms(at),
        received_at=0,
        id="",
        most=MOST_ON_PAGE,
    )
    return [_message(row) for row in reversed(rows)]


SELECT_MESSAGE = f"""
SELECT {_COLUMNS} FROM {_TABLES}
WHERE m.clinic_id = :clinic_id AND m.patient_id = :patient_id AND m.id = :id"""  # noqa: S608 - constants


async def find_message(ctx: Context, patient_id: str, message_id: str) -> MessageRow | None:
    """That message of that patient, or None."""
    row = await ctx.tx.fetch_one(SELECT_MESSAGE, clinic_id=ctx.clinic_id, patient_id=patient_id, id=message_id)
    return None if row is None else _message(row)


SELECT_VERSIONS = """
SELECT message_id, version, words, stated_at FROM message_versions
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND message_id IN (:message_ids)
ORDER BY message_id, version"""


async def versions_of(ctx: Context, patient_id: str, message_ids: Sequence[str]) -> dict[str, list[EarlierVersion]]:
    """The replaced versions of these messages, the oldest first; messages without one are missing."""
    found: dict[str, list[EarlierVersion]] = {}
    if not message_ids:
        return found
    rows = await ctx.tx.fetch(
        SELECT_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, message_ids=list(message_ids)
    )
    for row in rows:
        earlier = EarlierVersion(version=row["version"], words=row["words"], written_at=from_ms(row["stated_at"]))
        found.setdefault(row["message_id"], []).append(earlier)
    return found


# Each mark is for the version that was on the screen: an edit that came meanwhile is neither read nor answered.
MARK_READ_BY_STAFF = """
UPDATE messages SET read_at = :now, read_by = :actor_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND author_id IS NULL AND read_at IS NULL"""

MARK_READ_BY_PATIENT = """
UPDATE messages SET read_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND author_id IS NOT NULL AND read_at IS NULL"""


async def mark_read(ctx: Context, patient_id: str, seen: Iterable[Seen]) -> None:
    """Note that the actor was shown messages of the other side; the first reader stays."""
    by_staff = ctx.actor.id != patient_id
    more = {"actor_id": ctx.actor.id} if by_staff else {}
    statement = MARK_READ_BY_STAFF if by_staff else MARK_READ_BY_PATIENT
    await ctx.tx.execute_many(statement, [_of_version(ctx, patient_id, each) | more for each in seen])


MARK_ANSWERED = """
UPDATE messages SET answered_at = :now, answered_by = :actor_id, waits_since = NULL,
  read_at = COALESCE(read_at, :now), read_by = COALESCE(read_by, :actor_id)
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND author_id IS NULL AND answered_at IS NULL"""


async def mark_answered(ctx: Context, patient_id: str, answered: Iterable[Seen]) -> None:
    """Note that the actor has answered these messages of the patient; the first answer stays."""
    rows = [_of_version(ctx, patient_id, each) | {"actor_id": ctx.actor.id} for each in answered]
    await ctx.tx.execute_many(MARK_ANSWERED, rows)


MARK_SETTLED = """
UPDATE messages SET settled_at = :now, settled_by = :actor_id, waits_since = NULL,
  read_at = COALESCE(read_at, :now), read_by = COALESCE(read_by, :actor_id)
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND author_id IS NULL AND waits_since IS NOT NULL"""


async def mark_settled(ctx: Context, patient_id: str, seen: Seen) -> bool:
    """Note that the actor says it needs no answer. False when it does not wait, or not in this version."""
    marked = await ctx.tx.execute(MARK_SETTLED, **_of_version(ctx, patient_id, seen) | {"actor_id": ctx.actor.id})
    return marked > 0


MARK_REOPENED = """
UPDATE messages SET settled_at = NULL, settled_by = NULL, waits_since = COALESCE(edited_at, received_at)
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND settled_at IS NOT NULL"""


async def mark_reopened(ctx: Context, patient_id: str, message_id: str) -> None:
    """Let a message wait again that was said to need no answer."""
    await ctx.tx.execute(MARK_REOPENED, clinic_id=ctx.clinic_id, patient_id=patient_id, id=message_id)


SELECT_UNANSWERED = """
SELECT patient_id, MIN(waits_since) AS since FROM messages
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND waits_since IS NOT NULL
GROUP BY patient_id"""


async def unanswered_since(ctx: Context, patient_ids: Sequence[str]) -> dict[str, datetime]:
    """The time since which each of these patients waits for an answer; patients who wait for none are missing."""
    rows = await ctx.tx.fetch(SELECT_UNANSWERED, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    return {row["patient_id"]: from_ms(row["since"]) for row in rows}


COUNT_UNANSWERED = f"""
SELECT COUNT(DISTINCT m.patient_id) FROM messages m
JOIN patients p ON p.clinic_id = m.clinic_id AND p.id = m.patient_id
WHERE m.clinic_id = :clinic_id AND m.waits_since IS NOT NULL AND {MAY_SEE}"""  # noqa: S608 - constants


async def count_unanswered(ctx: Context) -> int:
    """The number of the actor's patients who wait for an answer."""
    return int(await ctx.tx.fetch_value(COUNT_UNANSWERED, **actor(ctx)))


def _of_version(ctx: Context, patient_id: str, seen: Seen) -> dict[str, object]:
    return {
        "clinic_id": ctx.clinic_id,
        "patient_id": patient_id,
        "id": seen.id,
        "version": seen.version,
        "now": to_ms(ctx.now),
    }


def _message(row: Row) -> MessageRow:
    return MessageRow(
        id=row["id"],
        kind=row["kind"],
        author_id=row["author_id"],
        author=row["author"],
        words=row["words"],
        day=None if row["day"] is None else date.fromisoformat(row["day"]),
        version=row["version"],
        stated_at=from_ms(row["stated_at"]),
        written_at=from_ms(row["written_at"]),
        received_at=from_ms(row["received_at"]),
        edited_at=from_ms_or_none(row["edited_at"]),
        waits_since=from_ms_or_none(row["waits_since"]),
        read_at=from_ms_or_none(row["read_at"]),
        read_by=row["read_by"],
        answered_at=from_ms_or_none(row["answered_at"]),
        answered_by=row["answered_by"],
        settled_at=from_ms_or_none(row["settled_at"]),
        settled_by=row["settled_by"],
    )
