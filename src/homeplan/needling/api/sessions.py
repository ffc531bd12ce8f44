"""A patient's needling sessions."""

from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.needling.actions import sessions
from homeplan.programs import store
from homeplan.programs.authoring.entries import Number
from homeplan.programs.needling_session import NeedlingEntry, NeedlingSession, SessionVersions, Why
from homeplan.values import Id, Value


class NewNeedlingSession(NeedlingEntry, frozen=True, kw_only=True):
    """A needling session under an id that the form made, so that sending it again makes no second one."""

    id: Id


class NeedlingAmendment(NeedlingEntry, frozen=True, kw_only=True):
    """A needling session as it should have been written down."""

    based_on: Number
    """The version that was corrected."""
    correction: Why
    """The reason of the correction."""


class NeedlingVoid(Value, frozen=True, kw_only=True):
    """A needling session is taken back."""

    based_on: Number
    """The version that was seen."""
    reason: Why


@chart.get("needling-sessions", audit="needling.list")
async def list_needling_sessions(ctx: Context, patient_id: str) -> list[NeedlingSession]:
    """The patient's needling sessions of all episodes, the latest first."""
    found = await store.needling_sessions_of(ctx, patient_id)
    return found[::-1]


@chart.post("needling-sessions", audit="needling.add")
async def add_needling_session(ctx: Context, patient_id: str, data: NewNeedlingSession) -> NeedlingSession:
    """Write down a session. From its end the after-needling overlay runs over the patient's plan for 72 hours.

    It is refused when a rule stops it, and when a rule asks for a reason and there is none. A session that took place
    all the same is stored with `despiteStop`, and the clinic is told. Sending it again under its id stores it once;
    when it was edited since, it is amended.
    """
    added = await sessions.record_session(ctx, patient_id, data.id, data)
    ctx.object_id = added.id
    return added


@chart.put("needling-sessions/{session_id}", audit="needling.amend")
async def amend_needling_session(
    ctx: Context, patient_id: str, session_id: str, data: NeedlingAmendment
) -> NeedlingSession:
    """Correct a session. What was written before stays on record; both clocks follow the corrected end."""
    return await sessions.amend_session(ctx, patient_id, session_id, data, data.correction, based_on=data.based_on)


@chart.post("needling-sessions/{session_id}/void", audit="needling.void", status=200)
async def void_needling_session(ctx: Context, patient_id: str, session_id: str, data: NeedlingVoid) -> SessionVersions:
    """Take back a session that was entered by mistake. It stays on record and counts nowhere."""
    ctx.object_id = session_id
    await sessions.void_session(ctx, patient_id, session_id, data.reason, based_on=data.based_on)
    return await store.needling_versions_of(ctx, patient_id, session_id)


@chart.get("needling-sessions/{session_id}/versions", audit="needling.versions")
async def list_needling_versions(ctx: Context, patient_id: str, session_id: str) -> SessionVersions:
    """All versions of a session with their reasons, the current one first; also of one that was taken back."""
    ctx.object_id = session_id
    return await store.needling_versions_of(ctx, patient_id, session_id)


routes = [
    list_needling_sessions,
    add_needling_session,
    amend_needling_session,
    void_needling_session,
    list_needling_versions,
]
