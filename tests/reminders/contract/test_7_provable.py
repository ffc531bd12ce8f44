"""7. One ledger per device: planned, sent, accepted, shown, opened, done; or skipped, with the reason."""

from datetime import datetime

from homeplan.db import Tx
from homeplan.delivery.actions import receive_receipt
from homeplan.reminders import ledger
from homeplan.reminders.model import PastRing, SilenceReason
from tests.reminders.scene import Scene, day, local
from tests.world import Api, Person, context


async def history(scene: Scene, patient: Person) -> list[PastRing]:
    now = scene.clock.now()
    return await scene.db.read(lambda tx: ledger.past_rings(context(tx, now, patient.clinic.id), patient.id))


async def test_every_step_of_every_device_is_on_record(scene: Scene) -> None:
    patient = await scene.patient(devices=2)
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    shown_at, opened_at = local("2026-03-02 19:00:10"), local("2026-03-02 19:02")
    rows = await scene.rows("SELECT id FROM deliveries ORDER BY id")
    for event, at in (("shown", shown_at), ("opened", opened_at)):
        scene.clock.set(at)

        async def note(tx: Tx, event: str = event, at: datetime = at) -> None:
            await receive_receipt(context(tx, at, patient.clinic.id), rows[0]["id"], event, at)

        await scene.db.write(note)
    scene.clock.set(local("2026-03-02 19:03"))
    await scene.check_in(patient)

    [ring] = await history(scene, patient)

    assert (ring.skipped, ring.due_at) == (None, local("2026-03-02 19:00"))
    assert ring.done_at == local("2026-03-02 19:03")
    assert [each.status for each in ring.deliveries] == ["sent", "sent"]
    assert all(each.sent_at and each.accepted_at for each in ring.deliveries)
    seen = {(each.shown_at, each.opened_at) for each in ring.deliveries}
    assert seen == {(shown_at, opened_at), (None, None)}


async def test_a_receipt_needs_the_token_of_its_push_and_the_first_one_counts(scene: Scene, api: Api) -> None:
    patient = await scene.patient(devices=2)
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    token, other = (push.plaintext["receipt"] for push in scene.push.sent)
    named, _, secret = token.rpartition(".")

    async def tell(token: str, at: str) -> int:
        scene.clock.set(local(at))
        body = {"token": token, "event": "shown", "at": scene.clock.now().isoformat()}
        return (await api.anyone.post("/api/receipts", json=body)).status_code

    forged = [f"{named}.{'A' * len(secret)}", f"{named}.{other.rpartition('.')[2]}", named, f"{named}."]
    assert [await tell(each, "2026-03-02 19:01") for each in forged] == [404] * 4
    assert [await tell(token, f"2026-03-02 19:0{minute}") for minute in (2, 3, 3)] == [204] * 3

    [ring] = await history(scene, patient)
    assert {each.shown_at for each in ring.deliveries} == {local("2026-03-02 19:02"), None}


async def test_silence_has_its_reason_on_record(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    await scene.check_in(patient)
    await scene.tick("2026-03-02 19:00")

    [ring] = await history(scene, patient)

    assert (ring.skipped, ring.deliveries, ring.done_at) == (SilenceReason.DONE, [], local("2026-03-02 08:00"))


async def test_a_patient_without_a_phone_shows_as_unreachable(scene: Scene) -> None:
    patient = await scene.patient(devices=0)
    await scene.remind(patient, "19:00")

    await scene.tick("2026-03-02 19:00")

    assert await scene.skipped() == ["unreachable"]


async def test_a_test_push_is_sent_with_any_reminder_settings(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, paused_until=day("2027-01-01"))
    await scene.test_push(patient)

    assert await scene.tick() == {"sent": 1}
