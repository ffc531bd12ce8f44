"""Check-ins in the database and the alerts that follow, on both engines."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from homeplan.alerts.model import Alert
from homeplan.alerts.store import alerts_of_patient
from homeplan.checkins.actions import record_checkin
from homeplan.checkins.evidence import read_answers, with_answer
from homeplan.checkins.model import CheckIn, DayClosed
from homeplan.checkins.store import Scores, exercise_paused, find_checkin, pauses_since
from homeplan.db import Database, Tx, Violated
from homeplan.errors import Invalid
from homeplan.outcomes.actions import record_after_needling
from homeplan.outcomes.model import AfterNeedlingEntry
from homeplan.programs.needling_session import NeedlingScreen
from homeplan.programs.store import care_facts
from tests.checkins.answers import body, count, entry
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import START, Person, World, context


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    return Care(db, clock, therapist, await world.patient(clinic, therapist))


async def check_in(care: Care, day: date, answered_at: datetime | None = None, **changes: Any) -> CheckIn:
    now = care.clock.now()
    answers = entry(answered_at or now, **changes)
    saved = await care.db.write(
        lambda tx: record_checkin(context(tx, now, care.clinic_id), care.patient.id, day, answers)
    )
    if isinstance(saved, Invalid):
        raise saved
    return saved


async def alerts(care: Care) -> list[Alert]:
    return await care.db.read(lambda tx: alerts_of_patient(context(tx, clinic_id=care.clinic_id), care.patient.id))


async def rules(care: Care) -> set[str]:
    return {alert.rule for alert in await alerts(care)}


TODAY = START.date()


async def test_parallel_repeats_are_one_row_and_one_alert(care: Care) -> None:
    sent = {"safetyYes": ["saddle"]}
    saved = await asyncio.gather(*(check_in(care, TODAY, START, **sent) for _ in range(20)))
    assert len({str(one) for one in saved}) == 1
    assert len(await alerts(care)) == 1


async def test_parallel_edits_leave_the_latest(care: Care) -> None:
    care.clock.advance(hours=3)
    edits = [START + timedelta(minutes=n) for n in range(20)]
    await asyncio.gather(*(check_in(care, TODAY, at, painNow=n % 11) for n, at in enumerate(edits)))
    stored = await care.db.read(lambda tx: find_checkin(context(tx, clinic_id=care.clinic_id), care.patient.id, TODAY))
    assert stored is not None
    assert (stored.answered_at, stored.pain_now) == (edits[-1], 19 % 11)


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=2)])
@pytest.mark.parametrize("stored", [(), (0,), (0, 1, 2), (1,)])
async def test_answers_after_a_checkin_are_those_that_the_database_then_has(
    care: Care, day: date, stored: tuple[int, ...]
) -> None:
    for back in stored:
        await check_in(care, TODAY - timedelta(days=back), START - timedelta(hours=1), painNow=back)
    judged = frozenset({day, day + timedelta(days=1), day + timedelta(days=2)})
    changes = {"soreness": 4, "regions": [{"slug": "foot", "side": "left"}], "safetyYes": ["weight"]}

    async def work(tx: Tx) -> tuple[list[Scores], list[Scores]]:
        ctx = context(tx, START, care.clinic_id)
        facts = await care_facts(ctx, care.patient.id)
        before = await read_answers(ctx, care.patient.id, facts, judged=judged)
        await record_checkin(ctx, care.patient.id, day, entry(START, **changes))
        saved = await find_checkin(ctx, care.patient.id, day)
        assert saved is not None
        return with_answer(before, saved), await read_answers(ctx, care.patient.id, facts, judged=judged)

    expected, found = await care.db.write(work)
    assert expected == found
    assert len(found) == len({*stored, (TODAY - day).days})


async def test_a_checkin_cannot_point_to_a_patient_of_another_clinic(care: Care, world: World) -> None:
    elsewhere = await world.clinic("Elsewhere")
    await check_in(care, TODAY)
    columns = "patient_id, client_event_id, stated_at, answered_at, received_at, time_zone, pain_now, pain_worst_24h"
    columns += ", anything_new, safety_yes, instrument_version"
    insert = f"INSERT INTO checkins (clinic_id, day, {columns})"
    move = f"{insert} SELECT CAST(:elsewhere AS TEXT), day, {columns} FROM checkins"
    with pytest.raises(Violated):
        await care.db.write(lambda tx: tx.execute(move, elsewhere=elsewhere.id))


async def test_the_schema_itself_keeps_scores_on_their_scale(care: Care) -> None:
    await check_in(care, TODAY)
    with pytest.raises(Violated):
        await care.db.write(lambda tx: tx.execute("UPDATE checkins SET pain_now = 11"))


async def test_soreness_is_expected_for_seven_days_after_needles(care: Care) -> None:
    await care.needle(START - timedelta(hours=167))
    assert (await check_in(care, TODAY, soreness=4)).soreness_expected
    care.clock.advance(hours=1)
    assert not (await check_in(care, TODAY, soreness=4)).soreness_expected


async def test_soreness_that_settled_after_three_days_is_not_expected_again(care: Care) -> None:
    await care.needle(START - timedelta(hours=60))
    assert (await check_in(care, TODAY, soreness=2)).soreness_expected
    care.clock.advance(hours=24)
    assert (await check_in(care, TODAY + timedelta(days=1), soreness=2)).soreness_expected  # its own answer
    care.clock.advance(hours=24)
    assert not (await check_in(care, TODAY + timedelta(days=2))).soreness_expected


async def test_soreness_that_did_not_settle_raises_an_alert_and_is_expected_again(care: Care) -> None:
    await care.needle(START - timedelta(hours=110))
    assert (await check_in(care, TODAY, soreness=5)).soreness_expected
    assert await rules(care) == {"soreness-72h"}
    care.clock.advance(hours=24)
    assert (await check_in(care, TODAY + timedelta(days=1))).soreness_expected


async def test_an_answer_to_the_prompt_settles_soreness_for_the_checkins_too(care: Care) -> None:
    session = await care.needle(START - timedelta(hours=74))
    entry = AfterNeedlingEntry(id="a", session=session.id, prompt_hour=72, answered_at=START, soreness=1)
    await care.db.write(lambda tx: record_after_needling(care.patient.context(tx, START), care.patient.id, entry))
    care.clock.advance(hours=24)
    assert not (await check_in(care, TODAY + timedelta(days=1))).soreness_expected


async def test_a_session_without_needles_asks_for_no_soreness(care: Care) -> None:
    await care.needle(muscles=(), screen=NeedlingScreen(decision="do-not-needle"))
    assert not (await check_in(care, TODAY)).soreness_expected


async def test_a_session_recorded_later_explains_the_stored_soreness(care: Care) -> None:
    saved = await check_in(care, TODAY, soreness=5)
    assert (saved.soreness, saved.soreness_expected) == (5, False)
    await care.needle(START - timedelta(hours=3))
    again = await check_in(care, TODAY, START, soreness=5)
    assert (again.soreness, again.soreness_expected) == (5, True)


async def test_high_soreness_is_judged_by_the_hours_at_the_answer_and_not_at_its_arrival(care: Care) -> None:
    await care.needle(START - timedelta(hours=20))
    care.clock.advance(days=6)
    await check_in(care, TODAY, START, soreness=8)
    assert await rules(care) == {"soreness-high"}


async def test_yesterday_filled_in_today_is_judged_by_yesterday(care: Care) -> None:
    await care.needle(START - timedelta(hours=73))
    await check_in(care, TODAY - timedelta(days=1), soreness=5)  # the end of yesterday: 65 hours
    assert await rules(care) == set()
    await check_in(care, TODAY, soreness=5)
    assert await rules(care) == {"soreness-72h"}


async def test_a_late_answer_is_judged_for_the_two_days_after_it(care: Care) -> None:
    for days in (1, 2):
        at = START + timedelta(days=days)
        care.clock.set(at)
        await check_in(care, at.date(), regions=[{"slug": "foot", "side": "left"}])
    care.clock.set(START + timedelta(days=20))
    assert await rules(care) == set()  # no check-in before these two says where it usually hurts
    await check_in(care, TODAY, START, regions=[{"slug": "low-back", "side": "both"}])
    assert [(alert.rule, alert.inputs["day"]) for alert in await alerts(care)] == [("leg-spread", "2026-03-03")]


async def test_a_series_of_checkins_raises_the_alerts_of_the_rules(care: Care) -> None:
    for back, pain in ((11, 2), (10, 2), (9, 3), (8, 2), (7, 2), (6, 2), (5, 4), (4, 4), (3, 4), (2, 4)):
        at = START - timedelta(days=back)
        await check_in(care, at.date(), at, painNow=pain, regions=[{"slug": "low-back", "side": "both"}])
    assert await rules(care) == set()
    await check_in(care, TODAY - timedelta(days=1), START - timedelta(days=1), painNow=4)
    assert await rules(care) == {"pain-rise"}
    await check_in(care, TODAY, painNow=2, regions=[{"slug": "foot", "side": "right"}])
    assert await rules(care) == {"pain-rise", "leg-spread"}


async def test_a_rise_is_judged_from_weeks_of_answers_and_those_of_this_episode(care: Care) -> None:
    for back in range(27, -1, -1):
        at = START - timedelta(days=back)
        await check_in(care, at.date(), at, painNow=2 if back > 20 else 4)
    [alert] = await alerts(care)
    assert (alert.rule, alert.inputs["startingPain"], alert.inputs["reference"]) == ("pain-rise", 2, 2)


async def test_improvement_raises_one_alert(care: Care) -> None:
    for n in range(16):
        at = care.clock.now()
        await check_in(care, at.date(), painNow=8 if n < 7 else 3)
        care.clock.advance(days=1)
    [alert] = await alerts(care)
    assert (alert.rule, alert.severity) == ("improving", "positive")
    assert alert.inputs["startingMean"] == 8.0


async def test_the_alert_of_a_corrected_typing_error_stays_open_for_a_person(care: Care) -> None:
    await care.needle(START - timedelta(hours=20))
    await check_in(care, TODAY, soreness=9)
    care.clock.advance(minutes=1)
    await check_in(care, TODAY, soreness=1)
    [alert] = await alerts(care)
    assert (alert.rule, alert.closed_at) == ("soreness-high", None)


async def test_of_a_refused_check_in_only_the_warning_sign_is_stored(care: Care) -> None:
    with pytest.raises(DayClosed):
        await check_in(care, TODAY - timedelta(days=4), painWorst24h=9, safetyYes=["saddle"])
    assert [alert.rule for alert in await alerts(care)] == ["safety-yes"]
    pause = await care.db.read(lambda tx: exercise_paused(context(tx, clinic_id=care.clinic_id), care.patient.id))
    assert pause is not None
    assert pause.reason == "emergency"
    assert await count(care.db, "checkins") == 0


async def test_pauses_are_listed_by_patient_from_an_instant_on(care: Care, world: World) -> None:
    other = await world.patient(care.therapist.clinic, care.therapist)
    await check_in(care, TODAY, safetyYes=["fever"])

    async def since(at: datetime, *who: Person) -> dict[str, list[str]]:
        ids = [one.id for one in who]
        found = await care.db.read(lambda tx: pauses_since(context(tx, clinic_id=care.clinic_id), ids, at))
        return {patient_id: [pause.reason for pause in pauses] for patient_id, pauses in found.items()}

    assert await since(START + timedelta(days=30), care.patient, other) == {care.patient.id: ["urgent"]}
    assert await since(START, other) == {}
    assert await since(START) == {}


def test_the_body_is_what_a_phone_sends() -> None:
    assert entry(START).pain_worst_24h == body(START)["painWorst24h"]


async def test_a_check_in_from_an_unknown_zone_is_judged_by_the_home_zone(care: Care) -> None:
    care.clock.set(START - timedelta(hours=12))
    await care.needle()  # its 168 hours end between midnight in UTC and midnight in Denver, the home zone
    care.clock.set(START + timedelta(days=7))
    saved = await check_in(care, (START + timedelta(days=6)).date(), timeZone="Etc/Unknown")
    assert (saved.time_zone, saved.soreness_expected) == ("Etc/Unknown", False)
