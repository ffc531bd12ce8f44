"""The services outside: a mail server and push services on this machine, which fail at random in a planned window.

They note what they accepted, from whom it came and when; that is the evidence of the bench, not the product's ledger.
"""

import asyncio
import os
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import AuthResult, Envelope, Session
from msgspec import Struct

from tests.delivery.judge import Channel
from tests.delivery.mail_server import Mailbox
from tests.push_service import PushService

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)
NEVER_S = 3600.0
"""A request that hangs is never answered; the client gives up."""

MAIL_FAULTS = {
    "sender": ("450 4.3.2 try later", "550 5.1.0 not now", "hang"),
    "recipient": ("451 4.3.0 try later", "hang"),
    "text": ("452 4.3.1 try later", "554 5.3.0 not now", "hang"),
}
"""Misbehaviour by step. A 5xx to a recipient is not among them: it says that there is no such address."""
PUSH_FAULTS = (500, 502, 503, 429, None)
"""Statuses; None hangs."""


class Accepted(Struct, frozen=True):
    """A message that a service took: of mails the ledger's id, of pushes the endpoint and the topic."""

    at: float
    """Unix time."""
    channel: str
    to: str
    about: str
    receipt: str = ""
    """The token with which a device reports a push as shown."""


class Faults:
    """Whether the services fail now. `dice` decides how."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.is_on = False
        self.met = 0
        """Number of requests that were answered wrongly, or never."""


class FailingMailbox(Mailbox):
    """A mail server that fails while the faults are on, also at the sign-in."""

    def __init__(self, faults: Faults, accepted: list[Accepted]):
        super().__init__()
        self._plan = faults
        self._accepted = accepted

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        if self._plan.is_on and self._plan.dice.random() < 0.3:
            self._plan.met += 1
            return AuthResult(success=False, handled=False, message="454 4.7.0 try later")
        return super()._authenticate(_server, _session, _envelope, mechanism, data)

    async def _wrong(self, step: str) -> str | None:
        if not self._plan.is_on or (step != "text" and self._plan.dice.random() < 0.6):
            return None
        self._plan.met += 1
        answer = self._plan.dice.choice(MAIL_FAULTS[step])
        if answer == "hang":
            await asyncio.sleep(NEVER_S)
        return answer

    async def handle_MAIL(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if wrong := await self._wrong("sender"):
            return wrong
        return await super().handle_MAIL(_server, _session, envelope, address, options)

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if wrong := await self._wrong("recipient"):
            return wrong
        return await super().handle_RCPT(_server, _session, envelope, address, options)

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:
        if wrong := await self._wrong("text"):
            return wrong
        assert isinstance(envelope.content, bytes)
        found = MESSAGE_ID.search(envelope.content)
        assert found is not None
        self._accepted.append(Accepted(time.time(), "mail", envelope.rcpt_tos[0], found[1].decode()))
        return "250 2.0.0 OK"


class FailingPushService(PushService):
    """A push service that fails while the faults are on."""

    def __init__(self, faults: Faults, accepted: list[Accepted]):
        super().__init__(tls=True)
        self._plan = faults
        self._taken = accepted

    async def _answer(self, request: web.Request, channel: Channel | None) -> web.StreamResponse:
        if self._plan.is_on and not (channel and channel.ended):
            self._plan.met += 1
            status = self._plan.dice.choice(PUSH_FAULTS)
            if status is None:
                await asyncio.sleep(NEVER_S)
            return web.Response(status=status or 500)
        answer = await super()._answer(request, channel)
        if answer.status == 201:
            push = self.received.pop()
            self._taken.append(
                Accepted(time.time(), "webpush", push.token, request.headers["Topic"], push.json["receipt"])
            )
        return answer


class Outside(Struct, frozen=True, kw_only=True):
    """The services, their faults, and what they accepted."""

    mailbox: FailingMailbox
    push: FailingPushService
    faults: Faults
    accepted: list[Accepted]
    dead: FailingPushService
    """Another push service, which fails always."""
    trusted: Path
    """The certificates of all three."""

    @property
    def environment(self) -> dict[str, str]:
        """Settings by which a worker reaches the services and trusts them."""
        return {
            "SSL_CERT_FILE": str(self.trusted),
            "HOMEPLAN_MAIL_URL": self.mailbox.url,
            "HOMEPLAN_MAIL_FROM": "notices@clinic.example",
            "HOMEPLAN_PUSH_HOSTS": f"{self.push.origin},{self.dead.origin}",
        }


@asynccontextmanager
async def running(folder: Path, seed: int) -> AsyncIterator[Outside]:
    """All services, until the block ends."""
    faults, always, accepted = Faults(seed), Faults(seed), list[Accepted]()
    always.is_on = True
    async with (
        FailingMailbox(faults, accepted) as mailbox,
        FailingPushService(faults, accepted) as push,
        FailingPushService(always, accepted) as dead,
    ):
        trusted = folder / "trusted.pem"
        certificates = [each for each in (push.certificate, dead.certificate, mailbox.certificate) if each]
        trusted.write_bytes(b"\n".join(path.read_bytes() for path in certificates))
        yield Outside(mailbox=mailbox, push=push, faults=faults, accepted=accepted, dead=dead, trusted=trusted)


def token_of(endpoint: str) -> str:
    """The part of an endpoint by which the push service knows it."""
    return os.path.basename(endpoint)
