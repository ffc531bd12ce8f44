"""Clinics, staff, patients and care teams, on both engines."""

from datetime import datetime
from functools import partial

import pytest

from homeplan.accounts import actions, store
from homeplan.accounts.model import Clinic, EmailTaken, LastAdmin, MemberChanges, Patient
from homeplan.actor import Role
from homeplan.db import Database, Tx, Violated
from homeplan.errors import Invalid, NotFound
from homeplan.ids import new_id
from homeplan.store_facts import delete_epoch, store_epoch
from tests.conftest import FakeClock
from tests.world import START, Person, World, context


async def _new_staff(db: Database, clock: FakeClock, clinic_id: str, email: str, role: Role = Role.THERAPIST) -> str:
    async def work(tx: Tx) -> str:
        added = await actions.add_staff(
            context(tx, clock.now(), clinic_id),
            member_id=new_id(clock.now()),
            name="Ana Example",
            email=email,
            role=role,
            password_hash="!",
        )
        return added.id

    return await db.write(work)


async def _save(now: datetime, clinic: Clinic, tx: Tx) -> None:
    await store.save_clinic(context(tx, now), clinic)


async def count(db: Database, table: str) -> int:
    return int(await db.read(lambda tx: tx.fetch_value(f"SELECT COUNT(*) FROM {table}")))


async def test_a_fresh_store_has_no_account(db: Database) -> None:
    for table in ("clinics", "staff", "patients", "sign_ins", "invitations"):
        assert await count(db, table) == 0


async def test_the_store_keeps_its_epoch_until_a_backup_was_put_back(db: Database) -> None:
    first = await db.write(lambda tx: store_epoch(context(tx)))
    assert len(first) == 16
    assert await db.write(lambda tx: store_epoch(context(tx))) == first
    await db.write(lambda tx: delete_epoch(context(tx)))
    assert await db.write(lambda tx: store_epoch(context(tx))) != first


async def test_a_clinic_is_read_back_as_it_was_saved(db: Database, clock: FakeClock, world: World) -> None:
    clinic = await world.clinic("Example Clinic", drafts_allowed=False)
    assert await db.read(lambda tx: store.find_clinic(context(tx, clinic_id=clinic.id))) == clinic
    for drafts_allowed in (True, True, False):
        changed = type(clinic)(
            id=clinic.id, name="New name", phone="555 0101", emergency_number="112", drafts_allowed=drafts_allowed
        )
        await db.write(partial(_save, clock.now(), changed))
        assert await db.read(lambda tx: store.find_clinic(context(tx, clinic_id=clinic.id))) == changed


async def test_an_unknown_clinic_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        await db.read(lambda tx: store.find_clinic(context(tx, clinic_id="no-such-clinic")))


async def test_one_email_signs_in_one_person_in_the_whole_store(db: Database, clock: FakeClock, world: World) -> None:
    here, there = await world.clinic(), await world.clinic()
    await _new_staff(db, clock, here.id, "Ana@Clinic.example ")
    for clinic in (here, there):
        with pytest.raises(EmailTaken) as refused:
            await _new_staff(db, clock, clinic.id, "ana@clinic.EXAMPLE")
        assert refused.value.field == "email"
    found = await db.read(lambda tx: store.find_credentials(context(tx), " ANA@clinic.example"))
    assert found is not None
    assert (found.clinic_id, found.member.email) == (here.id, "ana@clinic.example")


async def test_disabled_staff_have_no_credentials(db: Database, clock: FakeClock, world: World) -> None:
    clinic = await world.clinic()
    await world.admin(clinic)
    staff_id = await _new_staff(db, clock, clinic.id, "ana@clinic.example")

    async def disable(tx: Tx) -> None:
        member = await store.find_staff(context(tx, clinic_id=clinic.id), staff_id)
        gone = type(member)(
            id=member.id, name=member.name, email=member.email, role=member.role, disabled_at=clock.now()
        )
        await store.save_staff(context(tx, clinic_id=clinic.id), gone)

    await db.write(disable)
    assert await db.read(lambda tx: store.find_credentials(context(tx), "ana@clinic.example")) is None


