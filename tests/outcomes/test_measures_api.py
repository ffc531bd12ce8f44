"""PSFS and the other instruments over HTTP: permission, answers, change."""

from typing import Any

import httpx

from tests.conftest import FakeClock
from tests.outcomes.conftest import Desk
from tests.programs.care import DENVER, Care

PERMISSION = "/api/outcome-instruments/psfs/permission"
NOTE = {"note": "E-mail from the authors, kept in the office."}


def psfs(clock: FakeClock, id: str, *values: int, words: bool = True) -> dict[str, Any]:
    texts = ("Put on my shoes", "Sit through a film", "Carry the shopping")
    now = clock.now()
    return {
        "id": id,
        "instrument": "psfs",
        "day": now.astimezone(DENVER).date().isoformat(),
        "answeredAt": now.isoformat(),
        "timeZone": "America/Denver",
        "scores": [
            {"activity": f"act-{n}", "value": value} | ({"words": texts[n]} if words else {})
            for n, value in enumerate(values)
        ],
    }


async def asks(phone: httpx.AsyncClient) -> list[str]:
    return [one["instrument"] for one in (await phone.get("/api/me/outcomes")).json()["asks"]]


async def test_psfs_is_off_until_an_administrator_records_the_permission(
    phone: httpx.AsyncClient, desk: Desk, admin: Desk, clock: FakeClock
) -> None:
    assert "psfs" not in await asks(phone)
    off = await phone.post("/api/me/outcome-answers", json=psfs(clock, "p1", 3))
    assert (off.status_code, off.json()["code"]) == (409, "instrument-off")
    assert (await desk.put(PERMISSION, NOTE)).status_code == 403
    stored = (await admin.put(PERMISSION, NOTE)).json()
    assert (stored["on"], stored["permission"]) == (True, NOTE["note"])
    assert "psfs" in await asks(phone)
    listed = {one["id"]: one["on"] for one in (await desk.get("/api/outcome-instruments")).json()}
    assert listed == {"psfs": True, "groc": True, "weekly": True}
    assert (await admin.delete(PERMISSION)).status_code == 204
    assert "psfs" not in await asks(phone)


async def test_an_instrument_that_needs_no_permission_takes_none(admin: Desk) -> None:
    assert (await admin.put("/api/outcome-instruments/groc/permission", NOTE)).status_code == 404


async def test_the_therapist_sees_the_change_of_the_episode_and_around_the_session(
    phone: httpx.AsyncClient, desk: Desk, admin: Desk, care: Care, clock: FakeClock
) -> None:
    await admin.put(PERMISSION, NOTE)
    assert (await phone.post("/api/me/outcome-answers", json=psfs(clock, "p1", 3, 4))).status_code == 201
    assert "psfs" not in (await asks(phone))[:1]
    session = await care.needle(clock.advance(hours=2))
    clock.advance(days=14)
    await phone.post("/api/me/outcome-answers", json=psfs(clock, "p2", 6, 6, words=False))
    found = (await desk.get(f"/api/patients/{care.patient.id}/outcomes")).json()
    assert [one["words"] for one in found["activities"]] == ["Put on my shoes", "Sit through a film"]
    [change] = found["episode"]
    assert (change["before"], change["after"], change["change"], change["verdict"]) == (3.5, 6, 2.5, "better")
    assert [(one["before"], one["after"], one["verdict"]) for one in found["single"]] == [
        (3, 6, "better"),
        (4, 6, "same"),
    ]
    [around] = found["sessions"]
    assert (around["sessionId"], around["psfs"]["change"]) == (session.id, 2.5)


async def test_the_phone_has_the_scores_of_the_first_activity_whichever_question_they_answer(
    phone: httpx.AsyncClient, admin: Desk, clock: FakeClock
) -> None:
    await admin.put(PERMISSION, NOTE)
    await phone.post("/api/me/outcome-answers", json=psfs(clock, "p1", 3, 8))
    clock.advance(days=7)
    weekly = psfs(clock, "w1", 5, words=False) | {"instrument": "weekly"}
    assert (await phone.post("/api/me/outcome-answers", json=weekly)).status_code == 201
    scores = (await phone.get("/api/me/outcomes")).json()["scores"]
    assert scores == [{"day": "2026-03-02", "value": 3}, {"day": "2026-03-09", "value": 5}]


async def test_the_words_for_activities_are_erased_when_the_patient_leaves(
    phone: httpx.AsyncClient, admin: Desk, care: Care, clock: FakeClock
) -> None:
    await admin.put(PERMISSION, NOTE)
    await phone.post("/api/me/outcome-answers", json=psfs(clock, "p1", 3, 4))
    assert (await phone.post("/api/me/leave", json={"confirm": "delete-my-data"})).status_code == 200
    rows = await care.db.read(lambda tx: tx.fetch("SELECT words FROM psfs_activities"))
    assert [row["words"] for row in rows] == [None, None]


async def test_an_answer_for_a_closed_day_is_refused(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    sent = psfs(clock, "g", 0) | {"instrument": "groc", "scores": [{"value": 3}], "day": "2026-02-20"}
    refused = await phone.post("/api/me/outcome-answers", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (400, "outcome-day-closed")
