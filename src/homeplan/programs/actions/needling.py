"""Adds, amends and voids a patient's needling sessions."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.context import Context
from homeplan.library.content import starter
from homeplan.programs import store
from homeplan.programs.actions.episodes import require_open_episode
from homeplan.programs.needling_session import NeedlingEntry, NeedlingFinding, NeedlingSession, NeedlingSessionChanged
from homeplan.programs.records.needling import check_session
from homeplan.values import only


async def add_session(
    ctx: Context,
    patient_id: str,
    session_id: str,
    entry: NeedlingEntry,
    findings: Sequence[NeedlingFinding] = (),
) -> NeedlingSession:
    """Store a session of the open episode under the id that the form made, with what the rules said about it.

    A form that got no answer, or was clicked twice, sends again, perhaps edited: the session is then amended, since a
    second one would run the overlay twice. Raises NoOpenEpisode, Invalid, ScreenForbids, and
    NeedlingSessionChanged when someone else has amended or voided it.
    """
    entry = only(NeedlingEntry, entry)
    episode = await require_open_episode(ctx, patient_id)
    _check(entry, ctx.now)
    for known in await store.needling_sessions_of(ctx, patient_id):
        if known.id != session_id:
            continue
        ctx.repeated = True
        if only(NeedlingEntry, known) == entry:
            return known
        if known.recorded_by != ctx.actor.id:
            raise NeedlingSessionChanged
        return await amend_session(ctx, patient_id, session_id, entry, findings, based_on=known.version)
    if not await store.insert_needling_session(ctx, episode, session_id, entry, findings):
        raise NeedlingSessionChanged
    return await store.find_needling_session(ctx, patient_id, session_id)


async def amend_session(
    ctx: Context,
    patient_id: str,
    session_id: str,
    entry: NeedlingEntry,
    findings: Sequence[NeedlingFinding] = (),
    *,
    based_on: int,
    reason: str | None = None,
) -> NeedlingSession:
    """Replace what was written and keep the version before on record; both clocks follow the corrected end.

    Raises NotFound, NeedlingSessionChanged when `based_on` is not the current version, Invalid and ScreenForbids.
    """
    entry = only(NeedlingEntry, entry)
    await store.lock_patient(ctx, patient_id)
    await store.find_needling_session(ctx, patient_id, session_id)
    _check(entry, ctx.now)
    amended = await store.amend_needling_session(
        ctx, patient_id, session_id, entry, findings, based_on=based_on, reason=reason
    )
    if not amended:
        raise NeedlingSessionChanged
    return await store.find_needling_session(ctx, patient_id, session_id)


async def void_session(ctx: Context, patient_id: str, session_id: str, reason: str, *, based_on: int) -> bool:
    """Mark a session that was entered by mistake: it stays on record and counts nowhere. Whether it counted until now.

    Sent again with the same reason it changes nothing. Raises NotFound, and NeedlingSessionChanged when `based_on` is
    not the current version or it was taken back for another reason.
    """
    await store.lock_patient(ctx, patient_id)
    known = await store.needling_versions_of(ctx, patient_id, session_id)
    if known.voided_at is not None and known.void_reason == reason:
        return False
    if not await store.void_needling_session(ctx, patient_id, session_id, reason, based_on=based_on):
        raise NeedlingSessionChanged
    return True


def _check(entry: NeedlingEntry, now: datetime) -> None:
    check_session(entry, now=now, muscles=starter().muscles)
