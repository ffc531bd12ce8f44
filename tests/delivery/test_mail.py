"""The mail channel against a real mail server: TLS, sign-in, one recipient each, and what its answers mean."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from homeplan.delivery.mail import send as sending
from homeplan.delivery.mail.address import validate
from homeplan.delivery.mail.compose import Message, compose
from homeplan.delivery.mail.model import BadMailAddress
from homeplan.delivery.mail.rules import classify
from homeplan.delivery.mail.send import Mail
from homeplan.delivery.mail.server import read_server
from homeplan.delivery.model import AuthRefused, Claimed, Gone, Held, Mailbox, Outcome, Recipient, Refused, Retry, Sent
from homeplan.delivery.staff.texts import STAFF_TEXTS
from tests.delivery import mail_server
from tests.delivery.mail_server import PASSWORD, SENDER, USER, Fault
from tests.world import START

SITE = "https://homeplan.example"
TO = "someone@clinic.example"


@pytest.fixture
async def server() -> AsyncIterator[mail_server.Mailbox]:
    async with mail_server.Mailbox() as running:
        yield running


@pytest.fixture
async def mail(server: mail_server.Mailbox) -> AsyncIterator[Mail]:
    async with channel(server) as ready:
        yield ready


def channel(server: mail_server.Mailbox, **changes: Any) -> Mail:
    return Mail(server.server, site=SITE, **{"tls": server.trusted, **changes})


def claimed(kind: Any = "critical", **changes: Any) -> Claimed:
    facts: dict[str, Any] = {
        "clinic_id": "clinic",
        "id": "delivery-1",
        "channel": "mail",
        "recipient": Recipient("staff", "member"),
        "address_id": "address",
        "to": Mailbox(TO),
        "language": "en",
        "kind": kind,
        "topic": "t" * 24,
        "attempts": 1,
        "deadline_at": START + timedelta(hours=1),
        "owner": "worker",
    }
    return Claimed(**{**facts, **changes})


def composed(kind: Any = "critical", to: Mailbox | None = None, **changes: Any) -> Message:
    return compose(claimed(kind, **changes), to or Mailbox(TO), START, site=SITE, sender=SENDER)


async def sent(mail: Mail, message: Message | None = None) -> Outcome:
    return await mail.send(message or composed(), START)


async def test_a_mail_goes_over_tls_to_one_recipient_with_a_fixed_text(server: mail_server.Mailbox, mail: Mail) -> None:
    assert await sent(mail) == Sent(250)
    [message] = server.received
    assert server.recipients == [TO]
    assert message["Subject"] == STAFF_TEXTS["critical"].title.en
    assert message["Message-ID"] == "<delivery-1@clinic.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert STAFF_TEXTS["critical"].body.en in text
    assert f"{SITE}/console/\r\n" in text


@pytest.mark.parametrize("kind", [*STAFF_TEXTS, "confirm-address"])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_each_text_arrives_in_each_language_as_it_is_written(
    server: mail_server.Mailbox, mail: Mail, kind: Any, language: Any
) -> None:
    token = "k" * 43
    assert await sent(mail, composed(kind, Mailbox(TO, token), language=language)) == Sent(250)
    [message] = server.received
    if kind == "confirm-address":
        assert f"{SITE}/console/address#{token}\r\n" in message.get_content(), "not folded, not encoded"
        assert token.encode() in server.raw[0], "so that it can be clicked where mails are shown as they come"
    else:
        assert message["Subject"] == STAFF_TEXTS[kind].title.in_language(language)
        assert STAFF_TEXTS[kind].body.in_language(language) in message.get_content()


async def test_a_text_of_patients_cannot_go_to_staff_nor_one_of_staff_to_a_patient() -> None:
    with pytest.raises(KeyError):
        composed("checkin")
    with pytest.raises(KeyError):
        composed("critical", recipient=Recipient("patient", "patient"))


async def test_mails_that_follow_each_other_share_a_connection(server: mail_server.Mailbox, mail: Mail) -> None:
    assert [await sent(mail) for _ in range(3)] == [Sent(250)] * 3
    assert (len(server.received), server.connections) == (3, 1)


async def test_a_connection_that_ended_while_it_was_idle_costs_no_mail(server: mail_server.Mailbox, mail: Mail) -> None:
    assert await sent(mail) == Sent(250)
    for client, _since in mail._idle:
        assert isinstance(client.transport, asyncio.Transport)
        client.transport.abort()
    assert await sent(mail) == Sent(250)
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("recipient", "450 4.2.1 try later"), Retry),
        (Fault("recipient", "421 4.3.2 stopping"), Retry),
        (Fault("text", "452 4.3.1 no room"), Retry),
        (Fault("sender", "451 4.3.0 not now"), Retry),
        (Fault("recipient", "550 5.1.1 no such user"), Gone),
        (Fault("recipient", "554 5.7.1 relaying denied"), AuthRefused),
        (Fault("sender", "550 5.1.0 not your address"), AuthRefused),
        (Fault("text", "554 5.6.0 spam"), Refused),
    ],
    ids=lambda each: each.answer if isinstance(each, Fault) else each.__name__,
)
async def test_a_refusal_says_whether_to_try_again(
    server: mail_server.Mailbox, mail: Mail, fault: Fault, outcome: type
) -> None:
    server.faults.append(fault)
    assert isinstance(await sent(mail), outcome)
    assert server.received == []


async def test_a_mail_after_a_refused_one_goes(server: mail_server.Mailbox, mail: Mail) -> None:
    server.faults.append(Fault("recipient", "550 5.1.1 no such user"))
    assert await sent(mail) == Gone(550)
    assert await sent(mail) == Sent(250)


async def test_an_answer_that_never_comes_is_tried_again_under_the_same_message_id(
    server: mail_server.Mailbox, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SEND_LIMIT_S", 0.3)
    server.faults.append(Fault("text", hangs=True))
    assert await sent(mail) == Retry("timeout")
    assert await sent(mail) == Sent(250)
    first, again = server.received
    assert first["Message-ID"] == again["Message-ID"]


async def test_a_server_without_starttls_gets_nothing_in_clear() -> None:
    async with mail_server.Mailbox(starttls=False) as server, channel(server) as mail:
        assert await sent(mail) == AuthRefused("no-tls")
        assert server.received == []


async def test_an_untrusted_certificate_ends_the_dialogue(server: mail_server.Mailbox) -> None:
    async with channel(server, tls=ssl.create_default_context()) as mail:
        assert await sent(mail) == AuthRefused("certificate")
    assert server.received == []


async def test_smtps_is_tls_from_the_first_byte() -> None:
    async with mail_server.Mailbox(tls_at_once=True) as server, channel(server) as mail:
        assert await sent(mail) == Sent(250)
        async with channel(server, tls=ssl.create_default_context()) as distrustful:
            assert await sent(distrustful) == AuthRefused("certificate")


async def test_a_wrong_password_stops_all_mails_until_somebody_acts() -> None:
    async with mail_server.Mailbox(password="another") as server, channel(server) as mail:
        outcome = await sent(mail)
        assert isinstance(outcome, AuthRefused)
        assert PASSWORD not in outcome.reason
        assert isinstance(await sent(mail), Held), "an urgent mail as well: hammering locks the account"
        assert isinstance(await sent(mail, composed(urgent=True)), Held)
        assert server.connections == 1


async def test_a_dead_server_rests_after_failures_and_is_asked_sooner_for_what_is_urgent(
    server: mail_server.Mailbox,
) -> None:
    clock = [0.0]
    async with channel(server, monotonic=lambda: clock[0]) as mail:
        await server.stop()
        for _ in range(5):
            assert await sent(mail) == Retry("unreachable ConnectionRefusedError")
        assert await sent(mail) == Held(30.0, "held")
        assert await sent(mail, composed(urgent=True)) == Held(8.0, "held")
        clock[0] = 8.0
        assert isinstance(await sent(mail, composed(urgent=True)), Retry)
        await server.start()
        clock[0] = 16.0
        assert isinstance(await sent(mail), Held)
        assert await sent(mail, composed(urgent=True)) == Sent(250)
        assert await sent(mail) == Sent(250), "and the others follow at once"


async def test_one_mailbox_that_is_busy_does_not_hold_up_the_others(server: mail_server.Mailbox, mail: Mail) -> None:
    server.faults.extend([Fault("recipient", "450 4.2.1 try later")] * 8)
    assert [type(await sent(mail)) for _ in range(9)] == [Retry] * 8 + [Sent]


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example, c@evil.example",
        "a@b.example (note)",
        "Name <a@b.example>",
        "a@b.example\r\nBcc: c@evil.example",
        "a@b.example\n",
        " a@b.example",
        "a b@c.example",
        '"a b"@c.example',
        "a@b",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@b.example;c@evil.example",
        "é@b.example",
        "a@é.example",
        "@b.example",
        "a@",
        "",
        f"{'a' * 250}@b.example",
    ],
)
async def test_what_is_not_one_plain_address_is_refused_and_never_sent(
    server: mail_server.Mailbox, mail: Mail, email: str
) -> None:
    with pytest.raises(BadMailAddress):
        validate(email)
    message = composed()
    assert await sent(mail, Message(to=email, content=message.content)) == Refused("not-an-address")
    assert server.connections == 0


@pytest.mark.parametrize("email", ["a@b.example", "first.last+tag@mail.clinic.example", "x_1%y@xn--bcher-kva.example"])
def test_a_plain_address_is_taken_as_it_is(email: str) -> None:
    assert validate(email) == email


def test_the_words_of_a_server_are_kept_without_addresses() -> None:
    outcome = classify("text", 554, f"5.6.0 <{TO}> said no\r\nsee https://help.example/{'x' * 30}")
    assert outcome == Refused("554 text 5.6.0 <…> said no see https://help.…")


def test_a_url_names_server_sign_in_and_the_way_of_tls() -> None:
    server = read_server("smtp://me%40clinic:p%2Fw%20@mail.example", SENDER)
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 587, "me@clinic", "p/w ")
    assert not server.tls_at_once
    assert read_server("smtps://mail.example", SENDER).port == 465
    assert read_server("smtps://mail.example", SENDER).user is None


async def test_the_operator_can_prove_the_server_without_a_mail(server: mail_server.Mailbox, mail: Mail) -> None:
    assert await mail.prove() == Sent(250)
    assert server.received == []
    assert (USER, server.connections) == ("homeplan", 1)
