"""Staff join by a link with a password and a second factor of their own, and set up again by another link."""

import asyncio
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from tests.accounts.test_clinic_api import COLLEAGUE
from tests.accounts.test_passkeys import prove, with_key
from tests.accounts.test_sign_in_api import ANOTHER, HASH, PASSWORD, cookies, desk, sign_in, sign_in_fully
from tests.conftest import FakeClock
from tests.world import Api, Person, World, totp_code

INVITATIONS, JOIN, PREVIEW = "/api/staff/invitations", "/api/staff/join", "/api/staff/join/preview"


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def ana(world: World, admin: Person) -> Person:
    return await world.therapist(admin.clinic, name="Ana López", email="ana@clinic.example", password_hash=HASH)


async def invite(boss: httpx.AsyncClient, **changes: Any) -> str:
    """The token of a new colleague's link."""
    answer = await boss.post(INVITATIONS, json=COLLEAGUE | changes)
    assert answer.status_code == 201, answer.text
    return token_of(answer)


def token_of(answer: httpx.Response) -> str:
    link = str(answer.json()["link"])
    assert link.startswith("http://localhost:8000/console/join#")
    return link.split("#")[1]


async def join(api: Api, token: str, **changes: Any) -> httpx.Response:
    return await api.anyone.post(JOIN, json={"token": token, "name": "Bea Example", "password": ANOTHER} | changes)


async def set_up_app(api: Api, clock: FakeClock, joined: httpx.Response) -> httpx.AsyncClient:
    """The signed-in browser of a person who used a link, after they set up an app."""
    client = desk(api, joined)
    secret = (await client.post("/api/staff/factors/totp/secret")).json()["secret"]
    added = await client.post("/api/staff/factors/totp", json={"code": totp_code(clock.now(), secret)})
    assert added.status_code == 201, added.text
    return desk(api, added)


