"""A clinic of invented patients, and phones that enter check-ins, each with the number of the entry as its note."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from msgspec import Struct

from homeplan.accounts import actions
from homeplan.clock import Clock, SystemClock
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.ids import new_id
from tests.world import World, context

DATABASE = "homeplan.sqlite"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


class Phone(Struct, frozen=True):
    """The signed-in phone of one patient."""

    number: int
    patient_id: str
    cookie: str


async def invent(url: str, patients: int, clock: Clock | None = None, *, zone: str = "UTC") -> list[Phone]:
    """Make the database with one clinic; returns the phones of its patients."""
    clock = clock or SystemClock()
    db = await open_database(url)
    try:
        await migrate(db, clock.now())
        return await people(db, patients, clock, zone=zone)
    finally:
        await db.close()


async def people(db: Database, patients: int, clock: Clock, *, zone: str = "UTC") -> list[Phone]:
    """A clinic with patients whose phones are signed in."""
    world = World(db, clock)
    clinic = await world.clinic()
    phones = []
    for number in range(patients):
        patient = await world.patient(clinic, zone=zone)

        async def sign_in(tx: Tx, patient_id: str = patient.id) -> str:
            ctx = context(tx, clock.now(), clinic.id)
            return (await actions.sign_in_patient(ctx, patient_id, new_id(clock.now()), label="")).token

        phones.append(Phone(number, patient.id, f"__Host-hp={await db.write(sign_in)}"))
    return phones


def headers(phone: Phone) -> dict[str, str]:
    return SAME_ORIGIN | {"cookie": phone.cookie}


def check_in(number: int, at: datetime, zone: str = "UTC") -> dict[str, Any]:
    """The body of a phone's entry with that number, answered at that time."""
    return {
        "clientEventId": f"entry-{number}",
        "answeredAt": at.astimezone(UTC).isoformat(),
        "timeZone": zone,
        "painNow": number % 4,
        "painWorst24h": 4,
        "anythingNew": False,
        "note": f"Entry {number}",
        "instrumentVersion": "0.1.0",
    }


async def send(client: httpx.AsyncClient, phone: Phone, number: int) -> httpx.Response:
    """Enter today's check-in once more."""
    now = datetime.now(UTC)
    return await client.put(f"/api/me/checkins/{now:%Y-%m-%d}", json=check_in(number, now), headers=headers(phone))


async def stored(client: httpx.AsyncClient, phone: Phone) -> int:
    """The number of the latest entry that the server has of this phone; -1 before the first."""
    answer = await client.get("/api/me/checkins", headers=headers(phone))
    return max((number_of(one["clientEventId"]) for one in answer.raise_for_status().json()), default=-1)


async def kept(url: str, phones: Sequence[Phone]) -> list[int]:
    """The latest entry of each phone, as the service tells it."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        return [await stored(client, phone) for phone in phones]


def number_of(event_id: str) -> int:
    return int(event_id.removeprefix("entry-"))


def missing(confirmed: Sequence[int], kept: Sequence[int]) -> int:
    """Number of entries that were confirmed to phones and are not there, by the last of each phone."""
    return sum(max(0, last - there) for last, there in zip(confirmed, kept, strict=True))
