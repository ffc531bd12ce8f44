"""Sets the server's clock wrong and right again while it runs: an hour, a day, and in the nights when clocks change.

    python -m drills.clock                 all scenes, about three minutes
    python -m drills.clock --only SCENE    some of them

The app and all its workers run in this process by a clock that can be set; phones and the push service go by the true
one. Each scene says the true times of the clinic at which something happens and how wrong the server's clock is then.
At each of them every second phone enters a check-in; the others are reminded. What must hold: every entry is taken,
every phone stays signed in, each reminder is shown once per local day of the patient, what was due is the sum of its
outcomes, and /readyz counts each time that the clock was set. A clock that is a day ahead for longer than the hold of
two minutes passes reminders over; these are counted. The hold is one second here. The last line is JSON; it ends with 1
when anything does not hold.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from drills.clinic import DATABASE, Phone, check_in, headers, people
from drills.clock_scenes import HOUR, SCENES, Scene
from homeplan.app import create_app
from homeplan.context import operator_context
from homeplan.db import Database, migrate, open_database
from homeplan.delivery import breaker
from homeplan.delivery import worker as deliveries
from homeplan.delivery.incidents import Incident, counted
from homeplan.reminders import worker as reminders
from homeplan.settings import Settings
from homeplan.workers import run_workers
from tests.conftest import METRICS_TOKEN, VAPID_KEY
from tests.push_service import PushService

ORIGIN = "http://localhost:8000"
HOLD_S = 1.0
COUNT_LEASED = "SELECT COUNT(*) FROM deliveries WHERE status = 'leased'"
LIMIT_S = 60.0
NO_QUIET = {"quietFrom": None, "quietUntil": None, "dailyCap": 10, "pausedUntil": None}


def reminded(phones: list[Phone]) -> list[Phone]:
    """Half of the phones; the others enter, because who has checked in is reminded no more."""
    return phones[::2]


class SettableClock:
    """A clock that goes on by itself from the time to which it was set."""

    def __init__(self, at: datetime):
        self.set(at)

    def set(self, at: datetime) -> None:
        self._at, self._since = at.astimezone(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._since)


class Clinic:
    """A running app with its phones."""

    def __init__(self, scene: Scene, folder: Path, service: PushService, true: SettableClock, phones: int):
        self._scene, self._service, self._true = scene, service, true
        self.clock = SettableClock(true.now())
        self._url = f"sqlite:///{folder / DATABASE}"
        self._count = phones
        self._entries = 0
        self.refused: Counter[str] = Counter()
        self.steps = 0

    async def run(self) -> dict[str, Any]:
        """Play the scene; its figures."""
        db = await open_database(self._url)
        await migrate(db, self.clock.now())
        phones = await people(db, self._count, self.clock, zone=self._scene.zone)
        settings = Settings(
            origin=ORIGIN,
            database_url=self._url,
            metrics_token=METRICS_TOKEN,
            vapid_private_key=VAPID_KEY,
            vapid_subject="mailto:operator@clinic.example",
            push_hosts=(self._service.origin,),
        )
        transport = httpx.ASGITransport(app=create_app(settings, db, self.clock))  # type: ignore[arg-type]
        stop = asyncio.Event()
        working = asyncio.create_task(run_workers(settings, db, self.clock, stop))
        try:
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                await self._set_up(client, phones)
                return await self._play(db, client, phones)
        finally:
            stop.set()
            await working
            await db.close()

    async def _set_up(self, client: httpx.AsyncClient, phones: list[Phone]) -> None:
        key = (await client.get("/api/push/key", headers=headers(phones[0]))).json()
        for phone in reminded(phones):
            made = self._service.subscribe(key["publicKey"])
            device = made | {"keyId": key["keyId"], "language": "en", "platform": "android"}
            (await client.post("/api/me/devices", json=device, headers=headers(phone))).raise_for_status()
            reminder = {"kind": "checkin", "weekdays": 127, "wallTime": f"{self._scene.reminder}:00"}
            reminder |= {"zonePolicy": "home", "enabled": True}
            for path, body in (("reminder-settings", NO_QUIET), (f"reminders/r{phone.number}", reminder)):
                (await client.put(f"/api/me/{path}", json=body, headers=headers(phone))).raise_for_status()

    async def _play(self, db: Database, client: httpx.AsyncClient, phones: list[Phone]) -> dict[str, Any]:
        shown: Counter[tuple[str, str]] = Counter()
        seen = 0
        zone = ZoneInfo(self._scene.zone)
        for moment in self._scene.moments:
            true = datetime.strptime(moment.at, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
            self._true.set(true)
            before = self.clock.now()
            self.clock.set(true.astimezone(UTC) + moment.off)
            self.steps += abs((self.clock.now() - before).total_seconds()) > reminders.LARGEST_STEP_S
            await self._notice(db)
            if not moment.within_hold:
                await self._settle(db)
            for push in self._service.received[seen:]:
                shown[push.token, moment.at[:10]] += 1
            seen = len(self._service.received)
            await self._use(client, phones)
        ready = (await client.get("/readyz")).json()
        metrics = (await client.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})).text
        due = len(reminded(phones)) * len(self._scene.shown)
        right = sum(times == 1 and day in self._scene.shown for (_, day), times in shown.items())
        return {
            "reminders_due": due,
            "shown_once": right,
            "shown_again": sum(times - 1 for times in shown.values()),
            "passed_over": len(reminded(phones)) * len(self._scene.passed_over),
            "shown_on_other_days": sum(day not in self._scene.shown for _, day in shown),
            "entries": self._entries,
            "refused": dict(self.refused),
            "clock_set_times": ready["clockSetTimes"],
            "steps": self.steps,
            "balanced": "homeplan_reminders_unbalanced 0.0" in metrics,
            "judged": sorted(set(self._service.violations)),
        }

    async def _settle(self, db: Database) -> None:
        """Wait until the hold is over, and nothing that is due waits or is on its way."""
        until = time.monotonic() + LIMIT_S
        await asyncio.sleep(HOLD_S + 0.2)
        while await self._under_way(db) and time.monotonic() < until:
            await asyncio.sleep(0.05)

    async def _notice(self, db: Database) -> None:
        """Wait until the worker has counted each step of the clock."""
        now, until = self.clock.now(), time.monotonic() + LIMIT_S
        while (await db.read(lambda tx: counted(operator_context(tx, now))))[Incident.CLOCK_SET] < self.steps:
            if time.monotonic() > until:
                return
            await asyncio.sleep(0.02)

    async def _under_way(self, db: Database) -> bool:
        """Whether a reminder is due, or a push is being sent."""
        if await deliveries.due(db, self.clock.now(), reminders.DUE, reminders.UNSENT):
            return True
        return bool(await db.read(lambda tx: tx.fetch_value(COUNT_LEASED)))

    async def _use(self, client: httpx.AsyncClient, phones: list[Phone]) -> None:
        """Each phone checks in by its own clock and opens the plan."""
        now, zone = self._true.now(), self._scene.zone
        day = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
        for phone in set(phones) - set(reminded(phones)):
            body = check_in(self._entries, now, zone)
            answers = {
                "check-in": await client.put(f"/api/me/checkins/{day}", json=body, headers=headers(phone)),
                "me": await client.get("/api/me", headers=headers(phone)),
            }
            stored = answers["check-in"]
            if stored.status_code == 200 and stored.json()["clientEventId"] != body["clientEventId"]:
                self.refused["an earlier answer stayed"] += 1
            for name, answer in answers.items():
                if answer.status_code != 200:
                    self.refused[f"{name} {answer.status_code} {answer.json().get('code')}"] += 1
            self._entries += 1


async def play(name: str, phones: int) -> dict[str, Any]:
    """The figures of one scene, with whether all of it holds."""
    scene = SCENES[name]
    first = datetime.strptime(scene.moments[0].at, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(scene.zone))
    true = SettableClock(first - 2 * HOUR)
    with tempfile.TemporaryDirectory(prefix="homeplan-clock-") as folder:
        async with PushService(now=true.now) as service:
            found = await Clinic(scene, Path(folder), service, true, phones).run()
    found["holds"] = (
        found["shown_once"] == found["reminders_due"]
        and not (found["shown_again"] or found["shown_on_other_days"] or found["refused"] or found["judged"])
        and found["balanced"]
        and found["clock_set_times"] == found["steps"]
    )
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drills.clock", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=list(SCENES), default=list(SCENES), help="some scenes instead of all"
    )
    parser.add_argument("--phones", type=int, default=20)
    options = parser.parse_args(arguments)
    logging.disable()
    reminders.HOLD_S, deliveries.IDLE_S, breaker.FIRST_STOP_S, breaker.LONGEST_STOP_S = HOLD_S, 0.05, 0.2, 0.5
    began = time.monotonic()
    found = {name: asyncio.run(play(name, options.phones)) for name in options.only}
    print(json.dumps({**found, "seconds": round(time.monotonic() - began)}))
    return int(not all(scene["holds"] for scene in found.values()))


if __name__ == "__main__":
    sys.exit(main())
