"""Guessing passwords: strangers are slowed down, and neither the owner nor a colleague is locked out."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.accounts import guessing, passwords
from homeplan.accounts.guessing import Guesser, Places
from homeplan.db import Database
from homeplan.errors import TooMany
from homeplan.http.envelope import Envelope
from tests.accounts.test_sign_in_api import ANOTHER, PASSWORD, ana, sent, sign_in, sign_in_fully
from tests.conftest import FakeClock
from tests.waiting import turn
from tests.world import ORIGIN, Api, Person

__all__ = ["ana"]

From = Callable[[str], httpx.AsyncClient]


@pytest.fixture
def visitor(api: Api, litestar: Litestar) -> From:
    """A browser at that address, through a proxy on this machine."""
    behind: Any = Envelope(litestar, ORIGIN, ["127.0.0.1"])

    def browser(address: str) -> httpx.AsyncClient:
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": address}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=behind), base_url=ORIGIN, headers=headers)

    return browser


@pytest.fixture
def free_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a password costs nothing."""
    monkeypatch.setattr(passwords, "_verify", lambda password, _: password == PASSWORD)


pytestmark = pytest.mark.usefixtures("free_passwords")


async def test_after_five_failures_of_an_account_its_strangers_wait_longer_and_longer(
    visitor: From, ana: Person, clock: FakeClock
) -> None:
    stranger, waits = visitor("203.0.113.1"), list[int]()
    for _ in range(5 + 25):
        answer = await sign_in(stranger, password="wrong")
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            assert (await sign_in(stranger)).status_code == 429, "also with the right password"
            clock.advance(seconds=waits[-1])
            assert (await sign_in(stranger, password="wrong")).status_code == 401
    longest = [300] * 16
    """More than an hour of them: the first failure is over by then, but each later one counts on."""
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, *longest]


