"""The second way through the API: chosen, confirmed by mail, carried by a real mail server, ended by one click."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec import structs

from homeplan.delivery.mail import send as sending
from homeplan.delivery.mail.send import Mail
from homeplan.delivery.model import Gone
from homeplan.reminders.worker import tick
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.delivery import mail_server
from tests.delivery.mail_server import SENDER, Fault
from tests.reminders.scene import Scene, local
from tests.world import Api, Person

EMAIL = "someone@patient.example"
NONE = {"channel": None, "afterMinutes": 60}
BY_MAIL = NONE | {"channel": "mail"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
HEALTH = re.compile(r"pain|back|needl|exercise|therap|clinic|check-in|dolor|espalda|punci|ejercicio|terap|clínic", re.I)


@dataclass
class Home:
    """A patient with a phone, a mail server, and the worker that is stepped by hand."""

    scene: Scene
    api: Api
    phone: httpx.AsyncClient
    patient: Person
    mailbox: mail_server.Mailbox
    mail: Mail

    async def step(self, at: str | None = None) -> dict[str, int]:
        if at is not None:
            self.scene.clock.set(local(at))
        channels: dict[str, Any] = {"webpush": self.scene.push, "mail": self.mail}
        return dict(await tick(self.scene.db, channels, self.scene.clock.now()))

    async def choose(self, **changes: Any) -> httpx.Response:
        return await self.phone.put("/api/me/second-way", json=BY_MAIL | changes)

    async def opted_in(self, language: str = "en") -> None:
        """By mail, and confirmed."""
        given = await self.phone.put("/api/me/mail-address", json={"email": EMAIL, "language": language})
        assert given.status_code == 200, given.text
        assert (await self.choose()).status_code == 200
        await self.step()
        token = self.text().partition("/mail/confirm#")[2].split()[0]
        confirmed = await self.api.anyone.post("/api/mail-addresses/confirm", json={"token": token})
        assert confirmed.status_code == 204
        self.mailbox.received.clear()

    def text(self) -> str:
        text: str = self.mailbox.received[-1].get_content()
        return text

    async def mailed(self, language: str = "en") -> None:
        """A reminder whose push is not shown becomes a mail."""
        await self.opted_in(language)
        await self.scene.remind(self.patient, "19:00")
        await self.step("2026-03-02 19:00")
        await self.step("2026-03-02 20:00")

    @property
    def stop(self) -> str:
        header: str = self.mailbox.received[-1]["List-Unsubscribe"]
        return header.strip("<>").removeprefix(self.mail.site)

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.phone.get("/api/me/second-way")).json()
        return found


@pytest.fixture
async def home(
    clock: FakeClock, scene: Scene, api: Api, settings: Settings, with_settings: Callable[[Settings], None]
) -> AsyncIterator[Home]:
    async with mail_server.Mailbox() as mailbox:
        with_settings(structs.replace(settings, mail_url=mailbox.url, mail_from=SENDER))
        patient = await scene.patient()
        phone = await api.signed_in(patient)
        async with Mail(
            mailbox.server,
            site=settings.origin,
            tls=mailbox.trusted,
            monotonic=lambda: clock.now().timestamp(),
        ) as mail:
            yield Home(scene, api, phone, patient, mailbox, mail)


async def test_nothing_is_chosen_at_first(home: Home) -> None:
    assert await home.state() == {
        "choice": NONE,
        "works": False,
        "mail": None,
        "telephone": None,
        "mailSetUp": True,
        "smsSetUp": False,
    }


async def test_an_address_works_once_its_owner_has_used_the_link(home: Home) -> None:
    await home.phone.put("/api/me/mail-address", json={"email": EMAIL, "language": "en"})
    assert (await home.choose()).json()["works"] is False
    await home.opted_in()
    assert (await home.state())["works"] is True


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_mail_says_a_fixed_text_without_a_word_of_health(home: Home, language: str) -> None:
    await home.mailed(language)
    [message] = home.mailbox.received
    assert message["To"] == EMAIL
    assert message["Content-Language"] == language
    words = f"{message['Subject']} {home.text()}".replace(home.mail.site, "")
    assert not HEALTH.search(words), words
    assert home.patient.who.given_name not in words  # type: ignore[union-attr]


async def test_the_headers_for_one_click_are_whole(home: Home) -> None:
    await home.mailed()
    raw = home.mailbox.raw[-1]
    assert re.search(rb"\r\nList-Unsubscribe: <[^>\s]+/mail/stop/[A-Za-z0-9_-]{43}>\r\n", raw)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


class TestUnsubscribing:
    async def test_one_click_without_a_sign_in_ends_the_mails_also_twice(self, home: Home) -> None:
        await home.mailed()

        answers = [await home.api.anyone.post(home.stop, data=ONE_CLICK) for _ in range(2)]

        assert [(each.status_code, each.content) for each in answers] == [(200, b"")] * 2
        state = await home.state()
        assert state["works"] is False
        assert state["mail"]["unsubscribedAt"] is not None
        await home.step("2026-03-03 19:00")
        await home.step("2026-03-03 20:00")
        assert len(home.mailbox.received) == 1

    async def test_a_provider_may_send_the_other_kind_of_form(self, home: Home) -> None:
        await home.mailed()
        field = {"List-Unsubscribe": (None, "One-Click")}
        assert (await home.api.anyone.post(home.stop, files=field)).status_code == 200
        assert (await home.state())["works"] is False

    async def test_a_token_that_is_none_is_answered_alike(self, home: Home) -> None:
        unknown = await home.api.anyone.post(f"/mail/stop/{'A' * 43}", data=ONE_CLICK)
        assert (unknown.status_code, unknown.content) == (200, b"")

    @pytest.mark.parametrize(
        ("sent", "status"),
        [({"json": ONE_CLICK}, 415), ({"data": {"List-Unsubscribe": "Yes"}}, 400), ({"data": {"x": "One-Click"}}, 400)],
    )
    async def test_only_the_form_of_one_click_ends_them(self, home: Home, sent: dict[str, Any], status: int) -> None:
        await home.mailed()
        assert (await home.api.anyone.post(home.stop, **sent)).status_code == status
        assert (await home.state())["works"] is True

    async def test_opening_the_page_changes_nothing(self, home: Home) -> None:
        await home.mailed()
        opened = await home.api.anyone.get(home.stop)
        confirm = await home.api.anyone.get("/mail/confirm")
        assert opened.status_code == confirm.status_code
        assert opened.status_code in (200, 503), "503 where the web app is not built"
        assert (await home.state())["works"] is True

    async def test_another_site_cannot_post_it_with_a_cookie(self, home: Home) -> None:
        await home.mailed()
        answer = await home.phone.post(home.stop, data=ONE_CLICK, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403

    async def test_a_mail_that_waits_for_its_next_try_is_not_sent_any_more(self, home: Home) -> None:
        await home.mailed()
        home.mailbox.faults.append(Fault("text", "452 4.3.1 no room"))
        await home.step("2026-03-03 19:00")
        await home.step("2026-03-03 20:00")
        await home.api.anyone.post(home.stop, data=ONE_CLICK)
        await home.step("2026-03-03 20:05")
        assert len(home.mailbox.received) == 1

    async def test_the_address_given_again_is_confirmed_again(self, home: Home) -> None:
        await home.mailed()
        await home.api.anyone.post(home.stop, data=ONE_CLICK)
        again = await home.phone.put("/api/me/mail-address", json={"email": EMAIL, "language": "en"})
        assert again.json()["mail"]["confirmedAt"] is None
        await home.opted_in()
        assert (await home.state())["works"] is True


class TestAMailServer:
    @pytest.mark.parametrize(
        ("fault", "ledger"),
        [
            (Fault("text", "451 4.3.0 later"), ("sent", "accepted")),
            (Fault("text", "554 5.6.0 spam"), ("failed", "refused")),
            (Fault("recipient", "550 5.1.1 no such user"), ("gone", "gone")),
        ],
    )
    async def test_that_refuses_is_answered_by_the_ledger(
        self, home: Home, fault: Fault, ledger: tuple[str, str]
    ) -> None:
        await home.opted_in()
        home.mailbox.faults.append(fault)
        await home.scene.remind(home.patient, "19:00")
        for at in ("19:00", "20:00", "20:01"):
            await home.step(f"2026-03-02 {at}")
        assert (await home.scene.deliveries())[-1] == ledger
        assert (await home.scene.ledger()).unbalanced == 0
        assert (await home.state())["works"] is (ledger[0] != "gone")

    async def test_that_hangs_gets_the_same_mail_again(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sending, "SEND_LIMIT_S", 0.3)
        await home.opted_in()
        home.mailbox.faults.append(Fault("text", hangs=True))
        await home.scene.remind(home.patient, "19:00")
        for at in ("19:00", "20:00", "20:01"):
            await home.step(f"2026-03-02 {at}")
        assert (await home.scene.deliveries())[-1] == ("sent", "accepted")
        assert len({message["Message-ID"] for message in home.mailbox.received}) == 1

    async def test_that_ended_the_address_leaves_the_patient_the_second_chance(self, home: Home) -> None:
        await home.opted_in()
        home.mailbox.faults.append(Fault("recipient", "550 5.1.1 no such user"))
        home.scene.push.answers.append(Gone(410))
        await home.scene.remind(home.patient, "19:00", second_chance_minutes=30)
        await home.step("2026-03-02 19:00")
        await home.step("2026-03-02 19:01")
        await home.scene.device(home.patient)
        await home.step("2026-03-03 19:00")
        await home.step("2026-03-03 19:30")
        assert len(home.scene.push.sent) == 2


class TestChoosing:
    async def test_needs_an_address(self, home: Home) -> None:
        assert (await home.choose()).json()["code"] == "no-mail-address"

    async def test_of_text_messages_needs_a_provider(self, home: Home) -> None:
        refused = await home.choose(channel="sms")
        assert (refused.status_code, refused.json()["code"]) == (409, "sms-not-set-up")

    async def test_of_text_messages_needs_a_number(
        self, home: Home, settings: Settings, with_settings: Callable[[Settings], None]
    ) -> None:
        with_settings(structs.replace(settings, sms_webhook_url="https://sms.example/", sms_webhook_secret="whsec_x"))
        assert (await home.choose(channel="sms")).json()["code"] == "no-telephone"
        numbers = {"patient": "303 555 0142", "emergencyContact": None}
        await home.phone.put("/api/me/telephone-numbers", json=numbers)
        state = (await home.choose(channel="sms")).json()
        assert state["works"] is True
        assert state["telephone"]["shown"] == "(303) 555-0142"

    @pytest.mark.parametrize("minutes", [9, 181, "60"])
    async def test_of_a_delay_out_of_range_is_refused(self, home: Home, minutes: Any) -> None:
        assert (await home.choose(afterMinutes=minutes)).status_code == 400

    async def test_of_none_ends_it(self, home: Home) -> None:
        await home.opted_in()
        assert (await home.choose(channel=None)).json()["works"] is False

    async def test_removing_the_address_ends_it(self, home: Home) -> None:
        await home.opted_in()
        assert (await home.phone.delete("/api/me/mail-address")).status_code == 204
        state = await home.state()
        assert (state["mail"], state["works"]) == (None, False)


async def test_each_step_is_in_the_audit_trail(home: Home) -> None:
    await home.mailed()
    await home.api.anyone.post(home.stop, data=ONE_CLICK)
    rows = await home.scene.rows(
        "SELECT action FROM audit_events WHERE actor_id = :id ORDER BY seq", id=home.patient.id
    )
    assert [row["action"] for row in rows if "mail" in row["action"] or "second" in row["action"]] == [
        "mail-address.give",
        "reminder.second-way",
        "mail-address.confirm",
        "mail-address.unsubscribe",
    ]


async def test_the_therapist_reads_that_a_mail_went_instead(home: Home) -> None:
    await home.mailed()
    desk = await home.api.signed_in(home.scene.therapists[home.patient.id])
    history = (await desk.get(f"/api/patients/{home.patient.id}/reminders")).json()
    assert [(ring["slot"], ring["secondWay"], ring["deliveries"][0]["channel"]) for ring in history["rings"]] == [
        (0, True, "mail"),
        (0, False, "webpush"),
    ]
    assert home.scene.clock.now() - local("2026-03-02 19:00") == timedelta(hours=1)
