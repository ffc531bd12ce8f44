"""The entries of a phone: made by the dozen, and heard on their way."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page, Request, Response

from homeplan.clock import local_day, to_ms
from homeplan.ids import new_id
from tests.browser.phone import Phone

SAVED = re.compile(r"/api/me/(checkins|exercise-logs)/([^/]+)$")


def sent_ids(*pages: Page) -> list[str]:
    """The days and ids that the pages send from now on, in their order."""
    sent: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "PUT" and SAVED.search(request.url):
            sent.append(name_of(request))

    for page in pages:
        page.on("request", hear)
    return sent


def answered_ids(*pages: Page) -> list[str]:
    """The days and ids that the server answers from now on, in their order: without tries that find no network."""
    answered: list[str] = []

    def hear(response: Response) -> None:
        if response.request.method == "PUT" and SAVED.search(response.url):
            answered.append(name_of(response.request))

    for page in pages:
        page.on("response", hear)
    return answered


def name_of(request: Request) -> str:
    return request.url.rsplit("/", 1)[-1]


async def queue_logs(ana: Phone, now: datetime, count: int) -> list[str]:
    """Mark `count` exercises as done without a network; returns their ids in order."""
    plan = await ana.plan()
    segment = plan["segments"][-1]
    ids = [new_id(now + timedelta(milliseconds=at)) for at in range(count)]
    await ana.keep("outbox", [_waiting_log(each, segment["items"][0]["prescriptionId"], now) for each in ids])
    return ids


def _waiting_log(log_id: str, prescription_id: str, at: datetime) -> dict[str, Any]:
    body = {
        "prescriptionId": prescription_id,
        "day": local_day(at, ZoneInfo("America/Denver")).isoformat(),
        "occurredAt": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "timeZone": "America/Denver",
        "outcome": "completed",
        "stopped": False,
    }
    path = f"/api/me/exercise-logs/{log_id}"
    return {
        "kind": "log",
        "key": f"log/{log_id}",
        "method": "PUT",
        "path": path,
        "body": body,
        "savedAt": to_ms(at),
    }
