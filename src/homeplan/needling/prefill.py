"""Finds earlier answers of the patient to items of the screen before needling; a therapist confirms each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from homeplan.library.instrument import SafetyLevel
from homeplan.library.needling import NeedlingRules, Trimester
from homeplan.needling.model import Intake, IntakeAnswer, IntakeEntry, PrefilledItem


class SaidYes(Struct, frozen=True, kw_only=True):
    """Signs that the patient answered with yes at one time, in a check-in or outside one."""

    received_at: datetime
    levels: Mapping[str, SafetyLevel]


def prefilled(
    rules: NeedlingRules, reports: Iterable[SaidYes], closed: Sequence[datetime], intake: Intake, now: datetime
) -> tuple[PrefilledItem, ...]:
    """One entry per item and source, the latest answer first.

    An answer counts for `prefill_days`, until a therapist acknowledges an alert about such answers; `closed` are the
    times of these acknowledgements.
    """
    items = {each.sign: each.item for each in rules.prefill.signs}
    since = now - timedelta(days=rules.record.prefill_days)
    found: dict[tuple[str, str], PrefilledItem] = {}
    for one in sorted(reports, key=lambda each: each.received_at, reverse=True):
        if one.received_at < since or any(at >= one.received_at for at in closed):
            continue
        for sign, level in one.levels.items():
            named = [items[sign]] if sign in items else []
            if level == "emergency":
                named.append(rules.prefill.any_emergency)
            for item in named:
                entry = PrefilledItem(item=item, source="safety-answer", sign=sign, told_at=one.received_at)
                found.setdefault((item, "safety-answer"), entry)
    if intake.recorded_at is not None:
        for item in rules.prefill.intake:
            if intake.answers.get(item) == "yes":
                trimester = trimester_on(intake, now) if item == "pregnancy" else None
                found[item, "intake"] = PrefilledItem(
                    item=item, source="intake", told_at=intake.recorded_at, trimester=trimester
                )
    return tuple(found.values())


def trimester_on(intake: IntakeEntry, now: datetime) -> Trimester | None:
    """The trimester at `now` by the due date, which grows by itself; else as it was noted.

    Weeks as usually counted: 40 from the last period to the due date; the second trimester begins with week 13, the
    third with week 28 (convention).
    """
    if intake.due_date is None:
        return intake.trimester
    weeks = 40 - (intake.due_date - now.date()).days / 7
    return 1 if weeks < 13 else 2 if weeks < 28 else 3


def caution_tags(rules: NeedlingRules, answers: Mapping[str, IntakeAnswer]) -> tuple[str, ...]:
    """The caution tags of exercises that hold for a patient with these answers; what is not known holds nothing."""
    tags = (tag for item in rules.intake if answers.get(item.slug) == "yes" for tag in item.cautions)
    return tuple(dict.fromkeys(tags))
