"""Patients' actions on their own data, in a real browser."""

import json
import re
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, expect

from homeplan.actor import Actor, Role
from homeplan.alerts.model import Finding
from homeplan.alerts.store import insert_alert
from homeplan.privacy.actions import leave
from tests.browser.conftest import SCREENSHOTS
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.world import context

SEEN = """
Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "%s" });
document.dispatchEvent(new Event("visibilitychange"));
"""
GO_AWAY, COME_BACK = SEEN % "hidden", SEEN % "visible"


async def test_one_tap_saves_everything_as_a_page_and_as_a_file(
    site: Site, phone: BrowserContext, chromium: Browser, tmp_path: Path
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", given_name="Anabel")
    page = ana.page
    await ana.check_in(pain=4)
    await ana.has_sent_everything()
    await ana.open("me")
    await page.get_by_role("link", name="Take it with you, or delete it").click()

    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Save a page to read or print").click()
    saved = await saving.value
    assert saved.suggested_filename == "homeplan.html"
    await saved.save_as(tmp_path / "homeplan.html")
    await expect(page.get_by_text("Saved. Look in your phone's downloads.")).to_be_visible()
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Save a file for a computer").click()
    assert (await saving.value).suggested_filename == "homeplan.json"
    export = json.loads((await (await saving.value).path()).read_text())
    assert [each["painNow"] for each in export["records"]["checkIns"]] == [4]

    # The page stands alone: no server, and its look survives its own policy.
    alone = await (await chromium.new_context(offline=True, viewport={"width": 390, "height": 844})).new_page()
    await alone.goto((tmp_path / "homeplan.html").as_uri())
    await expect(alone.get_by_role("heading", name="My homeplan data")).to_be_visible()
    await expect(alone.get_by_text("Anabel Example")).to_be_visible()
    await expect(alone.get_by_role("cell", name="Pelvic tilt").first).to_be_visible()
    assert await alone.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    SCREENSHOTS.mkdir(exist_ok=True)
    await alone.screenshot(path=SCREENSHOTS / "export-page-phone.png", full_page=True)
    await alone.context.close()


async def test_without_a_connection_it_says_so_and_works_later(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.open("data")
    save = ana.page.get_by_role("button", name="Save a file for a computer")
    await save.wait_for()
    await phone.set_offline(True)
    await save.click()
    await expect(ana.page.get_by_text("This needs a connection.")).to_be_visible()
    await phone.set_offline(False)
    async with ana.page.expect_download():
        await save.click()


async def test_another_phone_is_signed_out_from_here_and_keeps_what_it_could_not_send(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    other = Phone(await desk.new_page(), ana.patient)
    await other.page.goto(await site.invite(ana.patient))
    await other.page.get_by_role("button", name="Start").click()
    await other.page.wait_for_url("**/#/today")

    await ana.open("me")
    devices = ana.page.get_by_role("region", name="Where you are signed in")
    await expect(devices.get_by_text("This one")).to_have_count(1)
    await devices.get_by_role("button", name="Sign out there").click()
    await devices.get_by_role("button", name="Yes, sign it out").click()
    await expect(devices.get_by_text("Signed out there.")).to_be_visible()
    await expect(devices.get_by_role("listitem")).to_have_count(1)

    await other.check_in(pain=6)
    await expect(other.page.get_by_text("What you entered is safe on this phone.").first).to_be_visible()
    assert len(await other.kept("outbox")) == 1
    await other.open("today")
    await other.page.get_by_role("link", name="Sign in again").first.click()
    await expect(other.page.get_by_text("Do you have a code?")).to_be_visible()


async def test_without_a_connection_the_list_of_phones_says_so(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await phone.set_offline(True)
    await ana.open("me")
    await expect(ana.page.get_by_text("The list needs a connection.")).to_be_visible()
    await phone.set_offline(False)
    await ana.page.get_by_role("region", name="Where you are signed in").get_by_role("button", name="Try again").click()
    await expect(ana.page.get_by_text("This one")).to_be_visible()


async def test_deleting_oneself_takes_a_word_and_leaves_nothing_on_the_phone(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", given_name="Anabel")
    page = ana.page
    SCREENSHOTS.mkdir(exist_ok=True)
    await ana.check_in(pain=4)
    await ana.has_sent_everything()
    await ana.open("data")
    await page.get_by_role("button", name="Delete my data…").click()
    await expect(page.get_by_text("What your clinic must keep")).to_be_visible()
    await page.get_by_label("To go on, type DELETE").fill("delet")
    await expect(page.get_by_role("button", name="Delete my data now")).to_be_disabled()
    await page.screenshot(path=SCREENSHOTS / "leave-asked.png", full_page=True)
    await page.get_by_label("To go on, type DELETE").fill("delete")
    await page.get_by_role("button", name="Delete my data now").click()

    await expect(page.get_by_role("heading", name="Your data was deleted")).to_be_focused()
    code = await page.locator(".code").inner_text()
    await page.screenshot(path=SCREENSHOTS / "leave-done.png", full_page=True)
    for store in ("single", "outbox", "sent", "checkins", "logs", "drafts"):
        assert await ana.kept(store) == []
    assert await phone.cookies() == []
    await page.reload()
    await ana.open("today")
    await expect(page.get_by_text("Do you have a code?")).to_be_visible()

    row = await site.db.read(lambda tx: tx.fetch_one("SELECT given_name, family_name FROM patients"))
    assert row is not None
    assert (row["given_name"], row["family_name"]) == ("Patient", code)


async def test_who_has_an_urgent_alert_open_is_told_to_call_before_they_leave(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", given_name="Anabel")
    page = ana.page
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT clinic_id, id FROM patients"))
    urgent = Finding(
        rule="safety-yes", version=1, known_at=site.clock.now(), trigger="t", value=1, inputs={}, severity="high"
    )
    await site.db.write(lambda tx: insert_alert(context(tx, site.clock.now(), row["clinic_id"]), row["id"], urgent))
    await ana.open("data")
    await page.get_by_role("button", name="Delete my data…").click()
    await expect(page.get_by_text("has not answered an urgent warning about you yet")).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("^Call .*Clinic"))).to_have_attribute(
        "href", re.compile(r"^tel:\+?\d+$")
    )
    await expect(page.get_by_text("stays open under the code")).to_be_visible()
    found = await Axe().run(page)
    assert found.response["violations"] == []


async def test_the_console_says_that_a_patient_left(site: Site, phone: BrowserContext, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Anabel")
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT clinic_id, id FROM patients"))
    patient = Actor(id=row["id"], role=Role.PATIENT)
    code = await site.db.write(lambda tx: leave(context(tx, site.clock.now()).of_clinic(row["clinic_id"], patient)))
    await console.page.goto(f"{site.origin}/console/#/patients")
    await expect(console.page.get_by_text("kept under this code")).to_be_visible()
    await console.page.screenshot(path=SCREENSHOTS / "left-row.png")
    await console.page.get_by_role("link", name=code).click()
    await expect(console.page.get_by_text("does not change any more")).to_be_visible()
    await console.page.screenshot(path=SCREENSHOTS / "left-chart.png")


async def test_a_locked_app_shows_only_help_until_the_pin_and_then_where_the_reminder_led(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", given_name="Anabel")
    page = ana.page
    SCREENSHOTS.mkdir(exist_ok=True)
    await ana.open("me")
    await page.get_by_role("link", name="Privacy lock").click()
    await page.get_by_label("PIN, 4 to 6 digits").fill("2468")
    await page.get_by_label("The same PIN again").fill("2468")
    await page.screenshot(path=SCREENSHOTS / "lock-set.png")
    await page.get_by_role("button", name="Lock with this PIN").click()
    await expect(page.get_by_text("Locked with a PIN")).to_be_visible()

    await phone.set_offline(True)  # it needs no network
    await page.reload()
    await expect(page.get_by_role("heading", name="Homeplan is locked")).to_be_visible()
    await expect(page.get_by_text("Anabel")).to_have_count(0)
    await ana.taps_a_reminder(site)
    await expect(page.get_by_role("heading", name="Homeplan is locked")).to_be_visible()
    await page.get_by_role("link", name="Get help").click()
    await expect(page.get_by_role("heading", name="Get help")).to_be_visible()
    await page.get_by_role("link", name="Safety check").click()
    await page.get_by_text("Fainted, or feel as if you may faint now").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Call your emergency number now")).to_be_visible()
    await ana.taps_a_reminder(site)
    await page.get_by_label("Enter your PIN").fill("1111")
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_text("That is not the PIN.")).to_be_visible()
    await page.screenshot(path=SCREENSHOTS / "locked.png")
    await page.get_by_label("Enter your PIN").fill("2468")
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("heading", name="Daily check-in")).to_be_visible()


async def test_who_forgot_the_pin_signs_out_and_is_told_what_waits(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await ana.open("privacy")
    await page.get_by_label("PIN, 4 to 6 digits").fill("2468")
    await page.get_by_label("The same PIN again").fill("2468")
    await page.get_by_role("button", name="Lock with this PIN").click()
    await expect(page.get_by_text("Locked with a PIN")).to_be_visible()
    await phone.set_offline(True)
    await ana.check_in(pain=4)
    await page.reload()
    await page.get_by_role("button", name="I forgot my PIN").click()
    await expect(page.get_by_text("1 entry was not sent yet and would be lost.")).to_be_visible()
    await expect(page.get_by_role("button", name="Try to send first")).to_be_visible()
    await page.get_by_role("button", name="Sign out on this phone").click()
    await expect(page.get_by_text("Signing out needs a connection.")).to_be_visible()
    assert len(await ana.kept("outbox")) == 1
    await phone.set_offline(False)
    await ana.hears_the_network()
    await ana.has_sent_everything()
    await expect(page.get_by_text("1 entry was not sent yet")).to_have_count(0)
    await page.get_by_role("button", name="Sign out on this phone").click()
    await expect(page.get_by_text("Do you have a code?")).to_be_visible()
    assert await ana.kept("single") == []


async def test_a_passkey_opens_what_it_locked_and_coming_back_soon_does_not_ask(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    device = await phone.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    finger = await device.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}}
    )
    verified = {"authenticatorId": finger["authenticatorId"], "isUserVerified": True}
    await device.send("WebAuthn.setUserVerified", verified)
    await ana.open("privacy")
    await page.get_by_label("Ask when the app was away for").select_option("1 minute")
    await page.get_by_role("button", name="Use fingerprint or face instead").click()
    await expect(page.get_by_text("Locked with fingerprint or face")).to_be_visible()

    locked = page.get_by_role("heading", name="Homeplan is locked")
    await page.clock.install(time=site.clock.now())
    await page.evaluate(GO_AWAY)
    await page.clock.fast_forward(59_000)
    await page.evaluate(COME_BACK)
    await expect(locked).to_have_count(0)
    await page.evaluate(GO_AWAY)
    await page.clock.fast_forward(60_000)
    await page.evaluate(COME_BACK)
    await expect(locked).to_be_visible()

    await device.send("WebAuthn.setUserVerified", verified | {"isUserVerified": False})
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_text("Your phone did not confirm it.")).to_be_visible()
    await device.send("WebAuthn.setUserVerified", verified)
    await page.get_by_role("button", name="Open").click()
    await expect(locked).to_have_count(0)
    await expect(page.get_by_role("heading", name="Privacy lock")).to_be_visible()
