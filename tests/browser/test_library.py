"""The clinic's own items: written and signed at the desk with a picture, read on the phone without a network."""

import re
from datetime import timedelta

from playwright.async_api import BrowserContext, FilePayload, Page, expect

from homeplan.programs.authoring.entries import PrescriptionEntry
from tests.browser.desk import Desk, sign_in
from tests.browser.phone import START
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.library.pictures.drawn import drawn
from tests.programs.care import Care

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
STEPS = {
    "English": "Sit tall on a chair.\nSqueeze the towel.\nLet go.",
    "Spanish": "Siéntese derecho.\nApriete la toalla.\nSuelte.",
}


async def write(page: Page, label: str, english: str, spanish: str) -> None:
    group = page.get_by_role("group", name=label, exact=True)
    await group.get_by_label("English").fill(english)
    await group.get_by_label("Spanish").fill(spanish)


def file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_an_own_exercise_is_written_signed_and_done_on_the_phone_without_a_network(
    site: Site, desk: BrowserContext, phone: BrowserContext
) -> None:
    clinic = await site.world.clinic(drafts_allowed=False)
    therapist = await site.hire(clinic, email="therapist@clinic.example")
    page = await desk.new_page()
    await sign_in(site, page, therapist)
    await page.goto(f"{site.origin}/console/#/library")
    await page.get_by_role("link", name="Add an exercise").click()
    await write(page, "Title", "Towel squeeze", "Apretar la toalla")
    choose = page.locator("input[type=file]")
    await choose.set_input_files(file("photo.png", "image/png", SVG))
    await expect(page.get_by_role("alert")).to_contain_text("This is not a JPEG, PNG or WebP picture.")
    await choose.set_input_files(file("photo.jpg", "image/jpeg", drawn()))
    await expect(page.get_by_alt_text("Picture: Towel squeeze")).to_be_visible()
    await page.get_by_role("group", name="Muscles it works on").get_by_label("Gluteus medius (side of the hip)").check()
    await write(page, "In words", "Two squeezes.", "Dos veces.")
    await write(page, "Steps", STEPS["English"], "Siéntese derecho.")
    await expect(page.get_by_text("3 lines in English, 1 in Spanish")).to_be_visible()

    await page.reload()  # nothing is lost
    title = page.get_by_role("group", name="Title", exact=True).get_by_label("English")
    await expect(title).to_have_value("Towel squeeze")
    await write(page, "Steps", STEPS["English"], STEPS["Spanish"])
    await write(page, "What one feels", "Your thighs work a little.", "Los muslos trabajan un poco.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Both languages are needed, line for line: Why.")).to_be_visible()
    await write(page, "Why", "It wakes up your hips.", "Despierta las caderas.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Towel squeeze", exact=True, level=1)).to_be_visible()
    await page.get_by_role("button", name="Sign Towel squeeze").click()
    await expect(page.get_by_text("Signed by Therapist Example").first).to_be_visible()
    await expect(page.get_by_text("Version 1")).to_be_visible()
    await page.goto(f"{site.origin}/console/#/library")
    tile = page.get_by_role("listitem").filter(has_text="Towel squeeze")
    await expect(tile).to_contain_text("Signed by Therapist Example")

    patient = await site.world.patient(clinic, therapist, given_name="Ana")
    squeeze = PrescriptionEntry(kind="exercise", slug="own-towel-squeeze", phases=("p0", "p3"))
    await Care(site.db, site.clock, therapist, patient).publish(prescriptions=(squeeze,))
    ana = await phone.new_page()
    await ana.goto(await site.invite(patient))
    await ana.get_by_role("button", name=START).click()
    await ana.wait_for_url("**/#/today")
    await ana.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await ana.wait_for_function("caches.open('pictures').then(all => all.keys()).then(kept => kept.length === 1)")
    await phone.set_offline(True)
    await ana.reload()
    await ana.get_by_role("link", name="Towel squeeze", exact=False).last.click()
    picture = ana.locator("main img, .drawing img").first
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1280
    await expect(ana.get_by_text("Squeeze the towel.")).to_be_visible()
    await phone.set_offline(False)


