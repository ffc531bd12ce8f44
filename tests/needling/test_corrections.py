"""A saved needling session is corrected and taken back with a reason; what depends on it follows. On both engines."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.needling.conftest import Needling
from tests.programs.conftest import refusal
from tests.world import START

WHY = "The end was typed wrong."
VISIT = {"kind": "needling", "wallTime": "14:30:00", "timeZone": "UTC"}
FIELDS = ("startedAt", "endedAt", "muscles", "screen")


def correction(session: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: session[name] for name in FIELDS} | {"basedOn": session["version"], "correction": WHY} | changes


def earlier(session: dict[str, Any], **ago: float) -> dict[str, Any]:
    """The same session as one that ended before START."""
    ended = START - timedelta(**ago)
    times = {"startedAt": (ended - timedelta(minutes=15)).isoformat(), "endedAt": ended.isoformat()}
    return correction(session, **times)


def of(desk: Needling, session: dict[str, Any], rest: str = "") -> str:
    return desk.path(f"needling-sessions/{session['id']}{rest}")


async def test_a_correction_and_a_taking_back_say_why(desk: Needling) -> None:
    session = (await desk.record()).json()
    without = correction(session)
    del without["correction"]
    assert refusal(await desk.staff.put(of(desk, session), json=without))[:2] == (400, "invalid")
    short = correction(session, correction="x")
    assert refusal(await desk.staff.put(of(desk, session), json=short)) == (400, "invalid", "correction")
    assert refusal(await desk.staff.post(of(desk, session, "/void"), json={"basedOn": 1}))[:2] == (400, "invalid")


async def test_every_version_stays_with_its_author_and_reason(desk: Needling) -> None:
    session = (await desk.record(note="First.")).json()
    await desk.admin.put(of(desk, session), json=correction(session, note="Second."))
    void = {"basedOn": 2, "reason": "Another patient's session."}
    voided = (await desk.staff.post(of(desk, session, "/void"), json=void)).json()
    assert voided == (await desk.staff.get(of(desk, session, "/versions"))).json()
    assert [(one["session"]["note"], one["session"]["correction"]) for one in voided["versions"]] == [
        ("Second.", WHY),
        ("First.", None),
    ]
    assert voided["versions"][1]["session"]["recordedBy"] == desk.therapist_id
    assert voided["voidReason"] == "Another patient's session."
    assert voided["voidedByName"]
    assert (await desk.staff.get(desk.path("needling-sessions"))).json() == []


async def test_both_clocks_the_phone_and_the_questions_follow_a_corrected_end(desk: Needling) -> None:
    session = (await desk.record()).json()

    async def seen() -> tuple[Any, ...]:
        today = (await desk.staff.get(desk.path("today"))).json()
        asked = (await desk.phone.get("/api/me/outcomes")).json()["prompts"]
        plan = (await desk.phone.get("/api/me/plan")).json()
        return (
            today["hoursSinceNeedling"],
            {one["hour"]: datetime.fromisoformat(one["opensAt"]) for one in asked},
            plan["needledAt"],
        )

    before = await seen()
    assert before[0] == 0
    assert len(before[1]) == 3
    assert (await desk.staff.put(of(desk, session), json=earlier(session, hours=30))).status_code == 200
    hours, due, needled_at = await seen()
    ended = START - timedelta(hours=30)
    assert hours == 30
    assert datetime.fromisoformat(needled_at) == ended
    assert due[72] == before[1][72] - timedelta(hours=30)
    void = {"basedOn": 2, "reason": "Entered twice."}
    assert (await desk.staff.post(of(desk, session, "/void"), json=void)).status_code == 200
    assert await seen() == (None, {}, None)


async def test_the_visit_follows_the_session_that_closed_it(desk: Needling) -> None:
    today, before = START.date(), (START - timedelta(days=1)).date()
    for name, day in (("today", today), ("before", before)):
        body = VISIT | {"id": name, "day": (START + timedelta(days=5)).date().isoformat()}
        await desk.staff.post(desk.path("visits"), json=body | {"day": day.isoformat(), "wallTime": "23:30:00"})
    session = (await desk.record()).json()

    async def states() -> dict[str, Any]:
        found = (await desk.staff.get(desk.path("visits"))).json()
        return {one["id"]: (one["state"], one["sessionId"]) for one in found}

    assert (await states())["today"] == ("took-place", session["id"])
    await desk.staff.put(of(desk, session), json=earlier(session, days=2))
    assert (await states())["today"] == ("planned", None)
    back = correction(session, basedOn=2)
    await desk.staff.put(of(desk, session), json=back)
    assert (await states())["today"] == ("took-place", session["id"])
    await desk.staff.post(of(desk, session, "/void"), json={"basedOn": 3, "reason": "Entered twice."})
    assert (await states())["today"] == ("planned", None)


async def test_a_correction_is_judged_by_the_certification_of_who_needled(desk: Needling) -> None:
    session = (await desk.record()).json()
    corrected = await desk.admin.put(of(desk, session), json=correction(session, note="One."))
    again = await desk.admin.put(of(desk, session), json=correction(corrected.json(), note="Two."))
    assert (corrected.json()["findings"], again.json()["findings"]) == (session["findings"], session["findings"])


async def test_a_session_is_no_earlier_session_of_its_own_correction(desk: Needling) -> None:
    session = (await desk.record()).json()
    body = {"muscles": session["muscles"], "screen": session["screen"]}
    path = desk.path("needling-checks/preview")
    new = (await desk.staff.post(path, json=body)).json()
    corrected = (await desk.staff.post(path, json=body | {"corrects": session["id"]})).json()
    assert [one["because"] for one in new["findings"]] == ["record"]
    assert corrected["findings"] == session["findings"]
    assert (await desk.staff.post(path, json=body | {"corrects": "other"})).status_code == 404


async def test_a_repeated_correction_makes_one_version(desk: Needling) -> None:
    session = (await desk.record()).json()
    sent = [await desk.staff.put(of(desk, session), json=correction(session, note="Same.")) for _ in range(3)]
    assert [(one.status_code, one.json()["version"]) for one in sent] == [(200, 2)] * 3


@pytest.mark.parametrize("second", ["correct", "void"])
async def test_one_of_two_colleagues_who_change_a_session_at_once_is_told(desk: Needling, second: str) -> None:
    session = (await desk.record()).json()
    mine = desk.staff.put(of(desk, session), json=correction(session, note="Mine."))
    theirs = (
        desk.admin.put(of(desk, session), json=correction(session, note="Theirs."))
        if second == "correct"
        else desk.admin.post(of(desk, session, "/void"), json={"basedOn": 1, "reason": "Entered twice."})
    )
    answers = await asyncio.gather(mine, theirs)
    assert sorted(answer.status_code if answer.status_code != 404 else 409 for answer in answers) == [200, 409]
    versions = (await desk.staff.get(of(desk, session, "/versions"))).json()
    was_voided = versions["voidedAt"] is not None
    assert len(versions["versions"]) == (1 if was_voided else 2)


async def test_nobody_else_reads_the_versions(desk: Needling) -> None:
    session = (await desk.record()).json()
    assert (await desk.phone.get(of(desk, session, "/versions"))).status_code in (401, 403, 404)
    assert (await desk.staff.get(desk.path("needling-sessions/other/versions"))).status_code == 404
