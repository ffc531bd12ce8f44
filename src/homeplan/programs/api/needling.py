"""A patient's needling sessions."""

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.programs import store
from homeplan.programs.entries import Number
from homeplan.programs.model import NeedlingEntry, NeedlingSession
from homeplan.values import Id

SESSIONS = "/api/patients/{patient_id:str}/needling-sessions"


class NewSession(NeedlingEntry, frozen=True, kw_only=True):
    """A needling session under an id that the form made, so that sending it again makes no second one."""

    id: Id


class Amendment(NeedlingEntry, frozen=True, kw_only=True):
    """A needling session as it should have been written down."""

    based_on: Number
    """The version that was corrected."""


@get(SESSIONS, access=Access.CHART, operation_id="listNeedlingSessions", audit="needling.list")
async def get_sessions(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> list[NeedlingSession]:
    """The patient's needling sessions of all episodes, the latest first."""
    now = clock.now()

    async def work(tx: Tx) -> list[NeedlingSession]:
        found = await store.sessions_of(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="needling.list", patient_id=patient_id)
        return found[::-1]

    return await db.write(work)


@post(SESSIONS, access=Access.CHART, operation_id="addNeedlingSession", status_code=201, audit="needling.add")
async def post_session(
    patient_id: FromPath[str],
    data: JSONBody[NewSession],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> NeedlingSession:
    """Write down a session. From its end the after-needling overlay runs over the patient's plan for 72 hours.

    Sending it again under its id stores it once; when it was edited since, it is amended.
    """
    now = clock.now()

    async def work(tx: Tx) -> NeedlingSession:
        episode = await store.open_episode_of(tx, who, patient_id, now)
        added = await store.add_session(tx, who, episode, data.id, _entry_of(data), now)
        await record(tx, who, now, action="needling.add", object_id=added.id, patient_id=patient_id)
        return added

    return await db.write(work)


@put(SESSIONS + "/{session_id:str}", access=Access.CHART, operation_id="amendNeedlingSession", audit="needling.amend")
async def put_session(
    patient_id: FromPath[str],
    session_id: FromPath[str],
    data: JSONBody[Amendment],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> NeedlingSession:
    """Correct a session. What was written before stays on record; both clocks follow the corrected end."""
    now = clock.now()

    async def work(tx: Tx) -> NeedlingSession:
        amended = await store.amend_session(
            tx, who, patient_id, session_id, _entry_of(data), based_on=data.based_on, now=now
        )
        await record(tx, who, now, action="needling.amend", object_id=amended.id, patient_id=patient_id)
        return amended

    return await db.write(work)


@delete(SESSIONS + "/{session_id:str}", access=Access.CHART, operation_id="voidNeedlingSession", audit="needling.void")
async def delete_session(
    patient_id: FromPath[str],
    session_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Take back a session that was entered by mistake. It stays on record and counts nowhere."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await store.void_session(tx, who, patient_id, session_id, now)
        await record(tx, who, now, action="needling.void", object_id=session_id, patient_id=patient_id)

    await db.write(work)


routes = [get_sessions, post_session, put_session, delete_session]


def _entry_of(data: NeedlingEntry) -> NeedlingEntry:
    return NeedlingEntry(**{name: getattr(data, name) for name in NeedlingEntry.__struct_fields__})
