"""The therapist's work list."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.alerts.model import AcknowledgementEntry, Alert
from homeplan.alerts.store import acknowledge, alerts_of_patient, open_alerts
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access


@get("/api/alerts", access=Access.STAFF, operation_id="listOpenAlerts", audit="alert.list")
async def get_open_alerts(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[Alert]:
    """What is open among my patients: the most severe first, then the oldest."""
    now = clock.now()

    async def work(tx: Tx) -> list[Alert]:
        alerts = await open_alerts(tx, who)
        await record(tx, who, now, action="alert.list")
        return alerts

    return await db.write(work)


@get(
    "/api/patients/{patient_id:str}/alerts",
    access=Access.CHART,
    operation_id="listAlertsOfPatient",
    audit="alert.read",
)
async def get_alerts_of_patient(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> list[Alert]:
    """Open and closed alerts of the patient, the newest first."""
    now = clock.now()

    async def work(tx: Tx) -> list[Alert]:
        alerts = await alerts_of_patient(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="alert.read", patient_id=patient_id)
        return alerts

    return await db.write(work)


@post(
    "/api/patients/{patient_id:str}/alerts/{alert_id:str}/acknowledgement",
    access=Access.CHART,
    operation_id="acknowledgeAlert",
    status_code=201,
    audit="alert.acknowledge",
)
async def post_acknowledgement(
    patient_id: FromPath[str],
    alert_id: FromPath[str],
    data: JSONBody[AcknowledgementEntry],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Alert:
    """Say that somebody has looked, and who takes care of it. The alert leaves the list."""
    now = clock.now()

    async def work(tx: Tx) -> Alert:
        alert = await acknowledge(tx, who, now, patient_id=patient_id, alert_id=alert_id, entry=data)
        await record(tx, who, now, action="alert.acknowledge", object_id=alert_id, patient_id=patient_id)
        return alert

    return await db.write(work)


routes = [get_open_alerts, get_alerts_of_patient, post_acknowledgement]
