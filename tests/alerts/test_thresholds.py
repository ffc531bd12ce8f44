"""The numbers that a clinic, or a therapist for one patient, may change in the alert rules, on both engines."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import httpx
import msgspec
import pytest

from homeplan.alerts.thresholds.rules import changeable, with_thresholds
from homeplan.db import Database
from homeplan.library import content
from homeplan.library.alert_rules import AlertRules
from homeplan.library.clinical_rule import with_numbers
from tests.alerts.evidence import answer, engagement, found_by
from tests.checkins.answers import body
from tests.conftest import FakeClock
from tests.world import START, Api, Person, World

WRITTEN = content.written_alert_rules()
SEVERE, SILENT = "severe-pain.worst", "no-checkin.days"
REASON = "Many of our patients live alone."


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist)


@pytest.fixture
async def desk(api: Api, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(therapist)


@pytest.fixture
async def boss(api: Api, world: World, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(await world.admin(therapist.clinic))


def path(number: str, patient: Person | None = None) -> str:
    return f"/api/{f'patients/{patient.id}/' if patient else ''}alert-thresholds/{number}"


def entry(value: float | None, reason: str = REASON) -> dict[str, Any]:
    return {"value": value, "reason": reason}


async def numbers(desk: httpx.AsyncClient, patient: Person | None = None) -> dict[str, dict[str, Any]]:
    listed = (await desk.get(path("", patient).removesuffix("/"))).json()
    return {one["id"]: one for one in listed}


def with_clinic(**numbers: float) -> AlertRules:
    return with_thresholds(WRITTEN, {name.replace("__", ".").replace("_", "-"): n for name, n in numbers.items()}, {})


def test_another_number_finds_something_else_and_is_in_the_words_of_its_rules() -> None:
    severe = [answer(2, 3, worst=6), answer(0, 3, worst=6)]
    rules = with_numbers(with_clinic(severe_pain__worst=6))
    assert "starts-high" not in found_by(WRITTEN, *severe)
    assert "starts-high" in found_by(rules, *severe)
    assert rules.starts_high.says.startswith("pain_worst_24h >= 6 on two days")
    assert "no-checkin" not in found_by(WRITTEN, plan=engagement(10, last=3))
    assert "no-checkin" in found_by(with_clinic(no_checkin__days=2), plan=engagement(10, last=3))


def test_the_numbers_of_a_patient_go_before_those_of_the_clinic() -> None:
    rules = with_thresholds(WRITTEN, {SEVERE: 6, SILENT: 5}, {SEVERE: 5})
    assert (rules.severe_pain.worst, rules.severe_pain.set_by) == (5, {"worst": "patient"})
    assert (rules.no_checkin.days, rules.no_checkin.set_by) == (5, {"days": "clinic"})
    assert rules.soreness_high is WRITTEN.soreness_high


def test_a_number_outside_its_limits_or_without_any_does_not_count() -> None:
    assert (
        with_thresholds(WRITTEN, {SEVERE: 9, "leg-spread.days": 1, "safety-yes.version": 2}, {SILENT: 2.5}) == WRITTEN
    )
    assert with_thresholds(WRITTEN, {SEVERE: 6}, {SEVERE: 9}).severe_pain.worst == 6


def test_both_shapes_of_a_rise_follow_its_number() -> None:
    rise = with_thresholds(WRITTEN, {"pain-rise.usual.rise": 1.5}, {}).pain_rise
    assert (rise.usual.rise, rise.long.rise, rise.clear.rise) == (Fraction(3, 2), Fraction(3, 2), Fraction(5, 2))


def test_no_rule_of_warning_signs_events_or_urgent_alerts_has_a_number_to_change() -> None:
    fields = {one.field for one in changeable(WRITTEN).values()}
    urgent = {name for name in fields if getattr(WRITTEN, name).severity not in ("normal", "low")}
    assert urgent == set()
    assert fields & {"safety_yes", "adverse_event", "leg_spread", "needled_despite_stop"} == set()


async def test_a_clinic_changes_a_number_and_takes_it_back(
    boss: httpx.AsyncClient, desk: httpx.AsyncClient, db: Database
) -> None:
    changed = await boss.put(path(SILENT), json=entry(2))
    assert (changed.status_code, changed.json()["clinic"], changed.json()["homeplan"]) == (200, 2, 3)
    await boss.put(path(SILENT), json=entry(2))
    await boss.put(path(SEVERE), json=entry(6, "Asked for by all."))
    silent = (await numbers(desk))[SILENT]
    assert [(one["value"], one["reason"]) for one in silent["changes"]] == [(2, REASON)]
    assert silent["changes"][0]["byName"].startswith("Therapist Example")
    await boss.put(path(SILENT), json=entry(None, "Too many alerts."))
    now = await numbers(desk)
    assert (now[SILENT]["clinic"], now[SEVERE]["clinic"]) == (None, 6)
    assert [one["value"] for one in now[SILENT]["changes"]] == [None, 2]
    rows = await db.read(lambda tx: tx.fetch("SELECT object_id FROM audit_events WHERE action = 'threshold.save'"))
    assert [row["object_id"] for row in rows] == [SILENT, SILENT, SEVERE, SILENT]


async def test_a_therapist_changes_a_number_for_one_patient_only(
    desk: httpx.AsyncClient, boss: httpx.AsyncClient, world: World, therapist: Person, patient: Person
) -> None:
    other = await world.patient(therapist.clinic, therapist)
    await boss.put(path(SILENT), json=entry(5))
    assert (await desk.put(path(SILENT, patient), json=entry(7))).status_code == 200
    mine, theirs = (await numbers(desk, patient))[SILENT], (await numbers(desk, other))[SILENT]
    assert (mine["homeplan"], mine["clinic"], mine["patient"]) == (3, 5, 7)
    assert (theirs["clinic"], theirs["patient"], theirs["changes"]) == (5, None, [])
    assert (await desk.put(path(SILENT), json=entry(2))).status_code == 403


@pytest.mark.parametrize(("number", "sent", "refusal"), [
    (SILENT, entry(8), (400, "outside-limits", "value")),
    (SILENT, entry(2.5), (400, "outside-limits", "value")),
    (SEVERE, entry(8), (400, "outside-limits", "value")),
    (SILENT, entry(2, "--"), (400, "threshold-reason", "reason")),
    ("safety-yes.version", entry(1), (404, "not-found", None)),
    ("no-checkin", entry(1), (404, "not-found", None)),
])  # fmt: skip
async def test_what_lies_outside_the_limits_is_refused(
    desk: httpx.AsyncClient, patient: Person, number: str, sent: dict[str, Any], refusal: tuple[int, str, str | None]
) -> None:
    refused = await desk.put(path(number, patient), json=sent)
    assert (refused.status_code, refused.json()["code"], refused.json().get("field")) == refusal
    assert all(one["patient"] is None for one in (await numbers(desk, patient)).values())


async def test_an_alert_says_by_whose_number_it_was_raised(
    api: Api, desk: httpx.AsyncClient, boss: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    await boss.put(path("severe-pain.above-start"), json=entry(2))
    await desk.put(path(SEVERE, patient), json=entry(5))
    phone = await api.signed_in(patient)
    for days in (2, 0):
        at = START - timedelta(days=days)
        sent = body(at, painNow=3, painWorst24h=5, clientEventId=f"event-{days}")
        assert (await phone.put(f"/api/me/checkins/{at.date()}", json=sent)).status_code == 200
    [alert] = (await desk.get(f"/api/patients/{patient.id}/alerts")).json()
    assert alert["rule"] == "starts-high"
    assert alert["inputs"]["thresholds"] == ["severe-pain.worst 5 patient", "severe-pain.above-start 2 clinic"]
    assert alert["when"].startswith("pain_worst_24h >= 5")


def test_the_numbers_that_may_be_changed_are_these() -> None:
    """The console has words for each (web/src/console/i18n/thresholds.ts)."""
    limits = {name: (float(one.limits.least), float(one.number), float(one.limits.most)) for name, one in NUMBERS}
    assert msgspec.to_builtins(limits) == {
        "pain-rise.usual.rise": (1.5, 1.75, 2),
        "severe-pain.worst": (5, 7, 7),
        "severe-pain.above-start": (2, 3, 3),
        "soreness-72h.score": (4, 4, 5),
        "soreness-high.score": (6, 8, 8),
        "exercise-red.days": (1, 2, 2),
        "exercise-red.worst": (6, 8, 8),
        "no-checkin.days": (2, 3, 7),
        "no-exercise.days": (1, 2, 4),
        "phase-waiting.days": (7, 14, 21),
        "no-change.days": (21, 28, 42),
    }


NUMBERS = changeable(WRITTEN).items()
