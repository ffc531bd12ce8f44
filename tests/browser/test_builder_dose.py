"""The program builder: the dose in one drawer, warnings, suggestions, review, template and the patient's phone."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.builder import Builder
from tests.browser.desk import open_account_menu
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

RESTS = "Works Multifidus, needled in the latest session: rests for 48 h after needling."


@pytest.fixture
async def page(desk: BrowserContext) -> Page:
    return await desk.new_page()


async def test_every_part_of_a_dose_is_set_in_one_drawer_and_published(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    drawer = await builder.dose("Build strength", "Bird dog")
    for label, value in (("Sets", "3"), ("Reps", "8"), ("Hold, s", "4"), ("Rest, s", "30"), ("Times a day", "2")):
        await drawer.get_by_label(label, exact=True).first.fill(value)
    await drawer.get_by_label("Load").fill("red band")
    await drawer.get_by_text("Left", exact=True).click()
    await drawer.get_by_role("button", name="Monday").click()
    await drawer.get_by_label("In English").fill("Reach long.")
    await drawer.get_by_role("button", name="Change: Small version").click()
    tiny = drawer.get_by_role("group", name="Small version")
    await tiny.get_by_label("Reps").fill("2")
    await tiny.get_by_label("In English").fill("Two on the left.")
    await tiny.get_by_label("In English").press("Tab")
    line = "3 × 8 left · hold 4 s · red band · 2× a day · Tue Thu Fri"
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text(line)
    await builder.publish()
    await page.reload()
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text(line)
    drawer = await builder.dose("Build strength", "Bird dog")
    await expect(drawer.get_by_label("Rest, s")).to_have_value("30")
    await expect(drawer.get_by_label("In English")).to_have_value("Reach long.")
    await expect(drawer).to_contain_text("2 reps – Two on the left.")


async def test_a_value_that_is_not_taken_stays_with_the_reason(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    drawer = await builder.dose("Build strength", "Bird dog")
    sets = drawer.get_by_label("Sets")
    await sets.fill("40")
    await sets.press("Tab")
    await expect(drawer.get_by_role("alert")).to_have_text("Sets: from 1 to 10. 2 stays.")
    await expect(sets).to_have_value("40")
    await expect(sets).to_have_attribute("aria-invalid", "true")
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("2 × 6 each side")
    await sets.fill("1")
    await sets.press("Tab")
    await expect(drawer.get_by_role("alert")).to_have_count(0)
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("6 reps each side")
    await drawer.get_by_role("button", name="Change: Small version").click()
    tiny = drawer.get_by_role("group", name="Small version").get_by_label("Reps")
    await tiny.fill("7")
    await tiny.press("Tab")
    await expect(drawer.get_by_role("alert")).to_have_text(
        "Reps: at most 6, or the small version is more than the dose. 1 stays."
    )
    await tiny.fill("1")
    await tiny.press("Tab")
    for day in ("Monday", "Tuesday", "Thursday", "Friday"):
        await drawer.get_by_role("button", name=day).click()
    await expect(drawer.get_by_role("alert")).to_have_text("At least one day is needed.")
    await expect(drawer.get_by_role("button", name="Friday")).to_have_attribute("aria-pressed", "true")


async def test_an_easier_exercise_takes_the_place_in_one_click_from_now_on(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    drawer = await builder.dose("Build strength", "Bird dog")
    await drawer.get_by_role("button", name="Easier: Hands-and-knees leg reach").click()
    for phase in ("Build strength", "Keep it going"):
        await expect(builder.card(phase, "Hands-and-knees leg reach")).to_be_visible()
        await expect(builder.card(phase, "Bird dog")).to_have_count(0)
    await expect(builder.card("Build the habit", "Bird dog")).to_be_visible()
    drawer = page.get_by_role("complementary", name="Hands-and-knees leg reach, dose")
    await drawer.get_by_role("button", name="Harder: Bird dog").click()
    await expect(builder.card("Build strength", "Bird dog")).to_be_visible()
    await page.locator(".notice").get_by_role("button", name="Undo").click()
    await expect(builder.card("Build strength", "Hands-and-knees leg reach")).to_be_visible()


async def test_an_exercise_leaves_the_floor_in_one_click(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    await builder.find("pelvic tilt")
    await builder.shelf.get_by_role("button", name="Add Pelvic tilt").click()
    drawer = await builder.dose("Build strength", "Pelvic tilt")
    await drawer.get_by_role("button", name="No floor: Sitting").click()
    await expect(drawer.get_by_role("button", name="No floor")).to_have_count(0)


async def test_a_warning_is_there_while_it_is_true_and_at_the_top_of_the_review(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page, needled_h=10)
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("1 thing to look at")
    await expect(builder.card("Keep it going", "Bird dog")).not_to_contain_text("to look at")
    await expect(builder.card("Build the habit", "Bird dog")).not_to_contain_text("to look at")
    review = await builder.review()
    warning = review.get_by_text(f"Bird dog: {RESTS}")
    await expect(warning).to_be_in_viewport(ratio=1)
    box = await warning.bounding_box()
    assert box is not None
    assert box["y"] < 400
    await review.get_by_role("button", name="Back to the program").click()
    for title in ("Belly breathing", "Lying march", "Clamshell"):
        await builder.find(title)
        await builder.shelf.get_by_role("button", name=f"Add {title}").click()
    await expect(page.get_by_text("are enough in the first week")).to_have_count(0)


@pytest.mark.parametrize("hours", [49, 24 * 20])
async def test_two_days_after_a_needling_nothing_rests_any_more(site: Site, page: Page, hours: int) -> None:
    builder = await Builder.at(site, page, needled_h=hours)
    await expect(builder.card("Build strength", "Bird dog")).to_be_visible()
    await expect(page.get_by_text("to look at")).to_have_count(0)


async def test_a_review_without_changes_publishes_nothing(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    review = await builder.review()
    publish = review.get_by_role("button", name="Publish", exact=True)
    await expect(review.get_by_text("there is nothing to publish")).to_be_visible()
    await expect(publish).to_be_disabled()
    await review.get_by_role("button", name="Back to the program").click()
    await page.get_by_role("button", name="Without the floor").click()
    review = await builder.review()
    await expect(review.get_by_text("Lying and kneeling")).to_be_visible()
    await expect(publish).to_be_enabled()


async def test_a_suggestion_says_its_numbers_and_changes_nothing_until_it_is_applied(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    chart = await builder.care.chart()
    assert chart.program is not None
    bird_dog = next(one for one in chart.program.revisions[-1].prescriptions if one.slug == "bird-dog")
    await builder.care.log("a", bird_dog.id, pain_during=7, occurred_at=site.clock.now() - timedelta(hours=2))
    await page.reload()
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("Make it easier")
    drawer = await builder.dose("Build strength", "Bird dog")
    suggestion = drawer.get_by_role("region", name="Suggestion")
    await expect(suggestion).to_contain_text("Pain 7 during it, – before, in the last 3 times.")
    await expect(page.get_by_text("No changes")).to_be_visible()
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("2 × 6")
    await suggestion.get_by_role("button", name="Less: 2 × 4 each side · hold 5 s").click()
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("2 × 4")
    await page.locator(".notice").get_by_role("button", name="Undo").click()
    await expect(builder.card("Build strength", "Bird dog")).to_contain_text("2 × 6")


async def test_a_plan_becomes_a_template_of_the_clinic(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    await page.get_by_role("button", name="Templates").click()
    await page.get_by_role("button", name="Save as template").click()
    await page.get_by_label("Title in English").fill("Our fifth week")
    await page.get_by_label("Title in Spanish").fill("Nuestra quinta semana")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Template saved.")).to_be_visible()
    await page.get_by_role("button", name="Our fifth week").click()
    await expect(builder.card("Build strength", "Bird dog")).to_be_visible()


async def test_the_draft_is_seen_in_the_phones_own_cards_and_language(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page, language="es")
    await builder.find("dead bug")
    await builder.shelf.get_by_role("button", name="Add Dead bug").click()
    await page.get_by_role("button", name="On their phone").click()
    phone = page.get_by_role("region", name="The patient's phone")
    await expect(phone.get_by_role("heading", name="Sus ejercicios")).to_be_visible()
    card = phone.locator("li").filter(has_text="Bicho muerto")
    await expect(card).to_contain_text("series de")
    await expect(card).to_contain_text("Versión más pequeña")
    await expect(card.locator("svg[viewBox*='320']")).to_be_visible()
    await card.get_by_role("link").first.click()
    await expect(page).to_have_url(re.compile("/program$"))
    await page.get_by_text("Published", exact=True).click()
    await expect(phone.get_by_text("Bicho muerto")).to_have_count(0)


async def test_a_template_is_published_in_three_clicks(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    clinic = builder.care.patient.clinic
    fresh = await site.world.patient(clinic, builder.care.therapist, given_name="Bea")
    await page.goto(f"{site.origin}/console/#/patients/{fresh.id}/program")
    await page.get_by_role("button", name="Side of the low back").click()
    await page.get_by_role("button", name="Review and publish").click()
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_text("Published.").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_state_of_the_builder_has_a_barrier(site: Site, page: Page, language: str) -> None:
    builder = await Builder.at(site, page, needled_h=10)
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
    faults = await check_screen(page, f"builder-{language}")
    now = page.locator("section[aria-current=time]")
    await now.locator("[data-item] button").first.click()
    alert = page.get_by_role("alert")
    await page.locator("aside input[type=number]").first.fill("40")
    await page.keyboard.press("Tab")
    await expect(alert.first).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    faults += await check_screen(page, f"builder-{language}-drawer")
    await page.keyboard.press("Escape")
    await builder.find("xyzzy")
    await page.evaluate("scrollTo(0, 0)")
    faults += await check_screen(page, f"builder-{language}-empty-shelf")
    await now.locator("[data-item] button").first.press("Delete")
    faults += await check_screen(page, f"builder-{language}-remove")
    await page.get_by_role("dialog").get_by_role("button").last.click()
    await page.get_by_role("button", name=re.compile("On their phone|En su teléfono")).click()
    await page.evaluate("scrollTo(0, 0)")
    faults += await check_screen(page, f"builder-{language}-phone")
    await page.get_by_role("button", name=re.compile("Review and publish|Revisar y publicar")).click()
    faults += await check_screen(page, f"builder-{language}-review")
    assert "\n".join(faults) == ""
