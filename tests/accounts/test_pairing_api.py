"""A phone joins over HTTP."""

import asyncio
import logging
import re
from typing import Any

import httpx
import pytest

from homeplan.accounts.rules import NEW_INVITATIONS
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.world import START, Api, Person, World


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic("Example Clinic"))


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist, given_name="María", language="es")


async def invite(api: Api, therapist: Person, patient: Person) -> dict[str, Any]:
    desk = await api.signed_in(therapist)
    answer = await desk.post(f"/api/patients/{patient.id}/invitation", json={"id": new_id(START)})
    assert answer.status_code == 201
    return dict(answer.json(), token=answer.json()["url"].split("#")[1])


async def pair(api: Api, **body: Any) -> httpx.Response:
    return await api.anyone.post("/api/pairings", json={"id": new_id(START), "deviceLabel": "María's phone", **body})


def phone(api: Api, answer: httpx.Response) -> httpx.AsyncClient:
    """A browser that keeps the cookie which the answer set."""
    name, value = answer.headers["set-cookie"].split(";")[0].split("=", 1)
    return api._client({name: value})


async def test_an_invitation_is_a_link_a_picture_and_a_code(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    assert re.fullmatch(r"http://localhost:8000/e#[A-Za-z0-9_-]{27}", new["url"])
    assert new["qrSvg"].startswith("<svg")
    assert "viewBox" in new["qrSvg"]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}", new["pairingCode"])
    assert new["expiresAt"] == "2026-03-05T15:00:00Z"
    assert new["pairingCodeExpiresAt"] == "2026-03-02T15:10:00Z"


async def test_links_lead_to_the_configured_origin_regardless_of_the_headers(
    api: Api, therapist: Person, patient: Person
) -> None:
    desk = await api.signed_in(therapist)
    for name in ("host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-original-url"):
        forged = {name: "evil.example"}
        answer = await desk.post(f"/api/patients/{patient.id}/invitation", json={"id": new_id(START)}, headers=forged)
        assert answer.json()["url"].startswith("http://localhost:8000/e#")
        assert "evil" not in str(answer.headers) + answer.text


async def test_the_invited_sees_whom_the_link_is_for_and_whom_to_call(
    api: Api, therapist: Person, patient: Person
) -> None:
    new = await invite(api, therapist, patient)
    answer = await api.anyone.post("/api/pairings/preview", json={"token": new["token"]})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "clinicName": "Example Clinic",
            "clinicPhone": "555 0100",
            "emergencyNumber": "911",
            "privacyContact": "",
            "recordYears": None,
            "clinicLogo": None,
            "givenName": "María",
            "language": "es",
            "kind": "clinic",
        },
    )


@pytest.mark.parametrize("key", ["token", "pairingCode"])
async def test_a_phone_joins_and_stays_signed_in(
    api: Api, therapist: Person, patient: Person, clock: FakeClock, key: str
) -> None:
    new = await invite(api, therapist, patient)
    answer = await pair(api, **{key: new[key]})
    assert answer.status_code == 201
    me = answer.json()
    assert me["patient"] == {
        "id": patient.id,
        "givenName": "María",
        "familyName": "Example",
        "language": "es",
        "timeZone": "America/Denver",
        "birthYear": None,
    }
    assert me["clinic"]["name"] == "Example Clinic"
    assert me["therapistName"] == "Therapist Example 1"
    assert me["serverTime"] == "2026-03-02T15:00:00Z"
    again = await phone(api, answer).get("/api/me")
    assert (again.status_code, again.json()) == (200, me)
    clock.advance(days=80)
    assert (await phone(api, answer).get("/api/me")).status_code == 200


