"""Refusals before a sign-in are in the log: what was asked, the network and the code, never what was typed."""

import logging
from datetime import timedelta

import pytest

from homeplan.http.refusal_log import MOST_PER_MINUTE, RefusalLog
from tests.accounts.test_pairing_api import pair
from tests.accounts.test_sign_in_api import sign_in
from tests.world import START, Api

NETWORK = "127.0.0.0/24"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


async def test_a_link_a_code_and_a_password_that_do_not_fit_are_a_line_each(
    api: Api, lines: pytest.LogCaptureFixture
) -> None:
    await pair(api, pairingCode="SECRET0000")
    await api.anyone.post("/api/pairings/preview", json={"token": "SECRET"})
    await api.anyone.post("/api/staff/join/preview", json={"token": "S" * 43})
    await sign_in(api.anyone, "somebody@clinic.example", "SECRET")
    assert lines.messages == [
        f"pair refused from {NETWORK}: invitation-unusable",
        f"preview_pairing refused from {NETWORK}: invitation-unusable",
        f"preview_staff_link refused from {NETWORK}: link-unusable",
        f"sign_in refused from {NETWORK}: sign-in-refused",
    ]


async def test_throttled_tries_are_a_line_too(api: Api, lines: pytest.LogCaptureFixture) -> None:
    for _ in range(11):
        await pair(api, pairingCode="0000000000")
    assert lines.messages[-1] == f"pair refused from {NETWORK}: too-many"


async def test_a_request_from_another_site_is_a_line_without_its_address(
    api: Api, lines: pytest.LogCaptureFixture
) -> None:
    answer = await api.anyone.post("/api/pairings?Ana-Example", json={}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert lines.messages == [f"request refused from {NETWORK}: cross-site"]


async def test_an_address_that_leads_nowhere_and_a_visitor_without_a_cookie_are_no_tries(
    api: Api, lines: pytest.LogCaptureFixture
) -> None:
    for path in ("/api/nothing", "/nothing", "/api/me"):
        assert (await api.anyone.get(path)).status_code in (401, 404)
    assert lines.messages == []


def test_a_minute_has_a_limited_number_of_lines_and_one_that_says_so(lines: pytest.LogCaptureFixture) -> None:
    log = RefusalLog()
    for _ in range(MOST_PER_MINUTE + 50):
        log.note(START, "pair", "too-many", "203.0.113.9")
    log.note(START + timedelta(minutes=1), "pair", "too-many", "203.0.113.9")
    assert lines.messages == [
        *["pair refused from 203.0.113.0/24: too-many"] * MOST_PER_MINUTE,
        "further refusals of this minute are not in the log",
        "pair refused from 203.0.113.0/24: too-many",
    ]
