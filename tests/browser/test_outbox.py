"""Nothing that a patient enters is lost, doubled or silently dropped, whatever happens on the way to the server."""

import asyncio
import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Request, Route, expect

from homeplan.clock import to_ms
from homeplan.ids import new_id
from tests.browser.phone import PAIN_NOW, READ_STORE, Phone
from tests.browser.site import Site

SAVE = "**/api/me/checkins/*"
LOG = "**/api/me/exercise-logs/*"
# Chromium asks for the quota anew only when a transaction needs more than it was granted before.
ASK_FOR_TOO_MUCH = """
() => new Promise(resolve => {
  const opening = indexedDB.open("homeplan");
  opening.onsuccess = () => {
    const db = opening.result, tx = db.transaction("single", "readwrite");
    tx.objectStore("single").put("x".repeat(5_000_000), "too much");
    tx.onabort = tx.oncomplete = () => { db.close(); resolve(tx.error?.name); };
  };
})
"""

SAVED = re.compile(r"/api/me/(checkins|exercise-logs)/([^/]+)$")


async def test_a_lost_answer_costs_a_repeat_and_makes_one_row(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    sent = heard(ana.page)
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
    sent = heard(ana.page, other)

    await phone.set_offline(True)
    queued = await queue_logs(ana, 12)
    await phone.set_offline(False)
    await asyncio.gather(*(page.evaluate("dispatchEvent(new Event('online'))") for page in (ana.page, other)))
    await ana.has_sent_everything()

    assert sent == queued
    assert await site.stored("exercise_logs") == 12
    await expect(other.get_by_text("to be sent")).to_have_count(0)


async def test_a_hundred_entries_arrive_in_order_through_a_bad_network(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await phone.set_offline(True)
    queued = await queue_logs(ana, 100)
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
    async with asyncio.timeout(45):
        while await ana.kept("outbox"):
            if failed.is_set():
                failed.clear()
                await ana.hears_the_network()
            await asyncio.sleep(0.1)

    assert list(dict.fromkeys(arrived)) == queued
    assert len(arrived) > 100
    assert await site.stored("exercise_logs") == 100
    assert await ana.kept("outbox") == []


async def test_a_full_phone_says_so_and_loses_nothing_typed(site: Site, phone: BrowserContext) -> None:
    other = await phone.new_page()
    await other.goto(f"{site.origin}/icons/icon.svg")
    quota = await phone.new_cdp_session(other)
    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin, "quotaSize": 4_000_000})
    ana = await Phone.joined(site, await phone.new_page())
    await ana.page.get_by_role("button", name="4", exact=True).click()
    await ana.page.locator("summary").first.click()
    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin, "quotaSize": 1})
    assert await ana.page.evaluate(ASK_FOR_TOO_MUCH) == "QuotaExceededError"

    note = ana.page.get_by_role("textbox")
    await note.fill("It pulls when I bend down.")
    full = ana.page.get_by_role("alert").filter(has_text="no room left")
    await expect(full).to_be_visible()
    await ana.page.get_by_role("button", name="Nothing new. Save").click()
    await expect(full).to_be_visible()
    await expect(note).to_have_value("It pulls when I bend down.")
    await expect(ana.score("4")).to_be_checked()

    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin})
    await ana.page.get_by_role("button", name="Nothing new. Save").click()
    await expect(ana.page.get_by_role("heading", name="Thank you")).to_be_visible()
    await expect(full).to_have_count(0)
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, note FROM checkins"))
    assert (row["pain_now"], row["note"]) == (4, "It pulls when I bend down.")