def is_unusable(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (404, "link-unusable")


async def test_a_colleague_joins_with_a_password_and_a_factor_of_their_own(
    api: Api, admin: Person, clock: FakeClock
) -> None:
    boss = await api.signed_in(admin)
    token = await invite(boss, email="Bea@clinic.example")
    previewed = await api.anyone.post(PREVIEW, json={"token": token})
    assert previewed.json() == {
        "clinicName": "Example Clinic",
        "email": "bea@clinic.example",
        "role": "therapist",
        "name": None,
    }
    joined = await join(api, token)
    assert (joined.status_code, joined.json()) == (200, {"next": "set-up"})
    assert (await desk(api, joined).get("/api/patients")).status_code == 403
    bea = await set_up_app(api, clock, joined)
    me = (await bea.get("/api/staff/me")).json()
    assert (me["name"], me["email"], me["role"]) == ("Bea Example", "bea@clinic.example", "therapist")
    assert me["factorsResetAt"] is None
    assert (await bea.get("/api/patients")).json() == []
    assert (await sign_in(api.anyone, "bea@clinic.example", ANOTHER)).json()["next"] == "code"


async def test_a_link_is_used_once(api: Api, admin: Person) -> None:
    token = await invite(await api.signed_in(admin))
    for _ in range(3):
        assert (await api.anyone.post(PREVIEW, json={"token": token})).status_code == 200, "a look uses nothing up"
    assert (await join(api, token)).status_code == 200
    assert is_unusable(await join(api, token))
    assert is_unusable(await api.anyone.post(PREVIEW, json={"token": token}))


async def test_a_link_that_is_used_by_several_browsers_at_once_lets_one_in(
    api: Api, admin: Person, db: Database
) -> None:
    token = await invite(await api.signed_in(admin))
    answers = await asyncio.gather(*(join(api, token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM staff")) == 2


async def test_a_refused_password_leaves_the_link_as_it_was(api: Api, admin: Person) -> None:
    token = await invite(await api.signed_in(admin))
    for password in ("short", "vQ7zK2pW9xRt", "Bea Example 2026", "ExampleClinic2026", "correcthorsebatterystaple"):
        refused = await join(api, token, password=password)
        assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
            400,
            "weak-password",
            "password",
        )
    assert (await join(api, token, name=None)).json()["code"] == "name-needed"
    assert (await join(api, token)).status_code == 200


async def test_unknown_void_expired_and_replaced_links_answer_alike(api: Api, admin: Person, clock: FakeClock) -> None:
    boss = await api.signed_in(admin)
    void, replaced = await invite(boss), await invite(boss, id="j", email="cleo@clinic.example")
    await invite(boss, id="k", email="cleo@clinic.example")
    assert (await boss.delete(f"{INVITATIONS}/i")).status_code == 204
    assert (await boss.delete(f"{INVITATIONS}/i")).status_code == 404
    old = await invite(boss, id="l")
    clock.advance(hours=72)
    answers = [await join(api, token) for token in ("unknown", void, replaced, old)]
    answers += [await api.anyone.post(PREVIEW, json={"token": token}) for token in ("unknown", void, replaced, old)]
    assert all(map(is_unusable, answers))
    assert len({answer.content for answer in answers}) == 1
    assert (await (await api.signed_in(admin)).get(INVITATIONS)).json() == []


async def test_an_invitation_is_listed_until_it_is_used(api: Api, admin: Person) -> None:
    boss = await api.signed_in(admin)
    token = await invite(boss)
    (listed,) = (await boss.get(INVITATIONS)).json()
    assert {key: listed[key] for key in ("id", "email", "role")} == COLLEAGUE
    await join(api, token)
    assert (await boss.get(INVITATIONS)).json() == []


async def test_only_an_administrator_of_the_clinic_invites(api: Api, admin: Person, ana: Person, world: World) -> None:
    therapist = await api.signed_in(ana)
    assert (await therapist.post(INVITATIONS, json=COLLEAGUE)).status_code == 403
    await invite(await api.signed_in(admin))
    stranger = await api.signed_in(await world.admin(await world.clinic()))
    assert (await stranger.get(INVITATIONS)).json() == []
    assert (await stranger.delete(f"{INVITATIONS}/i")).status_code == 404
    assert (await stranger.post(f"/api/staff/members/{ana.id}/factors/reset")).status_code == 404
    assert (await stranger.get(f"/api/staff/members/{ana.id}/sign-ins")).status_code == 404
    assert (await stranger.delete(f"/api/staff/members/{ana.id}/sign-ins")).status_code == 404


async def test_an_email_that_signs_in_already_is_not_invited(api: Api, admin: Person, ana: Person) -> None:
    boss = await api.signed_in(admin)
    refused = await boss.post(INVITATIONS, json=COLLEAGUE | {"email": "ANA@clinic.example"})
    assert (refused.status_code, refused.json()["code"]) == (409, "email-taken")


async def test_two_clinics_that_invite_one_person_keep_the_first_that_is_joined(
    api: Api, admin: Person, world: World
) -> None:
    first = await invite(await api.signed_in(admin))
    second = await invite(await api.signed_in(await world.admin(await world.clinic())))
    assert (await join(api, first)).status_code == 200
    assert (await join(api, second)).json()["code"] == "email-taken"


async def test_only_the_hash_of_a_link_is_stored(api: Api, admin: Person, db: Database) -> None:
    token = await invite(await api.signed_in(admin))
    rows = await db.read(lambda tx: tx.fetch("SELECT * FROM staff_invitations"))
    assert token not in str([dict(row) for row in rows])


async def test_an_administrator_resets_a_lost_factor_and_the_person_is_told(
    api: Api, admin: Person, ana: Person, clock: FakeClock, db: Database
) -> None:
    key = await with_key(api, ana)
    before = await sign_in_fully(api, clock)
    half_done = desk(api, await sign_in(api.anyone))
    boss = await api.signed_in(admin)
    answer = await boss.post(f"/api/staff/members/{ana.id}/factors/reset")
    assert answer.status_code == 200
    assert (await before.get("/api/staff/me")).status_code == 401
    assert (await half_done.post("/api/staff/sign-in/code", json={"code": "1"})).json()["code"] == "not-signed-in"
    assert (await prove(api, key)).status_code == 401
    assert (await sign_in(api.anyone)).json()["next"] == "link", "the old password alone leads nowhere"
    previewed = (await api.anyone.post(PREVIEW, json={"token": token_of(answer)})).json()
    assert (previewed["name"], previewed["email"]) == ("Ana López", "ana@clinic.example")
    joined = await join(api, token_of(answer), name=None)
    assert is_unusable(await api.anyone.post(PREVIEW, json={"token": token_of(answer)}))
    again = await set_up_app(api, clock, joined)
    me = (await again.get("/api/staff/me")).json()
    assert (me["id"], me["factorsResetAt"]) == (ana.id, "2026-03-02T15:00:30Z")
    assert (await again.delete("/api/staff/factors/reset-notice")).status_code == 204
    assert (await again.get("/api/staff/me")).json()["factorsResetAt"] is None
    assert (await sign_in(api.anyone)).status_code == 401, "the old password is gone"
    rows = await db.read(lambda tx: tx.fetch("SELECT action, actor_id, object_id FROM audit_events ORDER BY seq"))
    events = [(row["action"], row["actor_id"], row["object_id"]) for row in rows]
    assert ("staff.reset-factors", admin.id, ana.id) in events
    assert "staff.join" in [action for action, _, _ in events]


async def test_a_second_reset_makes_the_first_link_useless(api: Api, admin: Person, ana: Person) -> None:
    boss = await api.signed_in(admin)
    first, second = [token_of(await boss.post(f"/api/staff/members/{ana.id}/factors/reset")) for _ in range(2)]
    assert is_unusable(await join(api, first))
    assert (await join(api, second)).status_code == 200


async def test_a_disabled_colleague_does_not_come_back_by_a_link(api: Api, admin: Person, ana: Person) -> None:
    boss = await api.signed_in(admin)
    token = token_of(await boss.post(f"/api/staff/members/{ana.id}/factors/reset"))
    assert (await boss.patch(f"/api/staff/members/{ana.id}", json={"disabled": True})).status_code == 200
    assert is_unusable(await join(api, token))


async def test_one_colleagues_sign_ins_are_seen_and_ended(
    api: Api, admin: Person, ana: Person, clock: FakeClock
) -> None:
    theirs, mine = await sign_in_fully(api, clock), await api.signed_in(admin)
    address = f"/api/staff/members/{ana.id}/sign-ins"
    listed = (await mine.get(address)).json()
    assert [one["current"] for one in listed] == [False]
    assert (await mine.delete(address)).status_code == 204
    assert (await theirs.get("/api/staff/me")).status_code == 401
    assert (await mine.get("/api/staff/me")).status_code == 200
    assert (await mine.get(address)).json() == []


async def test_an_administrator_sees_everybody_of_the_clinic_while_they_are_signed_in(
    api: Api, world: World, admin: Person, ana: Person, clock: FakeClock
) -> None:
    address = "/api/staff/sign-ins-of-clinic"
    await api.signed_in(await world.therapist(await world.clinic()))
    mine = await api.signed_in(admin)
    assert [one["staffId"] for one in (await mine.get(address)).json()] == [admin.id], "nobody else is signed in"
    theirs = await sign_in_fully(api, clock)
    assert {one["staffId"] for one in (await mine.get(address)).json()} == {admin.id, ana.id}
    assert (await mine.delete(f"/api/staff/members/{ana.id}/sign-ins")).status_code == 204
    assert [one["staffId"] for one in (await mine.get(address)).json()] == [admin.id]
    assert (await theirs.get(address)).status_code == 401


async def test_nobody_types_a_password_for_somebody_else(api: Api, admin: Person, ana: Person) -> None:
    boss = await api.signed_in(admin)
    assert (await boss.patch(f"/api/staff/members/{ana.id}", json={"password": ANOTHER})).status_code == 400
    assert (await boss.post(INVITATIONS, json=COLLEAGUE | {"password": ANOTHER})).status_code == 400
    assert (await boss.post("/api/staff/members", json=COLLEAGUE)).status_code == 405
    assert (await sign_in(api.anyone, "ana@clinic.example", PASSWORD)).json()["next"] == "code"


async def test_the_tokens_of_links_cannot_be_tried_out(api: Api) -> None:
    tries = [(await api.anyone.post(PREVIEW, json={"token": f"guess-{n}"})).status_code for n in range(11)]
    assert tries == [404] * 10 + [429]


async def test_the_cookie_of_a_link_is_a_staff_cookie(api: Api, admin: Person) -> None:
    joined = await join(api, await invite(await api.signed_in(admin)))
    assert set(cookies(joined)) == {"__Host-hs", "__Host-hd"}
