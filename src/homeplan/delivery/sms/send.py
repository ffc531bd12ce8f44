"""Sends text messages: a webhook signed by the Standard Webhooks, posted through the guarded session.

One `Sms` per process; `send` returns an Outcome for every message and raises nothing.
"""

import asyncio
import logging
import re
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

import aiohttp
from standardwebhooks import Webhook
from yarl import URL

from homeplan.delivery.breaker import Breaker
from homeplan.delivery.model import AuthRefused, Claimed, Held, Outcome, Refused, Retry, SmsNumber
from homeplan.delivery.sms import compose
from homeplan.delivery.sms.compose import Message
from homeplan.delivery.sms.rules import classify
from homeplan.delivery.transmissions import count_transmission
from homeplan.delivery.webpush.address import Target
from homeplan.delivery.webpush.session import (
    LIMITS,
    AddressNotPublic,
    UnaskedAnswer,
    guarded_session,
    posting_to,
    read,
)
from homeplan.settings import Settings

CONNECTIONS = 5
WAIT_LIMIT_S = 2.0
"""Longest time that a message waits for a connection before it goes back to the queue."""
COME_BACK_S = 5.0

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

log = logging.getLogger(__name__)


class Sms:
    """The channel. Use as `async with Sms(…) as sms`; `validate` and `compose` work without."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ):
        """`url` and `secret` of the provider's webhook; with a port, the address may be inside the network."""
        self.breaker = Breaker()
        self._url = URL(url, encoded=True)
        self._target = Target(
            str(self._url.origin()),
            self._url.host or "",
            self._url.port or 0,
            self._url.raw_path_qs,
            service=self._url.host or "",
            private_allowed=self._url.explicit_port is not None,
        )
        self._webhook = Webhook(secret)
        self._tls = tls
        self._monotonic = monotonic
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = guarded_session(self._tls or ssl.create_default_context())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    def validate(self, to: SmsNumber) -> str:
        """The checked number. Raises ValueError."""
        if not _E164.fullmatch(to.number):
            raise ValueError("not a number in E.164")
        return to.number

    def compose(self, claimed: Claimed, to: SmsNumber, now: datetime) -> Message:
        """The request for a claimed delivery."""
        return compose.compose(claimed, to, now)

    async def send(self, message: Message, now: datetime) -> Outcome:
        """Sign and post one message; takes at most `WAIT_LIMIT_S` and the session's limit."""
        try:
            self.validate(SmsNumber(message.to))
        except ValueError:
            return Refused("not-a-number")
        if (rest := self.breaker.rest_s(self._monotonic())) > 0:
            return Held(rest, "held")
        try:
            async with asyncio.timeout(WAIT_LIMIT_S):
                await self._slots.acquire()
        except TimeoutError:
            return Held(COME_BACK_S, "queued")
        try:
            if not self.breaker.admit(self._monotonic()):
                return Held(self.breaker.rest_s(self._monotonic()), "held")
            try:
                outcome = await self._post(message, now)
            except BaseException:
                self.breaker.abandon()
                raise
            self._note(outcome)
            return outcome
        finally:
            self._slots.release()

    async def _post(self, message: Message, now: datetime) -> Outcome:
        assert self._http is not None
        posting_to.set(self._target)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(message.id, now, message.body.decode()),
        }
        for _ in range(CONNECTIONS + 1):  # one for each connection that may have been kept
            try:
                async with self._http.post(
                    self._url,
                    data=message.body,
                    headers=headers,
                    timeout=LIMITS[False],
                    allow_redirects=False,
                ) as answer:
                    await read(answer)
            except UnaskedAnswer:
                continue
            except TimeoutError:
                return Retry("timeout")
            except (aiohttp.ClientError, OSError, RuntimeError) as failed:  # RuntimeError: a name without an address
                cause = failed.__cause__ or failed
                is_private = isinstance(cause, AddressNotPublic)
                return Retry("address-not-public" if is_private else f"unreachable {type(cause).__name__}")
            return classify(answer.status, answer.headers, now=now)
        return Retry("unreachable UnaskedAnswer")

    def _note(self, outcome: Outcome) -> None:
        count_transmission("sms", self._target.host, outcome)
        was_open = self.breaker.open
        self.breaker.record(outcome, token="signature", now=self._monotonic())  # noqa: S106 - names no secret
        if isinstance(outcome, AuthRefused):
            log.error("the provider of text messages refuses our signature: %s", outcome.reason)
        elif self.breaker.open and not was_open:
            log.warning("the provider of text messages rests after failures in a row, the last: %s", outcome)


def sms_of(settings: Settings) -> Sms:
    """The channel that these settings ask for. They have a webhook."""
    assert settings.sms_webhook_url is not None
    assert settings.sms_webhook_secret is not None
    return Sms(settings.sms_webhook_url, settings.sms_webhook_secret)
