"""Second factors: codes of an app, recovery codes, what is reachable without them, and confirming who one is."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from argon2.low_level import Type, hash_secret_raw
from litestar import Litestar

from homeplan.accounts.actions import allow_password_alone
from homeplan.accounts.factors.rules import (
    clean_recovery_code,
    is_confirmed,
    relying_party,
)
from homeplan.accounts.factors.totp import step_of
from homeplan.actor import Stage
from homeplan.db import Database
from homeplan.http.access import Access
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_passkeys import registered, with_key
from tests.accounts.test_sign_in_api import ANOTHER, HASH, PASSWORD, cookies, desk, sign_in, sign_in_fully
from tests.conftest import FakeClock
from tests.test_access_matrix import ABSENT, routes_of
from tests.world import START, TOTP_SECRET, Api, Person, World, context, totp_code

CODE, RECOVERY = "/api/staff/sign-in/code", "/api/staff/sign-in/recovery-code"
CODES, CONFIRM = "/api/staff/factors/recovery-codes", "/api/staff/confirm"


@pytest.fixture
async def ana(world: World) -> Person:
    return await world.therapist(await world.clinic(), email="ana@clinic.example", password_hash=HASH)


async def half(api: Api) -> httpx.AsyncClient:
    """A browser with the password proved and the second factor not."""
    return desk(api, await sign_in(api.anyone))


async def recovery_codes(api: Api, person: Person) -> list[str]:
    codes: list[str] = (await (await api.signed_in(person)).post(CODES)).json()["recoveryCodes"]
    return codes


async def audited(db: Database) -> list[str]:
    rows = await db.read(lambda tx: tx.fetch("SELECT action FROM audit_events ORDER BY seq"))
    return [row["action"] for row in rows]


async def test_a_password_alone_reaches_the_second_step_only(
    api: Api, ana: Person, litestar: Litestar, world: World
) -> None:
    patient = await world.patient(ana.clinic, ana)
    client = await half(api)
    tried = 0
    for route in routes_of(litestar):
        if route.access in (Access.PUBLIC, Access.PATIENT, Access.HALF):
            continue
        answer = await client.request(route.method, route.address(patient.id))
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed"), route
        tried += 1
    assert tried > 50


async def test_a_code_works_once(api: Api, ana: Person, clock: FakeClock) -> None:
    code = {"code": totp_code(clock.now())}
    assert (await (await half(api)).post(CODE, json=code)).status_code == 200
    again = await (await half(api)).post(CODE, json=code)
    assert (again.status_code, again.json()["code"]) == (401, "factor-refused")


async def test_an_older_code_than_the_last_is_refused(api: Api, ana: Person, clock: FakeClock) -> None:
    older = totp_code(clock.now() - timedelta(seconds=30))
    assert (await (await half(api)).post(CODE, json={"code": totp_code(clock.now())})).status_code == 200
    assert (await (await half(api)).post(CODE, json={"code": older})).status_code == 401


async def test_one_code_that_is_sent_at_once_by_several_browsers_signs_one_in(
    api: Api, ana: Person, clock: FakeClock
) -> None:
    browsers = [await half(api) for _ in range(4)]
    code = {"code": totp_code(clock.now())}
    answers = await asyncio.gather(*(browser.post(CODE, json=code) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


def test_a_clock_may_be_wrong_by_one_step() -> None:
    for seconds, expected in ((-31, None), (-30, -1), (0, 0), (30, 1), (60, None)):
        at = START + timedelta(seconds=seconds)
        step = step_of(TOTP_SECRET, totp_code(at), START)
        assert step == (None if expected is None else int(START.timestamp()) // 30 + expected), seconds
    assert step_of(TOTP_SECRET, f" {totp_code(START)[:3]} {totp_code(START)[3:]} ", START) is not None
    for junk in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert step_of(TOTP_SECRET, junk, START) is None


async def test_after_five_wrong_codes_the_password_is_asked_for_again(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await half(api)
    wrong = [await client.post(CODE, json={"code": "000000"}) for _ in range(5)]
    assert {answer.json()["code"] for answer in wrong} == {"factor-refused"}
    over = await client.post(CODE, json={"code": totp_code(clock.now())})
    assert (over.status_code, over.json()["code"]) == (401, "not-signed-in")
    assert (await client.post(RECOVERY, json={"code": "x"})).json()["code"] == "not-signed-in"


async def test_after_a_hundred_wrong_codes_in_a_row_an_app_is_refused(
    api: Api, ana: Person, clock: FakeClock, db: Database
) -> None:
    async def fail(times: int) -> None:
        await db.write(lambda tx: tx.execute("UPDATE staff_totp SET failures = :times", times=times))

    await fail(99)
    await sign_in_fully(api, clock)
    await fail(100)
    clock.advance(seconds=30)
    assert (await (await half(api)).post(CODE, json={"code": totp_code(clock.now())})).status_code == 401


async def test_the_second_step_is_open_for_ten_minutes(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await half(api)
    clock.advance(minutes=10)
    assert (await client.post(CODE, json={"code": totp_code(clock.now())})).json()["code"] == "not-signed-in"


async def test_an_account_without_a_second_factor_is_asked_for_a_link(api: Api, world: World, db: Database) -> None:
    await world.therapist(await world.clinic(), email="bea@clinic.example", password_hash=HASH, app=False)
    answer = await sign_in(api.anyone, "bea@clinic.example")
    assert (answer.status_code, answer.json()) == (200, {"me": None, "next": "link", "ways": []})
    assert cookies(answer) == {}
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM sign_ins")) == 0


async def test_the_demo_clinic_alone_goes_without_and_says_so(
    api: Api, ana: Person, db: Database, world: World
) -> None:
    await db.write(lambda tx: allow_password_alone(context(tx, clinic_id=ana.clinic.id)))
    other = await world.clinic()
    await world.therapist(other, email="bea@clinic.example", password_hash=HASH)
    answer = await sign_in(api.anyone)
    assert (answer.json()["next"], answer.json()["me"]["withoutSecondFactor"]) == ("done", True)
    client = desk(api, answer)
    assert (await client.get("/api/patients")).status_code == 200
    assert (await client.post(CONFIRM, json={"password": PASSWORD})).status_code == 204
    assert (await sign_in(api.anyone, "bea@clinic.example")).json()["next"] == "code"


async def test_an_app_is_set_up_with_its_first_code(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await api.signed_in(ana)
    offered = (await client.post("/api/staff/factors/totp/secret")).json()
    assert offered["uri"].startswith("otpauth://totp/homeplan:ana%40clinic.example?secret=" + offered["secret"])
    assert offered["qr"].startswith("<svg")
    wrong = await client.post("/api/staff/factors/totp", json={"code": totp_code(clock.now())})
    assert (wrong.status_code, wrong.json()["field"]) == (401, "code"), "a code of the app before it"
    old = await half(api)
    code = {"code": totp_code(clock.now(), offered["secret"])}
    added = await client.post("/api/staff/factors/totp", json=code)
    assert (added.status_code, added.json()["me"]["id"]) == (201, ana.id)
    assert (await old.post(CODE, json={"code": totp_code(clock.now())})).status_code == 401
    assert (await old.post(CODE, json=code)).status_code == 401, "the first code is used up"
    clock.advance(seconds=30)
    code = {"code": totp_code(clock.now(), offered["secret"])}
    assert (await old.post(CODE, json=code)).status_code == 200


async def test_a_shown_secret_waits_an_hour(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await api.signed_in(ana)
    secret = (await client.post("/api/staff/factors/totp/secret")).json()["secret"]
    clock.advance(hours=1)
    client = await api.signed_in(ana)
    code = {"code": totp_code(clock.now(), secret)}
    assert (await client.post("/api/staff/factors/totp", json=code)).status_code == 401


async def test_recovery_codes_come_with_the_first_factor_only(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await api.signed_in(ana)
    assert (await registered(client, Authenticator())).json()["recoveryCodes"] is None
    assert (await client.get("/api/staff/factors")).json()["recoveryCodesLeft"] == 0


async def test_a_recovery_code_signs_in_once_and_is_on_record(api: Api, ana: Person, db: Database) -> None:
    codes = await recovery_codes(api, ana)
    assert len(set(codes)) == 10
    first = await sign_in(api.anyone)
    assert first.json()["ways"] == ["totp", "recovery"]
    answer = await desk(api, first).post(RECOVERY, json={"code": codes[3].lower().replace("-", " ")})
    assert (answer.status_code, answer.json()["left"]) == (200, 9)
    assert (await desk(api, answer).get("/api/patients")).status_code == 200
    again = await (await half(api)).post(RECOVERY, json={"code": codes[3]})
    assert (again.status_code, again.json()["code"]) == (401, "factor-refused")
    assert (await audited(db)).count("sign-in.recovery-code") == 1


async def test_one_recovery_code_that_is_sent_at_once_signs_one_browser_in(api: Api, ana: Person) -> None:
    code = {"code": (await recovery_codes(api, ana))[0]}
    browsers = [await half(api) for _ in range(4)]
    answers = await asyncio.gather(*(browser.post(RECOVERY, json=code) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_new_recovery_codes_make_the_old_ones_void(api: Api, ana: Person) -> None:
    old = await recovery_codes(api, ana)
    new = await recovery_codes(api, ana)
    assert not set(old) & set(new)
    factors = (await (await api.signed_in(ana)).get("/api/staff/factors")).json()
    assert factors["recoveryCodesLeft"] == len(new)
    assert (await (await half(api)).post(RECOVERY, json={"code": old[0]})).status_code == 401
    assert (await (await half(api)).post(RECOVERY, json={"code": new[0]})).status_code == 200


async def test_recovery_codes_are_stored_as_argon2id_hashes_with_a_salt_of_each_set(
    api: Api, ana: Person, world: World, db: Database
) -> None:
    codes = {person.id: await recovery_codes(api, person) for person in (ana, await world.therapist(ana.clinic))}
    rows = await db.read(lambda tx: tx.fetch("SELECT * FROM recovery_codes"))
    salts = {row["staff_id"]: row["salt"] for row in rows}
    assert len(set(salts.values())) == 2
    assert {row["code_hash"] for row in rows} == {
        hash_secret_raw(
            code.replace("-", "").encode(), bytes.fromhex(salts[person]), 2, 19 * 1024, 1, 32, Type.ID
        ).hex()
        for person, given in codes.items()
        for code in given
    }


async def test_a_recovery_code_has_ten_characters_of_all_32(api: Api, ana: Person) -> None:
    codes = await recovery_codes(api, ana) + await recovery_codes(api, ana)
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    assert len(set("".join(codes))) > 20


async def test_the_last_factor_stays(api: Api, ana: Person) -> None:
    client = await api.signed_in(ana)
    refused = await client.delete("/api/staff/factors/totp")
    assert (refused.status_code, refused.json()["code"]) == (409, "last-factor")
    passkey = (await registered(client, Authenticator())).json()["passkey"]["id"]
    assert (await client.delete("/api/staff/factors/totp")).status_code == 204
    assert (await client.delete("/api/staff/factors/totp")).status_code == 404
    assert (await client.delete(f"/api/staff/factors/passkeys/{passkey}")).status_code == 409
    assert len((await client.get("/api/staff/factors")).json()["passkeys"]) == 1


async def test_two_factors_that_are_removed_at_once_leave_one(api: Api, ana: Person) -> None:
    client = await api.signed_in(ana)
    passkey = (await registered(client, Authenticator())).json()["passkey"]["id"]
    answers = await asyncio.gather(
        client.delete("/api/staff/factors/totp"), client.delete(f"/api/staff/factors/passkeys/{passkey}")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_a_colleagues_passkey_cannot_be_removed(api: Api, ana: Person, world: World) -> None:
    await with_key(api, ana)
    passkey = (await (await api.signed_in(ana)).get("/api/staff/factors")).json()["passkeys"][0]["id"]
    colleague = await api.signed_in(await world.therapist(ana.clinic))
    assert (await colleague.delete(f"/api/staff/factors/passkeys/{passkey}")).status_code == 404


GUARDED = {
    "DELETE /api/clinic/logo",
    "PUT /api/clinic/logo",
    "PUT /api/alert-thresholds/{threshold:str}",
    "DELETE /api/patient-imports/{import_id:str}",
    "DELETE /api/patient-merges/{merge_id:str}",
    "GET /api/exports/{dataset:str}",
    "GET /api/patients/{patient_id:str}/exports/{dataset:str}",
    "PATCH /api/clinic",
    "POST /api/caseloads/transfer",
    "PUT /api/patient-imports/{import_id:str}",
    "PUT /api/patient-merges/{merge_id:str}",
    "GET /api/audit-events",
    "DELETE /api/staff/factors/passkeys/{passkey_id:str}",
    "DELETE /api/staff/factors/totp",
    "DELETE /api/staff/me/mail-address",
    "PUT /api/staff/me/mail-address",
    "DELETE /api/staff/invitations/{invitation_id:str}",
    "DELETE /api/staff/members/{staff_id:str}/sign-ins",
    "PATCH /api/staff/members/{staff_id:str}",
    "POST /api/staff/factors/passkeys",
    "POST /api/staff/factors/passkeys/options",
    "POST /api/staff/factors/recovery-codes",
    "POST /api/staff/factors/totp",
    "POST /api/staff/factors/totp/secret",
    "POST /api/staff/invitations",
    "POST /api/staff/members/{staff_id:str}/factors/reset",
    "PUT /api/needling-settings",
    "PUT /api/needling-settings/pairs/{pair:str}",
    "PUT /api/staff/password",
}


async def test_guarded_routes_want_a_proof_of_the_last_five_minutes(
    api: Api, world: World, litestar: Litestar, clock: FakeClock
) -> None:
    admin = await world.admin(await world.clinic())
    boss, patient = await api.signed_in(admin), await world.patient(admin.clinic)
    met: dict[int, set[str]] = {}
    for minutes in (5, 1):
        clock.advance(minutes=minutes)
        for route in routes_of(litestar):
            if route.access not in (Access.PUBLIC, Access.PATIENT, Access.HALF) and not route.path.endswith("sign-in"):
                about = patient.id if route.access is Access.CHART else ABSENT
                answer = await boss.request(route.method, route.address(about), json={})
                if answer.status_code == 403 and answer.json()["code"] == "confirm-identity":
                    met.setdefault(minutes, set()).add(str(route))
    assert met == {1: GUARDED}


async def test_a_password_and_a_code_confirm_and_give_a_new_token(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await api.signed_in(ana)
    clock.advance(minutes=6)
    assert (await client.post(CODES)).json()["code"] == "confirm-identity"
    for proof, code in (
        ({"password": "wrong"}, "sign-in-refused"),
        ({"password": PASSWORD}, "factor-refused"),
        ({"password": PASSWORD, "code": "000000"}, "factor-refused"),
        ({"password": "wrong", "code": totp_code(clock.now())}, "sign-in-refused"),
    ):
        refused = await client.post(CONFIRM, json=proof)
        assert (refused.status_code, refused.json()["code"]) == (401, code)
    confirmed = await client.post(CONFIRM, json={"password": PASSWORD, "code": totp_code(clock.now())})
    assert confirmed.status_code == 204
    assert (await client.get("/api/staff/me")).status_code == 401
    client = desk(api, confirmed)
    assert (await client.post(CODES)).status_code == 200
    assert (await client.get("/api/staff/me")).json()["confirmedAt"] == "2026-03-02T15:06:00Z"


async def test_a_passkey_confirms(api: Api, ana: Person, clock: FakeClock, world: World) -> None:
    key, other = await with_key(api, ana), await with_key(api, await world.therapist(ana.clinic))
    client = await api.signed_in(ana)
    clock.advance(minutes=6)

    async def confirm(which: Authenticator) -> httpx.Response:
        options = (await client.post(f"{CONFIRM}/passkey/options")).json()["options"]
        return await client.post(f"{CONFIRM}/passkey", json={"credential": which.prove(options)})

    assert (await confirm(other)).status_code == 401
    confirmed = await confirm(key)
    assert confirmed.status_code == 204
    assert (await desk(api, confirmed).post(CODES)).status_code == 200


async def test_confirming_does_not_make_a_sign_in_last_longer(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await api.signed_in(ana)
    for _ in range(48):
        clock.advance(minutes=14, seconds=50)
        client = desk(api, await client.post(CONFIRM, json={"password": PASSWORD, "code": totp_code(clock.now())}))
    clock.advance(minutes=9)
    assert (await client.get("/api/staff/me")).status_code == 401, "twelve hours are over"


async def test_setting_up_reaches_the_first_factor_only(api: Api, ana: Person, world: World, clock: FakeClock) -> None:
    bea = await world.therapist(ana.clinic, app=False)
    client = await api.signed_in(bea, Stage.SET_UP)
    assert (await client.get("/api/patients")).json()["code"] == "second-factor-needed"
    clock.advance(minutes=30)
    secret = (await client.post("/api/staff/factors/totp/secret")).json()["secret"]
    added = await client.post("/api/staff/factors/totp", json={"code": totp_code(clock.now(), secret)})
    assert added.status_code == 201
    assert len(added.json()["recoveryCodes"]) == 10
    assert (await desk(api, added).get("/api/patients")).status_code == 200
    late = await api.signed_in(bea, Stage.SET_UP)
    clock.advance(hours=1)
    assert (await late.get("/api/staff/factors")).status_code == 401


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://clinic.example", "clinic.example"),
        ("http://localhost:8000", "localhost"),
        ("https://192.0.2.7:8443", None),
        ("https://[::1]:8443", None),
    ],
)
def test_passkeys_are_bound_to_the_host_name(origin: str, host: str | None) -> None:
    assert relying_party(origin) == host


def test_a_proof_holds_for_five_minutes() -> None:
    assert is_confirmed(START, START + timedelta(minutes=5))
    assert not is_confirmed(START, START + timedelta(minutes=5, milliseconds=1))
    assert not is_confirmed(None, START)


@pytest.mark.parametrize(("typed", "code"), [("o1lia-bcdef", "0111ABCDEF"), ("short", None), ("UUUUU-UUUUU", None)])
def test_recovery_codes_are_read_as_people_type_them(typed: str, code: str | None) -> None:
    assert clean_recovery_code(typed) == code


async def test_a_new_password_may_be_shorter_with_a_second_factor(
    api: Api, ana: Person, db: Database, world: World
) -> None:
    client = await api.signed_in(ana)
    body: dict[str, Any] = {"currentPassword": PASSWORD, "newPassword": "vQ7zK2pW9xRt"}
    assert (await client.put("/api/staff/password", json=body)).status_code == 200
    await world.therapist(ana.clinic, email="bea@clinic.example", password_hash=HASH, app=False)
    await db.write(lambda tx: allow_password_alone(context(tx, clinic_id=ana.clinic.id)))
    bea = desk(api, await sign_in(api.anyone, "bea@clinic.example"))
    refused = await bea.put("/api/staff/password", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "weak-password")
    assert (await bea.put("/api/staff/password", json=body | {"newPassword": ANOTHER})).status_code == 200
