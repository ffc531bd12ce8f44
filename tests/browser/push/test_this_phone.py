"""The card that says whether reminders reach this phone: each way in which they do not, and what to do about it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.phone import START, Phone
from tests.browser.push.stand_in import FORGET, TURN_ON, StandIn, reminded
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.delivery.judge import Fault
from tests.push_service import PushService
from tests.waiting import LIMIT_S

LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])
QUESTION = re.compile("Would you like a reminder each day|Quiere un aviso cada día")
SEND_TEST = re.compile("Send me a test|Enviarme una prueba")
TRY_AGAIN = re.compile("Try again|Intentar de nuevo")
ON = re.compile("Reminders reach this phone|Los avisos llegan a este teléfono")
LOST = re.compile("This phone has dropped its reminders|Este teléfono perdió sus avisos")
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
SUBSCRIBE_LIMIT_MS = 20_000
OVERDUE_MS = 13_000


@pytest.fixture
async def phone(chromium: Browser, moment: datetime) -> AsyncIterator[BrowserContext]:
    """An Android phone whose waiting a test can shorten."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="en-US", user_agent=ANDROID
    )
    await context.clock.install(time=moment)
    yield context
    await context.close()


@LANGUAGES
async def test_the_test_button_ticks_off_each_step_as_it_happens(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    page = (await reminded(site, await phone.new_page(), language)).page
    steps = page.locator("ol > li.done")

    await page.get_by_role("button", name=SEND_TEST).click()
    await expect(steps).to_have_count(1)
    assert await site.send_due() == {"sent": 1}
    await expect(steps).to_have_count(3)
    await page.clock.fast_forward(OVERDUE_MS)
    await expect(page.get_by_text(re.compile("battery saver|ahorro de batería"))).to_be_visible()
    assert await check_screen(page, f"push-{language}-not-shown") == []

    await stand_in.deliver(page)
    await stand_in.shown(page)
    await page.clock.fast_forward(OVERDUE_MS)
    await expect(steps).to_have_count(4)
    await expect(page.get_by_text(re.compile("It works|Funciona"))).to_be_visible()
    assert await check_screen(page, f"push-{language}-shown") == []


@pytest.mark.parametrize("language", ["en"])
async def test_a_test_that_does_not_leave_is_not_blamed_on_the_phone(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    await StandIn.install(phone, service, site)
    page = (await reminded(site, await phone.new_page(), language)).page
    await page.get_by_role("button", name=SEND_TEST).click()
    await expect(page.locator("ol > li.done")).to_have_count(1)
    await page.clock.fast_forward(OVERDUE_MS)
    await expect(page.get_by_text(re.compile("clinic's server has not sent|clínica todavía no la ha"))).to_be_visible()
    assert await check_screen(page, f"push-{language}-not-sent") == []

    service.fail_with(Fault(503))
    assert await site.send_due() == {"pending": 1}
    await page.clock.fast_forward(OVERDUE_MS)
    await expect(page.get_by_text(re.compile("does not answer the clinic's|no responde al servidor"))).to_be_visible()


@pytest.mark.parametrize("language", ["es"])
async def test_a_subscription_that_the_service_dropped_is_renewed_at_once(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    page = (await reminded(site, await phone.new_page(), language)).page
    service.end(stand_in.endpoints[0])
    await page.get_by_role("button", name=SEND_TEST).click()
    await expect(page.locator("ol > li.done")).to_have_count(1)
    assert await site.send_due() == {"gone": 1}
    await expect(page.get_by_text(re.compile("had dropped this phone|había olvidado"))).to_be_visible()
    assert await check_screen(page, f"push-{language}-gone") == []

    await site.until_row("SELECT id FROM devices WHERE ended_at IS NULL")
    assert len(stand_in.endpoints) == 2
    await page.get_by_role("button", name=SEND_TEST).click()
    await site.until_row("SELECT id FROM deliveries WHERE status = 'pending'")
    assert await site.send_due() == {"sent": 1}
    await expect(page.locator("ol > li.done")).to_have_count(3)


@pytest.mark.parametrize("language", ["es"])
async def test_a_service_that_never_answers_is_told_and_can_be_tried_again(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    stand_in.mode = "silence"
    ana = await Phone.joined(site, await phone.new_page(), language=language)
    await ana.open("reminders")
    assert await check_screen(ana.page, f"push-{language}-off") == []
    await ana.page.get_by_role("button", name=TURN_ON[language]).click()
    await expect(ana.page.get_by_role("button", name=re.compile("Turning on|Activando"))).to_be_disabled()
    await asyncio.wait_for(stand_in.asked.wait(), LIMIT_S)
    await ana.page.clock.fast_forward(SUBSCRIBE_LIMIT_MS)
    await expect(ana.page.get_by_role("alert")).to_contain_text(re.compile("did not answer|no respondió"))
    assert await check_screen(ana.page, f"push-{language}-silence") == []

    stand_in.mode = "subscribe"
    await ana.page.get_by_role("button", name=TRY_AGAIN).click()
    await expect(ana.page.get_by_role("heading", name=ON)).to_be_visible()
    await expect(ana.page.get_by_role("alert")).to_have_count(0)


@LANGUAGES
async def test_who_said_no_is_told_how_to_allow_it_and_returning_is_enough(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    await StandIn.install(phone, service, site, allow=False)
    ana = await Phone.joined(site, await phone.new_page(), language=language)
    await ana.open("reminders")
    how = ana.page.get_by_text(re.compile("Tap the sign beside the address|Toque el signo"))
    await expect(how).to_be_visible()
    assert await check_screen(ana.page, f"push-{language}-denied") == []

    await phone.grant_permissions(["notifications"], origin=site.origin)
    await ana.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await ana.page.get_by_role("button", name=TURN_ON[language]).click()
    await expect(ana.page.get_by_role("heading", name=ON)).to_be_visible()


@pytest.mark.parametrize("language", ["en"])
async def test_a_dropped_subscription_is_renewed_at_the_next_start_or_shown_on_the_first_screen(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    stand_in = await StandIn.install(phone, service, site)
    ana = await reminded(site, await phone.new_page(), language)
    await ana.page.evaluate(FORGET)
    await ana.page.reload()
    await site.until_row("SELECT id FROM devices WHERE ended_as = 'removed'")
    assert len(stand_in.endpoints) == 2
    assert await site.stored("devices WHERE ended_at IS NULL") == 1

    stand_in.mode = "refusal"
    await ana.page.evaluate(FORGET)
    await ana.open("today")
    await ana.page.reload()
    notice = ana.page.get_by_role("link", name=re.compile("no longer reach this phone|ya no llegan a este"))
    await expect(notice).to_be_visible()
    assert await check_screen(ana.page, f"push-{language}-today") == []
    await notice.click()
    await expect(ana.page.get_by_role("heading", name=LOST)).to_be_visible()
    assert await check_screen(ana.page, f"push-{language}-lost") == []

    stand_in.mode = "subscribe"
    await ana.page.get_by_role("button", name=TURN_ON[language]).click()
    await expect(ana.page.get_by_role("heading", name=ON)).to_be_visible()
    await ana.open("today")
    await expect(notice).to_have_count(0)


@pytest.mark.parametrize("language", ["es"])
async def test_an_iphone_is_asked_to_install_the_app_first(site: Site, chromium: Browser, language: str) -> None:
    iphone = await chromium.new_context(
        viewport={"width": 390, "height": 664}, is_mobile=True, has_touch=True, locale=language, user_agent=IPHONE
    )
    page = await iphone.new_page()
    await page.goto(await site.invite(await site.world.patient(await site.world.clinic(), language=language)))
    await page.get_by_role("button", name=START).click()
    await page.wait_for_url("**/#/install")
    await page.goto(f"{site.origin}/#/reminders")
    link = page.get_by_role("link", name=re.compile("Show me how|Mostrarme cómo"))
    await expect(link).to_be_visible()
    assert await check_screen(page, f"push-{language}-install-first") == []
    await link.click()
    await page.wait_for_url("**/#/install")
    await iphone.close()


@LANGUAGES
async def test_a_phone_asks_once_after_the_first_check_in_whether_it_is_to_remind(
    site: Site, phone: BrowserContext, service: PushService, language: str
) -> None:
    await StandIn.install(phone, service, site)
    page = await phone.new_page()
    ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
    question = page.get_by_role("heading", name=QUESTION)
    await expect(question).to_have_count(0)
    assert await site.stored("reminders") == 0
    await checked_in(ana)
    await expect(question).to_be_visible()
    assert await check_screen(page, f"push-{language}-asked") == []
    await page.get_by_role("button", name=TURN_ON[language]).click()
    await expect(page.get_by_role("heading", name=ON)).to_be_visible()
    await expect(page.get_by_text(re.compile("each day at|cada día a las"))).to_be_visible()
    row = await site.until_row("SELECT kind FROM reminders WHERE enabled_at IS NOT NULL")
    assert row["kind"] == "checkin"

    await ana.open("today")
    await checked_in(ana)
    await expect(page.get_by_role("heading", name=re.compile("Thank you|Gracias"))).to_be_visible()
    await expect(question).to_have_count(0)


async def test_a_no_to_the_question_is_remembered_and_the_phone_asks_nothing_itself(
    site: Site, phone: BrowserContext, service: PushService
) -> None:
    await StandIn.install(phone, service, site)
    page = await phone.new_page()
    ana = await Phone.joined(site, page)
    await checked_in(ana)
    await page.get_by_role("button", name="Not now").click()
    question = page.get_by_role("heading", name=QUESTION)
    await expect(question).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("Your answers were sent.")).to_be_visible()
    await expect(question).to_have_count(0)
    assert await site.stored("devices") == 0


async def checked_in(ana: Phone) -> None:
    """A check-in that has been sent, the first or a changed one."""
    await ana.open("checkin")
    await ana.page.locator("[name=painNow]").nth(4).check(force=True)
    await ana.page.get_by_role("button", name=re.compile("Nothing new. Save|Nada nuevo. Guardar")).click()
    await expect(ana.page.get_by_text(re.compile("Sent to your clinic|Enviado a su clínica"))).to_be_visible()
