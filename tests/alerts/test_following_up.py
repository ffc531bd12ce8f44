"""Attempts, owners and snoozes of open alerts, on both engines; what the patient reads of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from homeplan.db import Database
from homeplan.settings import Settings
from tests.checkins.answers import acknowledge, body, safety_body
from tests.escalation.test_kills import give_mail
from tests.programs.conftest import Desk, desk, refusal
from tests.world import Person, World

__all__ = ["desk"]
STATE = "/api/me/exercise-pause"


async def raised(desk: Desk, sign: str) -> dict[str, Any]:
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), sign, id=f"sign-{sign}"))
    return dict((await desk.staff.get("/api/alerts")).json()[0])


async def tried(desk: Desk, alert: dict[str, Any], id: str = "try-1") -> dict[str, Any]:
    entry = {"note": "No answer, left word.", "outcome": "could-not-reach", "id": id}
    answer = await desk.staff.post(desk.path(f"alerts/{alert['id']}/acknowledgement"), json=entry)
    assert answer.is_success, answer.text
    return dict(answer.json())


def wire(desk: Desk, minutes: int) -> str:
    return (desk.clock.now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(("sign", "minutes"), [("saddle", 15), ("fever", 60)])
async def test_the_next_attempt_is_due_soon_after_one_that_reached_nobody(desk: Desk, sign: str, minutes: int) -> None:
    alert = await raised(desk, sign)
    assert alert["nextAttemptDueAt"] is None
    due = wire(desk, minutes)
    assert (await tried(desk, alert))["nextAttemptDueAt"] == due
    desk.clock.advance(minutes=5)
    assert (await tried(desk, alert))["nextAttemptDueAt"] == due  # the same attempt, sent again
    assert (await tried(desk, alert, "try-2"))["nextAttemptDueAt"] == wire(desk, minutes)
    await acknowledge(desk.staff, desk.patient)
    [closed] = (await desk.staff.get(desk.path("alerts"))).json()
    assert closed["nextAttemptDueAt"] is None


async def test_an_alert_that_becomes_critical_brings_the_next_attempt_forward(desk: Desk) -> None:
    await tried(desk, await raised(desk, "fever"))
    desk.clock.advance(minutes=1)
    due = wire(desk, 15)
    assert (await raised(desk, "saddle"))["nextAttemptDueAt"] == due


NOTICES = """
SELECT recipient_id, status FROM deliveries WHERE kind = 'assigned' AND recipient_kind = 'staff'
ORDER BY planned_at, id"""


@pytest.fixture
async def colleagues(
    db: Database, desk: Desk, world: World, settings: Settings, with_settings: Callable[[Settings], None]
) -> list[Person]:
    """Two colleagues of the therapist; all three can be mailed."""
    with_settings(structs.replace(settings, mail_url="smtps://u:p@mail.example:465", mail_from="clinic@mail.example"))
    others = [await world.therapist(desk.therapist.clinic) for _ in range(2)]
    await give_mail(db, desk.therapist, *others)
    return others


async def assigned(db: Database) -> list[tuple[str, str]]:
    """The notices about a given alert: recipient and state."""
    return [(row["recipient_id"], row["status"]) for row in await db.read(lambda tx: tx.fetch(NOTICES))]


async def test_a_colleague_to_whom_an_alert_is_given_is_notified_once(
    db: Database, desk: Desk, colleagues: list[Person]
) -> None:
    first, second = colleagues
    path = desk.path(f"alerts/{(await raised(desk, 'saddle'))['id']}/owner")
    for _ in range(2):
        assert (await desk.staff.put(path, json={"owner": first.id})).status_code == 200
    assert await assigned(db) == [(first.id, "pending")]
    desk.clock.advance(minutes=1)
    await desk.staff.put(path, json={"owner": second.id})
    assert await assigned(db) == [(first.id, "superseded"), (second.id, "pending")]


async def test_who_takes_an_alert_is_not_notified_of_it(db: Database, desk: Desk, colleagues: list[Person]) -> None:
    alert = await raised(desk, "saddle")
    await desk.staff.put(desk.path(f"alerts/{alert['id']}/owner"), json={"owner": desk.therapist.id})
    await acknowledge(desk.staff, desk.patient)
    assert await assigned(db) == []


async def test_a_colleague_who_is_to_follow_up_a_closed_alert_is_notified(
    db: Database, desk: Desk, colleagues: list[Person]
) -> None:
    first, second = colleagues
    alert = await raised(desk, "saddle")
    await desk.staff.put(desk.path(f"alerts/{alert['id']}/owner"), json={"owner": first.id})
    desk.clock.advance(minutes=1)
    entry = {"note": "Sent to the hospital.", "outcome": "sent-to-emergency", "owner": second.id}
    path = desk.path(f"alerts/{alert['id']}/acknowledgement")
    for _ in range(2):
        assert (await desk.staff.post(path, json=entry)).is_success
    assert await assigned(db) == [(first.id, "superseded"), (second.id, "pending")]


async def test_giving_an_alert_to_a_colleague_does_not_close_it(desk: Desk, world: World) -> None:
    alert = await raised(desk, "saddle")
    colleague = await world.therapist(desk.therapist.clinic)
    path = desk.path(f"alerts/{alert['id']}/owner")
    assert [(await desk.staff.put(path, json={"owner": colleague.id})).status_code for _ in range(2)] == [200, 200]
    [still] = (await desk.staff.get("/api/alerts")).json()
    assert (still["owner"]["id"], still["closedAt"]) == (colleague.id, None)
    assert refusal(await desk.staff.put(path, json={"owner": "nobody"})) == (400, "invalid", "owner")
    await acknowledge(desk.staff, desk.patient)
    assert refusal(await desk.staff.put(path, json={"owner": desk.therapist.id}))[:2] == (409, "alert-closed")


async def sore(desk: Desk) -> dict[str, Any]:
    """A normal alert."""
    await raised(desk, "weight")
    [alert] = (await desk.staff.get("/api/alerts")).json()
    assert alert["severity"] == "normal"
    return dict(alert)


async def test_a_snoozed_alert_comes_back_at_its_end(desk: Desk) -> None:
    alert = await sore(desk)
    path = desk.path(f"alerts/{alert['id']}/snooze")
    entry = {"until": wire(desk, 10), "reason": "Visit tomorrow."}
    snoozed = (await desk.staff.put(path, json=entry)).json()
    assert (snoozed["snooze"]["reason"], snoozed["snooze"]["until"]) == ("Visit tomorrow.", entry["until"])
    [row] = (await desk.staff.get("/api/worklist")).json()["rows"]
    assert row["reasons"] == []
    desk.clock.advance(minutes=10)
    [back] = (await desk.staff.get("/api/alerts")).json()
    assert back["snooze"] is None
    [row] = (await desk.staff.get("/api/worklist")).json()["rows"]
    assert [one["need"] for one in row["reasons"]] == ["warning-sign"]


async def test_a_snoozed_alert_comes_back_with_a_new_event(desk: Desk) -> None:
    alert = await sore(desk)
    path = desk.path(f"alerts/{alert['id']}/snooze")
    await desk.staff.put(path, json={"until": wire(desk, 600), "reason": "Visit tomorrow."})
    desk.clock.advance(minutes=5)
    again = await raised(desk, "night")
    assert (again["id"], again["times"], again["snooze"]) == (alert["id"], 2, None)


async def test_a_snooze_is_ended_by_hand(desk: Desk) -> None:
    path = desk.path(f"alerts/{(await sore(desk))['id']}/snooze")
    await desk.staff.put(path, json={"until": wire(desk, 600), "reason": "Visit tomorrow."})
    assert [(await desk.staff.delete(path)).status_code for _ in range(2)] == [204, 204]
    assert (await desk.staff.get("/api/alerts")).json()[0]["snooze"] is None


@pytest.mark.parametrize("sign", ["saddle", "fever"])
async def test_an_urgent_alert_cannot_be_snoozed(desk: Desk, sign: str) -> None:
    alert = await raised(desk, sign)
    entry = {"until": wire(desk, 60), "reason": "Visit tomorrow."}
    answer = await desk.staff.put(desk.path(f"alerts/{alert['id']}/snooze"), json=entry)
    assert refusal(answer)[:2] == (409, "cannot-snooze")


@pytest.mark.parametrize(("changes", "field"), [
    ({"reason": "ok"}, "reason"),
    ({"until": "2026-03-02T14:59:00Z"}, "until"),
    ({"until": "2026-05-02T14:59:00Z"}, "until"),
])  # fmt: skip
async def test_a_snooze_needs_a_reason_and_an_end(desk: Desk, changes: dict[str, Any], field: str) -> None:
    alert = await sore(desk)
    entry = {"until": wire(desk, 60), "reason": "Visit tomorrow."} | changes
    answer = await desk.staff.put(desk.path(f"alerts/{alert['id']}/snooze"), json=entry)
    assert refusal(answer) == (400, "unfit-snooze", field)


async def test_the_patient_reads_who_tried_and_who_has_read_it(desk: Desk) -> None:
    alert = await raised(desk, "saddle")
    assert (await desk.phone.get(STATE)).json()["followUp"] is None
    at, due = wire(desk, 0), wire(desk, 15)
    await tried(desk, alert)
    name = desk.therapist.who.name  # type: ignore[union-attr]
    followed = (await desk.phone.get(STATE)).json()["followUp"]
    attempt = {"kind": "attempt", "byName": name, "at": at, "outcome": None, "nextAttemptDueAt": due}
    assert followed == attempt
    desk.clock.advance(minutes=3)
    await acknowledge(desk.staff, desk.patient, "spoke-stay-paused")
    followed = (await desk.phone.get(STATE)).json()["followUp"]
    assert (followed["kind"], followed["byName"], followed["outcome"]) == ("acknowledged", name, "spoke-stay-paused")
    desk.clock.advance(days=3)
    assert (await desk.phone.get(STATE)).json()["followUp"] is None


async def test_what_was_done_about_an_earlier_sign_is_not_told_of_a_new_one(desk: Desk) -> None:
    await raised(desk, "fever")
    await acknowledge(desk.staff, desk.patient)
    desk.clock.advance(minutes=5)
    await desk.phone.put("/api/me/checkins/2026-03-02", json=body(desk.clock.now(), safetyYes=["saddle"]))
    state = (await desk.phone.get(STATE)).json()
    assert (state["warning"]["signs"], state["followUp"]) == (["saddle"], None)
