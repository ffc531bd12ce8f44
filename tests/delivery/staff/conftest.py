"""A member of staff with a mail server and a push service on this machine."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from msgspec import structs

from homeplan.context import Context
from homeplan.db import Database, Tx
from homeplan.delivery.mail.send import Mail
from homeplan.delivery.model import StaffText
from homeplan.delivery.staff import actions
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.worker import deliver_due
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.delivery.mail_server import SENDER, Mailbox
from tests.push_service import PushService
from tests.world import Api, Person, World


@dataclass
class Office:
    """A therapist at the console, what reaches them, and the worker that is stepped by hand."""

    db: Database
    clock: FakeClock
    settings: Settings
    member: Person
    desk: httpx.AsyncClient
    api: Api
    channels: dict[str, Any]
    push: PushService
    mailbox: Mailbox

    async def step(self) -> dict[str, int]:
        """Deliver what is due now."""
        return dict(await deliver_due(self.db, self.channels, self.clock.now()))

    def context(self, tx: Tx) -> Context:
        return self.member.context(tx, self.clock.now(), settings=self.settings)

    async def notify(self, text: StaffText = "critical", about: str = "alert-1", *, critical: bool = True) -> bool:
        return await self.db.write(
            lambda tx: actions.notify(self.context(tx), self.member.id, text, about=about, critical=critical)
        )

    async def working(self) -> list[str]:
        found = await self.db.read(lambda tx: actions.working_channels(self.context(tx), [self.member.id]))
        return [*found[self.member.id]]

    async def switch_on(self) -> dict[str, Any]:
        """Notifications on this browser."""
        key = (await self.desk.get("/api/staff/me/notifications")).json()["pushKey"]
        subscription = self.push.subscribe(key["publicKey"])
        body = {**subscription, "keyId": key["keyId"], "language": "en", "platform": "desktop"}
        answer = await self.desk.post("/api/staff/me/devices", json=body)
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["id"], "endpoint": subscription["endpoint"], "body": body}

    def shown(self) -> list[dict[str, Any]]:
        """The plaintext of each push."""
        return [json.loads(push.plaintext or b"") for push in self.push.received]

    async def show(self) -> None:
        """The browser shows the newest push and says so."""
        token = self.shown()[-1]["receipt"]
        body = {"token": token, "event": "shown", "at": self.clock.now().isoformat()}
        assert (await self.api.anyone.post("/api/receipts", json=body)).status_code == 204

    async def prove_push(self) -> dict[str, Any]:
        device = await self.switch_on()
        assert (await self.desk.post("/api/staff/me/test-notification")).status_code == 202
        await self.step()
        await self.show()
        return device

    async def give_mail(self, email: str = "me@clinic.example", language: str = "en") -> str:
        """Give an address; returns the secret of the link that arrives there."""
        answer = await self.desk.put("/api/staff/me/mail-address", json={"email": email, "language": language})
        assert answer.status_code == 200, answer.text
        await self.step()
        return self.link()

    def link(self) -> str:
        text: str = self.mailbox.received[-1].get_content()
        return text.partition("/console/address#")[2].split()[0]

    async def confirm(self, token: str) -> int:
        return (await self.api.anyone.post("/api/mail-addresses/confirm", json={"token": token})).status_code

    async def prove_mail(self) -> None:
        assert await self.confirm(await self.give_mail()) == 204

    async def reach(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.desk.get("/api/staff/me/notifications")).json()
        return found


def _seconds_of(clock: FakeClock) -> Callable[[], float]:
    return lambda: clock.now().timestamp()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as running:
        yield running


@pytest.fixture
async def office(
    db: Database,
    clock: FakeClock,
    world: World,
    api: Api,
    settings: Settings,
    with_settings: Callable[[Settings], None],
    service: PushService,
    sender: WebPush,
    mailbox: Mailbox,
) -> AsyncIterator[Office]:
    changed = structs.replace(settings, push_hosts=(service.origin,), mail_url=mailbox.url, mail_from=SENDER)
    with_settings(changed)
    member = await world.therapist(await world.clinic())
    async with Mail(mailbox.server, site=settings.origin, tls=mailbox.trusted, monotonic=_seconds_of(clock)) as mail:
        channels = {"webpush": sender, "mail": mail}
        desk = await api.signed_in(member)
        yield Office(db, clock, changed, member, desk, api, channels, service, mailbox)
