"""Sends pushes: pywebpush encrypts, py_vapid signs, one guarded aiohttp session posts.

One `WebPush` per process; `send` returns an Outcome for every push and raises nothing.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

import aiohttp
import pywebpush  # noqa: F401 - loaded at start, where address.py would load it at the first push
from yarl import URL

from homeplan.delivery.breaker import Breaker
from homeplan.delivery.model import (
    AuthRefused,
    BadEndpoint,
    BadSubscription,
    Claimed,
    Held,
    Outcome,
    Refused,
    Retry,
    Subscription,
    UnknownPushKey,
    WrongKey,
)
from homeplan.delivery.transmissions import count_transmission
from homeplan.delivery.webpush import compose
from homeplan.delivery.webpush.address import AllowedServices, Checked, Target, validate
from homeplan.delivery.webpush.compose import Message
from homeplan.delivery.webpush.rules import classify
from homeplan.delivery.webpush.session import (
    LIMITS,
    AddressNotPublic,
    UnaskedAnswer,
    guarded_session,
    posting_to,
    read,
)
from homeplan.delivery.webpush.vapid import Keyring, keyring_of
from homeplan.settings import Settings

WAIT_LIMIT_S = 2.0
"""Longest time that a push waits for a connection before it goes back to the queue."""

PER_HOST = 20
"""Connections to one service at most; what hangs there keeps nobody else's."""

STUCK_AFTER_S = 1.0
"""Seconds without a free connection of an origin after which new pushes do not wait for one."""

COME_BACK_S = 5.0

log = logging.getLogger(__name__)


class WebPush:
    """The channel. Use as `async with WebPush(…) as web_push`; `validate` and `compose` work without."""

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
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = guarded_session(self._tls or ssl.create_default_context())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    def stopped(self) -> dict[str, str]:
        """The origins that refuse our signature, each with its words: an operator must act."""
        return {name: lane.breaker.stopped_for for name, lane in self._lanes.items() if lane.breaker.stopped_for}

    def resting(self) -> list[str]:
        """The origins that nothing is posted to for now."""
        return [name for name, lane in self._lanes.items() if lane.breaker.open]

    def validate(self, to: Subscription) -> Checked:
        """The checked address. Raises BadEndpoint, BadSubscription and UnknownPushKey."""
        return validate(to, self._services, self.keyring)

    def compose(self, claimed: Claimed, to: Subscription, now: datetime) -> Message:
        """The push for a claimed delivery."""
        return compose.compose(claimed, to, now, site=self.site, keyring=self.keyring)

    async def send(self, message: Message, now: datetime) -> Outcome:
        """Encrypt and post one push; takes at most `WAIT_LIMIT_S` and `SEND_LIMIT_S`."""
        try:
            address = self.validate(message.to)
        except BadEndpoint:
            return Refused("endpoint-not-allowed")
        except BadSubscription:
            return Refused("damaged-keys")
        except UnknownPushKey:
            return WrongKey("the key is not in use any more")
        header = self.keyring.authorization(address.key, address.target.origin, now)
        lane = self._lane(address.target)
        if held := await self._wait_for_place(lane, urgent=message.urgent):
            return held
        try:
            outcome = await self._post(address, message, header, now)
        except BaseException:
            lane.breaker.abandon()
            raise
        finally:
            lane.slots.release()
            lane.moved_at = self._monotonic()
        self._note(lane, address.target, outcome, header)
        return outcome

    async def _wait_for_place(self, lane: "_Lane", *, urgent: bool) -> Held | None:
        """Take one of the lane's slots, or say how long the push is held."""
        clock = self._monotonic
        if (rest := lane.breaker.rest_s(clock(), urgent=urgent)) > 0:
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
        if not lane.breaker.admit(clock(), urgent=urgent):  # it opened while this push waited
            lane.slots.release()
            return Held(lane.breaker.rest_s(clock(), urgent=urgent), "held")
        lane.moved_at = clock()
        return None

    async def _post(self, address: Checked, message: Message, header: str, now: datetime) -> Outcome:
        assert self._http is not None
        posting_to.set(address.target)
        url = URL(address.target.origin + address.target.path, encoded=True)
        headers = _headers(message, address.target, header)
        body = address.receiver.encrypt(message.plaintext)
        limits = LIMITS[message.urgent]
        for _ in range(self._per_host + 1):  # one for each connection that may have been kept
            try:
                async with self._http.post(
                    url, data=body, headers=headers, allow_redirects=False, timeout=limits
                ) as answer:
                    text = await read(answer)
            except UnaskedAnswer:
                continue
            except TimeoutError:
                return Retry("timeout")
            except (aiohttp.ClientError, OSError, RuntimeError) as failed:  # RuntimeError: a name without an address
                cause = failed.__cause__ or failed
                return Retry(
                    "address-not-public"
                    if isinstance(cause, AddressNotPublic)
                    else f"unreachable {type(cause).__name__}"
                )
            current = message.to.key_id == self.keyring.current.id
            return classify(answer.status, answer.headers, text, now=now, key_is_current=current)
        return Retry("unreachable UnaskedAnswer")

    def _note(self, lane: "_Lane", target: Target, outcome: Outcome, header: str) -> None:
        count_transmission("webpush", target.service, outcome)
        was_open = lane.breaker.open
        lane.breaker.record(outcome, token=header, now=self._monotonic())
        if isinstance(outcome, AuthRefused):
            log.error("%s refuses our VAPID signature: %s", target.host, outcome.reason)
        elif lane.breaker.open and not was_open:
            log.warning("%s rests after failures in a row, the last: %s", target.host, outcome)

    def _lane(self, target: Target) -> "_Lane":
        lane = self._lanes.get(target.origin)
        if lane is None:
            lane = self._lanes[target.origin] = _Lane(self._per_host)
        return lane


def web_push_of(settings: Settings) -> WebPush:
    """The channel that these settings ask for. They have a VAPID key."""
    keyring = keyring_of(settings)
    assert keyring is not None
    return WebPush(keyring, AllowedServices(settings.push_hosts), site=settings.origin)


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
