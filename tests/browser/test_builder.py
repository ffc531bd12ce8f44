"""The program builder: phases from now on, the shelf, where additions go, order and removal."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from homeplan.programs.authoring.entries import PrescriptionEntry
from tests.browser.builder import Builder
from tests.browser.desk import open_account_menu
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

NARROW: ViewportSize = {"width": 1024, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
async def page(desk: BrowserContext) -> Page:
    return await desk.new_page()


async def in_spanish(builder: Builder) -> None:
    await open_account_menu(builder.page)
    await builder.page.get_by_role("button", name="Cambiar a español").click()


async def test_the_phases_begin_with_the_one_that_is_on(site: Site, page: Page) -> None:
    await page.set_viewport_size(NARROW)
    builder = await Builder.at(site, page)
    now = builder.phase("Build strength")
    await expect(now).to_have_attribute("aria-current", "time")
    await expect(now.get_by_role("heading")).to_have_text("Build strengthNow")
    await expect(now).to_be_in_viewport(ratio=0.9)
    await expect(builder.phase("Build the habit")).not_to_be_in_viewport()
    await expect(builder.phase("Build the habit")).to_contain_text("day 4–21 · done")
    await expect(builder.phase("First day")).to_have_count(0)


async def test_the_first_72_hours_are_one_strip_that_opens_what_comes_first_after_needling(
    site: Site, page: Page
) -> None:
    builder = await Builder.at(site, page, needled_h=30)
    strip = builder.phase("First 72 h")
    await expect(strip).to_contain_text("Easy walk")
    await expect(strip).to_contain_text("24–48 h Now")
    await expect(strip).to_contain_text("+ Cat and camel")
    await strip.get_by_role("button").click()
    await expect(builder.phase("Day two")).to_have_attribute("aria-current", "time")
    await expect(builder.card("Day two", "Cat and camel")).to_be_visible()


async def test_an_addition_goes_to_the_phase_that_is_on_or_to_a_later_one(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    await expect(builder.phase("Build the habit").get_by_role("button", name="Add to")).to_have_count(0)
    await builder.find("dead bug")
    await builder.shelf.get_by_role("button", name="Add Dead bug to Build strength").click()
    await expect(builder.card("Build strength", "Dead bug")).to_be_visible()
    await expect(page.get_by_text("1 change: Dead bug added")).to_be_visible()
    await builder.phase("Keep it going").get_by_role("button", name="Add to Keep it going").click()
    await expect(builder.shelf.get_by_role("searchbox")).to_be_focused()
    await builder.shelf.get_by_role("button", name="Add Dead bug to Keep it going").click()
    await expect(builder.card("Keep it going", "Dead bug")).to_be_visible()
    assert "Dead bug" not in await builder.titles("Build the habit")


async def test_a_new_patient_begins_at_once_with_what_is_added(site: Site, page: Page) -> None:
    """Without a needling there are no first days to recover in."""
    builder = await Builder.at(site, page)
    fresh = await site.world.patient(builder.care.patient.clinic, builder.care.therapist)
    await page.goto(f"{site.origin}/console/#/patients/{fresh.id}/program")
    await builder.find("bridge")
    await builder.shelf.get_by_role("button", name="Add Bridge to Build the habit").click()
    await expect(builder.phase("First 72 h")).to_contain_text("+ 1 of the plan")


async def test_the_shelf_finds_what_an_exercise_is_in_both_languages(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    assert "Dead bug" in await builder.find("strengthens")
    assert "Hamstring stretch with a strap" in await builder.find("band")
    assert "Clamshell" in await builder.find("side lying")
    assert "Bridge" in await builder.find("puente")
    await expect(builder.shelf.locator("li svg[viewBox*='320']").first).to_be_visible()
    await in_spanish(builder)
    assert "Puente" in await builder.find("bridge")
    assert any("de lado" in title for title in await builder.find("decúbito lateral"))


async def test_filters_are_chips_and_an_empty_result_has_a_way_out(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    before = await builder.find("")
    await builder.shelf.get_by_role("button", name="Standing").click()
    await builder.shelf.get_by_role("button", name="No tools").click()
    narrowed = await builder.find("")
    assert narrowed != before
    assert "Bridge" not in narrowed
    await builder.shelf.get_by_role("button", name="More filters").click()
    await builder.shelf.get_by_role("button", name="Relaxes").click()
    assert await builder.find("xyzzy") == ["Nothing fits."]
    await builder.shelf.get_by_role("button", name="Clear search and filters").click()
    await expect(builder.shelf.get_by_role("searchbox")).to_be_focused()
    assert await builder.find("") == before
    await builder.shelf.get_by_role("button", name=re.compile(r"\d+ more")).click()
    assert len(await builder.find("")) > len(before)


async def test_keys_buttons_and_the_mouse_change_the_order(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    assert await builder.titles("Build strength") == ["Bird dog", "Hip hinge with a stick", "Steady walk"]
    card = builder.card("Build strength", "Steady walk")
    await card.press("Alt+ArrowUp")
    await expect(card).to_be_focused()
    await expect(page.get_by_text("Steady walk is number 2 of 3.")).to_be_attached()
    assert await builder.titles("Build strength") == ["Bird dog", "Steady walk", "Hip hinge with a stick"]
    drawer = await builder.dose("Build strength", "Steady walk")
    await drawer.get_by_role("button", name="Move Steady walk up").click()
    assert await builder.titles("Build strength") == ["Steady walk", "Bird dog", "Hip hinge with a stick"]
    await drawer.get_by_role("button", name="Close").click()
    await expect(card).to_be_focused()
    await builder.card("Build strength", "Hip hinge").drag_to(card, target_position={"x": 40, "y": 4})
    assert await builder.titles("Build strength") == ["Hip hinge with a stick", "Steady walk", "Bird dog"]
    await builder.card("Build strength", "Hip hinge").drag_to(builder.card("Keep it going", "Steady walk"))
    await expect(builder.card("Keep it going", "Hip hinge")).to_be_visible()
    await builder.card("Keep it going", "Hip hinge").drag_to(builder.card("Build the habit", "Bird dog"))
    assert "Hip hinge with a stick" not in await builder.titles("Build the habit")


async def test_a_finger_changes_the_order_by_the_grip(site: Site, chromium: Browser) -> None:
    context = await chromium.new_context(viewport={"width": 1280, "height": 900}, has_touch=True, locale="en-US")
    builder = await Builder.at(site, await context.new_page())
    finger = await context.new_cdp_session(builder.page)

    async def middle(place: Locator) -> dict[str, float]:
        box = await place.bounding_box()
        assert box is not None
        return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}

    async def touch(kind: str, *points: dict[str, float]) -> None:
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    grip = builder.card("Build strength", "Steady walk").locator(".grip")
    start, end = await middle(grip), await middle(builder.card("Build strength", "Bird dog"))
    await touch("touchStart", start)
    await touch("touchMove", {"x": end["x"], "y": end["y"] + 4})
    await touch("touchMove", {"x": end["x"], "y": end["y"] - 8})
    await touch("touchEnd")
    expected = ["Steady walk", "Bird dog", "Hip hinge with a stick"]
    await expect(builder.phase("Build strength").locator("li strong")).to_have_text(expected)
    await expect(builder.page.get_by_role("complementary", name="Steady walk, dose")).to_have_count(0)
    await grip.tap()
    await expect(builder.page.get_by_role("complementary", name="Steady walk, dose")).to_be_visible()
    await context.close()


async def test_an_item_leaves_one_phase_or_all_after_a_question_and_can_come_back(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page)
    drawer = await builder.dose("Build strength", "Bird dog")
    await drawer.get_by_role("button", name="Remove Bird dog").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Build the habit, Build strength, Keep it going")
    await page.get_by_role("button", name="Only from “Build strength”").click()
    await expect(builder.card("Build strength", "Bird dog")).to_have_count(0)
    await expect(builder.card("Keep it going", "Bird dog")).to_be_visible()
    await page.locator(".notice").get_by_role("button", name="Undo").click()
    await builder.card("Build strength", "Bird dog").press("Delete")
    await page.get_by_role("button", name="From all phases").click()
    await expect(page.get_by_role("button", name="Bird dog")).to_have_count(0)
    await page.locator(".notice").get_by_role("button", name="Undo").click()
    await expect(builder.card("Build strength", "Bird dog")).to_be_visible()
    await builder.card("Build strength", "Hip hinge").press("Delete")
    await expect(page.get_by_text("Hip hinge with a stick removed.")).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("Go on with mine", ["Bird dog", "Hip hinge with a stick", "Steady walk", "Dead bug"]),
        ("Take theirs", ["Bridge"]),
        ("Put both together", ["Bird dog", "Hip hinge with a stick", "Steady walk", "Dead bug", "Bridge"]),
    ],
)
async def test_two_versions_are_shown_with_who_and_when_and_one_is_chosen(
    site: Site, page: Page, choice: str, expected: list[str]
) -> None:
    builder = await Builder.at(site, page)
    bridge = PrescriptionEntry(kind="exercise", slug="bridge", phases=("p4",))
    await builder.care.publish(prescriptions=(bridge,), based_on=1)
    await builder.find("dead bug")
    await builder.shelf.get_by_role("button", name="Add Dead bug to Build strength").click()
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.reload()
    conflict = page.get_by_role("alert").filter(has_text="published a newer revision on")
    await expect(conflict).to_contain_text("Therapist Example")
    await expect(conflict).to_contain_text("Only in theirs Bridge")
    await expect(conflict).to_contain_text("Dead bug")
    await page.evaluate("scrollTo(0, 0)")
    assert await check_screen(page, "builder-en-conflict") == []
    await conflict.get_by_role("button", name=choice).click()
    await expect(conflict).to_have_count(0)
    await expect(page.get_by_text(re.compile("Draft saved|No changes"))).to_be_visible()
    assert sorted(await builder.titles("Build strength")) == sorted(expected)


async def test_on_a_phone_the_dose_and_the_library_are_sheets(site: Site, page: Page) -> None:
    await page.set_viewport_size(PHONE)
    builder = await Builder.at(site, page)
    await expect(builder.shelf).to_be_hidden()
    await builder.phase("Build strength").get_by_role("button", name="Add to").click()
    await builder.find("dead bug")
    await builder.shelf.get_by_role("button", name="Add Dead bug").click()
    await builder.shelf.get_by_role("button", name="Close").click()
    drawer = await builder.dose("Build strength", "Dead bug")
    box = await drawer.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"]
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


async def test_in_spanish_the_same_words_lead_through_the_builder(site: Site, page: Page) -> None:
    builder = await Builder.at(site, page, needled_h=10)
    await in_spanish(builder)
    await expect(builder.phase("Ganar fuerza").get_by_role("heading")).to_have_text("Ganar fuerzaAhora")
    await expect(builder.phase("Crear el hábito")).to_contain_text("terminada")
    await expect(builder.phase("Primeras 72 h")).to_contain_text("Caminata suave")
    await builder.card("Ganar fuerza", "Bisagra de cadera").click()
    drawer = page.get_by_role("complementary", name=re.compile("Bisagra de cadera.*, dosis"))
    await drawer.get_by_label("Series").fill("11")
    await drawer.get_by_label("Series").press("Tab")
    await expect(drawer.get_by_role("alert")).to_have_text("Series: de 1 a 10. Queda 2.")
