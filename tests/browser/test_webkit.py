"""The patient's app in WebKit, as on an iPhone in Safari: no push, no background sync, nothing lost."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.browser.conftest import require
from tests.browser.site import Site, running_site
from tests.browser.test_moment import LEAP_DAY
from tests.browser.webkit import WebKit
from tests.programs.care import Care
from tests.world import Person


@pytest.fixture(scope="module")
async def webkit() -> AsyncIterator[WebKit]:
    for program in ("WebKitWebDriver", "Xvfb"):
        require(program)
    browser = await WebKit.start()
    yield browser
    await browser.close()


@pytest.fixture
async def site(tmp_path: Path, moment: datetime) -> AsyncIterator[Site]:
    """A site of its own for each test: a new origin is clean storage. WebKit keeps `__Host-` cookies for https only."""
    async with running_site(tmp_path, moment, tls=True) as running:
        yield running


async def test_an_invitation_leads_to_the_pictured_steps_and_a_code(site: Site, webkit: WebKit) -> None:
    patient = await join(site, webkit)
    await webkit.sees("Put it on your home screen")
    assert await webkit.script("return document.querySelectorAll('ol .picture > *').length") == 3
    assert patient.id not in await webkit.url()
    assert "e#" not in await webkit.url()

    await webkit.tap("button", "Show my code")
    code = await webkit.until("return document.querySelector('.code')?.innerText")
    assert len(code.replace(" ", "")) == 10


async def test_the_code_signs_the_app_on_the_home_screen_in(site: Site, webkit: WebKit) -> None:
    """That app shares neither cookies nor storage with Safari; the same site by another name stands for it."""
    patient = await join(site, webkit)
    await webkit.tap("button", "Show my code")
    code = await webkit.until("return document.querySelector('.code')?.innerText")

    await webkit.goto(site.origin.replace("localhost", "127.0.0.1"))
    await webkit.sees("Do you have a code?")
    await webkit.type("#code", code.lower())
    await webkit.tap("button", "Join")
    await webkit.until("return location.hash === '#/install'")
    me = await webkit.script("return await (await fetch('/api/me')).json()")
    assert me["patient"]["id"] == patient.id


async def test_an_entry_waits_while_nobody_answers_and_is_sent_afterwards(site: Site, webkit: WebKit) -> None:
    await join(site, webkit)
    await webkit.tap("button", "Not now")
    await webkit.sees("Pelvic tilt")
    await webkit.script("await navigator.serviceWorker.ready")

    async with site.down():
        await webkit.reload()
        await webkit.sees("No connection")
        await webkit.sees("Pelvic tilt")
        await check_in(webkit, pain=4)
        await webkit.sees("Saved on this phone")
        await webkit.reload()
        await webkit.goto(f"{site.origin}/#/today")
        await webkit.sees("1 entry waits to be sent")
        assert await site.stored("checkins") == 0

    await webkit.script("dispatchEvent(new Event('online'))")
    await webkit.until("return !document.body.innerText.includes('waits to be sent')")
    await site.until_row("SELECT day FROM checkins")
    assert await site.stored("checkins") == 1


async def test_reminders_say_honestly_that_push_is_not_here(site: Site, webkit: WebKit) -> None:
    await join(site, webkit)
    await webkit.goto(f"{site.origin}/#/reminders")
    await webkit.sees("Reminders need the app on your home screen")
    assert not await webkit.script("return document.body.innerText.includes('Turn on reminders')")
    await webkit.tap("a", "Show me how")
    await webkit.until("return location.hash === '#/install'")


@pytest.mark.moment(LEAP_DAY)
async def test_webkit_lives_in_the_moment_that_a_story_names(site: Site, webkit: WebKit) -> None:
    await join(site, webkit)
    await webkit.goto(f"{site.origin}/#/today")
    await webkit.sees("Tuesday, Feb 29")


async def join(site: Site, webkit: WebKit) -> Person:
    """A patient with a plan who opened the invitation in Safari and tapped its one button."""
    clinic = await site.world.clinic()
    therapist = await site.world.therapist(clinic)
    patient = await site.world.patient(clinic, therapist, given_name="Ana")
    await Care(site.db, site.clock, therapist, patient).publish("pelvic-tilt")
    await webkit.goto(await site.invite(patient))
    await webkit.sees("Hello, Ana")
    await webkit.tap("button", "Start")
    await webkit.until("return location.hash === '#/install'")
    return patient


async def check_in(webkit: WebKit, *, pain: int) -> None:
    await webkit.tap("button.number", str(pain))
    await webkit.until("return location.hash.startsWith('#/checkin')")
    await webkit.tap("button", "Nothing new. Save")
