"""The limits on tries of strangers, who lock nobody out."""

from datetime import UTC, datetime, timedelta

import pytest

from homeplan import throttle as module
from homeplan.errors import TooMany
from homeplan.throttle import Throttle

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANA = "ana@clinic.example"


def fail(throttle: Throttle, at: datetime, *, ip: str = "203.0.113.1", email: str = ANA) -> None:
    throttle.check_sign_in(at, ip=ip, email=email, device=None)
    throttle.note_failure(at, email)


def test_a_network_has_ten_tries_a_minute() -> None:
    throttle = Throttle()
    for n in range(10):
        throttle.check_sign_in(NOW, ip=f"203.0.113.{n}", email=f"{n}@x.example", device=None)
    with pytest.raises(TooMany) as refused:
        throttle.check_sign_in(NOW + timedelta(seconds=59), ip="203.0.113.99", email="y@x.example", device=None)
    assert refused.value.retry_after_s == 1
    throttle.check_sign_in(NOW, ip="203.0.114.1", email="y@x.example", device=None)
    throttle.check_sign_in(NOW + timedelta(seconds=60), ip="203.0.113.99", email="y@x.example", device=None)


def test_the_delay_grows_from_the_fifth_failure_to_five_minutes() -> None:
    throttle, at, waits = Throttle(), NOW, []
    for n in range(16):
        ip = f"198.51.{n}.1"
        try:
            throttle.check_sign_in(at, ip=ip, email=ANA, device=None)
            waits.append(0)
        except TooMany as refused:
            waits.append(refused.retry_after_s or 0)
            at += timedelta(seconds=waits[-1])
            throttle.check_sign_in(at, ip=f"192.0.{n}.1", email=ANA, device=None)
        throttle.note_failure(at, ANA)
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_device_that_signed_in_before_waits_for_nobody() -> None:
    throttle = Throttle()
    for n in range(10_000):
        throttle.note_failure(NOW, ANA)
        throttle.note_pairing_failure(NOW, f"10.{n >> 8 & 255}.{n & 255}.1")
    with pytest.raises(TooMany):
        throttle.check_sign_in(NOW, ip="10.0.0.1", email=ANA, device=None)
    throttle.check_sign_in(NOW, ip="10.0.0.1", email=ANA, device="known")


def test_a_known_device_has_ten_tries_a_minute_of_its_own() -> None:
    throttle = Throttle()
    for _ in range(10):
        throttle.check_sign_in(NOW, ip="10.0.0.1", email=ANA, device="known")
    with pytest.raises(TooMany):
        throttle.check_sign_in(NOW, ip="10.0.0.1", email=ANA, device="known")


def test_failures_are_forgotten_after_an_hour_and_after_success() -> None:
    throttle = Throttle()
    for n in range(5):
        fail(throttle, NOW, ip=f"198.51.{n}.1")
    with pytest.raises(TooMany):
        throttle.check_sign_in(NOW, ip="192.0.2.1", email=ANA, device=None)
    throttle.forget_failures(ANA)
    throttle.check_sign_in(NOW, ip="192.0.2.1", email=ANA, device=None)
    for n in range(5):
        fail(throttle, NOW, ip=f"198.52.{n}.1")
    fail(throttle, NOW + timedelta(minutes=61))
    throttle.check_sign_in(NOW + timedelta(minutes=61), ip="192.0.3.1", email=ANA, device=None)


def test_accounts_that_do_not_exist_are_delayed_alike() -> None:
    throttle = Throttle()
    for n in range(5):
        fail(throttle, NOW, ip=f"198.51.{n}.1", email="nobody@x.example")
    with pytest.raises(TooMany):
        throttle.check_sign_in(NOW, ip="192.0.2.1", email="nobody@x.example", device=None)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 50)
    throttle = Throttle()
    for n in range(500):
        fail(throttle, NOW, ip=f"10.0.{n % 256}.1", email=f"{n}@x.example")
        throttle.note_pairing_failure(NOW, f"10.1.{n % 256}.1")
    assert len(throttle._tries) == 50
    assert len(throttle._failures) == 50


def test_a_network_has_ten_failed_pairings_a_minute() -> None:
    throttle = Throttle()
    for _ in range(10):
        throttle.check_pairing(NOW, "203.0.113.1")
        throttle.note_pairing_failure(NOW, "203.0.113.1")
    with pytest.raises(TooMany):
        throttle.check_pairing(NOW, "203.0.113.2")
    throttle.check_pairing(NOW + timedelta(seconds=60), "203.0.113.2")


async def test_strangers_queue_is_bounded_and_never_before_a_known_device() -> None:
    throttle = Throttle()
    async with throttle.turn(known=False):
        throttle._waiting = module.STRANGERS_WAITING
        with pytest.raises(TooMany):
            async with throttle.turn(known=False):
                pass
        async with throttle.turn(known=True):
            pass
        throttle._waiting = 1
    assert throttle._waiting == 0
