"""Chromium's own push, nothing of it stubbed: it registers, decrypts what homeplan sent and wakes our service worker.

Only Google's services are stand-ins; nothing leaves the machine.
"""

import socket
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, async_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, require
from tests.browser.moment import IN_DENVER
from tests.browser.push.conftest import TEXTS
from tests.browser.push.google import HOST, ORIGIN, Google
from tests.browser.push.stand_in import notifications, reminded, send_reminder, stop_worker
from tests.browser.site import Site, running_site


@pytest.fixture
async def site(tmp_path: Path, moment: datetime) -> AsyncIterator[Site]:
    # An operator who names the service's port allows a private address for it.
    async with running_site(tmp_path, moment, push_hosts=(ORIGIN,)) as running:
        yield running


@pytest.fixture
async def google(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Google]:
    """Google's services on this machine, where homeplan's sender finds and trusts them."""
    async with Google(tmp_path, site.clock.now) as running:
        real = socket.getaddrinfo

        def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            here = ("127.0.0.1", running.port) if host == HOST else (host, port)
            return real(*here, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        yield running
    assert running.violations == []


@pytest.fixture
async def phone(site: Site, google: Google, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A Chromium with a profile of its own: one that keeps nothing may not subscribe."""
    path = require("chromium")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=path,
            args=[*CHROMIUM_ARGUMENTS, *google.switches],
            env={**IN_DENVER},
        )
        await context.grant_permissions(["notifications"], origin=site.origin)
        yield context
        await context.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_reminder_reaches_chromium_by_its_own_push(
    site: Site, google: Google, phone: BrowserContext, language: str
) -> None:
    ana = await reminded(site, await phone.new_page(), language)
    endpoint = (await site.until_row("SELECT endpoint FROM devices"))["endpoint"]
    assert endpoint.startswith(f"{ORIGIN}/fcm/send/")
    await ana.page.goto("about:blank")
    await stop_worker(phone, ana.page)

    await send_reminder(site)

    assert google.answers == ["201"]
    await site.until_row("SELECT shown_at FROM deliveries WHERE shown_at IS NOT NULL")
    await ana.page.goto(site.origin)
    [notification] = await notifications(ana.page)
    assert (notification["title"], notification["body"]) == TEXTS["checkin", language]
    assert notification["lang"] == language
