"""The shortcut of the installed app: a long press on its icon, then one tap, and the check-in is there."""

from playwright.async_api import BrowserContext, expect

from tests.browser.phone import Phone
from tests.browser.site import Site


async def test_the_shortcut_opens_the_check_in(site: Site, phone: BrowserContext) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    manifest = await (await phone.request.get(f"{site.origin}/manifest.webmanifest")).json()
    [shortcut] = manifest["shortcuts"]
    opened = await phone.new_page()
    await opened.goto(site.origin + shortcut["url"])
    await expect(opened.get_by_role("group", name="How is your back pain right now?")).to_be_visible()
    await app.page.close()
