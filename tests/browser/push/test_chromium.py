"""Pushes of homeplan in Chromium's service worker: shown, clicked, receipted, also when the network fails."""

import json
from typing import Any

import pytest
from litestar.types import Message, Receive, Scope, Send
from playwright.async_api import BrowserContext, expect

from homeplan.app import create_app
from tests.browser.phone import Phone
from tests.browser.push.conftest import TEXTS
from tests.browser.push.stand_in import StandIn, reminded, send_reminder, stop_worker
from tests.browser.site import Site
from tests.push_service import PushService
from tests.waiting import until

SHOWN = "SELECT shown_at FROM deliveries WHERE shown_at IS NOT NULL"
WAITING = "caches.open('receipts').then(all => all.keys()).then(keys => keys.length)"
OPENED = "SELECT opened_at FROM deliveries WHERE opened_at IS NOT NULL"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_reminder_wakes_the_stopped_worker_and_its_click_opens_the_check_in(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page(), language)
    await send_reminder(site)
    await stop_worker(phone, ana.page)

    await stand_in.deliver(ana.page)
    [notification] = await stand_in.shown(ana.page)
    assert (notification["title"], notification["body"]) == TEXTS["checkin", language]
    assert notification["lang"] == language
    await site.until_row(SHOWN)

    assert await stand_in.click() is None  # the open page is used
    await ana.page.wait_for_url("**/#/checkin")
    await site.until_row(OPENED)
    await expect(ana.page.get_by_role("heading").first).to_be_visible()


async def test_a_click_without_an_open_page_opens_one(site: Site, phone: BrowserContext, service: PushService) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page())
    await send_reminder(site)
    await stand_in.deliver(ana.page)
    await stand_in.shown(ana.page)
    await stand_in.leave(ana.page)

    assert await stand_in.click() == f"{site.origin}/#/checkin"
    await site.until_row(OPENED)


async def test_the_badge_says_that_the_check_in_is_due_until_it_is_saved(
    site: Site, phone: BrowserContext, service: PushService
) -> None:
    await phone.add_init_script("navigator.clearAppBadge = async () => { window.homeplanBadge = 0; }")
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page())
    worker = phone.service_workers[-1]
    await worker.evaluate("navigator.setAppBadge = async count => { self.homeplanBadge = count; }")

    await ana.page.get_by_role("button", name="Send me a test").click()
    await site.until_row("SELECT id FROM deliveries WHERE kind = 'test'")
    assert await site.send_due() == {"sent": 1}
    await stand_in.deliver(ana.page)
    await site.until_row(SHOWN)
    assert await worker.evaluate("self.homeplanBadge ?? null") is None  # nothing is due

    await send_reminder(site)
    await stand_in.deliver(ana.page)
    await site.until_row(f"{SHOWN} AND kind = 'checkin'")
    assert await worker.evaluate("self.homeplanBadge") == 1
    await ana.check_in(pain=2)
    assert await ana.page.evaluate("window.homeplanBadge") == 0


async def test_a_push_that_cannot_be_read_shows_a_fixed_text_all_the_same(
    site: Site, phone: BrowserContext, service: PushService
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await Phone.joined(site, await phone.new_page())
    unreadable = ["", "not JSON", "[]", '{"web_push": 8030}']
    for message in unreadable:
        await stand_in.deliver(ana.page, message)
    shown = await stand_in.shown(ana.page, len(unreadable))
    assert {(each["title"], each["body"]) for each in shown} == {("Reminder", "")}


async def test_a_receipt_waits_for_the_network_and_arrives_once(
    site: Site, phone: BrowserContext, service: PushService
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page())
    await send_reminder(site)
    receipts = count_receipts(site)

    await phone.set_offline(True)
    await stand_in.deliver(ana.page)
    await stand_in.shown(ana.page)
    await receipts_wait(ana, 1)
    assert receipts == []
    assert await stored_shown(site) is None

    await phone.set_offline(False)
    await site.until_row(SHOWN)
    await receipts_wait(ana, 0)
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name="Reminders reach this phone")).to_be_visible()
    assert receipts == [204]


async def test_a_repeated_receipt_changes_nothing_and_a_forged_one_is_unknown(
    site: Site, phone: BrowserContext, service: PushService
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page())
    await send_reminder(site)
    await stand_in.deliver(ana.page)
    await site.until_row(SHOWN)
    first = await stored_shown(site)
    site.clock.advance(minutes=1)
    receipts = count_receipts(site)

    await stand_in.deliver(ana.page)  # a push service may deliver twice
    forged = service.received[-1].json | {"receipt": service.received[-1].json["receipt"][:-1] + "!"}
    await stand_in.deliver(ana.page, json.dumps(forged))
    await until_answered(receipts, 2)
    assert await stored_shown(site) == first
    assert sorted(receipts) == [204, 404]
    assert len(await stand_in.shown(ana.page)) == 1  # one tag, one notification


def count_receipts(site: Site) -> list[int]:
    """The status of each receipt's answer, from now on."""
    app, statuses = create_app(site.settings, site.db, site.clock), list[int]()

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            if scope["path"] == "/api/receipts" and message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await app(scope, receive, note)

    site.install(listening)
    return statuses


async def receipts_wait(ana: Phone, count: int) -> None:
    """Waits until `count` receipts wait on the phone."""

    async def so_many() -> bool:
        return int(await ana.page.evaluate(WAITING)) == count

    await until(so_many, f"{count} receipts on the phone")


async def until_answered(statuses: list[int], count: int) -> None:
    async def so_many() -> bool:
        return len(statuses) >= count

    await until(so_many, f"{count} receipts")


async def stored_shown(site: Site) -> Any:
    return await site.db.read(lambda tx: tx.fetch_value("SELECT shown_at FROM deliveries"))
