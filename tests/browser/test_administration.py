"""Administration in the console: import, merge, covers and the front desk."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from homeplan.actor import Role
from tests.browser.desk import sign_in
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.browser.test_unsaved import kept
from tests.world import Person

DESK: ViewportSize = {"width": 1440, "height": 900}
CSV = (
    "Nombre;Apellidos;Fecha de nacimiento;Expediente;Teléfono\r\n"
    "José;Núñez;31/12/1980;A-1;303 555 0142\r\n"
    "Eva;Example;05/04/1971;A-2;\r\n"
    "Ana;Example;;A-3;12\r\n"
)


@pytest.fixture
async def owner(site: Site) -> Person:
    return await site.hire(
        await site.world.clinic(), email="owner@clinic.example", role=Role.OWNER, name="Olga Example"
    )


async def a_page(chromium: Browser, site: Site, person: Person, language: str) -> Page:
    context = await chromium.new_context(viewport=DESK, locale=language)
    page = await context.new_page()
    await sign_in(site, page, person)
    return page


async def test_patients_are_imported_once_and_taken_back(
    site: Site, chromium: Browser, owner: Person, tmp_path: Path
) -> None:
    page = await a_page(chromium, site, owner, "en-US")
    file = tmp_path / "patients.csv"
    file.write_bytes(CSV.encode("windows-1252"))
    await page.goto(f"{site.origin}/console/#/settings/import")
    await page.get_by_label("CSV file").set_input_files(file)
    await expect(page.get_by_text("3 rows")).to_be_visible()
    await expect(page.get_by_text("Telephone cannot be called")).to_be_visible()
    assert await check_screen(page, "console-en-import-preview") == []
    assert await site.stored("patients") == 0
    await page.get_by_role("button", name="Import 2 patients").click()
    await expect(page.get_by_text("2 imported, 1 left out", exact=True)).to_be_visible()
    assert await site.stored("patients") == 2
    await page.get_by_label("CSV file").set_input_files([])
    await page.get_by_label("CSV file").set_input_files(file)
    await expect(page.get_by_text("same record number as José Núñez")).to_be_visible()
    await expect(page.get_by_text("No row of this file would be imported.")).to_be_visible()
    await page.get_by_role("button", name="Take back the import").click()
    await page.get_by_role("button", name="Remove them").click()
    await expect(page.get_by_text("Taken back.", exact=True)).to_be_visible()
    assert await site.stored("patients") == 0


async def test_duplicates_are_merged_and_the_merge_is_undone(site: Site, chromium: Browser, owner: Person) -> None:
    therapist = await site.hire(owner.clinic, email="tom@clinic.example", name="Tom Example")
    for more in ({"birth_year": 1980}, {"record_number": "B-7"}):
        await site.world.patient(owner.clinic, therapist, given_name="Ana", family_name="Twin", **more)
    page = await a_page(chromium, site, owner, "en-US")
    await page.goto(f"{site.origin}/console/#/settings/patients")
    keep = page.get_by_role("button", name="Keep Ana Twin (1980)")
    await expect(keep).to_be_visible()
    assert await check_screen(page, "console-en-duplicates") == []
    await keep.click()
    await page.get_by_role("button", name="Merge them").click()
    await expect(page.get_by_text("No two records look alike.")).to_be_visible()
    await expect(page.get_by_role("button", name="Undo the merge")).to_be_visible()
    assert await check_screen(page, "console-en-merged") == []
    await page.goto(f"{site.origin}/console/#/patients")
    await page.get_by_role("link", name=re.compile("Ana")).first.click()
    await expect(page.get_by_text("There is an earlier record of this person.")).to_be_visible()
    await page.get_by_role("link", name="Open it").click()
    await expect(page.get_by_text("is read-only")).to_be_visible()
    await page.goto(f"{site.origin}/console/#/settings/patients")
    await page.get_by_role("button", name="Undo the merge").click()
    await expect(page.get_by_role("button", name="Keep Ana Twin (1980)")).to_be_visible()


async def test_an_administrator_moves_a_caseload_and_enters_a_cover(
    site: Site, chromium: Browser, owner: Person
) -> None:
    tom = await site.hire(owner.clinic, email="tom@clinic.example", name="Tom Example")
    await site.hire(owner.clinic, email="eva@clinic.example", name="Eva Example")
    await site.world.patient(owner.clinic, tom)
    page = await a_page(chromium, site, owner, "en-US")
    await page.goto(f"{site.origin}/console/#/settings/patients")
    await page.get_by_role("combobox", name="From", exact=True).select_option("Tom Example (1 patient)")
    await page.get_by_role("combobox", name="To", exact=True).select_option("Eva Example")
    await page.get_by_role("button", name="Move the caseload").click()
    await expect(page.get_by_text("1 patient is Eva Example's now.").first).to_be_visible()
    await page.get_by_role("combobox", name="Away", exact=True).select_option("Eva Example")
    await page.get_by_role("combobox", name="Covers", exact=True).select_option("Tom Example")
    await page.get_by_label("First day").fill("2026-12-01")
    await page.get_by_label("Last day").fill("2026-12-05")
    await kept(page, "care-cover")
    await page.reload()
    await expect(page.get_by_label("Last day")).to_have_value("2026-12-05")
    await page.get_by_role("button", name="Add the cover").click()
    await expect(page.get_by_text("Tom Example for Eva Example")).to_be_visible()
    assert await site.stored("care_covers") == 1


@pytest.mark.parametrize("language", ["en-US", "es-MX"])
async def test_the_front_desk_registers_a_patient_and_sees_no_clinical_page(
    site: Site, chromium: Browser, owner: Person, language: str
) -> None:
    words = {
        "en-US": ("Patients", "New patient", "First name", "Last name", "Register patient"),
        "es-MX": ("Pacientes", "Paciente nuevo", "Nombre", "Apellidos", "Registrar al paciente"),
    }[language]
    desk = await site.hire(owner.clinic, email="desk@clinic.example", role=Role.FRONT_DESK, name="Dora Example")
    page = await a_page(chromium, site, desk, language)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
    await page.goto(f"{site.origin}/console/")
    await expect(page.get_by_role("heading", name=words[0], exact=True)).to_be_visible()
    faults = await check_screen(page, f"console-{language[:2]}-desk-patients")
    await page.goto(f"{site.origin}/console/#/patients/new")
    await page.get_by_label(words[2], exact=True).or_(page.locator("form input").first).first.fill("Ana")
    await page.locator("form input").nth(1).fill("Example")
    faults += await check_screen(page, f"console-{language[:2]}-desk-new")
    await page.locator("form button.primary").click()
    await page.wait_for_url("**/invite")
    await page.goto(page.url.removesuffix("/invite"))
    faults += await check_screen(page, f"console-{language[:2]}-desk-chart")
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT id FROM patients"))
    await page.goto(f"{site.origin}/console/#/patients/{row['id']}/program")
    faults += await check_screen(page, f"console-{language[:2]}-desk-nothing")
    assert (faults, refused) == ([], [])
