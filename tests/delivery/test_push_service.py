"""The tests' own push service: it must report each mistake, and speak to a browser as Mozilla's does."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from homeplan.delivery.webpush import compose
from homeplan.delivery.webpush.vapid import VapidKey
from tests.conftest import FakeClock
from tests.delivery import lock_screen
from tests.delivery.posting import KEYS, headers, post, sealed, token
from tests.push_service import PushService
from tests.world import START

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parents[1] / "push_service.py"
OTHER = VapidKey(VapidKey.generate())


@pytest.fixture
async def service(clock: FakeClock) -> AsyncIterator[PushService]:
    async with PushService(now=clock.now) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def soon(hours: float = 12) -> int:
    return int((START + timedelta(hours=hours)).timestamp())


async def test_a_faultless_push_is_taken_and_read(service: PushService, client: aiohttp.ClientSession) -> None:
    made = service.subscribe(KEYS.current.public)
    assert await post(client, made["endpoint"], sealed(made), headers(service)) == 201
    assert service.received[0].json == {}
    assert service.violations == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"TTL": None}, 400),
        ({"TTL": "soon"}, 400),
        ({"Content_Encoding": "aesgcm"}, 415),
        ({"Content_Encoding": None}, 415),
        ({"Urgency": "urgent"}, 400),
        ({"Topic": "A" * 33}, 400),
        ({"Topic": "a topic"}, 400),
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": token(aud="https://elsewhere.example", exp=soon(), sub="mailto:a@b.example")}, 403),
    ],
)
async def test_a_faulty_request_is_refused(
    service: PushService, client: aiohttp.ClientSession, changes: dict[str, str | None], status: int
) -> None:
    made = service.subscribe(KEYS.current.public)
    assert await post(client, made["endpoint"], sealed(made), headers(service, **changes)) == status
    assert len(service.violations) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": soon(25), "sub": "mailto:a@b.example"},
        {"exp": soon(-1), "sub": "mailto:a@b.example"},
        {"sub": "mailto:a@b.example"},
        {"exp": soon()},
        {"exp": soon(), "sub": "mailto:root@localhost"},
        {"exp": soon(), "sub": "mailto: a@b.example"},
        {"exp": soon(), "sub": "a@b.example"},
    ],
)
async def test_a_faulty_token_is_refused(
    service: PushService, client: aiohttp.ClientSession, claims: dict[str, Any]
) -> None:
    made = service.subscribe(KEYS.current.public)
    sent = headers(service, Authorization=token(aud=service.origin, **claims))
    assert await post(client, made["endpoint"], sealed(made), sent) == 403


async def test_another_key_and_a_forged_signature_are_refused(
    service: PushService, client: aiohttp.ClientSession
) -> None:
    made = service.subscribe(KEYS.current.public)
    other = headers(service, Authorization=KEYS.authorization(OTHER, service.origin, START))
    assert await post(client, made["endpoint"], sealed(made), other) == 403
    forged = other["Authorization"].replace(OTHER.public, KEYS.current.public)
    assert await post(client, made["endpoint"], sealed(made), headers(service, Authorization=forged)) == 403
    assert [each.split(" ", 1)[1] for each in service.violations] == [
        "the token's key is not the subscription's",
        "bad signature",
    ]


async def test_bodies_that_no_browser_could_read_are_refused(
    service: PushService, client: aiohttp.ClientSession
) -> None:
    made, stranger = service.subscribe(KEYS.current.public), service.subscribe(None)
    for body, status in ((b"", 400), (os.urandom(200), 400), (sealed(stranger), 400), (bytes(4097), 413)):
        assert await post(client, made["endpoint"], body, headers(service)) == status


@pytest.mark.parametrize(
    ("change", "plaintext", "promise"),
    [
        ({"TTL": "59"}, bytes(256), "TTL is at least a minute"),
        ({"Topic": None}, bytes(256), "Topic has 24 characters"),
        ({"Topic": "A" * 32}, bytes(256), "Topic has 24 characters"),
        ({"Urgency": None}, bytes(256), "Urgency is always sent"),
        ({}, b"x" * 255, "the plaintext is padded"),
    ],
)
async def test_a_broken_promise_is_taken_and_noted(
    service: PushService, client: aiohttp.ClientSession, change: dict[str, str | None], plaintext: bytes, promise: str
) -> None:
    made = service.subscribe(KEYS.current.public)
    assert await post(client, made["endpoint"], sealed(made, plaintext), headers(service, **change)) == 201
    assert service.violations == [f"broken promise: {promise}"]


async def test_a_repeated_message_shows_its_salt_and_key(service: PushService, client: aiohttp.ClientSession) -> None:
    made = service.subscribe(KEYS.current.public)
    body = sealed(made)
    for _ in range(2):
        await post(client, made["endpoint"], body, headers(service))
    assert service.violations == ["a salt or an ephemeral key was used twice"] * 2


RECEIPT = KEYS.receipt_token("clinic", "delivery")


def declarative(**changes: Any) -> bytes:
    facts: dict[str, Any] = {
        "title": "Reminder",
        "lang": "en",
        "body": "It is time for your daily note.",
        "navigate": "https://homeplan.example/#/checkin",
        "tag": "t" * 24,
        "silent": False,
        "mutable": True,
        "app_badge": 1,
        **changes,
    }
    if not facts["navigate"].endswith("checkin"):
        del facts["app_badge"]
    either: dict[str, Any] = {name: facts[name] for name in ("mutable", "app_badge") if name in facts}
    message = {"web_push": 8030, "notification": facts, **either, "receipt": RECEIPT}
    return compose.padded(json.dumps(message, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, None),
        ({"title": "Recordatorio", "lang": "es", "body": "Es hora de su nota diaria."}, None),
        ({"body": "Your knee exercises, Ana"}, "not one of the fixed texts"),
        ({"title": "Example Clinic"}, "not one of the fixed texts"),
        ({"lang": "es"}, "not one of the fixed texts"),
        ({"image": "https://homeplan.example/knee.png"}, "unexpected members: ['image']"),
        ({"navigate": "https://homeplan.example/#/today?exercise=quad-set"}, "navigate is not opaque"),
        ({"tag": "checkin-of-ana-example"}, "tag is not opaque"),
        ({"app_badge": "3 exercises"}, "app_badge is 3 exercises"),
    ],
)
async def test_a_text_that_a_lock_screen_must_not_show_is_reported(
    service: PushService, client: aiohttp.ClientSession, changes: dict[str, str], seen: str | None
) -> None:
    made = service.subscribe(KEYS.current.public)
    assert await post(client, made["endpoint"], sealed(made, declarative(**changes)), headers(service)) == 201
    assert [violation.startswith(seen or "?") for violation in service.violations] == [True] * (seen is not None)
    assert lock_screen.take_leaks() == service.violations


async def test_a_push_in_any_other_shape_is_noted_as_well(service: PushService, client: aiohttp.ClientSession) -> None:
    made = service.subscribe(KEYS.current.public)
    for plaintext in (b'{"title": "Your knee exercises, Ana"}', b"Time for your exercises"):
        assert await post(client, made["endpoint"], sealed(made, plaintext.ljust(256)), headers(service)) == 201
    assert service.violations == lock_screen.take_leaks() == ["not a notification"] * 2


async def test_it_runs_as_a_program_of_its_own() -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "--port", "0", "--no-checks"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    first = await program.stdout.readline()
    assert b'{"origin": "http://127.0.0.1:' in first
    program.stdin.close()
    assert await asyncio.wait_for(program.wait(), 10) == 0


async def test_for_load_it_takes_everything_unread_and_counts() -> None:
    async with PushService(checks=False) as service, aiohttp.ClientSession() as client:
        for body in (b"", os.urandom(5000)):
            assert await post(client, f"{service.origin}/wpush/v2/x", body, {}) == 201
        async with client.post(f"{service.origin}/control/stats") as answer:
            assert (await answer.json())["answers"] == {"201": 2}
