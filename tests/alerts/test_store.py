"""Alerts in the database, on both engines."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from homeplan.alerts.actions import acknowledge, mark_retracted, raise_alerts
from homeplan.alerts.model import AcknowledgementEntry, Alert, AlreadyClosed, Finding
from homeplan.alerts.store import alerts_of_patient, open_alerts
from homeplan.db import Database, Violated
from homeplan.errors import Invalid, NotFound
from homeplan.library.content import starter
from tests.alerts.evidence import NOW
from tests.alerts.test_lifecycle import finding
from tests.world import Person, World, context

EMERGENCY = finding("safety-yes", "2026-03-02", 3, frozenset({"saddle"}), "critical")


async def report(db: Database, patient: Person, *findings: Finding, now: datetime = NOW) -> None:
    await db.write(lambda tx: raise_alerts(context(tx, now, patient.clinic.id), patient.id, findings))


INPUTS = {"value": 8, "thresholds": ["soreness-high.score 8 homeplan"]}
"""Those of `finding()`, with the number that it was judged by."""


async def listed(db: Database, patient: Person) -> list[Alert]:
    return await db.read(lambda tx: alerts_of_patient(context(tx, clinic_id=patient.clinic.id), patient.id))


async def close(db: Database, by: Person, patient: Person, alert: Alert, now: datetime = NOW, **entry: Any) -> Alert:
    acknowledgement = AcknowledgementEntry(**{"note": "Called.", **entry})
    return await db.write(lambda tx: acknowledge(by.context(tx, now), patient.id, alert.id, acknowledgement))


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist, given_name="Ana")


async def test_an_alert_carries_rule_version_inputs_basis_and_severity(db: Database, patient: Person) -> None:
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    rule = starter().alert_rules.soreness_high
    assert (alert.rule, alert.rule_version, alert.when, alert.basis) == ("soreness-high", 1, rule.says, rule.basis)
    assert (alert.severity, alert.inputs, alert.raised_at) == ("normal", INPUTS, NOW)
    assert (alert.patient_id, alert.patient_name, alert.closed_at) == (patient.id, "Ana Example", None)


async def test_what_happens_under_an_open_alert_is_added_to_it(db: Database, patient: Person) -> None:
    later, last = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    await report(db, patient, finding())
    await report(db, patient, finding())
    [first] = await listed(db, patient)
    assert (first.times, first.repeats, first.last_event_at) == (1, (), NOW)
    await report(db, patient, finding(value=9, known_at=later), now=later)
    await report(db, patient, finding(trigger="2026-03-03", known_at=last), now=last)
    [alert] = await listed(db, patient)
    assert (alert.id, alert.raised_at, alert.last_event_at) == (first.id, NOW, last)
    assert (alert.value, alert.inputs, alert.times) == (9, INPUTS, 3)
    assert [(one.kind, one.times, one.inputs, one.at) for one in alert.repeats] == [
        ("again", 2, INPUTS | {"value": 9}, later),
        ("again", 3, INPUTS, last),
    ]
    await report(db, patient, finding(trigger="2026-03-03", known_at=last), now=last)
    assert await listed(db, patient) == [alert]


async def test_an_open_alert_becomes_as_severe_as_its_worst_event(db: Database, patient: Person) -> None:
    weight = finding("safety-yes", "s0", 1, frozenset({"weight"}), "normal")
    await report(db, patient, weight)
    await report(db, patient, EMERGENCY)
    await report(db, patient, finding("safety-yes", "s2", 1, frozenset({"weight"}), "normal"))
    [alert] = await listed(db, patient)
    assert (alert.severity, [one.severity for one in alert.repeats]) == ("critical", ["critical", "normal"])


async def test_a_mistake_is_noted_under_the_alert_which_stays_as_it_is(db: Database, patient: Person) -> None:
    def retract(source: str) -> Awaitable[bool]:
        later = NOW + timedelta(minutes=4)
        return db.write(lambda tx: mark_retracted(context(tx, later, patient.clinic.id), patient.id, source))

    assert await retract("s1") is False
    await report(db, patient, EMERGENCY)
    assert await retract("s1") is True
    assert await retract("s1") is True
    [alert] = await listed(db, patient)
    assert (alert.severity, alert.closed_at, alert.times) == ("critical", None, 1)
    assert [(one.kind, one.times, one.inputs) for one in alert.repeats] == [("retracted", 1, {"source": "s1"})]
    later = NOW + timedelta(minutes=9)
    again = finding("safety-yes", "s2", 3, frozenset({"saddle"}), "critical", known_at=later)
    await report(db, patient, again, now=later)
    [alert] = await listed(db, patient)
    assert (alert.times, [one.kind for one in alert.repeats]) == (2, ["retracted", "again"])


async def test_the_schema_itself_refuses_a_second_open_alert_of_a_rule(db: Database, patient: Person) -> None:
    await report(db, patient, finding())
    columns = "patient_id, rule, rule_version, rule_text, severity, basis, trigger_key, value, marks, inputs, raised_at"
    copy = f"INSERT INTO alerts (clinic_id, id, {columns}) SELECT clinic_id, 'second', {columns} FROM alerts"
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute(copy))


async def test_an_alert_cannot_point_to_a_patient_of_another_clinic(
    db: Database, world: World, patient: Person
) -> None:
    elsewhere = await world.clinic("Elsewhere")
    with pytest.raises(Violated):
        await db.write(lambda tx: raise_alerts(context(tx, NOW, elsewhere.id), patient.id, [finding()]))


async def test_acknowledging_closes_with_note_and_owner(
    db: Database, world: World, therapist: Person, patient: Person
) -> None:
    colleague = await world.therapist(therapist.clinic)
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    closed = await close(db, therapist, patient, alert, owner=colleague.id)
    assert (closed.closed_at, closed.closed_reason) == (NOW, "acknowledged")
    acknowledgement = closed.acknowledgement
    assert acknowledgement is not None
    assert (acknowledgement.note, acknowledgement.by_id, acknowledgement.owner_id, acknowledgement.at) == (
        "Called.",
        therapist.id,
        colleague.id,
        NOW,
    )
    assert await db.read(lambda tx: open_alerts(therapist.context(tx))) == []


async def test_the_default_owner_is_the_one_who_acknowledges(db: Database, therapist: Person, patient: Person) -> None:
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    acknowledgement = (await close(db, therapist, patient, alert)).acknowledgement
    assert acknowledgement is not None
    assert acknowledgement.owner_id == acknowledgement.by_id == therapist.id


async def test_what_was_acknowledged_stays_closed_until_something_new_happens(
    db: Database, therapist: Person, patient: Person
) -> None:
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    await close(db, therapist, patient, alert)
    await report(db, patient, finding(known_at=NOW + timedelta(hours=1)))
    assert len(await listed(db, patient)) == 1
    tomorrow = NOW + timedelta(days=1)
    await report(db, patient, finding(trigger="2026-03-03", known_at=tomorrow), now=tomorrow)
    assert [one.closed_reason for one in await listed(db, patient)] == [None, "acknowledged"]


async def test_a_closed_alert_cannot_be_acknowledged_again(db: Database, therapist: Person, patient: Person) -> None:
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    await close(db, therapist, patient, alert)
    with pytest.raises(AlreadyClosed):
        await close(db, therapist, patient, alert, note="Called again.")


async def test_an_owner_works_at_the_clinic(db: Database, world: World, therapist: Person, patient: Person) -> None:
    stranger = await world.therapist(await world.clinic("Elsewhere"))
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    with pytest.raises(Invalid) as refused:
        await close(db, therapist, patient, alert, owner=stranger.id)
    assert refused.value.field == "owner"
    assert (await listed(db, patient))[0].closed_at is None


async def test_an_alert_of_another_patient_is_not_there(
    db: Database, world: World, therapist: Person, patient: Person
) -> None:
    other = await world.patient(therapist.clinic, therapist)
    await report(db, other, finding())
    [alert] = await listed(db, other)
    with pytest.raises(NotFound):
        await close(db, therapist, patient, alert)


async def test_a_therapist_sees_the_open_alerts_of_their_own_patients_and_an_admin_all(
    db: Database, world: World, therapist: Person, patient: Person
) -> None:
    colleague, admin = await world.therapist(therapist.clinic), await world.admin(therapist.clinic)
    theirs = await world.patient(therapist.clinic, colleague)
    stranger = await world.therapist(await world.clinic("Elsewhere"))
    await report(db, patient, finding())
    await report(db, theirs, finding())

    async def seen(who: Person) -> set[str]:
        return {alert.patient_id for alert in await db.read(lambda tx: open_alerts(who.context(tx)))}

    assert await seen(therapist) == {patient.id}
    assert await seen(colleague) == {theirs.id}
    assert await seen(admin) == {patient.id, theirs.id}
    assert await seen(stranger) == set()


async def test_the_most_severe_comes_first_and_then_the_one_with_the_latest_event(
    db: Database, therapist: Person, patient: Person
) -> None:
    async def at(hours: int, found: Finding) -> None:
        moment = NOW + timedelta(hours=hours)
        await report(db, patient, msgspec.structs.replace(found, known_at=moment), now=moment)

    await at(0, finding("improving"))
    await at(1, finding("soreness-72h"))
    await at(2, finding("pain-rise"))
    await at(3, finding("no-checkin"))
    await at(4, finding("leg-spread"))
    await at(5, EMERGENCY)

    async def rules() -> list[str]:
        return [alert.rule for alert in await db.read(lambda tx: open_alerts(therapist.context(tx)))]

    assert await rules() == ["safety-yes", "leg-spread", "pain-rise", "soreness-72h", "no-checkin", "improving"]
    await at(6, finding("soreness-72h", trigger="2026-03-03"))
    assert await rules() == ["safety-yes", "leg-spread", "soreness-72h", "pain-rise", "no-checkin", "improving"]


async def test_only_the_alerts_of_resolved_rules_close_automatically(db: Database, patient: Person) -> None:
    await report(db, patient, finding("no-checkin"), finding("soreness-high"))
    await db.write(lambda tx: raise_alerts(context(tx, NOW, patient.clinic.id), patient.id, [], over={"no-checkin"}))
    assert {one.rule: one.closed_reason for one in await listed(db, patient)} == {
        "no-checkin": "over",
        "soreness-high": None,
    }
