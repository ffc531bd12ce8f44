"""Check-ins over HTTP, on both engines."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from homeplan.db import Database
from tests.checkins.answers import PATH, TODAY, body, count
from tests.conftest import FakeClock
from tests.world import START, Api, Person, World

FULL: dict[str, Any] = {
    "painAverage24h": 4,
    "soreness": 6,
    "regions": [{"slug": "low-back", "side": "middle"}, {"slug": "calf", "side": "left"}],
    "interference": 2,
    "sleep": "some",
    "note": "Peor al levantarme. 😅",
    "anythingNew": True,
    "safetyYes": ["weight"],
}


async def test_a_checkin_comes_back_as_it_was_saved(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    sent = body(clock.now(), **FULL)
    answer = await phone.put(PATH, json=sent)
    assert answer.status_code == 200
    saved = answer.json()
    expected = sent | {"day": TODAY, "safetyLevel": "soon", "sorenessExpected": False}
    expected |= {"otherText": None, "enteredBy": None}
    expected |= {"answeredAt": "2026-03-02T15:00:00Z", "receivedAt": "2026-03-02T15:00:00Z"}
    assert saved == expected
    assert (await phone.get("/api/me/checkins")).json() == [saved]


async def test_an_unanswered_field_is_null_and_never_zero(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    saved = (await phone.put(PATH, json=body(clock.now(), painNow=0, painWorst24h=0))).json()
    assert (saved["painNow"], saved["painWorst24h"]) == (0, 0)
    optional = ("painAverage24h", "soreness", "regions", "interference", "sleep", "note")
    assert {name: saved[name] for name in optional} == dict.fromkeys(optional)


async def test_nothing_hurts_is_not_the_same_as_not_answered(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    assert (await phone.put(PATH, json=body(clock.now(), regions=[]))).json()["regions"] == []


async def test_the_worst_may_be_below_the_pain_now(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    assert (await phone.put(PATH, json=body(clock.now(), painNow=7, painWorst24h=4))).status_code == 200


async def test_a_hundred_repeats_are_one_row_and_one_answer(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    sent = body(clock.now(), **FULL)
    first = await phone.put(PATH, json=sent)
    for _ in range(99):
        clock.advance(seconds=7)
        again = await phone.put(PATH, json=sent)
        assert (again.status_code, again.content) == (200, first.content)
    assert await count(db, "checkins") == 1
    assert await count(db, "alerts") == 1


async def test_the_later_of_two_answers_stays_whichever_arrives_first(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    morning, evening = clock.now(), clock.now() + timedelta(hours=9)
    clock.advance(hours=10)
    await phone.put(PATH, json=body(evening, painNow=2, note="later"))
    answer = await phone.put(PATH, json=body(morning, painNow=8, note="earlier"))
    assert (answer.status_code, answer.json()["painNow"], answer.json()["note"]) == (200, 2, "later")


async def test_an_edit_replaces_the_answer_and_clears_missing_fields(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    await phone.put(PATH, json=body(clock.now(), **FULL))
    saved = (await phone.put(PATH, json=body(clock.advance(minutes=1), painNow=0))).json()
    assert (saved["painNow"], saved["soreness"], saved["note"], saved["safetyLevel"]) == (0, None, None, None)


async def test_an_answer_from_the_future_counts_as_given_now_and_blocks_no_later_one(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    ahead = body(clock.now() + timedelta(hours=5), painNow=9)
    first = (await phone.put(PATH, json=ahead)).json()
    assert first["answeredAt"] == "2026-03-02T15:00:00Z"
    clock.advance(minutes=30)
    assert (await phone.put(PATH, json=ahead)).json() == first
    assert (await phone.put(PATH, json=body(clock.now(), painNow=1))).json()["painNow"] == 1


async def test_a_later_answer_stays_when_the_servers_clock_was_set_back_between_the_two(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    await phone.put(PATH, json=body(clock.now(), clientEventId="first"))
    true = clock.now() + timedelta(minutes=20)
    clock.advance(hours=-1)
    for _ in range(2):  # the second is a repetition
        saved = await phone.put(PATH, json=body(true, clientEventId="later", painNow=7))
        assert (saved.json()["clientEventId"], saved.json()["painNow"]) == ("later", 7)
    clock.set(true + timedelta(minutes=1))
    edited = await phone.put(PATH, json=body(clock.now(), clientEventId="edited", painNow=2))
    assert edited.json()["painNow"] == 2


async def test_an_answer_sent_after_weeks_offline_is_accepted_for_its_day(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    sent = body(clock.now())
    clock.advance(days=20)
    saved = await phone.put(PATH, json=sent)
    assert (saved.status_code, saved.json()["receivedAt"]) == (200, "2026-03-22T15:00:00Z")
    assert saved.json()["answeredAt"] == "2026-03-02T15:00:00Z"


@pytest.mark.parametrize(("day", "status"), [
    ("2026-02-26", 400), ("2026-02-27", 200), ("2026-02-28", 200), ("2026-03-03", 200), ("2026-03-04", 400),
])  # fmt: skip
async def test_open_days_are_accepted_and_closed_days_refused(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, day: str, status: int
) -> None:
    answer = await phone.put(f"/api/me/checkins/{day}", json=body(clock.now()))
    assert answer.status_code == status
    if status == 400:
        assert (answer.json()["code"], answer.json()["field"]) == ("day-closed", "day")
        assert await count(db, "checkins") == 0


@pytest.mark.parametrize("day", [
    "2026-3-2", "20260302", "2026-W10-1", "2026-02-30", "today", "%00", "2026-03-02%00", "%ED%A0%80", "9" * 300,
])  # fmt: skip
async def test_a_text_that_is_not_a_day_is_refused(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, day: str
) -> None:
    answer = await phone.put(f"/api/me/checkins/{day}", json=body(clock.now()))
    assert answer.status_code in (400, 404)
    assert await count(db, "checkins") == 0


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"painNow": None}, "invalid", "painNow"),
    ({"painNow": 11}, "invalid", "painNow"),
    ({"painNow": -1}, "invalid", "painNow"),
    ({"painNow": 3.5}, "invalid", "painNow"),
    ({"painNow": "3"}, "invalid", "painNow"),
    ({"painNow": True}, "invalid", "painNow"),
    ({"painNow": 2**63}, "invalid", "painNow"),
    ({"painWorst24h": 10**30}, "invalid", "painWorst24h"),
    ({"painAverage24h": 11}, "invalid", "painAverage24h"),
    ({"soreness": -1}, "invalid", "soreness"),
    ({"interference": 99}, "invalid", "interference"),
    ({"sleep": "fine"}, "invalid", "sleep"),
    ({"note": "x" * 501}, "invalid", "note"),
    ({"note": "a\x00b"}, "invalid", "note"),
    ({"anythingNew": "no"}, "invalid", "anythingNew"),
    ({"anythingNew": None}, "invalid", "anythingNew"),
    ({"timeZone": 7}, "invalid", "timeZone"),
    ({"clientEventId": ""}, "invalid", "clientEventId"),
    ({"clientEventId": "a b"}, "invalid", "clientEventId"),
    ({"clientEventId": "x" * 65}, "invalid", "clientEventId"),
    ({"answeredAt": "2026-03-02T15:00:00"}, "invalid", "answeredAt"),
    ({"answeredAt": "yesterday"}, "invalid", "answeredAt"),
    ({"answeredAt": 1772463600}, "invalid", "answeredAt"),
    ({"answeredAt": "2025-12-02T14:59:59Z"}, "answer-too-old", "answeredAt"),
    ({"answeredAt": "0001-01-01T00:00:00+14:00"}, "answer-too-old", "answeredAt"),
    ({"instrumentVersion": "1"}, "invalid", "instrumentVersion"),
    ({"regions": [{"slug": "elbow", "side": "left"}]}, "unknown-region", "regions[0].slug"),
    ({"regions": [{"slug": "tailbone", "side": "left"}]}, "unknown-region", "regions[0].side"),
    ({"regions": [{"slug": "calf", "side": "up"}]}, "invalid", "regions[0].side"),
    ({"regions": [{"slug": "calf"}]}, "invalid", "regions[0].side"),
    ({"regions": [{"slug": "calf", "side": "left", "x": 1}]}, "invalid", "regions[0].x"),
    ({"regions": [{"slug": "calf", "side": "left"}] * 25}, "invalid", "regions"),
    ({"safetyYes": ["too tired"]}, "invalid", "safetyYes[0]"),
    ({"otherText": "x" * 501}, "invalid", "otherText"),
    ({"enteredBy": "me"}, "invalid", "enteredBy"),
    ({"safetyYes": [1]}, "invalid", "safetyYes[0]"),
    ({"safetyYes": None}, "invalid", "safetyYes"),
    ({"patientId": "someone"}, "invalid", "patientId"),
    ({"clinicId": "somewhere"}, "invalid", "clinicId"),
    ({"day": "2026-03-01"}, "invalid", "day"),
    ({"receivedAt": "2026-03-02T15:00:00Z"}, "invalid", "receivedAt"),
    ({"pain_now": 3}, "invalid", "pain_now"),
]


@pytest.mark.parametrize(("changes", "code", "field"), BAD, ids=[f"{f}-{n}" for n, (_, _, f) in enumerate(BAD)])
async def test_an_invalid_answer_is_refused_with_its_field(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, changes: dict[str, Any], code: str, field: str
) -> None:
    answer = await phone.put(PATH, json=body(clock.now(), **changes))
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (400, code, field)
    assert await count(db, "checkins") == 0
    is_warning = field in ("safetyYes[0]", "otherText")  # a warning sign was meant, and is told all the same
    assert await count(db, "alerts") == await count(db, "exercise_pauses") == int(is_warning)


@pytest.mark.parametrize("missing", ["painNow", "painWorst24h", "anythingNew", "answeredAt", "clientEventId"])
async def test_a_missing_required_field_is_refused(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, missing: str
) -> None:
    sent = body(clock.now())
    del sent[missing]
    answer = await phone.put(PATH, json=sent)
    assert (answer.status_code, answer.json()["field"]) == (400, missing)
    assert await count(db, "checkins") == 0


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b'{"note": "\\ud800"}', b'{"painNow": 1, "painNow": 2}', b"\xff\xfe", b"[" * 5000,
    b'{"painNow": NaN}', b'{"note": "' + b"x" * 70_000 + b'"}',
])  # fmt: skip
async def test_a_body_that_is_not_an_answer_is_refused(phone: httpx.AsyncClient, db: Database, content: bytes) -> None:
    answer = await phone.put(PATH, content=content, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert await count(db, "checkins") == 0


async def test_a_lone_surrogate_in_the_note_is_refused_with_its_field(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    whole = httpx.Request("PUT", "http://x", json=body(clock.now(), note="SURROGATE")).content
    content = whole.replace(b"SURROGATE", b"\\ud800")
    answer = await phone.put(PATH, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert await count(db, "checkins") == 0


@pytest.mark.parametrize("day", [
    "2026-3-2", "20260302", "2026-W10-1", "2026-02-30", "02.03.2026", "2026-03-02T00:00", "today", "２０２６-03-02",
    "2026-03-02\n", "0000-01-01", "9" * 400,
])  # fmt: skip
async def test_a_day_has_one_spelling(phone: httpx.AsyncClient, clock: FakeClock, day: str) -> None:
    assert (await phone.put(f"/api/me/checkins/{quote(day)}", json=body(clock.now()))).status_code == 404


@pytest.mark.parametrize(("query", "field"), [
    ("from=2026-3-1", "from"), ("to=x", "to"), ("from=2026-03-02&to=2026-03-01", "to"),
    ("from=2020-01-01&to=2026-03-01", "to"),
    ("from=" + "1" * 30, "from"), ("from=%00", "from"),
])  # fmt: skip
async def test_an_invalid_range_is_refused(phone: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await phone.get(f"/api/me/checkins?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.parametrize("query", ["to=0001-01-02", "from=9999-12-30&to=9999-12-31", "from=0001-01-01&to=0001-01-01"])
async def test_the_first_and_the_last_day_of_the_calendar_raise_no_error(phone: httpx.AsyncClient, query: str) -> None:
    assert (await phone.get(f"/api/me/checkins?{query}")).json() == []


async def test_a_range_includes_both_its_ends(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    for day in ("2026-02-28", "2026-03-01", "2026-03-02"):
        await phone.put(f"/api/me/checkins/{day}", json=body(clock.now()))
    got = (await phone.get("/api/me/checkins?from=2026-02-28&to=2026-03-01")).json()
    assert [one["day"] for one in got] == ["2026-02-28", "2026-03-01"]


async def test_the_chart_shows_the_checkins_and_strangers_see_nothing(
    api: Api, world: World, phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    saved = (await phone.put(PATH, json=body(clock.now()))).json()
    chart = f"/api/patients/{patient.id}/checkins"
    assert (await desk.get(chart)).json() == [saved]
    stranger = await api.signed_in(await world.therapist(await world.clinic("Elsewhere")))
    foreign, absent = await stranger.get(chart), await desk.get("/api/patients/absent/checkins")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert (await api.anyone.get(chart)).status_code == 401


async def test_every_write_of_a_checkin_and_read_by_staff_is_audited_without_values(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, db: Database, patient: Person, clock: FakeClock
) -> None:
    await phone.put(PATH, json=body(clock.now(), note="secret words"))
    await phone.get("/api/me/checkins")
    await desk.get(f"/api/patients/{patient.id}/checkins")
    rows = await db.read(lambda tx: tx.fetch("SELECT * FROM audit_events ORDER BY seq"))
    assert [(row["action"], row["object_id"], row["patient_id"]) for row in rows] == [
        ("checkin.save", TODAY, patient.id),
        ("checkin.read", None, patient.id),
    ]
    assert "secret" not in str([dict(row) for row in rows])


async def test_a_late_answer_completes_a_run(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, clock: FakeClock
) -> None:
    moments = {n: START - timedelta(days=n) for n in range(8, -1, -1)}
    scores = {8: 2, 7: 2, 6: 2, 5: 2, 4: 5, 2: 5, 1: 5, 0: 5}
    for n in (8, 7, 6, 5, 4, 0, 1):  # yesterday's comes last
        answer = await phone.put(f"/api/me/checkins/{moments[n]:%Y-%m-%d}", json=body(moments[n], painNow=scores[n]))
        assert answer.status_code == 200
        alerts = (await desk.get("/api/alerts")).json()
        assert [one["rule"] for one in alerts] == (["pain-rise"] if n == 1 else [])
