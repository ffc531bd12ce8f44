"""The reminder contract, one class a line, on both engines. Each line is a complaint that users of peers repeat."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec
import pytest

from homeplan.accounts import store as accounts
from homeplan.clock import local_day
from homeplan.db import Database, Tx
from homeplan.library.content import starter
from homeplan.push.model import Gone, Outcome, Refused, Retry, Sent
from homeplan.push.sender import Sender
from homeplan.push.store import receive, remove_device
from homeplan.reminders import ledger
from homeplan.reminders.claims import claim_due
from homeplan.reminders.metrics import exposition
from homeplan.reminders.model import InQuietHours, Kind, PastRing, Reason
from homeplan.reminders.worker import tick
from tests.reminders.scene import Scene, day, local, wall_times
from tests.world import Person

T = TypeVar("T")

LIFE = 2 * 60 * 60
DENVER = ZoneInfo("America/Denver")


class Test1LocalWallClock:
    """Once a local day at the wall time, both clock changes included; the phone's zone or home time, as chosen."""

    async def rung(self, scene: Scene, zone: str, first: str, days: int, *wall: str) -> list[str]:
        """Step the worker at these wall times of so many days and tell what the wall clock showed at each ring."""
        for n in range(days):
            date = day(first) + timedelta(days=n)
            for at in sorted(local(f"{date} {each}", zone) + timedelta(hours=h) for each in wall for h in (0, 1)):
                if at > scene.clock.now():
                    await scene.tick(at)
        return wall_times(scene.push, zone)

    async def test_a_time_that_does_not_exist_rings_when_the_gap_ends(self, scene: Scene) -> None:
        scene.clock.set(local("2026-03-06 12:00"))
        patient = await scene.patient()
        await scene.settings(patient)
        await scene.remind(patient, "02:30")

        rung = await self.rung(scene, "America/Denver", "2026-03-06", 4, "01:45", "02:30", "03:00")

        assert rung == ["03-07 02:30", "03-08 03:00", "03-09 02:30"]

    async def test_a_repeated_time_rings_at_its_first_pass_only(self, scene: Scene) -> None:
        scene.clock.set(local("2026-10-30 12:00"))
        patient = await scene.patient()
        await scene.settings(patient)
        await scene.remind(patient, "01:30")

        rung = await self.rung(scene, "America/Denver", "2026-10-30", 4, "00:30", "00:45", "01:30")

        assert rung == ["10-31 01:30", "11-01 01:30", "11-02 01:30"]
        assert scene.push.taken[1].at == local("2026-11-01 00:30") + timedelta(hours=1), "the first pass"

    async def test_lord_howe_changes_by_half_an_hour(self, scene: Scene) -> None:
        scene.clock.set(local("2026-10-02 12:00", "Australia/Lord_Howe"))
        patient = await scene.patient(zone="Australia/Lord_Howe")
        await scene.settings(patient)
        await scene.remind(patient, "02:10")

        rung = await self.rung(scene, "Australia/Lord_Howe", "2026-10-02", 4, "01:50", "02:00", "02:10", "02:30")

        assert rung == ["10-03 02:10", "10-04 02:30", "10-05 02:10"]

    async def test_only_on_its_weekdays(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", weekdays=1 | 16)  # Monday and Friday

        rung = await self.rung(scene, "America/Denver", "2026-03-02", 8, "19:00")

        assert rung == ["03-02 19:00", "03-06 19:00", "03-09 19:00"]

    async def test_a_traveller_chooses_between_the_phones_clock_and_home_time(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "08:00", zone_policy="phone")
        await scene.remind(patient, "12:00", zone_policy="home")
        scene.clock.set(local("2026-03-03 18:00"))
        await scene.tick()
        scene.push.taken.clear()
        await scene.travel(patient, "Europe/Madrid")

        await self.rung(scene, "Europe/Madrid", "2026-03-04", 1, "07:00", "08:00", "12:00", "19:00", "20:00")

        assert [push.at for push in scene.push.taken] == [
            local("2026-03-04 08:00", "Europe/Madrid"),
            local("2026-03-04 12:00", "America/Denver"),
        ]

    async def test_flying_west_over_the_same_wall_time_rings_once_that_day(self, scene: Scene) -> None:
        patient = await scene.patient(zone="America/New_York")
        await scene.remind(patient, "08:00", zone_policy="phone")
        scene.clock.set(local("2026-03-03 07:00", "America/New_York"))
        await scene.tick("2026-03-03 08:00", "America/New_York")
        await scene.travel(patient, "America/Los_Angeles")

        rung = await self.rung(scene, "America/Los_Angeles", "2026-03-03", 2, "05:30", "08:00", "11:00")

        assert rung == ["03-03 05:00", "03-04 08:00"]

    async def test_whoever_moves_home_is_reminded_on_the_new_clock(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        moved = msgspec.structs.replace(patient.who, time_zone="America/New_York")
        await scene.db.write(lambda tx: accounts.save_patient(tx, patient.clinic.id, cast(Any, moved)))

        rung = await self.rung(scene, "America/New_York", "2026-03-02", 2, "17:00", "19:00", "21:00")

        assert rung == ["03-02 19:00", "03-03 19:00"]


class Test2DoneMeansSilent:
    """Nobody is reminded of what they have done; what was on its way by then is superseded."""

    async def test_no_ring_after_the_check_in(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.check_in(patient)

        await scene.tick("2026-03-02 19:00")

        assert scene.push.taken == []
        assert await scene.skipped() == ["done"]

    async def test_a_delivery_still_open_when_the_patient_checks_in_is_superseded(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.push.answers.append(Retry("busy", 600.0))
        await scene.tick("2026-03-02 19:00")
        await scene.check_in(patient)

        assert await scene.tick("2026-03-02 19:11") == Counter()

        assert scene.push.taken == []
        assert await scene.deliveries() == [("superseded", "done")]

    async def test_the_next_day_rings_again(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.check_in(patient)
        await scene.tick("2026-03-02 19:00")

        await scene.tick("2026-03-03 19:00")

        assert len(scene.push.taken) == 1

    async def test_no_ring_once_all_exercises_of_the_day_are_logged(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.publish(patient)
        await scene.remind(patient, "19:00", Kind.EXERCISE)
        await scene.log_all(patient, Kind.EXERCISE)

        await scene.tick("2026-03-02 19:00")

        assert (scene.push.taken, await scene.skipped()) == ([], ["done"])

    async def test_some_exercises_left_still_ring(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.publish(patient)
        await scene.remind(patient, "19:00", Kind.EXERCISE)
        await scene.log_all(patient, Kind.EXERCISE, but=1)

        await scene.tick("2026-03-02 19:00")

        assert [push.body for push in scene.push.taken] == ["You have something to do today."]

    async def test_no_exercise_reminder_without_a_plan(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", Kind.EXERCISE)

        await scene.tick("2026-03-02 19:00")

        assert await scene.skipped() == ["no-plan"]

    async def test_no_exercise_reminder_while_a_safety_answer_is_open(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.publish(patient)
        await scene.remind(patient, "19:00", Kind.EXERCISE)
        await scene.remind(patient, "19:00", Kind.CHECKIN)
        await scene.answer_safety(patient, "fever")

        await scene.tick("2026-03-02 19:00")

        assert sorted(await scene.skipped(), key=str) == [None, "safety"]
        assert [push.body for push in scene.push.taken] == ["It is time for your daily note."]

    async def test_whoever_is_discharged_is_left_in_peace(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.discharge(patient)

        await scene.tick("2026-03-02 19:00")

        assert (scene.push.taken, await scene.skipped()) == ([], ["discharged"])

    async def test_a_reminder_that_was_turned_off_while_on_its_way_is_called_off(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00")
        scene.push.answers.append(Retry("busy", 600.0))
        await scene.tick("2026-03-02 19:00")
        await scene.change(patient, reminder, enabled=False)

        await scene.tick("2026-03-02 19:11")

        assert scene.push.taken == []
        assert await scene.deliveries() == [("superseded", "off")]

    async def test_a_time_that_is_changed_calls_off_what_is_on_its_way(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00")
        scene.push.answers.append(Retry("busy", 600.0))
        await scene.tick("2026-03-02 19:00")
        await scene.change(patient, reminder, wall_time=time(20))

        await scene.tick("2026-03-02 19:11")
        await scene.tick("2026-03-02 20:00")

        assert wall_times(scene.push) == ["03-02 20:00"]


class Test3QuietSnoozePauseCap:
    """The patient sets times, snoozes, pauses days; the cap counts all kinds together."""

    async def test_a_snoozed_reminder_rings_when_the_snooze_is_over(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        scene.clock.set(local("2026-03-02 19:05"))
        await scene.snooze(patient, reminder, minutes=30)

        for at in ("19:06", "19:34", "19:35", "19:50"):
            await scene.tick(f"2026-03-02 {at}")

        assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:35"]

    async def test_a_reminder_snoozed_ahead_of_its_time_stays_silent_until_then(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00")
        scene.clock.set(local("2026-03-02 18:55"))
        await scene.snooze(patient, reminder, minutes=60)

        await scene.tick("2026-03-02 19:00")
        await scene.tick("2026-03-02 19:55")

        assert await scene.skipped() == ["snoozed", None]

    async def test_snoozed_until_tonight_and_once_more(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "09:00")
        await scene.tick("2026-03-02 09:00")
        await scene.snooze(patient, reminder, until="tonight")
        await scene.tick("2026-03-02 20:00")
        await scene.snooze(patient, reminder, minutes=10)

        await scene.tick("2026-03-02 20:10")

        assert wall_times(scene.push) == ["03-02 09:00", "03-02 20:00", "03-02 20:10"]

    async def test_a_snooze_calls_off_the_ring_that_is_still_on_its_way(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00")
        scene.push.answers.append(Retry("busy", 300.0))
        await scene.tick("2026-03-02 19:00")
        await scene.snooze(patient, reminder, minutes=60)

        await scene.tick("2026-03-02 19:10")

        assert (scene.push.taken, await scene.deliveries()) == ([], [("superseded", "snoozed")])

    async def test_a_snoozed_reminder_rings_once_even_if_the_first_ring_was_to_be_retried(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00", second_chance_minutes=20)
        scene.push.answers.append(Retry("busy", 900.0))
        await scene.tick("2026-03-02 19:00")
        await scene.snooze(patient, reminder, minutes=10)

        for minutes in range(5, 120, 5):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert wall_times(scene.push) == ["03-02 19:10"]

    async def test_a_later_time_set_after_the_ring_is_heard_on_the_same_day_and_only_once(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "09:00")
        await scene.tick("2026-03-02 09:00")
        changed = await scene.change(patient, reminder, wall_time=time(9, 5))

        for minutes in (0, 5, 10, 65, 600, 24 * 60, 24 * 60 + 5, 24 * 60 + 10):
            await scene.tick(local("2026-03-02 09:00") + timedelta(minutes=minutes))

        assert changed.next_due_at == local("2026-03-02 09:05")
        assert wall_times(scene.push) == ["03-02 09:00", "03-02 09:05", "03-03 09:05"]

    async def test_a_snooze_that_would_end_in_quiet_hours_is_refused_or_dropped(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "21:30")
        await scene.tick("2026-03-02 21:30")
        with pytest.raises(InQuietHours):
            await scene.snooze(patient, reminder, minutes=30)
        await scene.snooze(patient, reminder, minutes=10)
        await scene.settings(patient, quiet_from=time(21, 35), quiet_until=time(6))

        await scene.tick("2026-03-02 21:40")

        assert await scene.skipped() == [None, "quiet"]

    async def test_a_late_phone_does_not_ring_in_quiet_hours(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "21:30")

        await scene.tick("2026-03-02 21:30")

        assert scene.push.taken[0].ttl_s == 30 * 60

    async def test_paused_days_are_silent(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.settings(patient, paused_until=day("2026-03-04"))

        for date in ("2026-03-02", "2026-03-03", "2026-03-04"):
            await scene.tick(f"{date} 19:00")

        assert await scene.skipped() == ["paused", "paused", None]

    async def test_the_cap_counts_all_kinds_together(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.publish(patient)
        for at, kind in (("18:00", Kind.CHECKIN), ("18:10", Kind.EXERCISE), ("18:20", Kind.ACTIVITY)):
            await scene.remind(patient, at, kind)
        await scene.remind(patient, "18:30", Kind.CHECKIN)

        for at in ("18:00", "18:10", "18:20", "18:30"):
            await scene.tick(f"2026-03-02 {at}")

        assert await scene.skipped() == [None, None, None, "cap"]

    async def test_the_cap_holds_for_reminders_of_the_same_minute(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.settings(patient, daily_cap=2)
        for _ in range(5):
            await scene.remind(patient, "18:00")

        await scene.tick("2026-03-02 18:00")

        assert Counter(await scene.skipped()) == {None: 2, "cap": 3}
        assert len(scene.push.taken) == 2

    async def test_the_cap_is_of_one_day_and_one_patient(self, scene: Scene) -> None:
        first, second = await scene.patient(), await scene.patient()
        for patient in (first, second):
            await scene.settings(patient, daily_cap=1)
            await scene.remind(patient, "18:00")

        await scene.tick("2026-03-02 18:00")
        await scene.tick("2026-03-03 18:00")

        assert await scene.skipped() == [None] * 4


class Test4NoStaleBurst:
    """After downtime what is past its useful life is marked stale and never sent; the TTL is the remaining life."""

    async def test_after_days_of_downtime_nothing_comes_at_once(self, scene: Scene) -> None:
        patient = await scene.patient()
        for at in ("08:00", "12:00", "18:00"):
            await scene.remind(patient, at)

        await scene.tick("2026-03-06 17:00")

        assert scene.push.taken == []
        assert await scene.skipped() == ["stale"] * 3
        await scene.tick("2026-03-06 18:00")
        assert len(scene.push.taken) == 1

    @pytest.mark.parametrize(("late", "sent"), [("20:58", True), ("20:59:01", False), ("21:00", False)])
    async def test_up_to_two_hours_late_is_still_sent(self, scene: Scene, late: str, sent: bool) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")

        await scene.tick(f"2026-03-02 {late}")

        assert bool(scene.push.taken) is sent

    async def test_the_ttl_is_the_remaining_life(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")

        await scene.tick("2026-03-02 19:45")

        assert [push.ttl_s for push in scene.push.taken] == [LIFE - 45 * 60]

    async def test_the_next_ring_ends_the_life_of_the_one_before(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", second_chance_minutes=30)

        await scene.tick("2026-03-02 19:00")

        assert [push.ttl_s for push in scene.push.taken] == [30 * 60]

    async def test_a_ring_and_its_second_chance_missed_together_are_one_ring(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", second_chance_minutes=30)

        for at in ("19:40", "19:50", "20:30", "21:10"):
            await scene.tick(f"2026-03-02 {at}")

        assert wall_times(scene.push) == ["03-02 19:40"]

    async def test_a_push_service_that_is_down_for_hours_leaves_it_stale(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.push.always = Retry("unreachable")
        for minutes in range(0, 130, 5):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))
        scene.push.always = Sent(201)

        await scene.tick("2026-03-02 22:00")

        assert (scene.push.taken, [status for status, _ in await scene.deliveries()]) == ([], ["stale"])

    async def test_within_its_life_a_retry_gets_through_once(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.push.always = Retry("unreachable")
        for minutes in range(0, 60, 5):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))
        scene.push.always = Sent(201)

        for minutes in range(60, 180, 5):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert len(scene.push.taken) == 1
        assert scene.push.taken[0].ttl_s <= LIFE - 3600


class ProcessDied(BaseException):
    """The worker was killed."""


class DiesBeforeRecording:
    """A database whose process is killed once something was pushed: nothing more is written."""

    engine = "any"

    def __init__(self, scene: Scene):
        self._scene = scene

    async def read(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        return await self._scene.db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        if self._scene.push.taken:
            raise ProcessDied
        return await self._scene.db.write(work)


class Test5AtLeastOnceUntilTheDeadline:
    """A crash between send and record may repeat a push; the same Topic and tag make the repeat invisible."""

    async def test_a_reminder_of_a_crashed_worker_is_sent_again_after_its_lease(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))
        with pytest.raises(ProcessDied):
            await tick(cast(Database, DiesBeforeRecording(scene)), cast(Sender, scene.push), scene.clock.now())

        await scene.tick("2026-03-02 19:00:59")
        assert len(scene.push.taken) == 1, "the lease still holds"
        await scene.tick("2026-03-02 19:01:01")

        first, again = scene.push.taken
        assert first.topic == again.topic
        assert first.plaintext == again.plaintext
        assert "renotify" not in again.plaintext["notification"]
        assert await scene.deliveries() == [("sent", "accepted")]

    async def test_a_worker_that_died_while_planning_leaves_the_queue_as_it_was(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))
        before = await scene.rows("SELECT due_at, slot FROM reminder_due")

        async def killed(tx: Tx) -> None:
            await claim_due(tx, scene.clock.now())
            raise KeyError("killed")

        with pytest.raises(KeyError):
            await scene.db.write(killed)

        assert [dict(row) for row in await scene.rows("SELECT due_at, slot FROM reminder_due")] == [
            dict(row) for row in before
        ]
        await scene.tick()
        assert len(scene.push.taken) == 1

    async def test_never_after_the_deadline(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))
        with pytest.raises(ProcessDied):
            await tick(cast(Database, DiesBeforeRecording(scene)), cast(Sender, scene.push), scene.clock.now())

        await scene.tick("2026-03-02 21:00")

        assert len(scene.push.taken) == 1
        assert [status for status, _ in await scene.deliveries()] == ["stale"]


class Test6NothingOnTheLockScreen:
    """The payload selects fixed strings: no name, clinic, body part, pain, exercise or needling word."""

    @pytest.mark.parametrize("kind", list(Kind))
    async def test_a_push_says_only_what_the_instrument_allows(self, scene: Scene, kind: Kind) -> None:
        patient = await scene.patient(given_name="Wilhelmina", problem="low back pain", goal="lift the child")
        await scene.publish(patient)
        await scene.remind(patient, "19:00", kind)

        await scene.tick("2026-03-02 19:00")

        allowed = {
            text.in_language("en")
            for texts in starter().notification_texts.values()
            for text in (texts.title, texts.body)
        }
        plaintext = scene.push.taken[0].plaintext
        notification = plaintext["notification"]
        assert {notification["title"], notification["body"]} <= allowed
        sent = str(plaintext).lower()
        for word in ("wilhelmina", "example clinic", "pain", "back", "exercis", "needl", "therap", patient.id):
            assert word.lower() not in sent, word


class Test7Provable:
    """One ledger for each device: planned, sent, accepted, shown, opened, done; or skipped, with the reason."""

    async def history(self, scene: Scene, patient: Person) -> list[PastRing]:
        now = scene.clock.now()
        return await scene.db.read(lambda tx: ledger.past_rings(tx, patient.clinic.id, patient.id, now))

    async def test_every_step_of_every_device_is_on_record(self, scene: Scene) -> None:
        patient = await scene.patient(devices=2)
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        shown_at, opened_at = local("2026-03-02 19:00:10"), local("2026-03-02 19:02")
        rows = await scene.rows("SELECT id FROM deliveries ORDER BY id")
        for event, at in (("shown", shown_at), ("opened", opened_at)):
            scene.clock.set(at)

            async def note(tx: Tx, event: str = event, at: datetime = at) -> None:
                await receive(tx, patient.clinic.id, rows[0]["id"], event, at, at)

            await scene.db.write(note)
        scene.clock.set(local("2026-03-02 19:03"))
        await scene.check_in(patient)

        [ring] = await self.history(scene, patient)

        assert (ring.skipped, ring.due_at) == (None, local("2026-03-02 19:00"))
        assert ring.done_at == local("2026-03-02 19:03")
        assert [each.status for each in ring.deliveries] == ["sent", "sent"]
        assert all(each.sent_at and each.accepted_at for each in ring.deliveries)
        seen = {(each.shown_at, each.opened_at) for each in ring.deliveries}
        assert seen == {(shown_at, opened_at), (None, None)}

    async def test_silence_has_its_reason_on_record(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.check_in(patient)
        await scene.tick("2026-03-02 19:00")

        [ring] = await self.history(scene, patient)

        assert (ring.skipped, ring.deliveries, ring.done_at) == (Reason.DONE, [], local("2026-03-02 08:00"))

    async def test_a_patient_without_a_phone_shows_as_unreachable(self, scene: Scene) -> None:
        patient = await scene.patient(devices=0)
        await scene.remind(patient, "19:00")

        await scene.tick("2026-03-02 19:00")

        assert await scene.skipped() == ["unreachable"]

    async def test_a_test_push_is_sent_whatever_reminders_are_set(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.settings(patient, paused_until=day("2027-01-01"))
        await scene.test_push(patient)

        assert await scene.tick() == {"sent": 1}


class Test8Conservation:
    """due = sent + gone + stale + superseded + failed + open, at any moment."""

    @pytest.mark.parametrize("seed", range(4))
    async def test_holds_after_every_step_of_a_random_week(self, scene: Scene, seed: int) -> None:
        chance = random.Random(seed)
        patients = [await scene.patient(devices=chance.randrange(3)) for _ in range(4)]
        reminders = []
        for patient in patients:
            for at in ("08:30", "13:00", "19:00", "20:45")[: chance.randrange(2, 5)]:
                minutes = chance.choice([None, 30, 60])
                reminders.append((patient, await scene.remind(patient, at, second_chance_minutes=minutes)))
        answers: list[Outcome] = [Sent(201), Sent(201), Gone(410), Retry("429"), Retry("500", 1200.0), Refused("413")]
        due = 0
        for _ in range(50):
            scene.push.always = chance.choice(answers)
            scene.clock.advance(minutes=chance.choice([1, 10, 45, 180, 900]))
            patient, reminder = chance.choice(reminders)
            match chance.randrange(6):
                case 0:
                    await scene.check_in(patient)
                case 1:
                    await scene.settings(patient, paused_until=local_day(scene.clock.now(), DENVER) + timedelta(days=1))
                case 2:
                    await scene.settings(patient, quiet_from=time(22), quiet_until=time(6))
                case 3:
                    await scene.device(patient)
                case 4 if 7 <= scene.clock.now().astimezone(DENVER).hour < 20:
                    await scene.snooze(patient, reminder, minutes=chance.choice([10, 30, 60]))
                case 5:
                    await self.remove_some_device(scene, patient)
                case _:
                    pass
            await scene.tick()
            book = await scene.ledger()
            assert book.unbalanced == 0, book
            due = max(due, book.due)
        assert due > 3, "nothing happened in this week"

    async def remove_some_device(self, scene: Scene, patient: Person) -> None:
        rows = await scene.rows("SELECT id FROM devices WHERE patient_id = :id AND ended_at IS NULL", id=patient.id)
        if rows:
            now = scene.clock.now()
            await scene.db.write(lambda tx: remove_device(tx, patient.scope, rows[0]["id"], now))

    async def test_a_lost_delivery_shows(self, scene: Scene) -> None:
        patient = await scene.patient(devices=2)
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        assert (await scene.ledger()).unbalanced == 0

        await scene.execute("DELETE FROM deliveries WHERE id = (SELECT MIN(id) FROM deliveries)")

        assert (await scene.ledger()).unbalanced == 1

    async def test_a_second_delivery_of_the_same_ring_shows(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")

        await scene.execute("UPDATE occurrences SET planned = 0")

        assert (await scene.ledger()).unbalanced == -1

    async def test_metrics_export_it(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")
        await scene.remind(patient, "19:00")
        await scene.tick("2026-03-02 19:00")
        await scene.test_push(patient)
        now = scene.clock.now()

        text = exposition(await scene.db.read(lambda tx: ledger.figures(tx, now)))

        assert "homeplan_reminders_due 3\n" in text
        assert 'homeplan_reminders{state="sent"} 2\n' in text
        assert 'homeplan_reminders{state="open"} 1\n' in text
        assert "homeplan_reminders_unbalanced 0\n" in text


class Test9SecondChance:
    """If nothing is logged, one repeat after a delay that the patient chose; never more."""

    async def test_one_repeat_and_never_more(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", second_chance_minutes=30)

        for minutes in range(0, 100, 10):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert wall_times(scene.push) == ["03-02 19:00", "03-02 19:30"]
        assert scene.push.taken[0].topic != scene.push.taken[1].topic, "the repeat must be heard"

    async def test_none_without_the_patients_choice(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00")

        for minutes in range(0, 100, 10):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert len(scene.push.taken) == 1

    async def test_none_once_it_was_done(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "19:00", second_chance_minutes=30)
        await scene.tick("2026-03-02 19:00")
        await scene.check_in(patient)

        await scene.tick("2026-03-02 19:30")

        assert await scene.skipped() == [None, "done"]

    async def test_none_once_something_was_logged(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.publish(patient)
        await scene.remind(patient, "18:00", Kind.EXERCISE, second_chance_minutes=60)
        await scene.tick("2026-03-02 18:00")
        await scene.log_all(patient, Kind.EXERCISE, but=1)

        await scene.tick("2026-03-02 19:00")

        assert await scene.skipped() == [None, "done"]

    async def test_none_in_quiet_hours(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.remind(patient, "21:45", second_chance_minutes=30)
        await scene.tick("2026-03-02 21:45")

        await scene.tick("2026-03-02 22:15")

        assert await scene.skipped() == [None, "quiet"]

    async def test_none_after_a_ring_that_was_silent(self, scene: Scene) -> None:
        patient = await scene.patient()
        await scene.settings(patient, paused_until=day("2026-03-03"))
        await scene.remind(patient, "19:00", second_chance_minutes=30)
        await scene.tick("2026-03-02 19:00")
        await scene.settings(patient)

        await scene.tick("2026-03-02 19:30")

        assert await scene.skipped() == ["paused"]

    async def test_a_snooze_takes_its_place(self, scene: Scene) -> None:
        patient = await scene.patient()
        reminder = await scene.remind(patient, "19:00", second_chance_minutes=30)
        await scene.tick("2026-03-02 19:00")
        await scene.snooze(patient, reminder, minutes=60)

        for minutes in range(10, 100, 10):
            await scene.tick(local("2026-03-02 19:00") + timedelta(minutes=minutes))

        assert wall_times(scene.push) == ["03-02 19:00", "03-02 20:00"]
