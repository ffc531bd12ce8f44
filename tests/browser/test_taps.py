"""Number of taps of the daily use, each counted; and the first screen of a new patient comes in one response."""

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_devices import IPHONE, ON_THE_HOME_SCREEN, held, invited

# The keystroke-level model of Card, Moran and Newell (1980): decide, point, press; a key of the slowest typist.
TAP_S = 1.35 + 1.1 + 0.2
KEY_S = 1.2
TAPS_OF_IOS = 5
"""The camera's banner; the share button, "Add to Home Screen", "Add"; the new icon."""
READ_S = 60 / 238
"""A word, as adults read silently (Brysbaert 2019); every word on the way is counted, buttons and small print too."""

SECOND_TAP_S = 0.12


@dataclass
class Finger:
    """Touches the page and counts how often. The tap that opened the app is not among them."""

    page: Page
    taps: int = 0

    async def tap(self, target: Locator) -> None:
        await target.tap()
        self.taps += 1


async def test_from_a_reminder_a_check_in_is_saved_in_two_taps(site: Site, phone: BrowserContext) -> None:
    joined = await Phone.joined(site, await phone.new_page(), "bird-dog")
    page = await phone.new_page()
    await page.goto(f"{site.origin}/#/checkin")  # where the notification leads
    finger = Finger(page)
    await finger.tap(page.locator("#painNow").get_by_text("3", exact=True))
    await finger.tap(page.get_by_role("button", name="Nothing new. Save"))
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert finger.taps == 2
    await joined.has_sent_everything()
    assert await site.stored("checkins") == 1


async def test_after_needling_soreness_takes_one_tap_more(site: Site, phone: BrowserContext) -> None:
    joined = await Phone.joined(site, await phone.new_page(), "bird-dog", needled=True)
    page = await phone.new_page()
    await page.goto(site.origin)
    finger = Finger(page)
    await finger.tap(page.get_by_role("button", name="3", exact=True))
    await finger.tap(page.locator("#soreness").get_by_text("4", exact=True))
    await finger.tap(page.get_by_role("button", name="Nothing new. Save"))
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert finger.taps <= 4
    await joined.has_sent_everything()
    assert await site.stored("checkins") == 1


async def test_from_the_icon_an_exercise_is_under_way_in_two_taps(site: Site, phone: BrowserContext) -> None:
    await Phone.joined(site, await phone.new_page(), "bird-dog")
    page = await phone.new_page()
    await page.goto(site.origin)
    finger = Finger(page)
    await finger.tap(page.get_by_role("link", name="Start “Bird dog”"))
    await finger.tap(page.get_by_role("button", name="Start"))
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert finger.taps <= 2


async def test_an_iphone_joins_and_installs_the_app_within_90_seconds(site: Site, chromium: Browser) -> None:
    read = ""
    async with held(chromium, IPHONE) as safari:
        await safari.goto(await site.invite(await invited(site)))
        finger, start = Finger(safari), safari.get_by_role("button", name="Start")
        await start.wait_for()
        read += await safari.locator("main").inner_text()
        await finger.tap(start)
        await finger.tap(safari.get_by_role("button", name="Show my code"))
        code = (await safari.locator(".code").inner_text()).replace(" ", "")
        read += await safari.locator("main").inner_text()

    async with held(chromium, IPHONE) as app:
        await app.add_init_script(ON_THE_HOME_SCREEN)
        await app.goto(site.origin)
        finger = Finger(app, finger.taps + TAPS_OF_IOS)
        field = app.get_by_label("Code")
        await field.wait_for()
        read += await app.locator("main").inner_text()
        await finger.tap(field)
        await app.keyboard.type(code)
        await finger.tap(app.get_by_role("button", name="Join"))
        await expect(app.get_by_role("button", name="3", exact=True)).to_be_visible()
    assert finger.taps * TAP_S + len(code) * KEY_S + len(read.split()) * READ_S <= 90


BEFORE_ANY_FRAME = "window.requestAnimationFrame = () => 0"
"""A page is drawn first, and loads the rest after: here the rest never comes."""
ASKED = "() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"


async def test_what_an_invitation_shows_is_asked_for_at_once(site: Site, phone: BrowserContext) -> None:
    clinic = await site.world.clinic()
    patient = await site.world.patient(clinic, await site.world.therapist(clinic), given_name="Ana")
    page = await phone.new_page()
    await page.add_init_script(BEFORE_ANY_FRAME)
    hinted = await (await page.request.get(f"{site.origin}/e")).text()
    await page.goto(await site.invite(patient))
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    asked = await page.evaluate(ASKED)
    built = [path for path in asked if path.startswith("/assets/") and path.endswith((".js", ".css"))]
    assert built
    # The page cannot know the language: its first script asks for the words of the one in use, and for no other.
    later = [path for path in built if path not in hinted]
    assert [path.split("-")[0] for path in later] == ["/assets/en"]


async def tap_twice(target: Locator, instead: Locator) -> None:
    """A double tap: the second tap falls on the same place, on the element that is there by then.

    The taps bring their own times, since a busy machine takes longer than a hand.
    """
    box = await target.bounding_box()
    assert box is not None
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session, first = await target.page.context.new_cdp_session(target.page), time.time()

    async def tap(at: float) -> None:
        for kind, points in (("touchStart", [finger]), ("touchEnd", [])):
            await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": at})

    await tap(first)
    await expect(instead).to_be_visible()
    await tap(first + SECOND_TAP_S)


async def test_a_second_tap_presses_nothing_that_came_instead(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "sit-to-stand")
    await ana.open("checkin")  # so that its file is there, and comes before the second tap
    await expect(ana.score("2")).to_be_visible()
    await ana.open("today")
    await tap_twice(ana.page.get_by_role("button", name="2", exact=True), instead=ana.score("2"))
    await expect(ana.score("2")).to_be_checked()

    await ana.open("today")
    await ana.page.get_by_role("link", name="Start “Sit to stand”").tap()
    too_painful = ana.page.get_by_role("button", name="Too painful")
    await tap_twice(ana.page.get_by_role("button", name="Start"), instead=too_painful)
    await expect(too_painful).to_be_visible()
    await expect(ana.page.get_by_role("heading", name="Good that you stopped")).to_be_hidden()


async def test_what_a_finger_aims_at_stays_while_something_is_on_its_way(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.page.evaluate("document.documentElement.style.overflowAnchor = 'none'")  # as in Safari
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        held.set()
        await release.wait()
        await route.continue_()

    await ana.page.route("**/api/me/exercise-logs/*", hold)
    scale, mark = ana.page.get_by_role("button", name="3", exact=True), ana.page.locator("button.mark")
    await mark.scroll_into_view_if_needed()
    before = [await scale.bounding_box(), await mark.bounding_box()]
    await mark.tap()
    await expect(ana.page.get_by_text("1 of 2", exact=True)).to_be_visible()
    await held.wait()
    assert [await scale.bounding_box(), await mark.bounding_box()] == before
    release.set()
    await ana.has_sent_everything()
    assert [await scale.bounding_box(), await mark.bounding_box()] == before

    await ana.page.route("**/api/me/checkins/*", hold)
    release.clear()
    await scale.tap()
    await ana.page.get_by_role("button", name="Nothing new. Save").tap()
    away = ana.page.get_by_role("link", name="Start exercises")
    await expect(ana.page.get_by_text("Saved on this phone")).to_be_visible()
    before = [await away.bounding_box()]
    release.set()
    await expect(ana.page.get_by_text("Sent to your clinic.")).to_be_visible()
    assert [await away.bounding_box()] == before
