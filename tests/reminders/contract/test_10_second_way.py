"""10. A push that is not shown in time becomes a mail or a text message, where the patient chose that; never both."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from homeplan.delivery.model import Gone, Refused, Retry, WrongKey
from homeplan.reminders.claims import claim_due
from homeplan.reminders.model import ReminderKind
from homeplan.reminders.second_way.model import SecondChannel, SecondWayChoice
from homeplan.reminders.second_way.store import save_choice
from homeplan.reminders.worker import tick
from tests.reminders.scene import MAIL, NUMBER, Scene, day, local, wall_times
from tests.reminders.test_after_needling import needle
from tests.world import Person, context

Do = Callable[[Scene, Person], Awaitable[None]]


async def chosen(scene: Scene, at: str = "19:00", kind: ReminderKind = ReminderKind.CHECKIN) -> Person:
    patient = await scene.patient()
    await scene.second_way(patient)
    await scene.remind(patient, at, kind, second_chance_minutes=30)
    return patient


async def choose(scene: Scene, patient: Person, channel: SecondChannel, **fields: Any) -> None:
    choice = SecondWayChoice(channel=channel, **fields)
    await scene.act(patient, lambda ctx: save_choice(ctx, patient.id, choice))


def mailed(scene: Scene) -> list[str]:
    return wall_times(scene.mail)


async def test_a_push_that_is_not_shown_becomes_one_mail_and_no_second_push(scene: Scene) -> None:
    await chosen(scene)

    for minutes in range(0, 200, 10):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert wall_times(scene.push) == ["03-02 19:00"], "it takes the place of the second chance"
    assert mailed(scene) == ["03-02 20:00"]
    assert [each.to for each in scene.mail.sent] == [MAIL]
    assert await scene.skipped() == [None, None]
    assert await scene.deliveries() == [("sent", "accepted")] * 2
    assert (await scene.ledger()).unbalanced == 0


async def test_the_delay_is_the_patients(scene: Scene) -> None:
    patient = await chosen(scene)
    await scene.act(
        patient, lambda ctx: save_choice(ctx, patient.id, SecondWayChoice(channel="mail", after_minutes=20))
    )
    await scene.tick("2026-03-02 19:00")

    await scene.tick("2026-03-02 19:19")
    assert mailed(scene) == []

    await scene.tick("2026-03-02 19:20")
    assert mailed(scene) == ["03-02 19:20"]


async def test_a_push_lives_no_longer_than_the_delay(scene: Scene) -> None:
    await chosen(scene)

    await scene.tick("2026-03-02 19:00")

    assert [each.ttl_s for each in scene.push.sent] == [3600]


async def test_a_text_message_goes_to_the_number_on_file(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.second_way(patient, "sms")
    await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")

    await scene.tick("2026-03-02 20:00")

    assert [(each.to, each.kind) for each in scene.sms.sent] == [(NUMBER, "checkin")]
    assert mailed(scene) == []


async def test_a_push_that_was_shown_is_enough(scene: Scene) -> None:
    await chosen(scene)
    await scene.tick("2026-03-02 19:00")
    await scene.shown()

    await scene.tick("2026-03-02 20:00")

    assert mailed(scene) == []
    assert await scene.skipped() == [None, "shown"]


async def test_one_of_two_devices_that_showed_it_is_enough(scene: Scene) -> None:
    patient = await chosen(scene)
    await scene.device(patient)
    await scene.tick("2026-03-02 19:00")
    await scene.shown(0)

    await scene.tick("2026-03-02 20:00")

    assert await scene.skipped() == [None, "shown"]


async def pause(scene: Scene, patient: Person) -> None:
    await scene.settings(patient, paused_until=day("2026-03-03"))


async def turn_off(scene: Scene, patient: Person) -> None:
    await scene.second_way_off(patient)


SILENT: dict[str, Do] = {
    "done": Scene.check_in,
    "paused": pause,
    "discharged": Scene.discharge,
    "unreachable": turn_off,
}


@pytest.mark.parametrize("reason", SILENT)
async def test_no_mail_goes_out(scene: Scene, reason: str) -> None:
    patient = await chosen(scene)
    await scene.tick("2026-03-02 19:00")
    await SILENT[reason](scene, patient)

    await scene.tick("2026-03-02 20:00")

    assert mailed(scene) == []
    assert await scene.skipped() == [None, reason]
    assert (await scene.ledger()).unbalanced == 0


async def test_no_mail_in_quiet_hours(scene: Scene) -> None:
    await chosen(scene, "21:45")
    await scene.tick("2026-03-02 21:45")

    await scene.tick("2026-03-02 22:45")

    assert await scene.skipped() == [None, "quiet"]


async def test_none_of_exercises_while_they_are_paused(scene: Scene) -> None:
    patient = await chosen(scene, kind=ReminderKind.EXERCISE)
    await scene.publish(patient)
    await scene.tick("2026-03-02 19:00")
    await scene.answer_safety(patient, "s1")

    await scene.tick("2026-03-02 20:00")

    assert await scene.skipped() == [None, "safety"]


async def test_a_snooze_takes_its_place_and_has_its_own(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.second_way(patient)
    reminder = await scene.remind(patient, "19:00")
    await scene.tick("2026-03-02 19:00")
    await scene.snooze(patient, reminder, minutes=30)

    for minutes in range(0, 120, 10):
        await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

    assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:30"]
    assert mailed(scene) == ["03-02 20:30"]


class TestADeadSubscription:
    @pytest.mark.parametrize("answer", [Gone(410), WrongKey("key"), Refused("413")])
    async def test_counts_as_not_shown_at_once(self, scene: Scene, answer: Gone | WrongKey | Refused) -> None:
        await chosen(scene)
        scene.push.answers.append(answer)
        await scene.tick("2026-03-02 19:00")

        await scene.tick("2026-03-02 19:00")

        assert mailed(scene) == ["03-02 19:00"]
        assert (await scene.ledger()).unbalanced == 0
        await scene.tick("2026-03-02 20:00")
        assert len(scene.mail.sent) == 1

    async def test_does_not_while_another_device_may_show_it(self, scene: Scene) -> None:
        patient = await chosen(scene)
        await scene.device(patient)
        scene.push.answers.append(Gone(410))
        await scene.tick("2026-03-02 19:00")

        await scene.tick("2026-03-02 19:01")

        assert mailed(scene) == []

    async def test_rings_no_second_chance_early(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", second_chance_minutes=30)
        scene.push.answers.append(Gone(410))
        await scene.tick("2026-03-02 19:00")

        await scene.tick("2026-03-02 19:01")

        assert await scene.skipped() == [None]

    async def test_without_any_device_the_mail_goes_in_the_same_tick_and_counts_under_the_cap(
        self, scene: Scene
    ) -> None:
        patient = await scene.patient(devices=0)
        await scene.second_way(patient)
        await scene.settings(patient, daily_cap=1)
        await scene.remind(patient, "19:00")
        await scene.remind(patient, "19:30")

        await scene.tick("2026-03-02 19:00")
        await scene.tick("2026-03-02 19:30")

        assert mailed(scene) == ["03-02 19:00"]
        assert Counter(await scene.skipped()) == {"unreachable": 1, None: 1, "cap": 1}
        assert (await scene.ledger()).unbalanced == 0


class TestNeverTwoChannelsAtOnce:
    async def test_a_push_that_its_service_has_not_taken_is_not_sent_any_more(self, scene: Scene) -> None:
        await chosen(scene)
        scene.push.always = Retry("503")
        for minutes in range(0, 120, 5):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))
            if minutes == 60:
                tries = scene.push.tries

        assert mailed(scene) == ["03-02 20:00"]
        assert scene.push.tries == tries
        assert (await scene.ledger()).unbalanced == 0

    async def test_a_push_that_is_being_sent_is_waited_for(self, scene: Scene) -> None:
        await chosen(scene)
        await scene.tick("2026-03-02 19:00")
        now = local("2026-03-02 20:00")
        until = int((now + timedelta(seconds=30)).timestamp() * 1000)
        await scene.execute(
            "UPDATE deliveries SET status = 'leased', lease_owner = 'another', lease_until = :until", until=until
        )

        await scene.tick(now)
        assert mailed(scene) == []
        await scene.shown()
        await scene.tick(now + timedelta(seconds=61))

        assert mailed(scene) == []
        assert await scene.skipped() == [None, "shown"]


class TestAMailThatIsTriedAgain:
    async def test_goes_once_the_server_takes_it(self, scene: Scene) -> None:
        await chosen(scene)
        scene.mail.answers.append(Retry("451 later"))
        for minutes in (0, 60, 61, 62):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert mailed(scene) == ["03-02 20:01"]

    @pytest.mark.parametrize(("do", "outcome"), [(Scene.check_in, "done"), (Scene.was_shown, "shown")])
    async def test_does_not_go_after_it_is_done_or_shown(self, scene: Scene, do: Do, outcome: str) -> None:
        patient = await chosen(scene)
        scene.mail.answers.append(Retry("451 later"))
        await scene.tick("2026-03-02 19:00")
        await scene.tick("2026-03-02 20:00")
        await do(scene, patient)

        await scene.tick("2026-03-02 20:02")

        assert mailed(scene) == []
        assert await scene.deliveries() == [("sent", "accepted"), ("superseded", outcome)]

    async def test_of_a_worker_that_died_goes_by_the_same_channel_under_the_same_id(self, scene: Scene) -> None:
        patient = await chosen(scene)
        await scene.tick("2026-03-02 19:00")
        now = local("2026-03-02 20:00")
        await scene.db.write(lambda tx: claim_due(context(tx, now), 10))  # and it dies before it sends
        await choose(scene, patient, "sms")
        await scene.tick("2026-03-02 20:02")

        assert (len(scene.mail.sent), len(scene.sms.sent)) == (1, 0)
        assert await scene.deliveries() == [("sent", "accepted")] * 2


async def test_a_patient_without_a_confirmed_address_keeps_the_second_chance(scene: Scene) -> None:
    await chosen(scene)
    await scene.execute("UPDATE mail_addresses SET confirmed_at = NULL")

    for at in ("19:00", "19:30", "20:00"):
        await scene.tick(f"2026-03-02 {at}")

    assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:30"]
    assert mailed(scene) == []


async def test_a_prompt_after_needling_has_a_second_way_too(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.second_way(patient)
    await needle(scene, patient, "2026-03-02 10:00")

    await scene.tick("2026-03-02 13:00")
    await scene.tick("2026-03-02 14:00")

    assert mailed(scene) == ["03-02 14:00"]
    assert [each.kind for each in scene.mail.sent] == ["after-needling"]


async def test_a_mail_without_a_mail_server_is_held_and_ends_as_stale(scene: Scene) -> None:
    await chosen(scene)
    await scene.tick("2026-03-02 19:00")

    await tick(scene.db, {"webpush": scene.push}, local("2026-03-02 20:00"))
    await tick(scene.db, {"webpush": scene.push}, local("2026-03-02 22:01"))

    assert await scene.deliveries() == [("sent", "accepted"), ("stale", "late")]
