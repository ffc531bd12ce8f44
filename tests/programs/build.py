"""Builds programs, sessions and logs for tests, with defaults for what a test does not care about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeplan.library.content import starter
from homeplan.library.dosage import Dosage, TinyDose
from homeplan.library.texts import Sentence, Title
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.model import Phase, Prescription, Program, Revision
from homeplan.programs.needling_session import NeedledMuscle, NeedlingScreen, NeedlingSession
from homeplan.programs.timeline.model import Today
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import Shelf
from homeplan.values import Text

DENVER = ZoneInfo("America/Denver")
NEEDLED = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""The end of the first needling session: Monday, 09:00 in Denver."""

PHASES = tuple(
    Phase(
        slug=slug,
        from_h=from_h,
        to_h=to_h,
        title=Title(en=f"Phase {slug}", es=f"Fase {slug}"),
        intent=Sentence(en="Move.", es="Moverse."),
        dose_factor=factor,
    )
    for slug, from_h, to_h, factor in (
        ("p0", 0, 24, 0.5),
        ("p1", 24, 48, 0.5),
        ("p2", 48, 72, 0.75),
        ("p3", 72, 504, 1.0),
        ("p4", 504, 1344, 1.0),
        ("p5", 1344, None, 1.0),
    )
)
EVERY_PHASE = ("p0", "p1", "p2", "p3", "p4", "p5")


def tiny(**amount: int) -> TinyDose:
    return TinyDose(text=Sentence(en="A little.", es="Un poco."), **amount)


def exercise(slug: str, **changes: Any) -> Prescription:
    """An exercise of 2 sets of 10 every day in every phase, unless told otherwise."""
    given: dict[str, Any] = {
        "id": f"id-{slug}",
        "kind": "exercise",
        "slug": slug,
        "version": 1,
        "phases": EVERY_PHASE,
        "dosage": Dosage(sets=2, reps=10),
        "tiny": tiny(reps=3),
        "side": None,
        "note": None,
        "position": 0,
        "load_type": "moves",
        "primary_muscles": (),
    }
    return Prescription(**(given | changes))


def activity(slug: str, **changes: Any) -> Prescription:
    return exercise(slug, kind="activity", dosage=Dosage(sets=1), tiny=None, load_type=None, **changes)


def topic(slug: str, **changes: Any) -> Prescription:
    return exercise(slug, kind="education", dosage=None, tiny=None, load_type=None, **changes)


def revision(*prescriptions: Prescription, **changes: Any) -> Revision:
    """Revision 1, in force from an hour after NEEDLED, with these prescriptions and no overlay."""
    given: dict[str, Any] = {
        "number": 1,
        "effective_from": NEEDLED + timedelta(hours=1),
        "published_at": NEEDLED + timedelta(hours=1),
        "author_id": "therapist",
        "author": "Therapist Example",
        "change_summary": Text(en="Your first plan.", es="Su primer plan."),
        "phases": PHASES,
        "prescriptions": prescriptions,
        "overlay": (),
    }
    return Revision(**(given | changes))


def program(*revisions: Revision, **changes: Any) -> Program:
    """A program on the plan clock of session `first`."""
    given: dict[str, Any] = {
        "id": "program",
        "episode_id": "episode",
        "anchor_session_id": "first",
        "ended_at": None,
        "revisions": revisions,
    }
    return Program(**(given | changes))


def session(
    ended_at: datetime = NEEDLED, id: str = "first", muscles: Sequence[str] = ("multifidus",), **changes: Any
) -> NeedlingSession:
    given: dict[str, Any] = {
        "id": id,
        "episode_id": "episode",
        "version": 1,
        "recorded_at": ended_at,
        "recorded_by": "therapist",
        "started_at": ended_at - timedelta(minutes=20),
        "ended_at": ended_at,
        "muscles": tuple(NeedledMuscle(muscle=m, side="left", technique="pistoning") for m in muscles),
        "screen": NeedlingScreen(decision="go-ahead" if muscles else "do-not-needle"),
    }
    return NeedlingSession(**(given | changes))


def log(slug: str, day: date, **changes: Any) -> ExerciseLog:
    """A completed log of that local day."""
    given: dict[str, Any] = {
        "id": f"log-{slug}-{day}",
        "prescription_id": f"id-{slug}",
        "day": day,
        "occurred_at": datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
        "time_zone": "America/Denver",
        "outcome": "completed",
        "kind": "exercise",
        "slug": slug,
        "revision": 1,
        "counts": True,
    }
    return ExerciseLog(**(given | changes))


def hours(h: float) -> timedelta:
    return timedelta(hours=h)


def on(
    plan: Program | None,
    h: float,
    sessions: list[NeedlingSession] | None = None,
    logs: list[ExerciseLog] | None = None,
    shelf: Shelf | None = None,
) -> Today:
    """Today, `h` hours after the first needling session."""
    return what_is_on(
        plan,
        [session()] if sessions is None else sessions,
        logs or [],
        NEEDLED + hours(h),
        DENVER,
        shelf,
        rules=starter().plan_rules,
    )


def slugs(today: Today) -> list[str]:
    return [item.slug for item in today.items]


def codes(today: Today) -> list[str]:
    return [reason.code for reason in today.reasons]
