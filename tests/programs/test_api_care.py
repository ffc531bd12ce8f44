"""Episodes and needling sessions over HTTP, and who may see them; on both engines."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from tests.programs.conftest import Desk, item, log, needling, refusal
from tests.world import START, Api, World, full_screen

WHY = "The clock was wrong."

# Episodes


async def test_the_first_episode_opens_when_it_is_needed(desk: Desk) -> None:
    assert (await desk.staff.get(desk.path("episodes"))).json() == []
    view = (await desk.staff.get(desk.path("program"))).json()
    assert view["episode"]["goal"] == "Lift my grandchild."
    assert view["episode"]["stage"] == "invited"
    assert (view["program"], view["revision"], view["revisions"], view["draft"]) == (None, None, [], None)
    assert [e["id"] for e in (await desk.staff.get(desk.path("episodes"))).json()] == [view["episode"]["id"]]


async def test_opening_the_plan_on_the_phone_makes_the_episode_active(desk: Desk) -> None:
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert plan["stage"] == "active"
    (episode,) = (await desk.staff.get(desk.path("episodes"))).json()
    assert [(c["stage"], c["byId"]) for c in episode["changes"]] == [
        ("invited", desk.patient.id),
        ("active", desk.patient.id),
    ]


async def test_an_episode_is_reworded_and_steps_on(desk: Desk) -> None:
    await desk.phone.get("/api/me/plan")
    (episode,) = (await desk.staff.get(desk.path("episodes"))).json()
    path = desk.path(f"episodes/{episode['id']}")
    reworded = await desk.staff.patch(path, json={"goal": "Carry the shopping home.", "problem": None})
    assert (reworded.json()["goal"], reworded.json()["problem"]) == ("Carry the shopping home.", None)
    for stage in ("goal_reached", "discharged"):
        assert (await desk.staff.patch(path, json={"stage": stage})).json()["stage"] == stage
    assert refusal(await desk.staff.patch(path, json={"stage": "active"})) == (409, "stage-not-allowed", "stage")


async def test_care_goes_on_in_a_new_episode(desk: Desk) -> None:
    episode = (await desk.staff.get(desk.path("program"))).json()["episode"]
    again = {"id": "again", "problem": "Knee pain.", "goal": "Climb the stairs."}
    assert refusal(await desk.staff.post(desk.path("episodes"), json=again))[:2] == (409, "episode-still-open")
    await desk.staff.patch(desk.path(f"episodes/{episode['id']}"), json={"stage": "discharged"})
    for refused in (
        await desk.publish(),
        await desk.needle(),
        await desk.staff.put(desk.path("program/draft"), json={}),
    ):
        assert refusal(refused)[:2] == (409, "no-open-episode")
    assert (await desk.staff.get(desk.path("program"))).json()["episode"]["stage"] == "discharged"
    desk.clock.advance(minutes=5)
    opened = await desk.staff.post(desk.path("episodes"), json=again)
    assert (opened.status_code, opened.json()["goal"]) == (201, "Climb the stairs.")


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, None), ({"stage": "asleep"}, "stage"), ({"goal": ""}, "goal"), ({"patientId": "x"}, "patientId")],
)
async def test_a_change_of_an_episode_is_refused_by_field(desk: Desk, body: dict[str, Any], field: str | None) -> None:
    episode = (await desk.staff.get(desk.path("program"))).json()["episode"]
    answer = await desk.staff.patch(desk.path(f"episodes/{episode['id']}"), json=body)
    assert refusal(answer) == (400, "invalid", field)


# Needling sessions


async def test_a_session_that_is_sent_again_is_stored_once(desk: Desk) -> None:
    first = await desk.needle(note="Better today.", id="s")
    again = await asyncio.gather(*(desk.needle(note="Better today.", id="s") for _ in range(3)))
    assert [answer.status_code for answer in (first, *again)] == [201, 200, 200, 200]
    assert {answer.json()["id"] for answer in (first, *again)} == {first.json()["id"]}
    assert len((await desk.staff.get(desk.path("needling-sessions"))).json()) == 1


async def test_a_session_that_is_edited_after_its_answer_was_lost_is_amended(desk: Desk) -> None:
    await desk.needle(id="s")
    edited = (await desk.needle(painAfter=1, id="s")).json()
    assert (edited["id"], edited["painAfter"], edited["version"]) == ("s", 1, 2)
    assert (await desk.staff.get(desk.path("needling-sessions"))).json() == [edited]


async def test_a_session_that_a_colleague_amended_or_voided_is_not_overwritten(
    desk: Desk, api: Api, world: World
) -> None:
    admin = await api.signed_in(await world.admin(desk.therapist.clinic))
    session = (await desk.needle(id="s")).json()
    path = desk.path("needling-sessions/s")
    amended = await admin.put(
        path, json=needling(START, painAfter=5) | {"basedOn": session["version"], "correction": WHY}
    )
    assert amended.status_code == 200
    assert refusal(await desk.needle(id="s"))[:2] == (409, "session-changed")
    await desk.staff.post(f"{path}/void", json={"basedOn": 2, "reason": WHY})
    assert refusal(await desk.needle(id="s"))[:2] == (409, "session-changed")
    assert (await desk.staff.get(desk.path("needling-sessions"))).json() == []


async def test_sessions_with_different_ids_are_different_sessions(desk: Desk) -> None:
    await desk.needle()
    await desk.needle()
    assert len((await desk.staff.get(desk.path("needling-sessions"))).json()) == 2


async def test_sessions_are_listed_with_the_latest_first(desk: Desk) -> None:
    first = await desk.needle(START - timedelta(days=7))
    second = await desk.needle(note="Better today.", coInterventions=["heat"])
    assert (first.status_code, second.status_code) == (201, 201)
    found = (await desk.staff.get(desk.path("needling-sessions"))).json()
    assert [s["id"] for s in found] == [second.json()["id"], first.json()["id"]]
    assert found[0] == second.json()
    assert found[0]["recordedBy"] == desk.therapist.id


async def test_a_session_is_amended_on_the_version_that_was_seen(desk: Desk) -> None:
    session = (await desk.needle()).json()
    path = desk.path(f"needling-sessions/{session['id']}")
    corrected = needling(START - timedelta(hours=3)) | {"basedOn": 1, "correction": WHY}
    amended = await desk.staff.put(path, json=corrected)
    assert (amended.status_code, amended.json()["version"]) == (200, 2)
    assert refusal(await desk.staff.put(path, json=corrected | {"note": "Other."}))[:2] == (409, "session-changed")
    assert (await desk.staff.get(desk.path("today"))).json()["hoursSinceNeedling"] == 3


async def test_a_session_entered_by_mistake_is_taken_back(desk: Desk) -> None:
    session = (await desk.needle()).json()
    path = desk.path(f"needling-sessions/{session['id']}")
    void = {"basedOn": 1, "reason": WHY}
    answers = [await desk.staff.post(f"{path}/void", json=void) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert (await desk.staff.get(desk.path("needling-sessions"))).json() == []
    assert refusal(await desk.staff.post(f"{path}/void", json=void | {"reason": "Another."}))[:2] == (
        409,
        "session-changed",
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"endedAt": "2026-03-02T15:00:00"}, "invalid", "endedAt"),  # without an offset
        ({"endedAt": "2026-03-02T10:00:00Z"}, "invalid", "endedAt"),
        ({"startedAt": "0001-01-01T00:00:00+14:00"}, "invalid", "endedAt"),
        ({"endedAt": "9999-12-31T23:59:59-12:00"}, "invalid", "endedAt"),
        ({"painBefore": 11}, "invalid", "painBefore"),
        ({"painBefore": "4"}, "invalid", "painBefore"),
        ({"muscles": []}, "invalid", "muscles"),
        ({"muscles": [{"muscle": "nose", "side": "left", "technique": "pistoning"}]}, "invalid", "muscles[0].muscle"),
        ({"muscles": [{"muscle": "multifidus", "side": "up", "technique": "in-situ"}]}, "invalid", "muscles[0].side"),
        ({"screen": full_screen(needle_phobia="yes")}, "screen-forbids", "despiteStop"),
        ({"screen": full_screen() | {"decision": "perhaps"}}, "invalid", "screen.decision"),
        ({"patientId": "someone"}, "invalid", "patientId"),
        ({"note": "x" * 2001}, "invalid", "note"),
    ],
)
async def test_a_session_is_refused_by_field_and_nothing_is_stored(
    desk: Desk, change: dict[str, Any], code: str, field: str
) -> None:
    assert refusal(await desk.needle(**change)) == (400, code, field)
    assert (await desk.staff.get(desk.path("needling-sessions"))).json() == []


# Who may see whom


async def test_a_foreign_patient_and_a_missing_one_get_the_same_answer(desk: Desk, api: Api, world: World) -> None:
    elsewhere = await world.clinic("Another Clinic")
    strangers = [
        await api.signed_in(await world.therapist(desk.patient.clinic)),
        await api.signed_in(await world.admin(elsewhere)),
    ]
    rests = ["episodes", "needling-sessions", "program", "program/revisions/1", "today", "exercise-logs"]
    for stranger in strangers:
        for rest in rests:
            foreign = await stranger.get(desk.path(rest))
            absent = await stranger.get(f"/api/patients/absent/{rest}")
            assert (foreign.status_code, foreign.content) == (404, absent.content)


async def test_sessions_and_episodes_of_another_patient_are_not_found(desk: Desk, world: World) -> None:
    session = (await desk.needle()).json()
    episode = (await desk.staff.get(desk.path("episodes"))).json()[0]
    other = await world.patient(desk.patient.clinic, desk.therapist)
    base = f"/api/patients/{other.id}"
    corrected = needling(START) | {"basedOn": 1, "correction": WHY}
    answers: list[httpx.Response] = [
        await desk.staff.patch(f"{base}/episodes/{episode['id']}", json={"goal": "Mine."}),
        await desk.staff.put(f"{base}/needling-sessions/{session['id']}", json=corrected),
        await desk.staff.post(f"{base}/needling-sessions/{session['id']}/void", json={"basedOn": 1, "reason": WHY}),
        await desk.staff.get(f"{base}/needling-sessions/{session['id']}/versions"),
    ]
    assert {refusal(answer)[:2] for answer in answers} == {(404, "not-found")}
    assert (await desk.staff.get(desk.path("needling-sessions"))).json()[0]["version"] == 1


async def test_a_patient_cannot_log_what_another_was_prescribed(desk: Desk, api: Api, world: World) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    neighbour = await api.signed_in(await world.patient(desk.patient.clinic, desk.therapist))
    answer = await neighbour.put("/api/me/exercise-logs/log-1", json=log(walk, START))
    assert refusal(answer) == (400, "not-in-plan", "prescriptionId")


async def test_every_route_but_a_patients_own_read_leaves_one_audit_event(desk: Desk, db: Database) -> None:
    session = (await desk.needle()).json()
    published = (await desk.publish(item("easy-walk"))).json()
    await desk.staff.put(desk.path("program/draft"), json={})
    await desk.staff.delete(desk.path("program/draft"))
    for rest in ("episodes", "program", "needling-sessions", "today", "exercise-logs", "program/revisions/1"):
        await desk.staff.get(desk.path(rest))
    await desk.staff.get(desk.path("program/proposal?template=no-floor"))
    await desk.staff.post(desk.path("program/preview"), json={"prescriptions": [item()]})
    await desk.phone.get("/api/me/plan")
    await desk.log("log-1", published["prescriptions"][0]["id"])
    void = {"basedOn": 1, "reason": WHY}
    await desk.staff.post(desk.path(f"needling-sessions/{session['id']}/void"), json=void)
    rows = await db.read(lambda tx: tx.fetch("SELECT action, patient_id FROM audit_events ORDER BY seq"))
    assert [row["action"] for row in rows] == [
        "needling.add", "program.publish", "program.save-draft", "program.discard-draft", "episode.list",
        "program.read", "needling.list", "today.read", "log.list", "revision.read", "program.propose",
        "program.preview", "log.save", "needling.void",
    ]  # fmt: skip
    assert {row["patient_id"] for row in rows} == {desk.patient.id}
