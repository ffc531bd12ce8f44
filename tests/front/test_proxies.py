"""Behind Caddy and nginx, with the shipped files: a forged header moves no limit and no audit address."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pysqlite3 import dbapi2 as sqlite3

from tests.front.proxies import EMAIL, PASSWORD, TOKEN, Front

pytestmark = pytest.mark.drill

STRANGER = "127.0.9.9"
BEARER = {"authorization": f"Bearer {TOKEN}"}
REPLACES = "proxy_set_header X-Forwarded-For $remote_addr;"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A clinic that is served; its tests start the proxy."""
    clinic = Front(tmp_path_factory.mktemp("front"))
    clinic.set_up()
    with clinic.serving():
        yield clinic


@pytest.fixture(params=["caddy", "nginx"])
def behind(front: Front, request: pytest.FixtureRequest) -> Iterator[Front]:
    with getattr(front, request.param)():
        yield front


def sign_in(visitor: httpx.Client, password: str, **headers: str) -> httpx.Response:
    return visitor.post("/api/staff/sign-in", json={"email": EMAIL, "password": password}, headers=headers)


def test_a_stranger_with_forged_headers_stops_nobody_and_is_on_record_by_address(
    behind: Front, request: pytest.FixtureRequest
) -> None:
    host = {"caddy": 1, "nginx": 2}[request.node.callspec.params["behind"]]
    address = f"127.8.{host}.6"
    stranger, owner = behind.visitor(f"127.9.{host}.9"), behind.visitor(address)
    guesses, failures = [], []
    for n in range(12):
        forged = {"X-Forwarded-For": f"198.51.{n}.1", "Forwarded": f"for=198.51.{n}.1", "X-Real-IP": f"198.51.{n}.1"}
        guess = stranger.post("/api/pairings/preview", json={"token": "guess"}, headers=forged)
        guesses.append(guess.status_code)
        failures.append(sign_in(stranger, "wrong", **forged).status_code)
    assert guesses[-1] == failures[-1] == 429, "all from one network"
    assert set(guesses) | set(failures) == {401, 404, 429}
    assert owner.post("/api/pairings/preview", json={"token": "guess"}).status_code == 404
    assert sign_in(owner, PASSWORD, **{"X-Forwarded-For": "192.0.2.66"}).status_code == 200
    assert last_address(behind.folder) == address
    assert owner.get("/visitor").json() == {"address": address, "forwarded": True}


def last_address(folder: Path) -> str:
    """The address of the last sign-in that is on record."""
    with sqlite3.connect(f"file:{folder}/homeplan.sqlite?mode=ro", uri=True) as database:
        (found,) = database.execute(
            "SELECT ip FROM audit_events WHERE action = 'staff.sign-in' ORDER BY at DESC LIMIT 1"
        ).fetchone()
    database.close()
    return str(found)


def test_metrics_are_closed_through_the_proxy_and_open_with_the_token_inside(behind: Front) -> None:
    visitor = behind.visitor(STRANGER)
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/metrics").status_code == visitor.get("/metrics", headers=BEARER).status_code == 404
    assert httpx.get(f"{behind.inside}/metrics").status_code == 404
    assert "homeplan_reminders_unbalanced 0" in httpx.get(f"{behind.inside}/metrics", headers=BEARER).text


def test_check_proves_that_the_shipped_files_name_each_visitor(behind: Front) -> None:
    proved = behind.run("check")
    assert "a forged X-Forwarded-For is not believed" in proved.stdout
    assert proved.returncode == 0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "passes on the X-Forwarded-For that a visitor sends"),
        ('proxy_set_header X-Forwarded-For "";', "takes visitors for 127.0.0.1"),
        ("proxy_set_header X-Forwarded-For unknown;", "takes visitors for 127.0.0.1"),
    ],
)
def test_check_finds_a_proxy_that_names_nobody_or_passes_forgeries_on(front: Front, line: str, sentence: str) -> None:
    with front.nginx({REPLACES: line}):
        found = front.run("check")
    assert sentence in found.stderr
    assert found.returncode == 1


def test_a_plain_proxy_pass_opens_no_metrics(front: Front) -> None:
    plain = {REPLACES: "", "location = /metrics {\n        return 404;\n    }": ""}
    with front.nginx(plain):
        assert front.visitor(STRANGER).get("/metrics").status_code == 404


def test_check_says_when_nothing_is_proved_yet(front: Front) -> None:
    unproved = front.run("check")
    assert "advice    https://localhost" in unproved.stdout
    assert "proved" not in unproved.stdout.replace("Unproved", "")
    assert unproved.returncode == 0


def test_neither_check_nor_serve_takes_a_silent_proxy_for_its_visitors(front: Front) -> None:
    for command in ("check", "serve"):
        refused = front.run(command, HOMEPLAN_TRUSTED_PROXIES="")
        assert refused.returncode == 2
        assert "HOMEPLAN_TRUSTED_PROXIES must name the proxy in front" in refused.stderr


def test_pages_are_sent_to_https_and_the_api_refuses_http(behind: Front) -> None:
    plain = f"http://localhost:{behind.plain_port}"
    page = httpx.get(f"{plain}/e")
    assert (page.status_code, page.headers["location"]) == (301, "https://localhost/e")
    for path in ("/api/me", "/api/pairings/preview"):
        refused = httpx.get(plain + path)
        assert (refused.status_code, refused.headers.get("location")) == (403, None)
