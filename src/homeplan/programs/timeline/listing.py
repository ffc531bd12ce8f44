"""The patient's list at one instant: which prescriptions are on, in which order and dose, and why. Pure.

The order is stable: the overlay's items, then the plan's by position, then one education topic. In the first 72 hours
after needling a day never asks for more than the same weekday without needles (timeline/sore_day.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from homeplan.library.dosage import Dosage
from homeplan.library.model import WAITING_LOADS
from homeplan.localtime import weekday_bit
from homeplan.programs.model import Prescription
from homeplan.programs.timeline.clocks import PlanReading, Reading
from homeplan.programs.timeline.dosage import shrunk
from homeplan.programs.timeline.model import TodayItem, TodayReason
from homeplan.programs.timeline.shelf import Shelf
from homeplan.programs.timeline.sore_day import UsualDay, times_on_sore_day
from homeplan.programs.timeline.walking import is_timed_walk, walk_dose


def items_on(reading: Reading, shelf: Shelf | None = None) -> tuple[TodayItem, ...]:
    """The items that are on, each once; none while no revision is in force."""
    if reading.plan is None:
        return ()
    overlay = [p for p in _overlay_items(reading.plan, reading) if _shows(shelf, p, reading)]
    phase = [p for p in _phase_items(reading.plan) if _shows(shelf, p, reading)]
    planned = {p.slug: p for p in phase if _is_due_on_weekday(p, reading)}
    after_needling = _after_needling(reading)
    listed: list[_Listed] = []
    for extra in overlay:
        if extra.slug in planned:  # the patient's own dose replaces the library's
            listed.append(_planned(planned.pop(extra.slug), reading.plan, reading, after_needling))
        elif _is_due_on_weekday(extra, reading):
            listed.append(_Listed(extra, extra.dosage, after_needling))
    listed += [_planned(p, reading.plan, reading, ()) for p in planned.values()]
    topic = _topic_of_the_day(overlay, phase, reading.plan, reading)
    if topic is not None:
        listed.append(_Listed(topic, None, (TodayReason(code="topic-of-the-day"),)))
    holds = [_hold_reason(each.prescription, reading) for each in listed]
    wanted = [_times(each.prescription) if hold is None else 0 for each, hold in zip(listed, holds, strict=True)]
    due = wanted
    if reading.overlay_phase is not None:
        due = times_on_sore_day(
            [each.prescription for each in listed], wanted, _usual_day(phase, reading), reading.rules.sore_day.exercises
        )
    return tuple(
        _item(each, position, hold, (due[position], wanted[position]), reading, shelf)
        for position, (each, hold) in enumerate(zip(listed, holds, strict=True))
    )


def items_of_phase(reading: Reading, shelf: Shelf | None = None) -> tuple[TodayItem, ...]:
    """The exercises and activities of the phase on any weekday, in their prescribed dose, with nothing due."""
    if reading.plan is None:
        return ()
    shown = [p for p in _phase_items(reading.plan) if p.kind != "education" and _shows(shelf, p, reading)]
    return tuple(
        _item(_Listed(p, p.dosage, ()), position, None, (0, 0), reading, shelf) for position, p in enumerate(shown)
    )


def awaiting_review(reading: Reading, shelf: Shelf | None) -> tuple[str, ...]:
    """The slugs that are not on only because no therapist of the clinic has signed them."""
    if reading.plan is None:
        return ()
    on = [*_overlay_items(reading.plan, reading), *_phase_items(reading.plan)]
    return tuple(dict.fromkeys(p.slug for p in on if not _shows(shelf, p, reading)))


def _overlay_items(plan: PlanReading, reading: Reading) -> list[Prescription]:
    return [p for p in plan.revision.overlay if reading.overlay_phase in p.phases]


def _phase_items(plan: PlanReading) -> list[Prescription]:
    return [p for p in plan.revision.prescriptions if plan.phase.slug in p.phases]


def _shows(shelf: Shelf | None, prescription: Prescription, reading: Reading) -> bool:
    return shelf is None or shelf.shows(prescription.slug, reading.at)


def _is_due_on_weekday(prescription: Prescription, reading: Reading) -> bool:
    """Whether the item is due on the weekday; False for education, which follows `_topic_of_the_day`."""
    return prescription.dosage is not None and bool(prescription.dosage.weekdays & weekday_bit(reading.day))


def _after_needling(reading: Reading) -> tuple[TodayReason, ...]:
    return (
        TodayReason(
            code="after-needling",
            phase=reading.overlay_phase,
            until=_hours_after(reading, reading.rules.after_needling.overlay_h),
        ),
    )


class _Listed(NamedTuple):
    """A prescription that is on, with the dose for now and the reasons."""

    prescription: Prescription
    dosage: Dosage | None
    reasons: tuple[TodayReason, ...]


def _planned(
    prescription: Prescription, plan: PlanReading, reading: Reading, reasons: tuple[TodayReason, ...]
) -> _Listed:
    """An item of the plan, in a smaller dose while the overlay runs."""
    reasons = (*reasons, TodayReason(code="plan-phase", phase=plan.phase.slug))
    dosage = prescription.dosage
    if plan.walk_s is not None and dosage is not None and is_timed_walk(prescription):
        walk = walk_dose(dosage, plan.walk_s, prescription.tiny, reading.rules.walking)
        if walk != dosage:
            dosage, reasons = walk, (*reasons, TodayReason(code="walk-minutes"))
    why = _smaller_dose(plan, reading)
    if why is None or dosage is None or prescription.kind != "exercise" or _hold_reason(prescription, reading):
        return _Listed(prescription, dosage, reasons)
    smaller = shrunk(dosage, why.factor or 1, prescription.tiny)
    if smaller == dosage:
        return _Listed(prescription, dosage, reasons)
    return _Listed(prescription, smaller, (*reasons, why))


def _smaller_dose(plan: PlanReading, reading: Reading) -> TodayReason | None:
    """The reason for the smallest factor that holds now: after needling, or in the week after two weeks away."""
    found = []
    running = next((phase for phase in plan.revision.phases if phase.slug == reading.overlay_phase), None)
    if running is not None:
        until = None if running.to_h is None else _hours_after(reading, running.to_h)
        found.append(TodayReason(code="dose-reduced", factor=running.dose_factor, until=until))
    eased_until = plan.clock.eased_until(reading.at)
    if eased_until is not None:
        found.append(TodayReason(code="starting-again", factor=reading.rules.away.dose_factor, until=eased_until))
    return min(found, key=lambda why: why.factor or 1, default=None)


def _usual_day(phase: Sequence[Prescription], reading: Reading) -> UsualDay:
    """The times that the plan asks for on this weekday without needles."""
    planned = {
        p.slug: p for p in phase if _is_due_on_weekday(p, reading) and not _needs_floor(p, reading)
    }.values()  # as in `items_on`, an item that two phases share is one
    exercises = sum(_times(p) for p in planned if p.kind == "exercise")
    return UsualDay(exercises=exercises, everything=exercises + sum(_times(p) for p in planned if p.kind == "activity"))


def _times(prescription: Prescription) -> int:
    return 1 if prescription.dosage is None else prescription.dosage.times_per_day


def _item(
    listed: _Listed,
    position: int,
    held: TodayReason | None,
    times: tuple[int, int],
    reading: Reading,
    shelf: Shelf | None,
) -> TodayItem:
    """The item as it is listed; `times` are the times due and the times that it would be due on any other day."""
    prescription, dosage, reasons = listed
    due, wanted = times
    if held is not None:
        reasons = (*reasons, held)
    elif due < wanted:
        reasons = (
            *reasons,
            TodayReason(code="if-you-like", until=_hours_after(reading, reading.rules.after_needling.overlay_h)),
        )
    return TodayItem(
        prescription_id=prescription.id,
        slug=prescription.slug,
        kind=prescription.kind,
        version=prescription.version,
        dosage=dosage,
        tiny=prescription.tiny,
        side=prescription.side,
        body_position=_body_position(prescription, reading),
        times_due=due,
        held=held is not None,
        optional=held is None and due == 0,
        draft=shelf is not None and shelf.is_draft(prescription.slug, reading.at),
        note=prescription.note,
        position=position,
        reasons=reasons,
    )


def waits_for(prescription: Prescription) -> tuple[str, ...]:
    """The muscles for whose needling the item rests 48 hours."""
    if prescription.waits_for is not None:
        return prescription.waits_for
    return prescription.primary_muscles if prescription.load_type in WAITING_LOADS else ()


def _needs_floor(prescription: Prescription, reading: Reading) -> bool:
    """Whether it can only be done lying or kneeling, for a patient who is not to do so."""
    floorless = reading.plan is not None and reading.plan.no_floor
    return floorless and prescription.body_position is not None and prescription.without_floor is None


def _body_position(prescription: Prescription, reading: Reading) -> str | None:
    if reading.plan is not None and reading.plan.no_floor and prescription.without_floor is not None:
        return prescription.without_floor
    return prescription.body_position


def _hold_reason(prescription: Prescription, reading: Reading) -> TodayReason | None:
    """The reason to hold the item: it needs the floor in a plan without it, or it strains a muscle that was needled
    less than 48 hours ago. None otherwise."""
    if _needs_floor(prescription, reading):
        return TodayReason(code="needs-floor")
    muscles = tuple(muscle for muscle in waits_for(prescription) if muscle in reading.rests)
    if not muscles:
        return None
    until = max(reading.rests[muscle] for muscle in muscles)
    return TodayReason(code="held-needled-muscle", muscles=muscles, until=until)


def _topic_of_the_day(
    overlay: Sequence[Prescription], phase: Sequence[Prescription], plan: PlanReading, reading: Reading
) -> Prescription | None:
    """One education topic per local day: after needling the overlay's in order, otherwise the plan's in turn."""
    after_needling = [p for p in overlay if p.kind == "education"]
    if after_needling and reading.needled_day is not None:
        days = (reading.day - reading.needled_day).days
        return after_needling[min(days, len(after_needling) - 1)]
    topics = [p for p in phase if p.kind == "education"]
    return topics[(reading.day - plan.started).days % len(topics)] if topics else None


def _hours_after(reading: Reading, hours: int) -> datetime | None:
    return None if reading.needled_at is None else reading.needled_at + timedelta(hours=hours)
