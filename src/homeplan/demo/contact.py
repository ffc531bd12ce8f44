"""An invented patient's telephone numbers, and the calls of their therapist: planned ones, and those about a warning.

The numbers end in 0100 to 0199 of exchange 555, which is set aside for invented ones.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import Clock, local_day
from homeplan.demo.cast import CLINIC_ZONE, Role
from homeplan.demo.encoding import wire
from homeplan.demo.visitor import Visitor
from homeplan.ids import new_id

CLINIC_PHONE = "+1 303 555 0100"
WITHOUT_NUMBERS = ("No-Floor",)
"""Patients of whom no telephone number is on file."""

Happening = tuple[int, time, Callable[[], Awaitable[None]]]


class Call(Struct, frozen=True, kw_only=True):
    """One contact as the therapist writes it down. Days count back from today."""

    day: int
    wall: time
    kind: str = "call"
    minutes: int | None = None
    """None when nobody was reached."""
    spoke_with: str = "patient"
    note: str
    patient_words: str | None = None
    next_step: str | None = None
    due: int | None = None
    """The day on which the next step is due; negative days lie ahead."""


CALLS: dict[str, tuple[Call, ...]] = {
    "Steady": (
        Call(
            day=12,
            wall=time(16, 10),
            minutes=6,
            note="Asked about the bruise: fading, no swelling. Goes on with the program.",
            patient_words="The stairs are fine now, only the last bag is heavy.",
        ),
    ),
    "Flare": (
        Call(
            day=3,
            wall=time(11, 30),
            kind="video",
            minutes=14,
            note="Pain up after a long drive. No leg pain, no numbness. Smaller doses until the next visit.",
            next_step="Ask about the pain after two days",
            due=1,
        ),
    ),
    "Quiet": (
        Call(day=3, wall=time(9, 15), note="No answer, left a message with the clinic's number."),
        Call(
            day=2,
            wall=time(16, 30),
            minutes=3,
            spoke_with="emergency-contact",
            note="Is travelling for work and is well; will call when back.",
            next_step="Call again",
            due=-1,
        ),
    ),
    "Unreachable": (
        Call(day=1, wall=time(15, 20), note="No answer. Ask about the phone.", next_step="Call again", due=0),
    ),
    "Ejemplo": (
        Call(
            day=9,
            wall=time(12, 40),
            minutes=8,
            note="Explained the walking plan in Spanish; wants to lift the grandchild without fear.",
            patient_words="Ya camino media hora sin parar.",
        ),
    ),
    "Sore": (
        Call(
            day=2,
            wall=time(10, 20),
            minutes=5,
            note="Dizzy for an hour, gone since. Had eaten little before. No other sign.",
            next_step="Offer a snack before the next session",
            due=-3,
        ),
    ),
}


class InventedContact:
    """One patient's numbers and calls. `chart`: the address of the patient's chart."""

    def __init__(self, role: Role, desk: Visitor, clock: Clock, chart: Callable[[], str], until: datetime):
        self._role, self._desk, self._clock, self._chart = role, desk, clock, chart
        self._today = local_day(until, ZoneInfo(CLINIC_ZONE))

    def happenings(self, last_entry: int | None) -> list[Happening]:
        """`last_entry`: the day of the last check-in, which may hold a warning sign."""
        found: list[Happening] = [(call.day, call.wall, self._call(call)) for call in CALLS.get(self._role.name, ())]
        if self._role.safety_yes is not None and last_entry is not None:
            found.append((last_entry, time(18, 40), self._try))
        if self._role.worry is not None:
            found.append((self._role.worry[0], time(19, 10), self._settle))
        return found

    async def save_numbers(self) -> None:
        """The patient's own number and their emergency contact's."""
        if self._role.name in WITHOUT_NUMBERS:
            return
        contact = {"name": f"Relative of {self._role.name}", "number": f"(303) 555-01{50 + self._role.seed}"}
        entry = {"patient": f"(303) 555-01{10 + self._role.seed}", "emergencyContact": contact}
        await self._desk.put(f"{self._chart()}/telephone-numbers", entry)

    async def _try(self) -> None:
        """A call about a warning sign that reaches nobody: the alert stays open."""
        now = self._clock.now()
        entry = {"id": new_id(now), "outcome": "could-not-reach", "note": "No answer; the line was busy."}
        contact = {"id": new_id(now), "kind": "call", "startedAt": wire(now - timedelta(minutes=1)), "minutes": 1}
        await self._acknowledge(entry | {"contact": contact})

    async def _settle(self) -> None:
        """A call about a warning sign that settles it: the alert is closed and the pause lifted."""
        now = self._clock.now()
        note = "Slipped on the stairs, landed on the hip. Walks as before, no numbness. May go on, half the doses."
        await self._acknowledge({"outcome": "spoke-continue", "note": note})
        spoke = {"id": new_id(now), "kind": "call", "spokeWith": "patient", "spokeAt": wire(now)}
        advice = "Half the doses for three days, and call if the leg feels weak or numb."
        await self._desk.post(f"{self._chart()}/exercise-pause/lift", spoke | {"advice": advice})

    async def _acknowledge(self, entry: dict[str, Any]) -> None:
        alerts = await self._desk.get(f"{self._chart()}/alerts")
        alert = next(one for one in alerts if one["rule"] == "safety-yes" and one["closedAt"] is None)
        await self._desk.post(f"{self._chart()}/alerts/{alert['id']}/acknowledgement", entry)

    def _call(self, call: Call) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            reached = call.minutes is not None
            due = None if call.due is None else (self._today - timedelta(days=call.due)).isoformat()
            await self._desk.post(
                f"{self._chart()}/contacts",
                {
                    "id": new_id(self._clock.now()),
                    "kind": call.kind,
                    "reached": reached,
                    "startedAt": wire(self._clock.now() - timedelta(minutes=call.minutes or 1)),
                    "minutes": call.minutes,
                    "spokeWith": call.spoke_with if reached else None,
                    "note": call.note,
                    "patientWords": call.patient_words,
                    "nextStep": call.next_step,
                    "nextStepDue": due,
                },
            )

        return happen
