"""A member's own notifications over HTTP: devices, mail address with its link, quiet hours, tests and their steps."""

from typing import Any

import pytest

from tests.delivery.mail_server import Fault
from tests.delivery.staff.conftest import Office
from tests.world import World

CHOICE: dict[str, Any] = {
    "webpush": True,
    "mail": True,
    "quietFrom": None,
    "quietUntil": None,
    "timeZone": "America/Denver",
}


async def test_a_member_who_chose_nothing_has_every_channel_on_and_none_that_works(office: Office) -> None:
    found = await office.reach()
    assert found["choice"] == CHOICE | {"timeZone": "UTC"}
    assert (found["working"], found["devices"], found["mail"], found["mailSetUp"]) == ([], [], None, True)
    assert found["pushKey"]["keyId"]


async def test_a_choice_is_kept(office: Office) -> None:
    choice = CHOICE | {"mail": False, "quietFrom": "20:00:00", "quietUntil": "07:30:00"}
    assert (await office.desk.put("/api/staff/me/notifications", json=choice)).json()["choice"] == choice
    assert (await office.reach())["choice"] == choice


@pytest.mark.parametrize(
    "changes",
    [
        {"quietFrom": "20:00:00"},
        {"quietFrom": "20:00:00", "quietUntil": "20:00:00"},
        {"timeZone": "Nowhere/Else"},
        {"sms": True},
    ],
)
async def test_a_choice_that_cannot_be_kept_is_refused(office: Office, changes: dict[str, Any]) -> None:
    assert (await office.desk.put("/api/staff/me/notifications", json=CHOICE | changes)).status_code == 400
    assert (await office.reach())["choice"]["quietFrom"] is None


async def test_a_device_is_proved_by_a_test_that_it_shows(office: Office) -> None:
    await office.switch_on()
    assert await office.working() == []
    [started] = (await office.desk.post("/api/staff/me/test-notification")).json()["deliveries"]
    assert (started["channel"], started["status"], started["sentAt"]) == ("webpush", "pending", None)
    await office.step()
    steps = (await office.desk.get(f"/api/staff/me/deliveries/{started['id']}")).json()
    assert (steps["status"], steps["acceptedAt"] is not None, steps["shownAt"]) == ("sent", True, None)
    assert await office.working() == []
    await office.show()
    assert (await office.desk.get(f"/api/staff/me/deliveries/{started['id']}")).json()["shownAt"] is not None
    assert await office.working() == ["webpush"]
    assert (await office.reach())["working"] == ["webpush"]


async def test_a_mail_address_is_proved_by_the_link_that_arrives_there_once(office: Office) -> None:
    token = await office.give_mail()
    found = await office.reach()
    assert (found["mail"]["email"], found["mail"]["confirmedAt"]) == ("me@clinic.example", None)
    assert await office.working() == []
    assert await office.confirm(token) == 204
    assert await office.working() == ["mail"]
    assert await office.confirm(token) == 404
    assert await office.working() == ["mail"]


async def test_a_link_is_void_after_a_day_after_another_one_and_for_an_unknown_secret(office: Office) -> None:
    first = await office.give_mail()
    second = await office.give_mail()
    assert await office.confirm(first) == 404
    assert await office.confirm("x" * 43) == 404
    office.clock.advance(hours=24)
    assert await office.confirm(second) == 404
    assert await office.working() == []


async def test_another_address_replaces_the_first_and_waits_for_its_link(office: Office) -> None:
    await office.prove_mail()
    await office.give_mail("other@clinic.example")
    assert await office.working() == []
    assert await office.confirm(office.link()) == 204
    assert (await office.reach())["mail"]["email"] == "other@clinic.example"


async def test_the_same_address_in_another_language_stays_confirmed(office: Office) -> None:
    await office.prove_mail()
    body = {"email": "me@clinic.example", "language": "es"}
    assert (await office.desk.put("/api/staff/me/mail-address", json=body)).json()["confirmedAt"] is not None
    assert await office.step() == {}
    await office.notify()
    await office.step()
    assert office.mailbox.received[-1]["Subject"] == "Alguien le necesita ahora"


