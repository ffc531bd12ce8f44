"""Limits on how often a sign-in or a pairing is tried. In memory and bounded; time is an argument.

A network (/24, /56) has ten tries per minute. After five failures of an account from devices that never signed in
before, such devices wait, longer with each failure. A device that signed in before has ten tries per minute of its own
and does not wait, so that strangers cannot lock anybody out.
"""

import asyncio
import hashlib
import ipaddress
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar

from homeplan.errors import TooMany

K = TypeVar("K")
V = TypeVar("V")

PER_MINUTE = 10
MINUTE = timedelta(minutes=1)
FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=5)
FORGET_FAILURES = timedelta(hours=1)
REMEMBERED = 10_000
"""The most networks, devices and accounts remembered; those unused for longest are forgotten first."""
STRANGERS_WAITING = 8
"""Most unknown devices that may wait for the password check; one is checked at a time, known devices never wait."""


class Throttle:
    """The tries of one process."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._failures: OrderedDict[bytes, tuple[int, datetime]] = OrderedDict()
        self._strangers = asyncio.Semaphore(1)
        self._waiting = 0

    def check_sign_in(self, now: datetime, *, ip: str, email: str, device: str | None) -> None:
        """Count one try. `device` names a device that this account signed in from before. Raises TooMany."""
        if device is not None:
            self._count(f"device {device}", now)
            return
        self._count(f"sign-in {network(ip)}", now)
        count, last = self._failures.get(_digest(email), (0, now))
        _refuse_until(last + _delay(count), now)

    def note_failure(self, now: datetime, email: str) -> None:
        """Count a failure from an unknown device."""
        key = _digest(email)
        count, last = self._failures.get(key, (0, now))
        self._failures[key] = (1 if now - last > FORGET_FAILURES else count + 1, now)
        _bound(self._failures, key)

    def forget_failures(self, email: str) -> None:
        """Forget the failures of an account whose owner signed in."""
        self._failures.pop(_digest(email), None)

    def check_pairing(self, now: datetime, ip: str) -> None:
        """Refuse a network whose last ten tries within a minute failed; successful ones are not counted."""
        _refuse_over_limit(self._tries.get(f"pairing {network(ip)}", deque()), now)

    def note_pairing_failure(self, now: datetime, ip: str) -> None:
        self._add(f"pairing {network(ip)}", now)

    def check_challenge(self, now: datetime, ip: str) -> None:
        """Count one challenge for a passkey, which anyone may ask for. Raises TooMany."""
        self._count(f"challenge {network(ip)}", now)

    def check_export(self, now: datetime, patient_id: str) -> None:
        """Count one export of everything about a patient. Raises TooMany."""
        self._count(f"export {patient_id}", now)

    @asynccontextmanager
    async def turn(self, *, known: bool) -> AsyncIterator[None]:
        """Wait for the password check. Raises TooMany when too many unknown devices wait already."""
        if known:
            yield
            return
        if self._waiting >= STRANGERS_WAITING:
            raise TooMany(retry_after_s=1)
        self._waiting += 1
        try:
            async with self._strangers:
                yield
        finally:
            self._waiting -= 1

    def _count(self, key: str, now: datetime) -> None:
        _refuse_over_limit(self._tries.get(key, deque()), now)
        self._add(key, now)

    def _add(self, key: str, now: datetime) -> None:
        self._tries.setdefault(key, deque(maxlen=PER_MINUTE)).append(now)
        _bound(self._tries, key)


def network(ip: str) -> str:
    """The network that is counted as one visitor: /24 of IPv4, /56 of IPv6."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


def _refuse_over_limit(tries: deque[datetime], now: datetime) -> None:
    if len(tries) == PER_MINUTE:
        _refuse_until(tries[0] + MINUTE, now)


def _refuse_until(free_at: datetime, now: datetime) -> None:
    if free_at > now:
        raise TooMany(retry_after_s=ceil((free_at - now).total_seconds()))


def _delay(failures: int) -> timedelta:
    """None up to the fourth failure, then 1 s, 2 s, 4 s … five minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)), LONGEST_DELAY)


def _bound(remembered: OrderedDict[K, V], key: K) -> None:
    remembered.move_to_end(key)
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)


def _digest(email: str) -> bytes:
    return hashlib.sha256(email.encode()).digest()[:16]