async def test_an_exercise_that_does_not_fit_is_not_shown_as_done_and_can_be_kept_later(
    site: Site, phone: BrowserContext
) -> None:
    other = await phone.new_page()
    await other.goto(f"{site.origin}/icons/icon.svg")
    quota = await phone.new_cdp_session(other)
    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin, "quotaSize": 4_000_000})
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin, "quotaSize": 1})
    assert await ana.page.evaluate(ASK_FOR_TOO_MUCH) == "QuotaExceededError"

    done = ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done")
    await done.click()
    full = ana.page.get_by_role("alert").filter(has_text="no room left")
    await expect(full).to_be_visible()
    once = ana.page.get_by_text("1 of 2", exact=True)
    await expect(ana.page.get_by_text("0 of 2", exact=True)).to_be_visible()

    await quota.send("Storage.overrideQuotaForOrigin", {"origin": site.origin})
    await full.get_by_role("button", name="Try again").click()
    await expect(once).to_be_visible()
    await expect(full).to_have_count(0)
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1


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
    await ana.page.get_by_role("button", name="Sign out on this phone").click()
    await expect(ana.page.get_by_text("would be lost")).to_have_count(0)
    await ana.page.get_by_role("button", name="Yes, sign out").click()
    await expect(ana.page.get_by_text("Do you have a code?")).to_be_visible()
    for store in ("outbox", "sent", "checkins", "logs", "drafts", "single"):
        assert await ana.kept(store) == []
    assert await site.stored("checkins") == 1


