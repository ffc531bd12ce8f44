"""The routes of reminders, on both engines."""

from datetime import timedelta
from typing import Any

import httpx

from homeplan.reminders.model import MOST_REMINDERS
from tests.reminders.scene import Scene, local
from tests.world import Api

ENTRY: dict[str, Any] = {
    "kind": "checkin",
    "weekdays": 127,
    "wallTime": "19:00:00",
    "zonePolicy": "home",
    "enabled": True,
    "secondChanceMinutes": 60,
}
SETTINGS = {"quietFrom": "21:00:00", "quietUntil": "07:00:00", "dailyCap": 2, "pausedUntil": None}

WRONG_REMINDERS: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "medicine"}, "invalid", "kind"),
    ({"weekdays": 0}, "invalid", "weekdays"),
    ({"weekdays": 128}, "invalid", "weekdays"),
    ({"wallTime": "25:00:00"}, "invalid", "wallTime"),
    ({"wallTime": "19:00:00Z"}, "invalid", "wallTime"),
    ({"wallTime": "19:00:30"}, "invalid", "wallTime"),
    ({"wallTime": "23:00:00"}, "in-quiet-hours", "wallTime"),
    ({"zonePolicy": "moon"}, "invalid", "zonePolicy"),
    ({"enabled": "yes"}, "invalid", "enabled"),
    ({"secondChanceMinutes": 5}, "invalid", "secondChanceMinutes"),
    ({"secondChanceMinutes": 181}, "invalid", "secondChanceMinutes"),
    ({"patientId": "x"}, "invalid", "patientId"),
]
WRONG_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"quietUntil": None}, "quietFrom"),
    ({"quietUntil": "21:00:00"}, "quietUntil"),
    ({"dailyCap": 0}, "dailyCap"),
    ({"dailyCap": 11}, "dailyCap"),
    ({"pausedUntil": "2026-02-30"}, "pausedUntil"),
    ({"quietFrom": "18:00:00"}, "quietFrom"),
]


async def put(client: httpx.AsyncClient, reminder_id: str = "r1", **changes: Any) -> httpx.Response:
    return await client.put(f"/api/me/reminders/{reminder_id}", json=ENTRY | changes)


async def test_a_new_patient_has_none_and_is_offered_times(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())

    found = (await phone.get("/api/me/reminders")).json()

    assert found["reminders"] == []
    assert found["settings"] == {
        "quietFrom": "22:00:00",
        "quietUntil": "06:00:00",
        "dailyCap": 3,
        "pausedUntil": None,
    }
    assert [(each["kind"], each["enabled"]) for each in found["suggested"]] == [
        ("exercise", False),
        ("activity", False),
        ("checkin", False),
    ]
    assert (found["phoneTimeZone"], found["reachableDevices"]) == (None, 1)


async def test_a_reminder_is_set_changed_and_deleted(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())

    saved = await put(phone)
    assert saved.status_code == 200
    assert saved.json() == ENTRY | {"id": "r1", "nextDueAt": "2026-03-03T02:00:00Z", "snoozedUntil": None}
    changed = await put(phone, wallTime="20:30:00")
    assert changed.json()["nextDueAt"] == "2026-03-03T03:30:00Z"
    listed = (await phone.get("/api/me/reminders")).json()
    assert listed["reminders"] == [changed.json()]
    assert [each["kind"] for each in listed["suggested"]] == ["exercise", "activity"]

    assert (await phone.delete("/api/me/reminders/r1")).status_code == 204
    assert (await phone.delete("/api/me/reminders/r1")).status_code == 404
    assert (await phone.get("/api/me/reminders")).json()["reminders"] == []


async def test_without_a_device_the_app_can_say_so(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient(devices=0))

    assert (await phone.get("/api/me/reminders")).json()["reachableDevices"] == 0


async def test_settings_are_kept_as_sent(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())

    saved = await phone.put("/api/me/reminder-settings", json=SETTINGS)

    assert (saved.status_code, saved.json()) == (200, SETTINGS)
    assert (await phone.get("/api/me/reminders")).json()["settings"] == SETTINGS


async def test_a_snooze_answers_with_the_next_ring(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())
    await put(phone)
    scene.clock.set(local("2026-03-02 18:00"))

    by_minutes = await phone.post("/api/me/reminders/r1/snooze", json={"minutes": 30})
    tonight = await phone.post("/api/me/reminders/r1/snooze", json={"until": "tonight"})

    assert by_minutes.status_code == 200
    assert by_minutes.json()["nextDueAt"] == by_minutes.json()["snoozedUntil"] == "2026-03-03T01:30:00Z"
    assert tonight.json()["snoozedUntil"] == "2026-03-03T03:00:00Z"


async def test_the_phone_reports_its_zone(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())
    await put(phone, zonePolicy="phone")

    assert (await phone.put("/api/me/phone-zone", json={"timeZone": "Asia/Kolkata"})).status_code == 204
    await scene.tick()

    listed = (await phone.get("/api/me/reminders")).json()
    assert listed["phoneTimeZone"] == "Asia/Kolkata"
    assert listed["reminders"][0]["nextDueAt"] == "2026-03-03T13:30:00Z"


async def test_a_phone_in_an_unknown_zone_is_reminded_by_the_home_zone(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())
    await put(phone, zonePolicy="phone")
    await phone.put("/api/me/phone-zone", json={"timeZone": "Asia/Kolkata"})
    await scene.tick()

    assert (await phone.put("/api/me/phone-zone", json={"timeZone": "Etc/Unknown"})).status_code == 204
    await scene.tick()

    listed = (await phone.get("/api/me/reminders")).json()
    assert listed["phoneTimeZone"] == "Etc/Unknown"
    assert listed["reminders"][0]["nextDueAt"] == "2026-03-04T02:00:00Z"  # 19:00 in Denver
    later = await phone.post("/api/me/reminders/r1/snooze", json={"until": "tonight"})
    assert later.json()["snoozedUntil"] == "2026-03-03T03:00:00Z"


