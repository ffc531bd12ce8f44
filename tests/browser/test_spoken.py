"""The announcements of a screen reader when an entry is saved and when it is sent."""

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.waiting import until

# A live region speaks when it was there before its text changed; one that comes together with its text may stay silent.
LISTEN = """
() => {
  window.spoken = [];
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    for (const { target } of changes) {
      const near = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      const region = near?.closest("[aria-live], [role=status], [role=alert]");
      if (region && !added.some((node) => node.contains(region))) spoken.push(region.textContent.trim());
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


async def test_after_a_check_in_the_title_says_where_the_answers_are_and_then_that_they_were_sent(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await ana.page.evaluate(LISTEN)
    await phone.set_offline(True)
    await ana.check_in(pain=4)
    title = ana.page.get_by_role("heading", name="Thank you")
    await expect(title).to_be_focused()
    await expect(title).to_have_accessible_description("Saved on this phone. It will be sent when you are connected.")
    await phone.set_offline(False)
    await hears(ana.page, "Sent to your clinic.")


async def test_on_the_first_screen_it_is_said_that_an_entry_waits_and_that_a_check_in_was_sent(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await phone.set_offline(True)
    await ana.check_in(pain=4)
    await ana.open("today")
    await expect(ana.page.get_by_text("On this phone", exact=True)).to_be_visible()
    await ana.page.evaluate(LISTEN)
    await ana.page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
    await hears(ana.page, "2 entries wait to be sent")
    await phone.set_offline(False)
    await hears(ana.page, "Sent")


async def hears(page: Page, words: str) -> None:
    """Waits until a live region that was there before has said so. Raises TimeoutError."""
    was_spoken = "words => spoken.some((text) => text.includes(words))"
    await until(lambda: page.evaluate(was_spoken, words), f"{words!r} in a live region")
