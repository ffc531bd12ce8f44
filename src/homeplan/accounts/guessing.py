"""Limits on guessing the password of a member of staff: only failures count, and nobody waits for a stranger for long.

A device that the account signed in from before counts its own failures and waits for nobody. A stranger's failures
count for the account as tried from this network, for the account, and for the network. A network with many failures
still gets one try of each account, so that colleagues behind one address reach their first sign-in.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from msgspec import Struct

from homeplan.context import Context
from homeplan.errors import Problem, TooMany
from homeplan.http.exchange import Exchange
from homeplan.limits.actions import refusal_of
from homeplan.limits.model import Counter, Limit, Tries
from homeplan.limits.store import count_try, find_tries, forget_tries

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

DEVICE = Limit(name="password-device", most=10, within=MINUTE)
"""Failures of one account on a device that it signed in from before."""
FROM_NETWORK = Limit(
    name="password-account-network", most=5, within=HOUR, slides=True, longest_wait=timedelta(minutes=5)
)
"""Failures of one account from one network: about 26 in the first hour, then 12 per hour."""
ACCOUNT = Limit(name="password-account", most=100, within=HOUR, longest_wait=timedelta(minutes=5))
"""Failures of one account from all networks; 100 is the most that NIST SP 800-63B, 3.2.2 allows in a row."""
NETWORK = Limit(name="password-network", most=10, within=MINUTE)
"""Failures from one network, for an account that failed there before."""
CROWDED = Limit(name=NETWORK.name, most=60, within=MINUTE)
"""The same failures, for the first try of an account: checking a password costs 20 ms of a processor."""

WAITING = 30
"""Most strangers who may wait for the password check in one process; one is checked at a time."""
WAITING_PER_NETWORK = 3


class Guesser(Struct, frozen=True, kw_only=True):
    """A visitor who tries the password of an account, from a network."""

    email: str
    """As compared (rules.clean_email)."""
    network: str
    device: str | None
    """A secret or id of the device that this account signed in from before; None for a stranger."""

    @property
    def counters(self) -> list[Counter]:
        """The counters that a failure raises."""
        if self.device is not None:
            return [DEVICE.of(self.device, self.email)]
        return [FROM_NETWORK.of(self.email, self.network), ACCOUNT.of(self.email), NETWORK.of(self.network)]

    def refusal(self, ctx: Context, tries: Mapping[str, Tries]) -> TooMany | None:
        """The refusal of another try after these failures."""
        counters = self.counters
        if self.device is None and counters[0].subject not in tries:
            counters[-1] = CROWDED.of(self.network)
        return refusal_of(ctx, tries, counters)


async def count_failure(ctx: Context, guesser: Guesser) -> None:
    """Count a wrong password, or a wrong code after a right one."""
    for counter in sorted(guesser.counters, key=lambda each: each.subject):  # one order: no deadlock
        await count_try(ctx, counter)


async def failures_of_strangers(ctx: Context, email: str) -> int:
    """The number of wrong passwords of this account on unknown devices within the hour."""
    counter = ACCOUNT.of(email)
    tries = (await find_tries(ctx, [counter])).get(counter.subject)
    return 0 if tries is None else tries.times


async def forget_failures(ctx: Context, guesser: Guesser) -> None:
    """Forget the failures before the sign-in that is complete now, but not those of the whole network."""
    await forget_tries(ctx, [each.subject for each in guesser.counters if each.limit is not NETWORK])


class Guess:
    """One try of a password, whose place nobody else has."""

    def __init__(self, exchange: Exchange, guesser: Guesser, failures: Mapping[str, Tries]):
        self._exchange = exchange
        self._guesser = guesser
        self._failures = failures

    async def failed(self, problem: Problem) -> Problem:
        """Count the failure; returns the problem, with which no audit event is appended."""

        async def count(ctx: Context) -> Problem:
            await count_failure(ctx, self._guesser)
            return problem

        return await self._exchange.write(count)

    async def forget(self, ctx: Context) -> None:
        """Forget the failures before the one that was right, if there are any."""
        if self._failures:
            await forget_failures(ctx, self._guesser)


@asynccontextmanager
async def one_guess(exchange: Exchange, guesser: Guesser) -> AsyncIterator[Guess]:
    """Wait for the place of the password check, and leave it when the result is counted. Raises TooMany."""
    async with exchange.memory.of(Places).place(guesser):
        # Inside the place, so that many tries at once do not all find the same count.
        failures, refusal = await exchange.read(lambda ctx: look_up(ctx, guesser))
        if refusal is not None:
            raise refusal
        yield Guess(exchange, guesser, failures)


async def look_up(ctx: Context, guesser: Guesser) -> tuple[Mapping[str, Tries], TooMany | None]:
    """The failures that count, and the refusal of another try after them."""
    failures = await find_tries(ctx, guesser.counters)
    return failures, guesser.refusal(ctx, failures)


class Places:
    """The places of the password check in one process: one for all strangers, one for each known device."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: Tally[str] = Tally()

    @asynccontextmanager
    async def place(self, guesser: Guesser) -> AsyncIterator[None]:
        """Wait for the place. Raises TooMany when too many wait already, of this network or in all."""
        lane = "strangers" if guesser.device is None else f"device {guesser.device}"
        visitor = f"network {guesser.network}" if guesser.device is None else f"one of {lane}"
        if self._waiting[lane] >= WAITING or self._waiting[visitor] >= WAITING_PER_NETWORK:
            raise TooMany(retry_after_s=1)
        self._waiting.update((lane, visitor))
        try:
            async with self._locks.setdefault(lane, asyncio.Lock()):
                yield
        finally:
            self._waiting.subtract((lane, visitor))
            for name in (lane, visitor):
                if not self._waiting[name]:
                    del self._waiting[name]
                    self._locks.pop(name, None)
