"""Within everyone's reach: small screens, large text, thumbs, the keyboard, calm eyes."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.desk import NEEDLING_GROUPS, Desk
from tests.browser.phone import Phone
from tests.browser.site import Site

SCREENS = (
    "today",
    "checkin",
    "progress",
    "learn",
    "program",
    "session",
    "messages",
    "reminders",
    "me",
    "data",
    "privacy",
    "help",
    "safety",
    "install",
    "pair",
    "item/{item}",
    "play/{item}",
    "play/{item}/tiny",
)
LOADING = re.compile("Loading…|Cargando…")
SMALLEST_TARGET = 44
"""CSS pixels, both ways: WCAG 2.5.5 and both phone makers' guidelines."""

# A hidden input is hit by its label. A link in the middle of a sentence is exempt (WCAG 2.5.8).
SMALL_TARGETS = """
least => {
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")) {
    if (!e.checkVisibility() || e.closest(".skip") || inSentence(e)) continue;
    const target = e.matches("input") && e.closest("label") || e;
    const { width, height } = target.getBoundingClientRect();
    const name = (e.getAttribute("aria-label") ?? target.textContent).trim().slice(0, 30);
    if (Math.min(width, height) < least - 0.5)
      found.push(`${e.tagName.toLowerCase()} "${name}": ${Math.round(width)} x ${Math.round(height)}`);
  }
  return found;
  function inSentence(e) {
    return e.matches("p a") && e.parentElement.textContent.trim() !== e.textContent.trim();
  }
}
"""

