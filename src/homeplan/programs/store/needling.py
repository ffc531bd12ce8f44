"""Needling sessions, version by version. Whoever reads them for the rules takes all of the patient's: a muscle
rests after a session of an earlier episode, too."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.library.content import starter
from homeplan.programs.model import EpisodeOfCare, NeedlingEntry, NeedlingSession, SessionChanged
from homeplan.programs.records.needling import check_session
from homeplan.programs.store.episodes import one_writer

SELECT_SESSIONS = """
SELECT s.patient_id, s.id, s.episode_id, s.version, v.document, v.recorded_at, v.recorded_by
FROM needling_sessions s
JOIN needling_session_versions v ON v.clinic_id = s.clinic_id AND v.session_id = s.id AND v.version = s.version
WHERE s.clinic_id = :clinic_id AND s.patient_id IN (:patient_ids) AND s.voided_at IS NULL
ORDER BY s.ended_at, s.id"""


async def sessions_of(ctx: Context, patient_id: str) -> list[NeedlingSession]:
    """The patient's sessions as they stand, the latest end last."""
    rows = await ctx.tx.fetch(SELECT_SESSIONS, clinic_id=ctx.clinic_id, patient_ids=[patient_id])
    return [_session(row) for row in rows]


async def sessions_of_many(ctx: Context, patient_ids: Sequence[str]) -> dict[str, list[NeedlingSession]]:
    """As `sessions_of`, for many patients at once."""
    found: dict[str, list[NeedlingSession]] = {patient_id: [] for patient_id in patient_ids}
    for row in await ctx.tx.fetch(SELECT_SESSIONS, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids)):
        found[row["patient_id"]].append(_session(row))
    return found


SELECT_NEEDLED = """
SELECT needled_at FROM needling_sessions
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND voided_at IS NULL AND needled_at IS NOT NULL
ORDER BY ended_at"""


async def needling_ends(ctx: Context, patient_id: str) -> list[datetime]:
    """When needles were last out, session by session, the latest last; ends that lie ahead included."""
    rows = await ctx.tx.fetch(SELECT_NEEDLED, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [from_ms(row["needled_at"]) for row in rows]


INSERT_SESSION = """
INSERT INTO needling_sessions (clinic_id, id, patient_id, episode_id, version, ended_at, needled_at)
VALUES (:clinic_id, :id, :patient_id, :episode_id, 1, :ended_at, :needled_at)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def add_session(ctx: Context, episode: EpisodeOfCare, session_id: str, entry: NeedlingEntry) -> NeedlingSession:
    """Write down a session of the episode under the desk's id.

    A desk that did not hear the answer, or was clicked twice, sends again, perhaps edited: a second session would
    double the overlay. Raises Invalid, ScreenForbids, and SessionChanged when someone else has amended or voided it.
    """
    _check(entry, ctx.now)
    await one_writer(ctx, episode.patient_id)
    for known in await sessions_of(ctx, episode.patient_id):
        if known.id != session_id:
            continue
        if _entry_of(known) == entry:
            return known
        if known.recorded_by != ctx.actor.id:
            raise SessionChanged
        return await amend_session(ctx, episode.patient_id, session_id, entry, based_on=known.version)
    added = await ctx.tx.execute(
        INSERT_SESSION,
        clinic_id=ctx.clinic_id,
        id=session_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        **_times(entry),
    )
    if not added:
        raise SessionChanged
    await _insert_version(ctx, session_id, 1, entry)
    return await find_session(ctx, episode.patient_id, session_id)


AMEND_SESSION = """
UPDATE needling_sessions SET version = version + 1, ended_at = :ended_at, needled_at = :needled_at
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :based_on AND voided_at IS NULL"""


async def amend_session(
    ctx: Context, patient_id: str, session_id: str, entry: NeedlingEntry, *, based_on: int
) -> NeedlingSession:
    """Replace what was written, keeping it on record; both clocks follow the corrected end.

    Raises NotFound, SessionChanged when `based_on` is not the version that stands, Invalid and ScreenForbids.
    """
    await one_writer(ctx, patient_id)
    await find_session(ctx, patient_id, session_id)
    _check(entry, ctx.now)
    amended = await ctx.tx.execute(
        AMEND_SESSION,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=session_id,
        based_on=based_on,
        **_times(entry),
    )
    if not amended:
        raise SessionChanged
    await _insert_version(ctx, session_id, based_on + 1, entry)
    return await find_session(ctx, patient_id, session_id)


VOID_SESSION = """
UPDATE needling_sessions SET voided_at = :now, voided_by = :actor_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND voided_at IS NULL"""


async def void_session(ctx: Context, patient_id: str, session_id: str) -> None:
    """The session was entered by mistake: it stays on record and counts nowhere. Raises NotFound."""
    await one_writer(ctx, patient_id)
    await find_session(ctx, patient_id, session_id)
    await ctx.tx.execute(
        VOID_SESSION,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=session_id,
        actor_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )


async def find_session(ctx: Context, patient_id: str, session_id: str) -> NeedlingSession:
    """That session of that patient. Raises NotFound, also for one that was voided."""
    for session in await sessions_of(ctx, patient_id):
        if session.id == session_id:
            return session
    raise NotFound


INSERT_VERSION = """
INSERT INTO needling_session_versions (clinic_id, session_id, version, document, recorded_by, recorded_at)
VALUES (:clinic_id, :session_id, :version, :document, :recorded_by, :now)"""


async def _insert_version(ctx: Context, session_id: str, version: int, entry: NeedlingEntry) -> None:
    await ctx.tx.execute(
        INSERT_VERSION,
        clinic_id=ctx.clinic_id,
        session_id=session_id,
        version=version,
        document=msgspec.json.encode(entry).decode(),
        recorded_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )


def _entry_of(session: NeedlingSession) -> NeedlingEntry:
    return NeedlingEntry(**{name: getattr(session, name) for name in NeedlingEntry.__struct_fields__})


def _check(entry: NeedlingEntry, now: datetime) -> None:
    check_session(entry, now=now, muscles=starter().muscles, screen_items=starter().needling_screen)


def _times(entry: NeedlingEntry) -> dict[str, int | None]:
    ended_at = to_ms(entry.ended_at)
    return {"ended_at": ended_at, "needled_at": ended_at if entry.muscles else None}


def _session(row: Row) -> NeedlingSession:
    entry = msgspec.json.decode(row["document"], type=NeedlingEntry)
    return NeedlingSession(
        **msgspec.structs.asdict(entry),
        id=row["id"],
        episode_id=row["episode_id"],
        version=row["version"],
        recorded_at=from_ms(row["recorded_at"]),
        recorded_by=row["recorded_by"],
    )
