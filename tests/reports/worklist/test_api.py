"""The worklist over HTTP, on both engines: places that follow what happens, search, groups, pages."""

from typing import Any

import pytest

from homeplan.clock import Clock
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.reports.worklist import worker
from homeplan.reports.worklist.rules import bit_of
from homeplan.reports.worklist.store import save_places
from tests.checkins.answers import acknowledge, lift
from tests.conftest import FakeClock
from tests.reminders.scene import Scene
from tests.reports.test_api import cared_for, check_in
from tests.world import Api, Person, World


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


async def settle(db: Database, clock: Clock) -> None:
    """Judge all places that are due."""
    while await worker.tick(db, clock.now()) == worker.BATCH:
        pass


async def answer(api: Api, who: Person, **query: Any) -> dict[str, Any]:
    desk = await api.signed_in(who)
    searches = "search" in query
    response = await (
        desk.post("/api/worklist/search", json=query) if searches else desk.get("/api/worklist", params=query)
    )
    assert response.status_code == 200, response.text
    listed: dict[str, Any] = response.json()
    return listed


async def names(api: Api, who: Person, **query: Any) -> list[str]:
    return [row["givenName"] for row in (await answer(api, who, **query))["rows"]]


async def test_the_first_page_begins_with_those_who_need_somebody_among_many_patients(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    for n in range(12):
        await world.patient(therapist.clinic, therapist, given_name=f"Calm {n:02}", family_name="Anderson")
    ill = await cared_for(db, world, clock, therapist, given_name="Ill", family_name="Zimmer")
    await check_in(ill, safetyYes=["saddle"])
    await settle(db, clock)
    assert await names(api, therapist, most=2) == ["Ill", "Calm 00"]
    assert await names(api, therapist, most=2, skip=12) == ["Calm 11"]
    assert await names(api, therapist, most=2, skip=13) == []


async def test_a_place_follows_every_change_once_the_worker_has_seen_it(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    await world.patient(therapist.clinic, therapist, given_name="Calm", family_name="Anderson")
    ill = await cared_for(db, world, clock, therapist, given_name="Ill", family_name="Zimmer")
    await settle(db, clock)
    assert await names(api, therapist, most=1) == ["Calm"]
    await check_in(ill, safetyYes=["saddle"])
    await settle(db, clock)
    assert await names(api, therapist, most=1) == ["Ill"]
    desk = await api.signed_in(therapist)
    await acknowledge(desk, ill.patient)
    assert (await lift(desk, ill.patient, clock.now())).is_success
    await settle(db, clock)
    assert await worker.tick(db, clock.now()) == 0
    assert [row["reasons"] for row in (await answer(api, therapist))["rows"]] == [[], []]


async def test_a_change_while_a_place_is_judged_is_judged_again(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    await world.patient(therapist.clinic, therapist, given_name="Calm", family_name="Anderson")
    ill = await cared_for(db, world, clock, therapist, given_name="Ill", family_name="Zimmer")
    judged = await db.read(lambda tx: worker.judge(operator_context(tx, clock.now())))
    await check_in(ill, safetyYes=["saddle"])
    await db.write(lambda tx: save_places(operator_context(tx, clock.now()), judged))
    await settle(db, clock)
    assert await names(api, therapist, most=1) == ["Ill"]


async def test_names_are_found_by_the_beginnings_of_their_words(api: Api, world: World, therapist: Person) -> None:
    await world.patient(therapist.clinic, therapist, given_name="Łucja", family_name="García Müller")
    await world.patient(therapist.clinic, therapist, given_name="Bo", family_name="100%")
    for typed in ("luc", "garc lu", "MULLER", "mü"):
        assert await names(api, therapist, search=typed) == ["Łucja"]
    for typed in ("ucja", "garc x", "_"):
        assert await names(api, therapist, search=typed) == []
    assert await names(api, therapist, search="%") == []


async def test_a_group_shows_its_patients_only_and_the_numbers_of_all_groups(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    ill = await cared_for(db, world, clock, therapist, given_name="Ill")
    await cared_for(db, world, clock, therapist, given_name="Well")
    await check_in(ill, safetyYes=["saddle"])
    await settle(db, clock)
    listed = await answer(api, therapist, group="red-flag")
    assert [row["givenName"] for row in listed["rows"]] == ["Ill"]
    assert listed["patients"] == 2
    assert listed["byGroup"] == {"red-flag": 1, "worsening": 1, "answer": 0, "silent": 0, "other": 0}
    assert await names(api, therapist, group="silent") == []


async def test_other_orders_put_the_unknown_last(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    await cared_for(db, world, clock, therapist, given_name="Unknown", family_name="A")
    mild = await cared_for(db, world, clock, therapist, given_name="Mild", family_name="B")
    severe = await cared_for(db, world, clock, therapist, given_name="Severe", family_name="C")
    await check_in(mild, painNow=2)
    await check_in(severe, painNow=6)
    await mild.needle()
    assert await names(api, therapist, order="pain") == ["Severe", "Mild", "Unknown"]
    assert await names(api, therapist, order="needling") == ["Mild", "Unknown", "Severe"]
    assert await names(api, therapist, order="name") == ["Unknown", "Mild", "Severe"]


async def test_nobody_finds_a_patient_who_is_not_theirs(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    await world.patient(therapist.clinic, therapist, given_name="Mine")
    await settle(db, clock)
    colleague, admin = await world.therapist(therapist.clinic), await world.admin(therapist.clinic)
    stranger = await world.therapist(await world.clinic("Elsewhere"))
    for who, seen in ((therapist, ["Mine"]), (colleague, []), (admin, ["Mine"]), (stranger, [])):
        listed = await answer(api, who)
        assert [row["givenName"] for row in listed["rows"]] == seen
        assert listed["patients"] == len(seen)


async def test_a_name_that_was_erased_is_in_no_place(api: Api, db: Database, world: World, therapist: Person) -> None:
    patient = await world.patient(therapist.clinic, therapist, given_name="Ana", family_name="Zimmer")
    phone = await api.signed_in(patient)
    left = await phone.post("/api/me/leave", json={"confirm": "delete-my-data"})
    assert left.status_code in (200, 204), left.text
    assert await names(api, therapist, search="zimmer") == []


async def test_a_query_that_cannot_be_is_refused(api: Api, therapist: Person) -> None:
    desk = await api.signed_in(therapist)
    for query in ({"most": 501}, {"most": 0}, {"skip": -1}, {"group": "everybody"}, {"order": "luck"}):
        assert (await desk.get("/api/worklist", params=query)).status_code == 400


async def test_the_version_changes_with_every_event_and_with_every_new_place(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    care = await cared_for(db, world, clock, therapist)
    await settle(db, clock)
    desk = await api.signed_in(therapist)

    async def version() -> str:
        found: str = (await desk.get("/api/worklist/version")).json()["version"]
        return found

    first = await version()
    assert await version() == first
    await check_in(care, safetyYes=["saddle"])
    reported = await version()
    await settle(db, clock)
    assert len({first, reported, await version()}) == 3
    stranger = await api.signed_in(await world.therapist(await world.clinic("Elsewhere")))
    before = (await stranger.get("/api/worklist/version")).json()
    await check_in(await cared_for(db, world, clock, therapist))
    assert (await stranger.get("/api/worklist/version")).json() == before


async def test_a_list_that_is_read_by_itself_does_not_keep_the_desk_signed_in(
    api: Api, clock: FakeClock, therapist: Person
) -> None:
    desk = await api.signed_in(therapist)
    for _ in range(4):
        clock.advance(minutes=5)
        read = [(await desk.get(path)).status_code for path in ("/api/worklist", "/api/worklist/version")]
    assert read == [401, 401]


async def test_who_needs_nobody_is_judged_once_a_day_and_everybody_else_each_quarter_of_an_hour(
    api: Api, db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    await cared_for(db, world, clock, therapist, given_name="Calm")
    ill = await cared_for(db, world, clock, therapist, given_name="Ill")
    await check_in(ill, safetyYes=["saddle"])
    await settle(db, clock)
    judged = []
    for _ in range(96):
        clock.advance(minutes=15)
        judged.append(await worker.tick(db, clock.now()))
    assert judged == [1] * 95 + [2]


async def test_a_phone_that_fails_is_judged_when_it_is_unreachable(
    db: Database, world: World, clock: FakeClock, therapist: Person
) -> None:
    scene = Scene(db, clock, world)
    patient = await world.patient(therapist.clinic, therapist)
    await scene.device(patient)
    await settle(db, clock)
    clock.advance(hours=20)
    failing_since = int(clock.now().timestamp() * 1000)
    await db.write(lambda tx: tx.execute("UPDATE devices SET failing_since = :at", at=failing_since))
    need = "SELECT groups FROM worklist WHERE id = :id"
    for hours, groups in ((4, 0), (19, 0), (1, bit_of("silent"))):
        clock.advance(hours=hours)
        await settle(db, clock)
        assert await db.read(lambda tx: tx.fetch_value(need, id=patient.id)) == groups
