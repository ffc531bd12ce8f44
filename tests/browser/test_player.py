"""An exercise in the player: what was done is kept, what was marked by mistake is taken back."""

import re

from playwright.async_api import BrowserContext, expect

from tests.browser.phone import START, Phone, stop_clock
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

MINUTES = 10 * 60
LEFT_SIDE_MS = 40_000
"""From the left side's second repetition of six to the right side's first."""

# Takes a file out of what the phone keeps.
LOSE = """
async (file) => {
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      if (new URL(request.url).pathname.startsWith(file)) await (await caches.open(name)).delete(request);
}
"""

# What is drawn, and whether it is mirrored.
FIGURE = """
() => {
  const svg = document.querySelector("main svg[role=img]");
  return { drawn: svg.innerHTML, mirrored: svg.querySelector("g").getCTM().a < 0 };
}
"""


async def test_leaving_in_the_middle_keeps_the_exercise_done_so_far(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="I am ready").click()
    await expect(page.get_by_text("Go", exact=True)).to_be_visible()
    await page.clock.fast_forward("00:12")
    await page.go_back()

    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT outcome, seconds_done FROM exercise_logs"))
    assert row["outcome"] == "partly"
    assert row["seconds_done"] == 12


async def test_what_was_done_is_noted_when_the_last_screen_does_not_arrive(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.joined(site, page, "legs-up-rest")
    await page.evaluate(LOSE, "/assets/Finished-")
    await (await phone.new_cdp_session(page)).send("Network.clearBrowserCache")
    await phone.set_offline(True)
    await page.locator("a[href*='#/play/']").first.click()
    await page.get_by_role("button", name=START).first.click()
    await page.get_by_role("button", name="I am ready").click()
    await page.get_by_role("button", name="Too painful").click()
    await expect(page.get_by_role("status").filter(has_text="It is noted.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Legs-up rest")
    await expect(page.get_by_text("Good that you stopped")).to_be_visible()
    assert await check_screen(page, "patient-en-play-noted") == []
    await page.get_by_role("link", name="Back to today").click()
    await phone.set_offline(False)
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1


async def test_a_player_that_slept_is_where_its_clock_says(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.fast_forward(MINUTES * 1000)
    await expect(page.get_by_role("heading", name="Well done")).to_be_visible()

    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1


async def test_a_mark_on_today_is_undone_without_signal(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    mark = ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done")
    await mark.click()
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1

    await phone.set_offline(True)
    await ana.page.get_by_role("button", name="Undo").click()
    await expect(mark).to_be_visible()
    await phone.set_offline(False)
    await ana.hears_the_network()
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 0
    await ana.page.reload()
    await expect(mark).to_be_visible()


async def test_a_skip_in_the_player_is_undone(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await page.locator("a[href*='#/play/']").first.click()
    await page.get_by_role("button", name=re.compile("^Start")).click()
    await page.get_by_role("button", name="Stop here").click()
    await page.get_by_role("button", name="No time").click()
    await ana.has_sent_everything()
    await page.get_by_role("button", name="Undo").click()
    await page.wait_for_url("**/#/today")
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 0


async def test_the_easier_exercise_is_played_in_its_smallest_dose(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.clock.install(time=site.clock.now())
    ana = await Phone.joined(site, page, "bird-dog")
    await page.locator("a[href*='#/item/']").first.click()
    await page.get_by_role("link", name=re.compile("^Easier: ")).click()
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Bird dog")
    smallest = page.get_by_role("button", name="Start the smallest version")
    await expect(smallest).to_be_visible()
    await stop_clock(page)
    await smallest.click()
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.fast_forward(MINUTES * 1000)
    await expect(page.get_by_role("heading", name="Well done")).to_be_visible()
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT outcome FROM exercise_logs"))
    assert row["outcome"] == "tiny"


# What the player asks of the phone beside showing; the tones are counted, not heard.
COUNT_CUES = """
globalThis.cues = { asked: 0, released: 0, tones: 0 };
const lock = { release: async () => { cues.released++; } };
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { cues.asked++; return lock; } } });
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { cues.tones++; return start.apply(this, when); };
"""
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


async def test_the_screen_stays_on_while_an_exercise_is_played(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.add_init_script(COUNT_CUES)
    await Phone.playing(site, page, "legs-up-rest")
    await page.wait_for_function("cues.asked > 0")
    await page.clock.run_for(2000)
    assert await page.evaluate("cues.asked") == 1
    await page.evaluate(COME_BACK)  # a phone takes the lock away when its screen goes off
    await page.wait_for_function("cues.asked === 2")
    assert await page.evaluate("cues.released") == 0

    await page.go_back()
    await page.wait_for_function("cues.released > 0")
    await page.evaluate(COME_BACK)
    assert await page.evaluate("cues.asked") == 2


async def test_the_figure_keeps_step_with_a_held_repetition_and_turns_with_the_side(
    site: Site, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    await page.clock.install(time=site.clock.now())
    await Phone.joined(site, page, "bird-dog")
    await page.locator("a[href*='#/item/']").first.click()
    await page.locator("a[href*='#/play/']").first.click()
    start = page.get_by_role("button", name=re.compile("^Start"))
    await expect(start).to_be_visible()
    await stop_clock(page)
    await start.click()
    await page.get_by_role("button", name="I am ready").click()
    await expect(page.locator(".details")).to_contain_text("Left side")

    await page.clock.run_for(2000)
    held = await page.evaluate(FIGURE)
    await page.clock.run_for(4400)  # the hold has ended, and the body is on its way back
    let_go = await page.evaluate(FIGURE)
    assert let_go["drawn"] != held["drawn"]
    await page.clock.run_for(3600)
    assert await page.evaluate(FIGURE) == held, "the second repetition reaches the same pose"

    await page.clock.fast_forward(LEFT_SIDE_MS)
    await page.clock.run_for(2000)
    await expect(page.locator(".details")).to_contain_text("Right side")
    right = await page.evaluate(FIGURE)
    assert held["mirrored"] != right["mirrored"]


async def test_tones_mark_the_phases_unless_they_are_switched_off(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.add_init_script(COUNT_CUES)
    await page.clock.install(time=site.clock.now())
    await Phone.joined(site, page, "legs-up-rest")
    await stop_clock(page)
    for sound in (True, False):
        await page.locator("a[href*='#/play/']").first.click()
        await page.get_by_role("button", name=re.compile("^(Start|As planned)")).first.click()
        await page.get_by_role("checkbox", name="Sound").set_checked(sound)
        before = await page.evaluate("cues.tones")
        await page.get_by_role("button", name="I am ready").click()
        await expect(page.get_by_text("Go", exact=True)).to_be_visible()
        assert (await page.evaluate("cues.tones") > before) == sound
        await page.go_back()
        await page.wait_for_url("**/#/today")


async def test_a_day_with_an_exercise_that_hurt_is_not_praised(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    praise = page.get_by_text("All done for today. Well done.")
    mark = page.get_by_role("button", name="Mark “Pelvic tilt” as done")
    await mark.click()
    await expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    await mark.click()
    await expect(praise).to_be_visible()
    await page.get_by_role("button", name="Undo").click()

    await page.locator("a[href*='#/play/']").first.click()
    await page.get_by_role("button", name=re.compile("^Start")).click()
    await page.get_by_role("button", name="Too painful").click()
    await page.get_by_role("link", name="Back to today").click()
    await expect(page.get_by_text("Stopped today")).to_be_visible()
    await expect(page.get_by_text("0 of 1 done")).to_be_visible()
    await expect(praise).to_have_count(0)
