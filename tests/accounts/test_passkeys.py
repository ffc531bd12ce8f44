"""Passkeys over HTTP, with an authenticator in software: made, proved, and everything else refused."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from homeplan.actor import Stage
from homeplan.db import Database
from homeplan.settings import Settings
from tests.accounts.authenticator import Authenticator, base64url
from tests.accounts.test_sign_in_api import cookies
from tests.conftest import FakeClock
from tests.world import Api, Person, World

OPTIONS, SIGN_IN = "/api/staff/sign-in/passkey/options", "/api/staff/sign-in/passkey"
REGISTER_OPTIONS, REGISTER = "/api/staff/factors/passkeys/options", "/api/staff/factors/passkeys"


@pytest.fixture
async def ana(world: World) -> Person:
    return await world.therapist(await world.clinic(), app=False)


async def registered(client: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    options = (await client.post(REGISTER_OPTIONS)).json()["options"]
    return await client.post(REGISTER, json={"name": "Key", "credential": key.make(options)})


async def options_for(api: Api) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    """A browser that nobody is signed in from, and the options of a sign-in that it got."""
    answer = await api.anyone.post(OPTIONS)
    return api._client(cookies(answer)), answer.json()["options"]


async def prove(api: Api, key: Authenticator) -> httpx.Response:
    browser, options = await options_for(api)
    return await browser.post(SIGN_IN, json={"credential": key.prove(options)})


async def with_key(api: Api, person: Person) -> Authenticator:
    key = Authenticator()
    assert (await registered(await api.signed_in(person), key)).status_code == 201
    return key


def is_refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (401, "factor-refused")


async def test_a_passkey_signs_in_alone_and_without_an_email(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    answer = await prove(api, key)
    assert (answer.status_code, answer.json()["me"]["id"]) == (200, ana.id)
    assert cookies(answer)["__Host-hc"] == '""'
    desk = api._client({"__Host-hs": cookies(answer)["__Host-hs"]})
    assert (await desk.get("/api/patients")).status_code == 200
    (listed,) = (await desk.get("/api/staff/factors")).json()["passkeys"]
    assert (listed["name"], listed["lastUsedAt"]) == ("Key", "2026-03-02T15:00:00Z")


async def test_the_options_ask_for_a_verified_person_and_a_key_that_stays(api: Api, ana: Person) -> None:
    client = await api.signed_in(ana)
    options = (await client.post(REGISTER_OPTIONS)).json()["options"]
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["excludeCredentials"] == []
    assert ana.id not in options["user"]["id"]
    key = Authenticator()
    await registered(client, key)
    again = (await client.post(REGISTER_OPTIONS)).json()["options"]
    assert [one["id"] for one in again["excludeCredentials"]] == [base64url(key.credential_id)]
    _, signing_in = await options_for(api)
    assert (signing_in["userVerification"], signing_in["allowCredentials"]) == ("required", [])


async def test_the_cookie_of_a_challenge_has_exactly_its_flags(api: Api) -> None:
    (cookie,) = (await api.anyone.post(OPTIONS)).headers.get_list("set-cookie")
    value, *flags = cookie.split("; ")
    assert re.fullmatch(r"__Host-hc=[A-Za-z0-9_-]{43}", value)
    assert sorted(flags) == ["HttpOnly", "Max-Age=300", "Path=/", "SameSite=strict", "Secure"]


async def test_a_challenge_has_32_bytes_of_its_own(api: Api) -> None:
    challenges = [(await options_for(api))[1]["challenge"] for _ in range(3)]
    assert len(set(challenges)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", challenge) for challenge in challenges)


async def test_a_challenge_is_used_once(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    browser, options = await options_for(api)
    proof = {"credential": key.prove(options)}
    assert (await browser.post(SIGN_IN, json=proof)).status_code == 200
    assert is_refused(await browser.post(SIGN_IN, json=proof))
    assert is_refused(await browser.post(SIGN_IN, json={"credential": key.prove(options)}))


async def test_a_wrong_answer_uses_the_challenge_up(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    browser, options = await options_for(api)
    assert is_refused(
        await browser.post(SIGN_IN, json={"credential": Authenticator(user_handle=key.user_handle).prove(options)})
    )
    assert is_refused(await browser.post(SIGN_IN, json={"credential": key.prove(options)}))


async def test_a_challenge_lives_five_minutes(api: Api, ana: Person, clock: FakeClock) -> None:
    key = await with_key(api, ana)
    browser, options = await options_for(api)
    clock.advance(minutes=5)
    assert is_refused(await browser.post(SIGN_IN, json={"credential": key.prove(options)}))
    clock.advance(seconds=1)
    browser, options = await options_for(api)
    clock.advance(minutes=5, seconds=-1)
    assert (await browser.post(SIGN_IN, json={"credential": key.prove(options)})).status_code == 200


async def test_a_challenge_belongs_to_the_browser_that_asked(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    _, options = await options_for(api)
    other, _ = await options_for(api)
    assert is_refused(await other.post(SIGN_IN, json={"credential": key.prove(options)}))
    _, options = await options_for(api)
    assert is_refused(await api.anyone.post(SIGN_IN, json={"credential": key.prove(options)}))


async def test_a_challenge_counts_for_its_purpose_only(api: Api, ana: Person) -> None:
    desk, key = await api.signed_in(ana), await with_key(api, ana)
    _, signing_in = await options_for(api)
    proof = {"credential": key.prove(signing_in)}
    assert is_refused(await desk.post("/api/staff/confirm/passkey", json=proof))
    confirming = (await desk.post("/api/staff/confirm/passkey/options")).json()["options"]
    browser, _ = await options_for(api)
    assert is_refused(await browser.post(SIGN_IN, json={"credential": key.prove(confirming)}))
    registering = (await desk.post(REGISTER_OPTIONS)).json()["options"]
    proof = {"credential": key.prove({**registering, "rpId": "localhost"})}
    assert is_refused(await desk.post("/api/staff/confirm/passkey", json=proof))


@pytest.mark.parametrize(
    "flaw",
    [
        {"verifies": False},
        {"origin": "https://localhost:8000"},
        {"origin": "http://evil.example"},
        {"user_handle": base64url(b"somebody else's handle of bytes.")},
        {"sign_count": -1},
    ],
)
async def test_a_flawed_proof_is_refused(api: Api, ana: Person, flaw: dict[str, Any]) -> None:
    key = await with_key(api, ana)
    assert (await prove(api, key)).status_code == 200
    for name, value in flaw.items():
        setattr(key, name, value)
    assert is_refused(await prove(api, key))


async def test_a_key_that_does_not_verify_the_person_cannot_be_added(api: Api, ana: Person) -> None:
    client = await api.signed_in(ana)
    assert is_refused(await registered(client, Authenticator(verifies=False)))
    assert is_refused(await registered(client, Authenticator(origin="http://evil.example")))
    assert (await client.get("/api/staff/factors")).json()["passkeys"] == []


async def test_an_authenticator_that_does_not_count_signs_in_again_and_again(api: Api, ana: Person) -> None:
    key = Authenticator(counts=False)
    await registered(await api.signed_in(ana), key)
    assert [(await prove(api, key)).status_code for _ in range(3)] == [200, 200, 200]


async def test_a_copied_authenticator_is_refused(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    copy = Authenticator(key=key.key, credential_id=key.credential_id, user_handle=key.user_handle)
    for _ in range(2):
        assert (await prove(api, key)).status_code == 200
    assert is_refused(await prove(api, copy))


async def test_one_proof_that_is_sent_twice_at_once_signs_in_once(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    browser, options = await options_for(api)
    proof = {"credential": key.prove(options)}
    answers = await asyncio.gather(*(browser.post(SIGN_IN, json=proof) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_a_credential_is_registered_once_also_by_somebody_else(api: Api, ana: Person, world: World) -> None:
    key = await with_key(api, ana)
    thief = await api.signed_in(await world.therapist(await world.clinic()))
    assert is_refused(await registered(thief, key))


async def test_a_disabled_colleague_has_no_passkey_any_more(api: Api, ana: Person, world: World) -> None:
    key = await with_key(api, ana)
    boss = await api.signed_in(await world.admin(ana.clinic))
    assert (await boss.patch(f"/api/staff/members/{ana.id}", json={"disabled": True})).status_code == 200
    assert is_refused(await prove(api, key))


async def test_junk_in_place_of_a_proof_is_refused(api: Api, ana: Person) -> None:
    key = await with_key(api, ana)
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        browser, options = await options_for(api)
        proof = key.prove(options)
        proof["response"][name] = "AAAA"
        assert is_refused(await browser.post(SIGN_IN, json={"credential": proof})), name
    client = await api.signed_in(ana)
    for name in ("clientDataJSON", "attestationObject"):
        options = (await client.post(REGISTER_OPTIONS)).json()["options"]
        made = Authenticator().make(options)
        made["response"][name] = "AAAA"
        assert is_refused(await client.post(REGISTER, json={"name": "Key", "credential": made})), name


async def test_an_ip_address_has_no_passkeys(api: Api, ana: Person, litestar: Litestar, settings: Settings) -> None:
    client = await api.signed_in(ana)
    assert (await client.get("/api/staff/factors")).json()["passkeysPossible"] is True
    litestar.state.settings = structs.replace(settings, origin="https://192.0.2.7:8443")
    try:
        assert (await client.get("/api/staff/factors")).json()["passkeysPossible"] is False
        for path in (OPTIONS, REGISTER_OPTIONS):
            refused = await client.post(path)
            assert (refused.status_code, refused.json()["code"]) == (409, "passkeys-impossible")
    finally:
        litestar.state.settings = settings


async def test_a_first_passkey_after_a_link_signs_in_and_gives_codes(api: Api, ana: Person) -> None:
    client = await api.signed_in(ana, Stage.SET_UP)
    answer = await registered(client, Authenticator())
    assert answer.status_code == 201
    assert len(answer.json()["recoveryCodes"]) == 10
    desk = api._client({"__Host-hs": cookies(answer)["__Host-hs"]})
    assert (await desk.get("/api/staff/me")).json()["id"] == ana.id
    assert (await client.get("/api/staff/factors")).status_code == 401, "the set-up sign-in has another token now"


async def test_challenges_are_deleted_when_they_are_old(api: Api, clock: FakeClock, db: Database) -> None:
    for _ in range(3):
        await api.anyone.post(OPTIONS)
    clock.advance(minutes=5)
    await api.anyone.post(OPTIONS)
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM passkey_challenges")) == 1


async def test_asking_for_challenges_is_limited(api: Api) -> None:
    assert [(await api.anyone.post(OPTIONS)).status_code for _ in range(61)] == [200] * 60 + [429]


async def test_a_known_device_gets_challenges_while_its_network_has_had_too_many(
    api: Api, ana: Person, clock: FakeClock
) -> None:
    key = await with_key(api, ana)
    device = cookies(await prove(api, key))["__Host-hd"]
    clock.advance(minutes=1)
    assert [(await api.anyone.post(OPTIONS)).status_code for _ in range(61)] == [200] * 60 + [429]
    desk = api._client({"__Host-hd": device})
    answer = await desk.post(OPTIONS)
    assert answer.status_code == 200
    browser = api._client({"__Host-hd": device, **cookies(answer)})
    proved = await browser.post(SIGN_IN, json={"credential": key.prove(answer.json()["options"])})
    assert proved.status_code == 200


async def test_a_device_that_nobody_signed_in_from_waits_like_its_network(api: Api, ana: Person) -> None:
    await api.signed_in(ana, Stage.CODE)  # its device is "device-of-a-test", with half a sign-in
    for _ in range(60):
        await api.anyone.post(OPTIONS)
    for device in ("made-up", "", "device-of-a-test"):
        assert (await api._client({"__Host-hd": device}).post(OPTIONS)).status_code == 429, device


async def test_challenges_for_one_known_device_are_limited_too(api: Api, ana: Person) -> None:
    device = cookies(await prove(api, await with_key(api, ana)))["__Host-hd"]
    desk = api._client({"__Host-hd": device})
    assert [(await desk.post(OPTIONS)).status_code for _ in range(11)] == [200] * 10 + [429]
    assert (await api.anyone.post(OPTIONS)).status_code == 200, "the others of its network do not wait for it"
