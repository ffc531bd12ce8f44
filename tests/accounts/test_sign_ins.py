"""The lifetime and the end of a sign-in, on both engines."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from homeplan.accounts import actions, store
from homeplan.accounts.helpers.actions import sign_in_helper
from homeplan.accounts.model import NewSignIn, SignIn, StaffMember
from homeplan.accounts.rules import LIFETIMES
from homeplan.actor import NOBODY, Role
from homeplan.db import Database, Tx
from homeplan.errors import NotFound
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.world import HelperOf, Person, World, context

SECOND = timedelta(seconds=1)


async def sign_in(db: Database, clock: FakeClock, person: Person, device: str = "device") -> NewSignIn:
    async def work(tx: Tx) -> NewSignIn:
        ctx = context(tx, clock.now(), person.clinic.id)
        if isinstance(person.who, StaffMember):
            return await actions.sign_in_staff(ctx, person.who, label="desk", device_token=device)
        if isinstance(person.who, HelperOf):
            return await sign_in_helper(person.context(tx, clock.now()), new_id(ctx.now), label="tablet")
        return await actions.sign_in_patient(ctx, person.id, new_id(ctx.now), label="phone")

    return await db.write(work)


async def find(db: Database, clock: FakeClock, token: str) -> SignIn | None:
    async def work(tx: Tx) -> SignIn | None:
        of_patient, of_staff = [
            await store.find_sign_in(context(tx, clock.now()), token, of_patient=one) for one in (True, False)
        ]
        return of_patient or of_staff

    return await db.read(work)


async def _touch(now: datetime, found: SignIn, tx: Tx) -> None:
    await store.touch_sign_in(context(tx, now).of_clinic(found.clinic_id, found.actor(NOBODY)))


@pytest.fixture
async def people(world: World) -> dict[Role, Person]:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    return {
        Role.THERAPIST: therapist,
        Role.ADMIN: await world.admin(clinic),
        Role.OWNER: await world.therapist(clinic, role=Role.OWNER),
        Role.FRONT_DESK: await world.therapist(clinic, role=Role.FRONT_DESK),
        Role.PATIENT: patient,
        Role.HELPER: await world.helper(patient),
    }


@pytest.mark.parametrize("role", list(Role))
async def test_an_unused_sign_in_ends_on_the_second(
    db: Database, clock: FakeClock, people: dict[Role, Person], role: Role
) -> None:
    signed_in = await sign_in(db, clock, people[role])
    start = clock.now()
    clock.set(start + LIFETIMES[role].idle - SECOND)
    found = await find(db, clock, signed_in.token)
    assert found is not None
    assert (found.actor_id, found.role, found.clinic_id) == (people[role].id, role, people[role].clinic.id)
    clock.set(start + LIFETIMES[role].idle)
    assert await find(db, clock, signed_in.token) is None


@pytest.mark.parametrize("role", list(Role))
async def test_a_sign_in_in_use_ends_on_its_last_second(
    db: Database, clock: FakeClock, people: dict[Role, Person], role: Role
) -> None:
    signed_in = await sign_in(db, clock, people[role])
    start, life = clock.now(), LIFETIMES[role]
    while clock.now() + life.idle - SECOND < start + life.absolute - SECOND:
        clock.set(clock.now() + life.idle - SECOND)
        found = await find(db, clock, signed_in.token)
        assert found is not None
        await db.write(partial(_touch, clock.now(), found))
    clock.set(start + life.absolute - SECOND)
    assert await find(db, clock, signed_in.token) is not None
    clock.set(start + life.absolute)
    assert await find(db, clock, signed_in.token) is None


async def test_everyone_lists_and_ends_their_own_sign_ins_only(
    db: Database, clock: FakeClock, people: dict[Role, Person], world: World
) -> None:
    mine, other = people[Role.THERAPIST], people[Role.ADMIN]
    first = await sign_in(db, clock, mine)
    clock.advance(seconds=1)
    second = await sign_in(db, clock, mine)
    theirs = await sign_in(db, clock, other)
    listed = await db.read(lambda tx: store.list_sign_ins(mine.context(tx, clock.now(), sign_in_id=first.id)))
    assert [(found.id, found.current) for found in listed] == [(first.id, True), (second.id, False)]
    with pytest.raises(NotFound):
        await db.write(lambda tx: actions.end_sign_in(mine.context(tx, clock.now(), sign_in_id=first.id), theirs.id))
    await db.write(lambda tx: actions.end_sign_in(mine.context(tx, clock.now(), sign_in_id=first.id), second.id))
    with pytest.raises(NotFound):
        await db.write(lambda tx: actions.end_sign_in(mine.context(tx, clock.now(), sign_in_id=first.id), second.id))
    assert await find(db, clock, first.token) is not None
    assert await find(db, clock, second.token) is None
    assert await find(db, clock, theirs.token) is not None


async def test_sign_ins_that_ended_are_not_listed(db: Database, clock: FakeClock, people: dict[Role, Person]) -> None:
    mine = people[Role.THERAPIST]

    async def listed() -> list[str]:
        found = await db.read(lambda tx: store.list_sign_ins(mine.context(tx, clock.now())))
        return [sign_in.id for sign_in in found]

    ended, idle = await sign_in(db, clock, mine), await sign_in(db, clock, mine)
    await db.write(lambda tx: actions.end_sign_in(mine.context(tx, clock.now()), ended.id))
    assert await listed() == [idle.id]
    clock.advance(minutes=15)
    assert await listed() == []


async def test_signing_a_person_out_everywhere_leaves_the_others_in(
    db: Database, clock: FakeClock, people: dict[Role, Person]
) -> None:
    signed_in = {role: [await sign_in(db, clock, person) for _ in range(2)] for role, person in people.items()}
    clinic_id = people[Role.PATIENT].clinic.id
    ctx = partial(context, now=clock.now(), clinic_id=clinic_id)
    await db.write(lambda tx: store.end_sign_ins_of_patient(ctx(tx), people[Role.PATIENT].id))
    await db.write(lambda tx: store.end_sign_ins_of_staff(ctx(tx), people[Role.THERAPIST].id))
    alive = {role: [await find(db, clock, s.token) is not None for s in found] for role, found in signed_in.items()}
    ended = {Role.PATIENT, Role.THERAPIST}
    assert alive == {role: [role not in ended] * 2 for role in people}


async def test_a_sign_in_of_disabled_staff_opens_nothing(
    db: Database, clock: FakeClock, people: dict[Role, Person]
) -> None:
    person = people[Role.THERAPIST]
    signed_in = await sign_in(db, clock, person)

    async def disable(tx: Tx) -> None:
        member = await store.find_staff(context(tx, clinic_id=person.clinic.id), person.id)
        await store.save_staff(context(tx, clinic_id=person.clinic.id), replace(member, disabled_at=clock.now()))

    await db.write(disable)
    assert await find(db, clock, signed_in.token) is None


@pytest.mark.parametrize("token", ["", "x", "ä" * 43, "a" * 43, "a" * 4096, "' OR 1=1 --"])
async def test_a_cookie_that_nobody_was_given_opens_nothing(
    db: Database, clock: FakeClock, people: dict[Role, Person], token: str
) -> None:
    for role in (Role.THERAPIST, Role.PATIENT):
        await sign_in(db, clock, people[role])
    assert await find(db, clock, token) is None


async def test_a_device_is_known_to_those_who_signed_in_there_even_after_signing_out(
    db: Database, clock: FakeClock, people: dict[Role, Person]
) -> None:
    ana, clinic_id = people[Role.THERAPIST], people[Role.THERAPIST].clinic.id
    signed_in = await sign_in(db, clock, ana, device="desk-1")
    await db.write(lambda tx: actions.end_sign_in(ana.context(tx, clock.now(), sign_in_id=signed_in.id), signed_in.id))
    clock.advance(days=300)
    assert await db.read(lambda tx: store.device_owners(context(tx, clinic_id=clinic_id), "desk-1")) == {ana.id}
    assert await db.read(lambda tx: store.device_owners(context(tx, clinic_id=clinic_id), "desk-2")) == set()
    assert await db.read(lambda tx: store.device_owners(context(tx, clinic_id="another-clinic"), "desk-1")) == set()
