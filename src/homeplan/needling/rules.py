"""Judges a needling session before and after it: what stops it, what needs a reason, what to keep in mind. Pure.

The pairs and limits are those of library/data/needling.yaml, each with its basis. Where the data leave something open:
"not known" of an item counts as a yes whose stops become overrides, since the therapist may know why it is safe; a pair
about muscles says nothing more about a muscle that an earlier pair of the same item named.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from homeplan.errors import Invalid
from homeplan.library.needling import NeedleableMuscle, NeedlingPair, NeedlingRules, NeedlingScreenItem, RecordRule
from homeplan.needling.model import CheckOutcome, ConsentState, Facts
from homeplan.programs.needling_session import (
    NeedledMuscle,
    NeedlingFinding,
    NeedlingScreen,
    ScreenAnswer,
    ScreenForbids,
)

_BY_EFFECT = ("stop", "override", "note")


def as_chosen(rules: NeedlingRules, override_pairs: Collection[str]) -> NeedlingRules:
    """The rules of a clinic that turned the stops of these pairs into overrides, where it may."""
    pairs = tuple(
        replace(pair, effect="override", text=pair.override_text)
        if pair.override_text and pair.id in override_pairs
        else pair
        for pair in rules.pairs
    )
    return replace(rules, pairs=pairs)


def judge(
    rules: NeedlingRules,
    muscles: Sequence[NeedledMuscle],
    answers: Mapping[str, ScreenAnswer],
    facts: Facts,
    at: datetime,
    minutes: float | None,
) -> tuple[NeedlingFinding, ...]:
    """Every finding, stops first. `at` is the session's start; `minutes` its length, None before it."""
    found = [*_of_record(rules, muscles, facts, minutes), *_of_pairs(rules, muscles, answers, facts, at)]
    return tuple(sorted(found, key=lambda one: _BY_EFFECT.index(one.effect)))


def of_answers(
    rules: NeedlingRules, answers: Mapping[str, ScreenAnswer], facts: Facts, at: datetime
) -> tuple[NeedlingFinding, ...]:
    """The findings when nothing is needled: the reasons not to."""
    found = [one for one in judge(rules, (), answers, facts, at, None) if one.rule != "certification"]
    return tuple(found)


def outcome(
    findings: Iterable[NeedlingFinding], screen: NeedlingScreen, rules: NeedlingRules, unanswered: Collection[str] = ()
) -> CheckOutcome:
    """Whether the needles may go in; an unanswered item stops them."""
    effects = {one.effect for one in findings}
    if "stop" in effects or unanswered:
        return "stop"
    needs_reason = "override" in effects and not is_reason(screen.reason, rules)
    return "reason-needed" if needs_reason or (screen.decision == "adapt" and not screen.reason.strip()) else "go"


def require_known(screen: NeedlingScreen, rules: NeedlingRules) -> None:
    """Raises Invalid for an item that is not on the screen."""
    known = {item.slug for item in rules.screen}
    if screen.present:
        raise Invalid("Answer each item with yes, no or not known.", field="screen.present")
    for slug in screen.answers:
        if slug not in known:
            raise Invalid("The screen has no item of this name.", field=f"screen.answers.{slug}")


def unanswered(screen: NeedlingScreen, rules: NeedlingRules) -> tuple[str, ...]:
    """The items without an answer, and those whose yes does not say whether it is at the needled site."""
    return tuple(item.slug for item in rules.screen if not _is_answered(item, screen.answers.get(item.slug)))


def require_decided(
    screen: NeedlingScreen,
    findings: Sequence[NeedlingFinding],
    rules: NeedlingRules,
    despite_stop: str | None,
) -> None:
    """Raises Invalid or ScreenForbids when needling was not the decision to take. A session that took place although
    a rule stops it is stored with `despite_stop`, and only such a session."""
    if despite_stop is not None and not is_reason(despite_stop, rules):
        raise Invalid(_too_few_letters(rules), field="despiteStop")
    if missing := unanswered(screen, rules):
        raise Invalid("Answer every item with yes, no or not known.", field=f"screen.answers.{missing[0]}")
    decided = outcome(findings, screen, rules)
    if decided == "stop" and despite_stop is not None:
        return
    if despite_stop is not None:
        raise Invalid("No rule stops this session: leave this reason out.", field="despiteStop")
    if decided == "stop":
        raise ScreenForbids("A rule stops this session. A session that took place needs a reason.", field="despiteStop")
    if decided == "reason-needed":
        adapted_only = all(one.effect != "override" for one in findings)
        text = "Say how it was adapted." if adapted_only else _too_few_letters(rules)
        raise Invalid(text, field="screen.reason")


def is_reason(text: str, rules: NeedlingRules) -> bool:
    """Whether the text has the letters of a reason; digits and signs do not count."""
    return sum(each.isalpha() for each in text) >= rules.record.reason_letters


