"""Answers after needling over HTTP: what is logged, what raises an alert, and the therapist's judgment."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.alerts.thresholds.actions import change_threshold
from homeplan.alerts.thresholds.model import ThresholdEntry
from homeplan.programs.needling_session import NeedlingSession
from tests.checkins.answers import count, safety_body
from tests.conftest import FakeClock
from tests.outcomes.conftest import Desk
from tests.programs.care import Care

PATH = "/api/me/after-needling"


def answer(
    session: NeedlingSession, hour: int, clock: FakeClock, *events: tuple[str, str], **more: Any
) -> dict[str, Any]:
    return {
        "id": f"answer-{hour}",
        "session": session.id,
        "promptHour": hour,
        "answeredAt": clock.now().isoformat(),
        "timeZone": "America/Denver",
        "events": [{"event": event, "severity": severity} for event, severity in events],
    } | more


async def events_of(desk: Desk, care: Care) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.get(f"/api/patients/{care.patient.id}/adverse-events")).json()
    return found


async def test_a_small_bruise_that_changed_nothing_is_in_the_log_only(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=24)
    saved = await phone.post(PATH, json=answer(session, 24, clock, ("bruise", "mild")))
    assert saved.status_code == 201
    assert (await desk.get("/api/alerts")).json() == []
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"] is None
    [logged] = await events_of(desk, care)
    assert (logged["event"], logged["severity"], logged["sessionId"]) == ("bruise", "mild", session.id)
    assert (logged["causality"], logged["serious"], logged["outcome"]) == (None, None, None)


@pytest.mark.parametrize(("severity", "alert"), [("moderate", "normal"), ("severe", "high")])
async def test_an_event_that_changed_the_day_raises_an_alert(
    phone: httpx.AsyncClient,
    desk: Desk,
    session: NeedlingSession,
    clock: FakeClock,
    severity: str,
    alert: str,
) -> None:
    clock.advance(hours=25)
    await phone.post(PATH, json=answer(session, 24, clock, ("dizzy", severity), ("bruise", "mild")))
    [raised] = (await desk.get("/api/alerts")).json()
    assert (raised["rule"], raised["severity"]) == ("adverse-event", alert)
    assert raised["inputs"] == {"events": ["bruise mild", f"dizzy {severity}"], "hoursSinceNeedling": 25.0}


async def test_an_answer_sent_again_is_stored_once_and_another_under_its_id_is_refused(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    sent = answer(session, 3, clock, ("dizzy", "severe"))
    assert [(await phone.post(PATH, json=sent)).status_code for _ in range(3)] == [201, 200, 200]
    assert (len(await events_of(desk, care)), len((await desk.get("/api/alerts")).json())) == (1, 1)
    other = await phone.post(PATH, json=answer(session, 3, clock, ("dizzy", "mild")))
    assert (other.status_code, other.json()["code"]) == (409, "sent-before")


async def test_a_new_event_after_an_acknowledged_one_is_news(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    await phone.post(PATH, json=answer(session, 3, clock, ("dizzy", "moderate")))
    [alert] = (await desk.get("/api/alerts")).json()
    path = f"/api/patients/{care.patient.id}/alerts/{alert['id']}/acknowledgement"
    assert (await desk.post(path, json={"note": "Spoke on the phone."})).status_code < 300
    clock.advance(hours=22)
    await phone.post(PATH, json=answer(session, 24, clock, ("dizzy", "moderate")))
    assert [one["rule"] for one in (await desk.get("/api/alerts")).json()] == ["adverse-event"]


async def test_the_phone_learns_which_prompts_are_left(
    phone: httpx.AsyncClient, session: NeedlingSession, clock: FakeClock
) -> None:
    async def hours() -> list[int]:
        return [one["hour"] for one in (await phone.get("/api/me/outcomes")).json()["prompts"]]

    assert await hours() == [3, 24, 72]
    clock.advance(hours=3)
    await phone.post(PATH, json=answer(session, 3, clock))
    assert await hours() == [24, 72]
    clock.advance(hours=80)
    assert await hours() == [72]
    await phone.post(PATH, json=answer(session, 72, clock, soreness=5))
    assert await hours() == []
    assert [one["score"] for one in (await phone.get("/api/me/outcomes")).json()["soreness"]] == [5]


async def test_soreness_at_72_hours_alerts_as_in_a_checkin(
    phone: httpx.AsyncClient, desk: Desk, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=80)
    await phone.post(PATH, json=answer(session, 72, clock, soreness=4))
    [raised] = (await desk.get("/api/alerts")).json()
    assert (raised["rule"], raised["severity"]) == ("soreness-72h", "normal")


async def test_soreness_that_was_chosen_not_to_alert_for_the_patient_does_not(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    chosen = ThresholdEntry(value=5, reason="Always sore for long.")
    await care.db.write(
        lambda tx: change_threshold(
            care.therapist.context(tx, clock.now()), "soreness-72h.score", chosen, care.patient.id
        )
    )
    clock.advance(hours=80)
    await phone.post(PATH, json=answer(session, 72, clock, soreness=4))
    assert (await desk.get("/api/alerts")).json() == []


async def test_a_session_of_somebody_else_is_not_known(
    phone: httpx.AsyncClient, session: NeedlingSession, clock: FakeClock
) -> None:
    refused = await phone.post(PATH, json=answer(session, 3, clock) | {"session": "another"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown-session")


async def test_the_therapist_judges_an_event_and_closes_it(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=24)
    await phone.post(PATH, json=answer(session, 24, clock, ("sick", "moderate")))
    [event] = await events_of(desk, care)
    path = f"/api/patients/{care.patient.id}/adverse-events/{event['id']}"
    early = await desk.put(path, json={"closed": True})
    assert (early.status_code, early.json()["field"]) == (400, "closed")
    began = clock.now() - timedelta(hours=20)
    judged = {
        "causality": "probable",
        "serious": False,
        "outcome": "resolved",
        "beganAt": began.isoformat(),
        "endedAt": (began + timedelta(hours=2)).isoformat(),
        "closed": True,
    }
    stored = (await desk.put(path, json=judged)).json()
    assert (stored["causality"], stored["serious"], stored["outcome"], stored["closed"]) == (
        "probable",
        False,
        "resolved",
        True,
    )
    assert stored["closedBy"] == stored["assessedBy"] == care.therapist.who.name  # type: ignore[union-attr]
    assert (await desk.put(path, json=judged | {"endedAt": "2020-01-01T00:00:00Z"})).status_code == 400


# The safety screen that was skipped


async def screened(phone: httpx.AsyncClient, clock: FakeClock, *yes: str) -> None:
    sent = safety_body(clock.now(), *yes, id=f"screen-{clock.now():%H%M%S}")
    assert (await phone.post("/api/me/safety-answers", json=sent)).status_code == 201


@pytest.mark.parametrize(
    ("event", "sign", "severity", "reason"),
    [("breath", "breath", "critical", "emergency"), ("numb", "other", "high", "urgent")],
)
async def test_breath_and_numbness_without_the_screen_are_warning_signs(
    phone: httpx.AsyncClient,
    desk: Desk,
    care: Care,
    session: NeedlingSession,
    clock: FakeClock,
    event: str,
    sign: str,
    severity: str,
    reason: str,
) -> None:
    clock.advance(hours=3)
    sent = answer(session, 3, clock, (event, "mild"))
    assert [(await phone.post(PATH, json=sent)).status_code for _ in range(2)] == [201, 200]
    state = (await phone.get("/api/me/exercise-pause")).json()
    assert (state["pause"]["reason"], state["warning"]["signs"]) == (reason, [sign])
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["severity"], alert["repeats"]) == ("safety-yes", severity, [])
    assert await count(care.db, "safety_answers") == 1
    assert await count(care.db, "audit_events WHERE action = 'safety-answer.save'") == 1


@pytest.mark.parametrize(("minutes", "reported"), [(0, False), (60, False), (61, True)])
async def test_the_screen_answered_in_the_hour_before_is_believed(
    phone: httpx.AsyncClient, care: Care, session: NeedlingSession, clock: FakeClock, minutes: int, reported: bool
) -> None:
    clock.advance(hours=3)
    await screened(phone, clock)
    clock.advance(minutes=minutes)
    await phone.post(PATH, json=answer(session, 3, clock, ("breath", "moderate")))
    assert await count(care.db, "safety_answers") == 1 + reported
    assert ((await phone.get("/api/me/exercise-pause")).json()["warning"] is not None) is reported


async def test_a_retraction_is_no_answer_to_the_screen(
    phone: httpx.AsyncClient, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    mistake = safety_body(clock.now(), retracts="another")
    assert (await phone.post("/api/me/safety-answers", json=mistake)).status_code == 201
    await phone.post(PATH, json=answer(session, 3, clock, ("breath", "mild")))
    assert (await phone.get("/api/me/exercise-pause")).json()["warning"]["signs"] == ["breath"]


async def test_the_sign_of_an_answer_that_is_refused_is_kept(
    phone: httpx.AsyncClient, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    sent = answer(session, 3, clock, ("breath", "severe")) | {"session": "another"}
    refused = await phone.post(PATH, json=sent)
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown-session")
    assert (await phone.get("/api/me/exercise-pause")).json()["warning"]["signs"] == ["breath"]
    assert await count(care.db, "adverse_events") == 0


@pytest.mark.parametrize(
    ("change", "signs"),
    [
        ({"noSuchField": 1}, ["breath"]),
        ({"promptHour": 4}, ["breath"]),
        ({"answeredAt": "yesterday"}, ["breath"]),
        ({"events": [{"event": "numb", "severity": "bad"}, {"event": "bruise"}]}, ["other"]),
        ({"events": ["breath"]}, ["breath"]),
        ({"events": {"event": "breath"}}, ["breath"]),
        ({"events": [{"event": "bruise"}, 7, {"event": ["breath"]}]}, None),
        ({"events": "none"}, None),
    ],
)
async def test_the_sign_in_a_body_that_cannot_be_read_is_kept(
    phone: httpx.AsyncClient,
    care: Care,
    session: NeedlingSession,
    clock: FakeClock,
    change: dict[str, Any],
    signs: list[str] | None,
) -> None:
    clock.advance(hours=3)
    refused = await phone.post(PATH, json=answer(session, 3, clock, ("breath", "severe")) | {"x": 1} | change)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    warning = (await phone.get("/api/me/exercise-pause")).json()["warning"]
    assert (warning and warning["signs"]) == signs
    assert await count(care.db, "safety_answers") == (signs is not None)
    assert await count(care.db, "audit_events WHERE action = 'safety-answer.save'") == (signs is not None)


async def test_a_body_that_cannot_be_read_tells_no_sign_that_the_screen_denied(
    phone: httpx.AsyncClient, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    await screened(phone, clock)
    sent = answer(session, 3, clock, ("breath", "mild"), noSuchField=1)
    assert (await phone.post(PATH, json=sent)).status_code == 400
    assert (await phone.get("/api/me/exercise-pause")).json()["warning"] is None


# Events that staff enter


def entered(session: NeedlingSession, **changes: Any) -> dict[str, Any]:
    return {"id": "event-1", "session": session.id, "event": "bleeding", "severity": "moderate"} | changes


async def test_staff_enter_an_event_with_their_judgment_once(
    desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=30)
    path = f"/api/patients/{care.patient.id}/adverse-events"
    sent = entered(session, event="other", words="A hot cheek", causality="possible", serious=False)
    answers = [await desk.post(path, json=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    [stored] = await events_of(desk, care)
    assert (stored["enteredBy"], stored["promptHour"]) == (care.therapist.who.name, None)  # type: ignore[union-attr]
    assert (stored["words"], stored["causality"], stored["serious"], stored["outcome"]) == (
        "A hot cheek",
        "possible",
        False,
        None,
    )
    assert stored["assessedBy"] == stored["enteredBy"]
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["severity"], alert["inputs"]["hoursSinceNeedling"]) == ("adverse-event", "normal", 30)
    other = await desk.post(path, json=sent | {"severity": "severe"})
    assert (other.status_code, other.json()["code"]) == (409, "sent-before")


async def test_an_entered_event_without_a_judgment_waits_for_one(
    desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    path = f"/api/patients/{care.patient.id}/adverse-events"
    stored = (await desk.post(path, json=entered(session, severity="mild"))).json()
    assert (stored["assessedBy"], stored["closed"]) == (None, False)
    assert (await desk.get("/api/alerts")).json() == []
    judged = await desk.put(f"{path}/event-1", json={"causality": "certain"})
    assert (judged.json()["causality"], judged.json()["enteredBy"]) == ("certain", stored["enteredBy"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"session": "another"}, "session"),
        ({"event": "none"}, "event"),
        ({"words": "Blue"}, "words"),
        ({"closed": True}, "closed"),
        ({"beganAt": "2026-03-02T15:00:00Z", "endedAt": "2026-03-01T15:00:00Z"}, "endedAt"),
    ],
)
async def test_an_event_that_does_not_fit_is_refused_by_field(
    desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock, change: dict[str, Any], field: str
) -> None:
    clock.advance(hours=1)
    refused = await desk.post(f"/api/patients/{care.patient.id}/adverse-events", json=entered(session) | change)
    assert (refused.status_code, refused.json()["field"]) == (400, field)
    assert await count(care.db, "adverse_events") == 0


@pytest.mark.parametrize(
    ("event", "sign", "severity", "reason"),
    [("breath", "breath", "critical", "emergency"), ("numb", "other", "high", "urgent")],
)
async def test_breath_and_numbness_that_staff_enter_are_warning_signs(
    desk: Desk,
    care: Care,
    session: NeedlingSession,
    clock: FakeClock,
    event: str,
    sign: str,
    severity: str,
    reason: str,
) -> None:
    clock.advance(hours=3)
    chart = f"/api/patients/{care.patient.id}"
    sent = entered(session, event=event, severity="mild")
    assert [(await desk.post(f"{chart}/adverse-events", sent)).status_code for _ in range(2)] == [201, 200]
    state = (await desk.get(f"{chart}/exercise-pause")).json()
    assert (state["pause"]["reason"], state["warning"]["signs"]) == (reason, [sign])
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["severity"], alert["repeats"]) == ("safety-yes", severity, [])
    [kept] = (await desk.get(f"{chart}/safety-answers")).json()
    assert kept["enteredBy"]["name"] == care.therapist.who.name  # type: ignore[union-attr]
    assert await count(care.db, "audit_events WHERE action = 'safety-answer.enter'") == 1


async def test_an_event_of_staff_is_no_warning_sign_when_it_is_over_or_they_asked_the_screen(
    desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    chart = f"/api/patients/{care.patient.id}"
    over = entered(session, event="breath", endedAt=(clock.now() - timedelta(hours=1)).isoformat())
    assert (await desk.post(f"{chart}/adverse-events", over)).status_code == 201
    assert await count(care.db, "safety_answers") == 0
    assert (await desk.post(f"{chart}/safety-answers", safety_body(clock.now()))).status_code == 201
    asked = entered(session, id="event-2", event="breath")
    assert (await desk.post(f"{chart}/adverse-events", asked)).status_code == 201
    assert (await desk.get(f"{chart}/exercise-pause")).json()["warning"] is None


async def test_the_screen_that_the_patient_answered_before_the_call_denies_no_sign(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    await screened(phone, clock)
    clock.advance(minutes=30)
    chart = f"/api/patients/{care.patient.id}"
    assert (await desk.post(f"{chart}/adverse-events", entered(session, event="breath"))).status_code == 201
    assert (await desk.get(f"{chart}/exercise-pause")).json()["warning"]["signs"] == ["breath"]


@pytest.mark.parametrize("change", [{"session": "another"}, {"noSuchField": 1}, {"severity": "awful"}])
async def test_the_sign_of_an_event_of_staff_that_is_refused_is_kept(
    desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock, change: dict[str, Any]
) -> None:
    clock.advance(hours=3)
    chart = f"/api/patients/{care.patient.id}"
    refused = await desk.post(f"{chart}/adverse-events", entered(session, event="breath") | change)
    assert refused.status_code == 400
    assert (await desk.get(f"{chart}/exercise-pause")).json()["warning"]["signs"] == ["breath"]
    assert await count(care.db, "adverse_events") == 0
    assert await count(care.db, "audit_events WHERE action LIKE 'adverse-event.enter'") == 0


async def test_own_words_are_erased_when_the_patient_leaves(
    phone: httpx.AsyncClient, desk: Desk, care: Care, session: NeedlingSession, clock: FakeClock
) -> None:
    clock.advance(hours=24)
    sent = answer(session, 24, clock)
    sent["events"] = [{"event": "other", "severity": "mild", "words": "my ear rang"}]
    await phone.post(PATH, json=sent)
    assert [one["words"] for one in await events_of(desk, care)] == ["my ear rang"]
    assert (await phone.post("/api/me/leave", json={"confirm": "delete-my-data"})).status_code == 200
    assert await count(care.db, "adverse_events WHERE words IS NOT NULL") == 0
    assert await count(care.db, "adverse_events") == 1
