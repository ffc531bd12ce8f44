"""The way of a reminder from the tick to the HTTP session crosses few files; docs/architecture.md lists them."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import homeplan
from homeplan.db import Database
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.send import WebPush
from homeplan.reminders.worker import tick
from tests.push_service import PushService
from tests.reminders.scene import Scene, local

SOURCES = Path(homeplan.__file__).parent
LISTED = SOURCES.parents[1] / "docs" / "architecture.md"
MOST_FILES = 13
VALUES = {"model.py", "due.py"}
"""Files that hold only the values that are passed on."""


@contextmanager
def crossed_files(until: list[str]) -> Iterator[list[str]]:
    """The files of the two features whose functions run, in the order of their first call, while `until` is empty."""
    files: list[str] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and not until and path.is_relative_to(SOURCES):
            name = str(path.relative_to(SOURCES))
            if name.startswith(("reminders/", "delivery/")) and path.name not in VALUES and name not in files:
                files.append(name)

    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_reminder_crosses_the_listed_files_from_tick_to_session(
    db: Database, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[str] = []

    class Session:
        """In place of aiohttp's: the way ends here."""

        @asynccontextmanager
        async def post(self, url: Any, **_: Any) -> AsyncIterator[Any]:
            posted.append(str(url))
            raise OSError
            yield

        async def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr("homeplan.delivery.webpush.send.guarded_session", lambda _: Session())
    keys = PushService().subscribe(None)["keys"]
    await scene.remind(await scene.patient(), "19:00")
    await scene.execute("UPDATE devices SET p256dh = :p256dh, auth = :auth", **keys)
    async with WebPush(scene.push.keyring, AllowedServices(), site=scene.push.site) as web_push:
        with crossed_files(posted) as files:
            await tick(db, {"webpush": web_push}, local("2026-03-02 19:00"))
    assert posted
    listed = re.findall(r"^\d+\. `([a-z_/]+\.py)`", LISTED.read_text("utf-8"), re.MULTILINE)
    assert sorted(files) == sorted(listed)
    assert len(files) <= MOST_FILES