async def test_the_owner_signs_in_from_any_other_network_and_from_a_known_device(
    api: Api, visitor: From, ana: Person, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    stranger = visitor("203.0.113.1")
    for _ in range(5):
        assert (await sign_in(stranger, password="wrong")).status_code == 401
    assert (await sign_in(stranger)).status_code == 429
    assert (await sign_in(visitor("198.51.100.1"))).status_code == 200
    at_the_desk = visitor("203.0.113.9")
    at_the_desk.headers["cookie"] = f"__Host-hd={sent(known, '__Host-hd')}"
    assert (await sign_in(at_the_desk)).status_code == 200


async def test_colleagues_behind_a_strangers_address_still_reach_their_first_sign_in(
    visitor: From, ana: Person, clock: FakeClock
) -> None:
    stranger = visitor("203.0.113.1")
    for n in range(10):
        assert (await sign_in(stranger, f"{n}@clinic.example")).status_code == 401
    refused = await sign_in(stranger, "1@clinic.example")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    colleague = visitor("203.0.113.2")
    assert (await sign_in(colleague, password="mistyped")).status_code == 401
    assert (await sign_in(colleague)).status_code == 429
    clock.advance(minutes=1)
    assert (await sign_in(colleague)).status_code == 200


async def test_a_full_sign_in_does_not_forget_the_failures_of_its_network(
    api: Api, ana: Person, clock: FakeClock
) -> None:
    for n in range(9):
        assert (await sign_in(api.anyone, f"{n}@clinic.example")).status_code == 401
    await sign_in_fully(api, clock)
    assert (await sign_in(api.anyone, "0@clinic.example")).status_code == 401, "the tenth"
    assert (await sign_in(api.anyone, "1@clinic.example")).status_code == 429


async def test_a_network_tries_sixty_accounts_a_minute_at_most(visitor: From, ana: Person) -> None:
    stranger = visitor("203.0.113.1")
    answers = [(await sign_in(stranger, f"{n}@clinic.example")).status_code for n in range(61)]
    assert answers == [401] * 60 + [429]
    assert (await sign_in(visitor("198.51.100.1"))).status_code == 200


async def test_many_networks_together_have_a_hundred_tries_of_an_account_per_hour(
    api: Api, visitor: From, ana: Person, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    for n in range(100):
        assert (await sign_in(visitor(f"203.0.{n}.1"), password="wrong")).status_code == 401
    refused = await sign_in(visitor("198.51.100.1"), password="wrong")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (await sign_in(known)).status_code == 200
    clock.advance(hours=1)
    assert (await sign_in(visitor("198.51.100.1"), password="wrong")).status_code == 401


async def test_a_header_that_no_trusted_proxy_wrote_moves_no_limit(api: Api, ana: Person) -> None:
    answers = []
    for n in range(6):
        api.anyone.headers["x-forwarded-for"] = f"203.0.{n}.1"
        answers.append((await sign_in(api.anyone, password="wrong")).status_code)
    assert answers == [401] * 5 + [429]


async def test_an_account_that_does_not_exist_is_limited_alike(visitor: From, ana: Person) -> None:
    answers = [
        [((await sign_in(visitor("203.0.113.1"), email, "wrong")).status_code, email)[0] for _ in range(7)]
        for email in ("nobody@clinic.example", "ana@clinic.example")
    ]
    assert answers[0] == [401] * 5 + [429] * 2
    assert answers[1] == [401] * 5 + [429] * 2


async def test_a_known_device_has_ten_failures_a_minute_for_each_account(
    api: Api, ana: Person, clock: FakeClock
) -> None:
    known = await sign_in_fully(api, clock)
    for _ in range(10):
        assert (await sign_in(known, password="wrong")).status_code == 401
    refused = await sign_in(known)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    clock.advance(minutes=1)
    assert (await sign_in(known)).status_code == 200


async def test_a_full_sign_in_forgets_the_failures_before_it(
    api: Api, ana: Person, db: Database, clock: FakeClock
) -> None:
    for _ in range(2):
        for _ in range(4):
            assert (await sign_in(api.anyone, password="wrong")).status_code == 401
        await sign_in_fully(api, clock)
        clock.advance(minutes=1)


async def test_changing_a_password_is_limited(api: Api, ana: Person, clock: FakeClock) -> None:
    here = await sign_in_fully(api, clock)
    body = {"currentPassword": "wrong", "newPassword": ANOTHER}
    answers = [(await here.put("/api/staff/password", json=body)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


async def test_tries_at_once_do_not_get_past_the_count(
    visitor: From, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "WAITING", 100)
    monkeypatch.setattr(guessing, "WAITING_PER_NETWORK", 100)
    answers = await asyncio.gather(*(sign_in(visitor("203.0.113.1"), password="wrong") for _ in range(40)))
    assert [answer.status_code for answer in answers].count(401) == 5


async def test_a_try_over_the_limit_takes_no_place_of_the_password_check(
    visitor: From, ana: Person, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = visitor("203.0.113.1")
    for _ in range(6):
        assert (await sign_in(stranger, password="wrong")).status_code == 401
        clock.advance(seconds=1)
    assert (await sign_in(stranger, password="wrong")).headers["retry-after"] == "1"
    clock.advance(seconds=1)
    assert (await sign_in(stranger, password="wrong")).status_code == 401
    monkeypatch.setattr(guessing, "WAITING", 0)
    assert (await sign_in(stranger, password="wrong")).headers["retry-after"] == "4", "the wait of its own failures"
    assert (await sign_in(visitor("198.51.100.1"))).headers["retry-after"] == "1", "all places are taken"


async def test_a_network_that_floods_leaves_room_for_others(api: Api) -> None:
    places, entered = Places(), []
    done = asyncio.Event()

    async def wait(network: str, device: str | None = None) -> None:
        async with places.place(Guesser(email="ana@clinic.example", network=network, device=device)):
            entered.append(network)
            await done.wait()

    waiting = [asyncio.create_task(wait("a")) for _ in range(guessing.WAITING_PER_NETWORK)]
    await turn()
    with pytest.raises(TooMany):
        await wait("a")
    waiting += [asyncio.create_task(wait("b")), asyncio.create_task(wait("a", "known"))]
    await turn()
    assert entered == ["a", "a"], "one stranger at a time, and the known device beside"
    done.set()
    await asyncio.gather(*waiting)
    assert sorted(entered) == ["a"] * 4 + ["b"]
    assert (places._locks, dict(places._waiting)) == ({}, {})


def test_one_network_cannot_use_up_the_tries_of_an_account() -> None:
    """After the free ones, the waits of one network allow 12 failures per hour: far from the account's own limit."""
    waits, failures = timedelta(0), guessing.FROM_NETWORK.most
    while waits < timedelta(hours=1):
        waits += min(timedelta(seconds=2 ** (failures - guessing.FROM_NETWORK.most)), timedelta(minutes=5))
        failures += 1
    assert failures < guessing.ACCOUNT.most / 3
