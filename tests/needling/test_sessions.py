"""Needling sessions over HTTP: what is refused, what needs a reason, what is stored all the same; on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from tests.checkins.answers import safety_body
from tests.needling.conftest import REASON, Needling, rules_of
from tests.programs.conftest import refusal
from tests.world import START, full_screen

TOOK_PLACE = "The patient told it after the last needle"


@pytest.mark.parametrize(
    ("muscles", "technique", "screen", "refused"),
    [
        pytest.param(["multifidus"], "pistoning", {"answers": {}, "decision": "go-ahead"}, True, id="untouched"),
        pytest.param(
            ["multifidus"], "electrical", {"pacemaker": "yes", "reason": REASON}, True, id="pacemaker-current"
        ),
        pytest.param(["multifidus"], "pistoning", {"pacemaker": "yes"}, False, id="pacemaker-no-current"),
        pytest.param(["iliopsoas"], "pistoning", {"anticoagulant": "yes", "reason": "ok"}, True, id="thinner-psoas"),
        pytest.param(
            ["iliopsoas"], "pistoning", {"anticoagulant": "yes", "reason": REASON}, True, id="no-reason-helps"
        ),
        pytest.param(["piriformis"], "pistoning", {"anticoagulant": "yes", "reason": REASON}, False, id="thinner-deep"),
        pytest.param(["piriformis"], "pistoning", {"anticoagulant": "yes", "reason": "ok"}, True, id="thinner-deep-ok"),
        pytest.param(["multifidus"], "pistoning", {"systemic_infection": "yes", "reason": REASON}, True, id="fever"),
        pytest.param(["grip"], "pistoning", {}, True, id="not-a-muscle"),
        pytest.param(["obliques"], "pistoning", {}, True, id="restricted"),
        pytest.param(["obliques"], "pistoning", {"reason": REASON}, False, id="restricted-with-a-reason"),
        pytest.param(["gluteus-medius"], "superficial", {"anticoagulant": "yes"}, False, id="thinner-shallow"),
        pytest.param(["multifidus"], "pistoning", {"anticoagulant": "not-known"}, True, id="not-known"),
        pytest.param(
            ["multifidus"], "pistoning", {"anticoagulant": "not-known", "reason": REASON}, False, id="not-known-reason"
        ),
    ],
)
async def test_a_session_is_judged_by_the_screen_and_what_was_needled(
    desk: Needling, muscles: list[str], technique: str, screen: dict[str, Any], refused: bool
) -> None:
    answered = screen if "answers" in screen else full_screen(**screen)
    answer = await desk.record(muscles, technique=technique, screen=answered)
    assert (answer.status_code == 400) is refused, answer.text
    assert len((await desk.staff.get(desk.path("needling-sessions"))).json()) == (0 if refused else 1)
    assert await desk.open_alerts() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"side": "middle"}, (400, "invalid", "muscles[0].side")),
        ({"minutes": 4}, (400, "screen-forbids", "despiteStop")),
        ({"minutes": 100}, (400, "invalid", "screen.reason")),
        ({"screen": full_screen(no_such="yes")}, (400, "invalid", "screen.answers.no-such")),
        ({"screen": full_screen(implant="yes")}, (400, "invalid", "screen.answers.implant")),
        ({"screen": full_screen() | {"present": ["epilepsy"]}}, (400, "invalid", "screen.present")),
        ({"despiteStop": "ok"}, (400, "invalid", "despiteStop")),
        ({"despiteStop": TOOK_PLACE}, (400, "invalid", "despiteStop")),
        ({"checkId": "none"}, (400, "invalid", "checkId")),
    ],
)
async def test_a_record_is_refused_by_field(
    desk: Needling, change: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refusal(await desk.record(**change)) == expected


async def test_the_first_session_waits_for_a_consent(unsigned: Needling) -> None:
    assert refusal(await unsigned.record())[:2] == (400, "screen-forbids")
    assert (await unsigned.sign()).status_code == 201
    assert (await unsigned.record()).status_code == 201


async def test_a_decision_not_to_needle_is_recorded_without_muscles_consent_or_a_whole_screen(
    unsigned: Needling,
) -> None:
    screen = {"answers": {"needle-phobia": {"answer": "yes"}}, "decision": "do-not-needle"}
    answer = await unsigned.record([], screen=screen)
    assert answer.status_code == 201
    assert rules_of(answer) == [("stop", "consent"), ("stop", "needle-phobia")]
    assert await unsigned.open_alerts() == []


async def test_a_session_that_took_place_is_stored_and_the_administrators_are_told(desk: Needling) -> None:
    screen = full_screen(needle_phobia="yes", metal_allergy="yes")
    answer = await desk.record(["grip"], screen=screen, despiteStop=TOOK_PLACE)
    assert answer.status_code == 201
    assert answer.json()["despiteStop"] == TOOK_PLACE
    assert await desk.open_alerts() == [("needled-despite-stop", "high")]
    (alert,) = (await desk.admin.get("/api/alerts")).json()
    assert alert["inputs"]["rules"] == ["needle-phobia", "not-needleable"]
    assert alert["inputs"]["reason"] == TOOK_PLACE


async def test_a_second_session_despite_a_stop_is_told_again(desk: Needling) -> None:
    await desk.record(["grip"], despiteStop=TOOK_PLACE)
    await desk.later(days=3)
    await desk.record(["grip"], despiteStop=TOOK_PLACE)
    (alert,) = (await desk.admin.get("/api/alerts")).json()
    [again] = alert["repeats"]
    assert again["kind"] == "again"
    assert again["inputs"]["endedAt"].startswith("2026-03-05")


async def test_sending_it_again_raises_nothing_twice_and_is_not_judged_again(desk: Needling) -> None:
    sent: dict[str, Any] = {"id": "s", "ended_at": START}
    assert (await desk.record(**sent)).status_code == 201
    await desk.phone.put("/api/me/needling-consent/withdrawal")
    assert (await desk.record(**sent)).status_code == 200


async def test_a_warning_sign_before_the_session_stops_it_and_one_after_it_does_not(desk: Needling) -> None:
    body = safety_body(START, "saddle")
    assert (await desk.phone.post("/api/me/safety-answers", json=body)).status_code == 201
    assert (await desk.record(ended_at=START - timedelta(minutes=5))).status_code == 201
    await desk.later(minutes=30)
    assert refusal(await desk.record(["calf"]))[:2] == (400, "screen-forbids")
    assert rules_of(await desk.check(["calf"])) == [("stop", "open-safety-alert")]


async def test_a_session_already_stored_can_be_corrected_after_a_warning_sign(desk: Needling) -> None:
    session = (await desk.record()).json()
    await desk.later(hours=3)
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "saddle"))
    body = {key: session[key] for key in ("startedAt", "endedAt", "muscles", "screen")}
    corrected = await desk.staff.put(
        desk.path(f"needling-sessions/{session['id']}"),
        json=body | {"basedOn": 1, "note": "Left side.", "correction": "x y z"},
    )
    assert corrected.status_code == 200, corrected.text


async def test_a_correction_is_judged_like_the_first_record(desk: Needling) -> None:
    session = (await desk.record()).json()
    body = {key: session[key] for key in ("startedAt", "endedAt", "muscles", "screen")} | {"basedOn": 1}
    body["correction"] = "It was typed wrong."
    path = desk.path(f"needling-sessions/{session['id']}")
    worse = await desk.staff.put(path, json=body | {"screen": full_screen(needle_phobia="yes")})
    assert refusal(worse) == (400, "screen-forbids", "despiteStop")


async def test_the_same_muscle_is_needled_again_with_a_reason(desk: Needling) -> None:
    await desk.record(["multifidus"])
    await desk.later(hours=47)
    assert refusal(await desk.record(["multifidus"]))[2] == "screen.reason"
    again = await desk.record(["multifidus"], screen=full_screen(reason=REASON))
    assert rules_of(again) == [("override", "same-muscle-again")]


async def test_the_other_care_of_the_visit_stays_in_the_record(desk: Needling) -> None:
    others = ["manual-therapy", "exercise", "education"]
    assert (await desk.record(coInterventions=others)).json()["coInterventions"] == others


async def test_a_record_from_before_the_answers_is_still_read(desk: Needling, db: Any) -> None:
    session = (await desk.record()).json()
    old = '"screen":{"present":["epilepsy"],"decision":"go-ahead","reason":"Well controlled."}'
    document = f'{{"startedAt":"{session["startedAt"]}","endedAt":"{session["endedAt"]}","muscles":[],{old}}}'
    await db.write(
        lambda tx: tx.execute("UPDATE needling_session_versions SET findings = NULL, document = :d", d=document)
    )
    (read,) = (await desk.staff.get(desk.path("needling-sessions"))).json()
    assert (read["screen"]["present"], read["screen"]["answers"], read["findings"]) == (["epilepsy"], {}, [])


async def test_a_warning_sign_stops_sessions_while_it_is_open_and_no_later_one(desk: Needling) -> None:
    await desk.phone.post("/api/me/safety-answers", json=safety_body(START, "faint"))
    await desk.later(hours=1)
    during = desk.clock.now()
    assert refusal(await desk.record(minutes=10))[:2] == (400, "screen-forbids")
    (alert,) = (await desk.staff.get(desk.path("alerts"))).json()
    closed = {"note": "Spoke with the patient.", "outcome": "spoke-continue"}
    assert (await desk.staff.post(desk.path(f"alerts/{alert['id']}/acknowledgement"), json=closed)).status_code == 201
    await desk.later(hours=1)
    assert refusal(await desk.record(minutes=10, ended_at=during))[:2] == (400, "screen-forbids")
    assert (await desk.record(minutes=10)).status_code == 201