async def test_staff_of_another_clinic_are_not_found(db: Database, world: World) -> None:
    here, there = await world.clinic(), await world.clinic()
    therapist = await world.therapist(there)
    with pytest.raises(NotFound):
        await db.read(lambda tx: store.find_staff(context(tx, clinic_id=here.id), therapist.id))
    assert await db.read(lambda tx: store.list_staff(context(tx, clinic_id=here.id))) == []
    assert await db.read(lambda tx: store.list_staff(context(tx, clinic_id=there.id))) == [therapist.who]


async def test_a_clinic_keeps_an_administrator(db: Database, clock: FakeClock, world: World) -> None:
    clinic, other = await world.clinic(), await world.clinic()
    await world.admin(other)
    admin = await world.admin(clinic)

    async def demote(tx: Tx) -> None:
        await actions.change_staff(context(tx, clinic_id=clinic.id), admin.id, MemberChanges(role="therapist"))

    with pytest.raises(LastAdmin):
        await db.write(demote)
    assert (await db.read(lambda tx: store.find_staff(context(tx, clinic_id=clinic.id), admin.id))).role is Role.ADMIN
    await world.admin(clinic)
    await db.write(demote)


async def test_an_unknown_zone_is_refused_and_nothing_kept(db: Database, world: World) -> None:
    clinic = await world.clinic()
    with pytest.raises(Invalid) as refused:
        await world.patient(clinic, zone="Mars/Olympus")
    assert refused.value.field == "timeZone"
    assert await count(db, "patients") == 0


async def test_who_may_see_a_patient(db: Database, world: World) -> None:
    clinic, other = await world.clinic(), await world.clinic()
    treating, colleague, stranger = (
        await world.therapist(clinic),
        await world.therapist(clinic),
        await world.therapist(other),
    )
    patient, fellow = await world.patient(clinic, treating), await world.patient(clinic, treating)
    cases: list[tuple[Person, bool]] = [
        (treating, True),
        (await world.admin(clinic), True),
        (patient, True),
        (colleague, False),
        (stranger, False),
        (await world.admin(other), False),
        (fellow, False),
        (await world.patient(other, stranger), False),
    ]
    for person, expected in cases:

        async def read_patients(tx: Tx, person: Person = person) -> tuple[bool, set[str]]:
            ctx = person.context(tx)
            return await store.is_visible(ctx, patient.id), {found.id for found in await store.visible_patients(ctx)}

        async def find(tx: Tx, person: Person = person) -> Patient:
            return await store.find_patient(person.context(tx), patient.id)

        seen, listed = await db.read(read_patients)
        assert (seen, patient.id in listed) == (expected, expected), person.who
        if expected:
            assert await db.read(find) == patient.who
        else:
            with pytest.raises(NotFound):
                await db.read(find)


async def test_a_care_team_is_joined_once_and_left_once(db: Database, clock: FakeClock, world: World) -> None:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic)
    since = clock.now()

    async def join(tx: Tx) -> None:
        await actions.add_to_care_team(context(tx, clock.now(), clinic.id), patient.id, therapist.id)

    async def leave(tx: Tx) -> None:
        await actions.remove_from_care_team(context(tx, clinic_id=clinic.id), patient.id, therapist.id)

    await db.write(join)
    clock.advance(days=1)
    await db.write(join)
    (member,) = await db.read(lambda tx: store.care_team(context(tx, clinic_id=clinic.id), patient.id))
    assert (member.id, member.since) == (therapist.id, since)
    await db.write(leave)
    assert await db.read(lambda tx: store.care_team(context(tx, clinic_id=clinic.id), patient.id)) == []
    with pytest.raises(NotFound):
        await db.write(leave)


async def test_staff_of_another_clinic_join_no_care_team(db: Database, clock: FakeClock, world: World) -> None:
    here, there = await world.clinic(), await world.clinic()
    patient, stranger = await world.patient(here), await world.therapist(there)
    with pytest.raises(NotFound):
        await db.write(lambda tx: actions.add_to_care_team(context(tx, clock.now(), here.id), patient.id, stranger.id))


