"""Answers after needling over HTTP: what is logged, what raises an alert, and the therapist's judgment."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.programs.model import NeedlingSession
from tests.checkins.answers import count
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
