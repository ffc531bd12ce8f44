"""Stories of contact: a call, a patient who is not reached and then reached, a lifted pause, a visit, a kept number."""

from datetime import timedelta

from playwright.async_api import BrowserContext, Page, expect

from homeplan.actor import Role
from homeplan.contact.worker import erase_overdue
from tests.browser.desk import sign_in
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.checkins.answers import safety_body
from tests.world import Person

NUMBER = "(303) 555-0142"


async def open_chart(site: Site, page: Page, person: Person) -> Page:
    """The chart of a patient, for their clinic's administrator."""
    admin = await site.world.therapist(person.clinic, role=Role.ADMIN, name="Sam Example")
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/patients/{person.id}")
    await expect(page.get_by_role("heading", name="Contact", exact=True)).to_be_visible()
    return page


async def warn(phone: Phone, site: Site, sign: str) -> None:
    """Send a warning sign from the phone's own sign-in."""
    sent = await phone.page.evaluate(
        "body => fetch('/api/me/safety-answers', {method: 'POST', body: JSON.stringify(body),"
        " headers: {'content-type': 'application/json'}}).then(answer => answer.status)",
        safety_body(site.clock.now(), sign),
    )
    assert sent == 201


async def enter_number(page: Page) -> None:
    await page.get_by_text("Telephone numbers", exact=True).click()
    await page.get_by_label("Patient's telephone").fill("303 555 0142")
    await page.get_by_role("button", name="Save numbers").click()
    await expect(page.get_by_role("link", name=f"Call {NUMBER}").first).to_be_visible()


async def test_a_call_is_logged_with_a_tap_and_a_word(site: Site, phone: BrowserContext, desk: BrowserContext) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    page = await open_chart(site, await desk.new_page(), app.patient)
    await enter_number(page)
    link = page.get_by_role("link", name=f"Call {NUMBER}").first
    assert await link.get_attribute("href") == "tel:+13035550142"
    await page.get_by_role("group", name="Log a contact").get_by_role("button", name="Call").click()
    await page.get_by_label("Note", exact=True).first.fill("Sleeps better.")
    await page.get_by_role("button", name="Save contact").click()
    await expect(page.get_by_text("Sleeps better.")).to_be_visible()
    assert await site.stored("contacts") == 1


async def test_a_patient_is_not_reached_then_reached_and_the_pause_is_lifted(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    await warn(app, site, "saddle")
    page = await open_chart(site, await desk.new_page(), app.patient)
    await page.get_by_role("button", name="Acknowledge").click()
    await page.get_by_label("Outcome").select_option("could-not-reach")
    await page.get_by_label("How did you reach the patient?").select_option("call")
    await page.get_by_label("What did you find").fill("No answer, left word.")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("Next attempt by")).to_be_visible()

    await app.page.reload()
    await expect(app.page.get_by_text("Read by Sam Example")).to_be_visible()
    await expect(app.page.get_by_text("They could not reach you.")).to_be_visible()

    await page.get_by_role("button", name="Acknowledge").click()
    await page.get_by_label("Outcome").select_option("spoke-stay-paused")
    await page.get_by_label("How did you reach the patient?").select_option("call")
    await page.get_by_label("What did you find").fill("Feels fine, waits for the doctor.")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("Spoke: stays paused").locator("visible=true").first).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_text("you spoke, and your exercises wait")).to_be_visible()

    await page.get_by_role("button", name="Lift the pause").click()
    await page.get_by_label("What did you advise?").fill("Go on with the walk.")
    await page.get_by_role("button", name="Lift the pause").click()
    await expect(page.get_by_text("Go on with the walk.").first).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_text("Your exercises are paused")).to_have_count(0)
    assert await site.stored("contacts") == 3


async def test_a_visit_is_shown_on_today(site: Site, phone: BrowserContext, desk: BrowserContext) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge", language="es")
    page = await open_chart(site, await desk.new_page(), app.patient)
    day = (site.clock.now() + timedelta(days=3)).date().isoformat()
    await page.get_by_text("Enter a visit").click()
    await page.get_by_label("Day", exact=True).fill(day)
    await page.get_by_label("Time", exact=True).fill("14:30")
    await page.get_by_role("button", name="Save visit").click()
    await expect(page.get_by_role("button", name="Cancel visit")).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_role("heading", name="Su próxima cita")).to_be_visible()
    await expect(app.page.get_by_text("Punción seca", exact=False).first).to_be_visible()


async def test_the_number_stays_with_the_alert_of_who_left_for_seven_days(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    page = await open_chart(site, await desk.new_page(), app.patient)
    await enter_number(page)
    await warn(app, site, "saddle")
    await app.page.goto(f"{site.origin}/#/data")
    await app.page.get_by_role("button", name="Delete my data…").click()
    await expect(app.page.get_by_text("stays with that warning until they have answered it")).to_be_visible()
    await app.page.get_by_label("To go on, type DELETE").fill("DELETE")
    await app.page.get_by_role("button", name="Delete my data now").click()
    await expect(app.page.get_by_text("Your data was deleted")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name=NUMBER)).to_have_count(1)
    await expect(page.get_by_text("seven days after leaving at the latest")).to_be_visible()
    later = site.clock.now() + timedelta(days=7)
    await site.db.write(lambda tx: erase_overdue(later, tx))
    await page.reload()
    await expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    await expect(page.get_by_role("link", name=NUMBER)).to_have_count(0)