async def test_patients_are_listed_by_family_name_ignoring_accents(db: Database, world: World) -> None:
    clinic = await world.clinic()
    admin = await world.admin(clinic)
    for family_name in ("Zúñiga", "Ávila", "alba"):
        await world.patient(clinic, family_name=family_name)
    listed = await db.read(lambda tx: store.visible_patients(admin.context(tx)))
    assert [patient.family_name for patient in listed] == ["alba", "Ávila", "Zúñiga"]


async def test_ids_are_unique_and_in_order_of_making(db: Database, clock: FakeClock, world: World) -> None:
    clinic = await world.clinic()
    ids = []
    for _ in range(50):
        clock.advance(milliseconds=1)
        ids.append((await world.patient(clinic)).id)
    assert ids == sorted(set(ids))
    assert len({new_id(START) for _ in range(10_000)}) == 10_000, "also of one instant"


async def test_staff_are_listed_by_name_without_regard_to_accents_and_case(db: Database, world: World) -> None:
    clinic = await world.clinic()
    for name in ("Zoe Abt", "Óscar Díaz", "ana lópez", "Ana Lopes", "Bea Ruiz"):
        await world.therapist(clinic, name=name)
    listed = await db.read(lambda tx: store.list_staff(context(tx, clinic_id=clinic.id)))
    assert [each.name for each in listed] == ["Ana Lopes", "ana lópez", "Bea Ruiz", "Óscar Díaz", "Zoe Abt"]


_FOREIGN = {
    "care team, patient": """
        INSERT INTO care_team (clinic_id, patient_id, staff_id, since) VALUES (:here, :theirs, :mine, 1)""",
    "care team, staff": """
        INSERT INTO care_team (clinic_id, patient_id, staff_id, since) VALUES (:here, :ours, :stranger, 1)""",
    "invitation": """
        INSERT INTO invitations (clinic_id, id, patient_id, token_hash, code_lookup, code_hash, code_expires_at,
          code_tries, created_at, expires_at) VALUES (:here, 'i', :theirs, 'h', 'l', 'c', 1, 0, 1, 1)""",
    "sign-in of a patient": """
        INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
          expires_at, reauth_at) VALUES (:here, 's', 'h', :theirs, '', 1, 1, 1, 1, 1)""",
    "sign-in of staff": """
        INSERT INTO sign_ins (clinic_id, id, token_hash, staff_id, label, created_at, last_seen_at, idle_expires_at,
          expires_at, reauth_at) VALUES (:here, 's', 'h', :stranger, '', 1, 1, 1, 1, 1)""",
}


@pytest.mark.parametrize("case", _FOREIGN)
async def test_no_row_points_into_another_clinic(db: Database, world: World, case: str) -> None:
    here, there = await world.clinic(), await world.clinic()
    people = {
        "here": here.id,
        "mine": (await world.therapist(here)).id,
        "ours": (await world.patient(here)).id,
        "stranger": (await world.therapist(there)).id,
        "theirs": (await world.patient(there)).id,
    }
    sql = _FOREIGN[case]
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute(sql, **{k: v for k, v in people.items() if f":{k}" in sql}))


async def test_a_sign_in_belongs_to_exactly_one_person(db: Database, world: World) -> None:
    clinic = await world.clinic()
    therapist, patient = await world.therapist(clinic), await world.patient(clinic)
    sql = """
        INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, staff_id, label, created_at, last_seen_at,
          idle_expires_at, expires_at, reauth_at) VALUES (:clinic, 's', 'h', :patient, :staff, '', 1, 1, 1, 1, 1)"""

    async def both_or_neither(tx: Tx, patient_id: str | None, staff_id: str | None) -> None:
        await tx.execute(sql, clinic=clinic.id, patient=patient_id, staff=staff_id)

    for patient_id, staff_id in ((None, None), (patient.id, therapist.id)):
        with pytest.raises(Violated):
            await db.write(partial(both_or_neither, patient_id=patient_id, staff_id=staff_id))
