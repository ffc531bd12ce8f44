"""An entry belongs to the local day that the person saw, also over midnight, on travels and with a wrong clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from homeplan.clock import to_ms
from tests.browser.phone import Phone
from tests.browser.site import Site

EVENING = datetime(2026, 1, 13, 6, 30, tzinfo=UTC)
"""23:30 of Monday, 12 January 2026, in Denver."""


async def test_a_later_answer_replaces_an_earlier_one_although_the_clock_ran_ahead(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    now = site.clock.now()
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


@pytest.mark.moment(EVENING)
async def test_a_day_that_begins_without_a_network_has_a_check_in_of_its_own(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await phone.set_offline(True)
    await ana.check_in(pain=4)

    await ana.page.clock.set_system_time(EVENING + timedelta(hours=1))
    await ana.page.reload()
    await ana.check_in(pain=6)

    site.clock.set(EVENING + timedelta(hours=9))
    await ana.page.clock.set_system_time(EVENING + timedelta(hours=9))
    await phone.set_offline(False)
    await ana.has_sent_everything()
    assert await stored_days(site) == [("2026-01-12", 4, "America/Denver"), ("2026-01-13", 6, "America/Denver")]


@pytest.mark.moment(EVENING)
async def test_two_zones_in_one_evening_make_two_days(site: Site, chromium: Browser) -> None:
    context = await chromium.new_context(locale="en-US")
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


@pytest.mark.moment(EVENING)
async def test_a_check_in_that_is_open_at_midnight_stays_the_evening_s(site: Site, phone: BrowserContext) -> None:
    await phone.clock.install(time=EVENING)
    ana = await Phone.joined(site, await phone.new_page())
    await phone.set_offline(True)
    await ana.open("checkin")
    await ana.score("4").check(force=True)
    await ana.page.clock.fast_forward("01:00:00")
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


async def stored_checkin(site: Site) -> Any:
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, answered_at FROM checkins"))
    return row


async def stored_days(site: Site) -> list[tuple[str, int, str]]:
    rows = await site.db.read(lambda tx: tx.fetch("SELECT day, pain_now, time_zone FROM checkins ORDER BY day"))
    return [(row["day"], row["pain_now"], row["time_zone"]) for row in rows]