async def test_a_session_that_ended_keeps_the_entries_for_the_next(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await site.db.write(lambda tx: tx.execute("UPDATE sessions SET revoked_at = 1"))
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
        await tx.execute("UPDATE store_facts SET value = 'restored' WHERE name = 'epoch'")

    sent = heard(ana.page)
    await site.db.write(restore)
    await ana.hears_the_network()
    await ana.page.wait_for_timeout(200)
    await ana.has_sent_everything()
    await wait_for(site, "checkins", 1)
    await wait_for(site, "exercise_logs", 1)
    assert len(sent) == 2, "what was confirmed longer than 14 days ago is not sent again"


async def test_of_two_answers_the_later_stays_though_the_clock_ran_ahead(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    now = datetime.now(UTC)
    await ana.page.clock.set_system_time(now + timedelta(hours=1))
    await ana.check_in(pain=7)
    await ana.has_sent_everything()
    assert (await stored_checkin(site))["pain_now"] == 7

    await ana.page.clock.set_system_time(now)
    await ana.open("today")
    await ana.page.get_by_role("link", name="Change").click()
    await ana.score("2").check(force=True)
    await ana.page.get_by_role("button", name="Nothing new. Save").click()
    await ana.has_sent_everything()
    row = await stored_checkin(site)
    assert row["pain_now"] == 2
    assert row["answered_at"] <= to_ms(site.clock.now() + timedelta(minutes=10))


async def test_a_day_that_begins_without_a_network_has_a_check_in_of_its_own(site: Site, phone: BrowserContext) -> None:
    evening = last_minute_of_a_day()
    site.clock.set(evening)
    await phone.clock.set_system_time(evening)
    ana = await Phone.joined(site, await phone.new_page())
    await phone.set_offline(True)
    await ana.check_in(pain=4)

    await ana.page.clock.set_system_time(evening + timedelta(minutes=2))
    await ana.page.reload()
    await ana.check_in(pain=6)

    site.clock.set(evening + timedelta(hours=9))
    await ana.page.clock.set_system_time(evening + timedelta(hours=9))
    await phone.set_offline(False)
    await ana.has_sent_everything()
    assert await stored_days(site) == [("2026-01-12", 4, "America/Denver"), ("2026-01-13", 6, "America/Denver")]


async def test_two_zones_in_one_evening_make_two_days(site: Site, chromium: Browser) -> None:
    evening = last_minute_of_a_day()
    site.clock.set(evening)
    context = await chromium.new_context(locale="en-US")
    await context.clock.set_system_time(evening)
    page = await context.new_page()
    place = await context.new_cdp_session(page)
    await place.send("Emulation.setTimezoneOverride", {"timezoneId": "America/Denver"})
    ana = await Phone.joined(site, page)
    await context.set_offline(True)
    await ana.check_in(pain=4)
    await place.send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Madrid"})
    await page.reload()
    await ana.check_in(pain=6)

    await context.set_offline(False)
    await ana.hears_the_network()
    await ana.has_sent_everything()
    assert await stored_days(site) == [("2026-01-12", 4, "America/Denver"), ("2026-01-13", 6, "Europe/Madrid")]
    await context.close()


async def test_a_check_in_that_is_open_at_midnight_stays_the_evening_s(site: Site, phone: BrowserContext) -> None:
    evening = last_minute_of_a_day()
    site.clock.set(evening)
    await phone.clock.install(time=evening)
    ana = await Phone.joined(site, await phone.new_page())
    await phone.set_offline(True)
    await ana.open("checkin")
    await ana.score("4").check(force=True)
    await ana.page.clock.fast_forward("02:00")
    await expect(ana.page.get_by_text("Monday, January 12")).to_be_visible()
    await expect(ana.score("4")).to_be_checked()

    await ana.taps_a_reminder(site)
    await expect(ana.page.get_by_text("Tuesday, January 13")).to_be_visible()
    await expect(ana.score("4")).not_to_be_checked()
    await ana.open("checkin/2026-01-12")
    await expect(ana.score("4")).to_be_checked()
    await ana.page.get_by_role("button", name="Nothing new. Save").click()
    await expect(ana.page.get_by_role("heading", name="Thank you")).to_be_visible()
    [row] = await ana.kept("outbox")
    assert (row["key"], row["body"]["painNow"]) == ("checkin/2026-01-12", 4)


async def saved_but_not_heard(route: Route) -> None:
    assert (await route.fetch()).ok
    await route.abort("connectionreset")


def heard(*pages: Page) -> list[str]:
    """The days and ids that the pages send from now on, in their order."""
    sent: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "PUT" and SAVED.search(request.url):
            sent.append(name_of(request))

    for page in pages:
        page.on("request", hear)
    return sent


def name_of(request: Request) -> str:
    return request.url.rsplit("/", 1)[-1]


async def queue_logs(ana: Phone, count: int) -> list[str]:
    """So many exercises done without a network; their ids in order."""
    plan = await ana.plan()
    segment = plan["segments"][-1]
    now = datetime.now(UTC)
    ids = [new_id(now + timedelta(milliseconds=at)) for at in range(count)]
    await ana.keep("outbox", [waiting_log(each, segment["items"][0]["prescriptionId"], now) for each in ids])
    return ids


def waiting_log(log_id: str, prescription_id: str, at: datetime) -> dict[str, Any]:
    body = {
        "prescriptionId": prescription_id,
        "day": (at - timedelta(hours=7)).date().isoformat(),
        "occurredAt": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "timeZone": "America/Denver",
        "outcome": "completed",
        "stopped": False,
    }
    path = f"/api/me/exercise-logs/{log_id}"
    return {
        "kind": "log",
        "key": f"log/{log_id}",
        "method": "PUT",
        "path": path,
        "body": body,
        "savedAt": to_ms(at),
    }


def long_ago(row: dict[str, Any]) -> dict[str, Any]:
    """A copy of the row as it would have been confirmed 15 days ago, under another name."""
    past = row["sentAt"] - 15 * 86_400_000
    return row | {"key": "log/long-ago", "path": "/api/me/exercise-logs/long-ago", "savedAt": past, "sentAt": past}


async def stored_checkin(site: Site) -> Any:
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, answered_at FROM checkins"))
    return row


async def stored_days(site: Site) -> list[tuple[str, int, str]]:
    rows = await site.db.read(lambda tx: tx.fetch("SELECT day, pain_now, time_zone FROM checkins ORDER BY day"))
    return [(row["day"], row["pain_now"], row["time_zone"]) for row in rows]


async def wait_for(site: Site, table: str, count: int) -> None:
    for _ in range(100):
        if await site.stored(table) == count:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{table} has {await site.stored(table)} rows")


def last_minute_of_a_day() -> datetime:
    """23:59:00 of Monday, 12 January 2026, in Denver."""
    return datetime(2026, 1, 13, 6, 59, tzinfo=UTC)
