"""Posts encrypted pushes. One `Sender` per process; it returns an Outcome for every push and raises nothing."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

from msgspec import Struct

from homeplan.delivery.breaker import Breaker
from homeplan.delivery.encryption import Receiver, encrypt, receiver
from homeplan.delivery.endpoint import AddressNotPublic, AllowedServices, Target
from homeplan.delivery.model import AuthRefused, BadEndpoint, Held, Outcome, Refused, Retry, WrongKey
from homeplan.delivery.rules import classify
from homeplan.delivery.transport import Connections
from homeplan.delivery.vapid import Keyring, keyring_of
from homeplan.settings import Settings

SEND_LIMIT_S = 20.0
WAIT_LIMIT_S = 2.0
"""Longest time that a push waits for a connection before it goes back to the queue."""

PER_HOST = 20
"""Connections to one service at most; what hangs there keeps nobody else's."""

STUCK_AFTER_S = 1.0
"""Seconds without a free connection of an origin after which new pushes do not wait for one."""

COME_BACK_S = 5.0

log = logging.getLogger(__name__)


class Message(Struct, frozen=True, kw_only=True):
    """One push, ready to encrypt. The endpoint is a secret: it is never logged."""

    endpoint: str
    p256dh: str
    auth: str
    key_id: str
    plaintext: bytes
    ttl_s: int
    topic: str
    urgency: str = "high"
    """`high` is delivered to a dozing phone too; it is meant for pushes that show a notification, as all of homeplan's
    do."""


class Sender:
    """The connections to the push services, with a breaker and a cap each. Use as `async with Sender(…) as sender`."""

    def __init__(
        self,
        keyring: Keyring,
        services: AllowedServices,
        *,
        site: str,
        per_host: int = PER_HOST,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ):
        """`site` is the origin of the patient app; `tls` replaces the system's trusted certificates.

        `monotonic` tells the seconds by which origins rest.
        """
        self.keyring = keyring
        self.site = site
        self._services = services
        self._per_host = per_host
        self._tls = tls
        self._monotonic = monotonic
        self._lanes: dict[str, _Lane] = {}
        self._connections: Connections | None = None

    async def __aenter__(self) -> Self:
        self._connections = Connections(self._tls or ssl.create_default_context())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connections is not None:
            await self._connections.close()

    def stopped(self) -> dict[str, str]:
        """The origins that refuse our signature, each with its words: an operator must act."""
        return {name: lane.breaker.stopped_for for name, lane in self._lanes.items() if lane.breaker.stopped_for}

    def resting(self) -> list[str]:
        """The origins that nothing is posted to for now."""
        return [name for name, lane in self._lanes.items() if lane.breaker.open]

    async def send(self, message: Message, now: datetime) -> Outcome:
        """Encrypt and post one push; takes at most `WAIT_LIMIT_S` and `SEND_LIMIT_S`."""
        try:
            target = self._services.check(message.endpoint)
            to = receiver(message.p256dh, message.auth)
        except BadEndpoint:
            return Refused("endpoint-not-allowed")
        except ValueError:
            return Refused("damaged-keys")
        key = self.keyring.get(message.key_id)
        if key is None:
            return WrongKey("the key is not in use any more")
        lane = self._lane(target)
        held = await self._wait_for_turn(lane)
        if held:
            return held
        token = self.keyring.authorization(key, target.origin, now)
        try:
            outcome = await self._post(target, message, to, token, now)
        except BaseException:
            lane.breaker.abandon()
            raise
        finally:
            lane.slots.release()
            lane.moved_at = self._monotonic()
        self._note(lane, target, outcome, token)
        return outcome

    async def _wait_for_turn(self, lane: "_Lane") -> Held | None:
        """Take one of the lane's slots, or say how long the push is held."""
        clock = self._monotonic
        if (rest := lane.breaker.rest_s(clock())) > 0:
            return Held(rest, "held")
        if lane.stuck(clock()):
            return Held(COME_BACK_S, "queued")
        if lane.slots.locked():
            try:
                async with asyncio.timeout(WAIT_LIMIT_S):
                    await lane.slots.acquire()
            except TimeoutError:
                return Held(COME_BACK_S, "queued")
        else:
            await lane.slots.acquire()
        if not lane.breaker.admit(clock()):  # it opened while this push waited
            lane.slots.release()
            return Held(lane.breaker.rest_s(clock()), "held")
        lane.moved_at = clock()
        return None

    async def _post(self, target: Target, message: Message, to: Receiver, token: str, now: datetime) -> Outcome:
        assert self._connections is not None
        try:
            async with asyncio.timeout(SEND_LIMIT_S):
                answer = await self._connections.post(
                    target, _headers(message, target, token), encrypt(to, message.plaintext)
                )
        except TimeoutError:
            return Retry("timeout")
        except AddressNotPublic:
            return Retry("address-not-public")
        except OSError as failed:
            return Retry(f"unreachable {type(failed).__name__}")
        return classify(
            answer.status,
            answer.headers,
            answer.body,
            now=now,
            key_is_current=message.key_id == self.keyring.current.id,
        )

    def _note(self, lane: "_Lane", target: Target, outcome: Outcome, token: str) -> None:
        was_open = lane.breaker.open
        lane.breaker.record(outcome, token=token, now=self._monotonic())
        if isinstance(outcome, AuthRefused):
            log.error("%s refuses our VAPID signature: %s", target.host, outcome.reason)
        elif lane.breaker.open and not was_open:
            log.warning("%s rests after failures in a row, the last: %s", target.host, outcome)

    def _lane(self, target: Target) -> "_Lane":
        lane = self._lanes.get(target.origin)
        if lane is None:
            lane = self._lanes[target.origin] = _Lane(self._per_host)
        return lane


def sender_of(settings: Settings) -> Sender | None:
    """The sender that these settings ask for; None without a VAPID key."""
    keyring = keyring_of(settings)
    if keyring is None:
        return None
    return Sender(keyring, AllowedServices(settings.push_hosts), site=settings.origin)


class _Lane:
    """One origin: its breaker, and slots so that a hanging service takes only its own."""

    def __init__(self, slots: int):
        self.breaker = Breaker()
        self.slots = asyncio.Semaphore(slots)
        self.moved_at = 0.0
        """The last time that a push got a connection or returned one."""

    def stuck(self, now: float) -> bool:
        return self.slots.locked() and now - self.moved_at > STUCK_AFTER_S


def _headers(message: Message, target: Target, authorization: str) -> dict[str, str]:
    headers = {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(message.ttl_s),
        "Urgency": message.urgency,
        "Topic": message.topic,
    }
    if target.host.endswith(".notify.windows.com"):
        headers["X-WNS-Cache-Policy"] = "cache"
    return headers
