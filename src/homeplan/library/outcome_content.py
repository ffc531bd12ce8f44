"""Shape of outcomes.yaml: prompts after needling, adverse events, outcome instruments; and its checks. Pure."""

from collections.abc import Collection, Iterator
from datetime import time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

from homeplan.library.rules import Flaw, text_flaws
from homeplan.library.texts import Note, Sentence, Title
from homeplan.values import Text, Value

EventId = Literal[
    "none",
    "bruise",
    "bleeding",
    "more_pain",
    "tired",
    "dizzy",
    "sick",
    "headache",
    "numb",
    "breath",
    "other",
]
EventSeverity = Literal["mild", "moderate", "severe"]
InstrumentId = Literal["psfs", "groc", "weekly"]
PromptHour = Literal[3, 24, 72]


class OutcomesMeta(Value, frozen=True, kw_only=True):
    """Head of outcomes.yaml."""

    schema_version: int
    version: str
    languages: tuple[str, ...]
    region: str


class Prompt(Value, frozen=True, kw_only=True):
    """A question after a needling session; hours count from the end of the session."""

    hour: PromptHour
    """Names the prompt."""
    from_h: int
    to_h: int
    """Meant to be answered before this hour."""
    push_at_h: int
    ask: tuple[Literal["safety", "events", "soreness"], ...]
    skip_after_h: int
    """The prompt is open before this hour."""
    basis: Note


class NoPush(Value, frozen=True, kw_only=True):
    """Wall times between which no prompt rings, over midnight."""

    begin: time
    end: time
    basis: Note


class ScreenFirst(Value, frozen=True, kw_only=True):
    """Minutes before an event within which the safety screen counts as answered for it."""

    within_min: int
    basis: Note

    @property
    def within(self) -> timedelta:
        return timedelta(minutes=self.within_min)


class AfterNeedling(Value, frozen=True, kw_only=True):
    """Words and hours of the prompts after needling."""

    intro: Sentence
    signs: Sentence
    question: Sentence
    severity_question: Sentence
    thanks: Sentence
    expect: Sentence
    basis: Note
    screen_first: ScreenFirst
    prompts: tuple[Prompt, ...]
    no_push: NoPush


class SorenessRule(Value, frozen=True, kw_only=True, dict=True):
    """Hours and score that end the question about soreness."""

    after_h: int
    settled: int
    """Highest score (0-10) that counts as settled."""
    until_h: int
    basis: Note

    @cached_property
    def after(self) -> timedelta:
        return timedelta(hours=self.after_h)

    @cached_property
    def until(self) -> timedelta:
        return timedelta(hours=self.until_h)


class EventKind(Value, frozen=True, kw_only=True):
    """An event after needling that a patient may report."""

    id: EventId
    text: Title
    opens: Literal["safety"] | None = None
    """The safety screen comes first."""
    sign: str | None = None
    """The item of the safety screen that is reported when the screen was skipped; one for each event that opens it."""
    free_text: bool = False


class SeverityText(Value, frozen=True, kw_only=True):
    """A severity of an event in the patient's words, and the severity of the alert that it raises."""

    id: EventSeverity
    alert: Literal["normal", "high"] | None
    text: Sentence
    basis: Note


class Schedule(Value, frozen=True, kw_only=True):
    """Days of an episode on which an instrument is asked; the first day of the episode is 0."""

    from_day: int
    until_day: int | None = None
    """Last day of the first round; None: `open_days` as in the others."""
    every_days: int
    open_days: int
    """Days for which each round stays open."""
    at_discharge: bool


class Change(Value, frozen=True, kw_only=True):
    """Points from which a change counts."""

    better: float
    worse: float
    single: float | None = None
    """For one activity alone."""
    basis: Note


class Instrument(Value, frozen=True, kw_only=True):
    """An outcome instrument; scores are whole numbers from `min` to `max`, higher is better."""

    id: InstrumentId
    name: Title
    max_activities: int | None = None
    min: int
    max: int
    intro: Sentence | None = None
    question: Sentence
    anchors: dict[str, Text]
    ask: Schedule
    change: Change
    licence: Note
    needs_permission: bool
    """Off in a clinic until an administrator records the authors' permission."""
    permission_of: InstrumentId | None = None
    """The instrument whose permission it goes with; None: its own."""


class OutcomesDocument(Value, frozen=True, kw_only=True):
    """outcomes.yaml."""

    meta: OutcomesMeta
    after_needling: AfterNeedling
    soreness: SorenessRule
    events: tuple[EventKind, ...]
    severities: tuple[SeverityText, ...]
    instruments: tuple[Instrument, ...]

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        return next(each for each in self.instruments if each.id == instrument_id)

    def prompt(self, hour: PromptHour) -> Prompt:
        return next(each for each in self.after_needling.prompts if each.hour == hour)


def outcome_flaws(document: OutcomesDocument, safety_items: Collection[str]) -> list[Flaw]:
    """Everything that is wrong with outcomes.yaml, each with its path. `safety_items`: ids of the safety screen."""
    return [
        *text_flaws(document, "outcomes"),
        *_repeated(document),
        *_sign_flaws(document.events, safety_items),
        *_prompt_flaws(document.after_needling.prompts),
        *_instrument_flaws(document.instruments),
    ]


def _repeated(document: OutcomesDocument) -> Iterator[Flaw]:
    for path, ids in (
        ("events", [one.id for one in document.events]),
        ("severities", [one.id for one in document.severities]),
        ("instruments", [one.id for one in document.instruments]),
        ("afterNeedling.prompts", [str(one.hour) for one in document.after_needling.prompts]),
    ):
        if len(set(ids)) != len(ids):
            yield Flaw(path=path, text="an id is given twice")


def _sign_flaws(events: tuple[EventKind, ...], safety_items: Collection[str]) -> Iterator[Flaw]:
    for one in events:
        if (one.sign is None) == (one.opens == "safety") or (one.sign is not None and one.sign not in safety_items):
            yield Flaw(path=f"events.{one.id}.sign", text="an event names a sign just when it opens the screen")


def _prompt_flaws(prompts: tuple[Prompt, ...]) -> Iterator[Flaw]:
    for one in prompts:
        if not one.from_h <= one.push_at_h < one.to_h <= one.skip_after_h:
            yield Flaw(path=f"afterNeedling.prompts.{one.hour}", text="its hours are out of order")
    for before, after in pairwise(prompts):
        if before.skip_after_h > after.from_h:
            yield Flaw(path=f"afterNeedling.prompts.{after.hour}", text="opens before the one before it is over")


def _instrument_flaws(instruments: tuple[Instrument, ...]) -> Iterator[Flaw]:
    for one in instruments:
        if not one.change.worse < 0 < one.change.better or one.min >= one.max:
            yield Flaw(path=f"instruments.{one.id}", text="its scale or its changes are out of order")
        if set(one.anchors) - {str(score) for score in range(one.min, one.max + 1)}:
            yield Flaw(path=f"instruments.{one.id}.anchors", text="names a score outside the scale")
