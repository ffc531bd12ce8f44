"""The manifest: the shortcut of the installed app, and the pictures that are shown before it is installed."""

from io import BytesIO

from PIL import Image
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


async def test_the_pictures_are_there_as_the_manifest_says_and_no_phone_keeps_them(
    site: Site, phone: BrowserContext
) -> None:
    app = await Phone.joined(site, await phone.new_page())
    manifest = await (await phone.request.get(f"{site.origin}/manifest.webmanifest")).json()
    assert {each["form_factor"] for each in manifest["screenshots"]} == {"narrow", "wide"}
    for each in manifest["screenshots"]:
        answer = await phone.request.get(site.origin + each["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, each["type"])
        picture = await answer.body()
        assert "x".join(map(str, Image.open(BytesIO(picture)).size)) == each["sizes"]
        assert len(picture) < 100_000
    kept = "async () => (await Promise.all((await caches.keys()).map(async name => "
    kept += "(await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"
    files = await app.page.evaluate(kept)
    assert "/print.css" in files
    assert not [name for name in files if name.startswith("/pictures/")]
