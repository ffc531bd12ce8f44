"""The staff views of the vignettes: notices, alert and chart after a warning sign, as phones and desks ask for them."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bench import clinical
from homeplan.db import Database
from homeplan.programs.episode import Stage
from tests.checkins.answers import acknowledge, body, lift, safety_body
from tests.conftest import FakeClock
from tests.duty.test_rules import at
from tests.escalation.scene import Channels, Clinic, tick
from tests.programs.care import Care
from tests.world import Api

IN_HOURS = at("2026-03-02 10:00")
DAY = "2026-03-02"
VIGNETTES = clinical.read(clinical.VIGNETTES, "vignettes")
BY_VIEW = {
    view: [one["input"] for one in VIGNETTES if one["expect"].get("staff") == view]
    for view in ("emergency-staff", "urgent-staff", "soon-staff")
}


def with_each(view: str) -> pytest.MarkDecorator:
    """Once per vignette with that staff view."""
    return pytest.mark.parametrize("given", BY_VIEW[view], ids=lambda given: "-".join(given["safetyYes"]))


@pytest.fixture
async def phone(api: Api, db: Database, clock: FakeClock, ladder: Clinic) -> httpx.AsyncClient:
    clock.set(IN_HOURS)
    care = Care(db, clock, ladder.therapist, ladder.patient)
    await care.step(Stage.ACTIVE)
    return await api.signed_in(ladder.patient)


async def report(phone: httpx.AsyncClient, given: dict[str, Any], now: datetime) -> None:
    """The answers by the route that the vignette names, with words of the patient."""
    yes = given["safetyYes"]
    if "safety-answers" in given["via"]:
        answer = await phone.post("/api/me/safety-answers", json=safety_body(now, *yes))
    else:
        answer = await phone.put(
            f"/api/me/checkins/{DAY}", json=body(now, anythingNew=True, safetyYes=yes, note="It began on the stairs.")
        )
    assert answer.is_success, answer.text


async def notices_after(db: Database, channels: Channels, delay: timedelta) -> list[tuple[str, str, bool]]:
    """The notices that the worker sends within a minute of `delay` after the report."""
    await tick(db, IN_HOURS + delay)
    return channels.take()


@with_each("emergency-staff")
async def test_an_emergency_reaches_therapist_and_duty_and_is_told_again_every_quarter_of_an_hour(
    given: dict[str, Any], phone: httpx.AsyncClient, api: Api, db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(phone, given, IN_HOURS)
    first = await notices_after(db, channels, timedelta(seconds=59))
    assert ladder.names(first) == ["therapist", "on_duty"]
    assert {text for _, text, _ in first} == {"critical"}
    assert await notices_after(db, channels, timedelta(minutes=14)) == []
    for quarter, last in ((1, "cover"), (2, "team"), (3, "admin"), (4, "admin")):
        again = await notices_after(db, channels, timedelta(minutes=15 * quarter, seconds=59))
        assert ladder.names(again)[-1] == last
        assert {text for _, text, _ in again} == {"again"}

    desk = await api.signed_in(ladder.therapist)
    assert [alert["severity"] for alert in (await desk.get("/api/alerts")).json()] == ["critical"]
    await shows_the_answers(desk, ladder, given)
    assert (await lift(desk, ladder.patient, IN_HOURS)).status_code in (400, 409)
    assert await refused_without(desk, ladder, "outcome") == "outcome"
    assert await refused_without(desk, ladder, "note") == "note"
    await acknowledge(desk, ladder.patient)
    without_advice = await lift(desk, ladder.patient, IN_HOURS, advice="")
    assert without_advice.status_code == 400
    assert (await lift(desk, ladder.patient, IN_HOURS)).is_success
    assert await notices_after(db, channels, timedelta(hours=3)) == []


@with_each("urgent-staff")
async def test_something_urgent_is_told_within_a_minute_and_again_after_an_hour(
    given: dict[str, Any], phone: httpx.AsyncClient, api: Api, db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(phone, given, IN_HOURS)
    first = await notices_after(db, channels, timedelta(seconds=59))
    assert ladder.names(first) == ["therapist"]
    assert [text for _, text, _ in first] == ["high"]
    assert await notices_after(db, channels, timedelta(minutes=59)) == []
    assert ladder.names(await notices_after(db, channels, timedelta(minutes=60, seconds=59))) == [
        "therapist",
        "on_duty",
    ]
    desk = await api.signed_in(ladder.therapist)
    assert [alert["severity"] for alert in (await desk.get("/api/alerts")).json()] == ["high"]
    await shows_the_answers(desk, ladder, given)
    assert await refused_without(desk, ladder, "outcome") == "outcome"


@with_each("soon-staff")
async def test_something_for_this_week_goes_to_the_next_person_after_two_working_days(
    given: dict[str, Any], phone: httpx.AsyncClient, api: Api, db: Database, ladder: Clinic, channels: Channels
) -> None:
    await report(phone, given, IN_HOURS)
    assert await notices_after(db, channels, timedelta(hours=5)) == []
    for day, expected in (("03", ["therapist"]), ("04", ["therapist", "on_duty"])):
        await tick(db, at(f"2026-03-{day} 08:00"))
        assert ladder.names(channels.take()) == expected
    desk = await api.signed_in(ladder.therapist)
    assert [alert["severity"] for alert in (await desk.get("/api/alerts")).json()] == ["normal"]


async def shows_the_answers(desk: httpx.AsyncClient, ladder: Clinic, given: dict[str, Any]) -> None:
    """The alert and the chart name the signs; a check-in's note is in the chart."""
    chart = f"/api/patients/{ladder.patient.id}"
    [alert] = (await desk.get(f"{chart}/alerts")).json()
    assert sorted(alert["inputs"]["items"]) == sorted(given["safetyYes"])
    dates = f"from={DAY}&to={DAY}"
    answers = (await desk.get(f"{chart}/safety-answers?{dates}")).json()
    check_ins = (await desk.get(f"{chart}/checkins?{dates}")).json()
    if "checkins" in given["via"]:
        [answer] = check_ins
        assert answer["note"] == "It began on the stairs."
    else:
        [answer] = answers
    assert sorted(answer["safetyYes"]) == sorted(given["safetyYes"])


async def refused_without(desk: httpx.AsyncClient, ladder: Clinic, field: str) -> str:
    """The field that the refusal of an acknowledgement without `field` names."""
    chart = f"/api/patients/{ladder.patient.id}/alerts"
    [alert] = (await desk.get(chart)).json()
    entry = {"note": "Called, advised rest.", "outcome": "spoke-continue"}
    del entry[field]
    answer = await desk.post(f"{chart}/{alert['id']}/acknowledgement", json=entry)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["field"])
