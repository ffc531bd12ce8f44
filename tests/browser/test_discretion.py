"""Nothing of a patient goes where it does not belong: to another origin, into an address, or past the sign-out."""

import re

from playwright.async_api import BrowserContext, expect

from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_reach import at_every_screen

LISTEN_FOR_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", event =>
  globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""

READ_CACHES = """
async () => {
  const found = {};
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      found[new URL(request.url).pathname] = await (await caches.match(request)).text();
  return found;
}
"""


async def test_no_page_asks_another_origin_or_breaks_its_policy(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    asked: list[str] = []
    for context in (phone, desk):
        await context.add_init_script(LISTEN_FOR_VIOLATIONS)
        context.on("request", lambda request: asked.append(request.url))
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bridge", needled=True)
    assert await at_every_screen(ana, "() => globalThis.violations") == []
    console = await Desk.at(site, await desk.new_page())
    for screen in ("patients", "patients/new", "alerts", "library", "settings"):
        await console.page.goto(f"{site.origin}/console/#/{screen}")
        await console.page.wait_for_load_state("networkidle")
        assert await console.page.evaluate("globalThis.violations") == []

    assert [url for url in asked if not url.startswith((site.origin, "data:", "blob:"))] == []
    policy = (await phone.request.get(site.origin)).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


async def test_search_engines_may_list_the_front_page_and_nothing_else(site: Site, phone: BrowserContext) -> None:
    pages = {path: await (await phone.request.get(site.origin + path)).text() for path in ("/", "/e", "/console/")}
    assert [path for path, page in pages.items() if "noindex" in page] == ["/e", "/console/"]


async def test_nothing_of_a_patient_is_in_addresses_or_left_after_signing_out(
    site: Site, phone: BrowserContext
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", given_name="Anabel")
    page = ana.page
    asked.clear()  # the invitation itself
    await ana.check_in(pain=4)
    await ana.open("today")
    await page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
    await at_every_screen(ana, "() => { document.title; return []; }")
    await ana.has_sent_everything()

    await ana.open("me")
    await page.get_by_role("button", name="Sign out on this phone").click()
    await page.get_by_role("button", name="Yes, sign out").click()
    await expect(page.get_by_text("Do you have a code?")).to_be_visible()

    paths = [url.removeprefix(site.origin) for url in asked]
    secrets = re.compile(f"{ana.patient.id}|Anabel|Example|pain|token|[?&](?!from=|to=)", re.IGNORECASE)
    assert [path for path in paths if secrets.search(path.split("/assets/")[0])] == []

    kept = await page.evaluate(READ_CACHES)
    assert [path for path in kept if path.startswith("/api")] == []
    assert [path for path, text in kept.items() if ana.patient.id in text or "Anabel" in text] == []
    assert await page.evaluate("[localStorage.length, sessionStorage.length, history.state?.token ?? null]") == [
        0,
        0,
        None,
    ]
    assert [cookie["name"] for cookie in await phone.cookies()] == []
    assert ana.patient.id not in page.url
