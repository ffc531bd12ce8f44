"""The pushes of the prompts after needling: when they ring, and what does and does not silence them."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

import homeplan
from homeplan.library.content import outcomes
from homeplan.outcomes.actions import record_after_needling
from homeplan.outcomes.model import AfterNeedlingEntry
from homeplan.programs.actions import needling as needling_sessions
from homeplan.programs.needling_session import NeedlingSession
from homeplan.reminders import actions as reminder_actions
from homeplan.reminders.ledger import past_rings
from homeplan.reminders.model import NIGHT, ReminderKind
from homeplan.reminders.store.reminders import reminders_of
from tests.programs.care import needling
from tests.reminders.scene import Scene, local, wall_times
from tests.world import Api, Person

MONDAY = "2026-03-02"


async def needle(scene: Scene, patient: Person, at: str, session_id: str = "session-1") -> NeedlingSession:
    scene.clock.set(max(local(at), scene.clock.now()))
    therapist = scene.therapists[patient.id]
    return await scene.db.write(
        lambda tx: needling_sessions.add_session(
            therapist.context(tx, scene.clock.now()), patient.id, session_id, needling(local(at))
        )
    )


async def through(scene: Scene, until: str, *, step: timedelta = timedelta(minutes=30)) -> None:
    """Step the worker until that wall time."""
    while scene.clock.now() < local(until):
        await scene.tick(scene.clock.now() + step)


def test_the_rings_in_the_schema_are_those_of_the_content() -> None:
    sql = (Path(homeplan.__file__).parents[2] / "migrations" / "0005_outcomes.sql").read_text("utf-8")
    hours = set(re.findall(r"SELECT (\d+) AS slot UNION ALL SELECT (\d+) UNION ALL SELECT (\d+)", sql))
    prompts = outcomes().after_needling.prompts
    assert hours == {tuple(str(one.push_at_h) for one in prompts)}
    assert all(one.hour == one.push_at_h for one in prompts)


def test_the_night_without_rings_is_that_of_the_content() -> None:
    night = outcomes().after_needling.no_push
    assert (NIGHT.quiet_from, NIGHT.quiet_until) == (night.begin, night.end)


async def test_each_prompt_rings_once_at_its_hour_with_words_that_reveal_nothing(scene: Scene) -> None:
    patient = await scene.patient()
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, "2026-03-06 12:00")
    assert wall_times(scene.push) == ["03-02 13:00", "03-03 10:00", "03-05 10:00"]
    assert {push.body for push in scene.push.sent} == {"A short question is waiting for you."}


async def test_neither_the_daily_cap_nor_the_pause_of_reminders_silences_a_prompt(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=1, paused_until=date(2026, 4, 1))
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, "2026-03-04 12:00")
    assert wall_times(scene.push) == ["03-02 13:00", "03-03 10:00"]


async def test_a_prompt_takes_no_place_under_the_daily_cap(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, daily_cap=1)
    await scene.remind(patient, "19:00")
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, f"{MONDAY} 20:00")
    assert wall_times(scene.push) == ["03-02 13:00", "03-02 19:00"]


async def test_a_prompt_rings_although_exercises_are_paused(scene: Scene) -> None:
    patient = await scene.patient()
    await needle(scene, patient, f"{MONDAY} 10:00")
    await scene.answer_safety(patient)
    await through(scene, f"{MONDAY} 14:00")
    assert wall_times(scene.push) == ["03-02 13:00"]


@pytest.mark.parametrize(("end", "rings"), [
    ("18:55", ["03-02 21:55", "03-03 18:55"]),
    ("19:00", ["03-03 19:00"]),  # 22:00 is night
    ("20:30", ["03-03 20:30"]),
])  # fmt: skip
async def test_no_prompt_rings_at_night_though_there_are_no_quiet_hours(
    scene: Scene, end: str, rings: list[str]
) -> None:
    patient = await scene.patient()
    await scene.settings(patient)
    await needle(scene, patient, f"{MONDAY} {end}")
    await through(scene, "2026-03-03 21:30", step=timedelta(minutes=5))
    assert wall_times(scene.push) == rings


async def test_no_prompt_rings_in_the_quiet_hours_of_the_patient(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.settings(patient, quiet_from=time(12), quiet_until=time(15))
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, "2026-03-03 12:00")
    assert wall_times(scene.push) == ["03-03 10:00"]


async def test_an_answered_prompt_stays_silent(scene: Scene) -> None:
    patient = await scene.patient()
    session = await needle(scene, patient, f"{MONDAY} 10:00")
    scene.clock.set(local(f"{MONDAY} 12:30"))
    entry = AfterNeedlingEntry(
        id="a", session=session.id, prompt_hour=3, answered_at=scene.clock.now(), time_zone="America/Denver"
    )
    await scene.act(patient, lambda ctx: record_after_needling(ctx, patient.id, entry))
    await through(scene, "2026-03-03 12:00")
    assert wall_times(scene.push) == ["03-03 10:00"]


async def test_a_session_taken_back_rings_no_more(scene: Scene) -> None:
    patient = await scene.patient()
    session = await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, f"{MONDAY} 14:00")
    therapist = scene.therapists[patient.id]
    now = scene.clock.now()
    await scene.db.write(
        lambda tx: needling_sessions.void_session(
            therapist.context(tx, now), patient.id, session.id, "Entered twice.", based_on=session.version
        )
    )
    await through(scene, "2026-03-06 12:00")
    assert wall_times(scene.push) == ["03-02 13:00"]


async def test_a_corrected_end_moves_the_rings_that_are_left(scene: Scene) -> None:
    patient = await scene.patient()
    session = await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, f"{MONDAY} 14:00")
    therapist, now = scene.therapists[patient.id], scene.clock.now()
    corrected = needling(local(f"{MONDAY} 09:00"))
    await scene.db.write(
        lambda tx: needling_sessions.amend_session(
            therapist.context(tx, now), patient.id, session.id, corrected, based_on=session.version
        )
    )
    await through(scene, "2026-03-06 12:00")
    assert wall_times(scene.push) == ["03-02 13:00", "03-03 09:00", "03-05 09:00"]


async def test_a_session_recorded_days_later_rings_only_for_what_is_left(scene: Scene) -> None:
    patient = await scene.patient()
    scene.clock.set(local("2026-03-04 09:00"))
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, "2026-03-06 12:00")
    assert wall_times(scene.push) == ["03-05 10:00"]


async def test_the_reminder_of_a_session_is_not_among_those_that_the_patient_set(scene: Scene) -> None:
    patient = await scene.patient()
    await needle(scene, patient, f"{MONDAY} 10:00")
    await through(scene, f"{MONDAY} 14:00")
    assert await scene.act(patient, lambda ctx: reminders_of(ctx, patient.id)) == []
    past = await scene.act(patient, lambda ctx: past_rings(ctx, patient.id))
    assert [(one.kind, one.slot, one.skipped) for one in past] == [(ReminderKind.AFTER_NEEDLING, 3, None)]


async def test_a_patient_who_leaves_is_prompted_no_more(scene: Scene) -> None:
    patient = await scene.patient()
    await needle(scene, patient, f"{MONDAY} 10:00")
    await scene.act(patient, lambda ctx: reminder_actions.forget(ctx, patient.id))
    await through(scene, "2026-03-06 12:00")
    assert wall_times(scene.push) == []


async def test_nobody_sets_a_reminder_of_that_kind(scene: Scene, api: Api) -> None:
    patient = await scene.patient()
    phone = await api.signed_in(patient)
    sent = {
        "kind": "after-needling",
        "weekdays": 127,
        "wallTime": "10:00:00",
        "zonePolicy": "home",
        "enabled": True,
    }
    refused = await phone.put("/api/me/reminders/mine", json=sent)
    assert (refused.status_code, refused.json()["field"]) == (400, "kind")
