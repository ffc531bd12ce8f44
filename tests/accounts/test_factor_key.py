"""The key that encrypts the secrets of authenticator apps in the database."""

import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
from litestar import Litestar
from msgspec.structs import replace

from homeplan.accounts.factors.encryption import PREFIX, decrypted, encrypted
from homeplan.db import Database, Tx
from homeplan.settings import Settings
from tests.accounts.test_factors import CODE, ana, half
from tests.conftest import FakeClock
from tests.world import TOTP_SECRET, Api, Person, context, totp_code

__all__ = ["ana"]

KEY, LATER_KEY = "the first key of the factors in tests", "the later key of the factors in tests"
APP = "/api/staff/factors/totp"


UseKeys = Callable[..., None]


@pytest.fixture
def use_keys(litestar: Litestar, settings: Settings) -> Iterator[UseKeys]:
    """Give the app another key, or none, and other previous keys."""

    def use(key: str | None, *previous: str) -> None:
        litestar.state.settings = replace(settings, factor_key=key, factor_previous_keys=previous)

    yield use
    litestar.state.settings = settings


async def stored(db: Database) -> str:
    """Both columns of all apps, as text."""
    rows = await db.read(lambda tx: tx.fetch("SELECT secret, offered FROM staff_totp"))
    return repr([(row["secret"], row["offered"]) for row in rows])


async def enter_code(api: Api, clock: FakeClock, secret: str = TOTP_SECRET) -> httpx.Response:
    """Sign in with the next code of the app."""
    clock.advance(seconds=30)
    return await (await half(api)).post(CODE, json={"code": totp_code(clock.now(), secret)})


async def test_with_the_key_no_secret_of_an_app_is_in_the_database_in_clear(
    api: Api, ana: Person, db: Database, clock: FakeClock, use_keys: UseKeys
) -> None:
    use_keys(KEY)
    client = await api.signed_in(ana)
    secret = (await client.post(f"{APP}/secret")).json()["secret"]
    assert secret not in await stored(db)
    added = await client.post(APP, json={"code": totp_code(clock.now(), secret)})
    assert added.status_code in (200, 201)
    assert (await enter_code(api, clock, secret)).status_code == 200
    assert secret not in await stored(db)
    assert PREFIX in await stored(db)


async def test_an_app_from_before_the_key_is_encrypted_at_its_next_code(
    api: Api, ana: Person, db: Database, clock: FakeClock, use_keys: UseKeys
) -> None:
    assert (await enter_code(api, clock)).status_code == 200
    assert TOTP_SECRET in await stored(db)
    for keys in ([KEY], [LATER_KEY, KEY], [LATER_KEY]):
        use_keys(*keys)
        assert (await enter_code(api, clock)).status_code == 200, "the code that re-encrypts is one that works"
        assert TOTP_SECRET not in await stored(db)


async def test_without_its_key_the_codes_of_an_app_are_refused_and_the_log_says_why(
    api: Api, ana: Person, clock: FakeClock, use_keys: UseKeys, caplog: pytest.LogCaptureFixture
) -> None:
    use_keys(KEY)
    assert (await enter_code(api, clock)).status_code == 200
    for key in (None, LATER_KEY):
        use_keys(key)
        with caplog.at_level(logging.ERROR, "homeplan"):
            assert (await enter_code(api, clock)).json()["code"] == "factor-refused"
        assert "HOMEPLAN_FACTOR_KEY" in caplog.text
        caplog.clear()


async def test_an_encrypted_secret_is_of_no_use_to_somebody_else(db: Database) -> None:
    settings = Settings(factor_key=KEY)

    async def work(tx: Tx) -> None:
        mine, other = (context(tx, clinic_id=clinic, settings=settings) for clinic in ("mine", "other"))
        text = encrypted(mine, "ana", TOTP_SECRET)
        assert text != encrypted(mine, "ana", TOTP_SECRET)
        assert decrypted(mine, "ana", text) == TOTP_SECRET
        assert decrypted(mine, "ben", text) is decrypted(other, "ana", text) is None

    await db.read(work)
