"""The plan clock: hours since the anchor, which stand still while exercises are paused and wait at gates. Pure.

Its numbers are those of library/data/plan-rules.yaml. docs/adr/0002-two-clocks.md says why there are two clocks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from homeplan.library.plan_rules import PlanRules
from homeplan.programs.model import Phase, PlanStep, Program
from homeplan.programs.needling_session import NeedlingSession


class Pause(Struct, frozen=True):
    """A pause of exercises."""

    since: datetime
    until: datetime | None
    """None while it lasts."""


class PlanFacts(Struct, frozen=True, kw_only=True):
    """The facts of a patient that the plan clock needs beside the program and the sessions."""

    joined_at: datetime | None
    """The time at which the patient's first phone joined; None before."""
    pauses: tuple[Pause, ...] = ()
    """Oldest first."""


class _Piece(Struct, frozen=True):
    """A stretch of the clock from `start` to the next one."""

    start: datetime
    reading: timedelta
    """The reading at `start`."""
    moves: bool


class PlanClock(Struct, frozen=True, kw_only=True):
    """The plan clock of one program, with the phases of one revision."""

    zero: datetime
    phases: tuple[Phase, ...]
    pieces: tuple[_Piece, ...]
    eased: tuple[datetime, ...]
    """The instants from which doses are smaller for `easing`."""
    limits: tuple[tuple[datetime, int], ...] | None
    """The last phase (by place) that may begin, from each instant on; None for a program without gates."""
    easing: timedelta
    """Time for which doses are smaller."""
    gated_from: int
    """The place of the first phase that begins at a gate."""

    def reading(self, at: datetime) -> timedelta:
        """The reading at `at`; 0 before the anchor."""
        piece = next((one for one in reversed(self.pieces) if one.start <= at), None)
        if piece is None:
            return timedelta(0)
        return piece.reading + (at - piece.start if piece.moves else timedelta(0))

    def place(self, at: datetime) -> int:
        """The place of the phase in `phases` that is on at `at`."""
        return min(self._by_hours(at), self._limit(at))

    def waits_since(self, at: datetime) -> datetime | None:
        """The time at which the next phase would have begun by hours, if it waits at its gate at `at`."""
        limit = self._limit(at)
        if self._by_hours(at) <= limit:
            return None
        reached = [one for one in self._reaches(self.phases[limit + 1].from_h) if one <= at]
        return max(reached, default=at)

    def eased_until(self, at: datetime) -> datetime | None:
        """The end of the week of smaller doses, if `at` is in one."""
        return next((one + self.easing for one in reversed(self.eased) if one <= at < one + self.easing), None)

    def begins(self, place: int, at: datetime) -> datetime | None:
        """The instant at which the phase at `place` begins, as far as is known at `at`; None behind a closed gate."""
        if place > self._limit(at):
            return None
        return max(self._reaches(self.phases[place].from_h), default=None)

    def changes(self) -> set[datetime]:
        """Every instant at which the phase or the factor of doses may change."""
        found = {piece.start for piece in self.pieces}
        for phase in self.phases:
            found.update(self._reaches(phase.from_h))
        for start in self.eased:
            found |= {start, start + self.easing}
        return found | {at for at, _ in self.limits or ()}

    def _by_hours(self, at: datetime) -> int:
        return phase_place(self.phases, self.reading(at))

    def _limit(self, at: datetime) -> int:
        if self.limits is None:
            return len(self.phases) - 1
        return next((place for since, place in reversed(self.limits) if since <= at), self.gated_from - 1)

    def _reaches(self, hours: int) -> list[datetime]:
        """The instants at which the moving clock comes to that hour."""
        wanted = timedelta(hours=hours)
        ends = [*(piece.start for piece in self.pieces[1:]), None]
        found = []
        for piece, end in zip(self.pieces, ends, strict=True):
            at = piece.start + (wanted - piece.reading)
            if piece.moves and piece.start <= at and (end is None or at < end):
                found.append(at)
        return found


def zero_of(
    program: Program, sessions: Iterable[NeedlingSession], facts: PlanFacts | None, *, rules: PlanRules
) -> datetime:
    """Hour 0 of the plan clock: the latest of the anchor session's end and 72 hours before publishing and joining.

    So nobody starts beyond p3. A session older than a week at publishing is no anchor. Correcting the session's end
    moves the clock, also for days that are over.
    """
    published = program.revisions[0].effective_from
    building, anchor_holds = timedelta(hours=rules.start.building_h), timedelta(days=rules.start.anchor_days)
    starts = [published - building]
    if facts is not None and facts.joined_at is not None:
        starts.append(facts.joined_at - building)
    for session in sessions:
        if session.id == program.anchor_session_id and session.muscles and published - session.ended_at <= anchor_holds:
            starts.append(session.ended_at)
    return max(starts)


def plan_clock(
    program: Program,
    sessions: Iterable[NeedlingSession],
    facts: PlanFacts | None,
    phases: Sequence[Phase],
    *,
    rules: PlanRules,
) -> PlanClock:
    """The clock of `program` by the `phases` of a revision. Without facts no pause and no joining is known."""
    zero = zero_of(program, sessions, facts, rules=rules)
    places = {phase.slug: place for place, phase in enumerate(phases)}
    pieces = [_Piece(zero, timedelta(0), True)]
    eased: list[datetime] = []
    steps = [step for step in program.steps if step.phase in places]
    for at, event in _events(zero, facts, steps, rules.start.building_h):
        last = pieces[-1]
        reading = last.reading + (at - last.start if last.moves else timedelta(0))
        moves = last.moves
        if isinstance(event, PlanStep):
            reading = timedelta(hours=phases[places[event.phase or ""]].from_h)
            if event.kind == "restart":
                eased.append(at)
        elif event is None:
            moves = False
        else:
            moves = True
            if event >= rules.away.time:
                reading = timedelta(hours=phases[phase_place(phases, reading)].from_h)
                eased.append(at)
        pieces.append(_Piece(at, reading, moves))
    gated_from = rules.gate.first_place
    limits = tuple((step.at, max(places[step.phase or ""], gated_from - 1)) for step in steps)
    return PlanClock(
        zero=zero,
        phases=tuple(phases),
        pieces=tuple(pieces),
        eased=tuple(eased),
        limits=limits if program.gated else None,
        easing=rules.away.easing,
        gated_from=gated_from,
    )


def phase_place(phases: Sequence[Phase], reading: timedelta) -> int:
    """The place of the phase at that reading. Phases cover every hour from 0 on (authoring/publish.py)."""
    hours = max(reading, _NONE) // _HOUR
    return next(place for place in reversed(range(len(phases))) if phases[place].from_h <= hours)


_NONE, _HOUR = timedelta(0), timedelta(hours=1)


def _events(
    zero: datetime, facts: PlanFacts | None, steps: Iterable[PlanStep], building_h: int
) -> list[tuple[datetime, PlanStep | timedelta | None]]:
    """Steps, and the beginning (None) and end (the length) of each stretch in which the clock does not move, in order.

    Before p3 the clock goes on during a pause, and for a patient who has not joined yet.
    """
    building = zero + timedelta(hours=building_h)
    found: list[tuple[datetime, PlanStep | timedelta | None]] = [(step.at, step) for step in steps if step.at >= zero]
    if facts is not None and facts.joined_at is None:
        found.append((building, None))
    elif facts is not None:
        for pause in facts.pauses:
            if pause.until is not None and pause.until <= building:
                continue
            found.append((max(pause.since, building), None))
            if pause.until is not None:
                found.append((pause.until, pause.until - pause.since))
    return sorted(found, key=lambda event: event[0])
