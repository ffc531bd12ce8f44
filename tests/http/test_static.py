"""The web app's files as a browser gets them, through the same compression as every answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

import homeplan.app
from homeplan.clock import SystemClock
from homeplan.db import Database
from homeplan.settings import Settings

SCRIPT = "console.log('hello');\n" * 200


@pytest.fixture
async def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: Database, settings: Settings) -> httpx.AsyncClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main.js").write_text(SCRIPT)
    monkeypatch.setattr(homeplan.app, "WEB", tmp_path)
    app: Any = homeplan.app.create_app(settings, db, SystemClock())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings.origin)


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "identity"])
async def test_a_script_arrives_as_it_was_built(files: httpx.AsyncClient, accepted: str) -> None:
    answer = await files.get("/assets/main.js", headers={"accept-encoding": accepted})

    assert answer.text == SCRIPT
    assert ("gzip" in answer.headers.get("content-encoding", "")) is (accepted != "identity")
