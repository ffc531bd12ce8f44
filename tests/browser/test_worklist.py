"""The therapist's list of patients: who needs a human comes first, without a reload."""

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from homeplan.checkins.actions import record_checkin
from homeplan.clock import local_day
from homeplan.reports.worklist import worker
from tests.browser.desk import EMAIL, sign_in
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.browser.test_states import in_trouble
from tests.checkins.answers import entry
from tests.programs.care import DENVER
from tests.world import Person, context


@pytest.fixture
async def page(desk: BrowserContext) -> Page:
    return await desk.new_page()


async def report(site: Site, patient: Person, **answers: object) -> None:
    """A check-in, and the place that the worker gives the patient then; the page knows nothing of it."""
    now = site.clock.now()
    day = local_day(now, DENVER)
    await site.db.write(
        lambda tx: record_checkin(context(tx, now, patient.clinic.id), patient.id, day, entry(now, **answers))
    )
    await worker.tick(site.db, now)


async def at_the_desk(site: Site, page: Page, *names: str) -> dict[str, Person]:
    """A therapist's list of patients of these given names."""
    therapist = await site.hire(await site.world.clinic(), email=EMAIL)
    patients = {name: await site.world.patient(therapist.clinic, therapist, given_name=name) for name in names}
    await worker.tick(site.db, site.clock.now())
    await sign_in(site, page, therapist)
    await page.goto(f"{site.origin}/console/")
    await expect(rows(page)).to_have_count(len(names))
    return patients


def rows(page: Page) -> Locator:
    return page.locator("main li:has(.act)")


async def test_a_warning_sign_moves_the_patient_to_the_top_without_a_reload(site: Site, page: Page) -> None:
    patients = await at_the_desk(site, page, "Ana", "Bea", "Zoe")
    await expect(rows(page).first).to_contain_text("Ana")
    await report(site, patients["Zoe"], safetyYes=["saddle"])
    await expect(rows(page).first).to_contain_text("Zoe")
    await expect(page.get_by_role("region", name="Now call first")).to_contain_text("Zoe")
    await expect(rows(page).first).to_contain_text("answered “yes”")
    await expect(rows(page).first).to_contain_text("Exercises paused")
    await page.get_by_role("button", name="Red flags 1").click()
    await expect(rows(page)).to_have_count(1)
    await page.get_by_role("button", name="All 3").click()
    await expect(rows(page)).to_have_count(3)


