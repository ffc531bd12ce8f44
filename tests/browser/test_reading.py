"""Titles, landmarks, headings, names and states of all questions, as a screen reader gets them."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_reach import an_exercise

TITLES = {
    "en": {
        "today": "Today",
        "checkin": "Daily check-in",
        "play/{item}": "Exercise",
        "progress": "Progress",
        "messages": "Messages",
        "reminders": "Reminders",
        "me": "Me",
        "learn": "Good to know",
        "help": "Get help",
        "safety": "Safety check",
        "data": "Your data",
        "privacy": "Privacy lock",
    },
    "es": {
        "today": "Hoy",
        "checkin": "Registro diario",
        "play/{item}": "Ejercicio",
        "progress": "Progreso",
        "messages": "Mensajes",
        "reminders": "Avisos",
        "me": "Yo",
        "learn": "Bueno saberlo",
        "help": "Pedir ayuda",
        "safety": "Revisión de seguridad",
        "data": "Sus datos",
        "privacy": "Bloqueo de privacidad",
    },
}
ASKED: dict[str, dict[str, str]] = {
    "en": {
        "pain": "How is your back pain right now?",
        "no_pain": "0, No pain",
        "worst": "10, Worst pain you can imagine",
        "soreness": "How sore is the muscle where you had the needles?",
        "not_sore": "0, Not sore",
        "more": "A little more, if you like",
        "view": "From behind",
        "place": "Low back, Left",
    },
    "es": {
        "pain": "¿Cómo está su dolor de espalda en este momento?",
        "no_pain": "0, Sin dolor",
        "worst": "10, El peor dolor que pueda imaginar",
        "soreness": "¿Cuánto dolor muscular por la punción siente donde le pusieron las agujas?",
        "not_sore": "0, Sin dolor muscular",
        "more": "Un poco más, si quiere",
        "view": "De espaldas",
        "place": "Espalda baja, Izquierda",
    },
}

OUTLINE = """
() => {
  const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4)")]
    .filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]));
  return {
    titles: levels.filter(level => level === 1).length,
    jumps: levels.filter((level, i) => level - (levels[i - 1] ?? 0) > 1),
    mains: document.querySelectorAll("main").length,
    unnamed: [...document.querySelectorAll("nav, section[role], [role=group], [role=radiogroup]")]
      .filter(e => !e.matches("[aria-label], [aria-labelledby]")).length,
  };
}
"""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_screen_says_what_it_is(site: Site, chromium: Browser, language: str) -> None:
    phone = await reader(site, chromium, language)
    item = await an_exercise(phone)
    for screen, title in TITLES[language].items():
        await phone.open(screen.format(item=item))
        await expect(phone.page).to_have_title(f"{title} · Homeplan")
        await expect(phone.page.locator("main h1")).to_be_focused()
        assert await phone.page.evaluate(OUTLINE) == {"titles": 1, "jumps": [], "mains": 1, "unnamed": 0}, screen
        assert await phone.page.evaluate("document.documentElement.lang") == language
    await phone.page.context.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_scale_and_body_map_say_their_meaning_and_their_state(
    site: Site, chromium: Browser, language: str
) -> None:
    words = ASKED[language]
    phone = await reader(site, chromium, language)
    page = phone.page
    await phone.open("checkin")
    pain = page.get_by_role("group", name=words["pain"], exact=True)
    radios = pain.get_by_role("radio")
    await expect(radios).to_have_count(11)
    await expect(radios.first).to_have_accessible_name(words["no_pain"])
    await expect(radios.last).to_have_accessible_name(words["worst"])
    await pain.get_by_text("4", exact=True).click()
    await expect(radios.nth(4)).to_be_checked()
    sore = page.get_by_role("group", name=words["soreness"], exact=True).get_by_role("radio")
    await expect(sore.first).to_have_accessible_name(words["not_sore"])

    await page.get_by_text(words["more"]).click()
    body = page.get_by_role("group", name=words["view"], exact=True)
    place = body.get_by_role("checkbox", name=words["place"], exact=True)
    await expect(place).not_to_be_checked()
    await place.click()
    await expect(place).to_be_checked()
    names = [await each.get_attribute("aria-label") for each in await body.get_by_role("checkbox").all()]
    assert len(names) == len(set(names)) > 10
    await page.context.close()


async def test_the_player_says_each_phase_and_not_each_second(site: Site, chromium: Browser) -> None:
    phone = await reader(site, chromium, "en")
    page = phone.page
    await phone.open(f"play/{await an_exercise(phone)}")
    await page.clock.set_fixed_time(site.clock.now())
    await page.reload()
    await page.get_by_role("button", name="Start", exact=True).click()
    spoken = page.locator("main [aria-live=assertive]")
    await expect(spoken).to_contain_text("Get ready")
    await expect(page.locator(".seconds")).to_have_attribute("aria-hidden", "true")
    await page.get_by_role("button", name="Pause").click()
    await expect(spoken).to_have_text("Paused")
    await page.context.close()


async def reader(site: Site, chromium: Browser, language: str) -> Phone:
    """A phone after needling, with a plan, in that language."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, locale=language, timezone_id="America/Denver", reduced_motion="reduce"
    )
    page = await context.new_page()
    phone = await Phone.joined(site, page, "pelvic-tilt", "bridge", needled=True, language=language)
    await phone.plan()
    return phone
