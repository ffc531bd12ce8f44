"""The app as a whole: what only its composition decides."""

import gzip
import subprocess
import sys
from pathlib import Path

from homeplan.app import create_app, create_litestar
from homeplan.db import Database
from homeplan.http.static import read_web_files
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import ORIGIN, Api, World


async def test_a_long_answer_is_compressed_for_clients_that_accept_it(api: Api, world: World) -> None:
    clinic = await world.clinic()
    client = await api.signed_in(await world.therapist(clinic))
    zipped = await client.get("/api/library", headers={"accept-encoding": "gzip"})
    plain = await client.get("/api/library", headers={"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.json() == plain.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 3


async def test_a_schema_is_served_only_where_it_is_switched_on(db: Database, clock: FakeClock) -> None:
    for on, status in ((True, 200), (False, 404)):
        answer = await Api(create_app(Settings(origin=ORIGIN, openapi=on), db, clock), db, clock).anyone.get(
            "/schema/openapi.json"
        )
        assert answer.status_code == status


def test_no_setting_switches_debugging_on(db: Database) -> None:
    assert [create_litestar(Settings(origin=ORIGIN, openapi=on), db).debug for on in (True, False)] == [False, False]


def test_a_server_starts_without_what_it_may_never_need() -> None:
    started = "import homeplan.commands.serve; homeplan.app.create_litestar(homeplan.settings.Settings(), None)"
    tell = "import sys; print(*{'aiohttp', 'icalendar', 'requests', 'pydantic'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", f"{started}; {tell}"], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_links_dotfiles_and_source_maps_are_not_served(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "app-1.js").write_text("x" * 1000)
    (tmp_path / "assets" / "app-1.js.map").write_text("{}")
    (tmp_path / ".env").write_text("secret")
    (tmp_path / "link.html").symlink_to(tmp_path / "index.html")
    files = read_web_files(tmp_path)
    assert set(files) == {"index.html", "assets/app-1.js"}
    assert files["assets/app-1.js"].cache.endswith("immutable")
    assert files["index.html"].cache == "no-cache"
