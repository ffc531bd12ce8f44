"""Staff sign in: passkey, code, recovery code, link; they confirm in the middle of a form; an unused desk locks."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from homeplan.accounts.actions import invite_staff, set_up_link
from homeplan.actor import Role
from homeplan.db import Tx
from homeplan.ids import new_id
from tests.browser.desk import open_account_menu, sign_in
from tests.browser.site import PASSWORD, Site
from tests.browser.test_screens import DESK, PHONE, check_screen
from tests.world import Person, context

ADMIN = "admin@clinic.example"
THERAPIST = "therapist@clinic.example"
NEW = "ana@clinic.example"
LONG_PASSWORD = "seventeen umbrellas waited quietly"
IDLE = timedelta(minutes=9)
"""An administrator's desk locks after this time without use, a minute before the server would end the sign-in."""


@pytest.fixture
async def admin(site: Site) -> Person:
    return await site.hire(await site.world.clinic(), email=ADMIN, role=Role.ADMIN, name="Admin Example")


@pytest.fixture
async def page(desk: BrowserContext) -> Page:
    return await desk.new_page()


async def test_an_invited_colleague_joins_with_a_passkey_and_signs_in_with_it(
    site: Site, page: Page, admin: Person
) -> None:
    await add_authenticator(page)
    await page.goto(await link(site, admin, NEW))
    await expect(page).to_have_url(f"{site.origin}/console/join")  # the token has left the address
    await expect(page.get_by_role("heading", name=re.compile("^Join "))).to_be_visible()
    await page.get_by_label("Your name").fill("Ana Example")
    password = page.get_by_label("Choose a password")
    await password.fill(LONG_PASSWORD[:14])
    await expect(page.get_by_text("1 character is missing.")).to_be_visible()
    await password.fill(LONG_PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Make a passkey").click()
    await keep_codes(page)
    await expect(page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()

    await open_account_menu(page)
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
    await expect(page.get_by_label("Ana Example: your account")).to_be_visible()


async def test_a_link_works_once(site: Site, page: Page, admin: Person) -> None:
    url = await link(site, admin, NEW)
    for _ in range(2):  # reading it uses nothing up
        await page.goto(url)
        await expect(page.get_by_label("Your name")).to_be_visible()
        await page.reload()
    await page.get_by_label("Your name").fill("Ana Example")
    await page.get_by_label("Choose a password").fill(LONG_PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    await page.goto("about:blank")
    await page.goto(url)
    await expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()


async def test_a_colleague_joins_with_an_authenticator_app(site: Site, page: Page, admin: Person) -> None:
    await page.goto(await link(site, admin, NEW))
    await page.get_by_label("Your name").fill("Ana Example")
    await page.get_by_label("Choose a password").fill(LONG_PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Set up an authenticator app").click()
    await expect(page.get_by_alt_text("QR code for the authenticator app")).to_be_visible()
    secret = "".join((await page.locator(".secret").inner_text()).split())
    await page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).at(site.clock.now()))
    await page.get_by_role("button", name="Check the code").click()
    codes = await keep_codes(page)
    assert len(set(codes)) == 10
    await expect(page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()


async def test_a_password_alone_opens_nothing_and_the_code_of_the_app_opens_the_console(
    site: Site, page: Page, admin: Person
) -> None:
    await enter_password(site, page, ADMIN)
    await expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    code = page.get_by_label("Code of your authenticator app")
    await expect(code).to_be_focused()
    await code.fill("000000")
    await code.press("Enter")
    await expect(page.get_by_text("That is not right, or it was used before")).to_be_visible()
    await page.reload()  # half a sign-in shows the form alone
    await enter_password(site, page, ADMIN)
    await code.fill(await site.code())
    await code.press("Enter")
    await expect(page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()


async def test_a_lost_app_is_replaced_with_a_recovery_code_that_works_once(
    site: Site, page: Page, admin: Person
) -> None:
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings")
    await page.get_by_label("Current password").fill("kept while the codes are shown")
    await page.get_by_role("button", name="New recovery codes").click()
    codes = await keep_codes(page)
    await expect(page.get_by_label("Current password")).to_have_value("kept while the codes are shown")

    await open_account_menu(page)
    await page.get_by_role("button", name="Sign out", exact=True).click()
    for refused in (False, True):
        await enter_password(site, page, ADMIN)
        await page.get_by_role("button", name="Use a recovery code").click()
        await page.get_by_label("Recovery code").fill(codes[0])
        if not refused:
            assert await check_screen(page, "console-en-recovery") == []
        await page.get_by_role("button", name="Continue").click()
        if refused:
            await expect(page.get_by_text("That is not right, or it was used before")).to_be_visible()
        else:
            await expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()
            await open_account_menu(page)
            await page.get_by_role("button", name="Sign out", exact=True).click()


async def test_an_administrator_resets_a_factor_and_the_person_sets_up_again_and_is_told(
    site: Site, page: Page, chromium: Browser, admin: Person
) -> None:
    await site.hire(admin.clinic, email=THERAPIST, name="Tom Example")
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings/staff")
    await page.get_by_role("button", name="Manage Tom Example").click()
    await page.get_by_role("button", name="Reset the second factor").click()
    await page.get_by_role("button", name="Reset it").click()
    url = await page.get_by_role("textbox", name="Link").input_value()
    await expect(page.get_by_alt_text("QR code of the link")).to_be_visible()

    context = await chromium.new_context(viewport=PHONE, locale="en-US")
    other = await context.new_page()
    await enter_password(site, other, THERAPIST)
    await expect(other.get_by_role("heading", name="You need a link first")).to_be_visible()
    faults = await check_screen(other, "console-en-link-needed")
    await add_authenticator(other)
    await other.goto(url)
    await expect(other.get_by_role("heading", name=re.compile("^Back to "))).to_be_visible()
    await expect(other.get_by_text(f"Tom Example · {THERAPIST} · Therapist")).to_be_visible()
    faults += await check_screen(other, "console-en-join-again")
    await other.get_by_label("Choose a password").fill(LONG_PASSWORD)
    await other.get_by_role("button", name="Continue").click()
    await other.get_by_role("button", name="Make a passkey").click()
    await keep_codes(other)
    await expect(other.get_by_text("An administrator reset your second factor on")).to_be_visible()
    faults += await check_screen(other, "console-en-factor-reset")
    assert faults == []
    await other.get_by_role("button", name="Understood").click()
    await expect(other.get_by_text("An administrator reset your second factor on")).to_have_count(0)
    await other.reload()
    await expect(other.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
    await expect(other.get_by_text("An administrator reset your second factor on")).to_have_count(0)
    await context.close()


async def test_an_administrator_invites_a_colleague_withdraws_it_and_ends_sign_ins(
    site: Site, page: Page, chromium: Browser, admin: Person
) -> None:
    tom = await site.hire(admin.clinic, email=THERAPIST, name="Tom Example")
    context = await chromium.new_context(viewport=DESK, locale="en-US")
    other = await context.new_page()
    await sign_in(site, other, tom)
    await other.goto(f"{site.origin}/console/#/patients")
    await expect(other.get_by_role("heading", name="Patients", exact=True)).to_be_visible()

    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings/staff")
    invite = page.locator("section", has=page.get_by_role("heading", name="Invite a colleague"))
    await invite.get_by_label("E-mail").fill(NEW)
    await invite.get_by_role("button", name="Make an invitation").click()
    await expect(invite.get_by_role("textbox", name="Link")).to_have_value(re.compile("/console/join#"))
    await invite.get_by_role("button", name=f"Withdraw the invitation for {NEW}").click()
    await expect(invite.get_by_role("textbox", name="Link")).to_have_count(0)
    await expect(invite.get_by_text("Open invitations")).to_have_count(0)

    await page.get_by_role("button", name="Manage Tom Example").click()
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_text("Signed in nowhere.")).to_be_visible()
    await other.get_by_role("link", name="Alerts").click()
    await expect(other.get_by_role("heading", name="You are signed out")).to_be_visible()
    await context.close()


async def test_confirming_in_the_middle_of_a_form_loses_nothing_and_the_change_goes_on_by_itself(
    site: Site, page: Page, admin: Person
) -> None:
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings/staff")
    invite = page.locator("section", has=page.get_by_role("heading", name="Invite a colleague"))
    await invite.get_by_label("E-mail").fill(NEW)
    site.clock.advance(minutes=6)
    make = invite.get_by_role("button", name="Make an invitation")
    await make.click()
    dialog = page.get_by_role("dialog", name="Confirm that it is you")
    await expect(dialog.get_by_label("Password")).to_be_focused()
    assert await check_screen(page, "console-en-confirm") == []

    await page.keyboard.press("Escape")
    await expect(invite.get_by_text("This was not done, because you did not confirm")).to_be_visible()
    await expect(invite.get_by_label("E-mail")).to_have_value(NEW)
    await expect(make).to_be_focused()

    await make.click()
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_label("Code of your authenticator app").fill(await site.code())
    await dialog.get_by_role("button", name="Confirm").click()
    await expect(invite.get_by_role("textbox", name="Link")).to_have_value(re.compile("/console/join#"))
    await expect(dialog).to_have_count(0)


async def test_a_passkey_is_added_confirms_and_the_last_factor_stays(site: Site, page: Page, admin: Person) -> None:
    await add_authenticator(page)
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings")
    await page.get_by_role("button", name="Add another").click()
    await page.get_by_label("Name of the passkey").fill("Front desk")
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_text("The second factor is set up.")).to_be_visible()
    await page.get_by_role("button", name="Remove Authenticator app").click()
    await expect(page.get_by_text("Authenticator app is removed.")).to_be_visible()
    site.clock.advance(minutes=6)
    await page.get_by_role("button", name="Remove Front desk").click()
    await page.get_by_role("dialog").get_by_role("button", name="Use my passkey").click()
    await expect(page.get_by_text("This is your only second factor.")).to_be_visible()
    await expect(page.get_by_role("button", name="Remove Front desk")).to_be_visible()


async def test_an_unused_desk_warns_then_blanks_and_gives_back_what_was_typed(
    site: Site, page: Page, admin: Person
) -> None:
    await sign_in(site, page, admin)
    await page.clock.install(time=site.clock.now())
    await half_a_form(site, page)
    await page.clock.fast_forward((IDLE - timedelta(seconds=50)) // timedelta(milliseconds=1))
    warning = page.get_by_role("alertdialog", name="You will be signed out in 1 minute")
    await expect(warning).to_be_visible()
    assert await check_screen(page, "console-en-idle") == []
    await warning.get_by_role("button", name="Stay signed in").click()
    await expect(warning).to_have_count(0)
    await expect(page.get_by_label("The patient's goal")).to_be_focused()

    await page.clock.fast_forward(IDLE // timedelta(milliseconds=1))
    await is_blank(page)
    assert await check_screen(page, "console-en-locked") == []
    await page.reload()  # the sign-in has ended at the server too
    await expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


async def test_a_sign_in_that_ended_blanks_the_desk_and_the_same_person_gets_the_work_back(
    site: Site, page: Page, admin: Person
) -> None:
    await sign_in(site, page, admin)
    await half_a_form(site, page)
    await end_sign_ins(site)
    await page.get_by_role("button", name="Register patient").click()
    await is_blank(page)
    await enter_password(site, page, ADMIN, go=False)
    await page.get_by_label("Code of your authenticator app").fill(await site.code())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_label("First name")).to_have_value("Ana")
    await expect(page.get_by_label("The patient's goal")).to_have_value("Carry my groceries")
    await expect(page.get_by_role("button", name="Register patient")).to_be_focused()
    await page.get_by_role("button", name="Register patient").click()
    await expect(page.get_by_role("heading", name="Ana Example")).to_be_visible()


async def test_another_person_at_a_locked_desk_gets_nothing_of_the_first(site: Site, page: Page, admin: Person) -> None:
    await site.hire(admin.clinic, email=THERAPIST, name="Tom Example")
    await sign_in(site, page, admin)
    await half_a_form(site, page)
    await end_sign_ins(site)
    await page.get_by_role("button", name="Register patient").click()
    await is_blank(page)
    await enter_password(site, page, THERAPIST, go=False)
    await page.get_by_label("Code of your authenticator app").fill(await site.code())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_label("First name")).to_have_value("")
    await expect(page.get_by_label("Tom Example: your account")).to_be_visible()


async def test_an_open_dialog_comes_back_with_the_page(site: Site, page: Page, admin: Person) -> None:
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/patients/new")
    await page.get_by_label("First name").wait_for()
    await page.evaluate(
        """() => {
        const dialog = document.createElement("dialog");
        dialog.innerHTML = "<p>In the middle of something</p><input aria-label='Note' value='half a sentence'>";
        document.querySelector("#content").append(dialog);
        dialog.showModal();
        }"""
    )
    await end_sign_ins(site)
    await page.evaluate("dispatchEvent(new StorageEvent('storage', {key: 'homeplan.console.signed', newValue: 'out'}))")
    await is_blank(page)
    await enter_password(site, page, ADMIN, go=False)
    await page.get_by_label("Code of your authenticator app").fill(await site.code())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_label("Note")).to_have_value("half a sentence")
    assert await page.locator("dialog:modal").count() == 1


async def test_all_tabs_of_a_browser_lock_and_open_together(site: Site, desk: BrowserContext, admin: Person) -> None:
    one, other = await desk.new_page(), await desk.new_page()
    await sign_in(site, one, admin)
    await half_a_form(site, one)
    await other.goto(f"{site.origin}/console/")
    await expect(other.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
    await end_sign_ins(site)
    await other.get_by_role("link", name="Alerts").click()
    await is_blank(other)
    await is_blank(one)
    await enter_password(site, other, ADMIN, go=False)
    await other.get_by_label("Code of your authenticator app").fill(await site.code())
    await other.get_by_role("button", name="Continue").click()
    await expect(one.get_by_label("First name")).to_have_value("Ana")


@pytest.mark.parametrize(("language", "view"), [("en", DESK), ("es", PHONE)])
async def test_no_screen_at_the_door_has_a_barrier(
    site: Site, chromium: Browser, admin: Person, language: str, view: dict[str, int]
) -> None:
    context = await chromium.new_context(viewport=view, locale=language)  # type: ignore[arg-type]
    page = await context.new_page()
    name = f"console-{language}-door"
    await add_authenticator(page)
    await page.goto(f"{site.origin}/console/")
    faults = await check_screen(page, f"{name}-sign-in")
    await page.locator("input[type=email]").fill(ADMIN)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.locator("form button").click()
    await page.locator("input[autocomplete=one-time-code]").wait_for()
    faults += await check_screen(page, f"{name}-code")
    await page.goto(await link(site, admin, NEW))
    await page.locator("input[type=password]").fill(LONG_PASSWORD[:10])
    faults += await check_screen(page, f"{name}-join")
    await page.locator("input[autocomplete=name]").fill("Ana Example")
    await page.locator("input[type=password]").fill(LONG_PASSWORD)
    await page.locator("form button").click()
    await page.locator("form.way").wait_for()
    faults += await check_screen(page, f"{name}-set-up")
    await page.locator("div.way button").click()
    await page.locator("input[autocomplete=one-time-code]").wait_for()
    faults += await check_screen(page, f"{name}-app")
    await page.locator("form button[type=button]").click()
    await page.locator("form.way button").click()
    await page.locator("ol li").first.wait_for()
    faults += await check_screen(page, f"{name}-codes")
    await page.emulate_media(media="print")
    assert await page.locator("button").filter(visible=True).count() == 0
    assert await page.locator("ol li").filter(visible=True).count() == 10
    await page.emulate_media(media="screen")
    await page.goto(f"{site.origin}/console/join#no-such-link")
    await page.locator(".blank h1").wait_for()
    faults += await check_screen(page, f"{name}-gone")
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings")
    await page.locator("section form button").first.wait_for()
    faults += await check_screen(page, f"{name}-settings")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await context.close()
    assert faults == []


async def link(site: Site, admin: Person, email: str) -> str:
    """The link of a new invitation to the clinic."""

    async def work(tx: Tx) -> str:
        ctx = context(tx, site.clock.now(), admin.clinic.id)
        new = await invite_staff(ctx, invitation_id=new_id(ctx.now), email=email, role=Role.THERAPIST)
        return set_up_link(site.settings, new)

    return await site.db.write(work)


async def add_authenticator(page: Page) -> CDPSession:
    """A device that holds passkeys and has just recognized its owner."""
    device = await page.context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


async def enter_password(site: Site, page: Page, email: str, *, go: bool = True) -> None:
    if go:
        await page.goto(f"{site.origin}/console/")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def keep_codes(page: Page) -> list[str]:
    """The recovery codes, which the page lets go only after the person has kept them."""
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = await page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    go_on = page.get_by_role("button", name="Continue")
    await expect(go_on).to_be_disabled()
    await page.get_by_label("I have kept them").check()
    await go_on.click()
    return codes


async def half_a_form(site: Site, page: Page) -> None:
    """A new patient, half written down."""
    await page.goto(f"{site.origin}/console/#/patients/new")
    await page.get_by_label("First name").fill("Ana")
    await page.get_by_label("Last name").fill("Example")
    await page.get_by_label("Time zone").fill("America/Denver")
    await page.get_by_label("The patient's goal").fill("Carry my groceries")


async def is_blank(page: Page) -> None:
    """The form to sign in is alone: what was on the page is not in the document any more, nor in any field."""
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await expect(page.locator("header, nav, #content")).to_have_count(0)
    values = await page.locator("input").evaluate_all("fields => fields.map(field => field.value).join()")
    assert "Ana" not in values


async def end_sign_ins(site: Site) -> None:
    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET revoked_at = 1"))
