"""Cards below the check-in: the prompts after needling, and the patient's own activities."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from homeplan.outcomes.actions import record_outcome, record_permission
from homeplan.outcomes.model import OutcomeEntry, PermissionEntry, ScoreEntry
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.browser.test_taps import Finger
from tests.conftest import FakeClock
from tests.programs.care import DENVER, Care
from tests.world import Person, World

NOTE = PermissionEntry(note="An invented permission.")


async def joined(
    site: Site,
    page: Page,
    *,
    needled_h: float | None,
    permitted: bool = False,
    opened_days_ago: int = 0,
    activity: str | None = None,
    **patient: Any,
) -> Phone:
    """A patient with an episode, needled hours ago; the clinic may use the PSFS when that is permitted.

    `activity`: what they named and rated when the episode was opened.
    """
    clinic = await site.world.clinic()
    therapist = await site.world.therapist(clinic)
    person = await site.world.patient(clinic, therapist, **({"given_name": "Ana"} | patient))
    care = Care(site.db, site.clock, therapist, person)
    opened_at = site.clock.now() - timedelta(days=opened_days_ago)
    await Care(site.db, FakeClock(opened_at), therapist, person).episode()
    if needled_h is not None:
        await care.needle(site.clock.now() - timedelta(hours=needled_h))
    if permitted:
        await permit(site, person)
    if activity is not None:
        await rate(site, person, activity, opened_at)
    await page.goto(await site.invite(person))
    await page.get_by_role("button", name="Start" if person.who.language == "en" else "Empezar").click()  # type: ignore[union-attr]
    await page.wait_for_url("**/#/today")
    return Phone(page, person)


async def permit(site: Site, person: Person) -> None:
    admin = await World(site.db, site.clock).admin(person.clinic)
    await site.db.write(lambda tx: record_permission(admin.context(tx, site.clock.now()), "psfs", NOTE))


async def rate(site: Site, person: Person, activity: str, at: datetime, *, id: str = "first", value: int = 3) -> None:
    entry = OutcomeEntry(
        id=id,
        instrument="psfs",
        day=at.astimezone(DENVER).date(),
        answered_at=at,
        time_zone="America/Denver",
        scores=(ScoreEntry(value=value, activity="shoes", words=activity),),
    )
    await site.db.write(lambda tx: record_outcome(person.context(tx, at), person.id, entry))


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="A short question after your dry needling.")


@pytest.mark.parametrize(("answer", "alert"), [
    ("It did not change my day", None),
    ("I could not do my day, or needed help", "high"),
])  # fmt: skip
async def test_a_bruise_at_24_hours_alerts_nobody_unless_it_is_severe(
    site: Site, phone: BrowserContext, answer: str, alert: str | None
) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=25)
    await card(ana.page).get_by_label("Bruise").check()
    await card(ana.page).get_by_role("button", name="Save").click()
    await expect(card(ana.page).get_by_text("Please say how much it changed your day")).to_be_visible()
    await card(ana.page).get_by_label(answer).check()
    await card(ana.page).get_by_role("button", name="Save").click()
    await expect(ana.page.get_by_role("heading", name="Thank you. Your answer is noted.")).to_be_visible()
    await ana.has_sent_everything()
    row = await site.until_row("SELECT event, severity FROM adverse_events")
    assert row["event"] == "bruise"
    found = await site.db.read(lambda tx: tx.fetch("SELECT rule, severity FROM alerts"))
    assert [(one["rule"], one["severity"]) for one in found] == ([("adverse-event", alert)] if alert else [])
    await ana.page.get_by_role("button", name="Close").click()
    await expect(card(ana.page)).to_have_count(0)


async def test_short_breath_opens_the_safety_screen_before_anything_is_saved(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=4)
    await card(ana.page).get_by_label("Short of breath").click()
    await ana.page.wait_for_url("**/#/safety")
    assert await site.stored("after_needling_answers") == 0


async def test_a_prompt_is_answered_offline_and_not_asked_again(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=4)
    await expect(card(ana.page)).to_be_visible()
    async with site.down():
        await card(ana.page).get_by_role("button", name="None of these").click()
        await expect(ana.page.get_by_role("heading", name="Thank you. Your answer is noted.")).to_be_visible()
        await ana.page.get_by_role("button", name="Close").click()
        await expect(card(ana.page)).to_have_count(0)
    await ana.page.evaluate("dispatchEvent(new Event('online'))")
    await ana.has_sent_everything()
    assert await site.stored("after_needling_answers") == 1


async def test_the_check_in_beside_an_open_prompt_stays_two_taps(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=None, permitted=True)
    await expect(ana.page.get_by_label("Activity 1")).to_be_visible()
    finger = Finger(ana.page)
    await finger.tap(ana.page.get_by_role("button", name="3", exact=True).first)
    await finger.tap(ana.page.get_by_role("button", name="Nothing new. Save"))
    await expect(ana.page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert finger.taps == 2


async def test_a_card_that_is_put_off_is_gone_until_the_app_is_opened_again(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=4)
    await card(ana.page).get_by_role("button", name="Not now").click()
    await expect(card(ana.page)).to_have_count(0)
    await ana.page.reload()
    await expect(card(ana.page)).to_be_visible()


async def test_activities_are_named_in_own_words_and_rated_without_a_network(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=None, permitted=True)
    await ana.page.get_by_label("Activity 1").fill("Put on my shoes")
    await ana.page.get_by_role("button", name="Add another activity").click()
    await ana.page.get_by_label("Activity 2").fill("Sit through a film")
    await ana.page.locator("[name=activity-score-0]").nth(4).check(force=True)
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(ana.page.get_by_text("Please tap a number for each activity")).to_be_visible()
    await ana.page.locator("[name=activity-score-1]").nth(6).check(force=True)
    async with site.down():
        await ana.page.get_by_role("button", name="Save", exact=True).click()
        await expect(ana.page.get_by_label("Activity 1")).to_have_count(0)
        await expect(ana.page.get_by_text("1 entry waits to be sent")).to_be_visible()
    await ana.hears_the_network()
    await ana.has_sent_everything()
    rows = await site.db.read(lambda tx: tx.fetch("SELECT words FROM psfs_activities ORDER BY position"))
    assert [row["words"] for row in rows] == ["Put on my shoes", "Sit through a film"]
    scores = (await site.until_row("SELECT scores FROM outcome_answers"))["scores"]
    assert '"value":4' in scores
    assert '"value":6' in scores


async def test_after_two_weeks_the_change_since_the_start_is_asked_and_kept(site: Site, phone: BrowserContext) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=None, opened_days_ago=14)
    question = ana.page.get_by_role("group", name="Compared with when you started, how is your back?")
    await expect(question).to_be_visible()
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(ana.page.get_by_role("alert")).to_have_text("Please tap a number")
    assert await site.stored("outcome_answers") == 0
    assert await check_screen(ana.page, "patient-en-groc") == []
    await question.get_by_text("+5", exact=True).click()
    await ana.page.get_by_role("button", name="Save", exact=True).click()
    await expect(question).to_have_count(0)
    await ana.has_sent_everything()
    row = await site.until_row("SELECT instrument, scores FROM outcome_answers")
    assert (row["instrument"], row["scores"]) == ("groc", '[{"activity":null,"value":5}]')


async def test_the_first_activity_is_rated_each_week(site: Site, phone: BrowserContext) -> None:
    ana = await joined(
        site,
        await phone.new_page(),
        needled_h=None,
        permitted=True,
        opened_days_ago=7,
        activity="Put on my shoes",
        language="es",
    )
    asked = ana.page.get_by_role("region", name="Esta semana, ¿qué tan bien pudo hacer: Put on my shoes?")
    await expect(asked.get_by_role("group")).to_have_count(1)
    assert await check_screen(ana.page, "patient-es-weekly") == []
    await ana.page.locator("[name=activity-score-0]").nth(6).check(force=True)
    await ana.page.get_by_role("button", name="Guardar", exact=True).click()
    await expect(asked).to_have_count(0)
    await ana.has_sent_everything()
    row = await site.until_row("SELECT scores FROM outcome_answers WHERE instrument = 'weekly'")
    assert row["scores"] == '[{"activity":"shoes","value":6}]'


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_cards_are_readable_in_both_languages(site: Site, phone: BrowserContext, language: str) -> None:
    ana = await joined(site, await phone.new_page(), needled_h=73, permitted=True, language=language)
    ana_card = ana.page.locator("[aria-labelledby=needling-prompt]")
    await ana_card.get_by_role("checkbox").nth(9).check()
    faults = await check_screen(ana.page, f"patient-{language}-after-needling")
    await ana_card.get_by_role("radio").last.check()
    await ana_card.get_by_role("button").first.click()
    await expect(ana.page.locator("[aria-labelledby=needling-thanks]")).to_be_visible()
    faults += await check_screen(ana.page, f"patient-{language}-after-needling-thanks")
    await ana.page.locator("[aria-labelledby=needling-thanks]").get_by_role("button").click()
    await expect(ana.page.locator("[aria-labelledby=measure]")).to_be_visible()
    faults += await check_screen(ana.page, f"patient-{language}-activities")
    assert faults == []
