"""A mail server on this machine: STARTTLS, sign-in, and the faults that a test asks for."""

import asyncio
import contextlib
import ssl
import tempfile
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from homeplan.delivery.mail.model import MailServer
from tests.delivery.judge import tls_of_this_machine

USER, PASSWORD = "homeplan", "a-password/of tests"
SENDER = "notices@clinic.example"

Where = Literal["recipient", "text", "sender"]


@dataclass
class Fault:
    """One misbehaviour of the server, at this point of the dialogue."""

    where: Where
    answer: str = ""
    hangs: bool = False
    """It takes the mail and never answers."""


@dataclass
class Mailbox:
    """A mail server. Use as `async with Mailbox() as mailbox`."""

    starttls: bool = True
    tls_at_once: bool = False
    password: str = PASSWORD
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault | None = None
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="mail-server-")
        context, self.certificate = tls_of_this_machine(Path(self._folder.name))
        self.stopped = asyncio.Event()
        self._tls = context
        await self.start()
        return self

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self.stopped.clear()
        self._server = await asyncio.get_running_loop().create_server(
            self._session, "127.0.0.1", self.port, ssl=self._tls if self.tls_at_once else None
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.stopped.set()
        self._server.close()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._folder.cleanup()

    @property
    def server(self) -> MailServer:
        return MailServer(
            host="127.0.0.1",
            port=self.port,
            tls_at_once=self.tls_at_once,
            user=USER,
            password=PASSWORD,
            sender=SENDER,
        )

    @property
    def url(self) -> str:
        scheme = "smtps" if self.tls_at_once else "smtp"
        return f"{scheme}://{USER}:a-password%2Fof%20tests@127.0.0.1:{self.port}"

    @property
    def trusted(self) -> ssl.SSLContext:
        """A client's context that trusts this server alone."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def _session(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="mail.clinic.example",
            tls_context=self._tls if self.starttls and not self.tls_at_once else None,
            require_starttls=self.starttls and not self.tls_at_once,
            auth_required=True,
            auth_require_tls=self.starttls and not self.tls_at_once,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), self.password.encode())
        return AuthResult(success=good, handled=False)

    def _fault(self, where: Where) -> Fault | None:
        if self.always is not None and self.always.where == where:
            return self.always
        return self.faults.popleft() if self.faults and self.faults[0].where == where else None

    async def _meet(self, fault: Fault) -> str:
        if fault.hangs:
            with contextlib.suppress(asyncio.CancelledError):
                await self.stopped.wait()
        return fault.answer or "421 4.3.2 stopping"

    # The hooks of aiosmtpd.

    async def handle_MAIL(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if fault := self._fault("sender"):
            return await self._meet(fault)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if fault := self._fault("recipient"):
            return await self._meet(fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:
        fault = self._fault("text")
        if fault is None or fault.hangs:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        return await self._meet(fault) if fault else "250 2.0.0 OK"