async def test_what_is_opened_is_signed_and_the_next_one_follows(site: Site, desk: BrowserContext) -> None:
    page = (await Desk.at(site, await desk.new_page())).page
    await page.goto(f"{site.origin}/console/#/library")
    await expect(page.get_by_text("0 of 77 signed")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^Sign (?!out)"))).to_have_count(0)
    await page.get_by_role("link", name="Review 77 unsigned").click()
    await expect(page.get_by_role("heading", name="Belly breathing", level=1)).to_be_visible()
    await page.get_by_role("button", name="Sign and go on").click()
    await expect(page.get_by_text("1 of 77 signed")).to_be_visible()
    await expect(page.get_by_role("heading", name="Belly breathing", level=1)).to_be_hidden()
    await page.get_by_role("link", name="Make a version of your own").click()
    await expect(page.get_by_role("heading", name="Your own version of")).to_be_visible()


TOPIC = {
    "In one sentence": ("Sleep helps.", "Dormir ayuda."),
    "Paragraphs": ("Go to bed at one time.", "Acuéstese a una hora fija."),
    "Key point": ("Rest is training.", "Descansar es entrenar."),
    "One thing to do today": ("Put the phone away at ten.", "Deje el teléfono a las diez."),
}
ADVICE = {
    "Habit cue: “After I …, I …”": ("After I sit down, I stand up.", "Después de sentarme, me levanto."),
    "The smallest version that counts": ("Once.", "Una vez."),
    "Steps": ("Stand up.", "Levántese."),
    "Why": ("Moving helps.", "Moverse ayuda."),
}


async def save(page: Page, title: str) -> None:
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


async def test_own_advice_is_offered_until_it_is_retired(site: Site, desk: BrowserContext) -> None:
    page = (await Desk.at(site, await desk.new_page())).page
    await page.goto(f"{site.origin}/console/#/library")
    await page.get_by_role("link", name="Add advice").click()
    await write(page, "Title", "Stand up often", "Levántese a menudo")
    for label, texts in ADVICE.items():
        await write(page, label, *texts)
    await save(page, "Stand up often")
    await page.get_by_role("button", name="Sign Stand up often").click()
    await expect(page.get_by_text("Signed by Therapist Example").first).to_be_visible()

    retire, question = page.get_by_role("button", name="Offer no longer"), page.get_by_role("dialog")
    await retire.click()
    await expect(question).to_contain_text("Programs that have it keep it.")
    await page.keyboard.press("Enter")
    await expect(question).to_have_count(0)
    await expect(retire).to_be_focused()
    await retire.click()
    assert await check_screen(page, "console-library-retire") == []
    await question.get_by_role("button", name="Offer no longer").click()
    await expect(page.get_by_text("Not offered since")).to_be_visible()
    await page.get_by_role("link", name="Library").first.click()
    await expect(page.get_by_role("listitem").filter(has_text="Belly breathing")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Stand up often")).to_have_count(0)
    await page.get_by_role("combobox", name="Review").select_option("Not offered any more")
    await expect(page.get_by_role("listitem").filter(has_text="Stand up often")).to_be_visible()


async def test_a_topic_whose_review_is_near_is_listed_until_it_has_a_later_day(
    site: Site, desk: BrowserContext
) -> None:
    page = (await Desk.at(site, await desk.new_page())).page
    await page.goto(f"{site.origin}/console/#/library/new/education")
    await write(page, "Title", "Sleep", "Dormir")
    for label, texts in TOPIC.items():
        await write(page, label, *texts)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_have_text("Name at least one source of the topic, for colleagues.")
    await page.get_by_label("Sources").fill("Example et al. 2020")
    await page.get_by_label("Review by").fill((site.clock.now() + timedelta(days=10)).date().isoformat())
    await save(page, "Sleep")
    await expect(page.get_by_text("Review is near")).to_be_visible()
    await page.get_by_role("link", name="Library").first.click()
    await expect(page.get_by_text("The review of one item is due")).to_be_visible()
    await page.get_by_role("button", name="Show what is due").click()
    tiles = page.locator("main li")
    await expect(tiles).to_have_count(1)
    await expect(tiles).to_contain_text("Review is near")
    assert await check_screen(page, "console-en-library-due") == []

    await tiles.get_by_role("link").click()
    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("Review by").fill((site.clock.now() + timedelta(days=300)).date().isoformat())
    assert await check_screen(page, "console-en-library-edit") == []
    await save(page, "Sleep")
    await expect(page.get_by_text("Version 2")).to_be_visible()
    await page.get_by_role("link", name="Library").first.click()
    await expect(page.get_by_role("listitem").filter(has_text="Sleep").first).to_be_visible()
    await expect(page.get_by_text("The review of")).to_have_count(0)
