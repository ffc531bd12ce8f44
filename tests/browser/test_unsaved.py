"""Nothing that was typed at the desk is lost: Back, a link, a reload, another page, a lost answer, a locked desk."""

import json
import re

from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from homeplan.actor import Role
from tests.browser.desk import Desk, open_account_menu, sign_in
from tests.browser.site import Site
from tests.waiting import until

WHY = "The end was typed wrong"


async def drafts(page: Page) -> list[str]:
    """Names of what waits in the browser's storage."""
    found = await page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('homeplan.draft.'))")
    return sorted(name.split(".")[3] for name in found)


async def kept(page: Page, form: str) -> None:
    """Waits until the draft of a form is in the browser's storage."""
    await until(lambda: _is_kept(page, form), f"the draft of {form}")


async def _is_kept(page: Page, form: str) -> bool:
    return form in await drafts(page)


def question(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Leave this page?")


async def test_a_needling_record_outlives_links_back_reload_and_other_pages(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Ana")
    await console.begin_needling("mult l t")
    await page.get_by_label("Note for the record").fill("Sore since Monday.")
    await kept(page, "needling")

    await page.get_by_role("link", name="Overview").first.click()
    await expect(question(page)).to_contain_text("It is kept on this computer, encrypted")
    await page.get_by_role("button", name="Stay here").click()
    await expect(page.get_by_label("Note for the record")).to_have_value("Sore since Monday.")
    await page.go_back()
    await expect(question(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Note for the record")).to_have_value("Sore since Monday.")

    await page.get_by_role("link", name="Overview").first.click()
    await page.get_by_role("button", name="Leave, keep the draft").click()
    await expect(page.get_by_role("heading", name="Messages")).to_be_visible()
    await page.get_by_role("link", name="Needling session").first.click()
    await expect(page.get_by_role("status").filter(has_text="This is what you typed on")).to_be_visible()
    await expect(page.get_by_label("Note for the record")).to_have_value("Sore since Monday.")
    await page.reload()
    await expect(page.get_by_label("Note for the record")).to_have_value("Sore since Monday.")
    stored = json.dumps(await page.evaluate("({ ...localStorage })"))
    assert "Monday" not in stored

    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_text("Session saved").first).to_be_visible()
    assert await site.stored("needling_sessions") == 1
    assert await drafts(page) == []


async def test_a_registration_whose_answer_was_lost_is_one_patient_after_a_reload(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.fill_in("Ana")
    await kept(page, "new-patient")

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route(re.compile("/api/patients$"), lose)
    await page.get_by_role("button", name="Register patient").click()
    await expect(page.get_by_role("alert")).to_contain_text("what you typed is still here")
    await page.unroute_all()
    await page.reload()
    await expect(page.get_by_label("First name")).to_have_value("Ana")
    await page.get_by_role("button", name="Register patient").click()
    await expect(page.get_by_role("heading", name="Ana Example")).to_be_visible()
    assert await site.stored("patients") == 1
    assert await drafts(page) == []


async def test_signing_out_asks_and_deletes_what_was_not_saved(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.fill_in("Ana")
    await kept(page, "new-patient")
    await open_account_menu(page)
    await page.get_by_role("button", name="Sign out").click()
    ask = page.get_by_role("dialog", name="Sign out with unsaved forms?")
    await expect(ask).to_be_visible()
    await ask.get_by_role("button", name="Stay signed in").click()
    await expect(page.get_by_label("First name")).to_have_value("Ana")
    await open_account_menu(page)
    await page.get_by_role("button", name="Sign out").click()
    await ask.get_by_role("button", name="Sign out and delete them").click()
    await expect(page.get_by_label("E-mail")).to_be_visible()
    assert await drafts(page) == []


async def test_another_person_at_the_desk_does_not_get_what_was_typed(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.fill_in("Ana")
    await kept(page, "new-patient")
    other = await site.hire(await site.world.clinic(), email="other@clinic.example", role=Role.THERAPIST)
    await sign_in(site, page, other)
    await page.goto(f"{site.origin}/console/#/patients/new")
    await page.reload()
    await expect(page.get_by_label("First name")).to_have_value("")
    assert await drafts(page) == ["new-patient"]


async def test_a_saved_session_is_corrected_and_taken_back_with_a_reason(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Ana")
    await console.record_needling("mult l t", before=6, after=4)
    await page.get_by_role("link", name="Needling session").first.click()
    await page.get_by_role("button", name=re.compile("Correct the session of")).click()
    await expect(page.get_by_role("heading", name=re.compile("Correct the session of"))).to_be_visible()
    await expect(page.get_by_label("Pain before")).to_have_value("6")
    await page.get_by_label("Pain before").fill("7")
    save = page.get_by_role("button", name="Save correction")
    await expect(save).to_have_accessible_name(re.compile("why it is corrected"))
    await page.get_by_label("Why it is corrected").fill(WHY)
    await kept(page, "needling-correction")
    await page.get_by_role("link", name="Overview").first.click()
    await expect(question(page)).to_be_visible()
    await page.get_by_role("button", name="Stay here").click()
    await save.click()
    await expect(page.get_by_text("Correction saved.").first).to_be_visible()
    history = page.get_by_role("complementary").filter(has_text="Earlier sessions")
    await expect(history).to_contain_text(f"Corrected: {WHY}")
    await expect(history).to_contain_text("pain 7 → 4")
    await history.get_by_text("What was written before").click()
    await expect(history).to_contain_text("pain 6 → 4")
    await expect(history).to_contain_text("Therapist Example")

    await page.get_by_role("button", name=re.compile("Take back the session of")).click()
    ask = page.get_by_role("dialog", name=re.compile("Take back the session of"))
    await ask.get_by_label("Why it is taken back").fill("It was another patient")
    await ask.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("The session is taken back.").first).to_be_visible()
    await expect(page.get_by_text("This is the first needling session on record.")).to_be_visible()
    row = await site.until_row("SELECT void_reason, version FROM needling_sessions WHERE voided_at IS NOT NULL")
    assert (row["void_reason"], row["version"]) == ("It was another patient", 2)
    assert await drafts(page) == []
