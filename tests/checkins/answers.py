"""Answers as a phone sends them, and how many are kept."""

from datetime import datetime
from typing import Any

import httpx
import msgspec

from homeplan.checkins.model import CheckInEntry
from homeplan.db import Database
from tests.world import Person

TODAY = "2026-03-02"
PATH = f"/api/me/checkins/{TODAY}"


def body(answered_at: datetime, **changes: Any) -> dict[str, Any]:
    """A calm check-in, as JSON."""
    given: dict[str, Any] = {
        "clientEventId": f"event-{answered_at:%Y%m%d%H%M%S}",
        "answeredAt": answered_at.isoformat(),
        "timeZone": "America/Denver",
        "painNow": 3,
        "painWorst24h": 5,
        "anythingNew": False,
        "instrumentVersion": "0.1.0",
    }
    return given | changes


def entry(answered_at: datetime, **changes: Any) -> CheckInEntry:
    return msgspec.convert(body(answered_at, **changes), CheckInEntry)


def safety_body(answered_at: datetime, *yes: str, id: str = "safety-1", **changes: Any) -> dict[str, Any]:
    given = {"id": id, "answeredAt": answered_at.isoformat(), "timeZone": "America/Denver", "safetyYes": list(yes)}
    return given | changes


async def acknowledge(desk: httpx.AsyncClient, patient: Person, outcome: str = "spoke-continue") -> str:
    """Acknowledge the patient's open safety alert; returns its id."""
    chart = f"/api/patients/{patient.id}/alerts"
    [alert] = [one for one in (await desk.get(chart)).json() if one["rule"] == "safety-yes" and not one["closedAt"]]
    path = f"{chart}/{alert['id']}/acknowledgement"
    answer = await desk.post(path, json={"note": "Called, advised rest.", "outcome": outcome})
    assert answer.is_success, answer.text
    return str(alert["id"])


async def lift(desk: httpx.AsyncClient, patient: Person, now: datetime, **changes: Any) -> httpx.Response:
    """Lift the patient's exercise pause after a call."""
    call = {"kind": "call", "spokeWith": "patient", "spokeAt": now.isoformat(), "advice": "May walk and go on."}
    body = {"id": f"lift-{now:%Y%m%d%H%M%S}"} | call | changes
    return await desk.post(f"/api/patients/{patient.id}/exercise-pause/lift", json=body)


async def count(db: Database, table: str) -> int:
    return int(await db.read(lambda tx: tx.fetch_value(f"SELECT COUNT(*) FROM {table}")))
