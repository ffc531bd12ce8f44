"""The patient's app in Firefox, which knows no background sync: what waits goes out while the app is open."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.conftest import require
from tests.browser.firefox import Firefox
from tests.browser.site import Site
from tests.browser.test_moment import LEAP_DAY
from tests.programs.care import Care


@pytest.fixture(scope="module")
async def firefox() -> AsyncIterator[Firefox]:
    require("firefox-esr")
    browser = await Firefox.start()
    yield browser
    await browser.close()


async def test_entries_wait_through_a_restart_and_are_sent_when_the_app_is_opened(site: Site, firefox: Firefox) -> None:
    await join(site, firefox)
    await firefox.script("return navigator.serviceWorker.ready.then(() => true)")
    assert await firefox.script("return 'SyncManager' in window") is False

    async with site.down():
        await firefox.script("location.reload()")
        await sees(firefox, "No connection.")
        await sees(firefox, "Pelvic tilt")
        await firefox.click("4")
        await firefox.click("Nothing new. Save")
        await sees(firefox, "Saved on this phone")
        await firefox.script("location.hash = '#/today'")
        await sees(firefox, "1 entry waits to be sent")
        await firefox.script("location.reload()")
        await sees(firefox, "1 entry waits to be sent")
        assert await site.stored("checkins") == 0

    await firefox.script("location.reload()")
    await site.until_row("SELECT day FROM checkins")
    await firefox.until("return !document.body.innerText.includes('to be sent')")
    assert await site.stored("checkins") == 1


@pytest.mark.moment(LEAP_DAY)
async def test_firefox_lives_in_the_moment_that_a_story_names(site: Site, firefox: Firefox) -> None:
    await join(site, firefox)
    await sees(firefox, "Tuesday, Feb 29")


async def join(site: Site, firefox: Firefox) -> None:
    """A patient with a plan who opened the invitation and tapped its one button."""
    clinic = await site.world.clinic()
    therapist = await site.world.therapist(clinic)
    patient = await site.world.patient(clinic, therapist)
    await Care(site.db, site.clock, therapist, patient).publish("pelvic-tilt")
    await firefox.goto(await site.invite(patient))
    await firefox.click("Start")
    await sees(firefox, "Pelvic tilt")


async def sees(firefox: Firefox, text: str) -> None:
    await firefox.until("return document.body.innerText.includes(arguments[0])", text)
