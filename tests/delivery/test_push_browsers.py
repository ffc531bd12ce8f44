"""The push service's other side: it speaks to a browser as Mozilla's does."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.conftest import FakeClock
from tests.delivery.judge import encode
from tests.delivery.posting import KEYS, headers, post, sealed
from tests.push_service import PushService
from tests.waiting import until


@pytest.fixture
async def service(clock: FakeClock) -> AsyncIterator[PushService]:
    async with PushService(now=clock.now) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Browser:
    """The least of Firefox: a socket that says hello and subscribes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse):
        self.socket = socket
        self.uaid = ""

    async def hello(self, uaid: str | None = None) -> str:
        message = {"messageType": "hello", "use_webpush": True, **({"uaid": uaid} if uaid else {})}
        answer = await self.ask(message)
        assert (answer["messageType"], answer["status"], answer["use_webpush"]) == ("hello", 200, True)
        return str(answer["uaid"])

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        await self.socket.send_json(message)
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        reply: dict[str, Any] = await self.socket.receive_json(timeout=2)
        return reply


async def connect(client: aiohttp.ClientSession, service: PushService) -> Browser:
    socket = await client.ws_connect(service.websocket_url, protocols=("push-notification",))
    assert socket.protocol == "push-notification"
    return Browser(socket)


async def register(browser: Browser) -> str:
    padded = KEYS.current.public + "=" * (-len(KEYS.current.public) % 4)  # as Firefox sends it
    answer = await browser.ask({"messageType": "register", "channelID": "c1", "key": padded})
    assert (answer["status"], answer["channelID"]) == (200, "c1")
    return str(answer["pushEndpoint"])


def for_browser(topic: str = "A" * 24, ttl: str = "3600") -> tuple[bytes, dict[str, str]]:
    made = PushService().subscribe(None)
    return sealed(made), {"Topic": topic, "TTL": ttl}


async def test_a_connected_browser_is_notified_and_acknowledges(
    service: PushService, client: aiohttp.ClientSession
) -> None:
    browser = await connect(client, service)
    await browser.hello()
    endpoint = await register(browser)
    body, changes = for_browser()
    assert await post(client, endpoint, body, headers(service, **changes)) == 201
    note = await browser.hear()
    assert note["messageType"] == "notification"
    assert (note["channelID"], note["ttl"], note["headers"]) == ("c1", 3600, {"encoding": "aes128gcm"})
    assert note["data"] == encode(body)
    update = {"channelID": "c1", "version": note["version"], "code": 100}
    await browser.socket.send_json({"messageType": "ack", "updates": [update]})
    assert await browser.ask({}) == {}
    assert service.acks == [update]
    assert service.channel(endpoint).pending == []


async def test_a_closed_browser_gets_the_last_of_each_topic_that_is_still_alive(
    service: PushService, client: aiohttp.ClientSession, clock: FakeClock
) -> None:
    browser = await connect(client, service)
    uaid = await browser.hello()
    endpoint = await register(browser)
    await browser.socket.close()
    await until(lambda: service.connected == 0)
    sent = [for_browser("A" * 24), for_browser("A" * 24), for_browser("B" * 24, "60"), for_browser("C" * 24, "0")]
    for body, changes in sent:
        assert await post(client, endpoint, body, headers(service, **changes)) == 201
    clock.advance(seconds=61)
    again = await connect(client, service)
    assert await again.hello(uaid) == uaid
    assert (await again.hear())["data"] == encode(sent[1][0])
    assert await again.ask({}) == {}, "nothing else was waiting"


async def test_a_browser_whose_id_is_lost_gets_another(service: PushService, client: aiohttp.ClientSession) -> None:
    browser = await connect(client, service)
    uaid = await browser.hello()
    await service.disconnect(forget=True)
    assert await (await connect(client, service)).hello(uaid) != uaid


async def test_an_unregistered_channel_is_gone(service: PushService, client: aiohttp.ClientSession) -> None:
    browser = await connect(client, service)
    await browser.hello()
    endpoint = await register(browser)
    answer = await browser.ask({"messageType": "unregister", "channelID": "c1"})
    assert answer == {"messageType": "unregister", "channelID": "c1", "status": 200}
    body, changes = for_browser()
    assert await post(client, endpoint, body, headers(service, **changes)) == 410
