"""One invented patient: plans what happens in six weeks, then does it through the app as people do."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar.types import ASGIApp
from msgspec import Struct

from homeplan.accounts.model import Clinic
from homeplan.clock import Clock, local_day
from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.delivery.store import end_device
from homeplan.demo.cast import Role
from homeplan.demo.contact import InventedContact
from homeplan.demo.course import answers, chance
from homeplan.demo.encoding import base64url, instant, public_key, wire
from homeplan.demo.helper import InventedHelper
from homeplan.demo.messages import InventedMessages
from homeplan.demo.needling import InventedNeedling
from homeplan.demo.outcomes import InventedOutcomes
from homeplan.demo.visitor import Visitor
from homeplan.demo.visits import InventedVisits
from homeplan.ids import new_id
from homeplan.library.content import needling_rules, starter

PUSH_HOST = "demo.push.invalid"
"""The push service of the invented phones. Nobody can be there: .invalid keeps the demo's pushes on this machine."""


class Event(Struct, frozen=True):
    """Something that somebody does at an instant."""

    at: datetime
    do: Callable[[], Awaitable[None]]


class InventedPatient:
    """One invented patient: plans what happens, then does it through the app."""

    def __init__(
        self,
        role: Role,
        app: ASGIApp,
        db: Database,
        clock: Clock,
        clinic: Clinic,
        desk: Visitor,
        until: datetime,
    ):
        self._role = role
        self._db = db
        self._clock = clock
        self._clinic = clinic
        self._desk = desk
        self._until = until
        self._phone = Visitor(app)
        self._helper = InventedHelper(role, app, self._phone, clock)
        self._zone = ZoneInfo(role.zone)
        self._id = ""
        self._device_id = ""
        self._last_entry: int | None = None
        self._needling = InventedNeedling(role, desk, clock, self._chart)
        self._contact = InventedContact(role, desk, clock, self._chart, until)
        self._visits = InventedVisits(role, desk, self._chart, until)

    def events(self) -> list[Event]:
        """All that happens to this patient, in no particular order."""
        first = self._role.needled[0]
        found = [Event(self._at(first, time(8, 30)), self._register)]
        for number, days_ago in enumerate(self._role.needled):
            found.append(Event(self._at(days_ago, time(9, 30)), self._needling.session(number)))
        if self._role.fever_on is not None:
            found.append(Event(self._at(self._role.fever_on, time(9, 30)), self._needling.not_needled))
        found.append(Event(self._at(first, time(9, 40)), self._prescribe))
        for days_ago, wall, do in self._visits.happenings():
            found.append(Event(self._at(days_ago, wall), do))
        joined = self._role.joined
        if joined is None:
            return [event for event in found if event.at <= self._until]
        found.append(Event(self._at(joined, time(9, 50)), self._join))
        for days_ago in self._days_with_entries(joined):
            found.append(Event(self._at(days_ago, time(18, 0)), self._exercise(days_ago)))
            found.append(Event(self._at(days_ago, time(18, 30)), self._check_in(days_ago)))
            self._last_entry = days_ago
        asked = (InventedOutcomes, InventedMessages)
        parts = [part(self._role, self._phone, self._desk, self._clock).happenings() for part in asked]
        for happenings in (*parts, self._helper.happenings()):
            found += [Event(self._at(days_ago, wall), do) for days_ago, wall, do in happenings]
        for days_ago, wall, do in self._contact.happenings(self._last_entry):
            found.append(Event(self._at(days_ago, wall), do))
        if self._role.phone == "gone":
            found.append(Event(self._at(3, time(20, 0)), self._lose_phone))
        return [event for event in found if event.at <= self._until]

    def _days_with_entries(self, joined: int) -> list[int]:
        """The days on which something was entered, oldest first; the evening of today may still lie ahead."""
        return [
            days_ago
            for days_ago in range(joined, self._role.silent_for - 1, -1)
            if self._at(days_ago, time(18, 30)) <= self._until
            and chance(self._role, days_ago, "skip") >= self._role.skips
        ]

    def _at(self, days_ago: int, wall: time) -> datetime:
        """That wall time `days_ago` days ago. A first visit not over by now is moved to just before now."""
        day = local_day(self._until, self._zone) - timedelta(days=days_ago)
        at, visit_over = (datetime.combine(day, each, self._zone).astimezone(UTC) for each in (wall, time(10, 20)))
        if days_ago == 0 and visit_over > self._until and wall < time(12):
            # The first day after needling must exist at any hour at which the demo is started.
            minutes = {time(8, 30): 330, time(9, 30): 300, time(9, 40): 290, time(9, 50): 280, time(10, 10): 270}[wall]
            return self._until - timedelta(minutes=minutes)
        return at

    async def _register(self) -> None:
        added = await self._desk.post(
            "/api/patients",
            {
                "id": new_id(self._clock.now()),
                "givenName": self._role.name,
                "familyName": "Example",
                "language": self._role.language,
                "timeZone": self._role.zone,
                "problem": "Low back pain",
                "goal": self._role.goal,
            },
        )
        self._id = added["id"]
        await self._desk.post(
            f"{self._chart()}/episodes",
            {"id": new_id(self._clock.now()), "problem": "Low back pain", "goal": self._role.goal},
        )

        await self._contact.save_numbers()
        if self._role.thinner:
            await self._desk.put(
                f"{self._chart()}/intake",
                {"basedOn": 0, "answers": {"anticoagulant": "yes"}, "medicines": "A blood thinner (invented)"},
            )
        await self._desk.post(
            f"{self._chart()}/needling-consents",
            {
                "id": new_id(self._clock.now()),
                "version": needling_rules().consent.version,
                "language": self._role.language,
                "signedOn": "screen",
                "signedName": f"{self._role.name} Example",
            },
        )

    def _chart(self) -> str:
        return f"/api/patients/{self._id}"

    async def _prescribe(self) -> None:
        plan = await self._desk.get(f"{self._chart()}/program/proposal?template={self._role.template}")
        await self._desk.post(
            f"{self._chart()}/program/revisions",
            {
                "id": new_id(self._clock.now()),
                "basedOn": None,
                "changeSummary": {"en": "Your first home program.", "es": "Su primer programa en casa."},
                "phases": plan["phases"],
                "prescriptions": plan["prescriptions"],
            },
        )

    async def _join(self) -> None:
        invitation = await self._desk.post(f"{self._chart()}/invitation", {"id": new_id(self._clock.now())})
        token = invitation["url"].split("#")[1]
        sign_in = {"id": new_id(self._clock.now()), "token": token, "deviceLabel": "Demo phone"}
        await self._phone.post("/api/pairings", sign_in)
        await self._phone.get("/api/me/plan")
        if self._role.phone != "none":
            await self._subscribe()

    async def _subscribe(self) -> None:
        key = await self._phone.get("/api/push/key")
        device = await self._phone.post(
            "/api/me/devices",
            {
                "endpoint": f"https://{PUSH_HOST}/{self._id}",
                "keys": {"p256dh": public_key(), "auth": base64url(self._id.encode()[-16:])},
                "keyId": key["keyId"],
                "language": self._role.language,
                "platform": "android",
            },
        )
        self._device_id = device["id"]

    async def _lose_phone(self) -> None:
        """The worker's action when a push service answers that the subscription is gone."""
        now = self._clock.now()
        await self._db.write(lambda tx: end_device(operator_context(tx, now, self._clinic.id), self._device_id, "gone"))

    def _exercise(self, days_ago: int) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            now = self._clock.now()
            entering = self._helper.entering_on(days_ago)
            plan = await entering.get("/api/me/plan")
            stamp = wire(now)
            on = [s["items"] for s in plan["segments"] if instant(s["from"]) <= now < instant(s["until"])]
            for item in on[0] if on else []:
                if item["kind"] != "exercise" or item["held"]:
                    continue
                if chance(self._role, days_ago, item["slug"]) > self._role.exercises:
                    continue
                how = chance(self._role, days_ago, item["slug"] + "/how")
                await entering.put(
                    f"/api/me/exercise-logs/{new_id(now)}",
                    {
                        "prescriptionId": item["prescriptionId"],
                        "day": local_day(now, self._zone).isoformat(),
                        "occurredAt": stamp,
                        "timeZone": self._role.zone,
                        "outcome": "completed" if how > 0.25 else "tiny",
                        "painDuring": 1 + round(2 * how),
                        "effort": 3,
                    },
                )

        return happen

    def _check_in(self, days_ago: int) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            now = self._clock.now()
            today = answers(self._role, days_ago, self._needling.hours_since(now))
            last = days_ago == self._last_entry
            safety = [self._role.safety_yes] if last and self._role.safety_yes else []
            if self._role.worry is not None and self._role.worry[0] == days_ago:
                safety = [self._role.worry[1]]
            body: dict[str, Any] = {
                "clientEventId": new_id(now),
                "answeredAt": wire(now),
                "timeZone": self._role.zone,
                "painNow": today.pain_now,
                "painWorst24h": today.pain_worst,
                "regions": [{"slug": "low-back", "side": self._role.side}],
                "interference": today.interference,
                "sleep": today.sleep,
                "anythingNew": bool(safety),
                "safetyYes": safety,
                "instrumentVersion": starter().instrument_version,
            }
            if today.soreness is not None:
                body["soreness"] = today.soreness
            if last and self._role.note:
                body["note"] = self._role.note
            entering = self._helper.entering_on(days_ago)
            await entering.put(f"/api/me/checkins/{local_day(now, self._zone).isoformat()}", body)

        return happen
