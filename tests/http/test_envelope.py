"""The rules that every response and every request follow, shown on a small app."""

import io
import json
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import httpx
import msgspec
import pytest
from litestar import Litestar, get

from homeplan.accounts.admission import Admission
from homeplan.context import Context, Memory
from homeplan.errors import Invalid
from homeplan.http.access import Access, RouteWithoutRule, require_rules
from homeplan.http.envelope import Envelope
from homeplan.http.problems import exception_handlers
from homeplan.http.request import MAX_BODY
from homeplan.http.route import Query
from homeplan.http.routes import Routes
from homeplan.logs import JsonLines
from homeplan.settings import Settings
from homeplan.values import Nprs, Value
from tests.conftest import FakeClock

ORIGIN = "https://clinic.example"
SAME = {"sec-fetch-site": "same-origin"}


class Part(Value, frozen=True):
    side: Literal["left", "right"]


class Entry(Value, frozen=True):
    pain_now: Nprs
    note: Annotated[str, msgspec.Meta(max_length=5)] | None = None
    parts: tuple[Part, ...] = ()


open_routes = Routes(Access.PUBLIC, "")


@open_routes.post("entries")
async def save(ctx: Context, data: Entry) -> Entry:
    return data


@open_routes.get("pages")
async def page(ctx: Context, number: Annotated[int, msgspec.Meta(ge=1), Query(name="page")]) -> int:
    return number


@open_routes.get("days/{day}")
async def show(ctx: Context, day: int) -> int:
    if day == 13:
        raise RuntimeError("secret of patient 4711")
    if day == 0:
        raise Invalid("Days begin at 1.", field="day")
    return day


class NoDatabase:
    """The routes above ask for nothing that is stored."""

    async def read(self, work: Any) -> Any:
        return await work(None)

    write = read


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        [save, show, page],
        request_max_body_size=MAX_BODY,
        exception_handlers=exception_handlers,
        openapi_config=None,
    )
    app.state.db, app.state.clock, app.state.admission = NoDatabase(), FakeClock(), Admission()
    app.state.settings, app.state.memory = Settings(), Memory()
    wrapped: Any = Envelope(app, ORIGIN)
    transport = httpx.ASGITransport(app=wrapped)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as opened:
        yield opened


async def _post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    return await client.post("/entries", content=body, headers={"content-type": "application/json"} | SAME | headers)


async def test_a_good_body_is_taken(client: httpx.AsyncClient) -> None:
    answer = await _post(client, b'{"painNow": 0, "parts": [{"side": "left"}]}')
    assert answer.status_code == 201
    assert answer.json() == {"painNow": 0, "note": None, "parts": [{"side": "left"}]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"painNow": "4"}', "painNow"),
        (b'{"painNow": true}', "painNow"),
        (b'{"painNow": 4.5}', "painNow"),
        (b'{"painNow": 11}', "painNow"),
        (b'{"painNow": 9223372036854775808}', "painNow"),
        (b"{}", "painNow"),
        (b'{"painNow": null}', "painNow"),
        (b'{"painNow": 4, "clinicId": "x"}', "clinicId"),
        (b'{"painNow": 4, "parts": [{"side": "left"}, {"side": "up"}]}', "parts[1].side"),
        (b'{"painNow": 4, "note": "sixsix"}', "note"),
        (b'{"painNow": 4, "note": "a\\u0000"}', "note"),
        (b'{"painNow": 4, "note": "a\\ud800"}', None),
        (b'{"painNow": 4, "painNow": 5}', None),
        (b'{"painNow": NaN}', None),
        (b'{"painNow": 4', None),
        (b'{"painNow": 4} {}', None),
        (b'{"painNow": 4, "note": "\xff"}', None),
        (b"[" * 60_000, None),
        (b"", None),
        (b"null", None),
        (b'"text"', None),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_with_the_field(
    client: httpx.AsyncClient, body: bytes, field: str | None
) -> None:
    answer = await _post(client, body)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (400, "invalid", field)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["", "?page=0", "?page=x", "?other=1"])
