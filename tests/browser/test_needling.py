"""A needling session at the desk: checked before the needles, refused, overridden, stored all the same."""

import asyncio
import json
import re

from playwright.async_api import BrowserContext, Page, Route, expect

from homeplan.actor import Role
from tests.browser.conftest import SCREENSHOTS
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.site import Site

REASON = "Pressure for two minutes after each needle"


async def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


async def documents(site: Site) -> list[dict[str, object]]:
    rows = await site.db.read(lambda tx: tx.fetch("SELECT document FROM needling_session_versions"))
    return [json.loads(row["document"]) for row in rows]


async def test_nothing_is_said_to_be_without_a_finding_before_anything_is_answered(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Untouched")
    page = console.page
    await page.get_by_role("link", name="Needling session").first.click()
    await expect(page.get_by_text("A signed consent of the current version comes first.")).to_be_visible()
    sign = page.get_by_role("button", name="Sign on this screen")
    await expect(sign).to_be_disabled()
    await page.get_by_label("The patient types their name to sign here").fill("Ana Example")
    await sign.click()
    await expect(page.get_by_text("Findings appear here as you answer")).to_be_visible()
    await expect(page.get_by_text("No finding so far")).to_have_count(0)
    await expect(page.get_by_text("(by Ana Example)")).to_be_visible()
    await page.get_by_role("button", name="All no: Today").click()
    await expect(page.get_by_text("No finding so far")).to_be_visible()


async def test_a_fever_refuses_the_needles_and_the_visit_is_recorded_without_them(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Fever")
    page = console.page
    await console.begin_needling("mult l t")
    await expect(page.get_by_text("No finding so far")).to_be_visible()
    await console.answer("Fever or systemic infection", "Yes")
    await expect(page.get_by_text("Fever or infection: postpone.")).to_be_visible()
    decision = page.get_by_role("group", name="Decision")
    await expect(decision.get_by_role("radio", checked=True)).to_have_count(0)
    save = page.get_by_role("button", name="Save session")
    await expect(save).to_have_accessible_name("Save session Missing: a decision")
    await picture(page, "needling-stop-en")
    await page.get_by_role("button", name="Keep this check").click()
    await expect(page.get_by_text("Check kept: it says stop.").first).to_be_visible()

    await save.click()
    await expect(page.get_by_role("alert")).to_contain_text("A rule stops this session")
    assert await documents(site) == []
    await page.get_by_text("Do not needle", exact=True).click()
    await page.get_by_label("Why not (optional)").fill("Fever since last night")
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_text("Session saved").first).to_be_visible()
    [stored] = await documents(site)
    assert stored["muscles"] == []
    assert stored["checkId"]
    await page.get_by_role("link", name="Overview").first.click()
    checks = page.get_by_role("region", name="Checks before needling")
    await expect(checks).to_contain_text("Stop")
    await expect(checks).to_contain_text("Fever or infection: postpone.")
    await expect(checks).to_contain_text("Not needled on")
    await expect(checks).to_contain_text("Reason: Fever since last night")


async def test_nothing_is_decided_beforehand_while_a_rule_says_stop(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Undecided")
    page = console.page
    await page.get_by_role("link", name="Needling session").first.click()
    decided = page.get_by_role("group", name="Decision").get_by_role("radio", checked=True)
    save = page.get_by_role("button", name="Save session")
    await expect(save).to_have_accessible_name(re.compile(r"Missing: \d+ answers, a decision, a muscle$"))
    await expect(decided).to_have_count(0)

    await console.begin_needling("mult l t")
    await expect(decided).to_have_value("go-ahead")
    await expect(save).to_have_accessible_name("Save session")
    await page.get_by_text("Adapt", exact=True).click()
    await expect(save).to_have_accessible_name("Save session Missing: a reason")

    await console.answer("Fever or systemic infection", "Yes")
    await expect(save).to_have_accessible_name("Save session Missing: a decision")
    await expect(decided).to_have_count(0)
    await console.answer("Fever or systemic infection", "No")
    await expect(decided).to_have_value("go-ahead")
    await expect(save).to_have_accessible_name("Save session")


async def test_what_is_changed_while_a_session_is_judged_is_not_saved_with_it(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Slow")
    page = console.page
    await console.begin_needling("mult l t")
    await console.answer("Fever or systemic infection", "Yes")
    await expect(page.get_by_text("Fever or infection: postpone.")).to_be_visible()
    asked, answered = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await answered.wait()
        await route.continue_()

    await page.route("**/needling-checks/preview", late)
    save = page.get_by_role("button", name="Save session")
    await save.click()
    await asked.wait()
    await page.get_by_text("Do not needle", exact=True).click()
    answered.set()
    await expect(save).to_be_enabled()
    assert await documents(site) == []

    await save.click()
    await site.until_row("SELECT id FROM needling_sessions")


async def test_a_blood_thinner_and_a_deep_muscle_need_a_reason(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Thinner")
    page = console.page
    await console.begin_needling("mult l t")
    await console.answer("Anticoagulant or antiplatelet drug", "Yes")
    await expect(page.get_by_text("Blood thinner and a deep muscle")).to_be_visible()
    await page.get_by_label("Why, and what you do differently").fill("ok")
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_role("alert")).to_contain_text("at least 15 letters")
    await page.get_by_label("Why, and what you do differently").fill(REASON)
    await picture(page, "needling-override-en")
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_text("Session saved").first).to_be_visible()
    [stored] = await documents(site)
    assert stored["screen"]["reason"] == REASON  # type: ignore[index]


async def test_a_session_that_took_place_despite_a_stop_is_stored_and_told(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Despite")
    page = console.page
    await console.begin_needling("mult l t")
    await console.answer("Severe needle fear", "Yes")
    await page.get_by_role("button", name="Keep this check").click()
    await expect(page.get_by_text("Check kept: it says stop.").first).to_be_visible()
    await page.get_by_label("The session took place all the same").check()
    await page.get_by_label("Why it took place").fill("The fear was told after the second needle")
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_text("Session saved").first).to_be_visible()
    await page.get_by_role("link", name="Overview").first.click()
    alert = page.get_by_role("article").filter(has_text="Needled although a rule stops it")
    await expect(alert).to_contain_text("Severe needle fear: do not needle.")
    await expect(alert).not_to_contain_text("needle-phobia")
    checks = page.get_by_role("region", name="Checks before needling")
    await expect(checks).to_contain_text("Took place despite a stop: The fear was told after the second needle")
    await picture(page, "needling-checks-en")


async def test_the_intake_is_asked_again_before_the_needles_and_shown_beside_exercises(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Intake")
    page = console.page
    await page.get_by_role("link", name="Overview").first.click()
    await page.get_by_role("button", name="Fill in or change").click()
    await console.answer("Epilepsy", "Yes")
    await console.answer("Osteoporosis, or a risk of vertebral fracture", "Yes")
    await page.get_by_role("button", name="Save intake").click()
    await expect(page.get_by_text("3 cautions of exercises hold for this patient.")).to_be_visible()
    await picture(page, "intake-en")
    await console.begin_needling("mult l t")
    await expect(page.get_by_text("Yes in the intake")).to_be_visible()
    await expect(page.get_by_text("1 to ask", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_role("alert")).to_contain_text("1 item of the screen has no answer.")
    await console.answer("Epilepsy", "No")
    await page.get_by_role("button", name="Save session").click()
    await expect(page.get_by_text("Session saved").first).to_be_visible()


async def test_a_patient_takes_the_consent_back_on_the_phone(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await ana.open("me")
    await page.get_by_role("link", name="Consent to needling").click()
    await expect(page.get_by_text("Dry needling: what you agree to.")).to_be_visible()
    await page.get_by_role("button", name="Take my consent back…").click()
    await phone.set_offline(True)
    await page.get_by_role("button", name="Take it back now").click()
    await expect(page.get_by_role("alert")).to_contain_text("needs a connection")
    await phone.set_offline(False)
    await page.get_by_role("button", name="Take it back now").click()
    await expect(page.get_by_text("You took it back")).to_be_visible()
    await picture(page, "consent-withdrawn-en")
    assert await site.stored("needling_consents") == 1
    await site.until_row("SELECT 1 FROM alerts WHERE rule = 'consent-withdrawn'")


async def test_an_administrator_lets_a_written_reason_override_the_blood_thinner_stop(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page(), role=Role.ADMIN)
    page = console.page
    await page.goto(f"{site.origin}/console/#/settings/staff")
    choice = page.get_by_label("Let a written reason override this stop")
    await expect(choice).not_to_be_checked()
    await choice.check()
    await expect(page.get_by_text("Setting saved.").first).to_be_visible()
    await page.get_by_role("link", name="Patients").first.click()
    await console.register("Thinner")
    await console.begin_needling("ql l t")
    await console.answer("Anticoagulant or antiplatelet drug", "Yes")
    finding = page.locator("li.override", has_text="Blood thinner and iliopsoas or quadratus lumborum")
    await expect(finding).to_contain_text("Only with a reason")
    await expect(finding).to_contain_text("say why, and how you press afterwards")
    await expect(finding).not_to_contain_text("do not needle")

    await console.answer("Severe needle fear", "Not known")
    await expect(page.locator("li.override", has_text="Severe needle fear")).to_contain_text(
        "Only with a reason. Answered not known; if yes: Severe needle fear: do not needle."
    )


async def test_a_therapist_enters_an_event_that_the_patient_told(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Event")
    await console.record_needling("mult l t", before=5, after=3)
    page = console.page
    await page.get_by_role("link", name="Outcomes").first.click()
    await page.get_by_text("Enter an event").click()
    await page.get_by_label(re.compile("^Event")).select_option(label="Something else")
    await page.get_by_label("What it was").fill("A hot cheek")
    await page.get_by_label("How much it changed their day").select_option(label="I did some things differently")
    await page.get_by_role("button", name="Enter event").click()
    await expect(page.get_by_text("“A hot cheek”")).to_be_visible()
    await expect(page.get_by_text("entered by Therapist Example on")).to_be_visible()
    await picture(page, "event-entered-en")
    await page.get_by_text("Judge", exact=True).click()
    await page.get_by_label("Caused by the needling").select_option("possible")
    await page.get_by_role("button", name="Save judgment").click()
    await expect(page.get_by_text("Judged by Therapist Example")).to_be_visible()
    found = await site.until_row("SELECT rule, severity FROM alerts")
    assert (found["rule"], found["severity"]) == ("adverse-event", "normal")
