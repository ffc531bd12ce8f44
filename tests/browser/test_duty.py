"""Nobody acknowledges a warning sign: the cover person is notified. The clinic sets its hours and duty list itself."""

import re

import pytest
from msgspec import structs
from playwright.async_api import BrowserContext, Locator, Page, expect

from homeplan.actor import Role
from homeplan.app import create_app
from homeplan.db import Tx
from homeplan.escalation.worker import tick
from homeplan.ids import new_id
from homeplan.settings import Settings
from tests.browser.desk import EMAIL, open_account_menu, sign_in
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.browser.test_warning import tick_and_go_on
from tests.world import Person

CONFIRMED_MAIL = """
INSERT INTO mail_addresses (clinic_id, id, staff_id, email, language, asked_at, confirmed_at)
VALUES (:clinic_id, :id, :staff_id, :email, 'en', 0, 0)"""
STAFF = "SELECT id, name FROM staff WHERE clinic_id = :clinic_id"
MAIL_URL = "smtps://user:password@mail.example:465"
MAILED = "SELECT recipient_id, kind FROM deliveries WHERE recipient_kind = 'staff' ORDER BY planned_at, recipient_id"


async def give_mail(site: Site, *people: Person) -> None:
    """A proved mail address for each of these people."""

    async def work(tx: Tx) -> None:
        for person in people:
            address = f"{person.id}@clinic.example"
            await tx.execute(
                CONFIRMED_MAIL,
                clinic_id=person.clinic.id,
                id=new_id(site.clock.now()),
                staff_id=person.id,
                email=address,
            )

    await site.db.write(work)


def with_mail(site: Site) -> Settings:
    """The site's settings with a mail server."""
    return structs.replace(site.settings, mail_url=MAIL_URL, mail_from="clinic@mail.example")


async def escalate(site: Site) -> None:
    """One step of the escalation worker at the site's time."""
    await tick(with_mail(site), site.db, site.clock.now())


async def mailed(site: Site) -> list[tuple[str, str]]:
    """Recipient and text of every notice to staff, the earliest first."""
    rows = await site.db.read(lambda tx: tx.fetch(MAILED))
    return [(row["recipient_id"], row["kind"]) for row in rows]


def row(page: Page, title: str) -> Locator:
    """The selections of the first row below that title."""
    return page.get_by_role("group", name=re.compile(f"({title}) 1")).get_by_role("combobox")


async def open_all_day(page: Page) -> None:
    """Hours from 00:01 to 23:58 on every day."""
    for field in await page.get_by_label(re.compile("opens$|abre$")).all():
        await field.fill("00:01")
    for field in await page.get_by_label(re.compile("closes$|cierra$")).all():
        await field.fill("23:58")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_nobody_acknowledges_and_the_cover_person_is_notified(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    site.install(create_app(with_mail(site), site.db, site.clock))
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    clinic = ana.patient.clinic
    [therapist] = await site.db.read(lambda tx: tx.fetch(STAFF, clinic_id=clinic.id))
    admin = await site.hire(clinic, email=EMAIL, role=Role.ADMIN, name="Admin Example")
    cover = await site.hire(clinic, email="cover@clinic.example", name="Cover Example")
    on_duty = await site.hire(clinic, email="duty@clinic.example", name="Duty Example")
    await give_mail(site, admin, cover, on_duty)

    page = await desk.new_page()
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/settings/duty")
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
    await page.get_by_label(re.compile("Time zone of the clinic|Zona horaria")).fill("America/Denver")
    await open_all_day(page)
    await page.get_by_role("button", name=re.compile("Add to the list|Agregar a la lista")).click()
    await row(page, "Duty list|Lista de guardia").nth(0).select_option(label="Duty Example")
    await page.get_by_role("button", name=re.compile("Add a cover person|Agregar un suplente")).click()
    await row(page, "Cover persons|Suplentes").nth(0).select_option(label=therapist["name"])
    await row(page, "Cover persons|Suplentes").nth(1).select_option(label="Cover Example")
    await page.get_by_role("button", name=re.compile("Save all|Guardar todo")).click()
    await expect(page.get_by_text(re.compile("Hours and duty saved|Horario y guardia guardados")).first).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")  # or the bar at the top would lie over a button
    faults = await check_screen(page, f"console-{language}-duty-saved")

    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await ana.has_sent_everything()
    opening = re.compile("Your clinic is open now, until|Su clínica está abierta ahora, hasta")
    await ana.open("today")
    await ana.page.reload()
    await expect(ana.page.get_by_text(opening)).to_be_visible()
    faults += await check_screen(ana.page, f"patient-{language}-today-clinic-open")
    await ana.open("help")
    await expect(ana.page.get_by_text(opening)).to_be_visible()
    faults += await check_screen(ana.page, f"patient-{language}-help-clinic-open")
    await escalate(site)
    assert await mailed(site) == [(on_duty.id, "critical")]
    site.clock.advance(minutes=14)
    await escalate(site)
    assert len(await mailed(site)) == 1
    site.clock.advance(minutes=1)
    await escalate(site)
    assert (cover.id, "again") in await mailed(site)

    await sign_in(site, page, admin)  # fifteen minutes without a touch have signed the desk out
    await page.goto(f"{site.origin}/console/#/alerts")
    await page.reload()
    await page.get_by_role("button", name=re.compile("^(Alerts of|Alertas de)")).click()
    who = page.get_by_text(re.compile(r"Cover Example \((cover person|suplente)\), (e-mail|correo)"))
    await expect(who).to_be_visible()
    await expect(page.get_by_text(re.compile("Next, if nobody|Después, si nadie"))).to_contain_text("Admin Example")
    assert faults + await check_screen(page, f"console-{language}-alert-escalated") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_first_invitation_says_what_is_missing(site: Site, desk: BrowserContext, language: str) -> None:
    clinic = await site.world.clinic(is_live=False)
    admin = await site.hire(clinic, email=EMAIL, role=Role.ADMIN)
    patient = await site.world.patient(clinic, admin)
    page = await desk.new_page()
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/patients/{patient.id}/invite")
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
    await page.get_by_role("button", name=re.compile("Make an invitation|Crear una invitación")).click()
    await expect(
        page.get_by_text(re.compile("The first invitation waits|La primera invitación espera"))
    ).to_be_visible()
    faults = await check_screen(page, f"console-{language}-invite-not-ready")
    await page.get_by_role("link", name=re.compile("Hours and duty|Horario y guardia")).first.click()
    await expect(
        page.get_by_role("heading", name=re.compile("Hours and duty|Horario y guardia"), level=1)
    ).to_be_visible()
    assert faults + await check_screen(page, f"console-{language}-duty-empty") == []
