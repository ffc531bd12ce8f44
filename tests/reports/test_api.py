"""Worklist, report and progress over HTTP, on both engines."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.accounts.store import visible_patients
from homeplan.checkins.actions import record_checkin
from homeplan.db import Database
from homeplan.library.dosage import Dosage
from homeplan.programs.actions.episodes import open_episode
from homeplan.programs.authoring.entries import PrescriptionEntry
from homeplan.programs.episode import EpisodeEntry, Stage
from homeplan.programs.needling_session import NeedledMuscle, NeedlingScreen
from homeplan.reports.judged import JudgedDays
from homeplan.reports.worklist.rows import read_facts
from tests.checkins.answers import acknowledge, entry, lift
from tests.conftest import FakeClock
from tests.programs.care import DENVER, Care
from tests.world import START, Api, Person, World, context


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


async def cared_for(db: Database, world: World, clock: FakeClock, therapist: Person, **fields: Any) -> Care:
    """A patient of the therapist with an active plan of two exercises a day, and nothing more after needling."""
    care = Care(db, clock, therapist, await world.patient(therapist.clinic, therapist, **fields))
    await care.publish(prescriptions=once_a_day("pelvic-tilt", "bridge"), overlay=())
    await care.step(Stage.ACTIVE)
    return care


def once_a_day(*slugs: str) -> tuple[PrescriptionEntry, ...]:
    phases = ("p0", "p1", "p2", "p3", "p4", "p5")
    dose = Dosage(sets=1, reps=10)
    return tuple(PrescriptionEntry(kind="exercise", slug=slug, phases=phases, dosage=dose) for slug in slugs)


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock, therapist: Person) -> Care:
    return await cared_for(db, world, clock, therapist, given_name="Ana")


async def check_in(care: Care, **changes: Any) -> None:
    now = care.clock.now()
    day = now.astimezone(DENVER).date()
    await care.db.write(
        lambda tx: record_checkin(context(tx, now, care.clinic_id), care.patient.id, day, entry(now, **changes))
    )


async def exercise(care: Care, log_id: str, which: int = 0, **changes: Any) -> None:
    program = (await care.chart()).program
    assert program is not None
    await care.log(log_id, program.revisions[-1].prescriptions[which].id, **changes)


async def worklist(api: Api, who: Person) -> list[dict[str, Any]]:
    answer = await (await api.signed_in(who)).get("/api/worklist")
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


async def report(api: Api, care: Care) -> dict[str, Any]:
    answer = await (await api.signed_in(care.therapist)).get(f"/api/patients/{care.patient.id}/report")
    assert answer.status_code == 200
    report: dict[str, Any] = answer.json()
    return report


async def test_a_new_patient_has_a_row_without_numbers(api: Api, world: World, therapist: Person) -> None:
    patient = await world.patient(therapist.clinic, therapist, given_name="Neu")
    [row] = await worklist(api, therapist)
    assert row == {
        "patientId": patient.id,
        "givenName": "Neu",
        "familyName": "Example",
        "language": "en",
        "joinedAt": None,
        "leftAt": None,
        "phase": None,
        "adherence": {
            "first": "2026-02-16",
            "last": "2026-03-01",
            "due": 0,
            "done": 0,
            "share": None,
            "daysDue": 0,
            "daysDone": 0,
            "habit": None,
        },
        "pain": [],
        "lastCheckIn": None,
        "hoursSinceNeedling": None,
        "alerts": [],
        "exercisePaused": False,
        "telephone": None,
        "phone": "none",
        "phoneUnreachableSince": None,
        "lastContactAt": None,
        "messageWaitsSince": None,
        "reasons": [],
    }


async def test_adherence_begins_the_day_after_the_phone_was_paired(
    api: Api, care: Care, clock: FakeClock, therapist: Person
) -> None:
    clock.advance(days=3)
    await api.signed_in(care.patient)
    for n in range(4):
        clock.advance(days=1)
        await exercise(care, f"log-{n}")
    clock.advance(days=1)
    [row] = await worklist(api, therapist)
    adherence = row["adherence"]
    assert (adherence["due"], adherence["done"], adherence["share"]) == (8, 4, 0.5)
    assert (adherence["daysDue"], adherence["daysDone"]) == (4, 4)
    assert (await report(api, care))["adherence"] == adherence


async def test_today_and_what_was_done_today_do_not_count_yet(
    api: Api, care: Care, clock: FakeClock, therapist: Person
) -> None:
    await api.signed_in(care.patient)
    clock.advance(days=2)
    await exercise(care, "log")
    [row] = await worklist(api, therapist)
    assert (row["adherence"]["due"], row["adherence"]["done"]) == (2, 0)


async def test_skipped_does_not_count_and_tiny_does(api: Api, care: Care, clock: FakeClock, therapist: Person) -> None:
    await api.signed_in(care.patient)
    clock.advance(days=1)
    await exercise(care, "log-1", outcome="tiny")
    await exercise(care, "log-2", which=1, outcome="skipped", skip_reason="time")
    clock.advance(days=1)
    [row] = await worklist(api, therapist)
    assert (row["adherence"]["due"], row["adherence"]["done"]) == (2, 1)


async def test_paused_days_are_excluded_from_adherence(
    api: Api, care: Care, clock: FakeClock, therapist: Person
) -> None:
    phone = await api.signed_in(care.patient)
    clock.advance(days=1)
    await check_in(care, safetyYes=["fever"])
    clock.advance(days=2)
    desk = await api.signed_in(therapist)
    await acknowledge(desk, care.patient)
    assert (await lift(desk, care.patient, clock.now())).status_code == 200
    clock.advance(days=2)
    [row] = await worklist(api, therapist)
    assert (row["adherence"]["due"], row["adherence"]["daysDue"]) == (2, 1)
    progress = (await phone.get("/api/me/progress")).json()
    assert [day["exercise"] for day in progress["days"][-6:]] == ["open", "rest", "rest", "rest", "open", "open"]


async def test_a_new_revision_does_not_rewrite_the_days_before_it(
    api: Api, care: Care, clock: FakeClock, therapist: Person
) -> None:
    await api.signed_in(care.patient)
    clock.advance(days=4)
    before = (await worklist(api, therapist))[0]["adherence"]
    longer = once_a_day("pelvic-tilt", "bridge", "cat-camel")
    await care.publish(prescriptions=longer, overlay=(), based_on=1)
    assert (await worklist(api, therapist))[0]["adherence"] == before
    clock.advance(days=1, hours=12)
    after = (await worklist(api, therapist))[0]["adherence"]
    assert after["due"] - before["due"] == 3


async def test_a_row_shows_pain_needling_phase_and_alerts(
    api: Api, care: Care, clock: FakeClock, therapist: Person
) -> None:
    for pain in (4, 0):
        await check_in(care, painNow=pain)
        clock.advance(days=1)
    await care.needle()
    clock.advance(hours=5)
    await check_in(care, painNow=3, safetyYes=["saddle"])
    [row] = await worklist(api, therapist)
    assert [one["painNow"] for one in row["pain"]] == [4, 0, 3]
    assert row["lastCheckIn"] == {"day": "2026-03-04", "painNow": 3}
    assert (row["hoursSinceNeedling"], row["phase"]) == (5, "p3")
    since = clock.now().isoformat().replace("+00:00", "Z")
    assert ([alert["severity"] for alert in row["alerts"]], row["exercisePaused"]) == (["critical"], True)
    assert row["reasons"] == [{"need": "alert-critical", "since": since}, {"need": "exercise-paused", "since": since}]


async def test_an_old_last_check_in_is_shown(api: Api, care: Care, clock: FakeClock, therapist: Person) -> None:
    await check_in(care, painNow=6)
    clock.advance(days=40)
    [row] = await worklist(api, therapist)
    assert (row["pain"], row["lastCheckIn"]) == ([], {"day": "2026-03-02", "painNow": 6})


async def test_those_who_need_the_therapist_come_first(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    names = ["calm", "soon", "emergency", "earlier-emergency", "sore"]
    cares = {name: await cared_for(db, world, clock, therapist, given_name=name) for name in names}
    await check_in(cares["earlier-emergency"], safetyYes=["breath"])
    clock.advance(minutes=5)
    await check_in(cares["emergency"], safetyYes=["saddle"])
    await check_in(cares["soon"], safetyYes=["weight"])
    await check_in(cares["calm"])
    rows = await worklist(api, therapist)
    assert [row["givenName"] for row in rows] == ["earlier-emergency", "emergency", "soon", "calm", "sore"]


async def test_a_therapist_sees_their_own_patients_and_an_admin_all(
    api: Api, db: Database, world: World, clock: FakeClock, care: Care, therapist: Person
) -> None:
    colleague, admin = await world.therapist(therapist.clinic), await world.admin(therapist.clinic)
    theirs = await cared_for(db, world, clock, colleague)
    stranger = await world.therapist(await world.clinic("Elsewhere"))
    assert [row["patientId"] for row in await worklist(api, therapist)] == [care.patient.id]
    assert [row["patientId"] for row in await worklist(api, colleague)] == [theirs.patient.id]
    assert {row["patientId"] for row in await worklist(api, admin)} == {care.patient.id, theirs.patient.id}
    assert await worklist(api, stranger) == []


async def test_the_worklist_takes_as_many_statements_for_ten_patients_as_for_one(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {"statements": 0}

    class Counting:
        def __init__(self, tx: Any):
            self._tx = tx

        def __getattr__(self, name: str) -> Any:
            if name.startswith("fetch") or name.startswith("execute"):
                counted["statements"] += 1
            return getattr(self._tx, name)

    async def statements() -> int:
        counted["statements"] = 0
        ids = [one.id for one in await db.read(lambda tx: visible_patients(therapist.context(tx)))]
        await db.read(lambda tx: read_facts(context(Counting(tx), clock.now(), therapist.clinic.id), ids))
        return counted["statements"]

    await cared_for(db, world, clock, therapist)
    one = await statements()
    for _ in range(9):
        await cared_for(db, world, clock, therapist)
    assert await statements() == one <= 20


async def test_the_report_shows_a_session_with_its_before_and_after(api: Api, care: Care, clock: FakeClock) -> None:
    for day in range(14):
        await check_in(care, painNow=7 if day < 5 else 3, soreness=5 if day == 5 else None)
        if day == 4:
            clock.advance(hours=2)
            await care.needle(pain_before=7, pain_after=4)
            clock.advance(hours=-2)
        clock.advance(days=1)
    reported = await report(api, care)
    assert len(reported["painTrend"]) == 14
    [session] = reported["sessions"]
    assert (session["painBefore"], session["painAfter"], session["muscles"]) == (7, 4, ["multifidus"])
    assert (session["before"]["checkIns"], session["before"]["painNow"]) == (5, 7.0)
    assert (session["firstDays"]["sorenessPeak"], session["after"]["painNow"]) == (5, 3.0)
    assert session["painChange"] == -4.0


async def test_a_check_in_from_an_unknown_zone_is_in_every_list(api: Api, care: Care, clock: FakeClock) -> None:
    await care.needle()
    clock.advance(days=1)
    await check_in(care, timeZone="Etc/Unknown")
    await exercise(care, "log", time_zone="Etc/Unknown")
    [session] = (await report(api, care))["sessions"]
    assert session["firstDays"]["checkIns"] == 1
    phone = await api.signed_in(care.patient)
    assert (await phone.get("/api/me/progress")).json()["checkInDays"] == 1
    desk = await api.signed_in(care.therapist)
    for answer in (
        await phone.get("/api/me/checkins"),
        await desk.get(f"/api/patients/{care.patient.id}/checkins"),
        await desk.get(f"/api/patients/{care.patient.id}/exercise-logs"),
    ):
        assert [one["timeZone"] for one in answer.json()] == ["Etc/Unknown"]
    [row] = await worklist(api, care.therapist)
    assert row["lastCheckIn"] == {"day": "2026-03-03", "painNow": 3}


async def test_suggestions_reach_the_therapist_and_never_the_patient(api: Api, care: Care, clock: FakeClock) -> None:
    clock.advance(days=4)
    await exercise(care, "log", pain_during=7)
    [suggestion] = (await report(api, care))["suggestions"]
    assert (suggestion["slug"], suggestion["suggestion"]["advice"]) == ("pelvic-tilt", "regress")
    phone = await api.signed_in(care.patient)
    assert "regress" not in (await phone.get("/api/me/progress")).text


async def test_more_is_suggested_after_an_easy_week(api: Api, care: Care, clock: FakeClock) -> None:
    clock.advance(days=4)
    for n in range(6):
        await check_in(care, painNow=2)
        clock.advance(hours=8)
        await exercise(care, f"log-{n}", pain_during=1, effort=2)
        clock.advance(hours=16)
    [suggestion] = (await report(api, care))["suggestions"]
    assert suggestion["suggestion"]["advice"] == "progress"
    await care.needle()
    assert (await report(api, care))["suggestions"] == []


async def test_progress_has_every_day_and_keeps_gaps(api: Api, care: Care, clock: FakeClock) -> None:
    phone = await api.signed_in(care.patient)
    await check_in(care, painNow=0, soreness=2)
    clock.advance(days=2)
    await exercise(care, "log")
    await care.needle()
    progress = (await phone.get("/api/me/progress")).json()
    assert (len(progress["days"]), progress["days"][-1]["day"]) == (42, "2026-03-04")
    assert [day["painNow"] for day in progress["days"][-3:]] == [0, None, None]
    assert [day["soreness"] for day in progress["days"][-3:]] == [2, None, None]
    assert [day["exercise"] for day in progress["days"][-4:]] == ["rest", "open", "open", "done"]
    assert [marker["day"] for marker in progress["markers"]] == ["2026-03-04"]
    assert progress["exerciseDays"] == {"done": 1, "of": 3}
    assert progress["checkInDays"] == 1
    assert progress["pain"] == {"code": "first-days", "firstWeek": None, "lastWeek": 0.0}


async def test_the_days_before_the_progress_are_there_six_weeks_at_a_time(
    api: Api, care: Care, clock: FakeClock
) -> None:
    phone = await api.signed_in(care.patient)
    await check_in(care, painNow=4, soreness=1)
    await exercise(care, "log")
    await care.needle()
    clock.advance(days=1)
    await care.needle(muscles=(), screen=NeedlingScreen(decision="do-not-needle"))
    clock.advance(days=59)
    first = (await phone.get("/api/me/progress")).json()["days"][0]["day"]
    assert first == "2026-03-21"
    earlier = (await phone.get("/api/me/progress/days", params={"before": first})).json()
    assert (len(earlier["days"]), earlier["days"][-1]["day"]) == (42, "2026-03-20")
    begun = next(day for day in earlier["days"] if day["day"] == "2026-03-02")
    assert (begun["painNow"], begun["soreness"], begun["exercise"]) == (4, 1, "done")
    assert (earlier["needled"], earlier["more"]) == (["2026-03-02"], False)
    future = (await phone.get("/api/me/progress/days", params={"before": "2031-01-01"})).json()
    assert (future["days"][-1]["day"], future["more"]) == ("2026-05-01", True)
    for odd in ("0001-01-01", "2026-03-02"):
        answer = await phone.get("/api/me/progress/days", params={"before": odd})
        assert (answer.status_code, answer.json()["more"]) == (200, False)
    assert (await phone.get("/api/me/progress/days")).status_code == 400


async def test_progress_compares_with_the_first_week_however_long_ago(api: Api, care: Care, clock: FakeClock) -> None:
    phone = await api.signed_in(care.patient)
    for _ in range(3):
        await check_in(care, painNow=8)
        clock.advance(days=1)
    clock.advance(days=70)
    for _ in range(3):
        await check_in(care, painNow=3)
        clock.advance(days=1)
    progress = (await phone.get("/api/me/progress")).json()
    assert progress["pain"] == {"code": "lower", "firstWeek": 8.0, "lastWeek": 3.0}


async def test_progress_of_new_care_compares_nothing_with_the_care_before(
    api: Api, care: Care, clock: FakeClock
) -> None:
    phone = await api.signed_in(care.patient)
    for _ in range(20):
        await check_in(care, painNow=8)
        clock.advance(days=1)
    await care.step(Stage.DISCHARGED)
    await care.db.write(
        lambda tx: open_episode(care.therapist.context(tx, clock.now()), care.patient.id, "second", EpisodeEntry())
    )
    progress = (await phone.get("/api/me/progress")).json()
    assert progress["pain"] == {"code": "first-days", "firstWeek": None, "lastWeek": None}
    for _ in range(3):
        await check_in(care, painNow=4)
        clock.advance(days=1)
    progress = (await phone.get("/api/me/progress")).json()
    assert progress["pain"] == {"code": "first-days", "firstWeek": None, "lastWeek": 4.0}


async def test_progress_counts_the_check_ins_of_seven_days(api: Api, care: Care, clock: FakeClock) -> None:
    phone = await api.signed_in(care.patient)
    for _ in range(9):
        await check_in(care)
        clock.advance(days=1)
    assert (await phone.get("/api/me/progress")).json()["checkInDays"] == 6


async def test_a_session_without_needles_is_no_marker(api: Api, care: Care) -> None:
    phone = await api.signed_in(care.patient)
    await care.needle(muscles=(), screen=NeedlingScreen(decision="do-not-needle"))
    assert (await phone.get("/api/me/progress")).json()["markers"] == []


async def test_progress_compares_the_pain_around_a_session_also_before_the_days_that_it_shows(
    api: Api, care: Care, clock: FakeClock
) -> None:
    phone = await api.signed_in(care.patient)
    await check_in(care, painNow=7)
    clock.advance(days=2)
    await care.needle()
    clock.advance(days=4)
    await check_in(care, painNow=4)
    clock.advance(days=37)
    progress = (await phone.get("/api/me/progress")).json()
    [marker] = progress["markers"]
    assert progress["days"][0]["day"] == marker["day"]
    assert (marker["before"], marker["after"], marker["change"]) == (7.0, 4.0, "lower")


async def test_no_day_is_missed_before_the_phone_joined(api: Api, care: Care, clock: FakeClock) -> None:
    clock.advance(days=4)
    phone = await api.signed_in(care.patient)
    progress = (await phone.get("/api/me/progress")).json()
    assert [day["exercise"] for day in progress["days"][-6:]] == ["rest"] * 5 + ["open"]


@pytest.mark.parametrize("signs", [["fever"], ["saddle"]])
async def test_suggestions_are_held_back_while_exercises_are_paused(
    api: Api, care: Care, clock: FakeClock, signs: list[str]
) -> None:
    clock.advance(days=4)
    await exercise(care, "log-1", pain_during=9)
    before = await report(api, care)
    assert (before["suggestionsHeldBack"], len(before["suggestions"])) == (False, 1)
    await check_in(care, safetyYes=signs)
    held = await report(api, care)
    assert (held["suggestionsHeldBack"], held["suggestions"]) == (True, [])
    assert held["exercisePause"]["reason"] in ("urgent", "emergency")


async def test_a_report_of_a_foreign_and_of_an_absent_patient_answer_alike(api: Api, world: World, care: Care) -> None:
    stranger = await api.signed_in(await world.therapist(await world.clinic("Elsewhere")))
    foreign = await stranger.get(f"/api/patients/{care.patient.id}/report")
    absent = await stranger.get("/api/patients/absent/report")
    assert (foreign.status_code, foreign.content) == (404, absent.content)


async def test_every_read_by_staff_is_audited_once(api: Api, db: Database, care: Care, therapist: Person) -> None:
    await worklist(api, therapist)
    await report(api, care)
    phone: httpx.AsyncClient = await api.signed_in(care.patient)
    await phone.get("/api/me/progress")
    rows = await db.read(lambda tx: tx.fetch("SELECT action, patient_id FROM audit_events ORDER BY seq"))
    assert [(row["action"], row["patient_id"]) for row in rows] == [
        ("worklist.read", None),
        ("report.read", care.patient.id),
    ]


async def test_a_cached_day_is_computed_again_when_a_session_is_added(
    api: Api, litestar: Litestar, care: Care, clock: FakeClock, therapist: Person
) -> None:
    cache = litestar.state.memory.of(JudgedDays)
    await api.signed_in(care.patient)
    clock.advance(days=5)
    first = (await worklist(api, therapist))[0]["adherence"]
    cached = len(cache)
    assert (await worklist(api, therapist))[0]["adherence"] == first
    assert len(cache) == cached
    worked_by_bridge = NeedledMuscle(muscle="gluteus-maximus", side="left", technique="pistoning")
    await care.needle(START + timedelta(days=3), muscles=(worked_by_bridge,))  # recorded late
    assert (await worklist(api, therapist))[0]["adherence"] != first
    assert len(cache) > cached


async def test_an_unanswered_message_is_a_need_after_one_working_day(
    api: Api, world: World, therapist: Person, clock: FakeClock
) -> None:
    patient = await world.patient(therapist.clinic, therapist)
    phone = await api.signed_in(patient)
    sent = {"words": "May I swim?", "writtenAt": clock.now().isoformat(), "timeZone": "America/Denver"}
    since = (await phone.put("/api/me/messages/m1", json=sent)).json()["receivedAt"]
    [row] = await worklist(api, therapist)
    assert (row["messageWaitsSince"], row["reasons"]) == (since, [])
    clock.advance(days=1)
    [row] = await worklist(api, therapist)
    assert row["reasons"] == [{"need": "message-unanswered", "since": since}]
