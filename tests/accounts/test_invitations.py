"""A link and a code, each good once: the store's side, on both engines."""

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from homeplan.accounts import actions, store
from homeplan.accounts.model import Invitation, Invited
from homeplan.db import Database, Tx
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.world import Person, World, context


@pytest.fixture
async def patient(world: World) -> Person:
    clinic = await world.clinic()
    return await world.patient(clinic, await world.therapist(clinic))


async def invite(db: Database, clock: FakeClock, patient: Person) -> Invitation:
    invitation_id = new_id(clock.now())
    return await db.write(
        lambda tx: actions.create_invitation(context(tx, clock.now(), patient.clinic.id), patient.id, invitation_id)
    )


async def by_token(db: Database, clock: FakeClock, token: str) -> Invited | None:
    return await db.write(lambda tx: actions.redeem_token(context(tx, clock.now()), token, new_id(clock.now())))


async def by_code(db: Database, clock: FakeClock, code: str) -> Invited | None:
    return await db.write(lambda tx: actions.redeem_code(context(tx, clock.now()), code, new_id(clock.now())))


async def test_of_fifty_redeems_at_once_one_succeeds(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    answers = await asyncio.gather(*(by_token(db, clock, new.token) for _ in range(50)))
    (winner,) = [answer for answer in answers if answer is not None]
    assert (winner.clinic_id, winner.patient_id) == (patient.clinic.id, patient.id)


async def test_of_link_and_code_at_once_one_succeeds(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    answers = await asyncio.gather(by_token(db, clock, new.token), by_code(db, clock, new.pairing_code))
    assert sum(answer is not None for answer in answers) == 1


async def test_a_link_lives_72_hours(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    clock.advance(hours=72, milliseconds=-1)
    assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), new.token)) is not None
    clock.advance(milliseconds=1)
    assert await by_token(db, clock, new.token) is None


async def test_a_code_lives_ten_minutes_and_the_link_goes_on(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    clock.advance(minutes=10)
    assert await by_code(db, clock, new.pairing_code) is None
    assert await by_token(db, clock, new.token) is not None


async def test_a_code_typed_with_dashes_in_lower_case_works(db: Database, clock: FakeClock, patient: Person) -> None:
    code = (await invite(db, clock, patient)).pairing_code
    assert await by_code(db, clock, f"{code[:4]}-{code[4:]}".lower()) is not None
    assert await by_code(db, clock, code) is None


async def test_after_five_wrong_tries_the_right_code_is_refused(
    db: Database, clock: FakeClock, patient: Person
) -> None:
    new = await invite(db, clock, patient)
    wrong = new.pairing_code[:4] + ("000000" if new.pairing_code[4:] != "000000" else "111111")
    for _ in range(5):
        assert await by_code(db, clock, wrong) is None
    assert await by_code(db, clock, new.pairing_code) is None
    assert await by_token(db, clock, new.token) is not None


async def test_four_wrong_tries_leave_one(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    wrong = new.pairing_code[:4] + ("000000" if new.pairing_code[4:] != "000000" else "111111")
    for _ in range(4):
        assert await by_code(db, clock, wrong) is None
    assert await by_code(db, clock, new.pairing_code) is not None


async def test_a_new_invitation_replaces_the_one_before(db: Database, clock: FakeClock, patient: Person) -> None:
    old = await invite(db, clock, patient)
    new = await invite(db, clock, patient)
    assert await by_token(db, clock, old.token) is None
    assert await by_code(db, clock, old.pairing_code) is None
    assert await by_token(db, clock, new.token) is not None


async def test_invitations_made_at_once_leave_one_alive(db: Database, clock: FakeClock, patient: Person) -> None:
    made = await asyncio.gather(*(invite(db, clock, patient) for _ in range(8)))
    alive = [new for new in made if await by_token(db, clock, new.token) is not None]
    assert len(alive) == 1


async def test_a_voided_invitation_is_dead(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    alive = await db.read(lambda tx: store.live_invitation(patient.context(tx, clock.now()), patient.id))
    assert alive is not None
    assert alive.expires_at == new.expires_at
    await db.write(lambda tx: actions.void_invitations(patient.context(tx, clock.now()), patient.id))
    assert await db.read(lambda tx: store.live_invitation(patient.context(tx, clock.now()), patient.id)) is None
    assert await by_token(db, clock, new.token) is None
    assert await by_code(db, clock, new.pairing_code) is None


async def test_looking_at_an_invitation_uses_nothing_up(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    for _ in range(20):
        assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), new.token)) is not None
    assert await by_token(db, clock, new.token) is not None


async def _find(now: datetime, token: str, tx: Tx) -> Invited | None:
    return await store.find_invited(context(tx, now), token)


async def test_each_link_is_its_own_patients(db: Database, clock: FakeClock, patient: Person, world: World) -> None:
    fellow = await world.patient(patient.clinic)
    mine, theirs = await invite(db, clock, patient), await invite(db, clock, fellow)
    for new, person in ((mine, patient), (theirs, fellow)):
        found = await db.read(partial(_find, clock.now(), new.token))
        assert found is not None
        assert found.patient_id == person.id
    assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), "unknown")) is None
    assert await by_code(db, clock, mine.pairing_code) is not None
    assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), mine.token)) is None
    assert await by_token(db, clock, theirs.token) is not None


async def test_a_link_that_was_voided_or_expired_is_not_found(db: Database, clock: FakeClock, patient: Person) -> None:
    new = await invite(db, clock, patient)
    clock.advance(hours=72)
    assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), new.token)) is None
    assert await db.read(lambda tx: store.live_invitation(patient.context(tx, clock.now()), patient.id)) is None
    other = await invite(db, clock, patient)
    await db.write(lambda tx: actions.void_invitations(patient.context(tx, clock.now()), patient.id))
    assert await db.read(lambda tx: store.find_invited(context(tx, clock.now()), other.token)) is None


async def test_only_hashes_are_kept(db: Database, clock: FakeClock, patient: Person, scratch: Path) -> None:
    new = await invite(db, clock, patient)
    sign_in = await db.write(
        lambda tx: actions.sign_in_patient(
            context(tx, clock.now(), patient.clinic.id), patient.id, new_id(clock.now()), label="phone"
        )
    )
    secrets = (new.token, new.pairing_code, new.pairing_code[4:], sign_in.token)

    async def everything(tx: Tx) -> str:
        rows = [*await tx.fetch("SELECT * FROM invitations"), *await tx.fetch("SELECT * FROM sign_ins")]
        return repr([dict(row) for row in rows])

    stored = await db.read(everything)
    assert not any(secret in stored for secret in secrets)
    if db.engine == "sqlite":
        files = _all_files(scratch)
        assert patient.id.encode() in files  # the rows are there to be looked through
        assert not any(secret.encode() in files for secret in secrets)


def _all_files(folder: Path) -> bytes:
    """The databases with their write-ahead logs."""
    return b"".join(path.read_bytes() for path in folder.glob("*.sqlite*"))
