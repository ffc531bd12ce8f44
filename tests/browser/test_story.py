"""The main job from end to end: a therapist assigns, a patient joins, checks in without signal, and is seen."""

import re

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.desk import Desk
from tests.browser.site import Site


async def test_a_therapist_assigns_and_a_patient_checks_in_without_signal(
    site: Site, desk: BrowserContext, phone: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Story")
    await console.record_needling("ql r t", before=6, after=4)
    await console.publish_template("Side of the low back")
    link = await console.invite()

    app = await phone.new_page()
    await join(app, link)
    await expect(app.get_by_text("Your first day")).to_be_visible()
    await expect(app.get_by_role("link", name="Easy walk").first).to_be_visible()
    await its_worker_is_ready(app)

    await phone.set_offline(True)
    await app.reload()
    await expect(app.get_by_text("Your first day")).to_be_visible()
    await check_in(app, pain=3, worst=7, soreness=4)
    await app.get_by_role("link", name="Later").click()
    await app.get_by_role("button", name="Mark “Easy walk” as done").click()
    await expect(app.get_by_text("2 entries wait to be sent")).to_be_visible()
    assert await site.stored("checkins") == 0

    await phone.set_offline(False)
    await expect(app.get_by_text(re.compile("waits? to be sent"))).to_have_count(0)  # also while they are being sent
    for table in ("checkins", "exercise_logs"):
        await site.until_row(f"SELECT 1 FROM {table}")
    assert await site.stored("checkins") == 1
    assert await site.stored("exercise_logs") == 1

    await console.page.goto(f"{site.origin}/console/")
    row = console.page.get_by_role("listitem").filter(has_text="Story")
    await expect(row).to_contain_text("3")
    await row.get_by_role("link").first.click()
    await expect(console.page.get_by_role("heading", name="Story Example")).to_be_visible()


async def join(app: Page, link: str) -> None:
    """Open the invitation and tap its one button."""
    await app.goto(link)
    await app.get_by_role("button", name="Start").click()
    await expect(app.get_by_role("heading", name="How is your back pain right now?").first).to_be_visible()


async def check_in(app: Page, *, pain: int, worst: int, soreness: int) -> None:
    await app.get_by_role("button", name=str(pain), exact=True).click()
    for question, score in (("What was the worst back pain", worst), ("How sore is the muscle", soreness)):
        await app.get_by_role("group", name=question).get_by_text(str(score), exact=True).click()
    await app.get_by_role("button", name="Nothing new. Save").click()
    await expect(app.get_by_text("On this phone").first).to_be_visible()


async def its_worker_is_ready(app: Page) -> None:
    await app.evaluate("navigator.serviceWorker.ready.then(() => true)")
