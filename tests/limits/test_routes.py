"""The work of signed-in people that is limited, over HTTP."""

from litestar import Litestar

from homeplan.db import Database, Tx
from homeplan.limits.store import count_try
from homeplan.programs.api.program import PLANS
from tests.conftest import FakeClock
from tests.test_access_matrix import routes_of
from tests.world import Api, World, context

LIMITED = {
    "invitePatient": "invitations",
    "createMyPairingCode": "invitations",
    "inviteMyHelper": "invitations",
    "showPhoneLink": "invitations",
    "exportMe": "exports",
    "exportMePage": "exports",
    "publishRevision": "plans",
    "previewProgram": "drafts",
    "saveProgramDraft": "drafts",
    "giveMyAddress": "mail-confirmations",
    "giveMailAddress": "mail-confirmations",
    "testMyNotifications": "staff-tests",
    "saveDuty": "duty",
    "addLibraryPicture": "pictures",
    "changeClinicLogo": "pictures",
    "makeCalendarLink": "new-calendar-links",
    "readClinicReport": "clinic-report",
    "previewImport": "patient-imports",
    "runImport": "patient-imports",
    "exportClinic": "csv-exports",
    "exportPatient": "csv-exports",
}
"""Operation → its limit."""


def test_invitations_plans_and_exports_are_limited_and_all_large_bodies(litestar: Litestar) -> None:
    routes = [route.handler for route in routes_of(litestar)]
    found = {each.operation_id: each.opt["route"].limit for each in routes if each.opt["route"].limit is not None}
    assert {operation: limit.name for operation, limit in found.items()} == LIMITED
    large = {each.operation_id for each in routes if each.opt["route"].largest > 64 * 1024}
    assert large <= {*LIMITED}


async def test_who_publishes_without_end_waits_and_a_colleague_does_not(
    api: Api, world: World, db: Database, clock: FakeClock
) -> None:
    therapist = await world.therapist(await world.clinic())
    patient = await world.patient(therapist.clinic, therapist)
    colleague = await world.admin(therapist.clinic)

    async def publish_many(tx: Tx) -> None:
        for _ in range(PLANS.most):
            await count_try(context(tx, clock.now()), PLANS.of(therapist.clinic.id, therapist.id))

    await db.write(publish_many)
    path = f"/api/patients/{patient.id}/program/revisions"
    refused = await (await api.signed_in(therapist)).post(path, json={})
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "too-many", "60")
    assert (await (await api.signed_in(colleague)).post(path, json={})).status_code == 400
    clock.advance(minutes=1)
    assert (await (await api.signed_in(therapist)).post(path, json={})).status_code == 400
