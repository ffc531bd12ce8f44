"""Two clinics whose rows carry the very same ids: what one does never shows in the other.

Ids are unique in practice, so only twins can tell whether each statement names its clinic.
"""

from typing import Any

import pytest
from msgspec import structs

from homeplan.accounts import store
from homeplan.accounts.model import LastAdmin, Patient, Role, Scope, StaffMember
from homeplan.db import Database, Tx
from homeplan.errors import NotFound
from tests.conftest import FakeClock
from tests.world import Person, World

TWIN = "twin"
CLONED = ("clinics", "staff", "patients", "care_team", "invitations", "sessions")
ALTERED = {"email", "token_hash", "name", "given_name"}
"""What must be unique, and what tells the twins apart."""


class Pair:
    """The clinic, and whoever is in it."""

    def __init__(self, therapist: Person, admin: Person, patient: Person, fellow: Person):
        self.therapist, self.admin, self.patient, self.fellow = therapist, admin, patient, fellow
        self.clinic_id = therapist.clinic.id
        self.codes: dict[str, str] = {}
        self.tokens: dict[str, str] = {}


@pytest.fixture
async def pair(db: Database, clock: FakeClock, world: World) -> Pair:
    clinic = await world.clinic()
    therapist, admin = await world.therapist(clinic), await world.admin(clinic)
    patient, fellow = await world.patient(clinic, therapist), await world.patient(clinic, therapist)
    pair = Pair(therapist, admin, patient, fellow)

    async def fill(tx: Tx) -> None:
        now = clock.now()
        for one in (patient, fellow):
            who = {"clinic_id": clinic.id, "patient_id": one.id}
            pair.codes[one.id] = (await store.create_invitation(tx, now, **who)).pairing_code
            pair.tokens[one.id] = (await store.start_patient_session(tx, now, **who, label="phone")).token
        for member in (therapist, admin):
            await store.start_staff_session(
                tx,
                now,
                clinic_id=clinic.id,
                staff_id=member.id,
                role=member.role,
                label="desk",
                device_token="device",
            )

    await db.write(fill)
    await db.write(lambda tx: _clone(tx, clinic.id))
    return pair


async def _clone(tx: Tx, clinic_id: str) -> None:
    for table in CLONED:
        for row in await tx.fetch(f"SELECT * FROM {table} WHERE clinic_id = :clinic_id", clinic_id=clinic_id):
            twin: dict[str, Any] = {
                name: f"{TWIN}-{value}" if name in ALTERED else value for name, value in dict(row).items()
            }
            twin["clinic_id"] = TWIN
            names = ", ".join(twin)
            values = ", ".join(f":{name}" for name in twin)
            await tx.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", **twin)


async def rows_of(db: Database, clinic_id: str) -> dict[str, list[dict[str, Any]]]:
    async def work(tx: Tx) -> dict[str, list[dict[str, Any]]]:
        return {
            table: sorted(
                (
                    dict(row)
                    for row in await tx.fetch(
                        f"SELECT * FROM {table} WHERE clinic_id = :clinic_id", clinic_id=clinic_id
                    )
                ),
                key=repr,
            )
            for table in CLONED
        }

    return await db.read(work)


async def test_what_one_clinic_writes_leaves_its_twin_as_it_was(db: Database, clock: FakeClock, pair: Pair) -> None:
    before = await rows_of(db, TWIN)
    mine_before = await rows_of(db, pair.clinic_id)
    patient, therapist, admin = pair.patient, pair.therapist, pair.admin
    now = clock.advance(minutes=2)
    who = {"clinic_id": pair.clinic_id, "patient_id": patient.id}

    async def write(tx: Tx) -> None:
        clinic = await store.find_clinic(tx, pair.clinic_id)
        await store.save_clinic(tx, now, structs.replace(clinic, name="Renamed"))
        found = await store.find_patient(tx, patient.scope, patient.id)
        await store.save_patient(tx, pair.clinic_id, structs.replace(found, given_name="Renamed"))
        member = await store.find_staff(tx, pair.clinic_id, therapist.id)
        await store.save_staff(tx, pair.clinic_id, structs.replace(member, name="Renamed", disabled_at=now))
        await store.set_password_hash(tx, pair.clinic_id, therapist.id, "another hash")
        await store.remove_from_care_team(tx, **who, staff_id=therapist.id)
        await store.add_to_care_team(tx, now, **who, staff_id=admin.id)
        await store.void_invitations(tx, now, **who)
        again = await store.create_invitation(tx, now, **who)
        assert await store.redeem_code(tx, now, again.pairing_code) is not None
        await store.revoke_sessions_of_patient(tx, now, **who)
        await store.revoke_sessions_of_staff(tx, now, clinic_id=pair.clinic_id, staff_id=therapist.id)
        (session,) = await store.list_sessions(tx, now, admin.scope)
        await store.revoke_session(tx, now, admin.scope, session.id)

    await db.write(write)
    assert await rows_of(db, TWIN) == before
    mine = await rows_of(db, pair.clinic_id)
    assert all(mine[table] != mine_before[table] for table in CLONED)
    for table in ("patients", "invitations", "sessions"):
        assert _of(mine[table], pair.fellow.id) == _of(mine_before[table], pair.fellow.id)
    assert _of(mine["staff"], admin.id) == _of(mine_before["staff"], admin.id)


def _of(rows: list[dict[str, Any]], person_id: str) -> list[dict[str, Any]]:
    return [row for row in rows if person_id in (row.get("patient_id"), row["id"])]


