"""The warning signs of a body that the strict decoding refuses are read as far as they can be, stored and told."""

import json
from typing import Any

import httpx
import pytest

from homeplan.checkins.refused_body import warning_in
from homeplan.db import Database
from tests.checkins.answers import PATH, body, count, safety_body
from tests.conftest import FakeClock
from tests.world import START, Api, Person, World

STATE = "/api/me/exercise-pause"


def signs(sent: Any) -> tuple[str, ...] | None:
    found = warning_in(json.dumps(sent).encode(), START)
    return None if found is None else found.safety_yes


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"safetyYes": ["fever"], "noSuchField": 1}, ("fever",)),
        ({"safetyYes": ["fever", "fever", "saddle"]}, ("fever", "saddle")),
        ({"safetyYes": "saddle"}, ("saddle",)),
        ({"safetyYes": {"saddle": True, "fever": False}}, ("saddle",)),
        ({"safetyYes": ["not an id", 7, ""]}, ("other",)),
        ({"safetyYes": ["x" * 41]}, ("other",)),
        ({"safetyYes": [f"sign-{n}" for n in range(50)]}, tuple(f"sign-{n}" for n in range(40))),
        ({"anythingNew": True, "painNow": "seven"}, ("other",)),
        ({"anythingNew": True, "safetyYes": ["calf"]}, ("calf",)),
        ({"otherText": "My foot drags."}, ("other",)),
        ({"otherText": "  "}, None),
        ({"anythingNew": False, "safetyYes": [], "note": "faint"}, None),
        ({"anythingNew": "true"}, None),
        (["saddle"], None),
        ("saddle", None),
        (None, None),
    ],
)
def test_signs_are_read_as_far_as_they_can_be(sent: Any, expected: tuple[str, ...] | None) -> None:
    assert signs(sent) == expected


@pytest.mark.parametrize("sent", [b"", b"{", b'{"safetyYes": ["faint"]', b"\xff", b"[" * 60_000])
def test_what_is_no_json_has_no_signs(sent: bytes) -> None:
    assert warning_in(sent, START) is None


def test_a_key_that_is_given_twice_loses_no_sign() -> None:
    found = warning_in(b'{"safetyYes": ["saddle"], "safetyYes": ["fever"]}', START)
    assert found is not None
    assert found.safety_yes == ("saddle", "fever")


def test_id_and_time_are_those_of_the_body_where_they_can_be_read() -> None:
    sent = body(START, safetyYes=["faint"], timeZone="x" * 99, otherText="Cold\x00 and\ud800 numb")
    found = warning_in(json.dumps(sent).encode(), START)
    assert found is not None
    assert (found.id, found.answered_at, found.time_zone) == (sent["clientEventId"], START, "Etc/Unknown")
    assert found.other_text == "Cold and numb"
    broken = [json.dumps(sent | {"clientEventId": wrong, "answeredAt": wrong}).encode() for wrong in ("no id!", 7)]
    read = [warning_in(one, START) for one in (*broken, broken[0])]
    assert [one.answered_at for one in read if one is not None] == [START] * 3
    ids = [one.id for one in read if one is not None]
    assert (ids[0] == ids[2], ids[0] == ids[1]) == (True, False)


REFUSED: dict[str, dict[str, Any]] = {
    "an unknown field": {"noSuchField": 1},
    "a score out of range": {"painNow": 11},
    "a score in words": {"painNow": "seven"},
    "no time": {"answeredAt": "yesterday"},
    "a sign that is no id": {"safetyYes": ["saddle", "a b"]},
    "text that is no Unicode": {"note": "\ud800"},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
async def test_a_check_in_that_is_refused_still_tells_its_warning_sign(
    phone: httpx.AsyncClient,
    desk: httpx.AsyncClient,
    patient: Person,
    db: Database,
    clock: FakeClock,
    change: dict[str, Any],
) -> None:
    sent = json.dumps(body(clock.now(), safetyYes=["saddle"]) | change)
    json_type = {"content-type": "application/json"}
    refused = [await phone.put(PATH, content=sent, headers=json_type) for _ in range(2)]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(400, "invalid")] * 2
    assert (await count(db, "checkins"), await count(db, "safety_answers")) == (0, 1)
    state = (await phone.get(STATE)).json()
    assert (state["pause"]["reason"], "saddle" in state["warning"]["signs"]) == ("emergency", True)
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["severity"], alert["patientId"]) == ("safety-yes", "critical", patient.id)
    assert await count(db, "audit_events WHERE action = 'safety-answer.save'") == 2
    assert await count(db, "audit_events WHERE action = 'checkin.save'") == 0


async def test_a_day_that_is_no_date_keeps_the_sign(phone: httpx.AsyncClient, db: Database, clock: FakeClock) -> None:
    refused = await phone.put("/api/me/checkins/2026-02-30", json=body(clock.now(), safetyYes=["faint"]))
    assert (refused.status_code, await count(db, "safety_answers")) == (404, 1)


async def test_a_safety_answer_that_is_refused_still_tells_its_sign(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    sent = safety_body(clock.now(), "breath") | {"noSuchField": 1}
    assert (await phone.post("/api/me/safety-answers", json=sent)).status_code == 400
    assert (await phone.get(STATE)).json()["warning"]["signs"] == ["breath"]
    again = await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "breath"))
    assert (again.status_code, await count(db, "safety_answers"), await count(db, "alerts")) == (200, 1, 1)


async def test_a_refused_body_without_a_sign_leaves_nothing(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    assert (await phone.put(PATH, json=body(clock.now(), painNow=11))).status_code == 400
    assert (await count(db, "safety_answers"), await count(db, "alerts")) == (0, 0)


async def test_only_the_patient_tells_a_sign_in_a_refused_body(
    api: Api, desk: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    sent = body(clock.now(), safetyYes=["faint"], noSuchField=1)
    assert [(await one.put(PATH, json=sent)).status_code for one in (api.anyone, desk)] == [401, 401]
    assert await count(db, "safety_answers") == 0


@pytest.mark.parametrize("path", ["checkins", "safety-answers"])
async def test_a_body_of_staff_that_is_refused_still_tells_the_sign_of_its_patient(
    desk: httpx.AsyncClient, therapist: Person, patient: Person, db: Database, clock: FakeClock, path: str
) -> None:
    chart = f"/api/patients/{patient.id}"
    sent = body(clock.now(), safetyYes=["saddle"], noSuchField=1)
    refused = [await desk.post(f"{chart}/{path}", json=sent) for _ in range(2)]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(400, "invalid")] * 2
    state = (await desk.get(f"{chart}/exercise-pause")).json()
    assert (state["pause"]["reason"], state["warning"]["signs"]) == ("emergency", ["saddle"])
    [kept] = (await desk.get(f"{chart}/safety-answers")).json()
    name = therapist.who.name  # type: ignore[union-attr]
    assert kept["enteredBy"] == {"id": therapist.id, "name": name, "helper": False}
    assert (await count(db, "checkins"), await count(db, "alerts")) == (0, 1)
    assert await count(db, "audit_events WHERE action = 'safety-answer.enter'") == 2


async def test_staff_outside_the_care_team_tell_no_sign(
    api: Api, world: World, patient: Person, db: Database, clock: FakeClock
) -> None:
    stranger = await api.signed_in(await world.therapist(await world.clinic()))
    sent = body(clock.now(), safetyYes=["saddle"], noSuchField=1)
    assert (await stranger.post(f"/api/patients/{patient.id}/checkins", json=sent)).status_code == 404
    assert await count(db, "safety_answers") == 0
