"""A therapist with one patient, calling the actions as the routes do."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from homeplan.db import Database, Tx
from homeplan.ids import new_id
from homeplan.library.content import needling_rules, starter
from homeplan.needling.actions.checks import add_check
from homeplan.needling.actions.consents import add_consent
from homeplan.needling.actions.intake import save_intake
from homeplan.needling.model import Check, CheckEntry, Consent, ConsentEntry, Intake, IntakeEntry
from homeplan.programs import store
from homeplan.programs.actions import episodes, exercise_logs, program
from homeplan.programs.actions import needling as needling_sessions
from homeplan.programs.authoring.entries import ChangeSummary, PrescriptionEntry, RevisionEntry
from homeplan.programs.episode import EpisodeOfCare, Stage
from homeplan.programs.exercise_log import ExerciseLog, ExerciseLogEntry
from homeplan.programs.model import Program
from homeplan.programs.needling_session import NeedledMuscle, NeedlingEntry, NeedlingScreen, NeedlingSession
from tests.conftest import FakeClock
from tests.world import Person, context, full_screen

DENVER = ZoneInfo("America/Denver")


class Care:
    """A therapist with one patient, and the actions called as they would."""

    def __init__(self, db: Database, clock: FakeClock, therapist: Person, patient: Person):
        self.db, self.clock, self.therapist, self.patient = db, clock, therapist, patient
        self.clinic_id = patient.clinic.id

    async def episode(self) -> EpisodeOfCare:
        return await self.db.write(
            lambda tx: episodes.require_open_episode(self.therapist.context(tx, self.clock.now()), self.patient.id)
        )

    async def step(self, to: Stage) -> EpisodeOfCare:
        episode = await self.episode()
        return await self.db.write(
            lambda tx: episodes.take_step(self.therapist.context(tx, self.clock.now()), self.patient.id, episode.id, to)
        )

    async def needle(self, ended_at: datetime | None = None, **changes: Any) -> NeedlingSession:
        now = self.clock.now()
        entry = needling(ended_at or now, **changes)
        return await self.db.write(
            lambda tx: needling_sessions.add_session(
                self.therapist.context(tx, now), self.patient.id, new_id(now), entry
            )
        )

    async def check(self) -> Check:
        """A pre-session check with the default answers."""
        entry = CheckEntry(
            muscles=needling(self.clock.now()).muscles, screen=msgspec.convert(full_screen(), NeedlingScreen)
        )
        return await self.db.write(
            lambda tx: add_check(self.therapist.context(tx, self.clock.now()), self.patient.id, "check", entry)
        )

    async def note_condition(self, *slugs: str) -> Intake:
        entry = IntakeEntry(answers=dict.fromkeys(slugs, "yes"))
        return await self.db.write(
            lambda tx: save_intake(self.therapist.context(tx, self.clock.now()), self.patient.id, entry, based_on=0)
        )

    async def sign(self, name: str) -> Consent:
        """A consent to needling, signed on the screen."""
        entry = ConsentEntry(
            version=needling_rules().consent.version, language="en", signed_on="screen", signed_name=name
        )
        now = self.clock.now()
        return await self.db.write(
            lambda tx: add_consent(self.therapist.context(tx, now), self.patient.id, new_id(now), entry)
        )

    async def publish(self, *slugs: str, based_on: int | None = None, **changes: Any) -> Program:
        now = self.clock.now()
        entry = plan(*slugs, based_on=based_on, **changes)

        async def work(tx: Tx) -> Program | None:
            ctx = self.therapist.context(tx, now)
            await program.publish_revision(ctx, self.patient.id, new_id(now), entry)
            episode = await episodes.require_open_episode(ctx, self.patient.id)
            return await store.find_program(ctx, episode.id)

        published = await self.db.write(work)
        assert published is not None
        return published

    async def log(self, log_id: str, prescription_id: str, **changes: Any) -> ExerciseLog:
        now = self.clock.now()
        given: dict[str, Any] = {
            "prescription_id": prescription_id,
            "day": now.astimezone(DENVER).date(),
            "occurred_at": now,
            "time_zone": "America/Denver",
            "outcome": "completed",
        }
        entry = ExerciseLogEntry(**(given | changes))
        return await self.db.write(
            lambda tx: exercise_logs.save_log(context(tx, now, self.clinic_id), self.patient.id, log_id, entry)
        )

    async def logs(self) -> list[ExerciseLog]:
        return await self.db.read(
            lambda tx: store.logs_between(
                context(tx, clinic_id=self.clinic_id), self.patient.id, date(2026, 1, 1), date(2026, 12, 31)
            )
        )

    async def chart(self) -> store.Chart:
        return await self.db.read(lambda tx: store.read_chart(context(tx, clinic_id=self.clinic_id), self.patient.id))


def needling(ended_at: datetime, **changes: Any) -> NeedlingEntry:
    given: dict[str, Any] = {
        "started_at": ended_at - timedelta(minutes=20),
        "ended_at": ended_at,
        "muscles": (NeedledMuscle(muscle="multifidus", side="left", technique="pistoning"),),
        "screen": NeedlingScreen(decision="go-ahead"),
    }
    return NeedlingEntry(**(given | changes))


def plan(*slugs: str, based_on: int | None = None, **changes: Any) -> RevisionEntry:
    items = [
        PrescriptionEntry(
            kind="exercise" if slug in starter().exercises else "activity", slug=slug, phases=("p0", "p3", "p4", "p5")
        )
        for slug in slugs
    ]
    given: dict[str, Any] = {
        "based_on": based_on,
        "change_summary": ChangeSummary(en="New.", es="Nuevo."),
        "prescriptions": tuple(items),
    }
    return RevisionEntry(**(given | changes))
