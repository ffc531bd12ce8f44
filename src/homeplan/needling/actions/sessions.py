"""Records a needling session: judges it with everything on file, and tells the administrators when it should not be."""

from datetime import timedelta

from homeplan.alerts.actions import lock_alerts, raise_alerts
from homeplan.alerts.model import Finding
from homeplan.contact.visits.actions import close_by_session, open_again
from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.library.content import starter
from homeplan.needling import rules, store
from homeplan.needling.actions.facts import facts_of, rules_at
from homeplan.programs.actions import needling as records
from homeplan.programs.needling_session import NeedlingEntry, NeedlingFinding, NeedlingSession, NeedlingSessionChanged
from homeplan.programs.records.needling import check_session
from homeplan.programs.store import find_needling_session, lock_patient, needling_sessions_of, needling_versions_of
from homeplan.values import only


async def record_session(ctx: Context, patient_id: str, session_id: str, entry: NeedlingEntry) -> NeedlingSession:
    """Store a session under the id that the form made; sent again edited, it is amended. It closes the day's visit.

    A repetition is answered with what is stored and is not judged again. Raises NoOpenEpisode, Invalid, ScreenForbids
    and NeedlingSessionChanged.
    """
    entry = only(NeedlingEntry, entry)
    await _lock(ctx, patient_id)
    known = next((one for one in await needling_sessions_of(ctx, patient_id) if one.id == session_id), None)
    if known is not None and only(NeedlingEntry, known) == entry:
        ctx.repeated = True
        return known
    if known is not None and known.recorded_by != ctx.actor.id:
        raise NeedlingSessionChanged
    findings = await _judge(ctx, patient_id, session_id, entry, ctx.actor.id)
    stored = await records.add_session(ctx, patient_id, session_id, entry, findings)
    await close_by_session(ctx, patient_id, session_id, stored.ended_at)
    await _tell(ctx, patient_id, session_id, entry, findings)
    return stored


async def amend_session(
    ctx: Context, patient_id: str, session_id: str, entry: NeedlingEntry, reason: str, *, based_on: int
) -> NeedlingSession:
    """Correct a session, judged as on its day; the certification is that of who recorded it. The visit that it closed
    is planned again, and that of its new day is closed. The same correction sent again changes nothing.

    Raises NotFound, NeedlingSessionChanged, Invalid and ScreenForbids.
    """
    entry = only(NeedlingEntry, entry)
    await _lock(ctx, patient_id)
    known = await find_needling_session(ctx, patient_id, session_id)
    written = (known.version, known.correction, known.recorded_by, only(NeedlingEntry, known))
    if written == (based_on + 1, reason, ctx.actor.id, entry):
        ctx.repeated = True
        return known
    if known.version != based_on:
        raise NeedlingSessionChanged
    author = (await needling_versions_of(ctx, patient_id, session_id)).versions[-1].session.recorded_by
    findings = await _judge(ctx, patient_id, session_id, entry, author)
    amended = await records.amend_session(
        ctx, patient_id, session_id, entry, findings, based_on=based_on, reason=reason
    )
    if amended.ended_at != known.ended_at:
        await open_again(ctx, patient_id, session_id)
        await close_by_session(ctx, patient_id, session_id, amended.ended_at)
    await _tell(ctx, patient_id, session_id, entry, findings)
    return amended


async def void_session(ctx: Context, patient_id: str, session_id: str, reason: str, *, based_on: int) -> None:
    """Take back a session that was entered by mistake; the visit that it closed is planned again.

    Raises NotFound and NeedlingSessionChanged.
    """
    await _lock(ctx, patient_id)
    if await records.void_session(ctx, patient_id, session_id, reason, based_on=based_on):
        await open_again(ctx, patient_id, session_id)


async def _judge(
    ctx: Context, patient_id: str, session_id: str, entry: NeedlingEntry, staff_id: str
) -> tuple[NeedlingFinding, ...]:
    """The findings to store with the session. Raises when it cannot be recorded like this."""
    known = await rules_at(ctx, entry.ended_at)
    check_session(entry, now=ctx.now, muscles=starter().muscles)
    rules.require_known(entry.screen, known)
    if entry.check_id is not None and await store.find_check(ctx, patient_id, entry.check_id) is None:
        raise Invalid("This patient has no check of this id.", field="checkId")
    facts = await facts_of(
        ctx, patient_id, start=entry.started_at, end=entry.ended_at, staff_id=staff_id, session_id=session_id
    )
    if entry.screen.decision == "do-not-needle":
        return rules.of_answers(known, entry.screen.answers, facts, entry.started_at)
    minutes = (entry.ended_at - entry.started_at) / timedelta(minutes=1)
    findings = rules.judge(known, entry.muscles, entry.screen.answers, facts, entry.started_at, minutes)
    rules.require_decided(entry.screen, findings, known, entry.despite_stop)
    return findings


async def _tell(
    ctx: Context, patient_id: str, session_id: str, entry: NeedlingEntry, findings: tuple[NeedlingFinding, ...]
) -> None:
    """Raise an alert about a session that took place although a rule stops it."""
    stops = sorted(one.rule for one in findings if one.effect == "stop")
    if entry.screen.decision == "do-not-needle" or not stops:
        return
    finding = Finding(
        rule="needled-despite-stop",
        version=starter().alert_rules.needled_despite_stop.version,
        trigger=session_id,
        value=1,
        marks=frozenset({session_id}),
        known_at=ctx.now,
        inputs={"endedAt": entry.ended_at.isoformat(), "rules": stops, "reason": entry.despite_stop},
    )
    await raise_alerts(ctx, patient_id, [finding], locked=True)


async def _lock(ctx: Context, patient_id: str) -> None:
    """Keep consents, sessions and alerts of the patient as they are judged until the transaction ends."""
    await lock_patient(ctx, patient_id)
    await lock_alerts(ctx, patient_id)
