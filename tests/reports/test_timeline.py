"""The time axis of a patient over HTTP, on both engines."""

from datetime import timedelta
from typing import Any

from tests.checkins.answers import body as checkin
from tests.checkins.answers import safety_body
from tests.programs.conftest import Desk, desk, item
from tests.world import Api, World

__all__ = ["desk"]


async def axis(desk: Desk, **query: Any) -> dict[str, Any]:
    answer = await desk.staff.get(desk.path("timeline"), params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_everything_that_happened_is_on_one_axis(desk: Desk) -> None:
    await desk.needle(painBefore=6, painAfter=4)
    revision = (await desk.publish(item("easy-walk"))).json()
    await desk.log("log-1", revision["prescriptions"][0]["id"])
    day = f"{desk.clock.now():%Y-%m-%d}"
    assert (await desk.phone.put(f"/api/me/checkins/{day}", json=checkin(desk.clock.now(), painNow=5))).is_success
    assert (await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "fever"))).is_success
    call = {"id": "c", "kind": "call", "reached": False, "startedAt": desk.clock.now().isoformat()}
    await desk.staff.post(desk.path("contacts"), json=call)
    await desk.staff.post(desk.path("staff-notes"), json={"id": "n", "words": "Prefers mornings."})
    written = {"words": "May I swim?", "writtenAt": desk.clock.now().isoformat(), "timeZone": "America/Denver"}
    await desk.phone.put("/api/me/messages/m", json=written)
    found = await axis(desk)
    kinds = {one["kind"] for one in found["events"]}
    assert kinds >= {
        "session",
        "revision",
        "exercise",
        "check-in",
        "safety-answer",
        "alert",
        "contact",
        "note",
        "message",
    }
    times = [one["at"] for one in found["events"]]
    assert times == sorted(times, reverse=True)
    by_kind = {one["kind"]: one for one in found["events"]}
    assert (by_kind["session"]["number"], by_kind["session"]["second"]) == (6, 4)
    assert by_kind["check-in"]["number"] == 5
    assert by_kind["safety-answer"]["codes"] == ["fever"]
    assert by_kind["contact"]["mark"] is True
    assert by_kind["note"]["words"] == "Prefers mornings."


async def test_the_axis_comes_in_pages_without_a_gap_or_a_repetition(desk: Desk) -> None:
    for n in range(7):
        await desk.staff.post(desk.path("staff-notes"), json={"id": f"n{n}", "words": f"Note {n}."})
        desk.clock.advance(seconds=1)
    seen: list[str] = []
    query: dict[str, Any] = {"most": 3}
    for _ in range(9):
        page = await axis(desk, **query)
        seen += [one["id"] for one in page["events"] if one["kind"] == "note"]
        if page["earlier"] is None:
            break
        query["before"] = page["earlier"]
    assert seen == [f"n{n}" for n in reversed(range(7))]


async def test_an_outcome_measure_is_on_the_axis_with_its_change_since_the_start(desk: Desk) -> None:
    await desk.needle()
    for days_ago, score in ((1, -1), (0, 5)):
        then = desk.clock.now() - timedelta(days=days_ago)
        entry: dict[str, Any] = {
            "id": f"g{days_ago}",
            "instrument": "groc",
            "day": f"{then:%Y-%m-%d}",
            "answeredAt": then.isoformat(),
        }
        entry |= {"timeZone": "America/Denver", "scores": [{"value": score}]}
        assert (await desk.phone.post("/api/me/outcome-answers", json=entry)).status_code == 201
    latest, first = [one for one in (await axis(desk))["events"] if one["kind"] == "outcome"]
    assert (first["code"], first["mean"], first["difference"]["verdict"]) == ("groc", -1, "same")
    assert (latest["mean"], latest["difference"]["change"], latest["difference"]["verdict"]) == (5, 5, "better")


async def test_a_session_taken_back_and_a_note_taken_back_are_not_on_the_axis(desk: Desk) -> None:
    session = (await desk.needle()).json()
    await desk.staff.post(desk.path("staff-notes"), json={"id": "n", "words": "Wrong chart."})
    await desk.staff.post(desk.path("staff-notes/n/removal"), json={"basedOn": 1})
    void = {"basedOn": 1, "reason": "Entered twice."}
    await desk.staff.post(desk.path(f"needling-sessions/{session['id']}/void"), json=void)
    assert {one["kind"] for one in (await axis(desk))["events"]}.isdisjoint({"session", "note"})


async def test_only_the_care_team_reads_the_axis(desk: Desk, api: Api, world: World) -> None:
    stranger = await api.signed_in(await world.therapist(desk.therapist.clinic))
    assert (await stranger.get(desk.path("timeline"))).status_code == 404
    assert (await desk.phone.get(desk.path("timeline"))).status_code in (401, 403, 404)
