"""The escalation of open alerts, from the database's triggers to the notices, on both engines."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from homeplan.alerts.actions import forget
from homeplan.db import Database, Tx
from homeplan.duty.model import DutyEntry, Roster
from homeplan.escalation import store
from homeplan.escalation.actions import advance, escalation_of
from homeplan.escalation.model import NotifiedChannel
from homeplan.registry.caseload.actions import save_cover
from homeplan.registry.caseload.model import CoverEntry
from tests.alerts.test_lifecycle import finding
from tests.alerts.test_store import EMERGENCY, close, listed, report
from tests.duty.test_rules import at
from tests.escalation.scene import Channels, Clinic, save_duty, tick
from tests.world import World, context

IN_HOURS = at("2026-03-03 10:00")
AT_NIGHT = at("2026-03-03 22:00")
QUARTER = timedelta(minutes=15)
HIGH = finding("safety-yes", "2026-03-03", 2, frozenset({"fever"}), "high")
NORMAL = finding()


async def open_counts(db: Database, now: datetime) -> tuple[int, int]:
    return await db.read(lambda tx: store.counts(context(tx, now)))


async def test_critical_climbs_the_ladder_until_somebody_acknowledges(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    seen = []
    for step in range(5):
        await tick(db, IN_HOURS + step * QUARTER - timedelta(seconds=1))
        await tick(db, IN_HOURS + step * QUARTER)
        seen.append(ladder.names(channels.take()))
    everybody = ["therapist", "on_duty", "cover", "team", "admin"]
    assert seen == [everybody[:2], everybody[:3], everybody[:4], everybody, everybody]

    [alert] = await listed(db, ladder.patient)
    now = IN_HOURS + 5 * QUARTER
    await close(db, ladder.therapist, ladder.patient, alert, now, outcome="sent-to-emergency", note="Sent to ER.")
    await tick(db, now)
    assert channels.settled == [f"owner-{alert.id}", f"alert-{alert.id}"]
    assert channels.take() == []
    assert await open_counts(db, now + timedelta(days=1)) == (0, 0)


async def test_the_first_notice_is_critical_and_the_next_ones_say_again(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=AT_NIGHT)
    await tick(db, AT_NIGHT)
    therapist, admin = ladder.therapist.id, ladder.admin.id
    assert channels.take() == [(therapist, "critical", False), (admin, "critical", True)]
    await tick(db, AT_NIGHT + timedelta(hours=9))
    assert channels.take() == []
    await tick(db, at("2026-03-04 08:00"))
    assert {(text, critical) for _, text, critical in channels.take()} == {("again", False), ("again", True)}


async def test_an_attempt_without_success_is_not_an_acknowledgement(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await tick(db, IN_HOURS)
    channels.take()
    [alert] = await listed(db, ladder.patient)
    attempted = IN_HOURS + timedelta(minutes=10)
    await close(db, ladder.therapist, ladder.patient, alert, attempted, outcome="could-not-reach", note="No answer.")
    for minutes in (0, 5, 14):
        await tick(db, attempted + timedelta(minutes=minutes))
    assert channels.take() == []
    await tick(db, attempted + QUARTER)
    assert ladder.names(channels.take()) == ["therapist", "on_duty", "cover"]


async def test_an_event_under_the_alert_begins_again_with_the_first_person(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    for step in range(3):
        await tick(db, IN_HOURS + step * QUARTER)
    channels.take()
    again = finding("safety-yes", "answer-2", 3, frozenset({"saddle"}), "critical")
    now = IN_HOURS + timedelta(minutes=40)
    await report(db, ladder.patient, again, now=now)
    await tick(db, now)
    sent = channels.take()
    assert ladder.names(sent) == ["therapist", "on_duty"]
    assert {text for _, text, _ in sent} == {"critical"}


async def test_a_worse_event_makes_the_escalation_critical(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, HIGH, now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert [text for _, text, _ in channels.take()] == ["high"]
    now = IN_HOURS + timedelta(minutes=1)
    await report(db, ladder.patient, EMERGENCY, now=now)
    await tick(db, now)
    assert [text for _, text, _ in channels.take()] == ["critical", "critical"]


async def test_normal_alerts_come_in_one_digest_per_person(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, NORMAL, finding("adverse-event", severity="normal"), now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert channels.take() == []
    digest = at("2026-03-04 08:00")
    await tick(db, digest)
    assert channels.take() == [(ladder.therapist.id, "digest", False)]
    await tick(db, digest + timedelta(hours=3))
    assert channels.take() == []
    await tick(db, at("2026-03-05 08:00"))
    assert ladder.names(channels.take()) == ["therapist", "on_duty"]


async def test_positive_alerts_are_sent_to_nobody(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, finding("improving", severity="positive"), now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert (channels.sent, await open_counts(db, IN_HOURS)) == ([], (0, 0))


async def test_an_alert_that_is_over_is_settled(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, NORMAL, now=IN_HOURS)
    await db.write(lambda tx: forget(context(tx, IN_HOURS, ladder.patient.clinic.id), ladder.patient.id))
    await tick(db, IN_HOURS)
    assert len(channels.settled) == 1
    assert await open_counts(db, IN_HOURS) == (0, 0)


async def test_the_cover_person_of_who_lost_access_is_told(db: Database, ladder: Clinic, channels: Channels) -> None:
    channels.working[ladder.therapist.id] = []
    channels.working[ladder.on_duty.id] = []
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert ladder.names(channels.take()) == ["admin"]
    await tick(db, IN_HOURS + QUARTER)
    assert ladder.names(channels.take()) == ["cover", "admin"]


@pytest.mark.parametrize(("begins", "notified"), [(IN_HOURS, True), (at("2026-03-04 10:00"), False)])
async def test_who_covers_for_the_care_team_is_told_with_it_on_those_days_only(
    db: Database, ladder: Clinic, channels: Channels, world: World, begins: datetime, notified: bool
) -> None:
    stand_in = await world.therapist(ladder.patient.clinic)
    day = date(2026, 3, 3)
    entry = CoverEntry(ladder.team.id, stand_in.id, first_day=day, last_day=day, time_zone="America/Denver")
    await db.write(lambda tx: save_cover(ladder.admin.context(tx, IN_HOURS), "c", entry))
    channels.working[stand_in.id] = ["webpush"]
    await report(db, ladder.patient, EMERGENCY, now=begins)
    seen = []
    for step in range(3):
        await tick(db, begins + step * QUARTER)
        seen.append(stand_in.id in [staff_id for staff_id, _, _ in channels.take()])
    assert seen == [False, False, notified]


async def test_the_administrators_are_told_at_once_when_the_devices_of_all_others_turn_out_to_be_gone(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    channels.working[ladder.cover.id] = channels.working[ladder.team.id] = []
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert ladder.names(channels.take()) == ["therapist", "on_duty"]
    for person in (ladder.therapist, ladder.on_duty):
        channels.working[person.id], channels.ends[person.id] = [], "gone"
    await tick(db, IN_HOURS + timedelta(seconds=9))
    assert channels.take() == []
    await tick(db, IN_HOURS + timedelta(seconds=10))
    assert channels.take() == [(ladder.admin.id, "again", True)]


async def test_where_no_channel_works_everybody_is_tried_and_the_ladder_begins_with_the_first_that_does(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    channels.working.clear()
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await tick(db, IN_HOURS)
    assert ladder.names(channels.take()) == ["therapist", "on_duty", "cover", "team", "admin"]
    channels.working[ladder.therapist.id] = ["webpush"]
    await tick(db, IN_HOURS + QUARTER)
    assert [(staff_id, text) for staff_id, text, _ in channels.take()] == [(ladder.therapist.id, "critical")]


async def test_a_worker_that_dies_before_the_commit_leaves_the_alert_due(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    [alert] = await listed(db, ladder.patient)

    async def dies(tx: Tx) -> None:
        ctx = context(tx, IN_HOURS, ladder.patient.clinic.id)
        standing = await store.claim(ctx, alert.id)
        assert standing is not None
        await advance(ctx, standing)
        raise SystemError

    with pytest.raises(SystemError):
        await db.write(dies)
    channels.take()
    await tick(db, IN_HOURS + timedelta(seconds=5))
    assert ladder.names(channels.take()) == ["therapist", "on_duty"]


async def test_an_escalation_that_fails_is_tried_again_and_stops_no_other(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    channels.broken = True
    await tick(db, IN_HOURS)
    channels.broken = False
    await tick(db, IN_HOURS + timedelta(minutes=1))
    assert ladder.names(channels.take()) == ["therapist", "on_duty"]


async def test_two_workers_tell_everybody_once(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await asyncio.gather(*(tick(db, IN_HOURS) for _ in range(4)))
    assert ladder.names(channels.take()) == ["therapist", "on_duty"]


async def test_the_card_knows_who_was_told_and_the_next_step(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    await tick(db, IN_HOURS)
    [alert] = await listed(db, ladder.patient)
    channels.ends[ladder.therapist.id] = "shown"
    shown = await db.read(lambda tx: escalation_of(ladder.therapist.context(tx, IN_HOURS), ladder.patient.id, alert.id))
    assert {(each.id, each.step, each.channels) for each in shown.notified} == {
        (ladder.therapist.id, "therapist", (NotifiedChannel(channel="webpush", end="shown"),)),
        (ladder.on_duty.id, "duty", (NotifiedChannel(channel="webpush", end=None),)),
    }
    assert shown.next is not None
    assert (shown.next.at, shown.next.step, shown.next.people) == (
        IN_HOURS + QUARTER,
        "cover",
        (ladder.cover.who.name,),  # type: ignore[union-attr]
    )


async def test_somebody_on_call_climbs_the_ladder_at_night(db: Database, ladder: Clinic, channels: Channels) -> None:
    roster = Roster(entries=(DutyEntry(id="o", staff_id=ladder.on_duty.id, kind="on-call"),))
    await save_duty(db, ladder.admin, roster=roster)
    await report(db, ladder.patient, EMERGENCY, now=AT_NIGHT)
    await tick(db, AT_NIGHT)
    assert channels.take() == [(ladder.therapist.id, "critical", False), (ladder.on_duty.id, "critical", True)]
    await tick(db, AT_NIGHT + QUARTER)
    assert ladder.names(channels.take()) == ["therapist", "on_duty", "team"]


async def test_somebody_put_on_call_at_night_is_told_at_once(db: Database, ladder: Clinic, channels: Channels) -> None:
    await report(db, ladder.patient, EMERGENCY, now=AT_NIGHT)
    await tick(db, AT_NIGHT)
    channels.take()
    later = AT_NIGHT + timedelta(hours=1)
    roster = Roster(entries=(DutyEntry(id="o", staff_id=ladder.on_duty.id, kind="on-call"),))
    await save_duty(db, ladder.admin, later, roster=roster)
    await tick(db, later)
    assert (ladder.on_duty.id, "again", True) in channels.take()


async def test_what_waits_for_more_than_a_minute_is_overdue(db: Database, ladder: Clinic) -> None:
    await report(db, ladder.patient, EMERGENCY, now=IN_HOURS)
    assert await open_counts(db, IN_HOURS + timedelta(seconds=60)) == (1, 0)
    assert await open_counts(db, IN_HOURS + timedelta(seconds=61)) == (1, 1)
