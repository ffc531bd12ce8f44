"""Entries of a patient are never lost, doubled or silently dropped, regardless of failures on the way to the server."""

import asyncio
import itertools
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Route, expect

from homeplan.store_facts import delete_epoch
from tests.browser.entries import answered_ids, name_of, queue_logs, sent_ids
from tests.browser.phone import PAIN_NOW, READ_STORE, START, Phone
from tests.browser.site import Site
from tests.waiting import until
from tests.world import context

SAVE = "**/api/me/checkins/*"
LOG = "**/api/me/exercise-logs/*"


async def test_a_lost_answer_costs_a_repeat_and_makes_one_row(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    sent = sent_ids(ana.page)
    for path in (SAVE, LOG):
        await ana.page.route(path, saved_but_not_heard, times=1)

    async with ana.page.expect_event("requestfailed"):
        await ana.check_in(pain=4)
    await expect(ana.page.get_by_text("Saved on this phone")).to_be_visible()
    await ana.open("today")
    async with ana.page.expect_event("requestfailed"):
        await ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
        await ana.hears_the_network()  # the check-in goes first, and then the exercise
    await ana.hears_the_network()
    await ana.has_sent_everything()

    assert len(sent) == 4
    assert len(set(sent)) == 2
    assert (await site.stored("checkins"), await site.stored("exercise_logs")) == (1, 1)


async def test_what_is_marked_before_the_way_to_the_server_is_loaded_is_kept_and_sent(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.page.evaluate("navigator.serviceWorker.getRegistration().then(worker => worker.unregister())")
    await ana.page.evaluate("caches.keys().then(names => Promise.all(names.map(name => caches.delete(name))))")
    asked, arrives = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await arrives.wait()
        await route.continue_()

    await ana.page.route("**/assets/exchange-*.js", late)
    await ana.page.reload()
    await ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
    await expect(ana.page.get_by_role("button", name="Undo")).to_be_visible()
    await asked.wait()
    assert len(await ana.page.evaluate(READ_STORE, "outbox")) == 1
    assert await site.stored("exercise_logs") == 0

    arrives.set()
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1


async def test_two_open_tabs_send_each_entry_once(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    other = await phone.new_page()
    await other.goto(f"{site.origin}/#/today")
    await expect(other.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
    answered = answered_ids(ana.page, other)

    await phone.set_offline(True)
    queued = await queue_logs(ana, site.clock.now(), 12)
    async with ana.page.expect_event("requestfailed"):
        await ana.hears_the_network()  # a try without a network is no second copy
    await phone.set_offline(False)
    await asyncio.gather(*(page.evaluate("dispatchEvent(new Event('online'))") for page in (ana.page, other)))
    await ana.has_sent_everything()

    assert answered == queued
    assert await site.stored("exercise_logs") == 12
    await expect(other.get_by_text("to be sent")).to_have_count(0)


async def test_a_hundred_entries_arrive_in_order_through_a_bad_network(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await phone.set_offline(True)
    queued = await queue_logs(ana, site.clock.now(), 100)
    await ana.page.reload()
    await expect(ana.page.get_by_text("100 entries wait to be sent")).to_be_visible()

    arrived: list[str] = []
    tries = itertools.count(1)
    failed = asyncio.Event()

    async def bad_network(route: Route) -> None:
        number = next(tries)
        refused, overloaded, unheard = (number % every == 0 for every in (13, 17, 11))
        if refused or overloaded or unheard:
            failed.set()
        if refused:
            await route.abort("connectionrefused")
        elif overloaded:
            await route.fulfill(status=503, headers={"retry-after": "1"}, json={"code": "unavailable"})
        else:
            answer = await route.fetch()
            assert answer.ok
            arrived.append(name_of(route.request))
            await (route.abort("connectionreset") if unheard else route.fulfill(response=answer))

    await ana.page.route(LOG, bad_network)
    await phone.set_offline(False)

    async def has_sent_everything() -> bool:
        if failed.is_set():
            failed.clear()
            await ana.hears_the_network()
        return not await ana.kept("outbox")

    await until(has_sent_everything, "an empty outbox")

    assert list(dict.fromkeys(arrived)) == queued
    assert len(arrived) > 100
    assert await site.stored("exercise_logs") == 100
    assert await ana.kept("outbox") == []


async def test_signing_out_warns_of_what_was_not_sent(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await phone.set_offline(True)
    await ana.check_in(pain=4)
    await ana.open("me")
    await ana.page.get_by_role("button", name="Sign out on this phone").click()
    await expect(ana.page.get_by_text("1 entry was not sent yet and would be lost.")).to_be_visible()

    await ana.page.get_by_role("button", name="Yes, sign out").click()
    await expect(ana.page.get_by_text("Signing out needs a connection.")).to_be_visible()
    await ana.page.get_by_role("button", name="Cancel").click()
    assert len(await ana.kept("outbox")) == 1

    await phone.set_offline(False)
    await ana.has_sent_everything()
    other_tab = await phone.new_page()
    await other_tab.goto(site.origin)
    await expect(other_tab.get_by_text("Checked in")).to_be_visible()
    await ana.page.get_by_role("button", name="Sign out on this phone").click()
    await expect(ana.page.get_by_text("would be lost")).to_have_count(0)
    await ana.page.get_by_role("button", name="Yes, sign out").click()
    for page in (ana.page, other_tab):
        await expect(page.get_by_text("Do you have a code?")).to_be_visible()
    for store in ("outbox", "sent", "checkins", "logs", "drafts", "single"):
        assert await ana.kept(store) == []
    assert await site.stored("checkins") == 1


async def test_a_sign_in_that_ended_keeps_the_entries_for_the_next(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET revoked_at = 1"))
    await ana.check_in(pain=4)
    await ana.open("today")
    await ana.page.get_by_role("link", name="Sign in again").click()
    assert len(await ana.kept("outbox")) == 1

    await ana.page.goto(await site.invite(ana.patient))
    await ana.page.get_by_role("button", name="Start").click()
    await ana.has_sent_everything()
    assert await site.stored("checkins") == 1


async def test_a_server_restored_from_an_older_backup_gets_the_last_days_again(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.check_in(pain=4)
    await ana.open("today")
    await ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
    await ana.has_sent_everything()
    await ana.keep("sent", [long_ago(row) for row in await ana.kept("sent") if row["kind"] == "log"])

    async def restore(tx: Any) -> None:
        for table in ("checkins", "exercise_logs"):
            await tx.execute(f"DELETE FROM {table}")
        await delete_epoch(context(tx))

    sent = sent_ids(ana.page)
    await site.db.write(restore)
    await ana.hears_the_network()
    await site.until_row("SELECT day FROM checkins")
    await site.until_row("SELECT id FROM exercise_logs")
    await ana.has_sent_everything()
    assert len(sent) == 2, "what was confirmed longer than 14 days ago is not sent again"


@pytest.mark.parametrize("loses", [False, True], ids=["old-one-whole", "old-one-lost"])
async def test_after_a_restore_a_phone_sends_again_what_the_backup_has_not(
    site: Site, phone: BrowserContext, loses: bool
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    backup = await site.backup()
    await ana.check_in(pain=4)
    await ana.has_sent_everything()
    await site.restore(backup, loses=loses)
    assert await site.stored("checkins") == 0
    await ana.page.reload()
    if loses:  # nobody knows any more whether this phone was lost
        await ana.page.goto(await site.invite(ana.patient))
        await ana.page.get_by_role("button", name=START).click()
    row = await site.until_row("SELECT pain_now FROM checkins")
    assert row["pain_now"] == 4
    await ana.has_sent_everything()


async def saved_but_not_heard(route: Route) -> None:
    assert (await route.fetch()).ok
    await route.abort("connectionreset")


def long_ago(row: dict[str, Any]) -> dict[str, Any]:
    """A copy of the row as it would have been confirmed 15 days ago, under another name."""
    past = row["sentAt"] - 15 * 86_400_000
    return row | {"key": "log/long-ago", "path": "/api/me/exercise-logs/long-ago", "savedAt": past, "sentAt": past}
