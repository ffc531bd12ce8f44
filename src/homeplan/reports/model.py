"""Worklist, report and progress: adherence, pain around needling sessions, who needs the therapist."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from homeplan.alerts.model import Input, RetiredRuleId, RuleId, Severity
from homeplan.alerts.progression import Suggestion
from homeplan.checkins.model import DayPain, ExercisePause
from homeplan.contact.numbers.model import Telephone
from homeplan.values import Id, Instant, Language, Nprs, Slug, Value

Share = Annotated[float, Meta(ge=0, le=1)]


class Adherence(Value, frozen=True, kw_only=True):
    """Due and done exercises, counted over whole local days: the dose (`share`) and the habit.

    The denominator is `due`: per day, how often its list asked for exercises, by the revision then in force
    (programs.timeline.judging). Not counted: held and optional items, activities and education, days before the patient
    joined, days of an exercise pause, days on which an exercise was stopped for pain, and today. The numerator is
    `done`: logs that count (programs.timeline.dosage), never more than were due.
    """

    first: date
    last: date
    due: int
    done: int
    share: Share | None
    """The dose: done / due; None when nothing was due."""
    days_due: int
    """Days with an exercise due."""
    days_done: int
    """Days among them with at least one exercise done."""
    habit: Share | None
    """days_done / days_due; None when no day had an exercise due."""


class PainPoint(Value, frozen=True, kw_only=True):
    """One day's answers; a day without a check-in has no point. Scores 0-10; None was not answered."""

    day: date
    pain_now: Nprs
    pain_worst_24h: Nprs = field(name="painWorst24h")
    pain_average_24h: Nprs | None = field(name="painAverage24h")
    soreness: Nprs | None
    """Soreness of the needled muscle. It is never drawn on the same line as pain."""
    interference: Nprs | None


class Window(Value, frozen=True, kw_only=True):
    """Check-ins of a stretch of time. Means are rounded to one decimal; None when nothing was answered."""

    check_ins: int
    pain_now: float | None
    """Mean."""
    pain_worst_24h: float | None = field(name="painWorst24h")
    """Mean."""
    interference: float | None
    """Mean interference of the back with daily life."""
    soreness_peak: Nprs | None
    """The highest."""


class SessionResponse(Value, frozen=True, kw_only=True):
    """Before and after one needling session."""

    session_id: Id
    ended_at: datetime
    day: date
    muscles: tuple[Slug, ...]
    pain_before: Nprs | None
    """As the therapist recorded it in the session, like `pain_after`."""
    pain_after: Nprs | None
    before: Window
    """The seven days up to the start of the session, cut at the session before."""
    first_days: Window
    """The 72 hours after its end, cut at the next session."""
    after: Window
    """From 72 hours to ten days after its end, cut at the next session."""
    pain_change: float | None
    """Mean pain now after minus before, in points; negative is better. None when one side has no check-in."""
    interference_change: float | None


ResponseTime = Literal["before", "h24", "h72", "d7"]
"""`before`: the days before the session; the others are around 24 h, 72 h and 7 days after its end."""
SessionVerdict = Literal["helped", "no-clear-change", "worse", "too-early", "nothing-before"]


class ResponsePoint(Value, frozen=True, kw_only=True):
    """Check-ins around one time after a session. Means of scores 0-10, one decimal; None when nothing was answered."""

    at: ResponseTime
    check_ins: int
    pain_now: float | None
    soreness: float | None
    interference: float | None


class SessionAnswer(Value, frozen=True, kw_only=True):
    """Whether the latest needling session helped: its course against the smallest change that counts."""

    session_id: Id
    ended_at: datetime
    muscles: tuple[Slug, ...]
    verdict: SessionVerdict
    pain_change: float | None
    """Mean pain now at `compared` minus before; negative is better."""
    compared: ResponseTime | None
    """The latest time with a check-in, from 72 h on."""
    counts_from: float
    """Points from which a change of pain counts (alert-rules.yaml, pain_in_words); there is none for the others."""
    basis: str
    """The source of `counts_from`."""
    points: tuple[ResponsePoint, ...]
    """Before, 24 h, 72 h, 7 days."""


class ItemSuggestion(Value, frozen=True, kw_only=True):
    """A suggestion to the therapist about one prescription. The patient never sees it."""

    prescription_id: Id
    slug: Slug
    suggestion: Suggestion


class Report(Value, frozen=True, kw_only=True):
    """The course of one patient on one page."""

    first: date
    last: date
    pain_trend: tuple[PainPoint, ...]
    sessions: tuple[SessionResponse, ...]
    """The newest first."""
    answer: SessionAnswer | None
    """About the latest session with needles; None before the first."""
    adherence: Adherence
    """Covers the fourteen days before today."""
    suggestions: tuple[ItemSuggestion, ...]
    """Empty while `suggestions_held_back`."""
    suggestions_held_back: bool
    """Exercises are paused, or an alert is open that is urgent or says that pain got worse."""
    exercise_pause: ExercisePause | None


