"""The exercise that is spoken with the device's own voice, and the choices of voice, text size and hand."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.phone import START, Phone, stop_clock
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.waiting import until

# A device that speaks: what it was asked to say, and how often it was stopped. The stories need no loudspeaker.
SPEAKS = """
globalThis.uttered = [];
globalThis.stopped = 0;
globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const voice = (name, lang, localService) => ({ name, lang, localService, default: false });
const synthesis = Object.assign(new EventTarget(), {
  speaking: false,
  getVoices: () => [voice("Online", "LANGUAGE", false), voice("Own", "LANGUAGE", true)],
  speak: (words) => uttered.push(`${words.voice.name}: ${words.text}`),
  cancel: () => stopped++,
});
Object.defineProperty(globalThis, "speechSynthesis", { value: synthesis });
const start = OscillatorNode.prototype.start;
globalThis.tones = 0;
OscillatorNode.prototype.start = function (...when) { tones++; return start.apply(this, when); };
"""
SETTINGS = "me/comfort"
MINUTES_MS = 20 * 60_000
MIDDLE = 390 / 2


def speaks(language: str) -> str:
    return SPEAKS.replace("LANGUAGE", language)


async def playing(site: Site, page: Page, slug: str, voice: str) -> Phone:
    """A patient who switched the voice on and has opened an exercise. The page's clock stands still."""
    await page.add_init_script(speaks(voice))
    await page.clock.install(time=site.clock.now())
    ana = await Phone.joined(site, page, slug, language=voice[:2])
    await ana.open(SETTINGS)
    await page.get_by_role("radio", name=re.compile("^(On|Sí)$")).check(force=True)
    await ana.open("today")
    await page.locator("a[href*='#/play/']").first.click()
    await expect(page.get_by_text(re.compile("With the voice|Con la voz"))).to_be_visible()
    await stop_clock(page)
    return ana


async def spoken(page: Page) -> list[str]:
    words: list[str] = await page.evaluate("uttered.splice(0)")
    return words


@pytest.mark.parametrize(
    ("language", "first", "count", "last"),
    [
        ("en-US", "Own: Get ready.", "Own: 1", "Own: Well done. That was all of it."),
        ("es-MX", "Own: Prepárese.", "Own: 1", "Own: Muy bien. Eso fue todo."),
    ],
)
async def test_an_exercise_is_spoken_from_the_first_tap_to_the_end_without_another(
    site: Site, phone: BrowserContext, language: str, first: str, count: str, last: str
) -> None:
    page = await phone.new_page()
    ana = await playing(site, page, "pelvic-tilt", language)
    await phone.set_offline(True)
    await page.get_by_role("button", name=START).first.click()
    assert await spoken(page) == [first], "it speaks inside the tap"
    await page.clock.run_for(MINUTES_MS)
    await expect(page.get_by_role("heading", name=re.compile("Well done|Muy bien"))).to_be_visible()
    words = await spoken(page)
    assert count in words
    assert words[-1] == last
    assert await page.evaluate("tones") == 0, "words take the place of the sounds"

    await phone.set_offline(False)
    await ana.hears_the_network()
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT outcome, reps_done FROM exercise_logs"))
    assert row["outcome"] in ("completed", "tiny")
    assert row["reps_done"] > 0


async def test_the_voice_stops_with_the_step_in_a_pause_and_when_the_person_leaves(
    site: Site, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    await playing(site, page, "legs-up-rest", "en-US")
    await page.get_by_role("button", name=START).first.click()
    await page.get_by_role("button", name="I am ready").click()
    assert (await spoken(page))[-1].startswith("Own: Go.")
    stops = await page.evaluate("stopped")

    await page.get_by_role("button", name="Pause").click()
    assert await page.evaluate("stopped") > stops
    await page.clock.run_for(MINUTES_MS)
    assert await spoken(page) == []
    await page.get_by_role("button", name="Go on").click()
    assert (await spoken(page))[-1].startswith("Own: Go."), "the step is spoken again"

    stops = await page.evaluate("stopped")
    await page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert await page.evaluate("stopped") > stops, "a phone that is locked is silent"
    await page.evaluate("delete document.visibilityState")
    await page.clock.run_for(1000)
    assert await spoken(page) != []

    stops = await page.evaluate("stopped")
    await page.get_by_role("button", name="Too painful").click()
    assert await page.evaluate("stopped") > stops
    assert await spoken(page) == [], "nobody is praised"


async def test_the_sound_switch_silences_the_voice(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await playing(site, page, "legs-up-rest", "en-US")
    await page.get_by_role("button", name=START).first.click()
    await page.get_by_role("checkbox", name="Sound").uncheck()
    await spoken(page)
    await page.clock.run_for(10_000)
    assert await spoken(page) == []
    assert await page.evaluate("tones") == 0


async def test_a_device_without_a_voice_says_so_and_plays_its_sounds(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.add_init_script(speaks("de-DE"))
    await page.clock.install(time=site.clock.now())
    ana = await Phone.joined(site, page, "legs-up-rest")
    await ana.open(SETTINGS)
    await expect(page.get_by_text("This phone has no English voice of its own")).to_be_visible()
    await expect(page.get_by_role("button", name="Hear an example")).to_have_count(0)
    await page.get_by_role("radio", name="On", exact=True).check(force=True)
    await ana.open("today")
    await page.locator("a[href*='#/play/']").first.click()
    await expect(page.get_by_role("button", name=START).first).to_be_visible()
    await stop_clock(page)
    await page.get_by_role("button", name=START).first.click()
    await page.get_by_role("button", name="I am ready").click()
    assert await spoken(page) == []
    assert await page.evaluate("tones") > 0


async def test_the_settings_are_heard_seen_and_kept_on_the_phone(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.add_init_script(speaks("en-US"))
    ana = await Phone.joined(site, page, "pelvic-tilt")
    size, mark = "parseFloat(getComputedStyle(document.documentElement).fontSize)", "button.mark"
    normal = await page.evaluate(size)
    help_at = "main header .help"
    assert await left_of(page, mark) > MIDDLE < await left_of(page, help_at)

    await ana.open(SETTINGS)
    await page.get_by_role("button", name="Hear an example").click()
    assert await spoken(page) == ["Own: Get ready. Left side. 3, 2, 1. Hold. Well done."]
    for answer in ("Larger", "Left"):
        await page.get_by_role("radio", name=answer, exact=True).check(force=True)
    await until(lambda: page.evaluate(f"{size} > {normal} * 1.3"), "larger text")
    assert await check_screen(page, "patient-en-comfort-larger") == []

    await page.reload()
    await ana.open("today")
    await page.locator(mark).first.wait_for()
    assert await page.evaluate(size) > normal * 1.3
    assert await left_of(page, mark) < MIDDLE > await left_of(page, help_at)
    assert await check_screen(page, "patient-en-today-left-larger") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_settings_have_no_barrier(site: Site, phone: BrowserContext, language: str) -> None:
    page = await phone.new_page()
    for voice in (language, "de"):
        await page.add_init_script(speaks(voice))
        ana = await Phone.joined(site, page, language=language)
        await ana.open(SETTINGS)
        assert await check_screen(page, f"patient-{language}-comfort-{voice}") == []


async def left_of(page: Page, selector: str) -> float:
    box = await page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"]
