"""The loop around the worker: stopping, outages, several at once, on both engines."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientTimeout

from homeplan.db import Database
from homeplan.delivery import worker as working
from homeplan.delivery.store import is_due
from homeplan.delivery.webpush import send as sending
from homeplan.delivery.webpush import session
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.delivery.worker import deliver_due, run
from homeplan.errors import Unavailable
from homeplan.worker_loop import Pace
from tests.conftest import FakeClock
from tests.delivery.conftest import SITE, sender_for
from tests.delivery.ledger import counted
from tests.delivery.phones import Phone, make_phone
from tests.push_service import Fault, PushService
from tests.waiting import LIMIT_S, until
from tests.world import START, World, context

FOREVER_S = 1e6
"""Longer than any test: a push service that hangs is never given up on."""

_HURRIED = {"WAIT_LIMIT_S": 0.1, "STUCK_AFTER_S": 0.05, "COME_BACK_S": 0.5}
"""The sender's time limits, shorter than in production."""


class RunningClock:
    """The tests' first moment, from which time goes on: what went back to the queue comes up again."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._began)


async def test_a_service_that_is_down_for_an_hour_costs_only_what_was_due_then(
    db: Database, world: World, service: PushService, keyring: Keyring, clock: FakeClock
) -> None:
    """Every delivery with useful life left is sent once, the others are stale, and no device is forgotten."""
    phones = [await make_phone(db, world, service, keyring.current) for _ in range(40)]
    short = [await phone.plan(life=timedelta(minutes=40)) for phone in phones[:20]]
    long = [await phone.plan(life=timedelta(hours=2)) for phone in phones[20:]]
    service.fail_with(*[Fault(503)] * 10_000)
    async with sender_for(service, keyring, monotonic=lambda: clock.now().timestamp()) as sender:
        for minute in range(75):
            if minute == 60:
                asked = service.answers[503]
                service.recover()
            await deliver_due(db, {"webpush": sender}, clock.now())
            clock.advance(minutes=1)
    assert {(await phone.state(each))[0] for phone, each in zip(phones[:20], short, strict=True)} == {"stale"}
    assert {(await phone.state(each))[0] for phone, each in zip(phones[20:], long, strict=True)} == {"sent"}
    assert len(service.received) == 20
    assert [(await phone.now()).end for phone in phones] == [None] * 40
    assert asked < 40, "a service in trouble is not hammered"


@pytest.fixture
async def stop() -> AsyncIterator[asyncio.Event]:
    event = asyncio.Event()
    yield event
    event.set()


async def test_the_loop_delivers_until_it_is_told_to_stop(
    db: Database,
    phone: Phone,
    service: PushService,
    sender: WebPush,
    clock: FakeClock,
    stop: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "IDLE_S", 0.01)
    loop = asyncio.create_task(run(db, {"webpush": sender}, clock, stop))
    delivery = await phone.plan()
    await phone.until_sent(delivery)
    stop.set()
    await asyncio.wait_for(loop, LIMIT_S)


async def test_stopping_gives_back_what_is_not_finished(
    db: Database,
    phone: Phone,
    service: PushService,
    keyring: Keyring,
    clock: FakeClock,
    stop: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "STOP_WITHIN_S", 0.0)
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=FOREVER_S))
    hanging = await phone.plan()
    service.fail_with(Fault(mode="hang"), endpoint=phone.endpoint)
    async with sender_for(service, keyring, per_host=4) as sender:
        loop = asyncio.create_task(run(db, {"webpush": sender}, clock, stop))
        await until(lambda: service.in_hand == 1)
        stop.set()
        await asyncio.wait_for(loop, LIMIT_S)
    assert await phone.state(hanging) == ("pending", "stopped", 0)


async def test_a_hanging_service_keeps_nobody_elses_reminders(
    db: Database,
    world: World,
    service: PushService,
    keyring: Keyring,
    clock: FakeClock,
    stop: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"IDLE_S": 0.01, "STOP_WITHIN_S": 0.0, "MOST_IN_FLIGHT": 40}.items():
        monkeypatch.setattr(working, name, value)
    for name, value in _HURRIED.items():
        monkeypatch.setattr(sending, name, value)
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=FOREVER_S))
    async with PushService(now=clock.now) as other:
        hanging = await make_phone(db, world, service, keyring.current)
        quick = await make_phone(db, world, other, keyring.current)
        service.fail_with(*[Fault(mode="hang")] * 500)
        for _ in range(100):
            await hanging.plan()
            await quick.plan()
        services = AllowedServices([service.origin, other.origin])
        async with WebPush(keyring, services, site=SITE, per_host=4) as sender:
            loop = asyncio.create_task(run(db, {"webpush": sender}, RunningClock(), stop, pace=Pace(batch=10)))
            await until(lambda: len(other.received) == 100)
            assert service.in_hand == 4
            stop.set()
            await asyncio.wait_for(loop, LIMIT_S)
        assert other.violations == []


async def test_stopping_does_not_wait_for_a_hanging_service(
    db: Database,
    phone: Phone,
    service: PushService,
    keyring: Keyring,
    clock: FakeClock,
    stop: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"STOP_WITHIN_S": 0.0, "MOST_IN_FLIGHT": 4}.items():
        monkeypatch.setattr(working, name, value)
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=FOREVER_S))
    for _ in range(5):
        await phone.plan()
    service.fail_with(*[Fault(mode="hang")] * 9)
    async with sender_for(service, keyring) as sender:
        loop = asyncio.create_task(run(db, {"webpush": sender}, clock, stop, pace=Pace(batch=1)))
        await until(lambda: service.in_hand == 4)
        stop.set()
        await asyncio.wait_for(loop, LIMIT_S)
    found = await counted(db)
    assert found.open == 5
    assert await db.read(lambda tx: is_due(context(tx, clock.now()))), "nothing is left leased"


async def test_the_loop_outlives_a_database_that_is_away(
    db: Database,
    phone: Phone,
    service: PushService,
    sender: WebPush,
    clock: FakeClock,
    stop: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "IDLE_S", 0.01)
    delivery = await phone.plan()
    write, failures = db.write, 3

    async def flaky(work: Any) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise Unavailable
        return await write(work)

    monkeypatch.setattr(db, "write", flaky)
    loop = asyncio.create_task(run(db, {"webpush": sender}, clock, stop))
    await phone.until_sent(delivery)
    stop.set()
    await asyncio.wait_for(loop, LIMIT_S)


async def test_two_workers_share_the_queue_and_send_nothing_twice(
    db: Database, world: World, service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    phone = await make_phone(db, world, service, keyring.current)
    for _ in range(60):
        await phone.plan()
    counts = await asyncio.gather(*(deliver_due(db, {"webpush": sender}, START, most=20) for _ in range(4)))
    assert sum(count["sent"] for count in counts) == 60
    assert len(service.received) == 60
