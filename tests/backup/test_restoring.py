"""After a restore from before, nobody gets back in who was kept out since; the others go on."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec import structs

from homeplan.accounts import actions
from homeplan.accounts.model import Invitation, MemberChanges
from homeplan.audit import verify
from homeplan.backup.model import BadBackup
from homeplan.backup.noted import notes_of
from homeplan.db import Tx
from homeplan.ids import new_id
from homeplan.privacy.ended import delete_ended
from homeplan.worker_loop import Pace
from tests.accounts import test_joining as joining
from tests.accounts.test_factors import recovery_codes
from tests.accounts.test_helpers import allow, invite, join
from tests.accounts.test_pairing_api import pair
from tests.backup.conftest import Place
from tests.world import Person, context


class Clinic:
    """A therapist, an administrator and three patients with their phones, and a backup of that time."""

    admin: Person
    therapist: Person
    patients: list[Person]
    desk: httpx.AsyncClient
    phones: list[httpx.AsyncClient]
    invitation: Invitation
    backup: Path

    def __init__(self, place: Place):
        self.place = place

    async def begin(self) -> "Clinic":
        await self.place.open()
        world = self.place.world
        clinic = await world.clinic()
        self.admin = await world.admin(clinic)
        self.therapist = await world.therapist(clinic)
        self.patients = [await world.patient(clinic, self.therapist) for _ in range(3)]
        self.desk = await self.place.api.signed_in(self.admin)
        self.phones = [await self.place.api.signed_in(each) for each in self.patients]
        assert (await self.desk.get("/api/patients")).status_code == 200  # the trail has an event
        self.backup = await self.place.backup()
        self.place.clock.advance(hours=1)
        return self

    async def act(self, work: object) -> None:
        """Run the work in a transaction of the administrator."""

        async def run(tx: Tx) -> None:
            await work(self.admin.context(tx, self.place.clock.now()))  # type: ignore[operator]

        await self.place.db.write(run)


@pytest.fixture
async def clinic(place: Place) -> Clinic:
    return await Clinic(place).begin()


async def reads_me(phone: httpx.AsyncClient) -> bool:
    return (await phone.get("/api/me")).status_code == 200


async def test_a_phone_that_was_lost_since_stays_out_and_the_others_stay_in(clinic: Clinic) -> None:
    lost, kept, _ = clinic.patients
    before = (await clinic.phones[1].get("/api/me")).json()["storeEpoch"]
    backup = await clinic.place.backup()
    await clinic.act(lambda ctx: actions.sign_out_patient(ctx, lost.id))
    done = await clinic.place.restore(backup)
    assert [await reads_me(phone) for phone in clinic.phones] == [False, True, True]
    (of_clinic,) = done.clinics
    assert of_clinic.changes.vouched
    assert of_clinic.changes.asked_again == (lost.id,)
    assert (await clinic.phones[1].get("/api/me")).json()["storeEpoch"] != before
    assert kept.id not in of_clinic.changes.asked_again


async def test_a_phone_whose_ended_sign_in_was_deleted_since_stays_out(clinic: Clinic) -> None:
    lost, place = clinic.patients[0], clinic.place
    again = await place.api.signed_in(lost)
    backup = await place.backup()
    await clinic.act(lambda ctx: actions.sign_out_patient(ctx, lost.id))
    place.clock.advance(days=31)
    assert await delete_ended(place.db, place.clock.now() - timedelta(days=30), Pace()) > 0
    done = await place.restore(backup)
    assert [await reads_me(phone) for phone in (again, *clinic.phones)] == [False, False, True, True]
    assert done.clinics[0].changes.asked_again == (lost.id,)


async def test_without_the_replaced_database_no_phone_is_vouched_for(clinic: Clinic) -> None:
    await clinic.act(lambda ctx: actions.sign_out_patient(ctx, clinic.patients[0].id))
    await clinic.place.close()
    clinic.place.file.write_bytes(b"the disk failed" * 400)
    done = await clinic.place.restore(clinic.backup)
    assert [await reads_me(phone) for phone in clinic.phones] == [False, False, False]
    (of_clinic,) = done.clinics
    assert not of_clinic.changes.vouched
    assert set(of_clinic.changes.asked_again) == {each.id for each in clinic.patients}


async def test_a_trail_that_was_tampered_with_vouches_for_nobody(clinic: Clinic) -> None:
    async def tamper(tx: Tx) -> None:
        await tx.execute("DROP TRIGGER audit_events_keep")
        await tx.execute("UPDATE audit_events SET actor_id = 'somebody'")

    await clinic.place.db.write(tamper)
    done = await clinic.place.restore(clinic.backup)
    assert not done.clinics[0].changes.vouched
    assert not await reads_me(clinic.phones[0])


async def test_a_therapist_who_lost_access_since_stays_out(clinic: Clinic) -> None:
    browser = await clinic.place.api.signed_in(clinic.therapist)
    await clinic.act(lambda ctx: actions.change_staff(ctx, clinic.therapist.id, MemberChanges(disabled=True)))
    done = await clinic.place.restore(clinic.backup)
    assert (await browser.get("/api/patients")).status_code == 401
    assert list(done.clinics[0].changes.disabled) == [clinic.therapist.id]
    desk = await clinic.place.api.signed_in(clinic.admin)
    members = {each["id"]: each for each in (await desk.get("/api/staff/members")).json()}
    assert members[clinic.therapist.id]["disabledAt"]


async def test_a_therapist_who_lost_access_stays_out_by_the_notes_when_the_database_is_gone(clinic: Clinic) -> None:
    desk = await clinic.place.api.signed_in(clinic.admin)
    answer = await desk.patch(f"/api/staff/members/{clinic.therapist.id}", json={"disabled": True})
    assert answer.status_code == 200
    await clinic.place.note()
    await clinic.place.close()
    clinic.place.file.unlink()
    done = await clinic.place.restore(clinic.backup)
    assert list(done.clinics[0].changes.disabled) == [clinic.therapist.id]


async def test_staff_sign_in_again_and_changed_factors_are_gone(clinic: Clinic) -> None:
    browser = await clinic.place.api.signed_in(clinic.admin)
    backup = await clinic.place.backup()
    await clinic.act(lambda ctx: actions.reset_factors(ctx, clinic.therapist.id))
    assert (await browser.get("/api/patients")).status_code == 200
    done = await clinic.place.restore(backup)
    assert (await browser.get("/api/patients")).status_code == 401
    assert list(done.clinics[0].changes.reset) == [clinic.therapist.id]

    async def count(tx: Tx) -> int:
        return int(await tx.fetch_value("SELECT COUNT(*) FROM staff_totp WHERE staff_id = :id", id=clinic.therapist.id))

    assert await clinic.place.db.read(count) == 0


async def test_an_invitation_that_was_voided_since_stays_void(place: Place) -> None:
    clinic = Clinic(place)
    await place.open()
    home = await place.world.clinic()
    clinic.admin = await place.world.admin(home)
    patient = await place.world.patient(home)

    async def invite(tx: Tx) -> Invitation:
        ctx = clinic.admin.context(tx, place.clock.now())
        return await actions.create_invitation(ctx, patient.id, new_id(place.clock.now()))

    invitation = await place.db.write(invite)
    backup = await place.backup()
    await clinic.act(lambda ctx: actions.void_invitations(ctx, patient.id))
    await place.restore(backup)
    joined = {"id": new_id(place.clock.now()), "token": invitation.token, "deviceLabel": "x"}
    assert (await place.api.anyone.post("/api/pairings", json=joined)).status_code == 404


async def test_links_and_recovery_codes_of_staff_from_before_are_void(clinic: Clinic) -> None:
    place = clinic.place
    assert len(await recovery_codes(place.api, clinic.admin)) == 10
    link = {"token": await joining.invite(await place.api.signed_in(clinic.admin))}
    assert (await place.api.anyone.post(joining.PREVIEW, json=link)).status_code == 200
    await place.restore(await place.backup())
    assert (await place.api.anyone.post(joining.PREVIEW, json=link)).status_code == 404
    assert await place.db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM recovery_codes")) == 0


async def test_a_helper_who_was_ended_since_and_a_link_of_before_stay_out(clinic: Clinic) -> None:
    ended_by, allowing, inviting = clinic.phones
    ended, allowed = await join(clinic.place.api, ended_by), await join(clinic.place.api, allowing)
    await allow(ended_by, history=True)
    await allow(allowing, history=True)
    link = (await invite(inviting))["token"]
    backup = await clinic.place.backup()
    clinic.place.clock.advance(hours=1)
    assert (await ended_by.delete("/api/me/helper")).is_success
    await allow(allowing, history=False)
    assert (await inviting.delete("/api/me/helper")).is_success

    await clinic.place.restore(backup)
    assert (await ended.get("/api/me")).status_code == 401
    assert (await ended_by.get("/api/me/helper")).json() == {"helper": None}
    assert (await allowed.get("/api/me")).json()["helping"] == {"history": False, "messages": False}
    assert (await pair(clinic.place.api, token=link)).status_code == 404


async def test_a_patient_who_left_since_is_erased_again_under_the_same_code(clinic: Clinic) -> None:
    code = (await clinic.phones[0].post("/api/me/leave", json={"confirm": "delete-my-data"})).json()["code"]
    await clinic.place.note()
    assert str(clinic.patients[0].id) in notes_of(clinic.place.file).read_text()
    await clinic.place.close()
    clinic.place.file.unlink()
    done = await clinic.place.restore(clinic.backup)
    assert done.clinics[0].changes.left == {clinic.patients[0].id: code}

    async def named(tx: Tx) -> str:
        return str(await tx.fetch_value("SELECT family_name FROM patients WHERE id = :id", id=clinic.patients[0].id))

    assert await clinic.place.db.read(named) == code
    assert clinic.patients[0].id not in done.clinics[0].changes.asked_again


async def test_a_change_of_care_team_or_role_since_stays(clinic: Clinic) -> None:
    second = await clinic.place.world.admin(clinic.admin.clinic)
    backup = await clinic.place.backup()
    patient = clinic.patients[0].id
    await clinic.act(lambda ctx: actions.remove_from_care_team(ctx, patient, clinic.therapist.id))
    await clinic.act(lambda ctx: actions.change_staff(ctx, second.id, MemberChanges(role="therapist")))
    done = await clinic.place.restore(backup)
    changes = done.clinics[0].changes
    assert changes.off_team == ((patient, clinic.therapist.id),)
    assert list(changes.demoted) == [second.id]
    therapist = await clinic.place.api.signed_in(clinic.therapist)
    assert (await therapist.get(f"/api/patients/{patient}")).status_code == 404


async def test_the_trail_goes_on_with_the_restore(clinic: Clinic) -> None:
    await clinic.place.restore(clinic.backup)

    async def trail(tx: Tx) -> list[str]:
        ctx = context(tx, clinic.place.clock.now(), clinic.admin.clinic.id, clinic.place.settings)
        assert (await verify(ctx)).broken_at is None
        return [row["action"] for row in await tx.fetch("SELECT action FROM audit_events ORDER BY seq")]

    assert (await clinic.place.db.read(trail))[-1] == "backup.restore"


async def test_a_second_restore_from_the_same_backup_trusts_the_line_that_it_continues(clinic: Clinic) -> None:
    first = await clinic.place.restore(clinic.backup)
    clinic.place.clock.advance(minutes=1)
    second = await clinic.place.restore(clinic.backup)
    assert first.clinics[0].changes.vouched
    assert second.clinics[0].changes.vouched
    later = await clinic.place.backup()
    clinic.place.clock.advance(minutes=1)
    await clinic.place.restore(clinic.backup)
    clinic.place.clock.advance(minutes=1)
    assert not (await clinic.place.restore(later)).clinics[0].changes.vouched


async def test_the_replaced_database_is_kept_aside_whole(clinic: Clinic) -> None:
    done = await clinic.place.restore(clinic.backup)
    kept = Path(str(done.aside)) / clinic.place.file.name
    assert kept.read_bytes().startswith(b"SQLite format 3")
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


async def test_a_forgotten_audit_key_is_told_before_anything_changes(clinic: Clinic) -> None:
    clinic.place.settings = structs.replace(clinic.place.settings, audit_key=None)
    with pytest.raises(BadBackup, match="HOMEPLAN_AUDIT_KEY is not set"):
        await clinic.place.restore(clinic.backup)
    await clinic.place.open()
    assert await reads_me(clinic.phones[0])


async def test_a_backup_that_is_not_sound_changes_nothing(clinic: Clinic) -> None:
    stored = bytearray(clinic.backup.read_bytes())
    stored[len(stored) // 2] ^= 1
    clinic.backup.write_bytes(stored)
    with pytest.raises(BadBackup, match="is not what was made"):
        await clinic.place.restore(clinic.backup)
    await clinic.place.open()
    assert await reads_me(clinic.phones[0])
    assert sorted(path.name for path in clinic.place.file.parent.glob("*restor*")) == []
