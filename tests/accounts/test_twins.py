"""Two clinics whose rows carry the very same ids: what one does never shows in the other.

Ids are unique in practice, so only twins can tell whether each statement names its clinic.
"""

from typing import Any

import pytest
from msgspec import structs

from homeplan.accounts import actions, store
from homeplan.accounts.factors import store as factors
from homeplan.accounts.factors.actions import remove_all
from homeplan.accounts.factors.model import CodeSet, StoredPasskey
from homeplan.accounts.model import LastAdmin, MemberChanges, Patient, StaffMember
from homeplan.actor import NOBODY
from homeplan.context import Context
from homeplan.db import Database, Tx
from homeplan.errors import NotFound
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.world import TOTP_SECRET, Person, World, context

TWIN = "twin"
FACTORS = ("passkeys", "staff_totp", "recovery_codes", "staff_invitations")
CLONED = ("clinics", "staff", "patients", "care_team", "invitations", "sign_ins", *FACTORS)
ALTERED = {"credential_id", "email", "token_hash", "name", "given_name"}
"""The values that must be unique and therefore differ between the twins."""


class Pair:
    """The clinic and everybody in it."""

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
            ctx = context(tx, now, clinic.id)
            pair.codes[one.id] = (await actions.create_invitation(ctx, one.id, new_id(now))).pairing_code
            pair.tokens[one.id] = (await actions.sign_in_patient(ctx, one.id, new_id(ctx.now), label="phone")).token
        for member in (therapist, admin):
            await _give_factors(context(tx, now, clinic.id), member)
            assert isinstance(member.who, StaffMember)
            await actions.sign_in_staff(context(tx, now, clinic.id), member.who, label="desk", device_token="device")

    await db.write(fill)
    await db.write(lambda tx: _clone(tx, clinic.id))
    return pair


async def _give_factors(ctx: Context, member: Person) -> None:
    """A passkey, recovery codes and an invited colleague, beside the app that all staff of the world have."""
    passkey = StoredPasskey(
        clinic_id=ctx.clinic_id,
        id=f"passkey-{member.id}",
        staff_id=member.id,
        credential_id=f"credential-{member.id}",
        public_key="key",
        sign_count=0,
    )
    await factors.insert_passkey(ctx, passkey, "Key")
    codes = CodeSet(codes=(), salt="salt", hashes=(f"hash-{member.id}", "hash"))
    await factors.replace_codes(ctx, member.id, codes)
    email = f"colleague-of-{member.id}@clinic.example"
    await actions.invite_staff(ctx, invitation_id=f"invitation-{member.id}", email=email, role=member.role)


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

    async def write(tx: Tx) -> None:
        clinic = await store.find_clinic(context(tx, clinic_id=pair.clinic_id))
        await store.save_clinic(context(tx, now), structs.replace(clinic, name="Renamed"))
        found = await store.find_patient(patient.context(tx), patient.id)
        await store.save_patient(context(tx, clinic_id=pair.clinic_id), structs.replace(found, given_name="Renamed"))
        member = await store.find_staff(context(tx, clinic_id=pair.clinic_id), therapist.id)
        await store.save_staff(
            context(tx, clinic_id=pair.clinic_id), structs.replace(member, name="Renamed", disabled_at=now)
        )
        await store.set_password_hash(context(tx, clinic_id=pair.clinic_id), therapist.id, "another hash")
        theirs = context(tx, now, pair.clinic_id)
        await remove_all(theirs, therapist.id)
        assert await factors.use_code(theirs, admin.id, "hash")
        assert await factors.use_step(theirs, admin.id, TOTP_SECRET, 1, keep=TOTP_SECRET)
        await factors.offer_secret(theirs, admin.id, "another")
        await actions.void_staff_invitation(theirs, f"invitation-{admin.id}")
        await actions.reset_factors(theirs, therapist.id)
        await actions.remove_from_care_team(pair.patient.context(tx), pair.patient.id, therapist.id)
        await actions.add_to_care_team(pair.patient.context(tx, now), pair.patient.id, admin.id)
        await actions.void_invitations(pair.patient.context(tx, now), pair.patient.id)
        again = await actions.create_invitation(pair.patient.context(tx, now), pair.patient.id, new_id(now))
        assert await actions.redeem_code(context(tx, now), again.pairing_code, "s") is not None
        await store.end_sign_ins_of_patient(pair.patient.context(tx, now), pair.patient.id)
        await store.end_sign_ins_of_staff(context(tx, now, pair.clinic_id), therapist.id)
        (sign_in,) = await store.list_sign_ins(admin.context(tx, now))
        await actions.end_sign_in(admin.context(tx, now), sign_in.id)

    await db.write(write)
    assert await rows_of(db, TWIN) == before
    mine = await rows_of(db, pair.clinic_id)
    assert all(mine[table] != mine_before[table] for table in CLONED)
    for table in ("patients", "invitations", "sign_ins"):
        assert _of(mine[table], pair.fellow.id) == _of(mine_before[table], pair.fellow.id)
    assert _of(mine["staff"], admin.id) == _of(mine_before["staff"], admin.id)


