"""The SMS channel against a real HTTP server: signed requests, and what the provider's answers mean."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientTimeout, web
from standardwebhooks import Webhook

from homeplan.delivery.model import (
    AuthRefused,
    Claimed,
    Gone,
    Held,
    Outcome,
    Recipient,
    Refused,
    Retry,
    Sent,
    SmsNumber,
)
from homeplan.delivery.sms.compose import TEXT
from homeplan.delivery.sms.rules import classify
from homeplan.delivery.sms.send import Sms
from homeplan.delivery.webpush import session

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes.").decode()
NUMBER = "+13035550142"
NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


@dataclass
class Provider:
    """A provider's webhook, and the requests that it got."""

    url: str = ""
    status: int = 204
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hangs: bool = False
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(({**request.headers}, await request.read()))
        if self.hangs:
            await self.stopped.wait()
        headers = {429: {"Retry-After": "7"}, 307: {"Location": "http://127.0.0.1:9/"}}.get(self.status)
        return web.Response(status=self.status, headers=headers)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    running = Provider()
    app = web.Application()
    app.router.add_post("/sms", running.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    yield running
    running.stopped.set()
    await runner.cleanup()


def claimed(**changes: Any) -> Claimed:
    facts: dict[str, Any] = {
        "clinic_id": "clinic",
        "id": "delivery-1",
        "channel": "sms",
        "recipient": Recipient("patient", "patient"),
        "address_id": "patient",
        "to": SmsNumber(NUMBER),
        "language": "en",
        "kind": "checkin",
        "topic": "t" * 24,
        "attempts": 1,
        "deadline_at": NOW + timedelta(hours=1),
        "owner": "worker",
    }
    return Claimed(**{**facts, **changes})


async def sent(url: str, to: str = NUMBER, **changes: Any) -> Outcome:
    async with Sms(url, SECRET) as sms:
        return await sms.send(sms.compose(claimed(**changes), SmsNumber(to), NOW), NOW)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_message_is_signed_and_says_one_fixed_text(provider: Provider, language: Any) -> None:
    assert await sent(provider.url, language=language) == Sent(204)
    [(headers, body)] = provider.requests
    # Signed again, since the library verifies a signature against the machine's clock.
    assert headers["webhook-signature"] == Webhook(SECRET).sign(headers["webhook-id"], NOW, body.decode())
    assert json.loads(body) == {
        "type": "sms.send",
        "timestamp": NOW.isoformat(),
        "data": {"to": NUMBER, "text": TEXT.in_language(language)},
    }


async def test_each_try_has_the_same_id(provider: Provider) -> None:
    provider.status = 503
    await sent(provider.url)
    await sent(provider.url, attempts=2)
    assert [headers["webhook-id"] for headers, _ in provider.requests] == ["delivery-1"] * 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Sent(200)),
        (307, Refused("307")),
        (400, Refused("400")),
        (401, AuthRefused("401")),
        (410, Gone(410)),
        (429, Retry("429", 7.0)),
        (500, Retry("500")),
        (503, Retry("503")),
    ],
)
async def test_each_answer_has_its_outcome(provider: Provider, status: int, outcome: Outcome) -> None:
    provider.status = status
    assert await sent(provider.url) == outcome


async def test_a_provider_that_hangs_is_left_after_the_limit(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=0.2))
    provider.hangs = True
    assert await sent(provider.url) == Retry("timeout")


async def test_a_provider_that_is_down_is_tried_again() -> None:
    assert await sent("http://127.0.0.1:9/sms") == Retry("unreachable ConnectionRefusedError")


async def test_an_address_without_a_port_must_be_public() -> None:
    assert await sent("https://localhost/sms") == Retry("address-not-public")


async def test_what_is_no_number_is_not_posted(provider: Provider) -> None:
    assert await sent(provider.url, to="303 555 0142") == Refused("not-a-number")
    assert provider.requests == []


async def test_after_failures_in_a_row_the_provider_rests(provider: Provider) -> None:
    provider.status = 500
    async with Sms(provider.url, SECRET, monotonic=lambda: 0.0) as sms:
        message = sms.compose(claimed(), SmsNumber(NUMBER), NOW)
        outcomes = [await sms.send(message, NOW) for _ in range(6)]
    assert outcomes == [Retry("500")] * 5 + [Held(30.0, "held")]


def test_the_words_of_an_answer_are_not_kept() -> None:
    """They may repeat the number."""
    assert classify(400, {}, now=NOW) == Refused("400")
