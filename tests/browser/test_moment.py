"""A story's moment: the server, the page and the service worker agree on it, and in the browser time goes on."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, Worker, expect

from homeplan.clock import from_ms
from tests.browser.phone import Phone
from tests.browser.site import Site

LEAP_DAY = datetime(2028, 2, 29, 18, tzinfo=UTC)
"""A Tuesday, 11:00 in Denver."""
STORY = timedelta(minutes=10)
"""Longer than any lasts."""


@pytest.mark.moment(LEAP_DAY)
async def test_server_page_and_worker_live_in_the_moment_that_a_story_names(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await expect(ana.page.get_by_text("Tuesday, Feb 29")).to_be_visible()
    assert site.clock.now() == LEAP_DAY
    for scripts in (ana.page, phone.service_workers[-1]):
        before = await now(scripts)
        assert LEAP_DAY < before < LEAP_DAY + STORY
        await ana.page.wait_for_function("before => Date.now() > before", arg=before.timestamp() * 1000)
        assert await now(scripts) > before


async def now(scripts: Page | Worker) -> datetime:
    return from_ms(await scripts.evaluate("new Date().getTime()"))
