"""Notices to a member of staff: on each channel, at once or after quiet hours, once per thing, until settled."""

from datetime import datetime, timedelta
from typing import Any

from homeplan.db import Database
from homeplan.delivery.model import StaffText
from homeplan.delivery.staff import actions
from homeplan.delivery.staff.texts import STAFF_TEXTS
from tests.delivery.mail_server import Fault
from tests.delivery.staff.conftest import Office
from tests.push_service import Fault as PushFault
from tests.world import Person, World


async def rows(office: Office) -> list[tuple[str, str, str]]:
    found = await office.db.read(
        lambda tx: tx.fetch("SELECT channel, kind, status FROM deliveries ORDER BY planned_at, id")
    )
    return [(row["channel"], row["kind"], row["status"]) for row in found if row["kind"] in STAFF_TEXTS]


def pushed(office: Office) -> list[str]:
    return [push["notification"]["title"] for push in office.shown()]


async def test_a_critical_notice_goes_at_once_by_every_channel_of_the_member(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    assert await office.notify()
    assert await office.step() == {"sent": 2}
    assert pushed(office)[-1] == STAFF_TEXTS["critical"].title.en
    assert office.mailbox.received[-1]["Subject"] == STAFF_TEXTS["critical"].title.en


async def test_a_member_whom_nothing_reaches_is_told_of_to_the_caller(office: Office) -> None:
    assert not await office.notify()
    assert await office.step() == {}


async def test_a_device_that_was_never_proved_is_tried_and_does_not_count(office: Office) -> None:
    await office.switch_on()
    assert not await office.notify()
    assert await office.step() == {"sent": 1}


async def test_an_address_that_waits_for_its_confirmation_gets_no_notice(office: Office) -> None:
    await office.give_mail()
    assert not await office.notify()
    assert await office.step() == {}


async def test_a_channel_that_the_member_does_not_want_is_left_out(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    await office.desk.put("/api/staff/me/notifications", json={"webpush": False, "timeZone": "America/Denver"})
    assert await office.working() == ["mail"]
    assert await office.notify()
    assert await office.step() == {"sent": 1}
    assert office.mailbox.received[-1]["Subject"] == STAFF_TEXTS["critical"].title.en


async def quiet(office: Office, **changes: Any) -> None:
    """From 07:00 to 09:30 in Denver; START is 08:00 there."""
    hours = {"quietFrom": "07:00:00", "quietUntil": "09:30:00", "timeZone": "America/Denver", **changes}
    assert (await office.desk.put("/api/staff/me/notifications", json=hours)).status_code == 200


async def test_a_critical_notice_ignores_quiet_hours_and_another_waits_for_their_end(office: Office) -> None:
    await office.prove_mail()
    await quiet(office)
    began = office.clock.now()
    assert await office.notify("critical", "alert-1")
    assert await office.notify("high", "alert-2", critical=False)
    assert await office.step() == {"sent": 1}
    office.clock.set(began + timedelta(minutes=89))
    assert await office.step() == {}
    office.clock.set(began + timedelta(minutes=90))
    assert await office.step() == {"sent": 1}
    assert [each["Subject"] for each in office.mailbox.received[-2:]] == [
        STAFF_TEXTS["critical"].title.en,
        STAFF_TEXTS["high"].title.en,
    ]


async def test_quiet_hours_over_midnight_end_on_the_next_day(office: Office) -> None:
    await office.prove_mail()
    await quiet(office, quietFrom="21:00:00", quietUntil="06:30:00")
    office.clock.set(datetime.fromisoformat("2026-03-02T23:15:00-07:00"))
    assert await office.notify("digest", "digest", critical=False)
    assert await office.step() == {}
    office.clock.set(datetime.fromisoformat("2026-03-03T06:30:00-07:00"))
    assert await office.step() == {"sent": 1}


async def test_a_later_notice_about_the_same_takes_the_place_of_one_that_waits(office: Office) -> None:
    await office.prove_mail()
    await quiet(office)
    assert await office.notify("high", critical=False)
    assert await office.notify("again", critical=True)
    assert await office.step() == {"sent": 1}
    office.clock.advance(hours=3)
    assert await office.step() == {}, "the one that waited is not sent any more"
    assert office.mailbox.received[-1]["Subject"] == STAFF_TEXTS["again"].title.en


async def test_notices_about_one_thing_replace_each_other_on_the_device(office: Office) -> None:
    await office.prove_push()
    await office.notify("critical", "alert-1")
    await office.step()
    await office.notify("again", "alert-1")
    await office.notify("critical", "alert-2")
    await office.step()
    tags = [push["notification"]["tag"] for push in office.shown()[1:]]
    assert tags[0] == tags[1] != tags[2]


async def test_what_is_settled_is_not_sent_to_anybody(office: Office) -> None:
    await office.prove_mail()
    await quiet(office)
    assert await office.notify("high", critical=False)
    await office.db.write(lambda tx: actions.settled(office.context(tx), "another"))
    await office.db.write(lambda tx: actions.settled(office.context(tx), "alert-1"))
    office.clock.advance(hours=3)
    assert await office.step() == {}
    assert ("mail", "high", "superseded") in await rows(office)


async def test_a_notice_of_a_transaction_that_is_undone_is_not_planned(office: Office) -> None:
    await office.prove_mail()

    async def undone(tx: Any) -> None:
        await actions.notify(office.context(tx), office.member.id, "critical", about="alert", critical=True)
        raise LookupError

    try:
        await office.db.write(undone)
    except LookupError:
        assert await office.step() == {}


async def test_a_critical_notice_arrives_within_half_a_minute_after_a_mail_server_has_come_back(office: Office) -> None:
    await office.prove_mail()
    await office.mailbox.stop()
    assert await office.notify()
    for _ in range(40):  # ten minutes without a mail server
        office.clock.advance(seconds=15)
        await office.step()
    await office.mailbox.start()
    came_back = office.clock.now()
    while await office.step() != {"sent": 1}:
        office.clock.advance(seconds=1)
    assert office.clock.now() - came_back < timedelta(seconds=30)


async def test_a_dead_push_service_does_not_hold_up_the_mail(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    office.push.fail_with(*[PushFault(status=503)] * 20)
    assert await office.notify()
    assert await office.step() == {"sent": 1, "pending": 1}
    office.push.recover()
    office.clock.advance(seconds=10)
    assert await office.step() == {"sent": 1}


async def test_a_device_or_address_that_fails_for_ten_minutes_does_not_work(office: Office) -> None:
    await office.prove_mail()
    assert await office.working() == ["mail"]
    office.mailbox.always = Fault("text", "452 4.3.1 no room")
    assert await office.notify()
    await office.step()
    assert await office.working() == ["mail"]
    office.clock.advance(minutes=11)
    assert await office.working() == []
    office.mailbox.always = None
    await office.step()
    assert await office.working() == ["mail"]


async def test_an_address_that_is_gone_ends_and_says_so(office: Office) -> None:
    await office.prove_mail()
    office.mailbox.faults.append(Fault("recipient", "550 5.1.1 no such user"))
    await office.notify()
    assert await office.step() == {"gone": 1}
    assert await office.working() == []
    found = await office.reach()
    assert (found["mail"]["email"], found["mail"]["goneAt"] is not None) == ("me@clinic.example", True)
    assert not await office.notify("again")
    assert await office.step() == {}


async def test_a_subscription_that_is_gone_ends_the_device(office: Office) -> None:
    device = await office.prove_push()
    office.push.end(device["endpoint"])
    await office.notify()
    assert await office.step() == {"gone": 1}
    assert await office.working() == []
    [shown] = (await office.reach())["devices"]
    assert shown["end"] == "gone"


async def test_who_has_no_access_any_more_is_not_notified(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    await office.notify()
    await office.db.write(lambda tx: tx.execute("UPDATE staff SET disabled_at = 1 WHERE id = :id", id=office.member.id))
    assert await office.step() == {}
    assert await office.working() == []
    assert not await office.notify()
    left = await office.db.read(lambda tx: tx.fetch("SELECT endpoint, auth FROM devices"))
    assert [(row["endpoint"], row["auth"]) for row in left] == [("", "")]
    assert await office.db.read(lambda tx: tx.fetch("SELECT * FROM mail_addresses")) == []


async def test_a_member_who_signed_out_is_still_notified(office: Office) -> None:
    await office.prove_push()
    assert (await office.desk.delete("/api/staff/sign-in")).is_success
    assert await office.notify()
    assert await office.step() == {"sent": 1}


async def test_a_member_of_another_clinic_cannot_be_named(office: Office, world: World) -> None:
    await office.prove_mail()
    stranger: Person = await world.therapist(await world.clinic("Another Clinic"))

    async def work(tx: Any) -> bool:
        ctx = stranger.context(tx, office.clock.now(), settings=office.settings)
        return await actions.notify(ctx, office.member.id, "critical", about="alert", critical=True)

    assert not await office.db.write(work)
    assert await office.step() == {}


async def test_a_server_without_mail_and_push_says_that_nobody_is_reached(db: Database, world: World) -> None:
    member = await world.therapist(await world.clinic())
    text: StaffText = "critical"
    assert not await db.write(lambda tx: actions.notify(member.context(tx), member.id, text, about="a", critical=True))
