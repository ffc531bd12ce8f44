"""Staff sign in, stay in, and are signed out, over HTTP."""

import re
from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.accounts import actions, passwords, store
from homeplan.accounts.passwords import hash_password
from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.errors import Unavailable
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.world import Api, Person, World, context, totp_code

PASSWORD = "correct horse battery staple"
ANOTHER = "purple elephants juggle slowly"
HASH = hash_password(PASSWORD)


@pytest.fixture
async def ana(world: World) -> Person:
    """A therapist who has a password and an authenticator app; her clinic has an administrator."""
    clinic = await world.clinic()
    await world.admin(clinic)
    return await world.therapist(clinic, name="Ana López", email="ana@clinic.example", password_hash=HASH)


async def sign_in(
    client: httpx.AsyncClient, email: str = "ana@clinic.example", password: str = PASSWORD
) -> httpx.Response:
    """The first step: email and password."""
    return await client.post("/api/staff/sign-in", json={"email": email, "password": password})


async def sign_in_fully(
    api: Api, clock: FakeClock, client: httpx.AsyncClient | None = None, password: str = PASSWORD
) -> httpx.AsyncClient:
    """Both steps, with the next code of the app: the signed-in browser."""
    first = await sign_in(client or api.anyone, password=password)
    assert first.json()["next"] == "code", first.text
    clock.advance(seconds=30)
    second = await desk(api, first).post("/api/staff/sign-in/code", json={"code": totp_code(clock.now())})
    assert second.status_code == 200, second.text
    return api._client(cookies(first) | cookies(second))


def sent(client: httpx.AsyncClient, name: str) -> str:
    """The cookie of that name that the browser sends."""
    return dict(pair.split("=", 1) for pair in client.headers["cookie"].split("; "))[name]


def cookies(answer: httpx.Response) -> dict[str, str]:
    pairs = (cookie.split(";")[0].split("=", 1) for cookie in answer.headers.get_list("set-cookie"))
    return dict(pairs)


def desk(api: Api, answer: httpx.Response) -> httpx.AsyncClient:
    return api._client(cookies(answer))


async def test_staff_sign_in_with_a_password_and_then_a_code(api: Api, ana: Person, clock: FakeClock) -> None:
    answer = await sign_in(api.anyone, " ANA@clinic.example")
    assert (answer.status_code, answer.json()) == (200, {"me": None, "next": "code", "ways": ["totp"]})
    half = desk(api, answer)
    second = await half.post("/api/staff/sign-in/code", json={"code": totp_code(clock.now())})
    assert second.status_code == 200
    me = second.json()["me"]
    assert me == {
        "id": ana.id,
        "name": "Ana López",
        "email": "ana@clinic.example",
        "role": "therapist",
        "clinic": {
            "id": ana.clinic.id,
            "name": "Example Clinic",
            "phone": "555 0100",
            "emergencyNumber": "911",
            "draftsAllowed": True,
            "privacyContact": "",
            "recordYears": None,
            "logo": None,
            "phoneRegion": "US",
            "address": "",
            "defaultLanguage": "en",
        },
        "withoutSecondFactor": False,
        "factorsResetAt": None,
        "idleMinutes": 15,
        "confirmedAt": "2026-03-02T15:00:00Z",
    }
    again = await desk(api, second).get("/api/staff/me")
    assert (again.status_code, again.json()) == (200, me)
    assert (await half.get("/api/staff/me")).status_code == 401, "the second step gives a new token"


async def test_staff_cookies_have_exactly_their_flags(api: Api, ana: Person) -> None:
    answer = await sign_in(api.anyone)
    found = {}
    for cookie in answer.headers.get_list("set-cookie"):
        value, *flags = cookie.split("; ")
        assert re.fullmatch(r"__Host-h[sd]=[A-Za-z0-9_-]{43}", value)
        found[value.split("=")[0]] = sorted(flags)
    assert found == {
        "__Host-hs": ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict", "Secure"],
        "__Host-hd": ["HttpOnly", "Max-Age=34560000", "Path=/", "SameSite=strict", "Secure"],
    }


