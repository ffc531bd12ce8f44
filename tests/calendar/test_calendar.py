"""The calendar over HTTP, on both engines: a private link, made, read by a program, renewed and ended."""

import json
import logging
import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from homeplan.db import Database
from homeplan.reminders.model import ReminderKind
from tests.conftest import FakeClock
from tests.reminders.scene import Scene, local
from tests.world import ORIGIN, Api, Person

DENVER = ZoneInfo("America/Denver")
HEALTH = re.compile(r"pain|back|needl|exercise|therap|clinic|check|dolor|espalda|punci|ejercicio|terap|clínic", re.I)
VISIT = {"kind": "needling", "day": "2026-03-05", "wallTime": "14:30:00", "timeZone": "America/Denver"}


class Home:
    """A patient in Denver with a phone, and a calendar program that is signed in nowhere."""

    def __init__(self, scene: Scene, api: Api, patient: Person, phone: httpx.AsyncClient):
        self.scene, self.api, self.patient, self.phone = scene, api, patient, phone

    async def link(self) -> str:
        made = await self.phone.put("/api/me/calendar-link")
        assert made.status_code == 200, made.text
        url: str = made.json()["url"]
        assert url.startswith(f"{ORIGIN}/calendar/")
        return url.removeprefix(ORIGIN)

    async def read(self, link: str, **headers: str) -> httpx.Response:
        return await self.api.anyone.get(link, headers=headers)

    async def events(self, link: str) -> list[Any]:
        answer = await self.read(link)
        assert answer.status_code == 200, answer.text
        return events_in(answer)

    async def staff(self) -> httpx.AsyncClient:
        return await self.api.signed_in(self.scene.therapists[self.patient.id])

    async def plan_visit(self, visit_id: str = "visit-1", **changes: Any) -> None:
        body = VISIT | {"id": visit_id, "note": "Bring shorts."} | changes
        planned = await (await self.staff()).post(f"/api/patients/{self.patient.id}/visits", json=body)
        assert planned.status_code == 201, planned.text


@pytest.fixture
async def home(scene: Scene, api: Api) -> Home:
    patient = await scene.patient()
    return Home(scene, api, patient, await api.signed_in(patient))


def events_in(answer: httpx.Response) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def titles(events: list[Any]) -> list[str]:
    return [str(each["SUMMARY"]) for each in events]


def occurrences(event: Any, between: tuple[str, str]) -> list[datetime]:
    """The instants (UTC) of an event from one local time in Denver to another."""
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt)
    return [each.astimezone(UTC) for each in rule.between(local(between[0]), local(between[1]), inc=True)]


async def test_there_is_no_link_before_the_patient_makes_one(home: Home) -> None:
    assert (await home.phone.get("/api/me/calendar-link")).json() == {"since": None}
    await home.link()
    assert (await home.phone.get("/api/me/calendar-link")).json() == {"since": "2026-03-02T15:00:00Z"}


async def test_a_program_reads_reminders_and_visits_without_signing_in(home: Home) -> None:
    await home.scene.remind(home.patient, "19:00", weekdays=0b0000101)
    await home.plan_visit()
    reminder, visit = await home.events(await home.link())
    assert titles([reminder, visit]) == ["Reminder", "Visit"]
    assert reminder["DTSTART"].dt == datetime(2026, 3, 2, 19, tzinfo=DENVER)
    assert reminder["RRULE"]["BYDAY"] == ["MO", "WE"]
    assert visit["DTSTART"].dt == local("2026-03-05 14:30")


@pytest.mark.parametrize(("language", "expected"), [("en", ["Reminder", "Visit"]), ("es", ["Recordatorio", "Visita"])])
async def test_the_file_says_nothing_of_health_and_no_name(
    scene: Scene, api: Api, language: Any, expected: list[str]
) -> None:
    patient = await scene.patient(language=language, given_name="Anabel", problem="Low back pain")
    home = Home(scene, api, patient, await api.signed_in(patient))
    await scene.remind(patient, "19:00", ReminderKind.EXERCISE)
    await home.plan_visit()
    answer = await home.read(await home.link())
    assert titles(events_in(answer)) == expected
    assert not HEALTH.search(answer.text), answer.text
    for known in (patient.id, patient.clinic.id, "Anabel", "shorts", "visit-1"):
        assert known not in answer.text


@pytest.mark.parametrize(
    ("now", "between", "at"),
    [
        ("2026-03-01 12:00", ("2026-03-07 00:00", "2026-03-09 23:00"), ["08T02:00", "09T01:00", "10T01:00"]),
        ("2026-10-20 12:00", ("2026-10-31 00:00", "2026-11-02 23:00"), ["01T01:00", "02T02:00", "03T02:00"]),
    ],
)
async def test_a_reminder_keeps_its_wall_time_across_both_clock_changes(
    home: Home, now: str, between: tuple[str, str], at: list[str]
) -> None:
    home.scene.clock.set(local(now))
    home.phone = await home.api.signed_in(home.patient)
    await home.scene.remind(home.patient, "19:00")
    [event] = await home.events(await home.link())
    assert [f"{each:%dT%H:%M}" for each in occurrences(event, between)] == at


