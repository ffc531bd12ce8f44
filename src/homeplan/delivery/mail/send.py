"""The channel: one recipient per mail, over connections that are kept while mails follow each other.

The operator's server is reached by TLS alone. After failures in a row it rests; while it refuses our sign-in, nothing
is sent until somebody has acted.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import aiosmtplib
from aiosmtplib import SMTP

from homeplan.delivery.breaker import Breaker
from homeplan.delivery.mail import compose
from homeplan.delivery.mail.address import validate
from homeplan.delivery.mail.compose import Message
from homeplan.delivery.mail.model import BadMailAddress, MailServer
from homeplan.delivery.mail.rules import Step, classify, concerns_server, is_sign_in
from homeplan.delivery.mail.server import server_of
from homeplan.delivery.model import AuthRefused, Claimed, Held, Mailbox, Outcome, Refused, Retry, Sent
from homeplan.delivery.transmissions import count_transmission
from homeplan.settings import Settings

CONNECT_LIMIT_S = 8.0
"""Longest time for connecting, TLS and signing in."""
SEND_LIMIT_S = 15.0
"""Longest time for one mail on an open connection."""
URGENT_SEND_LIMIT_S = 8.0
"""The same for an urgent one: its attempt ends before its lease. A mail that the server took meanwhile comes twice."""
WAIT_LIMIT_S = 2.0
"""Longest time that a mail waits for a connection before it goes back to the queue."""
COME_BACK_S = 5.0
CONNECTIONS = 5
KEPT_S = 10.0
"""Time for which an idle connection is kept."""

log = logging.getLogger(__name__)


class Mail:
    """The channel. Use as `async with Mail(…) as mail`; `validate` and `compose` work without."""

    def __init__(
        self,
        server: MailServer,
        *,
        site: str,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ):
        """`site` is the origin of the app; `tls` replaces the system's trusted certificates."""
        self.server = server
        self.site = site
        self.breaker = Breaker()
        self._tls = tls
        self._monotonic = monotonic
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[SMTP, float]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        idle, self._idle = self._idle, []
        for client, _since in idle:
            client.close()

    def validate(self, to: Mailbox) -> str:
        """The checked address. Raises BadMailAddress."""
        return validate(to.email)

    def compose(self, claimed: Claimed, to: Mailbox, now: datetime) -> Message:
        """The mail for a claimed delivery."""
        return compose.compose(claimed, to, now, site=self.site, sender=self.server.sender)

    async def send(self, message: Message, now: datetime) -> Outcome:  # noqa: ARG002 - the time of day decides nothing
        """Send one mail; takes at most the four limits above together. It raises nothing."""
        try:
            validate(message.to)
        except BadMailAddress:
            return Refused("not-an-address")
        if (rest := self.breaker.rest_s(self._monotonic(), urgent=message.urgent)) > 0:
            return Held(rest, "held")
        try:
            async with asyncio.timeout(WAIT_LIMIT_S):
                await self._slots.acquire()
        except TimeoutError:
            return Held(COME_BACK_S, "queued")
        try:
            if not self.breaker.admit(self._monotonic(), urgent=message.urgent):
                return Held(self.breaker.rest_s(self._monotonic(), urgent=message.urgent), "held")
            try:
                step, outcome = await self._attempt(message)
            except BaseException:
                self.breaker.abandon()
                raise
            self._note(step, outcome)
            return outcome
        finally:
            self._slots.release()

    async def prove(self) -> Outcome:
        """Connect and sign in as a mail would, for `homeplan check`; sends nothing."""
        client = self._client()
        try:
            outcome = await self._connect(client)
        finally:
            client.close()
        return outcome or Sent(250)

    async def _attempt(self, message: Message) -> tuple[Step, Outcome]:
        while kept := self._kept():
            try:
                return await self._over(kept, message)
            except aiosmtplib.SMTPServerDisconnected:
                continue  # it ended while it was idle: the mail goes over another one
        client = self._client()
        if refused := await self._connect(client):
            client.close()
            return "connect", refused
        try:
            return await self._over(client, message)
        except aiosmtplib.SMTPServerDisconnected:
            return "connect", Retry("disconnected")

    async def _over(self, client: SMTP, message: Message) -> tuple[Step, Outcome]:
        """Send over an open connection, and keep it. Raises SMTPServerDisconnected."""
        try:
            async with asyncio.timeout(URGENT_SEND_LIMIT_S if message.urgent else SEND_LIMIT_S):
                await client.sendmail(self.server.sender, [message.to], message.content)
        except aiosmtplib.SMTPServerDisconnected:
            client.close()
            raise
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return "recipient", await self._refused(client, "recipient", refused.recipients[0])
        except aiosmtplib.SMTPSenderRefused as refused:
            return "sender", await self._refused(client, "sender", refused)
        except aiosmtplib.SMTPResponseException as refused:
            return "text", await self._refused(client, "text", refused)
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            client.close()  # it may have been taken: the retry has the same Message-ID
            return "connect", Retry("timeout")
        except (aiosmtplib.SMTPException, OSError) as failed:
            client.close()
            return "connect", Retry(f"unreachable {type(failed).__name__}")
        self._idle.append((client, self._monotonic()))
        return "text", Sent(250)

    async def _connect(self, client: SMTP) -> Outcome | None:
        """Open a connection and sign in; None when that succeeded."""
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await client.connect()
        except aiosmtplib.SMTPAuthenticationError as refused:
            return classify("sign-in", refused.code, refused.message)
        except aiosmtplib.SMTPResponseException as refused:
            return classify("connect", refused.code, refused.message)
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return Retry("timeout")
        except (aiosmtplib.SMTPException, OSError) as failed:
            if _is_certificate(failed):
                return AuthRefused("certificate")
            if _is_unencrypted(failed):
                return AuthRefused("no-tls")
            return Retry(f"unreachable {type(failed.__cause__ or failed).__name__}")
        return None

    async def _refused(
        self, client: SMTP, step: Step, refused: aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientRefused
    ) -> Outcome:
        """The outcome of a refusal; the connection is not used again, since nobody knows in which state it is."""
        client.close()
        return classify(step, refused.code, refused.message)

    def _note(self, step: Step, outcome: Outcome) -> None:
        count_transmission("mail", self.server.host, outcome)
        was_open = self.breaker.open
        failed = isinstance(outcome, AuthRefused) or (isinstance(outcome, Retry) and concerns_server(step))
        # A refusal of one mail is an answer: the server works.
        seen = outcome if failed or isinstance(outcome, Sent) else Refused("answered")
        may_lock = isinstance(outcome, AuthRefused) and is_sign_in(outcome.reason)
        self.breaker.record(seen, token=f"{self.server.user}", now=self._monotonic(), may_lock=may_lock)
        if isinstance(outcome, AuthRefused):
            log.error("the mail server refuses us: %s", outcome.reason)
        elif self.breaker.open and not was_open:
            log.warning("the mail server rests after failures in a row, the last: %s", outcome)

    def _client(self) -> SMTP:
        server = self.server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls_at_once,
            start_tls=not server.tls_at_once,  # never None, which sends in clear where the server offers no TLS
            tls_context=self._tls or ssl.create_default_context(),
            timeout=SEND_LIMIT_S,
        )

    def _kept(self) -> SMTP | None:
        while self._idle:
            client, since = self._idle.pop()
            if client.is_connected and self._monotonic() - since < KEPT_S:
                return client
            client.close()
        return None


def mail_of(settings: Settings) -> Mail:
    """The channel that these settings ask for. They have a mail server."""
    server = server_of(settings)
    assert server is not None
    return Mail(server, site=settings.origin)


def _is_certificate(failed: BaseException | None) -> bool:
    """Whether TLS failed for the certificate, which is an OSError and may be wrapped."""
    while failed is not None:
        if isinstance(failed, ssl.SSLCertVerificationError):
            return True
        failed = failed.__cause__ or failed.__context__
    return False


def _is_unencrypted(failed: BaseException) -> bool:
    """Whether the server offers no STARTTLS: aiosmtplib has only words for it."""
    return isinstance(failed, aiosmtplib.SMTPException) and "STARTTLS" in str(failed)
