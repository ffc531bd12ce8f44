"""Members of staff are told of sign-ins that may be somebody else's, by push and mail, without names."""

import httpx
import pytest

from homeplan.delivery.staff.texts import STAFF_TEXTS
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_passkeys import prove, registered
from tests.accounts.test_sign_in_api import ANOTHER, HASH, PASSWORD, cookies, desk, sign_in, sign_in_fully
from tests.conftest import FakeClock
from tests.delivery.staff.conftest import Office
from tests.world import Api, World

CODE = "/api/staff/sign-in/code"


@pytest.fixture
async def ana(office: Office) -> Office:
    """The member, with a password and an address for notices."""
    change = "UPDATE staff SET email = 'ana@clinic.example', password_hash = :hash WHERE id = :id"
    await office.db.write(lambda tx: tx.execute(change, hash=HASH, id=office.member.id))
    await office.prove_mail()
    office.mailbox.received.clear()
    return office


async def subjects(office: Office) -> list[str]:
    """The notices by mail since the last call."""
    await office.step()
    found = [str(mail["Subject"]) for mail in office.mailbox.received]
    office.mailbox.received.clear()
    return found


SIGNED_IN, TRIED = STAFF_TEXTS["sign-in"].title.en, STAFF_TEXTS["sign-in-tried"].title.en
CHANGED = STAFF_TEXTS["sign-in-changed"].title.en


async def test_a_sign_in_on_a_new_device_is_told_of_and_one_on_a_known_device_is_not(
    ana: Office, api: Api, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    assert await subjects(ana) == [SIGNED_IN]
    await sign_in_fully(api, clock, known)
    assert await subjects(ana) == []
    await sign_in_fully(api, clock)
    assert await subjects(ana) == [SIGNED_IN]


async def test_a_sign_in_after_failures_of_strangers_is_told_of_on_a_known_device_too(
    ana: Office, api: Api, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    assert await subjects(ana) == [SIGNED_IN]
    for _ in range(5):
        assert (await sign_in(api.anyone, password="a stranger guesses this")).status_code == 401
    assert await subjects(ana) == []
    await sign_in_fully(api, clock, known)
    assert await subjects(ana) == [SIGNED_IN]


async def test_who_has_the_password_and_no_code_is_told_of_before_they_get_in(ana: Office, api: Api) -> None:
    thief = desk(api, await sign_in(api.anyone))
    for _ in range(4):
        await _wrong_code(thief)
    assert await subjects(ana) == []
    await _wrong_code(thief)
    assert await subjects(ana) == [TRIED]


async def test_who_tries_codes_on_a_device_of_the_member_is_told_of_when_the_tries_are_over(
    ana: Office, api: Api, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    await subjects(ana)
    first = await sign_in(known)
    colleague = api._client(cookies(first))
    for _ in range(5):
        await _wrong_code(colleague)
    assert await subjects(ana) == []
    assert (await colleague.post(CODE, json={"code": "000000"})).json()["code"] == "not-signed-in"
    assert await subjects(ana) == [TRIED]


async def test_another_factor_set_of_codes_or_password_is_told_of(ana: Office, api: Api) -> None:
    key = Authenticator()
    for change in (
        ana.desk.post("/api/staff/factors/recovery-codes"),
        registered(ana.desk, key),
        ana.desk.delete("/api/staff/factors/totp"),
    ):
        answer = await change
        assert answer.is_success, answer.text
        assert await subjects(ana) == [CHANGED]
    assert (await prove(api, key)).status_code == 200
    assert await subjects(ana) == [SIGNED_IN]
    passwords = {"currentPassword": PASSWORD, "newPassword": ANOTHER}
    assert (await ana.desk.put("/api/staff/password", json=passwords)).status_code == 200
    assert await subjects(ana) == [CHANGED]


async def test_a_reset_by_an_administrator_is_told_of(ana: Office, api: Api, world: World) -> None:
    boss = await api.signed_in(await world.admin(ana.member.clinic))
    answer = await boss.post(f"/api/staff/members/{ana.member.id}/factors/reset")
    assert answer.status_code == 200, answer.text
    assert await subjects(ana) == [CHANGED]


async def _wrong_code(client: httpx.AsyncClient) -> None:
    assert (await client.post(CODE, json={"code": "000000"})).json()["code"] == "factor-refused"