def consent_state(
    signed_at: datetime | None,
    withdrawn_at: datetime | None,
    version: str | None,
    at: datetime,
    rules: NeedlingRules,
) -> ConsentState:
    """The state at the instant `at` of the latest consent that was signed by then; None: there is none."""
    if signed_at is None or signed_at > at:
        return "none"
    if withdrawn_at is not None and withdrawn_at <= at:
        return "withdrawn"
    if version != rules.consent.version:
        return "other-version"
    return "valid" if at < months_later(signed_at, rules.record.consent_months) else "expired"


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time, months later; the month's last day where that day does not exist."""
    years, month = divmod(at.month - 1 + months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=at.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(at)


def _is_answered(item: NeedlingScreenItem, answer: ScreenAnswer | None) -> bool:
    if answer is None:
        return False
    return item.asks != "site" or answer.answer != "yes" or answer.at_site is not None


def _too_few_letters(rules: NeedlingRules) -> str:
    return f"Give a reason of at least {rules.record.reason_letters} letters."


def _of_record(
    rules: NeedlingRules, muscles: Sequence[NeedledMuscle], facts: Facts, minutes: float | None
) -> Iterable[NeedlingFinding]:
    by_id = {rule.id: rule for rule in rules.record.rules}
    known = {muscle.slug: muscle for muscle in rules.muscles}
    if facts.consent != "valid":
        yield _of_rule(by_id["consent"])
    if facts.certification in ("missing", "expired"):
        yield _of_rule(by_id["certification"])
    if slugs := _distinct(one.muscle for one in muscles if known[one.muscle].needleable == "no"):
        yield _of_rule(by_id["not-needleable"], slugs)
    if slugs := _distinct(one.muscle for one in muscles if known[one.muscle].needleable == "restricted"):
        yield _of_rule(by_id["restricted-muscle"], slugs)
    limits = rules.record.minutes
    if minutes is None:
        return
    if minutes < max(limits.least, limits.per_muscle * len(_distinct(one.muscle for one in muscles))):
        yield _of_rule(by_id["too-short"])
    elif minutes > limits.most_with_reason:
        yield _of_rule(by_id["too-long"])
    elif minutes > limits.most:
        yield _of_rule(by_id["long"])


def _of_pairs(
    rules: NeedlingRules,
    muscles: Sequence[NeedledMuscle],
    answers: Mapping[str, ScreenAnswer],
    facts: Facts,
    at: datetime,
) -> Iterable[NeedlingFinding]:
    known = {muscle.slug: muscle for muscle in rules.muscles}
    named: dict[str, set[str]] = {}
    for pair in rules.pairs:
        if pair.item is None:
            yield from _of_facts(pair, muscles, facts, at)
            continue
        answer = answers.get(pair.item)
        if answer is None or answer.answer == "no" or not _details_match(pair, answer):
            continue
        slugs: tuple[str, ...] = ()
        if _is_about_muscles(pair):
            matching = (one.muscle for one in muscles if _matches(pair, one, known[one.muscle]))
            slugs = _distinct(slug for slug in matching if slug not in named.get(pair.item, ()))
            if not slugs:
                continue
            if pair.technique is None:
                named.setdefault(pair.item, set()).update(slugs)
        yield _of_pair(pair, answer, slugs)


def _of_facts(
    pair: NeedlingPair, muscles: Sequence[NeedledMuscle], facts: Facts, at: datetime
) -> Iterable[NeedlingFinding]:
    """A pair about a fact of the record instead of an answer."""
    if pair.open_alert:
        if any(rule in pair.of and severity in pair.open_alert for rule, severity in facts.open_alerts):
            yield _found(pair, "record")
    elif pair.same_muscle_within_h is not None:
        since = at - timedelta(hours=pair.same_muscle_within_h)
        recent = {slug for ended, slugs in facts.earlier if since < ended <= at for slug in slugs}
        if slugs := _distinct(one.muscle for one in muscles if one.muscle in recent):
            yield _found(pair, "record", slugs)
    elif pair.count_of_muscles_over is not None:
        slugs = _distinct(one.muscle for one in muscles)
        if len(slugs) > pair.count_of_muscles_over:
            yield _found(pair, "record")


def _details_match(pair: NeedlingPair, answer: ScreenAnswer) -> bool:
    """Whether site and trimester fit; what is not known fits."""
    if answer.answer == "not-known":
        return True
    if pair.at_site is not None and answer.at_site is not None and answer.at_site != pair.at_site:
        return False
    return pair.trimester is None or answer.trimester in (None, pair.trimester)


def _is_about_muscles(pair: NeedlingPair) -> bool:
    return bool(pair.muscles) or pair.deep is not None or pair.near is not None or pair.technique is not None


def _matches(pair: NeedlingPair, needled: NeedledMuscle, muscle: NeedleableMuscle) -> bool:
    return (
        (not pair.muscles or muscle.slug in pair.muscles)
        and (pair.deep is None or muscle.deep == pair.deep)
        and (pair.near is None or pair.near in muscle.near)
        and (pair.technique is None or needled.technique == pair.technique)
    )


def _of_pair(pair: NeedlingPair, answer: ScreenAnswer, muscles: tuple[str, ...]) -> NeedlingFinding:
    unknown = answer.answer == "not-known" or (pair.trimester is not None and answer.trimester is None)
    return _found(pair, "not-known" if unknown else "yes", muscles)


def _found(pair: NeedlingPair, because: str, muscles: tuple[str, ...] = ()) -> NeedlingFinding:
    effect = "override" if because == "not-known" and pair.effect == "stop" else pair.effect
    return NeedlingFinding(
        rule=pair.id,
        effect=effect,
        because=because,  # type: ignore[arg-type]  # one of the three
        item=pair.item,
        muscles=muscles,
        text=pair.text,
        basis=pair.basis,
    )


def _of_rule(rule: RecordRule, muscles: tuple[str, ...] = ()) -> NeedlingFinding:
    return NeedlingFinding(
        rule=rule.id, effect=rule.effect, because="record", muscles=muscles, text=rule.text, basis=rule.basis
    )


def _distinct(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slugs))