async def test_a_name_is_found_on_the_server_and_a_page_ends_with_a_way_to_more(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await at_the_desk(site, page, "Łucja", *[f"Name {n}" for n in range(9)])
    await page.get_by_label("Search by name").fill("luc")
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("Łucja")
    await page.get_by_label("Search by name").fill("nobody")
    await expect(page.get_by_text("Nobody of that name")).to_be_visible()
    assert [url for url in asked if "luc" in url or "nobody" in url] == [], "a proxy would write it into its log"


async def test_the_way_back_finds_the_list_as_it_was_left(site: Site, page: Page) -> None:
    await at_the_desk(site, page, *[f"Name {n:02}" for n in range(30)], "Zoe")
    await page.get_by_label("Sort by").select_option("name")
    await page.get_by_label("Search by name").fill("name")
    await expect(rows(page)).to_have_count(30)
    last = page.get_by_role("link", name="Name 25")
    await last.scroll_into_view_if_needed()
    left_at = await page.evaluate("scrollY")
    assert left_at > 0
    await last.click()
    await expect(page.get_by_role("heading", name="Name 25")).to_be_visible()
    await page.go_back()
    await expect(rows(page)).to_have_count(30)
    await expect(page.get_by_label("Search by name")).to_have_value("name")
    await expect(page.get_by_label("Sort by")).to_have_value("name")
    await page.wait_for_function(f"Math.abs(scrollY - {left_at}) < 2")


async def test_who_needs_nobody_is_set_apart(site: Site, page: Page) -> None:
    patients = await at_the_desk(site, page, "Ana", "Bea", "Zoe")
    await report(site, patients["Zoe"], safetyYes=["saddle"])
    await expect(page.get_by_text("1 of 3 need somebody")).to_be_visible()
    await expect(page.get_by_role("region", name="Nobody needed").get_by_role("listitem")).to_have_count(2)
    await page.get_by_role("button", name="Need somebody 1").click()
    await expect(rows(page)).to_have_count(1)


async def test_ordinary_alerts_are_closed_together_and_urgent_ones_are_not(site: Site, page: Page) -> None:
    patients = await at_the_desk(site, page, "Ana", "Bea", "Zoe")
    for name in ("Ana", "Bea"):
        await report(site, patients[name], safetyYes=["night"])
    await report(site, patients["Zoe"], safetyYes=["saddle"])
    await page.get_by_role("link", name="Alerts").click()
    await expect(page.get_by_role("article")).to_have_count(3)
    await page.get_by_role("button", name="Several at once").click()
    await expect(page.get_by_label("Choose the alerts of Zoe")).to_be_disabled()
    for name in ("Ana", "Bea"):
        await page.get_by_label(f"Choose the alerts of {name}").check()
    await page.get_by_role("button", name="Acknowledge").click()
    await page.get_by_label("What did you do or decide?").fill("Usual on the first day")
    assert await check_screen(page, "console-en-alerts-several") == []
    await page.get_by_role("button", name="Do it for 2 alerts").click()
    await expect(page.get_by_text("2 alerts acknowledged.")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.get_by_role("button", name="Alerts of Zoe").click()
    await expect(page.get_by_text("Rule and basis")).to_be_visible()
    assert await check_screen(page, "console-en-alerts-open") == []


async def test_one_of_several_alerts_that_is_refused_stays_chosen_with_the_reason(site: Site, page: Page) -> None:
    patients = await at_the_desk(site, page, "Ana", "Bea", "Zoe")
    for name in patients:
        await report(site, patients[name], safetyYes=["night"])
    await page.get_by_role("link", name="Alerts").click()
    await page.get_by_role("button", name="Several at once").click()
    for name in patients:
        await page.get_by_label(f"Choose the alerts of {name}").check()
    await page.get_by_role("button", name="Acknowledge").click()
    await page.get_by_label("What did you do or decide?").fill("Usual on the first day")
    asked = []

    async def refuse_the_second(route: Route) -> None:
        asked.append(route.request.url)
        await (in_trouble(route) if len(asked) == 2 else route.continue_())

    await page.route("**/acknowledgement", refuse_the_second)
    await page.get_by_role("button", name="Do it for 3 alerts").click()
    await expect(page.get_by_role("alert")).to_contain_text("The server cannot do this right now")
    await expect(page.get_by_role("article")).to_have_count(2)
    assert await check_screen(page, "console-en-alerts-refused") == []
    await page.get_by_role("button", name="Do it for 2 alerts").click()
    await expect(page.get_by_role("article")).to_have_count(0)
    await expect(page.get_by_text("No open alerts")).to_be_visible()


async def test_more_than_fifty_patients_are_shown_by_fifties(site: Site, page: Page) -> None:
    therapist = await site.hire(await site.world.clinic(), email=EMAIL)
    for n in range(60):
        await site.world.patient(therapist.clinic, therapist, given_name=f"Name {n}")
    await sign_in(site, page, therapist)
    await page.goto(f"{site.origin}/console/")
    await expect(rows(page)).to_have_count(50)
    await page.get_by_role("button", name="Show more").click()
    await expect(rows(page)).to_have_count(60)
    await expect(page.get_by_role("button", name="Show more")).to_be_hidden()


async def test_the_list_stays_with_its_time_when_the_server_is_away(site: Site, page: Page) -> None:
    patients = await at_the_desk(site, page, "Ana", "Zoe")
    await page.route("**/api/worklist**", lambda route: route.abort())
    await expect(page.get_by_text("The server does not answer. List of")).to_be_visible()
    await expect(rows(page)).to_have_count(2)
    await report(site, patients["Zoe"], safetyYes=["saddle"])
    await page.unroute("**/api/worklist**")
    await expect(rows(page).first).to_contain_text("Zoe")
    await expect(page.get_by_text("The server does not answer")).to_be_hidden()
