"""Markup that somebody types is shown as it was typed, and never becomes an element or runs."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from homeplan.programs.authoring.entries import ChangeSummary
from tests.browser.desk import sign_in
from tests.browser.phone import START, Phone, daily
from tests.browser.site import Site
from tests.browser.test_discretion import LISTEN_FOR_VIOLATIONS
from tests.browser.test_reach import at_every_screen
from tests.programs.care import Care

MARKUP = "<img src=x onerror=ran=1><script>ran=1</script><b class=typed>x</b>"
"""Short enough for a name. The image and the script would run, and the rest would be an element."""

WEB = Path(__file__).parents[2] / "web"
MAKES_MARKUP = re.compile(
    r"@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|\beval\(|new Function|javascript:"
)

TYPED_BECAME = """
() => [...(globalThis.ran ? ["it ran"] : []), ...globalThis.violations,
  ...[...document.querySelectorAll("img[src=x], b.typed, script:not([src])")].map(each => each.outerHTML)]
"""


async def test_markup_in_texts_of_patients_and_staff_is_shown_as_text(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    for context in (phone, desk):
        await context.add_init_script(LISTEN_FOR_VIOLATIONS)
    clinic = await site.world.clinic(MARKUP)
    therapist = await site.world.therapist(clinic, name=MARKUP)
    patient = await site.world.patient(clinic, therapist, given_name=MARKUP, family_name=MARKUP)
    care = Care(site.db, site.clock, therapist, patient)
    await care.needle(site.clock.now(), note=MARKUP)
    await care.publish(prescriptions=daily("pelvic-tilt", "bridge"), change_summary=ChangeSummary(en=MARKUP, es=MARKUP))

    page = await phone.new_page()
    await page.goto(await site.invite(patient))
    await page.get_by_role("button", name=START).click()
    await page.wait_for_url("**/#/today")
    ana = Phone(page, patient)
    await page.get_by_role("button", name="4", exact=True).click()
    await page.get_by_text("A little more, if you like").click()
    await page.get_by_label("note").fill(MARKUP)
    await page.get_by_role("button", name="Nothing new. Save").click()
    await ana.has_sent_everything()
    assert await at_every_screen(ana, TYPED_BECAME) == []

    console = await desk.new_page()
    await sign_in(site, console, therapist)
    chart = f"patients/{patient.id}"
    for screen in ("patients", chart, f"{chart}/plan", f"{chart}/summary", f"{chart}/outcomes", "alerts", "settings"):
        assert await became(console, f"{site.origin}/console/#/{screen}") == []
    await console.goto(f"{site.origin}/console/#/{chart}")
    await expect(console.get_by_text(MARKUP).first).to_be_visible()
    await console.evaluate("markup => { document.body.innerHTML += markup; }", MARKUP)
    assert await console.evaluate(TYPED_BECAME), "the question finds what became an element"


async def became(console: Page, address: str) -> list[str]:
    await console.goto(address)
    await console.reload()
    await console.locator("main h1").first.wait_for()
    await console.wait_for_load_state("networkidle")
    found: list[str] = await console.evaluate(TYPED_BECAME)
    return found


def test_password_fields_hide_what_is_typed_and_keep_no_password_manager_away() -> None:
    texts = {path.name: path.read_text() for path in (WEB / "src/console").rglob("*.svelte")}
    fields = [(name, field) for name, text in texts.items() for field in re.findall(r"<input\b(?:[^>]|=>)*>", text)]
    secret = [(name, field) for name, field in fields if "password" in field]
    assert len(secret) >= 4
    wanted = ('type="password"', '-password"')
    assert [name for name, field in secret if not all(part in field for part in wanted)] == []
    assert [name for name, text in texts.items() if "onpaste" in text] == []


def test_no_source_of_the_web_app_makes_markup_or_code_of_a_text() -> None:
    sources = [path for kind in ("ts", "svelte", "html") for path in (WEB / "src").rglob(f"*.{kind}")]
    assert len(sources) > 100
    found = [path.name for path in sources if ".test." not in path.name and MAKES_MARKUP.search(path.read_text())]
    assert found == []
