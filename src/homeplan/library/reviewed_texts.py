"""The texts and rules that are signed one by one, beside the items: words, facts and basis as they are shown. Pure.

A signature covers exactly what a therapist sees of a text: all fields of `ReviewedText`.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import time
from typing import Literal

import msgspec

from homeplan.library.alert_rules import AlertRule, AlertRules
from homeplan.library.clinical_rule import rules_of
from homeplan.library.document import CheckInDocument
from homeplan.library.needling import NeedlingRules
from homeplan.library.outcome_content import OutcomesDocument
from homeplan.library.plan_rules import PlanRules
from homeplan.library.reference import GlobalRules
from homeplan.library.texts import Lines
from homeplan.values import Slug, Text, Value

TextKind = Literal[
    "safety",
    "check-in",
    "aftercare",
    "alert-rule",
    "plan-rule",
    "exercise-rule",
    "consent",
    "needling",
    "after-needling",
    "instrument",
]


class ReviewedText(Value, frozen=True, kw_only=True):
    """One text or rule with its basis."""

    slug: Slug
    kind: TextKind
    words: tuple[Text, ...]
    """All that a patient or therapist reads of it on other screens, in order."""
    facts: tuple[str, ...]
    """Its other content in English, for the therapist who signs it: levels, effects, numbers, a rule in words."""
    basis: str
    """The source that it rests on: a study, a guideline, or a convention."""

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that it shows."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


def checkin_texts(checkin: CheckInDocument) -> Iterator[ReviewedText]:
    """The safety screen, the questions of the check-in, aftercare and notices."""
    screen = checkin.safety_screen
    yield _text("safety-screen", "safety", screen.basis, screen.intro)
    for sign in screen.items:
        yield _text(f"safety-{sign.id}", "safety", sign.basis, sign)
    for level, effect in screen.level_effects.items():
        yield _text(f"safety-card-{level}", "safety", effect.basis, screen.actions[level], effect)
    for item in checkin.items:
        yield _text(f"check-in-{item.id}", "check-in", item.basis, item)
    for care in checkin.aftercare:
        yield _text(f"aftercare-{care.phase}", "aftercare", care.basis, care)
    for name, notice in {"answers_sent": checkin.answers_sent, **checkin.disclaimers}.items():
        yield _text(f"notice-{_slug(name)}", "check-in", notice.basis, notice)


def _slug(name: str) -> str:
    """A name of the data as a slug: answers_sent and notMonitored become answers-sent and not-monitored."""
    return re.sub(r"_|(?=[A-Z])", "-", name).lower()


def rule_texts(alerts: AlertRules, plans: PlanRules, exercises: GlobalRules) -> Iterator[ReviewedText]:
    """The rules of alerts, plans and exercises. The words of an alert or plan rule name all its numbers."""
    for name, rule in rules_of(alerts).items():
        more = _of_an_alert(rule) if isinstance(rule, AlertRule) else ()
        slug = f"alert-{name}".replace("_", "-")
        yield ReviewedText(slug=slug, kind="alert-rule", words=(), facts=(rule.says, *more), basis=rule.basis)
    for name, rule in rules_of(plans).items():
        slug = f"plan-{name}".replace("_", "-")
        yield ReviewedText(slug=slug, kind="plan-rule", words=(), facts=(rule.says,), basis=rule.basis)
    basis = exercises.basis
    yield _text("exercise-stop-rules", "exercise-rule", basis, exercises.stop_rules)
    yield _text("exercise-traffic-light", "exercise-rule", basis, exercises.traffic_light)
    yield _text("exercise-progress", "exercise-rule", basis, exercises.progress_suggestion)
    yield _text("exercise-regress", "exercise-rule", basis, exercises.regress_suggestion)


def _of_an_alert(rule: AlertRule) -> Iterator[str]:
    yield from (f"severity: {rule.severity}", f"version: {rule.version}")
    for one in rule.limits:
        yield f"may be changed: {one.name} from {float(one.least):g} to {float(one.most):g}"


def needling_texts(rules: NeedlingRules) -> Iterator[ReviewedText]:
    """The consent, the screen before needling, muscles, pairs, the rules of the record and the intake."""
    yield _text("consent", "consent", rules.consent.basis, rules.consent)
    for item in rules.screen:
        yield _text(f"needling-screen-{item.slug}", "needling", item.basis, item)
    for muscle in rules.muscles:
        yield _text(f"needling-muscle-{muscle.slug}", "needling", muscle.basis, muscle)
    for pair in rules.pairs:
        yield _text(f"needling-pair-{pair.id}", "needling", pair.basis, pair)
    for rule in rules.record.rules:
        yield _text(f"needling-record-{rule.id}", "needling", rule.basis, rule)
    for asked in rules.intake:
        yield _text(f"needling-intake-{asked.slug}", "needling", asked.basis, asked)
    record = rules.record
    limits = (record.minutes, *_facts(record.reason_letters, "letters of a reason"))
    limits += (*_facts(record.consent_months, "months of a consent"), *_facts(record.prefill_days, "days of prefill"))
    yield _text("needling-limits", "needling", record.basis, *limits)


def outcome_texts(outcomes: OutcomesDocument) -> Iterator[ReviewedText]:
    """The questions after needling, their hours, events and severities, and the outcome instruments."""
    after = outcomes.after_needling
    card = (after.intro, after.signs, after.question, after.severity_question, after.thanks, after.expect)
    yield _text("after-needling-card", "after-needling", after.basis, *card)
    for prompt in after.prompts:
        yield _text(f"after-needling-prompt-{prompt.hour}h", "after-needling", prompt.basis, prompt)
    yield _text("after-needling-no-push", "after-needling", after.no_push.basis, after.no_push)
    yield _text("after-needling-soreness", "after-needling", outcomes.soreness.basis, outcomes.soreness)
    for event in outcomes.events:
        yield _text(f"after-needling-event-{event.id}", "after-needling", after.basis, event)
    for severity in outcomes.severities:
        yield _text(f"after-needling-severity-{severity.id}", "after-needling", severity.basis, severity)
    for instrument in outcomes.instruments:
        yield _text(f"instrument-{instrument.id}", "instrument", instrument.change.basis, instrument)


def _text(slug: str, kind: TextKind, basis: str, *parts: object) -> ReviewedText:
    return ReviewedText(
        slug=slug.replace("_", "-"),
        kind=kind,
        words=tuple(word for part in parts for word in _words(part)),
        facts=tuple(fact for part in parts for fact in _facts(part)),
        basis=basis,
    )


def _words(value: object) -> Iterator[Text]:
    """Every text inside `value`, each line of a list by itself."""
    match value:
        case Text():
            yield Text(en=value.en, es=value.es)
        case Lines():
            yield from (Text(en=en, es=es) for en, es in zip(value.en, value.es, strict=True))
        case Value():
            for name in value.__struct_fields__:
                yield from _words(getattr(value, name))
        case tuple() | list():
            for each in value:
                yield from _words(each)
        case dict():
            for each in value.values():
                yield from _words(each)


def _facts(value: object, name: str = "") -> Iterator[str]:
    """Everything else inside `value` by the names of its fields, without its basis, names and empty fields."""
    match value:
        case Text() | Lines() | None | () | {} | "":
            return
        case Value():
            for field in value.__struct_fields__:
                if field not in ("basis", "id", "slug"):
                    yield from _facts(getattr(value, field), f"{name} {field}".strip().replace("_", " "))
        case tuple() | list() | frozenset() if all(isinstance(each, str | int) for each in value):
            yield f"{name}: {', '.join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value))}"
        case tuple() | list():
            for each in value:
                yield from _facts(each, name)
        case dict():
            for key, each in value.items():
                yield from _facts(each, f"{name} {key}")
        case bool():
            yield f"{name}: {'yes' if value else 'no'}"
        case time():
            yield f"{name}: {value:%H:%M}"
        case str() if not name:
            yield value
        case _:
            yield f"{name}: {value}"
