"""Real browsers from Debian's packages: one of each a run. A missing one skips locally and fails when CI=true."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.browser.invented import Clinic, invented_clinic
from tests.browser.moment import IN_DENVER, MOMENT
from tests.browser.site import Site, running_site
from tests.conftest import CI
from tests.waiting import LIMIT_S

# Nothing leaves the machine: every name but localhost resolves to nothing.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

expect.set_options(timeout=LIMIT_S * 1000)

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
"""Ignored by git; every picture that a story takes lands here."""


def require(program: str) -> str:
    """The path of the program; without it the test is skipped, and fails when CI=true."""
    path = shutil.which(program)
    if path is None:
        message = f"{program} is not installed; run `make browsers`"
        if CI:
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = require("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS, env={**IN_DENVER})
        yield browser
        await browser.close()


@pytest.fixture
def moment(request: pytest.FixtureRequest) -> datetime:
    """The instant at which the story begins; `@pytest.mark.moment(…)` sets another one."""
    own = request.node.get_closest_marker("moment")
    return own.args[0] if own else MOMENT


@pytest.fixture
async def site(tmp_path: Path, moment: datetime) -> AsyncIterator[Site]:
    async with running_site(tmp_path, moment) as running:
        yield running


@pytest.fixture(scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """The demo clinic, which stories about looks share: they change nothing that another one looks at."""
    async with invented_clinic(tmp_path_factory.mktemp("invented"), MOMENT) as running:
        yield running


async def an_ordinary_phone(chromium: Browser) -> BrowserContext:
    """A phone of ordinary size that speaks English and lives in Denver."""
    return await chromium.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="en-US",
        timezone_id="America/Denver",
    )


@pytest.fixture
async def phone(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await an_ordinary_phone(chromium)
    yield context
    await context.close()


@pytest.fixture
async def desk(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """The therapist's desk."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    yield context
    await context.close()
