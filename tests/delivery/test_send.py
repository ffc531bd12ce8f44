"""The sender against a real HTTP service: each way to fail has its outcome, and none takes the others along."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import ClientTimeout

from homeplan.delivery.breaker import FIRST_REST_S, FIRST_STOP_S
from homeplan.delivery.model import AuthRefused, Gone, Held, Outcome, Refused, Retry, Sent, WrongKey
from homeplan.delivery.webpush import send as sending
from homeplan.delivery.webpush import session
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.send import COME_BACK_S, WebPush
from homeplan.delivery.webpush.vapid import Keyring, VapidKey
from tests.conftest import FakeClock
from tests.delivery.conftest import OLD_KEY, SITE, message, sender_for
from tests.push_service import Fault, PushService
from tests.waiting import LIMIT_S, until
from tests.world import START

pytestmark = pytest.mark.slow


@pytest.fixture
def subscription(service: PushService, keyring: Keyring) -> dict[str, Any]:
    return service.subscribe(keyring.current.public)


async def test_a_push_arrives_encrypted_signed_and_labelled(
    service: PushService, sender: WebPush, keyring: Keyring, subscription: dict[str, Any]
) -> None:
    push = message(subscription, keyring, topic="abcdefghijklmnopqrstuvwx", ttl_s=7200)
    assert await sender.send(push, START) == Sent(201)
    (received,) = service.received
    assert received.plaintext == push.plaintext
    assert received.claims["aud"] == service.origin
    assert received.claims["sub"] == "mailto:operator@clinic.example"
    sent = {name.lower(): value for name, value in received.headers.items()}
    assert {name: sent[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
        "ttl": "7200",
        "urgency": "high",
        "topic": "abcdefghijklmnopqrstuvwx",
        "content-encoding": "aes128gcm",
    }
    assert not {"cookie", "referer", "origin", "user-agent", "accept-encoding"} & set(sent)


async def test_each_service_is_sent_tokens_for_itself_alone(
    clock: FakeClock, service: PushService, keyring: Keyring
) -> None:
    async with PushService(now=clock.now) as other:
        both = (service, other)
        async with WebPush(keyring, AllowedServices([each.origin for each in both]), site=SITE) as sender:
            for each in (*both, *both):
                assert await sender.send(message(each.subscribe(keyring.current.public), keyring), START) == Sent(201)
        assert [{push.claims["aud"] for push in each.received} for each in both] == [{each.origin} for each in both]
        assert other.violations == []


async def test_a_push_arrives_over_tls(clock: FakeClock, keyring: Keyring) -> None:
    async with PushService(tls=True, now=clock.now) as service, sender_for(service, keyring) as sender:
        subscription = service.subscribe(keyring.current.public)
        assert service.origin.startswith("https://")
        assert await sender.send(message(subscription, keyring), START) == Sent(201)
        assert service.violations == []


async def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(clock: FakeClock, keyring: Keyring) -> None:
    async with PushService(tls=True, now=clock.now) as service:
        services = AllowedServices([service.origin])
        async with WebPush(keyring, services, site=SITE) as sender:
            outcome = await sender.send(message(service.subscribe(None), keyring), START)
    assert outcome == Retry("unreachable SSLCertVerificationError")
    assert service.received == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(404), Gone(404)),
        (Fault(410), Gone(410)),
        (Fault(401, body=b"no"), AuthRefused("401 no")),
        (Fault(403), AuthRefused("403")),
        (Fault(400, body=b'{"reason":"VapidPkHashMismatch"}'), AuthRefused('400 {"reason":"VapidPkHashMismatch"}')),
        (Fault(400, body=b"?"), Refused("400 ?")),
        (Fault(413), Refused("413")),
        (Fault(429, {"Retry-After": "90"}), Retry("429", 90.0)),
        (Fault(429, {"Retry-After": "Mon, 02 Mar 2026 15:10:00 GMT"}), Retry("429", 600.0)),
        (Fault(408), Retry("408")),
        (Fault(500, body=b"oops"), Retry("500 oops")),
        (Fault(503, {"Retry-After": "7"}), Retry("503", 7.0)),
        (Fault(302, {"Location": "http://127.0.0.1:9/"}), Refused("302")),
        (Fault(307, {"Location": "/wpush/v2/other"}), Refused("307")),
        (Fault(400, body=b"x" * 50_000), Refused("400 …")),
        (Fault(201, mode="huge"), Sent(201)),
        (Fault(500, mode="huge"), Retry("500 …")),
        (Fault(201, mode="reset"), Retry("unreachable ServerDisconnectedError")),
    ],
    ids=lambda value: f"{value.status}-{value.mode}" if isinstance(value, Fault) else "",
)
async def test_each_failure_has_its_outcome(
    service: PushService,
    sender: WebPush,
    keyring: Keyring,
    subscription: dict[str, Any],
    fault: Fault,
    outcome: Outcome,
) -> None:
    service.fail_with(fault)
    assert await sender.send(message(subscription, keyring), START) == outcome
    assert sum(service.answers.values()) <= 1, "one push, one request"


async def test_a_dripping_answer_is_judged_by_its_status(
    service: PushService,
    sender: WebPush,
    keyring: Keyring,
    subscription: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "ANSWER_LIMIT_S", 0.3)
    service.fail_with(Fault(201, mode="drip"), Fault(500, mode="drip"))
    assert await sender.send(message(subscription, keyring), START) == Sent(201)
    outcome = await sender.send(message(subscription, keyring), START)
    assert isinstance(outcome, Retry)
    assert outcome.reason.startswith("500 x")


async def test_a_hanging_service_is_given_up_on(
    service: PushService, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=0.2))
    async with sender_for(service, keyring) as sender:
        service.fail_with(Fault(mode="hang"))
        push = message(service.subscribe(keyring.current.public), keyring)
        assert await sender.send(push, START) == Retry("timeout")


async def test_a_service_that_is_down_is_unreachable(keyring: Keyring) -> None:
    service = await PushService().start()
    subscription = service.subscribe(None)
    await service.stop()
    async with sender_for(service, keyring) as sender:
        outcome = await sender.send(message(subscription, keyring), START)
    assert outcome == Retry("unreachable ConnectionRefusedError")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"endpoint": "https://evil.example/a"}, Refused("endpoint-not-allowed")),
        ({"endpoint": "https://127.0.0.1/a"}, Refused("endpoint-not-allowed")),
        ({"p256dh": "AAAA"}, Refused("damaged-keys")),
        ({"auth": "AAAA"}, Refused("damaged-keys")),
        ({"key_id": "0123456789ab"}, WrongKey("the key is not in use any more")),
    ],
)
async def test_what_cannot_be_sent_never_leaves(
    sender: WebPush,
    service: PushService,
    keyring: Keyring,
    subscription: dict[str, Any],
    changes: dict[str, str],
    outcome: Outcome,
) -> None:
    assert await sender.send(message(subscription, keyring, **changes), START) == outcome
    assert service.answers.total() == 0


async def test_a_device_of_the_old_key_is_still_reached_with_the_old_key(
    service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    old = VapidKey(OLD_KEY)
    push = message(service.subscribe(old.public), keyring, key_id=old.id)
    assert await sender.send(push, START) == Sent(201)


async def test_a_mismatch_on_the_old_key_asks_for_a_new_subscription(
    service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    old = VapidKey(OLD_KEY)
    service.fail_with(Fault(400, body=b'{"reason":"VapidPkHashMismatch"}'))
    push = message(service.subscribe(old.public), keyring, key_id=old.id)
    assert isinstance(await sender.send(push, START), WrongKey)


async def test_no_two_pushes_share_a_salt_or_key_and_all_arrive_on_few_connections(
    service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    pushes = [message(service.subscribe(keyring.current.public), keyring) for _ in range(100)]
    outcomes = await asyncio.gather(*(sender.send(push, START) for push in pushes))
    assert outcomes == [Sent(201)] * 100
    assert {push.plaintext for push in service.received} == {push.plaintext for push in pushes}


async def test_a_refused_signature_stops_the_origin_and_tells_the_operator(
    service: PushService,
    sender: WebPush,
    keyring: Keyring,
    subscription: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.fail_with(Fault(403, body=b"bad jwt"))
    with caplog.at_level(logging.ERROR):
        await sender.send(message(subscription, keyring), START)
    assert "127.0.0.1 refuses our VAPID signature: 403 bad jwt" in caplog.text
    assert subscription["endpoint"] not in caplog.text
    assert sender.stopped() == {service.origin: "403 bad jwt"}
    held = await sender.send(message(subscription, keyring), START)
    assert isinstance(held, Held)
    assert held.after_s == pytest.approx(FIRST_STOP_S, abs=1)


async def test_a_failing_service_rests_and_the_queue_is_told_for_how_long(
    service: PushService, sender: WebPush, keyring: Keyring, subscription: dict[str, Any]
) -> None:
    service.fail_with(*[Fault(500)] * 5)
    for _ in range(5):
        assert isinstance(await sender.send(message(subscription, keyring), START), Retry)
    assert sender.resting() == [service.origin]
    held = await sender.send(message(subscription, keyring), START)
    assert isinstance(held, Held)
    assert held.after_s == pytest.approx(FIRST_REST_S, abs=1)


async def test_a_hanging_service_does_not_delay_another(
    clock: FakeClock, service: PushService, keyring: Keyring
) -> None:
    async with PushService(now=clock.now) as other:
        services = AllowedServices([service.origin, other.origin])
        async with WebPush(keyring, services, site=SITE, per_host=16) as sender:
            service.fail_with(*[Fault(mode="hang")] * 50)
            hanging = [
                asyncio.create_task(sender.send(message(service.subscribe(None), keyring), START)) for _ in range(50)
            ]
            await until(lambda: service.in_hand == 16)
            quick = [message(other.subscribe(keyring.current.public), keyring) for _ in range(50)]
            async with asyncio.timeout(LIMIT_S):
                assert await asyncio.gather(*(sender.send(push, START) for push in quick)) == [Sent(201)] * 50
            assert service.in_hand == 16, "no more than its own connections"
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        assert other.violations == []


async def test_what_waits_too_long_for_a_connection_goes_back_to_the_queue(
    service: PushService, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAIT_LIMIT_S", 0.0)
    async with sender_for(service, keyring, per_host=1) as sender:
        service.fail_with(Fault(mode="hang"))
        first, second = (message(service.subscribe(keyring.current.public), keyring) for _ in range(2))
        slow = asyncio.create_task(sender.send(first, START))
        await until(lambda: service.in_hand == 1)
        assert await sender.send(second, START) == Held(COME_BACK_S, "queued")
        service.recover()
        assert await slow == Sent(201)


async def test_a_cancelled_push_leaves_its_connection_to_others(service: PushService, keyring: Keyring) -> None:
    async with sender_for(service, keyring, per_host=1) as sender:
        service.fail_with(Fault(mode="hang"))
        task = asyncio.create_task(sender.send(message(service.subscribe(None), keyring), START))
        await until(lambda: service.in_hand == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        push = message(service.subscribe(keyring.current.public), keyring)
        assert await sender.send(push, START) == Sent(201)


async def test_microsoft_needs_a_header_of_its_own() -> None:
    target = AllowedServices().check("https://wns2-par02p.notify.windows.com/w/?token=x")
    headers = sending._headers(message(NOBODY, KEYS), target, "vapid")
    assert headers["X-WNS-Cache-Policy"] == "cache"
    assert "X-WNS-Cache-Policy" not in sending._headers(
        message(NOBODY, KEYS),
        AllowedServices().check("https://fcm.googleapis.com/fcm/send/x"),
        "vapid",
    )


NOBODY = {"endpoint": "", "keys": {"p256dh": "", "auth": ""}}
KEYS = Keyring(OLD_KEY, subject="mailto:operator@clinic.example")
