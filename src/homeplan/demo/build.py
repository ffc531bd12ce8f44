"""Invents six weeks of a clinic by calling the app as its users do, day after day, on a clock of its own."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from litestar.types import ASGIApp

from homeplan.accounts import actions as accounts
from homeplan.accounts.model import Clinic, StaffMember
from homeplan.accounts.passwords import hash_password
from homeplan.actor import Role
from homeplan.checkins.worker import tick as review_due
from homeplan.clock import local_day
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.demo.cast import CAST, CLINIC_ZONE
from homeplan.demo.contact import CLINIC_PHONE
from homeplan.demo.messages import SAVED_REPLIES
from homeplan.demo.outcomes import PERMISSION
from homeplan.demo.patient import Event, InventedPatient
from homeplan.demo.visitor import Desk
from homeplan.ids import new_id
from homeplan.reports.worklist.worker import tick as rank_due

DAYS = 42
CLINIC = "Example Back Clinic (demo)"
STAFF = (
    ("Therapist Example-One", "one@demo.example", Role.THERAPIST),
    ("Therapist Example-Two", "two@demo.example", Role.THERAPIST),
    ("Administrator Example", "admin@demo.example", Role.OWNER),
)
SIGNED_TEXT = "aftercare-p0"
"""The only text that the invented clinic has signed; all others show that they are drafts."""
CERTIFIED = timedelta(days=300)
"""Time for which the staff's invented certifications still hold."""
REVIEW_EVERY = timedelta(hours=6)
"""Interval at which the invented clinic's worker looks for patients who have gone silent."""


class DemoClock:
    """The demo's time of day while history is written; afterwards the server has the machine's."""

    def __init__(self, start: datetime):
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)


async def build(
    app: ASGIApp,
    db: Database,
    clock: DemoClock,
    until: datetime,
    password: str,
    progress: Callable[[int, int], None],
) -> None:
    """Write the history that ends at `until`; `progress` is told days done and days in all."""
    clock.move_to(until - timedelta(days=DAYS, hours=1))
    clinic, staff = await _found_clinic(db, clock, password)
    desks = [Desk(app, clock, member.email, password) for member in staff]
    await desks[-1].patch("/api/clinic", {"draftsAllowed": True})
    await desks[-1].put("/api/duty", _duty([member.id for member in staff], until))
    for member in staff:
        await desks[-1].put(
            f"/api/staff/members/{member.id}/needling-certification",
            {"issuer": "Example Institute (invented)", "expiresOn": (until + CERTIFIED).date().isoformat()},
        )
    await desks[-1].put("/api/outcome-instruments/psfs/permission", {"note": PERMISSION})
    for number, (title, english, spanish) in enumerate(SAVED_REPLIES):
        await desks[0].put(f"/api/saved-replies/reply-{number}", {"title": title, "en": english, "es": spanish})
    texts = await desks[0].get("/api/library/texts")
    await desks[0].post("/api/library/reviews", {"slugs": [SIGNED_TEXT], "seen": texts["fingerprint"]})
    patients = [
        InventedPatient(role, app, db, clock, clinic, desks[0 if number % 3 else 1], until)
        for number, role in enumerate(CAST)
    ]
    events = sorted((event for patient in patients for event in patient.events()), key=_moment)
    reviewed = clock.now()
    for at, together in groupby(events, key=_moment):
        while reviewed + REVIEW_EVERY <= at:
            reviewed += REVIEW_EVERY
            clock.move_to(reviewed)
            await review_due(db, reviewed)
        clock.move_to(at)
        # What happens at one moment shares its commits, as a busy clinic's does.
        await asyncio.gather(*(event.do() for event in together))
        progress((at - until).days + DAYS + 1, DAYS)
    clock.move_to(until)
    await review_due(db, until)
    await rank_due(db, until)
    progress(DAYS, DAYS)


async def _found_clinic(db: Database, clock: DemoClock, password: str) -> tuple[Clinic, list[StaffMember]]:
    hashed = await asyncio.to_thread(hash_password, password)

    async def work(tx: Tx) -> tuple[Clinic, list[StaffMember]]:
        ctx = operator_context(tx, clock.now())
        clinic = await accounts.add_clinic(ctx, name=CLINIC, phone=CLINIC_PHONE)
        await accounts.allow_password_alone(ctx.of_clinic(clinic.id))
        staff = [
            await accounts.add_staff(
                ctx.of_clinic(clinic.id),
                member_id=new_id(ctx.now),
                name=name,
                email=email,
                role=role,
                password_hash=hashed,
            )
            for name, email, role in STAFF
        ]
        return clinic, staff

    return await db.write(work)


def _duty(staff_ids: list[str], until: datetime) -> dict[str, Any]:
    """Weekdays from 8 to 17 but for a holiday soon, both therapists on duty, the first on call, each the other's cover
    person; the second is away for a week soon."""
    one, two, _ = staff_ids
    today = local_day(until, ZoneInfo(CLINIC_ZONE))
    holiday, leaves, returns = ((today + timedelta(days=days)).isoformat() for days in (10, 14, 20))
    always = {"firstDay": None, "lastDay": None}
    week = [{"weekday": day, "opens": "08:00:00", "closes": "17:00:00"} for day in range(5)]
    holidays = [{"day": holiday, "name": "Example Day (invented)"}]
    return {
        "version": 0,
        "hours": {"timeZone": CLINIC_ZONE, "week": week, "holidays": holidays, "digestAt": "08:00:00"},
        "roster": {
            "entries": [
                {"id": "duty-one", "staffId": one, "kind": "duty", "weekdays": 31, **always},
                {"id": "duty-two", "staffId": two, "kind": "duty", "weekdays": 31, **always},
                {"id": "on-call", "staffId": one, "kind": "on-call", "weekdays": 127, **always},
            ],
            "covers": [
                {"id": "cover-one", "staffId": one, "coverId": two, **always},
                {"id": "cover-two", "staffId": two, "coverId": one, **always},
                {"id": "away-two", "staffId": two, "coverId": one, "firstDay": leaves, "lastDay": returns},
            ],
        },
    }


def _moment(event: Event) -> datetime:
    return event.at