async def test_a_reminder_follows_the_phone_to_another_zone(home: Home) -> None:
    await home.scene.remind(home.patient, "19:00", zone_policy="phone")
    await home.scene.travel(home.patient, "Europe/Madrid")
    [event] = await home.events(await home.link())
    assert event["DTSTART"].params["TZID"] == "Europe/Madrid"


async def test_what_would_not_ring_is_not_shown(home: Home) -> None:
    await home.scene.remind(home.patient, "08:00", enabled=False)
    await home.scene.remind(home.patient, "09:00", ReminderKind.EXERCISE)
    await home.scene.remind(home.patient, "19:00")
    link = await home.link()
    assert len(await home.events(link)) == 2
    await home.scene.answer_safety(home.patient, "fever")  # exercises are paused
    [checkin] = await home.events(link)
    assert checkin["DTSTART"].dt == datetime(2026, 3, 2, 19, tzinfo=DENVER)
    await home.scene.settings(home.patient, paused_until=date(2026, 3, 9))
    [later] = await home.events(link)
    assert later["DTSTART"].dt == datetime(2026, 3, 9, 19, tzinfo=DENVER)
    await home.scene.discharge(home.patient)
    assert await home.events(link) == []


async def test_a_moved_or_cancelled_visit_is_shown_at_its_new_time_or_not_at_all(home: Home) -> None:
    await home.plan_visit()
    link, staff = await home.link(), await home.staff()
    move = {"id": "visit-2", "day": "2026-03-06", "wallTime": "09:00:00", "timeZone": "America/Denver"}
    visits = f"/api/patients/{home.patient.id}/visits"
    await staff.post(f"{visits}/visit-1/move", json=move)
    assert [each["DTSTART"].dt for each in await home.events(link)] == [local("2026-03-06 09:00")]
    await staff.put(f"{visits}/visit-2/state", json={"state": "cancelled"})
    assert await home.events(link) == []


async def test_a_new_link_ends_the_one_before_and_the_patient_ends_the_last(home: Home) -> None:
    first = await home.link()
    second = await home.link()
    assert [(await home.read(each)).status_code for each in (first, second)] == [404, 200]
    assert (await home.phone.delete("/api/me/calendar-link")).status_code == 204
    assert (await home.phone.delete("/api/me/calendar-link")).status_code == 204
    assert (await home.read(second)).status_code == 404
    assert (await home.phone.get("/api/me/calendar-link")).json() == {"since": None}


async def test_leaving_ends_the_link(home: Home, db: Database) -> None:
    link = await home.link()
    assert (await home.phone.post("/api/me/leave", json={"confirm": "delete-my-data"})).status_code == 200
    assert (await home.read(link)).status_code == 404
    assert await home.scene.rows("SELECT * FROM calendar_links") == []


async def test_a_program_that_has_the_file_is_told_so_until_something_changes(home: Home, clock: FakeClock) -> None:
    await home.scene.remind(home.patient, "19:00")
    link = await home.link()
    first = await home.read(link)
    assert (first.headers["content-type"], first.headers["cache-control"]) == (
        "text/calendar; charset=utf-8",
        "no-store",
    )
    assert first.headers["x-robots-tag"] == "noindex"
    clock.advance(hours=3)
    again = await home.read(link)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    known = await home.read(link, **{"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = await home.api.anyone.head(link)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
    await home.scene.remind(home.patient, "08:00")
    assert (await home.read(link, **{"if-none-match": first.headers["etag"]})).status_code == 200


@pytest.mark.parametrize("token", ["A" * 43, f"{'A' * 43}.ics", "short", "x" * 2000])
async def test_an_unknown_link_is_not_found(home: Home, token: str) -> None:
    assert (await home.read(f"/calendar/{token}")).status_code == 404


async def test_readings_of_one_link_are_limited_and_those_of_another_go_on(home: Home, clock: FakeClock) -> None:
    link = await home.link()
    other = await home.scene.patient()
    theirs = await Home(home.scene, home.api, other, await home.api.signed_in(other)).link()
    assert {(await home.read(link)).status_code for _ in range(60)} == {200}
    refused = await home.read(link)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert (await home.read(theirs)).status_code == 200
    clock.advance(hours=1)
    assert (await home.read(link)).status_code == 200


async def test_guesses_from_one_network_are_limited_and_a_link_that_works_is_served(home: Home) -> None:
    link = await home.link()
    answers = [(await home.read(f"/calendar/{'A' * 43}.ics")).status_code for _ in range(21)]
    assert (answers[:20], answers[20]) == ([404] * 20, 429)
    assert (await home.read(link)).status_code == 200


async def test_the_secret_is_in_no_log_no_audit_event_and_no_table(
    home: Home, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = await home.link()
    for _ in range(61):  # the last one is refused
        await home.read(link)
    await home.phone.delete("/api/me/calendar-link")
    assert (await home.read(link)).status_code == 404
    ours = [each for each in caplog.records if each.name.startswith("homeplan")]
    secret = link.removeprefix("/calendar/").removesuffix(".ics")
    assert not any(secret in record.getMessage() for record in ours)
    events = await home.scene.rows("SELECT * FROM audit_events")
    assert secret not in json.dumps([dict(each) for each in events], default=str)
