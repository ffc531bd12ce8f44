"""Visits over HTTP, on both engines."""

from typing import Any

from homeplan.db import Database
from tests.programs.conftest import Desk, refusal
from tests.world import Api


def visit(**changes: Any) -> dict[str, Any]:
    return {
        "id": "visit-1",
        "kind": "needling",
        "day": "2026-03-05",
        "wallTime": "14:30:00",
        "timeZone": "America/Denver",
        "note": "Bring shorts.",
    } | changes


async def mine(desk: Desk) -> dict[str, Any]:
    return dict((await desk.phone.get("/api/me/visits")).json())


async def test_the_next_visit_reaches_the_phone(desk: Desk) -> None:
    assert await mine(desk) == {"next": None, "movedFrom": None, "cancelled": None}
    answers = [await desk.staff.post(desk.path("visits"), json=visit()) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json()["startsAt"] == "2026-03-05T21:30:00Z"
    await desk.staff.post(desk.path("visits"), json=visit(id="later", day="2026-03-09"))
    await desk.staff.post(desk.path("visits"), json=visit(id="past", day="2026-02-20"))
    found = (await mine(desk))["next"]
    assert (found["id"], found["day"], found["note"]) == ("visit-1", "2026-03-05", "Bring shorts.")
    listed = (await desk.staff.get(desk.path("visits"))).json()
    assert [(one["id"], one["state"]) for one in listed] == [
        ("later", "planned"),
        ("visit-1", "planned"),
        ("past", "took-place"),
    ]


async def test_a_visit_on_the_night_of_the_clock_change_has_an_instant(desk: Desk) -> None:
    stored = await desk.staff.post(desk.path("visits"), json=visit(day="2026-03-08", wallTime="02:30:00"))
    assert stored.json()["startsAt"] == "2026-03-08T09:00:00Z"


async def test_a_moved_visit_says_so(desk: Desk) -> None:
    await desk.staff.post(desk.path("visits"), json=visit())
    move = {"id": "visit-2", "day": "2026-03-06", "wallTime": "09:00:00", "timeZone": "America/Denver"}
    path = desk.path("visits/visit-1/move")
    assert [(await desk.staff.post(path, json=move)).status_code for _ in range(2)] == [201, 200]
    found = await mine(desk)
    assert (found["next"]["id"], found["next"]["kind"], found["movedFrom"]["day"]) == (
        "visit-2",
        "needling",
        "2026-03-05",
    )
    assert refusal(await desk.staff.post(path, json=move | {"id": "visit-3"}))[:2] == (409, "visit-over")


async def test_a_cancelled_visit_says_so_until_another_is_planned(desk: Desk) -> None:
    await desk.staff.post(desk.path("visits"), json=visit())
    path = desk.path("visits/visit-1/state")
    answers = [await desk.staff.put(path, json={"state": "cancelled"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert refusal(await desk.staff.put(path, json={"state": "missed"}))[:2] == (409, "visit-over")
    found = await mine(desk)
    assert (found["next"], found["cancelled"]["id"]) == (None, "visit-1")
    await desk.staff.post(desk.path("visits"), json=visit(id="visit-2", day="2026-03-10"))
    found = await mine(desk)
    assert (found["next"]["id"], found["cancelled"]) == ("visit-2", None)


async def test_a_needling_session_closes_the_visit_of_its_day(desk: Desk, api: Api) -> None:
    for each in (visit(id="talk", kind="follow-up", day="2026-03-02", wallTime="10:00:00"),
                 visit(id="needles", day="2026-03-02", wallTime="16:00:00"),
                 visit(id="tomorrow", day="2026-03-03")):  # fmt: skip
        await desk.staff.post(desk.path("visits"), json=each)
    await desk.staff.post(desk.path("episodes"), json={"id": "episode-1"})
    desk.clock.advance(hours=8)
    desk.staff = await api.signed_in(desk.therapist)
    session = await desk.needle()
    assert session.status_code == 201, session.text
    states = {one["id"]: (one["state"], one["sessionId"]) for one in (await desk.staff.get(desk.path("visits"))).json()}
    assert states == {
        "talk": ("planned", None),
        "needles": ("took-place", session.json()["id"]),
        "tomorrow": ("planned", None),
    }


async def test_planned_visits_are_cancelled_when_the_patient_leaves(desk: Desk, db: Database) -> None:
    await desk.staff.post(desk.path("visits"), json=visit())
    await desk.staff.post(desk.path("visits"), json=visit(id="past", day="2026-02-20"))
    await desk.phone.post("/api/me/leave", json={"confirm": "delete-my-data"})
    rows = await db.read(lambda tx: tx.fetch("SELECT id, state FROM visits ORDER BY id"))
    assert [(row["id"], row["state"]) for row in rows] == [("past", "took-place"), ("visit-1", "cancelled")]
