"""The phone's plan and its logs over HTTP, on both engines."""

from typing import Any

import pytest

from homeplan.db import Database, Tx
from homeplan.library.actions import sign
from tests.programs.conftest import Desk, item, log, refusal
from tests.world import START, Api, World

# What the phone shows and sends


async def test_the_plan_without_a_program_still_has_days_and_aftercare(desk: Desk) -> None:
    await desk.needle()
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert (plan["revision"], plan["upcoming"], plan["items"], plan["logs"]) == (None, None, {}, [])
    assert plan["timeZone"] == "America/Denver"
    assert {s["reasons"][0]["code"] for s in plan["segments"]} == {"no-program"}
    assert [a["phase"] for a in plan["aftercare"]] == ["p0", "p1", "p2", "p3"]
    assert len(plan["stopRules"]["en"]) == len(plan["stopRules"]["es"]) > 0


async def test_the_plan_carries_what_its_items_say_and_their_easier_versions(desk: Desk) -> None:
    published = await desk.publish(item("bird-dog"), item("hurt-and-harm", kind="education"), overlay=[])
    assert published.status_code == 201
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert plan["items"].keys() == {"bird-dog", "hands-knees-leg-reach", "hurt-and-harm"}
    assert plan["items"]["bird-dog"]["title"]["es"]
    assert plan["items"]["hurt-and-harm"]["sources"] == []


async def test_after_the_discharge_the_plan_says_what_was_in_it_and_that_nothing_is_due(desk: Desk) -> None:
    await desk.publish(item("bridge"), item("hurt-and-harm", kind="education"), overlay=[])
    before = (await desk.phone.get("/api/me/plan")).json()
    assert (before["stage"], before["keepDoing"]) == ("active", [])
    [episode] = (await desk.staff.get(desk.path("episodes"))).json()
    desk.clock.advance(minutes=5)
    await desk.staff.patch(desk.path(f"episodes/{episode['id']}"), json={"stage": "discharged"})
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert (plan["stage"], plan["segments"][-1]["items"]) == ("discharged", [])
    [kept] = plan["keepDoing"]
    assert (kept["slug"], kept["timesDue"], kept["dosage"]["reps"]) == ("bridge", 0, 10)
    assert "bridge" in plan["items"]


async def test_unsigned_items_wait_until_a_therapist_signs_them(
    api: Api, world: World, desk: Desk, db: Database
) -> None:
    clinic = await world.clinic("Careful Clinic", drafts_allowed=False)
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    careful = Desk(therapist, patient, await api.signed_in(therapist), await api.signed_in(patient), desk.clock)
    await careful.publish(item("bridge"), item("easy-walk"), overlay=[])
    today = (await careful.staff.get(careful.path("today"))).json()
    assert (today["items"], today["reasons"][-1]) == ([], {"code": "awaiting-review", "slugs": ["bridge", "easy-walk"]})

    async def work(tx: Tx) -> None:
        await sign(therapist.context(tx, desk.clock.now()), ["bridge"])

    await db.write(work)
    plan = (await careful.phone.get("/api/me/plan")).json()
    shown = {i["slug"] for s in plan["segments"] for i in s["items"]}
    assert (shown, plan["items"].keys()) == ({"bridge"}, {"bridge"})  # its easier version is unsigned, too
    assert not plan["segments"][-1]["items"][0]["draft"]