async def test_the_phones_cookie_has_exactly_its_flags(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    answer = await pair(api, token=new["token"])
    (cookie,) = answer.headers.get_list("set-cookie")
    value, *flags = cookie.split("; ")
    assert re.fullmatch(r"__Host-hp=[A-Za-z0-9_-]{43}", value)
    assert sorted(flags) == ["HttpOnly", "Max-Age=34560000", "Path=/", "SameSite=strict", "Secure"]


async def test_of_fifty_phones_at_once_one_joins(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    answers = await asyncio.gather(*(pair(api, token=new["token"]) for _ in range(50)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 404, 429}
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


@pytest.mark.parametrize("key", ["token", "pairingCode"])
async def test_a_phone_whose_answer_was_lost_joins_again(
    api: Api, therapist: Person, patient: Person, clock: FakeClock, key: str
) -> None:
    new = await invite(api, therapist, patient)
    lost = await pair(api, id="my-sign-in", **{key: new[key]})
    clock.advance(minutes=9)
    again = await pair(api, id="my-sign-in", **{key: new[key]})
    assert (lost.status_code, again.status_code) == (201, 200)
    assert (await phone(api, again).get("/api/me")).status_code == 200
    assert (await phone(api, lost).get("/api/me")).status_code == 401
    assert len((await phone(api, again).get("/api/me/sign-ins")).json()) == 1


@pytest.mark.parametrize("key", ["token", "pairingCode"])
async def test_a_used_invitation_is_good_only_for_the_phone_that_used_it(
    api: Api, therapist: Person, patient: Person, clock: FakeClock, key: str
) -> None:
    new = await invite(api, therapist, patient)
    secret = {key: new[key]}
    joined = await pair(api, id="my-sign-in", **secret)
    assert (await pair(api, id="another", **secret)).status_code == 404
    assert (await pair(api, id="my-sign-in", **{key: "ABCDE12345"})).status_code == 404
    assert (await phone(api, joined).get("/api/me")).status_code == 200
    clock.advance(minutes=10)
    assert (await pair(api, id="my-sign-in", **secret)).status_code == 404


async def test_a_phone_that_was_signed_out_does_not_join_again(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    joined = await pair(api, id="my-sign-in", token=new["token"])
    assert (await phone(api, joined).delete("/api/me/sign-in")).status_code == 204
    assert (await pair(api, id="my-sign-in", token=new["token"])).status_code == 409


async def test_the_id_of_another_sign_in_is_refused_and_the_invitation_stays_good(
    api: Api, world: World, therapist: Person, patient: Person
) -> None:
    first = await invite(api, therapist, patient)
    second = await invite(api, therapist, await world.patient(therapist.clinic, therapist))
    assert (await pair(api, id="same", token=first["token"])).status_code == 201
    assert (await pair(api, id="same", token=second["token"])).json()["code"] == "sent-before"
    assert (await pair(api, id="fresh", token=second["token"])).status_code == 201


async def test_expired_voided_used_and_unknown_invitations_answer_alike(
    api: Api, world: World, therapist: Person, clock: FakeClock
) -> None:
    patients = [await world.patient(therapist.clinic, therapist) for _ in range(3)]
    used, voided, expired = [await invite(api, therapist, patient) for patient in patients]
    assert (await pair(api, token=used["token"])).status_code == 201
    desk = await api.signed_in(therapist)
    assert (await desk.delete(f"/api/patients/{patients[1].id}/invitation")).status_code == 204
    clock.advance(hours=73)
    answers = []
    for token in (used["token"], voided["token"], expired["token"], "unknown", "x" * 27, "§" * 100):
        answers.append(await pair(api, token=token))
        answers.append(await api.anyone.post("/api/pairings/preview", json={"token": token}))
        clock.advance(minutes=1)
    for code in (used["pairingCode"], voided["pairingCode"], expired["pairingCode"], "0000000000", "not a code"):
        answers.append(await pair(api, pairingCode=code))
        clock.advance(minutes=1)
    assert {answer.status_code for answer in answers} == {404}
    (body,) = {answer.content for answer in answers}
    assert b'"code":"invitation-unusable"' in body


async def test_looking_does_not_use_an_invitation_up(
    api: Api, therapist: Person, patient: Person, clock: FakeClock
) -> None:
    new = await invite(api, therapist, patient)
    for _ in range(20):
        for method, path in (
            ("GET", "/e"),
            ("HEAD", "/e"),
            ("GET", "/api/pairings"),
            ("HEAD", "/api/pairings/preview"),
        ):
            assert (await api.anyone.request(method, path)).status_code != 201
        looked = await api.anyone.post("/api/pairings/preview", json={"token": new["token"]})
        assert looked.status_code == 200
    assert (await pair(api, token=new["token"])).status_code == 201


async def test_a_code_has_five_tries(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    wrong = new["pairingCode"][:4] + ("000000" if new["pairingCode"][4:] != "000000" else "111111")
    for _ in range(5):
        assert (await pair(api, pairingCode=wrong)).status_code == 404
    assert (await pair(api, pairingCode=new["pairingCode"])).status_code == 404


async def test_a_code_that_a_stranger_used_up_leaves_its_link_and_takes_one_tap_to_replace(
    api: Api, therapist: Person, patient: Person
) -> None:
    spent = await invite(api, therapist, patient)
    for n in range(5):
        assert (await pair(api, pairingCode=f"{spent['pairingCode'][:4]}00000{n}")).status_code == 404
    looked = await api.anyone.post("/api/pairings/preview", json={"token": spent["token"]})
    assert looked.status_code == 200
    replaced = await invite(api, therapist, patient)
    assert (await pair(api, pairingCode=replaced["pairingCode"])).status_code == 201


async def test_a_network_that_guesses_is_slowed_down_and_nobody_else_in_it(
    api: Api, world: World, therapist: Person, patient: Person, clock: FakeClock
) -> None:
    first = await invite(api, therapist, patient)
    second = await invite(api, therapist, await world.patient(therapist.clinic, therapist))
    for _ in range(5):
        assert (await pair(api, token="guess")).status_code == 404
        assert (await pair(api, pairingCode="0000000000")).status_code == 404
    for body in ({"token": "guess"}, {"pairingCode": "0000000000"}):
        refused = await pair(api, **body)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    looked = await api.anyone.post("/api/pairings/preview", json={"token": "guess"})
    assert (looked.status_code, looked.json()["code"]) == (429, "too-many")
    looked = await api.anyone.post("/api/pairings/preview", json={"token": first["token"]})
    assert looked.status_code == 200
    assert (await pair(api, token=first["token"])).status_code == 201
    assert (await pair(api, pairingCode=second["pairingCode"])).status_code == 201
    clock.advance(minutes=1)
    assert (await pair(api, token="guess")).status_code == 404


async def test_one_person_makes_only_as_many_invitations_as_a_desk_needs(
    api: Api, world: World, therapist: Person, patient: Person, clock: FakeClock
) -> None:
    desk, phone_of_patient = await api.signed_in(therapist), await api.signed_in(patient)
    for client, path in ((desk, f"/api/patients/{patient.id}/invitation"), (phone_of_patient, "/api/me/pairing-code")):
        answers = [await client.post(path, json={"id": new_id(START)}) for _ in range(NEW_INVITATIONS.most + 1)]
        assert [answer.status_code for answer in answers] == [201] * NEW_INVITATIONS.most + [429]
        assert answers[-1].headers["retry-after"] == "600"
    colleague = await api.signed_in(await world.admin(therapist.clinic))
    again = f"/api/patients/{patient.id}/invitation"
    assert (await colleague.post(again, json={"id": new_id(START)})).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "s", "deviceLabel": "x"},
        {"id": "s", "deviceLabel": "x", "token": "a", "pairingCode": "b"},
        {"token": "a"},
        {"id": "s", "deviceLabel": "x", "token": ""},
        {"id": "s", "deviceLabel": "x" * 81, "token": "a"},
        {"id": "s", "deviceLabel": "x", "token": "a", "patientId": "b"},
        {"id": "s", "deviceLabel": "x", "token": "a", "clinicId": "b"},
        {"id": "s", "deviceLabel": "x", "token": 7},
        {"id": "s", "deviceLabel": "x", "token": "\x00"},
    ],
)
async def test_a_malformed_pairing_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert (await api.anyone.post("/api/pairings", json=body)).status_code == 400


async def test_a_cookie_set_beforehand_is_ignored(api: Api, therapist: Person, patient: Person) -> None:
    planted = "p" * 43
    new = await invite(api, therapist, patient)
    victim = api._client({"__Host-hp": planted})
    answer = await victim.post("/api/pairings", json={"id": "s", "deviceLabel": "x", "token": new["token"]})
    assert answer.status_code == 201
    assert planted not in answer.headers["set-cookie"]
    assert (await victim.get("/api/me")).status_code == 401
    assert (await phone(api, answer).get("/api/me")).status_code == 200


async def test_no_secret_reaches_the_log(
    api: Api, therapist: Person, patient: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        new = await invite(api, therapist, patient)
        answer = await pair(api, token=new["token"])
    token = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))
    )
    assert not any(secret in logged for secret in (new["token"], new["pairingCode"], token, "María"))


