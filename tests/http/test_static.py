"""The web app's files as a browser gets them, through the same compression as every answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

import homeplan.app
from homeplan.clock import SystemClock
from homeplan.db import Database
from homeplan.http.static import read_web_files
from homeplan.settings import Settings

pytestmark = pytest.mark.slow

SCRIPT = "console.log('hello');\n" * 200
BROTLI = b"as small as the build could make it"


@pytest.fixture
async def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: Database, settings: Settings) -> httpx.AsyncClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main.js").write_text(SCRIPT)
    (tmp_path / "assets" / "packed.js").write_text(SCRIPT)
    (tmp_path / "assets" / "packed.js.br").write_bytes(BROTLI)
    monkeypatch.setattr(homeplan.app, "WEB", tmp_path)
    app: Any = homeplan.app.create_app(settings, db, SystemClock())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings.origin)


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "identity"])
async def test_a_script_arrives_as_it_was_built(files: httpx.AsyncClient, accepted: str) -> None:
    answer = await files.get("/assets/main.js", headers={"accept-encoding": accepted})

    assert answer.text == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert ("gzip" in answer.headers.get("content-encoding", "")) is (accepted != "identity")


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip"), ("gzip", "gzip"), ("gzip;q=0.0", None), ("", None)],
)
async def test_the_smallest_copy_is_sent_that_the_browser_takes(
    files: httpx.AsyncClient, accepted: str, sent: str | None
) -> None:
    async with files.stream("GET", "/assets/packed.js", headers={"accept-encoding": accepted}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers.get("content-encoding") == sent
    assert (body == BROTLI) is (sent == "br")


async def test_a_copy_has_no_address_of_its_own(files: httpx.AsyncClient) -> None:
    assert (await files.get("/assets/packed.js.br")).status_code == 404


def test_each_file_of_the_built_app_has_a_media_type_of_its_own() -> None:
    built = read_web_files(homeplan.app.WEB)

    assert [name for name, file in built.items() if file.media_type == "application/octet-stream"] == []