# Where the keyboard is, whether that shows, and whether anything lies over it.
FOCUS = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const shown = e.matches("input") && e.closest("label") || e;
  const { left, right, top, bottom } = shown.getBoundingClientRect();
  // The clock or calendar inside a field is the browser's, with a ring of its own.
  const onItsClock = e.matches("input:is([type=time], [type=date]):not(:focus-visible)");
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return {
    name: (e.getAttribute("aria-label") ?? shown.innerText ?? "").trim().slice(0, 40) || e.id || e.tagName,
    ring: hasRing(e) || hasRing(shown) || hasRing(e, "::after") || onItsClock,
    inView: top >= 0 && left >= 0 && bottom <= innerHeight + 1 && right <= innerWidth + 1,
    onTop: above !== null && (shown.contains(above) || above.contains(shown)),
  };
  function hasRing(each, part) {
    const { outlineStyle, outlineWidth } = getComputedStyle(each, part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  }
}
"""


async def test_every_target_takes_a_thumb(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bridge", needled=True)
    assert await at_every_screen(ana, SMALL_TARGETS, SMALLEST_TARGET) == []


async def test_the_check_in_can_be_done_by_keyboard_with_the_focus_in_sight(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await walk_to(page, "4")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/#/checkin/*")
    await expect(page.get_by_role("heading", name="Daily check-in")).to_be_focused()

    seen = await walk_to(page, "A little more, if you like")
    assert "4" in seen, "the group is entered at what was answered"
    await page.keyboard.press("Enter")
    await walk_to(page, "note")
    await page.keyboard.type("Stiff in the morning.")
    await walk_to(page, "Nothing new. Save")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, note FROM checkins"))
    assert (row["pain_now"], row["note"]) == (4, "Stiff in the morning.")


async def test_a_needling_session_is_recorded_without_a_mouse(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Sore")
    page = console.page
    for _ in range(2):  # fetched, and known from before
        await page.get_by_role("link", name="Overview").first.press("Enter")
        await page.get_by_role("link", name="Needling session").first.press("Enter")
        await expect(page.get_by_role("button", name="All no: Today")).to_be_focused()
    assert any(name.startswith("Save session") for name in await walk(page)), "it says what is missing"

    await page.get_by_label("The patient types their name to sign here").fill("Ana Example")
    await page.get_by_role("button", name="Sign on this screen").press("Enter")
    await expect(page.get_by_text("Consent saved").first).to_be_visible()
    for group in NEEDLING_GROUPS:
        await page.get_by_role("button", name=f"All no: {group}").press("Enter")
    for field, typed in (("Muscle, side, twitch", "ql r t"), ("Pain before", "6"), ("Pain after", "3")):
        await tab_to(page, page.get_by_label(field))
        await page.keyboard.type(typed)
        if field.startswith("Muscle"):
            await page.keyboard.press("Enter")
    await walk_to(page, "Save session")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Session saved").first).to_be_visible()


@pytest.mark.parametrize("screen", ["today", "reminders", "me", "safety", "play/{item}"])
async def test_no_bar_hides_what_has_the_focus(site: Site, phone: BrowserContext, screen: str) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bridge", needled=True)
    await ana.open(screen.format(item=await an_exercise(ana)))
    await ana.page.reload()
    await ana.page.locator("main h1").first.wait_for()
    assert len(await walk(ana.page)) >= 4


async def test_the_focus_is_never_lost_when_what_was_pressed_goes_away(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bridge", needled=True)
    page = ana.page

    async def press(name: str) -> str:
        """Press it by keyboard; the name of what has the focus then."""
        pressed = page.get_by_role("button", name=name)
        await pressed.focus()
        await page.keyboard.press("Enter")
        await expect(pressed).to_have_count(0)
        await expect(page.locator("main :focus")).to_have_count(1)
        return str(
            await page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
        )

    await ana.open("me")
    assert await press("Sign out on this phone") == "Yes, sign out"
    assert await press("Cancel") == "Sign out on this phone"

    await ana.open("today")
    assert await press("Mark “Pelvic tilt” as done") != ""

    await page.locator("a[href*='#/play/']").last.click()
    assert await press("Start") != ""
    assert await press("Too painful") == await page.locator("main h1").inner_text()


async def test_what_is_chosen_can_be_told_in_the_persons_own_colours(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", needled=True)
    await ana.page.emulate_media(forced_colors="active", color_scheme="dark")
    await ana.open("checkin")
    await ana.score("4").check(force=True)
    await ana.page.get_by_text("A little more, if you like").click()
    ground = "e => getComputedStyle(e.closest('label') ?? e).backgroundColor"
    assert await ana.score("4").evaluate(ground) != await ana.score("5").evaluate(ground)
    behind, front = (ana.page.get_by_role("button", name=name) for name in ("From behind", "From the front"))
    assert await behind.evaluate(ground) != await front.evaluate(ground)
    SCREENSHOTS.mkdir(exist_ok=True)
    await ana.page.screenshot(path=SCREENSHOTS / "patient-en-checkin-forced-colors.png", full_page=True)


async def test_nothing_moves_for_those_who_ask_for_calm(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bridge", needled=True)
    await ana.page.emulate_media(reduced_motion="reduce")
    moving = "() => document.getAnimations().filter(each => each.playState === 'running').map(each => String(each))"
    assert await at_every_screen(ana, moving) == []
    # A colour that is inherited would otherwise pass through one transition after the other.
    await ana.page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    assert await ana.page.evaluate("document.getAnimations().length") == 0


async def an_exercise(phone: Phone) -> str:
    """The id of the first exercise that is on."""
    plan = await phone.plan()
    items = plan["segments"][-1]["items"]
    return str(next(each["prescriptionId"] for each in items if each["kind"] == "exercise"))


async def at_every_screen(phone: Phone, question: str, *arguments: Any) -> list[str]:
    """Asks each of the patient's screens, freshly loaded; the faults that it answers, each after its screen."""
    item = await an_exercise(phone)
    found = []
    for screen in SCREENS:
        await phone.open(screen.format(item=item))
        await phone.page.reload()
        await phone.page.locator("main h1").first.wait_for()
        await expect(phone.page.get_by_text(LOADING)).to_have_count(0)
        found += [f"{screen}: {fault}" for fault in await phone.page.evaluate(question, *arguments)]
    return found


async def tab_to(page: Page, field: Locator) -> None:
    """Tab on until the field has the focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await field.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{field} is not reached by keyboard")


async def walk_to(page: Page, name: str) -> list[str]:
    """Tab on until the element of that name has the focus; what was passed."""
    passed = await walk(page, name)
    assert name in passed, f"{name} is not reached by keyboard; passed {passed}"
    return passed


async def walk(page: Page, until: str | None = None) -> list[str]:
    """Tab on, to the end of the page or to the element of that name; what was passed. Every stop must be in sight."""
    passed: list[str] = []
    for _ in range(120):
        await page.keyboard.press("Tab")
        await page.evaluate("() => new Promise(requestAnimationFrame)")  # it is scrolled to
        focus = await page.evaluate(FOCUS)
        if focus is None:
            return passed
        seen = focus.pop("name")
        assert focus == {"ring": True, "inView": True, "onTop": True}, seen
        passed.append(seen)
        if seen == until:
            return passed
    raise AssertionError(f"the keyboard is caught: {passed}")