PhoneState = Literal["none", "unproven", "reachable", "unreachable"]
"""As push judges it (push.model.Reachability): whether the patient's reminders arrive."""
PainChange = Literal["lower", "same", "higher"]
"""Lower or higher: two points or more, since less is within the error of the scale."""
ExerciseMark = Literal["done", "open", "rest"]
"""`rest`: no exercise was due, or exercises were paused. `open`: due, and nothing done."""
PainCode = Literal["lower", "a-little-lower", "same", "a-little-higher", "higher", "first-days", "too-few"]
"""Lower or higher: two points or more, since less is within the error of the scale; from one point "a little".
`first-days`: less than two weeks to compare. `too-few`: fewer than three check-ins in one of the two weeks."""
Need = Literal[
    "alert-critical",
    "alert-high",
    "not-reached",
    "warning-sign",
    "worsening",
    "exercise-paused",
    "message-unanswered",
    "next-step-due",
    "lasting-soreness",
    "silent",
    "phone-unreachable",
    "alert-normal",
    "alert-low",
]
"""A reason why a patient needs a human, the most urgent first; worklist/rules.py explains each."""
NeedGroup = Literal["red-flag", "worsening", "answer", "silent", "other"]
"""Needs that are looked for together."""
Wanted = Literal[NeedGroup, "any"]
"""`any`: a need of any group."""
Order = Literal["need", "name", "pain", "needling"]
"""`need`: the most urgent first. `pain`: the highest last answer first. `needling`: the latest session first."""


class Reason(Value, frozen=True, kw_only=True):
    """A need of a patient."""

    need: Need
    since: Instant
    """The time since which it holds; of `not-reached`, the time at which the next attempt is due."""


class RowAlert(Value, frozen=True, kw_only=True):
    """An open alert in a line of the worklist."""

    rule: RuleId | RetiredRuleId
    severity: Severity
    since: Instant
    again: int
    """Events that came under it since."""
    last_at: Instant
    """The time of its last event."""
    inputs: Mapping[str, Input]
    """The values that its rule looked at when it was raised."""


class WorklistRow(Value, frozen=True, kw_only=True):
    """One line of the worklist."""

    patient_id: Id
    given_name: str
    family_name: str
    language: Language
    joined_at: datetime | None
    """The pairing of the first phone; None while the invitation is unused."""
    left_at: datetime | None
    """The time at which the patient left; the names are a pseudonym from then on."""
    phase: Slug | None
    """The phase on the plan clock; None without a plan in force."""
    adherence: Adherence
    """Covers the fourteen days before today."""
    pain: tuple[DayPain, ...]
    """The last fourteen local days."""
    last_check_in: DayPain | None
    hours_since_needling: int | None
    alerts: tuple[RowAlert, ...]
    """The open alerts, the most severe first."""
    exercise_paused: bool
    telephone: Telephone | None
    """The patient's number; None also after they left, when an open alert may still have it."""
    phone: PhoneState
    phone_unreachable_since: datetime | None
    last_contact_at: datetime | None
    """The last contact in which the patient was reached."""
    message_waits_since: datetime | None
    """The time since which a message of the patient waits for an answer; a reason after one working day."""
    reasons: tuple[Reason, ...]
    """The most urgent first; empty when nobody is needed."""


class Worklist(Value, frozen=True, kw_only=True):
    """A part of the actor's patients, ordered."""

    rows: tuple[WorklistRow, ...]
    patients: int
    """The actor's patients who fit the search."""
    in_need: int
    """Those of them who need a human."""
    by_group: dict[NeedGroup, int]
    """Those of them in each group; one patient may be in several."""


class WorklistVersion(Value, frozen=True, kw_only=True):
    """The state of the actor's worklist, to be compared and nothing else."""

    version: str


class ProgressDay(Value, frozen=True, kw_only=True):
    """One day of the patient's own progress; None is a gap, never a zero."""

    day: date
    pain_now: Nprs | None
    soreness: Nprs | None
    exercise: ExerciseMark
    due: int
    """Number of times that exercises were due; 0 on a day of rest."""
    done: int
    """Number of those that were done."""


class Marker(Value, frozen=True, kw_only=True):
    """A needling session on the time axis, and the pain around it. Means are rounded to one decimal."""

    session_id: Id
    day: date
    ended_at: datetime
    before: float | None
    """Mean pain now of the seven days before it; None without a check-in."""
    after: float | None
    """Mean pain now from 72 hours to ten days after it; None without a check-in."""
    change: PainChange | None


class ExerciseDays(Value, frozen=True, kw_only=True):
    """ "5 of 7 days": one missed day does not reset it."""

    done: int
    of: int
    """Days of the last seven with an exercise due; today counts once something was done."""


class PainSentence(Value, frozen=True, kw_only=True):
    """The change of the pain, for the app to say in one sentence."""

    code: PainCode
    first_week: float | None
    """Mean pain now of the first seven days, one decimal."""
    last_week: float | None
    """Mean pain now of the last seven days, today included."""


class EarlierDays(Value, frozen=True, kw_only=True):
    """Six weeks of the patient's own days, before those of the progress."""

    days: tuple[ProgressDay, ...]
    """Every day, with gaps, the oldest first."""
    needled: tuple[date, ...]
    """Those with a needling session."""
    more: bool
    """Whether the patient had the app before the first of these days."""


class Progress(Value, frozen=True, kw_only=True):
    """The patient's own progress."""

    days: tuple[ProgressDay, ...]
    """Every day, with gaps, the oldest first."""
    markers: tuple[Marker, ...]
    exercise_days: ExerciseDays
    check_in_days: int
    """Check-ins on the last seven days, today included."""
    pain: PainSentence