def _of(rows: list[dict[str, Any]], person_id: str) -> list[dict[str, Any]]:
    return [row for row in rows if person_id in (row.get("patient_id"), row["id"])]


async def test_old_sign_ins_of_staff_are_deleted_in_their_clinic_only(
    db: Database, clock: FakeClock, pair: Pair
) -> None:
    before = await rows_of(db, TWIN)
    now = clock.advance(days=500)
    therapist = pair.therapist.who
    assert isinstance(therapist, StaffMember)
    await db.write(
        lambda tx: actions.sign_in_staff(
            context(tx, now, pair.clinic_id), therapist, label="desk", device_token="device"
        )
    )
    assert await rows_of(db, TWIN) == before


@pytest.mark.parametrize("which", ["mine", "twin"])
async def test_what_one_clinic_reads_is_its_own(db: Database, clock: FakeClock, pair: Pair, which: str) -> None:
    clinic_id = pair.clinic_id if which == "mine" else TWIN
    prefix = "" if which == "mine" else f"{TWIN}-"
    now = clock.now()

    async def read(tx: Tx) -> dict[str, Any]:
        return {
            "clinic": (await store.find_clinic(context(tx, clinic_id=clinic_id))).name,
            "staff": {member.name for member in await store.list_staff(context(tx, clinic_id=clinic_id))},
            "member": (await store.find_staff(context(tx, clinic_id=clinic_id), pair.therapist.id)).name,
            "patient": (
                await store.find_patient(pair.therapist.context(tx, clinic_id=clinic_id), pair.patient.id)
            ).given_name,
            "patients": [
                p.given_name for p in await store.visible_patients(pair.therapist.context(tx, clinic_id=clinic_id))
            ],
            "all": [p.given_name for p in await store.visible_patients(pair.admin.context(tx, clinic_id=clinic_id))],
            "team": [
                member.name for member in await store.care_team(context(tx, clinic_id=clinic_id), pair.patient.id)
            ],
            "sign_ins": len(await store.list_sign_ins(pair.patient.context(tx, now, clinic_id=clinic_id))),
            "owners": await store.device_owners(context(tx, clinic_id=clinic_id), "device"),
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
        "sign_ins": 1,
        "owners": {pair.therapist.id, pair.admin.id},
    }


async def test_a_care_team_of_the_twin_opens_nothing(db: Database, clock: FakeClock, pair: Pair) -> None:
    await db.write(
        lambda tx: actions.remove_from_care_team(pair.patient.context(tx), pair.patient.id, pair.therapist.id)
    )
    with pytest.raises(NotFound):
        await db.read(lambda tx: store.find_patient(pair.therapist.context(tx), pair.patient.id))
    assert not await db.read(lambda tx: store.is_visible(pair.therapist.context(tx), pair.patient.id))
    await db.write(lambda tx: actions.void_invitations(pair.patient.context(tx, clock.now()), pair.patient.id))
    assert (
        await db.read(lambda tx: store.live_invitation(pair.patient.context(tx, clock.now()), pair.patient.id)) is None
    )


async def test_an_administrator_of_the_twin_does_not_count(db: Database, pair: Pair) -> None:
    demoted = MemberChanges(role="therapist")
    with pytest.raises(LastAdmin):
        await db.write(lambda tx: actions.change_staff(context(tx, clinic_id=pair.clinic_id), pair.admin.id, demoted))


async def test_a_sign_in_is_touched_in_its_clinic_only(db: Database, clock: FakeClock, pair: Pair) -> None:
    before = await rows_of(db, TWIN)
    fellows = _of((await rows_of(db, pair.clinic_id))["sign_ins"], pair.fellow.id)
    now, token = clock.advance(minutes=5), pair.tokens[pair.patient.id]
    found = await db.read(lambda tx: store.find_sign_in(context(tx, now), token, of_patient=True))
    assert found is not None
    await db.write(
        lambda tx: store.touch_sign_in(
            context(tx, now, found.clinic_id).of_clinic(found.clinic_id, found.actor(NOBODY))
        )
    )
    assert await rows_of(db, TWIN) == before
    assert _of((await rows_of(db, pair.clinic_id))["sign_ins"], pair.fellow.id) == fellows
    touched = await db.read(lambda tx: store.find_sign_in(context(tx, now), token, of_patient=True))
    assert touched is not None
    assert touched.last_seen_at == now


async def test_a_code_is_used_up_in_one_clinic_only(db: Database, clock: FakeClock, pair: Pair) -> None:
    code = pair.codes[pair.patient.id]
    redeemed = await db.write(lambda tx: actions.redeem_code(context(tx, clock.now()), code, "s"))
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
            await actions.add_to_care_team(context(tx, clock.now(), pair.clinic_id), one.id, pair.admin.id)
        await actions.remove_from_care_team(context(tx, clinic_id=pair.clinic_id), pair.patient.id, pair.therapist.id)
        teams = [
            await store.care_team(context(tx, clinic_id=pair.clinic_id), one.id) for one in (pair.patient, pair.fellow)
        ]
        return [sorted(member.id for member in team) for team in teams]

    both = sorted([pair.admin.id, pair.therapist.id])
    assert await db.write(work) == [[pair.admin.id], both]