async def test_signing_out_ends_the_session_at_once(api: Api, therapist: Person, patient: Person) -> None:
    new = await invite(api, therapist, patient)
    mine = phone(api, await pair(api, token=new["token"]))
    answer = await mine.delete("/api/me/sign-in")
    assert answer.status_code == 204
    assert answer.headers["set-cookie"].startswith("__Host-hp=")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await mine.get("/api/me")).status_code == 401


async def test_a_phone_signs_another_phone_of_the_patient_out(
    api: Api, patient: Person, world: World, therapist: Person, clock: FakeClock
) -> None:
    old = await api.signed_in(patient)
    clock.advance(seconds=5)
    new = await api.signed_in(patient)
    stranger = await api.signed_in(await world.patient(therapist.clinic, therapist))
    sign_ins = (await new.get("/api/me/sign-ins")).json()
    assert [(sign_in["current"], sign_in["label"]) for sign_in in sign_ins] == [(False, "test"), (True, "test")]
    gone = f"/api/me/sign-ins/{sign_ins[0]['id']}"
    assert (await stranger.delete(gone)).status_code == 404
    assert (await old.get("/api/me")).status_code == 200
    assert (await new.delete(gone)).status_code == 204
    assert (await old.get("/api/me")).status_code == 401
    assert (await new.delete(gone)).status_code == 404