async def test_unknown_disabled_and_wrong_passwords_answer_alike_after_the_same_work(
    api: Api, ana: Person, db: Database, world: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def add_disabled(tx: Tx) -> None:
        gone = await actions.add_staff(
            context(tx, clock.now(), ana.clinic.id),
            member_id=new_id(clock.now()),
            name="Gone",
            email="gone@clinic.example",
            role=Role.THERAPIST,
            password_hash=HASH,
        )
        disabled = type(gone)(id=gone.id, name=gone.name, email=gone.email, role=gone.role, disabled_at=clock.now())
        await store.save_staff(context(tx, clinic_id=ana.clinic.id), disabled)

    await db.write(add_disabled)
    checks: list[str] = []
    real = passwords._verify

    def spy(password: str, password_hash: str) -> bool:
        checks.append(password_hash)
        return real(password, password_hash)

    monkeypatch.setattr(passwords, "_verify", spy)
    cases = [
        ("ana@clinic.example", "wrong horse battery staple"),
        ("nobody@clinic.example", PASSWORD),
        ("gone@clinic.example", PASSWORD),
        ("", ""),
        ("ana@clinic.example", ""),
    ]
    answers = [await sign_in(api.anyone, email, password) for email, password in cases]
    assert {answer.status_code for answer in answers} == {401}
    (body,) = {answer.content for answer in answers}
    assert b'"code":"sign-in-refused"' in body
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert len(checks) == len(cases)


@pytest.mark.parametrize(
    ("email", "password"),
    [("admin@example.org", "admin"), ("admin", "admin"), ("root@localhost", "password"), ("demo@example.org", "demo")],
)
async def test_there_is_no_default_account(api: Api, db: Database, email: str, password: str) -> None:
    assert (await sign_in(api.anyone, email, password)).status_code == 401
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM staff")) == 0, "migrations make nobody"


async def test_a_cookie_set_beforehand_is_ignored(api: Api, ana: Person) -> None:
    planted = {"__Host-hs": "p" * 43, "__Host-hd": "q" * 43}
    victim = api._client(planted)
    answer = await sign_in(victim)
    assert answer.status_code == 200
    assert not set(planted.values()) & set(cookies(answer).values())
    assert (await victim.get("/api/staff/me")).status_code == 401


async def test_a_new_sign_in_ends_the_former_one_of_the_browser_and_keeps_the_device(
    api: Api, ana: Person, clock: FakeClock
) -> None:
    elsewhere = await sign_in_fully(api, clock)
    first = await sign_in_fully(api, clock)
    second = await sign_in_fully(api, clock, first)
    assert sent(first, "__Host-hs") != sent(second, "__Host-hs")
    assert sent(first, "__Host-hd") == sent(second, "__Host-hd")
    assert (await first.get("/api/staff/me")).status_code == 401
    assert (await elsewhere.get("/api/staff/me")).status_code == 200
    assert len((await second.get("/api/staff/sign-ins")).json()) == 2


async def test_signing_out_ends_the_sign_in_at_once(api: Api, ana: Person, clock: FakeClock) -> None:
    client = await sign_in_fully(api, clock)
    answer = await client.delete("/api/staff/sign-in")
    assert answer.status_code == 204
    assert list(cookies(answer)) == ["__Host-hs"]
    assert (await client.get("/api/staff/me")).status_code == 401


async def test_staff_see_and_end_their_other_sign_ins(api: Api, ana: Person, clock: FakeClock) -> None:
    old = await sign_in_fully(api, clock)
    new = await sign_in_fully(api, clock)
    sign_ins = (await new.get("/api/staff/sign-ins")).json()
    assert [sign_in["current"] for sign_in in sign_ins] == [False, True]
    assert (await new.delete(f"/api/staff/sign-ins/{sign_ins[0]['id']}")).status_code == 204
    assert (await old.get("/api/staff/me")).status_code == 401


@pytest.mark.parametrize(("role", "minutes"), [(Role.THERAPIST, 15), (Role.ADMIN, 10)])
async def test_an_unused_desk_locks(api: Api, world: World, clock: FakeClock, role: Role, minutes: int) -> None:
    person = await world.therapist(await world.clinic(), role=role)
    client = await api.signed_in(person)
    clock.advance(minutes=minutes, seconds=-1)
    assert (await client.get("/api/staff/me")).status_code == 200
    clock.advance(minutes=minutes, seconds=-1)
    assert (await client.get("/api/staff/me")).status_code == 200
    clock.advance(minutes=minutes)
    assert (await client.get("/api/staff/me")).status_code == 401


@pytest.mark.parametrize(("role", "minutes"), [(Role.THERAPIST, 15), (Role.ADMIN, 10)])
async def test_a_desk_is_in_use_also_when_what_it_asks_for_is_refused(
    api: Api, world: World, clock: FakeClock, role: Role, minutes: int
) -> None:
    client = await api.signed_in(await world.therapist(await world.clinic(), role=role))
    for _ in range(3):
        clock.advance(minutes=minutes, seconds=-1)
        assert (await client.post("/api/patients", json={"givenName": 1})).status_code == 400
        clock.advance(minutes=minutes, seconds=-1)
        assert (await client.get("/api/patients/nobody")).status_code == 404
    assert (await client.get("/api/staff/me")).status_code == 200


async def test_use_is_written_down_at_most_once_a_minute(
    api: Api, world: World, clock: FakeClock, db: Database
) -> None:
    client = await api.signed_in(await world.therapist(await world.clinic()))
    seen = set()
    for _ in range(12):
        clock.advance(seconds=10)
        await client.get("/api/staff/me")
        seen.add(await db.read(lambda tx: tx.fetch_value("SELECT last_seen_at FROM sign_ins")))
    assert len(seen) == 3


async def test_a_password_alone_makes_no_device_known(api: Api, ana: Person, clock: FakeClock) -> None:
    """Otherwise somebody who stole a password could guess codes without ever waiting."""
    thief = desk(api, await sign_in(api.anyone))
    for _ in range(4):
        assert (await thief.post("/api/staff/sign-in/code", json={"code": "000000"})).status_code == 401
    thief = desk(api, await sign_in(thief))
    assert (await thief.post("/api/staff/sign-in/code", json={"code": "000000"})).status_code == 401
    assert (await sign_in(thief)).status_code == 429


async def test_a_new_password_ends_all_sign_ins_and_opens_one(api: Api, ana: Person, clock: FakeClock) -> None:
    elsewhere = await sign_in_fully(api, clock)
    here = await sign_in_fully(api, clock)
    body = {"currentPassword": PASSWORD, "newPassword": ANOTHER}
    wrong = await here.put("/api/staff/password", json=dict(body, currentPassword="wrong"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign-in-refused")
    weak = await here.put("/api/staff/password", json=dict(body, newPassword="password1234"))
    assert (weak.status_code, weak.json()["code"], weak.json()["field"]) == (400, "weak-password", "newPassword")
    changed = await here.put("/api/staff/password", json=body)
    assert changed.status_code == 200
    for old in (here, elsewhere):
        assert (await old.get("/api/staff/me")).status_code == 401
    assert (await desk(api, changed).get("/api/staff/me")).status_code == 200
    assert (await sign_in(api.anyone)).status_code == 401
    assert (await sign_in(api.anyone, password=ANOTHER)).status_code == 200


async def test_a_patients_and_a_therapists_cookie_live_side_by_side(
    api: Api, ana: Person, world: World, clock: FakeClock
) -> None:
    patient = await world.patient(ana.clinic, ana)
    staff_token = sent(await sign_in_fully(api, clock), "__Host-hs")
    phone = await api.signed_in(patient)
    both = api._client({"__Host-hs": staff_token, "__Host-hp": sent(phone, "__Host-hp")})
    assert (await both.get("/api/me")).json()["patient"]["id"] == patient.id
    assert (await both.get("/api/staff/me")).json()["id"] == ana.id
    crossed = api._client({"__Host-hp": staff_token})
    assert (await crossed.get("/api/me")).status_code == 401
    crossed = api._client({"__Host-hs": sent(phone, "__Host-hp")})
    assert (await crossed.get("/api/staff/me")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.example"},
        {"email": "a@b.example", "password": 1},
        {"email": "a@b.example", "password": "x" * 513},
        {"email": "a@b.example", "password": "x", "role": "admin"},
    ],
)
async def test_a_malformed_sign_in_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert (await api.anyone.post("/api/staff/sign-in", json=body)).status_code == 400


async def test_a_visitor_who_shows_no_cookie_costs_the_database_nothing(api: Api, litestar: Litestar) -> None:
    litestar.state.db = None
    for path in ("/api/me", "/api/patients", "/api/staff/members", "/api/patients/nobody/report"):
        assert (await api.anyone.get(path)).status_code == 401
    assert (await api.anyone.post("/api/patients", json={})).status_code == 401


class FullDisk:
    """A database that still reads, and has room for this number of writes."""

    def __init__(self, db: Database, room: int = 0):
        self.read = db.read
        self.read_aside = db.read_aside
        self._write, self._room = db.write, room

    async def write(self, work: Any) -> Any:
        if self._room == 0:
            raise Unavailable
        self._room -= 1
        return await self._write(work)


async def test_a_read_by_staff_is_answered_on_a_full_disk_and_its_event_is_in_the_log(
    api: Api, litestar: Litestar, world: World, db: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    therapist = await world.therapist(await world.clinic())
    patient = await world.patient(therapist.clinic, therapist, given_name="Zoraida")
    client = await api.signed_in(therapist)
    program = f"/api/patients/{patient.id}/program"
    assert (await client.get(program)).status_code == 200, "opens the first episode"
    litestar.state.db = FullDisk(db)
    assert (await client.get("/api/staff/me")).status_code == 200
    clock.advance(minutes=2)
    assert (await client.get("/api/staff/me")).status_code == 200, "its use cannot be noted, and that is no reason"
    assert (await client.get("/api/patients")).status_code == 200
    answer = await client.get(f"/api/patients/{patient.id}")
    assert (answer.status_code, answer.json()["givenName"]) == (200, "Zoraida")
    assert (await client.get(program)).status_code == 200
    assert (await client.patch(f"/api/patients/{patient.id}", json={"givenName": "Ana"})).status_code == 503
    logged = [line for record in caplog.records if "audit event not stored" in (line := record.getMessage())]
    assert [line.split("action=")[1].split()[0] for line in logged] == ["patient.list", "patient.read", "program.read"]
    for part in (therapist.id, therapist.clinic.id, f"patient={patient.id}", answer.headers["x-request-id"]):
        assert part in logged[1]
    assert "Zoraida" not in caplog.text


@pytest.mark.parametrize("path", ["/api/me/export", "/api/exports/patients", "/api/patients/{}/exports/patients"])
async def test_an_export_that_cannot_be_put_on_record_is_not_given(
    api: Api, litestar: Litestar, world: World, db: Database, path: str
) -> None:
    patient = await world.patient(await world.clinic())
    who = patient if path.startswith("/api/me") else await world.admin(patient.clinic)
    client, address = await api.signed_in(who), path.format(patient.id)
    assert (await client.get(address)).status_code == 200
    litestar.state.db = FullDisk(db, room=1)  # the use is counted, and then the disk is full
    refused = await client.get(address)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
