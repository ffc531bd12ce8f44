"""Senders side by side, without a database: pushes to distinct phones, 20 at a time, over TLS.

Run by bench/reminders.py as `python -m bench.peers CONFIG`.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import uvloop
from msgspec import Struct
from py_vapid import Vapid02
from pywebpush import webpush, webpush_async

from bench.crowd import KEY, SUBJECT, subscriptions
from homeplan.clock import SystemClock
from homeplan.delivery.model import Sent, Subscription
from homeplan.delivery.webpush import compose
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.compose import Message
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring

AT_ONCE = 20
TOPIC = "A" * 24
PLAINTEXT = compose.build("checkin", "en", site="https://clinic.example", tag=TOPIC, receipt="r" * 90)

Phone = dict[str, Any]


Send = Callable[[Phone], Awaitable[Any]]

BOTH = "both"
CHUNK = 40


class Config(Struct, frozen=True, kw_only=True):
    """The sender to measure, or `BOTH`, and the number of pushes."""

    peer: str
    origin: str
    pushes: int


async def measure(config: Config) -> dict[str, float]:
    """Pushes a second and processor seconds for 1,000, once the connections are there.

    `BOTH`: processor seconds for 1,000 of our sender and of `webpush_async`, in turns within this process.
    """
    if config.peer == BOTH:
        return await _in_turns(config)
    phones = subscriptions(config.pushes, config.origin)
    async with PEERS[config.peer](config.origin) as send:
        await _send_all(send, phones[: 2 * AT_ONCE])
        began, cpu = time.perf_counter(), time.process_time()
        await _send_all(send, phones)
        seconds = time.perf_counter() - began
    return {"per_s": len(phones) / seconds, "cpu_s": (time.process_time() - cpu) / len(phones) * 1000}


async def _in_turns(config: Config) -> dict[str, float]:
    """Chunks of both senders, one after the other, so that what else the machine does meets both alike."""
    spent: dict[str, list[float]] = {"ours": [], "webpush_async": []}
    async with _ours(config.origin) as ours, _webpush_async(config.origin) as peer:
        for turn in range(1 + config.pushes // CHUNK):
            for name, send in (("ours", ours), ("webpush_async", peer)):
                phones = subscriptions(CHUNK, config.origin)
                began = time.process_time()
                await _send_all(send, phones)
                if turn:  # the first one opens the connections
                    spent[name].append((time.process_time() - began) / CHUNK * 1000)
    return {f"{name}_cpu_s": statistics.median(each) for name, each in spent.items()}


async def _send_all(send: Send, phones: list[Phone]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(phone: Phone) -> None:
        async with slots:
            await send(phone)

    await asyncio.gather(*(one(phone) for phone in phones))


@asynccontextmanager
async def _ours(origin: str) -> AsyncIterator[Send]:
    keyring = Keyring(KEY, subject=SUBJECT)
    now = SystemClock().now()
    async with WebPush(keyring, AllowedServices([origin]), site="https://clinic.example") as web_push:

        async def send(phone: Phone) -> None:
            to = Subscription(endpoint=phone["endpoint"], **phone["keys"], key_id=keyring.current.id)
            message = Message(to=to, plaintext=PLAINTEXT, ttl_s=3600, topic=TOPIC)
            outcome = await web_push.send(message, now)
            assert isinstance(outcome, Sent), outcome

        yield send


@asynccontextmanager
async def _webpush_async(_: str) -> AsyncIterator[Send]:
    """As kind to it as its interface allows: one session, one parsed key."""
    key = Vapid02.from_string(KEY)
    async with aiohttp.ClientSession() as session:

        async def send(phone: Phone) -> None:
            await webpush_async(
                phone, PLAINTEXT, key, {"sub": SUBJECT}, ttl=3600, aiohttp_session=session, headers=dict(HEADERS)
            )

        yield send


@asynccontextmanager
async def _webpush(_: str) -> AsyncIterator[Send]:
    """As its documentation shows it, in as many threads as connections."""

    def send(phone: Phone) -> None:
        webpush(phone, PLAINTEXT, vapid_private_key=KEY, vapid_claims={"sub": SUBJECT}, ttl=3600, headers=dict(HEADERS))

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield lambda phone: loop.run_in_executor(threads, send, phone)


HEADERS = {"Urgency": "high", "Topic": TOPIC}


@asynccontextmanager
async def _posting(_: str) -> AsyncIterator[Send]:
    """Posts of one ready body, without encryption."""
    headers = {"Authorization": "vapid t=" + "x" * 280, "TTL": "3600", "Content-Encoding": "aes128gcm", **HEADERS}
    body = os.urandom(len(PLAINTEXT) + 103)
    async with aiohttp.ClientSession() as session:

        async def send(phone: Phone) -> None:
            async with session.post(phone["endpoint"], data=body, headers=headers) as answer:
                assert answer.status == 201, answer

        yield send


PEERS = {"posting": _posting, "ours": _ours, "webpush_async": _webpush_async, "webpush": _webpush}

if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
