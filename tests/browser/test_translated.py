"""A page that the browser translates: what changes is still shown as it is now."""

import re
from dataclasses import replace

from playwright.async_api import BrowserContext, expect

from tests.browser.phone import Phone
from tests.browser.site import Site

# As browsers translate: a copy in another element replaces each text, except where the page forbids it. What the app
# writes into the text that it made before is then seen by nobody.
TRANSLATE = """
() => {
  const replaced = (root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) found.push(texts.currentNode);
    for (const text of found) {
      if (!text.data.trim() || text.parentElement.closest("font, [translate=no], script, style")) continue;
      const font = document.createElement("font");
      font.textContent = text.data;
      text.replaceWith(font);
    }
  };
  replaced(document.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.isConnected) replaced(node.nodeType === 3 ? node.parentElement : node);
  }).observe(document.body, { childList: true, subtree: true });
}
"""


async def test_the_player_shows_the_present_phase_and_its_seconds(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await Phone.playing(site, page, "legs-up-rest")
    await page.evaluate(TRANSLATE)
    headline, seconds = page.locator("main .headline"), page.locator("main .seconds")
    await expect(headline).to_have_text("Get ready")
    await page.get_by_role("button", name="I am ready").click()
    await expect(headline).to_have_text("Go")
    before = await seconds.inner_text()
    await page.clock.fast_forward("00:12")
    await expect(seconds).not_to_have_text(before)
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()


async def test_the_check_in_shows_the_present_score(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.page.evaluate(TRANSLATE)
    await ana.page.get_by_role("button", name="3", exact=True).click()
    await expect(ana.page.get_by_text("it stays at 3, as now")).to_be_visible()
    await ana.score("6").check(force=True)
    await expect(ana.page.get_by_text("it stays at 6, as now")).to_be_visible()


async def test_today_shows_the_present_count(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "standing-back-bend")
    await ana.page.evaluate(TRANSLATE)
    await expect(ana.page.get_by_text("0 of 4")).to_be_visible()
    await ana.page.get_by_role("button", name=re.compile("^Mark “")).click()
    await expect(ana.page.get_by_text("1 of 4")).to_be_visible()


async def test_today_shows_the_score_that_was_changed_in_another_tab(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.check_in(pain=3)
    await ana.open("today")
    await ana.page.evaluate(TRANSLATE)
    score = ana.page.locator("dd").first
    await expect(score).to_have_text("3")

    other = replace(ana, page=await phone.new_page())
    await other.page.goto(f"{site.origin}/#/checkin")
    await other.score("6").check(force=True)
    await other.page.get_by_role("button", name="Nothing new. Save").click()
    await expect(score).to_have_text("6")
