"""Needling sessions in the database, version by version.

The rules need all sessions of a patient: muscles also rest after a session in an earlier episode.
"""

from collections.abc import Sequence

import msgspec

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.needling_session import (
    NeedlingEntry,
    NeedlingFinding,
    NeedlingSession,
    SessionVersion,
    SessionVersions,
)

SELECT_SESSIONS = """
SELECT s.patient_id, s.id, s.episode_id, s.version, v.document, v.findings, v.reason, v.recorded_at, v.recorded_by
FROM needling_sessions s
JOIN needling_session_versions v ON v.clinic_id = s.clinic_id AND v.session_id = s.id AND v.version = s.version
WHERE s.clinic_id = :clinic_id AND s.patient_id IN (:patient_ids) AND s.voided_at IS NULL
ORDER BY s.ended_at, s.id"""


async def needling_sessions_of(ctx: Context, patient_id: str) -> list[NeedlingSession]:
    """The patient's sessions in their current versions, ordered by their end."""
    rows = await ctx.tx.fetch(SELECT_SESSIONS, clinic_id=ctx.clinic_id, patient_ids=[patient_id])
    return [_session(row) for row in rows]


async def needling_sessions_of_many(ctx: Context, patient_ids: Sequence[str]) -> dict[str, list[NeedlingSession]]:
    """Like `needling_sessions_of`, but for many patients at once."""
    found: dict[str, list[NeedlingSession]] = {patient_id: [] for patient_id in patient_ids}
    for row in await ctx.tx.fetch(SELECT_SESSIONS, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids)):
        found[row["patient_id"]].append(_session(row))
    return found


INSERT_SESSION = """
INSERT INTO needling_sessions (clinic_id, id, patient_id, episode_id, version, ended_at, needled_at)
VALUES (:clinic_id, :id, :patient_id, :episode_id, 1, :ended_at, :needled_at)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_needling_session(
    ctx: Context,
    episode: EpisodeOfCare,
    session_id: str,
    entry: NeedlingEntry,
    findings: Sequence[NeedlingFinding] = (),
) -> bool:
    """Add a session of the episode; False when the clinic has one of this id already, voided ones included."""
    added = await ctx.tx.execute(
        INSERT_SESSION,
        clinic_id=ctx.clinic_id,
        id=session_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        **_times(entry),
    )
    if added:
        await _insert_version(ctx, session_id, 1, entry, findings)
    return bool(added)


AMEND_SESSION = """
UPDATE needling_sessions SET version = version + 1, ended_at = :ended_at, needled_at = :needled_at
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :based_on AND voided_at IS NULL"""


async def amend_needling_session(
    ctx: Context,
    patient_id: str,
    session_id: str,
    entry: NeedlingEntry,
    findings: Sequence[NeedlingFinding] = (),
    *,
    based_on: int,
    reason: str | None = None,
) -> bool:
    """Add the version after `based_on`; False when that is not the current one."""
    amended = await ctx.tx.execute(
        AMEND_SESSION,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=session_id,
        based_on=based_on,
        **_times(entry),
    )
    if amended:
        await _insert_version(ctx, session_id, based_on + 1, entry, findings, reason)
    return bool(amended)


VOID_SESSION = """
UPDATE needling_sessions SET voided_at = :now, voided_by = :actor_id, void_reason = :reason
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :based_on AND voided_at IS NULL"""


async def void_needling_session(ctx: Context, patient_id: str, session_id: str, reason: str, *, based_on: int) -> bool:
    """Mark the session as entered by mistake; False when `based_on` is not its current version."""
    voided = await ctx.tx.execute(
        VOID_SESSION,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=session_id,
        actor_id=ctx.actor.id,
        reason=reason,
        based_on=based_on,
        now=to_ms(ctx.now),
    )
    return bool(voided)


SELECT_VERSIONS = """
SELECT s.id, s.episode_id, v.version, v.document, v.findings, v.reason, v.recorded_at, v.recorded_by,
  author.name AS recorded_by_name, s.voided_at, s.void_reason, voider.name AS voided_by_name
FROM needling_sessions s
JOIN needling_session_versions v ON v.clinic_id = s.clinic_id AND v.session_id = s.id
JOIN staff author ON author.clinic_id = v.clinic_id AND author.id = v.recorded_by
LEFT JOIN staff voider ON voider.clinic_id = s.clinic_id AND voider.id = s.voided_by
WHERE s.clinic_id = :clinic_id AND s.patient_id = :patient_id AND s.id = :id
ORDER BY v.version DESC"""


async def needling_versions_of(ctx: Context, patient_id: str, session_id: str) -> SessionVersions:
    """All versions of the session, also of one that was taken back. Raises NotFound."""
    rows = await ctx.tx.fetch(SELECT_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, id=session_id)
    if not rows:
        raise NotFound
    return SessionVersions(
        versions=tuple(SessionVersion(session=_session(row), recorded_by_name=row["recorded_by_name"]) for row in rows),
        voided_at=from_ms_or_none(rows[0]["voided_at"]),
        voided_by_name=rows[0]["voided_by_name"],
        void_reason=rows[0]["void_reason"],
    )


async def find_needling_session(ctx: Context, patient_id: str, session_id: str) -> NeedlingSession:
    """That session of that patient. Raises NotFound, also for one that was voided."""
    for session in await needling_sessions_of(ctx, patient_id):
        if session.id == session_id:
            return session
    raise NotFound


INSERT_VERSION = """
INSERT INTO needling_session_versions (clinic_id, session_id, version, document, findings, reason,
  recorded_by, recorded_at)
VALUES (:clinic_id, :session_id, :version, :document, :findings, :reason, :recorded_by, :now)"""


async def _insert_version(
    ctx: Context,
    session_id: str,
    version: int,
    entry: NeedlingEntry,
    findings: Sequence[NeedlingFinding],
    reason: str | None = None,
) -> None:
    await ctx.tx.execute(
        INSERT_VERSION,
        clinic_id=ctx.clinic_id,
        session_id=session_id,
        version=version,
        document=msgspec.json.encode(entry).decode(),
        findings=msgspec.json.encode(findings).decode(),
        reason=reason,
        recorded_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )


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
        correction=row["reason"],
        findings=_findings(row["findings"]),
    )


def _findings(stored: str | None) -> tuple[NeedlingFinding, ...]:
    """None in versions from before the findings were kept."""
    return () if stored is None else msgspec.json.decode(stored, type=tuple[NeedlingFinding, ...])