async def test_old_staff_sessions_are_forgotten_in_their_clinic_only(
    db: Database, clock: FakeClock, pair: Pair
) -> None:
    before = await rows_of(db, TWIN)
    now = clock.advance(days=500)
    await db.write(
        lambda tx: store.start_staff_session(
            tx,
            now,
            clinic_id=pair.clinic_id,
            staff_id=pair.therapist.id,
            role=Role.THERAPIST,
            label="desk",
            device_token="device",
        )
    )
    assert await rows_of(db, TWIN) == before


@pytest.mark.parametrize("which", ["mine", "twin"])
async def test_what_one_clinic_reads_is_its_own(db: Database, clock: FakeClock, pair: Pair, which: str) -> None:
    clinic_id = pair.clinic_id if which == "mine" else TWIN
    prefix = "" if which == "mine" else f"{TWIN}-"
    now = clock.now()

    def scope(person: Person) -> Scope:
        return structs.replace(person.scope, clinic_id=clinic_id)

    async def read(tx: Tx) -> dict[str, Any]:
        return {
            "clinic": (await store.find_clinic(tx, clinic_id)).name,
            "staff": {member.name for member in await store.list_staff(tx, clinic_id)},
            "member": (await store.find_staff(tx, clinic_id, pair.therapist.id)).name,
            "patient": (await store.find_patient(tx, scope(pair.therapist), pair.patient.id)).given_name,
            "patients": [p.given_name for p in await store.visible_patients(tx, scope(pair.therapist))],
            "all": [p.given_name for p in await store.visible_patients(tx, scope(pair.admin))],
            "team": [member.name for member in await store.care_team(tx, clinic_id, pair.patient.id)],
            "sessions": len(await store.list_sessions(tx, now, scope(pair.patient))),
            "owners": await store.device_owners(tx, clinic_id, "device"),
        }

    name, admin_name = [p.who.name for p in (pair.therapist, pair.admin) if isinstance(p.who, StaffMember)]
    given = [p.who.given_name for p in (pair.patient, pair.fellow) if isinstance(p.who, Patient)]
    assert await db.read(read) == {
        "clinic": f"{prefix}Example Clinic",
        "staff": {f"{prefix}{name}", f"{prefix}{admin_name}"},
        "member": f"{prefix}{name}",
        "patient": f"{prefix}{given[0]}",
        "patients": [f"{prefix}{one}" for one in given],
        "all": [f"{prefix}{one}" for one in given],
        "team": [f"{prefix}{name}"],
        "sessions": 1,
        "owners": {pair.therapist.id, pair.admin.id},
    }


async def test_a_care_team_of_the_twin_opens_nothing(db: Database, clock: FakeClock, pair: Pair) -> None:
    who = {"clinic_id": pair.clinic_id, "patient_id": pair.patient.id}
    await db.write(lambda tx: store.remove_from_care_team(tx, **who, staff_id=pair.therapist.id))
    with pytest.raises(NotFound):
        await db.read(lambda tx: store.find_patient(tx, pair.therapist.scope, pair.patient.id))
    assert not await db.read(lambda tx: store.is_visible(tx, pair.therapist.scope, pair.patient.id))
    await db.write(lambda tx: store.void_invitations(tx, clock.now(), **who))
    assert await db.read(lambda tx: store.live_invitation(tx, clock.now(), **who)) is None


async def test_an_administrator_of_the_twin_does_not_count(db: Database, pair: Pair) -> None:
    async def demote(tx: Tx) -> None:
        member = await store.find_staff(tx, pair.clinic_id, pair.admin.id)
        await store.save_staff(tx, pair.clinic_id, structs.replace(member, role=Role.THERAPIST))

    with pytest.raises(LastAdmin):
        await db.write(demote)


async def test_a_session_is_touched_in_its_clinic_only(db: Database, clock: FakeClock, pair: Pair) -> None:
    before = await rows_of(db, TWIN)
    fellows = _of((await rows_of(db, pair.clinic_id))["sessions"], pair.fellow.id)
    now, token = clock.advance(minutes=5), pair.tokens[pair.patient.id]
    found = await db.read(lambda tx: store.find_session(tx, now, token))
    assert found is not None
    await db.write(lambda tx: store.touch_session(tx, now, found))
    assert await rows_of(db, TWIN) == before
    assert _of((await rows_of(db, pair.clinic_id))["sessions"], pair.fellow.id) == fellows
    touched = await db.read(lambda tx: store.find_session(tx, now, token))
    assert touched is not None
    assert touched.last_seen_at == now


async def test_a_code_is_used_up_in_one_clinic_only(db: Database, clock: FakeClock, pair: Pair) -> None:
    code = pair.codes[pair.patient.id]
    redeemed = await db.write(lambda tx: store.redeem_code(tx, clock.now(), code))
    assert redeemed is not None
    used = [
        (clinic_id, row["patient_id"])
        for clinic_id in (pair.clinic_id, TWIN)
        for row in (await rows_of(db, clinic_id))["invitations"]
        if row["used_at"] is not None
    ]
    assert used == [(redeemed.clinic_id, pair.patient.id)]


async def test_one_leaves_one_care_team(db: Database, pair: Pair, clock: FakeClock) -> None:
    async def work(tx: Tx) -> list[list[str]]:
        for one in (pair.patient, pair.fellow):
            await store.add_to_care_team(
                tx, clock.now(), clinic_id=pair.clinic_id, patient_id=one.id, staff_id=pair.admin.id
            )
        await store.remove_from_care_team(
            tx, clinic_id=pair.clinic_id, patient_id=pair.patient.id, staff_id=pair.therapist.id
        )
        teams = [await store.care_team(tx, pair.clinic_id, one.id) for one in (pair.patient, pair.fellow)]
        return [sorted(member.id for member in team) for team in teams]

    both = sorted([pair.admin.id, pair.therapist.id])
    assert await db.write(work) == [[pair.admin.id], both]