async def test_a_log_can_be_taken_back_any_number_of_times_and_only_by_its_patient(
    api: Api, world: World, desk: Desk
) -> None:
    walk = (await desk.publish(item("easy-walk"), overlay=[])).json()["prescriptions"][0]["id"]
    saved = await desk.log("log-1", walk)
    stranger = await api.signed_in(await world.patient(desk.patient.clinic, desk.therapist))
    absent = await stranger.delete("/api/me/exercise-logs/log-2")
    foreign = await stranger.delete("/api/me/exercise-logs/log-1")
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content) == (204, b"")
    assert (await desk.staff.get(desk.path("exercise-logs"))).json() == [saved.json()]

    answers = [await desk.phone.delete("/api/me/exercise-logs/log-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await desk.staff.get(desk.path("exercise-logs"))).json() == []
    assert (await desk.phone.get("/api/me/plan")).json()["logs"] == []


async def test_the_phone_logs_and_the_chart_shows_it(desk: Desk) -> None:
    walk = (await desk.publish(item("easy-walk"), overlay=[])).json()["prescriptions"][0]["id"]
    saved = await desk.log("log-1", walk, outcome="tiny", painDuring=2, effort=3)
    assert (saved.status_code, saved.json()["counts"], saved.json()["slug"]) == (200, True, "easy-walk")
    assert (await desk.staff.get(desk.path("exercise-logs"))).json() == [saved.json()]
    assert (await desk.phone.get("/api/me/plan")).json()["logs"] == [saved.json()]
    today = (await desk.staff.get(desk.path("today"))).json()
    assert today["progress"] == [{"prescriptionId": walk, "timesDone": 1, "timesLeft": 1, "stopped": False}]


async def test_a_log_sent_again_has_the_same_answer_byte_for_byte(desk: Desk) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    body = log(walk, START)
    answers = set()
    for _ in range(5):
        answers.add((await desk.phone.put("/api/me/exercise-logs/log-1", json=body)).content)
        desk.clock.advance(hours=7)
    assert len(answers) == 1
    assert len((await desk.phone.get("/api/me/plan")).json()["logs"]) == 1


async def test_a_late_older_answer_does_not_overwrite_a_newer_one(desk: Desk) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    desk.clock.advance(hours=2)
    newer = await desk.log("log-1", walk, outcome="skipped", skipReason="tired")
    late = await desk.phone.put("/api/me/exercise-logs/log-1", json=log(walk, START))
    assert (late.status_code, late.json()) == (200, newer.json())


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"prescriptionId": "not-mine"}, "not-in-plan", "prescriptionId"),
        ({"prescriptionId": ""}, "invalid", "prescriptionId"),
        ({"day": "2026-02-26"}, "log-day-closed", "day"),
        ({"day": "2026-03-05"}, "log-day-closed", "day"),
        ({"day": "2026-02-30"}, "invalid", "day"),
        ({"occurredAt": "2026-03-02T15:00:00"}, "invalid", "occurredAt"),
        ({"occurredAt": "2025-11-02T15:00:00Z"}, "log-day-closed", "occurredAt"),
        ({"timeZone": 7}, "invalid", "timeZone"),
        ({"outcome": "done"}, "invalid", "outcome"),
        ({"skipReason": "time"}, "invalid", "skipReason"),
        ({"outcome": "skipped", "skipReason": "lazy"}, "invalid", "skipReason"),
        ({"painDuring": 11}, "invalid", "painDuring"),
        ({"effort": -1}, "invalid", "effort"),
        ({"repsDone": 1001}, "invalid", "repsDone"),
        ({"secondsDone": 86401}, "invalid", "secondsDone"),
        ({"stopped": "no"}, "invalid", "stopped"),
        ({"counts": True}, "invalid", "counts"),
        ({"patientId": "someone"}, "invalid", "patientId"),
    ],
)
async def test_a_log_is_refused_by_field_and_nothing_is_stored(
    desk: Desk, change: dict[str, Any], code: str, field: str
) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    answer = await desk.phone.put("/api/me/exercise-logs/log-1", json=log(walk, START) | change)
    assert refusal(answer) == (400, code, field)
    assert (await desk.staff.get(desk.path("exercise-logs"))).json() == []


@pytest.mark.parametrize("log_id", ["x" * 65, "a b", "ü", "a'b"])
async def test_a_log_id_is_plain(desk: Desk, log_id: str) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    answer = await desk.phone.put(f"/api/me/exercise-logs/{log_id}", json=log(walk, START))
    assert refusal(answer)[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-03-02&to=2026-03-01",
        "from=2024-01-01&to=2026-03-01",
        "to=0001-01-01&from=9999-12-31",
    ],
)
async def test_a_range_of_logs_has_days_in_order_and_an_end(desk: Desk, query: str) -> None:
    assert refusal(await desk.staff.get(desk.path(f"exercise-logs?{query}")))[:2] == (400, "invalid")


async def test_a_range_at_the_edge_of_the_calendar_is_empty(desk: Desk) -> None:
    for query in ("to=0001-01-01", "from=9999-12-31&to=9999-12-31"):
        assert (await desk.staff.get(desk.path(f"exercise-logs?{query}"))).json() == []


async def test_a_patient_of_a_zone_far_ahead_reads_their_own_days(desk: Desk, api: Api, world: World) -> None:
    far = await world.patient(desk.patient.clinic, desk.therapist, zone="Pacific/Kiritimati")
    phone = await api.signed_in(far)
    plan = (await phone.get("/api/me/plan")).json()
    assert plan["segments"][0]["day"] == "2026-03-02"  # yesterday there: it is Tuesday, 05:00
    assert plan["timeZone"] == "Pacific/Kiritimati"
