"""Who treats a patient, and may therefore see them."""

from litestar import delete, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.accounts.store import add_to_care_team, remove_from_care_team
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Id


@put(
    "/api/patients/{patient_id:str}/care-team/{staff_id:str}",
    access=Access.CHART,
    operation_id="addToCareTeam",
    status_code=204,
    audit="care-team.add",
)
async def put_care_team(
    patient_id: FromPath[str],
    staff_id: FromPath[Id],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Let a colleague see the patient."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await add_to_care_team(tx, now, clinic_id=who.clinic_id, patient_id=patient_id, staff_id=staff_id)
        await record(tx, who, now, action="care-team.add", object_id=staff_id, patient_id=patient_id)

    await db.write(work)


@delete(
    "/api/patients/{patient_id:str}/care-team/{staff_id:str}",
    access=Access.CHART,
    operation_id="removeFromCareTeam",
    status_code=204,
    audit="care-team.remove",
)
async def delete_care_team(
    patient_id: FromPath[str],
    staff_id: FromPath[Id],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """From now on the colleague does not see the patient."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await remove_from_care_team(tx, clinic_id=who.clinic_id, patient_id=patient_id, staff_id=staff_id)
        await record(tx, who, now, action="care-team.remove", object_id=staff_id, patient_id=patient_id)

    await db.write(work)


routes = [put_care_team, delete_care_team]
