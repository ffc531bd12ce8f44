"""A new version of the app comes when nobody is in the middle of something, and costs nothing that was entered."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from homeplan import app as composition
from homeplan.app import create_app
from tests.browser.phone import PAIN_NOW, Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

NEW_VERSION = "A new version of the app is ready."
Release = Callable[[], None]


@pytest.fixture
def release(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Serve a build of the web app in which the page says "new" of itself, and the screen "me" has another address."""

    def serve() -> None:
        web = tmp_path / "web"
        shutil.copytree(composition.WEB, web, ignore=shutil.ignore_patterns("*.br"))
        [shell] = (web / "assets").glob("shell-*.json")
        [me] = (web / "assets").glob("Me-*.js")
        for old, new in ((shell, "shell-new.json"), (me, "Me-new.js")):
            old.rename(old.with_name(new))
            for file in (*web.glob("*.js"), *web.glob("assets/*.js"), *web.glob("assets/*.json")):
                file.write_text(file.read_text().replace(old.name, new))
        page = web / "index.html"
        page.write_text(page.read_text().replace("<html ", '<html data-version="new" '))
        monkeypatch.setattr(composition, "WEB", web)
        site.install(create_app(site.settings, site.db, site.clock))

    return serve


async def test_without_a_draft_a_new_version_is_there_at_the_next_start(
    site: Site, phone: BrowserContext, release: Release
) -> None:
    ana = await started_again(site, phone)
    release()
    await comes_back(ana.page)
    await expect(ana.page.get_by_text(NEW_VERSION)).to_be_visible()
    assert await check_screen(ana.page, "patient-en-new-version") == []
    await ana.page.reload()
    await is_new(ana.page)
    await expect(ana.page.get_by_role("heading", name=PAIN_NOW)).to_be_visible()


async def test_a_new_version_waits_for_an_open_draft(site: Site, phone: BrowserContext, release: Release) -> None:
    ana = await started_again(site, phone)
    await ana.page.get_by_role("button", name="6", exact=True).click()
    release()

    await comes_back(ana.page)
    new = ana.page.get_by_text(NEW_VERSION)
    await expect(new).to_be_visible()
    await ana.page.reload()
    await expect(new).to_be_visible()
    assert await version(ana.page) == "old"

    async with ana.page.expect_navigation():
        await ana.page.get_by_role("button", name="Update now").click()
    await expect(ana.score("6")).to_be_checked()
    assert await version(ana.page) == "new"


async def test_a_page_that_is_open_goes_on_with_its_version_until_asked(
    site: Site, phone: BrowserContext, release: Release
) -> None:
    ana = await started_again(site, phone)
    other = await phone.new_page()
    await other.goto(f"{site.origin}/#/today")
    await expect(other.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
    release()
    await comes_back(ana.page)
    await expect(other.get_by_text(NEW_VERSION)).to_be_visible()
    await ana.page.reload()
    await is_new(ana.page)

    await other.get_by_role("link", name="Me", exact=True).click()
    await expect(other.get_by_role("heading", name="Me", exact=True)).to_be_visible()
    assert await version(other) == "old"
    async with other.expect_navigation():
        await other.get_by_role("button", name="Update now").click()
    await is_new(other)
    await expect(other.get_by_role("heading", name="Me", exact=True)).to_be_visible()


async def started_again(site: Site, phone: BrowserContext) -> Phone:
    """A phone whose app was opened before: its worker is in charge."""
    ana = await Phone.joined(site, await phone.new_page())
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
    return ana


async def comes_back(page: Page) -> None:
    """The message to the page when the person returns to the app."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def is_new(page: Page) -> None:
    await expect(page.locator("html[data-version=new]")).to_be_attached()


async def version(page: Page) -> str:
    return str(await page.evaluate("document.documentElement.dataset.version ?? 'old'"))
