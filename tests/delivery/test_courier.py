"""A courier sends as a sender does, in a process of its own that may die at any moment."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from homeplan.db import Database
from homeplan.delivery import courier as couriers
from homeplan.delivery.courier import Courier
from homeplan.delivery.model import AuthRefused, Gone, Held, Refused, Retry, Sent
from homeplan.delivery.vapid import Keyring, VapidKey
from homeplan.delivery.worker import deliver_due
from homeplan.settings import Settings
from tests.conftest import VAPID_KEY
from tests.delivery.conftest import OLD_KEY, message
from tests.delivery.phones import make_phone
from tests.push_service import Fault, PushService
from tests.waiting import until
from tests.world import START, World

pytestmark = pytest.mark.slow


def settings_for(service: PushService) -> Settings:
    return Settings(
        vapid_private_key=VAPID_KEY,
        vapid_previous_keys=(OLD_KEY,),
        vapid_subject="mailto:operator@clinic.example",
        push_hosts=(service.origin,),
    )


@pytest.fixture
async def courier(service: PushService, keyring: Keyring) -> AsyncIterator[Courier]:
    async with Courier(settings_for(service), keyring) as courier:
        yield courier


async def test_outcomes_come_back_to_the_caller_that_sent(
    service: PushService, keyring: Keyring, courier: Courier
) -> None:
    faults = {
        "sent": Sent(201),
        "gone": Gone(410),
        "busy": Retry("429", 7.0),
        "ours": AuthRefused("403 no"),
        "bad": Refused("413"),
    }
    pushes = {name: message(service.subscribe(keyring.current.public), keyring) for name in faults}
    service.end(pushes["gone"].endpoint)
    for name, fault in {
        "busy": Fault(429, {"Retry-After": "7"}),
        "ours": Fault(403, body=b"no"),
        "bad": Fault(413),
    }.items():
        service.fail_with(fault, endpoint=pushes[name].endpoint)
    assert await courier.send(pushes["sent"], START) == Sent(201)  # proves the token first
    found = await asyncio.gather(*(courier.send(push, START) for push in pushes.values()))
    assert dict(zip(faults, found, strict=True)) == faults
    assert service.received[0].plaintext == pushes["sent"].plaintext


async def test_devices_of_an_old_key_are_reached_as_well(
    service: PushService, keyring: Keyring, courier: Courier
) -> None:
    old = VapidKey(OLD_KEY)
    assert await courier.send(message(service.subscribe(old.public), keyring, key_id=old.id), START) == Sent(201)


async def test_it_starts_with_the_first_push_and_ends_with_the_app(service: PushService, keyring: Keyring) -> None:
    async with Courier(settings_for(service), keyring) as courier:
        assert courier.pid is None
        await courier.send(message(service.subscribe(keyring.current.public), keyring), START)
        pid = courier.pid
        assert pid is not None
        for number in (signal.SIGINT, signal.SIGTERM):  # as a terminal or systemd signals a whole group
            os.kill(pid, number)
        assert await courier.send(message(service.subscribe(keyring.current.public), keyring), START) == Sent(201)
        assert courier.pid == pid
    assert not proc(pid).exists()


async def test_it_knows_no_secret_from_its_environment_or_arguments(
    service: PushService, keyring: Keyring, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEPLAN_AUDIT_KEY", "a secret of the app")
    await courier.send(message(service.subscribe(keyring.current.public), keyring), START)
    known = b"".join((proc(courier.pid) / part).read_bytes() for part in ("environ", "cmdline"))
    assert b"HOMEPLAN_" not in known
    assert VAPID_KEY.encode() not in known


async def test_what_a_killed_courier_held_is_sent_again_by_the_next_one(
    service: PushService, keyring: Keyring, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = message(service.subscribe(keyring.current.public), keyring)
    service.fail_with(Fault(mode="hang"))
    held = [asyncio.create_task(courier.send(push, START)) for _ in range(3)]
    await until(lambda: service.in_hand > 0)
    assert courier.pid is not None
    os.kill(courier.pid, signal.SIGKILL)
    assert set(await asyncio.gather(*held)) <= {Retry("courier"), Sent(201)}
    assert await courier.send(push, START) == Held(couriers.START_AGAIN_S, "queued"), "not at once"
    monkeypatch.setattr(couriers, "START_AGAIN_S", 0.0)
    assert await courier.send(push, START) == Sent(201)


async def test_a_courier_that_hangs_is_replaced(
    service: PushService, keyring: Keyring, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = message(service.subscribe(keyring.current.public), keyring)
    assert await courier.send(push, START) == Sent(201)
    assert courier.pid is not None
    os.kill(courier.pid, signal.SIGSTOP)
    monkeypatch.setattr(couriers, "ANSWER_LIMIT_S", 0.2)
    assert await courier.send(push, START) == Retry("courier")
    monkeypatch.setattr(couriers, "START_AGAIN_S", 0.0)
    monkeypatch.setattr(couriers, "ANSWER_LIMIT_S", 5.0)
    await until(lambda: courier.pid is None)
    assert await courier.send(push, START) == Sent(201)


async def test_one_that_cannot_be_started_leaves_the_pushes_in_the_queue(
    service: PushService, keyring: Keyring, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    push = message(service.subscribe(keyring.current.public), keyring)
    assert await courier.send(push, START) == Held(couriers.START_AGAIN_S, "queued")


async def test_the_worker_delivers_through_it(
    db: Database, world: World, service: PushService, keyring: Keyring, courier: Courier
) -> None:
    phones = [await make_phone(db, world, service, keyring.current) for _ in range(20)]
    planned = [await phone.plan() for phone in phones]
    assert await deliver_due(db, courier, START + timedelta(minutes=1)) == {"sent": 20}
    assert {(await phone.state(each))[0] for phone, each in zip(phones, planned, strict=True)} == {"sent"}
    assert len({push.token for push in service.received}) == 20


def proc(pid: int | None) -> Path:
    return Path(f"/proc/{pid}")
