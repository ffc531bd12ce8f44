"""A patient's helper over HTTP: the link, what is open to them and what never is, the mark on entries, the end."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.ids import new_id
from tests.accounts.test_pairing_api import pair
from tests.accounts.test_pairing_api import phone as phone_of
from tests.checkins.answers import body as checkin_body
from tests.checkins.answers import safety_body
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.programs.conftest import log
from tests.world import START, Api, Person, World

TODAY = "2026-03-02"


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist, given_name="María")


@pytest.fixture
async def phone(api: Api, patient: Person) -> httpx.AsyncClient:
    return await api.signed_in(patient)


@pytest.fixture
async def device(api: Api, phone: httpx.AsyncClient) -> httpx.AsyncClient:
    """The device of the patient's helper."""
    return await join(api, phone)


async def invite(phone: httpx.AsyncClient, name: str = "Ana") -> dict[str, Any]:
    answer = await phone.post("/api/me/helper", json={"id": new_id(START), "name": name})
    assert answer.status_code == 201, answer.text
    return dict(answer.json(), token=answer.json()["url"].split("#")[1])


async def join(api: Api, phone: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await pair(api, token=(await invite(phone))["token"])
    assert answer.status_code == 201, answer.text
    return phone_of(api, answer)


async def allow(phone: httpx.AsyncClient, *, history: bool = False, messages: bool = False) -> None:
    answer = await phone.put("/api/me/helper/allowed", json={"history": history, "messages": messages})
    assert answer.status_code == 200, answer.text


async def test_a_link_for_a_helper_says_whose_it_is_works_once_and_for_72_hours(
    api: Api, phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    new = await invite(phone)
    assert new["qrSvg"].startswith("<svg")
    assert new["expiresAt"] == "2026-03-05T15:00:00Z"
    for _ in range(2):  # looking at it uses nothing up
        seen = (await api.anyone.post("/api/pairings/preview", json={"token": new["token"]})).json()
        assert (seen["kind"], seen["givenName"]) == ("helper", "María")
    assert new["token"] not in str(await db.read(lambda tx: tx.fetch("SELECT token_hash FROM helpers")))
    joined = await pair(api, token=new["token"])
    me = joined.json()
    assert me["helping"] == {"history": False, "messages": False}
    assert (me["patient"]["givenName"], me["patient"]["familyName"], me["patient"]["birthYear"]) == (
        "María",
        None,
        None,
    )
    assert (await pair(api, token=new["token"])).status_code == 404
    await phone.delete("/api/me/helper")
    late = await invite(phone)
    clock.set(START + timedelta(hours=72, seconds=1))
    assert (await pair(api, token=late["token"])).status_code == 404


async def test_a_lost_answer_is_asked_for_again_under_the_same_id(api: Api, phone: httpx.AsyncClient) -> None:
    new = await invite(phone)
    first = await pair(api, token=new["token"])
    again = await pair(api, token=new["token"])
    assert (first.status_code, again.status_code) == (201, 404)
    await phone.delete("/api/me/helper")
    new, body = await invite(phone), {"id": new_id(START), "deviceLabel": "Tablet"}
    first = await api.anyone.post("/api/pairings", json={**body, "token": new["token"]})
    again = await api.anyone.post("/api/pairings", json={**body, "token": new["token"]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (await phone_of(api, first).get("/api/me")).status_code == 401
    assert (await phone_of(api, again).get("/api/me")).status_code == 200


async def test_one_person_helps_and_a_new_link_replaces_an_unused_one(api: Api, phone: httpx.AsyncClient) -> None:
    first, second = await invite(phone, "Ana"), await invite(phone, "Luis")
    assert (await pair(api, token=first["token"])).status_code == 404
    assert (await phone.get("/api/me/helper")).json()["helper"]["name"] == "Luis"
    assert (await pair(api, token=second["token"])).status_code == 201
    refused = await phone.post("/api/me/helper", json={"id": new_id(START), "name": "Eva"})
    assert (refused.status_code, refused.json()["code"]) == (409, "helper-exists")


async def test_what_a_helper_enters_is_marked_for_the_chart_and_the_patient(
    api: Api, therapist: Person, patient: Person, phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    saved = await device.put(f"/api/me/checkins/{TODAY}", json=checkin_body(START, painNow=4))
    assert saved.status_code == 200, saved.text
    assert saved.json()["enteredBy"]["name"] == "Ana"
    given = await device.post("/api/me/safety-answers", json=safety_body(START, "fever"))
    assert (given.status_code, given.json()["enteredBy"]["helper"]) == (201, True)
    desk = await api.signed_in(therapist)
    [checkin] = (await desk.get(f"/api/patients/{patient.id}/checkins")).json()
    [answer] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    [own] = (await phone.get("/api/me/checkins")).json()
    assert [one["enteredBy"]["helper"] for one in (checkin, answer, own)] == [True] * 3
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"] is not None
    assert [one["severity"] for one in (await desk.get(f"/api/patients/{patient.id}/alerts")).json()] == ["high"]


@pytest.mark.parametrize("helper_minutes", [-5, -1])
async def test_a_helper_neither_replaces_nor_is_shown_what_the_patient_answered(
    phone: httpx.AsyncClient, device: httpx.AsyncClient, helper_minutes: int
) -> None:
    """Answered by the patient three minutes ago; a warning sign of the helper counts all the same."""
    own = checkin_body(START - timedelta(minutes=3), painNow=7)
    assert (await phone.put(f"/api/me/checkins/{TODAY}", json=own)).is_success
    when = START + timedelta(minutes=helper_minutes)
    by_helper = checkin_body(when, painNow=2, anythingNew=True, safetyYes=["fever"])
    refused = await device.put(f"/api/me/checkins/{TODAY}", json=by_helper)
    assert (refused.status_code, refused.json()["code"]) == (409, "answered-by-another")
    assert "7" not in refused.json().get("detail", "")
    [kept] = (await phone.get("/api/me/checkins")).json()
    assert (kept["painNow"], kept["enteredBy"]) == (7, None)
    assert (await phone.get("/api/me/exercise-pause")).json()["warning"] is not None


async def test_the_patient_replaces_what_the_helper_answered(
    phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    earlier = checkin_body(START - timedelta(minutes=3), painNow=2)
    assert (await device.put(f"/api/me/checkins/{TODAY}", json=earlier)).is_success
    assert (await phone.put(f"/api/me/checkins/{TODAY}", json=checkin_body(START, painNow=7))).is_success
    [kept] = (await phone.get("/api/me/checkins")).json()
    assert (kept["painNow"], kept["enteredBy"]) == (7, None)


async def test_a_helper_notes_exercises_and_changes_only_their_own(
    db: Database,
    clock: FakeClock,
    therapist: Person,
    patient: Person,
    phone: httpx.AsyncClient,
    device: httpx.AsyncClient,
    api: Api,
) -> None:
    await Care(db, clock, therapist, patient).publish("bridge")
    plan = (await device.get("/api/me/plan")).json()
    item = next(one["prescriptionId"] for each in plan["segments"] for one in each["items"])
    assert (await phone.put("/api/me/exercise-logs/own", json=log(item, START))).is_success
    noted = await device.put("/api/me/exercise-logs/theirs", json=log(item, START))
    assert (noted.json()["enteredBy"]["name"], noted.json()["enteredBy"]["helper"]) == ("Ana", True)
    changed = [
        await device.put("/api/me/exercise-logs/own", json=log(item, START)),
        await device.delete("/api/me/exercise-logs/own"),
    ]
    assert [one.status_code for one in changed] == [403, 403]
    by_id = {one["id"]: one["enteredBy"] for one in (await phone.get("/api/me/plan")).json()["logs"]}
    assert (by_id["own"], by_id["theirs"]["name"]) == (None, "Ana")
    desk = await api.signed_in(therapist)
    listed = (await desk.get(f"/api/patients/{patient.id}/exercise-logs")).json()
    assert {one["id"]: bool(one["enteredBy"]) for one in listed} == {"own": False, "theirs": True}
    assert (await device.delete("/api/me/exercise-logs/theirs")).status_code == 204


async def test_history_is_closed_until_the_patient_allows_it(
    phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    for address in ("/api/me/checkins", "/api/me/progress"):
        refused = await device.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed-by-patient")
        await allow(phone, messages=True)
        assert (await device.get(address)).status_code == 403
        await allow(phone, history=True)
        assert (await device.get(address)).status_code != 403
        await allow(phone)
        assert (await device.get(address)).status_code == 403


async def test_a_helper_takes_back_only_warnings_that_they_gave(
    phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    of_patient, own = safety_body(START, "fever"), safety_body(START, "fever", id="safety-2")
    await phone.post("/api/me/safety-answers", json=of_patient)
    await device.post("/api/me/safety-answers", json=own)
    for given, status in ((of_patient, 403), (own, 201)):
        back = safety_body(START, id="back", retracts=given["id"])
        assert (await device.post("/api/me/safety-answers", json=back)).status_code == status


@pytest.mark.parametrize("by", ["patient", "staff", "helper"])
async def test_an_ended_helper_is_refused_from_the_next_request_on(
    api: Api, therapist: Person, patient: Person, phone: httpx.AsyncClient, device: httpx.AsyncClient, by: str
) -> None:
    assert (await device.get("/api/me")).status_code == 200
    desk = await api.signed_in(therapist)
    assert (await desk.get(f"/api/patients/{patient.id}")).json()["helper"]["name"] == "Ana"
    ending = {
        "patient": lambda: phone.delete("/api/me/helper"),
        "staff": lambda: desk.delete(f"/api/patients/{patient.id}/helper"),
        "helper": lambda: device.delete("/api/me/sign-in"),
    }
    assert (await ending[by]()).status_code == 204
    for answer in (
        await device.get("/api/me"),
        await device.put(f"/api/me/checkins/{TODAY}", json=checkin_body(START)),
    ):
        assert answer.status_code == 401
    assert (await phone.get("/api/me/helper")).json() == {"helper": None}
    assert (await desk.get(f"/api/patients/{patient.id}")).json()["helper"] is None
    assert (await phone.get("/api/me")).status_code == 200


async def test_a_refused_body_of_a_helper_still_tells_the_warning_sign_with_their_mark(
    api: Api, therapist: Person, patient: Person, device: httpx.AsyncClient
) -> None:
    sent = checkin_body(START, safetyYes=["saddle"], noSuchField=1)
    assert (await device.put(f"/api/me/checkins/{TODAY}", json=sent)).status_code == 400
    [kept] = (await (await api.signed_in(therapist)).get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (kept["safetyYes"], kept["enteredBy"]["helper"]) == (["saddle"], True)


async def test_the_device_of_a_helper_is_not_among_the_phones_of_the_patient(
    api: Api, therapist: Person, patient: Person, phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    assert len((await phone.get("/api/me/sign-ins")).json()) == 1
    await (await api.signed_in(therapist)).delete(f"/api/patients/{patient.id}/sign-ins")
    assert (await phone.get("/api/me")).status_code == 401
    assert (await device.get("/api/me")).status_code == 200


async def test_after_a_lost_phone_no_unused_link_of_it_works(
    api: Api, therapist: Person, patient: Person, phone: httpx.AsyncClient
) -> None:
    link = await invite(phone)
    await (await api.signed_in(therapist)).delete(f"/api/patients/{patient.id}/sign-ins")
    assert (await pair(api, token=link["token"])).status_code == 404


async def test_who_leaves_ends_the_helper_and_the_names_are_erased(
    db: Database, phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    await device.put(f"/api/me/checkins/{TODAY}", json=checkin_body(START))
    await device.post("/api/me/safety-answers", json=safety_body(START))
    assert (await phone.post("/api/me/leave", json={"confirm": "delete-my-data"})).status_code == 200
    assert (await device.get("/api/me")).status_code == 401
    names = "SELECT name FROM helpers UNION ALL SELECT entered_by_name FROM checkins"
    rows = await db.read(lambda tx: tx.fetch(f"{names} UNION ALL SELECT entered_by_name FROM safety_answers"))
    assert [row["name"] for row in rows] == [""] * 3


async def test_reads_by_a_helper_leave_audit_events(
    db: Database, patient: Person, phone: httpx.AsyncClient, device: httpx.AsyncClient
) -> None:
    await phone.get("/api/me/exercise-pause")
    await device.get("/api/me/exercise-pause")
    await device.put(f"/api/me/checkins/{TODAY}", json=checkin_body(START))
    rows = await db.read(
        lambda tx: tx.fetch("SELECT action, object_id, patient_id FROM audit_events WHERE role = 'helper' ORDER BY seq")
    )
    found = [(row["action"], row["object_id"], row["patient_id"]) for row in rows]
    assert ("helper.read", "/api/me/exercise-pause", patient.id) in found
    assert ("checkin.save", TODAY, patient.id) in found


async def test_a_new_phone_joins_by_the_link_of_the_old_one_which_stays(
    api: Api, phone: httpx.AsyncClient, patient: Person
) -> None:
    new = await phone_link(phone)
    for _ in range(2):  # looking at it uses nothing up
        seen = (await api.anyone.post("/api/pairings/preview", json={"token": new["token"]})).json()
        assert (seen["kind"], seen["givenName"]) == ("phone", "María")
    joined = await pair(api, token=new["token"])
    assert (joined.status_code, joined.json()["patient"]["id"]) == (201, patient.id)
    assert (await pair(api, token=new["token"])).status_code == 404
    assert len((await phone.get("/api/me/sign-ins")).json()) == 2


async def test_the_old_phone_is_signed_out_where_the_new_one_asks_for_it(
    api: Api, db: Database, phone: httpx.AsyncClient, patient: Person
) -> None:
    [old] = (await phone.get("/api/me/sign-ins")).json()
    joined = await pair(api, token=(await phone_link(phone))["token"], signOutOther=True)
    assert (await phone.get("/api/me")).status_code == 401
    assert len((await phone_of(api, joined).get("/api/me/sign-ins")).json()) == 1
    rows = await db.read(lambda tx: tx.fetch("SELECT action, object_id, patient_id FROM audit_events ORDER BY seq"))
    assert ("sign-in.end", old["id"], patient.id) in [tuple(row.values()) for row in map(dict, rows)]


async def test_a_link_for_a_new_phone_lasts_ten_minutes_and_one_is_live(
    api: Api, phone: httpx.AsyncClient, clock: FakeClock, db: Database
) -> None:
    first, second = await phone_link(phone), await phone_link(phone)
    assert second["expiresAt"] == "2026-03-02T15:10:00Z"
    assert (await pair(api, token=first["token"])).status_code == 404
    assert second["token"] not in str(await db.read(lambda tx: tx.fetch("SELECT token_hash FROM invitations")))
    clock.advance(minutes=10, seconds=1)
    assert (await pair(api, token=second["token"])).status_code == 404


async def test_the_link_of_a_phone_that_signs_out_does_not_work(api: Api, phone: httpx.AsyncClient) -> None:
    new = await phone_link(phone)
    await phone.delete("/api/me/sign-in")
    assert (await pair(api, token=new["token"])).status_code == 404


async def phone_link(phone: httpx.AsyncClient) -> dict[str, Any]:
    answer = await phone.post("/api/me/phone-link", json={"id": new_id(START)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json(), token=answer.json()["url"].split("#")[1])