async def test_a_lost_phone_is_signed_out_by_the_clinic(api: Api, therapist: Person, patient: Person) -> None:
    lost = await api.signed_in(patient)
    invited = await invite(api, therapist, patient)
    desk = await api.signed_in(therapist)
    assert (await desk.delete(f"/api/patients/{patient.id}/sign-ins")).status_code == 204
    assert (await lost.get("/api/me")).status_code == 401
    assert (await pair(api, token=invited["token"])).status_code == 404


async def test_a_signed_in_phone_gets_a_code_for_its_installed_app(api: Api, patient: Person) -> None:
    browser = await api.signed_in(patient)
    answer = await browser.post("/api/me/pairing-code", json={"id": "code-1"})
    assert answer.status_code == 201
    installed = await pair(api, pairingCode=answer.json()["pairingCode"])
    assert installed.status_code == 201
    assert installed.json()["patient"]["id"] == patient.id
    assert (await browser.get("/api/me")).status_code == 200


async def test_patients_change_their_language_and_zone_and_nothing_else(api: Api, patient: Person) -> None:
    mine = await api.signed_in(patient)
    changed = await mine.patch("/api/me", json={"language": "en", "timeZone": "Asia/Kolkata"})
    assert changed.status_code == 200
    assert (await mine.get("/api/me")).json()["patient"] == changed.json()["patient"]
    assert changed.json()["patient"]["timeZone"] == "Asia/Kolkata"
    for body in ({"timeZone": "Mars/Olympus"}, {"language": "de"}, {"givenName": "X"}, {"clinicId": "x"}, {"id": "x"}):
        assert (await mine.patch("/api/me", json=body)).status_code == 400
    assert (await mine.patch("/api/me", json={})).json()["patient"] == changed.json()["patient"]