async def test_a_parameter_that_is_missing_or_does_not_fit_is_named(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/pages{query}")
    assert answer.status_code == 400
    assert answer.json()["field"] == "page"
    assert answer.json()["detail"]


async def test_of_a_parameter_that_comes_twice_the_last_one_counts(client: httpx.AsyncClient) -> None:
    assert (await client.get("/pages?page=1&page=2")).text == "2"
    assert (await client.get("/pages?page=2&page=x")).status_code == 400


async def test_an_unknown_choice_is_not_repeated_back(client: httpx.AsyncClient) -> None:
    answer = await _post(client, b'{"painNow": 4, "parts": [{"side": "canary-4711"}]}')
    assert answer.status_code == 400
    assert "canary" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken(client: httpx.AsyncClient, kind: str) -> None:
    answer = await _post(client, b'{"painNow": 4}', **{"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong-type")


async def test_64_kib_are_taken_and_one_byte_more_is_not(client: httpx.AsyncClient) -> None:
    filling = b" " * (MAX_BODY - len(b'{"painNow":4}'))
    assert (await _post(client, b'{"painNow":4}' + filling)).status_code == 201
    answer = await _post(client, b'{"painNow":4}' + filling + b" ")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


async def test_an_endless_body_without_a_length_is_cut_off(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BODY:
            sent += 4096
            yield b" " * 4096

    answer = await client.post("/entries", content=endless(), headers={"content-type": "application/json"} | SAME)
    assert answer.status_code == 413
    assert sent <= MAX_BODY + 2 * 4096


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": ORIGIN}, 201),
        ({"origin": "null"}, 403),
        ({"origin": "https://clinic.example.evil.example"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, 403),
        ({"cookie": "a=b"}, 403),
        ({}, 201),
    ],
)
async def test_an_unsafe_request_must_come_from_our_own_pages(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.post(
        "/entries", content=b'{"painNow":4}', headers={"content-type": "application/json"} | headers
    )
    assert answer.status_code == status


ALWAYS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/days/1", {}, 200),
        ("GET", "/days/0", {}, 400),
        ("GET", "/days/13", {}, 500),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/days/x", {}, 404),
        ("GET", "/entries", {}, 405),
        ("GET", "/%00", {}, 400),
        ("GET", "/" + "a" * 8192, {}, 400),
        ("POST", "/entries", SAME | {"content-type": "application/json"}, 201),
        ("POST", "/entries", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", "/entries", SAME | {"content-length": str(MAX_BODY + 1)}, 413),
        ("POST", "/entries", SAME | {"content-type": "text/plain"}, 415),
        ("OPTIONS", "/entries", {"access-control-request-method": "POST"}, 204),
    ],
)
async def test_every_status_carries_the_security_headers_and_lets_no_other_origin_read(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = b'{"painNow": 4}' if method == "POST" else None
    sent = headers | {"origin": "https://evil.example"}
    answer = await client.request(method, path, content=body, headers=sent)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


async def test_a_surprise_tells_nothing(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = await client.get("/days/13")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "4711" not in answer.text + caplog.text
    assert "unexpected RuntimeError at" in caplog.text


async def test_every_log_line_of_a_request_carries_its_id_and_lines_between_requests_none(
    client: httpx.AsyncClient,
) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        answers = [await client.get("/days/13") for _ in range(2)]
        logging.getLogger("homeplan.worker").warning("nothing was asked")
    finally:
        root.removeHandler(handler)
    found = [json.loads(line).get("request") for line in lines.getvalue().splitlines()]
    assert found == [*(answer.headers["x-request-id"] for answer in answers), None]


async def test_head_is_answered_as_get_without_the_body(client: httpx.AsyncClient) -> None:
    for path in ("/days/1", "/days/0", "/nowhere"):
        asked, looked = await client.get(path), await client.head(path)
        assert (looked.status_code, looked.content) == (asked.status_code, b"")
        assert looked.headers["content-length"] == asked.headers["content-length"]


@pytest.mark.parametrize("path", ["/days/1", "/nowhere"])
async def test_the_server_still_knows_that_it_answers_head(path: str) -> None:
    app = Litestar([show], exception_handlers=exception_handlers, openapi_config=None)
    app.state.db, app.state.clock, app.state.admission = NoDatabase(), FakeClock(), Admission()
    app.state.settings, app.state.memory = Settings(), Memory()
    scope: Any = {"type": "http", "method": "HEAD", "path": path, "query_string": b"", "headers": []}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await Envelope(app, ORIGIN)(scope, receive, send)
    assert (scope["method"], sent[-1]["body"]) == ("HEAD", b""), "a server would miss the body of a GET"


@pytest.mark.parametrize("host", ["clinic.example/", "clinic.example\\", "a b"])
async def test_a_host_that_cannot_be_one_is_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/days/1", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


async def test_a_wrong_method_is_told_as_such(client: httpx.AsyncClient) -> None:
    answer = await client.request("DELETE", "/entries", headers=SAME)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


def _app(handler: Any) -> Litestar:
    return Litestar([handler], openapi_config=None)


def test_a_route_without_a_rule_stops_the_start() -> None:
    @get("/open", sync_to_thread=False)
    def forgotten() -> str:
        return ""

    with pytest.raises(RouteWithoutRule, match=r"/open has no access rule"):
        require_rules(_app(forgotten))


def test_a_patient_in_the_path_needs_the_chart_rule() -> None:
    @Routes(Access.STAFF, "patients/{patient_id}").get()
    async def careless(ctx: Context, patient_id: str) -> str:
        return patient_id

    with pytest.raises(RouteWithoutRule, match="go together"):
        require_rules(_app(careless))


def test_a_rule_that_the_seam_does_not_check_keeps_the_app_from_starting() -> None:
    @get("/staff-only", access=Access.STAFF, sync_to_thread=False)
    def unchecked() -> str:
        return ""

    with pytest.raises(RouteWithoutRule, match="not declared through"):
        require_rules(_app(unchecked))
