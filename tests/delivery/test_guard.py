"""A name that leads into a private network is caught at the connection, also when it resolved elsewhere before."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from homeplan.delivery.model import Retry
from homeplan.delivery.webpush.address import AllowedServices, Target
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring
from tests.delivery.conftest import SITE, message
from tests.push_service import PushService
from tests.world import START


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::1"]
)
async def test_a_known_name_that_leads_inside_is_not_connected_to(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """DNS rebinding: the name passed at the door, and resolves to the inside only when it is sent to."""
    opened: list[Any] = []
    monkeypatch.setattr(socket, "socket", _recording(socket.socket, opened))

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        there = (address, port) if family == socket.AF_INET else (address, port, 0, 0)
        entry = (family, socket.SOCK_STREAM, 6, "", there)
        return [entry, entry]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with WebPush(keyring, AllowedServices(), site=SITE) as sender:
        push = message(PushService().subscribe(None), keyring, endpoint="https://fcm.googleapis.com/fcm/send/x")
        assert await sender.send(push, START) == Retry("address-not-public")
    assert opened == []


def _recording(real: Callable[..., Any], opened: list[Any]) -> Callable[..., Any]:
    def record(*args: Any, **kwargs: Any) -> Any:
        opened.append(args)
        return real(*args, **kwargs)

    return record


EMPTY: list[Any] = []


async def test_a_name_without_an_address_is_tried_again_later(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: EMPTY)
    async with WebPush(keyring, AllowedServices(), site=SITE) as web_push:
        push = message(PushService().subscribe(None), keyring, endpoint="https://fcm.googleapis.com/fcm/send/x")
        outcome = await web_push.send(push, START)
    assert isinstance(outcome, Retry)
    assert outcome.reason.startswith("unreachable ")


@pytest.mark.parametrize("literal", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
async def test_a_literal_is_refused_at_the_connection_too(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch, literal: str
) -> None:
    """aiohttp asks no resolver about a literal; the guard sees the address itself."""
    opened: list[Any] = []
    services = AllowedServices()
    inside = Target(f"https://{literal}", literal, 443, "/x", service=literal, private_allowed=False)
    monkeypatch.setattr(services, "check", lambda _: inside)
    async with WebPush(keyring, services, site=SITE) as web_push:
        monkeypatch.setattr(socket, "socket", _recording(socket.socket, opened))
        push = message(PushService().subscribe(None), keyring)
        assert await web_push.send(push, START) == Retry("address-not-public")
    assert opened == []
