"""Roles: owners are changed by owners only, and the front desk reads nothing clinical."""

import pytest

from homeplan.accounts.store import find_staff
from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.db.migration_file import known_migrations
from tests.world import Api, Person, World, context

SECRETS = ("Sciatica since May", "Lift my grandchild")


@pytest.fixture
async def owner(world: World) -> Person:
    return await world.therapist(await world.clinic(), role=Role.OWNER)


@pytest.fixture
async def admin(world: World, owner: Person) -> Person:
    return await world.admin(owner.clinic)


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "admin"}, {"role": "front-desk"}])
async def test_an_administrator_cannot_change_an_owner(
    api: Api, admin: Person, owner: Person, change: dict[str, object]
) -> None:
    boss = await api.signed_in(admin)
    refused = await boss.patch(f"/api/staff/members/{owner.id}", json=change)
    assert (refused.status_code, refused.json()["code"]) == (403, "owners-only")


async def test_an_administrator_gets_no_link_into_the_account_of_an_owner(
    api: Api, admin: Person, owner: Person
) -> None:
    boss, home = await api.signed_in(admin), await api.signed_in(owner)
    address = f"/api/staff/members/{owner.id}"
    assert (await boss.post(f"{address}/factors/reset")).json()["code"] == "owners-only"
    assert (await boss.delete(f"{address}/sign-ins")).json()["code"] == "owners-only"
    assert (await home.get("/api/staff/me")).json()["role"] == "owner"


async def test_only_owners_make_owners(api: Api, admin: Person, owner: Person, world: World) -> None:
    colleague = await world.therapist(owner.clinic)
    boss, home = await api.signed_in(admin), await api.signed_in(owner)
    invitation = {"id": "i", "email": "new@clinic.example", "role": "owner"}
    assert (await boss.post("/api/staff/invitations", json=invitation)).json()["code"] == "owners-only"
    address = f"/api/staff/members/{colleague.id}"
    assert (await boss.patch(address, json={"role": "owner"})).json()["code"] == "owners-only"
    assert (await home.patch(address, json={"role": "owner"})).json()["role"] == "owner"
    assert (await home.post("/api/staff/invitations", json=invitation)).status_code == 201


async def test_the_last_owner_stays(api: Api, admin: Person, owner: Person, world: World) -> None:
    home = await api.signed_in(owner)
    address = f"/api/staff/members/{owner.id}"
    for change in ({"disabled": True}, {"role": "admin"}):
        refused = await home.patch(address, json=change)
        assert (refused.status_code, refused.json()["code"]) == (409, "last-owner")
    second = await world.therapist(owner.clinic, role=Role.OWNER)
    assert (await home.patch(address, json={"role": "admin"})).status_code == 200
    assert (await (await api.signed_in(second)).get("/api/staff/members")).status_code == 200


async def test_the_front_desk_registers_a_patient_and_reads_nothing_clinical(
    api: Api, world: World, owner: Person
) -> None:
    desk = await api.signed_in(await world.therapist(owner.clinic, role=Role.FRONT_DESK))
    therapist = await world.therapist(owner.clinic)
    patient = await world.patient(owner.clinic, therapist, problem=SECRETS[0], goal=SECRETS[1])
    address = f"/api/patients/{patient.id}"
    new = {"id": "p1", "givenName": "Eva", "familyName": "Example", "language": "es", "timeZone": "America/Denver"}
    assert (await desk.post("/api/patients", json={**new, "problem": "Back"})).json()["code"] == "nothing-clinical"
    assert (await desk.post("/api/patients", json=new)).status_code == 201
    assert (await desk.patch(address, json={"goal": "Walk"})).json()["code"] == "nothing-clinical"
    changed = await desk.patch(address, json={"familyName": "Renamed"})
    seen = [changed, await desk.get(address), await desk.get("/api/patients")]
    seen += [await desk.get(f"{address}/{what}") for what in ("visits", "telephone-numbers")]
    assert [answer.status_code for answer in seen] == [200] * 5
    assert not any(secret in answer.text for answer in seen for secret in SECRETS)
    kept = (await (await api.signed_in(therapist)).get(address)).json()
    assert (kept["familyName"], kept["problem"], kept["goal"]) == ("Renamed", *SECRETS)


async def test_the_front_desk_is_never_part_of_a_care_team_or_told_about_alerts(
    api: Api, world: World, owner: Person
) -> None:
    desk = await world.therapist(owner.clinic, role=Role.FRONT_DESK)
    patient = await world.patient(owner.clinic, await world.therapist(owner.clinic))
    home = await api.signed_in(owner)
    assert (await home.put(f"/api/patients/{patient.id}/care-team/{desk.id}")).status_code == 404
    entry = {"id": "e", "staffId": desk.id, "kind": "duty"}
    settings = {"version": 0, "hours": None, "roster": {"entries": [entry], "covers": []}}
    assert (await home.put("/api/duty", json=settings)).status_code == 400


async def test_the_longest_serving_administrator_of_a_clinic_becomes_its_owner(
    db: Database, world: World, owner: Person
) -> None:
    clinic = owner.clinic
    first, second = await world.admin(clinic), await world.admin(clinic)
    other = await world.admin(await world.clinic())
    await db.write(
        lambda tx: tx.execute("UPDATE staff SET created_at = created_at - 1 WHERE id = :staff_id", staff_id=owner.id)
    )
    promote = next(each for each in known_migrations() if each.name == "administration").statements(db.engine)[0].sql
    await db.write(lambda tx: tx.execute("UPDATE staff SET role = 'admin' WHERE role = 'owner'"))
    await db.write(lambda tx: tx.execute(promote))
    found = []
    for each in (owner, first, second, other):

        async def read(tx: Tx, member: Person = each) -> Role:
            return (await find_staff(context(tx, clinic_id=member.clinic.id), member.id)).role

        found.append(await db.read(read))
    assert found == [Role.OWNER, Role.ADMIN, Role.ADMIN, Role.OWNER]
