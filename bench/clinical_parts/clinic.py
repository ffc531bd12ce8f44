"""A clinic in a temporary SQLite database, with the app in process, for vignettes that need the API."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import httpx

from homeplan.app import create_litestar
from homeplan.db import Database, migrate, open_database
from homeplan.http.envelope import Envelope
from homeplan.ids import new_id
from homeplan.library.content import needling_rules
from homeplan.programs.needling_session import NeedledMuscle
from homeplan.settings import Settings
from tests.conftest import VAPID_KEY, FakeClock
from tests.programs.care import Care
from tests.world import ORIGIN, Api, Person, World

ZONE = ZoneInfo("America/Phoenix")
"""No clock changes."""
NOW = datetime(2026, 3, 16, 19, 0, tzinfo=UTC)
"""Monday, noon in Phoenix."""
HOUR = timedelta(hours=1)
SETTINGS = Settings(origin=ORIGIN, vapid_private_key=VAPID_KEY, vapid_subject="mailto:operator@clinic.example")


class Desk:
    """A therapist's browser at one patient, and the patient's phone, at a time that the vignette sets."""

    staff: httpx.AsyncClient
    phone: httpx.AsyncClient

    def __init__(self, api: Api, db: Database, clock: FakeClock, therapist: Person, patient: Person):
        self._api, self.db, self.clock = api, db, clock
        self.therapist, self.patient = therapist, patient
        self.care = Care(db, clock, therapist, patient)

    def path(self, rest: str) -> str:
        return f"/api/patients/{self.patient.id}/{rest}"

    async def at(self, moment: datetime) -> None:
        """Move the clock; both sign in again, since sign-ins of staff end after minutes without use."""
        self.clock.set(moment)
        self.staff = await self._api.signed_in(self.therapist)
        self.phone = await self._api.signed_in(self.patient)

    async def needle(self, hours_ago: float, muscles: list[str]) -> str:
        """A session that ended that many hours ago, written down when it ended; returns its id."""
        now = self.clock.now()
        self.clock.set(now - hours_ago * HOUR)
        needled = tuple(NeedledMuscle(muscle=slug, side="left", technique="pistoning") for slug in muscles)
        session = await self.care.needle(muscles=needled)
        await self.at(now)
        return session.id

    async def sign_consent(self) -> None:
        """Put a consent of the current version on file."""
        body = {"id": new_id(self.clock.now()), "version": needling_rules().consent.version, "language": "en"}
        answer = await self.staff.post(self.path("needling-consents"), json=body | {"signedOn": "paper"})
        answer.raise_for_status()

    async def check_in(self, days_ago: int = 0, **changes: Any) -> httpx.Response:
        """Answers for a day, given now."""
        now = self.clock.now()
        day = (now.astimezone(ZONE) - timedelta(days=days_ago)).date()
        body = {
            "clientEventId": new_id(now),
            "answeredAt": now.isoformat(),
            "timeZone": ZONE.key,
            "painNow": 3,
            "painWorst24h": 4,
            "anythingNew": False,
            "instrumentVersion": "0.1.0",
        }
        return await self.phone.put(f"/api/me/checkins/{day}", json=body | changes)

    async def answer_safety(self, yes: list[str], **changes: Any) -> httpx.Response:
        """The safety screen outside a check-in."""
        now = self.clock.now()
        body = {"id": new_id(now), "answeredAt": now.isoformat(), "timeZone": ZONE.key, "safetyYes": yes}
        return await self.phone.post("/api/me/safety-answers", json=body | changes)

    async def alerts(self) -> list[Mapping[str, Any]]:
        """The open alerts of the patient."""
        answer = await self.staff.get(self.path("alerts"))
        return [one for one in answer.json() if one["closedAt"] is None]

    async def pause(self) -> str:
        """The reason of the exercise pause, or `none`."""
        pause = (await self.staff.get(self.path("exercise-pause"))).json().get("pause")
        return "none" if pause is None else str(pause["reason"])


@asynccontextmanager
async def opened(at: datetime = NOW) -> AsyncIterator[Desk]:
    """A clinic with one patient who has no consent on file, at that time."""
    folder = Path(tempfile.mkdtemp(prefix="homeplan-clinical-"))
    clock = FakeClock(at)
    db = await open_database(f"sqlite:///{folder / 'clinic.sqlite'}")
    try:
        await migrate(db, at)
        app = Envelope(create_litestar(SETTINGS, db, clock), SETTINGS.origin)
        api, world = Api(app, db, clock), World(db, clock)
        clinic = await world.clinic()
        therapist = await world.therapist(clinic)
        patient = await world.patient(clinic, therapist, zone=ZONE.key, consents=False)
        desk = Desk(api, db, clock, therapist, patient)
        await desk.at(at)
        yield desk
        await api.close()
    finally:
        await db.close()
        shutil.rmtree(folder)


def as_names(given: object) -> list[str]:
    """One name or a list of names as a list."""
    return [given] if isinstance(given, str) else [str(one) for one in cast("list[object]", given or [])]