async def test_an_address_can_be_removed_and_nothing_more_goes_there(office: Office) -> None:
    await office.prove_mail()
    await office.notify()
    assert (await office.desk.delete("/api/staff/me/mail-address")).status_code == 204
    assert await office.step() == {}
    assert (await office.reach())["mail"] is None


@pytest.mark.parametrize("email", ["a@b.example, c@d.example", "Me <a@b.example>", "a@b"])
async def test_what_is_not_one_address_is_refused(office: Office, email: str) -> None:
    answer = await office.desk.put("/api/staff/me/mail-address", json={"email": email, "language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-mail-address")


async def test_nobody_can_be_flooded_with_links(office: Office) -> None:
    body = {"email": "somebody.else@clinic.example", "language": "en"}
    answers = [(await office.desk.put("/api/staff/me/mail-address", json=body)).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert await office.step() == {"sent": 1}, "only the newest link is sent"


async def test_a_test_with_nothing_to_test_says_so(office: Office) -> None:
    answer = await office.desk.post("/api/staff/me/test-notification")
    assert (answer.status_code, answer.json()["code"]) == (409, "no-address-to-test")


async def test_a_test_goes_to_every_address_and_each_step_can_be_read(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    office.clock.advance(minutes=6)
    started = (await office.desk.post("/api/staff/me/test-notification")).json()["deliveries"]
    assert sorted(each["channel"] for each in started) == ["mail", "webpush"]
    office.mailbox.faults.append(Fault("text", "452 4.3.1 no room"))
    await office.step()
    found = {
        each["channel"]: (await office.desk.get(f"/api/staff/me/deliveries/{each['id']}")).json() for each in started
    }
    assert (found["webpush"]["status"], found["mail"]["status"], found["mail"]["outcome"]) == (
        "sent",
        "pending",
        "busy",
    )


async def test_a_browser_that_another_member_uses_now_notifies_that_one(office: Office, world: World) -> None:
    device = await office.prove_push()
    colleague = await office.api.signed_in(await world.therapist(office.member.clinic))
    assert (await colleague.post("/api/staff/me/devices", json=device["body"])).status_code == 201
    assert await office.working() == []


async def test_a_device_can_be_switched_off_by_its_owner_alone(office: Office, world: World) -> None:
    device = await office.prove_push()
    colleague = await office.api.signed_in(await world.therapist(office.member.clinic))
    assert (await colleague.delete(f"/api/staff/me/devices/{device['id']}")).status_code == 404
    assert (await office.desk.delete(f"/api/staff/me/devices/{device['id']}")).status_code == 204
    assert await office.working() == []
    [shown] = (await office.reach())["devices"]
    assert shown["end"] == "removed"
    office.clock.advance(days=31)
    office.desk = await office.api.signed_in(office.member)
    assert (await office.reach())["devices"] == []


async def test_a_delivery_to_somebody_else_does_not_exist(office: Office, world: World) -> None:
    await office.switch_on()
    [started] = (await office.desk.post("/api/staff/me/test-notification")).json()["deliveries"]
    colleague = await office.api.signed_in(await world.therapist(office.member.clinic))
    assert (await colleague.get(f"/api/staff/me/deliveries/{started['id']}")).status_code == 404


async def test_what_was_changed_is_in_the_audit_trail_without_the_address(office: Office, world: World) -> None:
    await office.prove_push()
    await office.prove_mail()
    await office.desk.put("/api/staff/me/notifications", json=CHOICE)
    await office.desk.delete("/api/staff/me/mail-address")
    rows = await office.db.read(lambda tx: tx.fetch("SELECT * FROM audit_events"))
    assert {
        "staff.add-device",
        "staff.test-notification",
        "staff.give-address",
        "mail-address.confirm",
        "staff.notifications",
        "staff.remove-address",
    } == {row["action"] for row in rows}
    assert {row["actor_id"] for row in rows} == {office.member.id}
    assert "me@clinic.example" not in str([dict(row) for row in rows])


async def test_without_a_mail_server_an_address_is_refused_with_the_reason(
    office: Office, with_settings: Any, settings: Any
) -> None:
    with_settings(settings)
    body = {"email": "me@clinic.example", "language": "en"}
    answer = await office.desk.put("/api/staff/me/mail-address", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "mail-not-set-up")
    assert (await office.reach())["mailSetUp"] is False
