"""The check-in over three days: missed days are filled in, answers are changed, and it is told where they are."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import BrowserContext, expect

from homeplan.checkins.actions import record_checkin
from homeplan.clock import local_day
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.checkins.answers import entry

DENVER = ZoneInfo("America/Denver")


async def test_days_that_were_missed_are_filled_in_and_an_answer_is_changed(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page, then = ana.page, site.clock.now() - timedelta(days=3)
    days = [local_day(then + timedelta(days=n), DENVER) for n in range(4)]
    patient = ana.patient
    await site.db.write(
        lambda tx: record_checkin(patient.context(tx, then), patient_id=patient.id, day=days[0], entry=entry(then))
    )
    await page.reload()
    await page.get_by_role("button", name="4", exact=True).click()
    await page.wait_for_url("**/#/checkin/*")
    await ana.open("today")
    await expect(page.get_by_text("You started today's check-in with 4.")).to_be_visible()
    await ana.check_in(pain=4)
    await expect(page.get_by_text("Sent to your clinic.")).to_be_visible()

    for pain, link in ((6, "Fill in yesterday"), (7, "Fill in")):
        await ana.open("today")
        await page.get_by_role("link", name=link).click()
        await ana.score(str(pain)).check(force=True)
        await page.get_by_role("button", name="Nothing new. Save").click()
        await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await ana.open("today")
    await expect(page.get_by_role("link", name="Fill in")).to_have_count(0)
    await expect(page.get_by_text("Sent", exact=True)).to_be_visible()

    await phone.set_offline(True)
    await ana.open(f"checkin/{days[3]}")
    await page.get_by_text("A little more, if you like").click()
    await expect(page.get_by_text("This is not read right away.")).to_be_visible()
    await ana.score("3").check(force=True)
    await page.get_by_role("button", name="Nothing new. Save").click()
    await expect(page.get_by_text("Saved on this phone")).to_be_visible()
    await ana.open("today")
    await expect(page.get_by_text("On this phone", exact=True)).to_be_visible()
    await phone.set_offline(False)
    await ana.hears_the_network()
    await expect(page.get_by_text("Sent", exact=True)).to_be_visible()

    rows = await site.db.read(lambda tx: tx.fetch("SELECT day, pain_now FROM checkins ORDER BY day"))
    assert [(row["day"], row["pain_now"]) for row in rows] == [
        (day.isoformat(), pain) for day, pain in zip(days, (3, 7, 6, 3), strict=True)
    ]


async def test_a_warning_sign_that_was_ticked_is_not_saved_away_unseen(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await page.get_by_role("button", name="3", exact=True).click()
    await page.get_by_role("button", name="Yes, something is new").click()
    await page.locator("main li label").first.click()
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_text("You ticked a warning sign.")).to_be_visible()
    await expect(page.get_by_role("button", name="Nothing new. Save")).to_have_count(0)
    assert await check_screen(page, "patient-en-checkin-ticked") == []

    await page.get_by_role("button", name="Look again and send").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("link", name=re.compile("^Call 911"))).to_be_visible()
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, anything_new FROM checkins"))
    assert (row["pain_now"], bool(row["anything_new"])) == (3, True)