class TestRefusals:
    async def test_of_a_reminder_name_the_field_and_store_nothing(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())

        for changes, code, field in WRONG_REMINDERS:
            refused = await put(phone, **changes)
            assert (refused.status_code, refused.json()["code"], refused.json().get("field")) == (400, code, field)
        for reminder_id in ("a" * 65, "a.b", "a%20b", "%00", "é"):
            assert (await put(phone, reminder_id)).status_code in (400, 404), reminder_id

        assert await scene.rows("SELECT 1 FROM reminders") == []

    async def test_of_settings_name_the_field(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())
        await put(phone)

        for changes, field in WRONG_SETTINGS:
            refused = await phone.put("/api/me/reminder-settings", json=SETTINGS | changes)
            assert (refused.status_code, refused.json()["field"]) == (400, field), changes

        assert await scene.rows("SELECT 1 FROM reminder_settings") == []

    async def test_of_an_invalid_snooze(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())
        await put(phone)

        for body in ({}, {"minutes": 15}, {"minutes": 10, "until": "tonight"}, {"until": "noon"}):
            assert (await phone.post("/api/me/reminders/r1/snooze", json=body)).status_code == 400, body

    async def test_of_a_snooze_say_why(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())
        assert (await phone.post("/api/me/reminders/r1/snooze", json={"minutes": 10})).status_code == 404
        await put(phone, enabled=False)
        off = await phone.post("/api/me/reminders/r1/snooze", json={"minutes": 10})
        await put(phone)
        scene.clock.set(local("2026-03-02 21:30"))
        late = await phone.post("/api/me/reminders/r1/snooze", json={"until": "tonight"})
        night = await phone.post("/api/me/reminders/r1/snooze", json={"minutes": 60})

        assert (off.status_code, off.json()["code"]) == (409, "reminder-off")
        assert (late.status_code, late.json()["code"]) == (400, "too-late-tonight")
        assert (night.status_code, night.json()["code"], night.json()["field"]) == (400, "in-quiet-hours", "minutes")

    async def test_of_one_reminder_too_many(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())
        for n in range(MOST_REMINDERS):
            assert (await put(phone, f"r{n}")).status_code == 200

        refused = await put(phone, "one-more")

        assert (refused.status_code, refused.json()["code"]) == (409, "too-many-reminders")

    async def test_of_a_zone_that_is_not_a_text(self, scene: Scene, api: Api) -> None:
        phone = await api.signed_in(await scene.patient())

        refused = await phone.put("/api/me/phone-zone", json={"timeZone": 7})

        assert (refused.status_code, refused.json()["field"]) == (400, "timeZone")


class TestHistory:
    async def test_shows_the_therapist_the_reminders_and_their_outcomes(self, scene: Scene, api: Api) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        desk = await api.signed_in(scene.therapists[patient.id])

        found = (await desk.get(f"/api/patients/{patient.id}/reminders")).json()

        [ring] = found["rings"]
        assert (ring["day"], ring["kind"], ring["slot"], ring["skipped"]) == ("2026-03-02", "checkin", 0, None)
        assert [each["status"] for each in ring["deliveries"]] == ["sent"]
        assert "endpoint" not in str(found)
        assert len(found["reminders"]) == 1

    async def test_goes_back_two_weeks(self, scene: Scene, api: Api) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        scene.clock.advance(days=16)
        desk = await api.signed_in(scene.therapists[patient.id])

        assert (await desk.get(f"/api/patients/{patient.id}/reminders")).json()["rings"] == []

    async def test_of_another_clinics_patient_is_not_found(self, scene: Scene, api: Api) -> None:
        patient, stranger = await scene.patient(), await scene.patient()
        desk = await api.signed_in(scene.therapists[stranger.id])

        foreign = await desk.get(f"/api/patients/{patient.id}/reminders")
        absent = await desk.get("/api/patients/nobody/reminders")

        assert (foreign.status_code, foreign.json()["code"]) == (404, "not-found")
        assert absent.status_code == 404


async def test_every_request_but_a_patients_own_read_leaves_one_audit_event(scene: Scene, api: Api) -> None:
    patient = await scene.patient()
    phone = await api.signed_in(patient)
    desk = await api.signed_in(scene.therapists[patient.id])
    before = await scene.rows("SELECT COUNT(*) AS n FROM audit_events")
    await put(phone)
    await phone.get("/api/me/reminders")
    await phone.post("/api/me/reminders/r1/snooze", json={"minutes": 10})
    await phone.put("/api/me/reminder-settings", json=SETTINGS)
    await phone.put("/api/me/phone-zone", json={"timeZone": "Asia/Kolkata"})
    await phone.delete("/api/me/reminders/r1")
    await desk.get(f"/api/patients/{patient.id}/reminders")

    rows = await scene.rows("SELECT action, patient_id FROM audit_events ORDER BY seq")
    assert [row["action"] for row in rows[before[0]["n"] :]] == [
        "reminder.save",
        "reminder.snooze",
        "reminder.settings",
        "reminder.zone",
        "reminder.delete",
        "reminder.history",
    ]
    assert {row["patient_id"] for row in rows[before[0]["n"] :]} == {patient.id}


async def test_a_reminder_set_to_this_minute_rings_tomorrow(scene: Scene, api: Api) -> None:
    phone = await api.signed_in(await scene.patient())

    saved = await put(phone, wallTime="08:00:00")

    assert saved.json()["nextDueAt"] == (scene.clock.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
