import ast
import re
from datetime import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.library import actions, rules
from homeplan.library.content import starter
from homeplan.library.dosage import Dosage, DoseRange, TinyDose
from homeplan.library.model import ActivityContent, Prompt, Targets, TemplateItem
from homeplan.library.rules import Flaw, dose_flaws, item_flaws, template_flaws, text_flaws, weekdays_of
from homeplan.library.texts import Lines, Sentence, Title
from tests.library.build import exercise, known, template, topic

KNOWN = known()
HARD = Lines(
    en=("Facilitate contralateral musculature stabilization through isometric coactivation.",),
    es=("Facilite la estabilización.",),
)
TEXT = Sentence(en="A few.", es="Unas pocas.")


def paths(flaws: list[Flaw]) -> list[str]:
    return [flaw.path for flaw in flaws]


def test_sound_items_have_no_flaws() -> None:
    assert item_flaws(exercise(), KNOWN) == []
    assert item_flaws(topic(), KNOWN) == []
    assert template_flaws(template(), KNOWN) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"category": "yoga"}, "category"),
        ({"position": "floating"}, "position"),
        ({"alt_positions": ("supine", "floating")}, "altPositions[1]"),
        ({"targets": Targets(primary=("biceps",))}, "targets.primary[0]"),
        ({"targets": Targets(secondary=("calf", "biceps"))}, "targets.secondary[1]"),
        ({"caution_tags": ("danger",)}, "cautionTags[0]"),
        ({"chain": "own-chain"}, "chain"),
        ({"easier": "no-such-exercise"}, "easier"),
        ({"easier": "dead-bug"}, "easier"),
        ({"phase_from": "p4", "harder": "bridge"}, "harder"),
        ({"load_type": "strengthens"}, "phaseFrom"),
        ({"load_type": "stretches"}, "phaseFrom"),
        ({"dose": Dosage(sets=1)}, "dose"),
        ({"dose": Dosage(sets=1, reps=3, duration_s=20)}, "dose"),
        ({"dose": Dosage(sets=1, duration_s=20)}, "tiny"),
        ({"tiny": TinyDose(reps=17, text=TEXT)}, "tiny"),
        ({"dose_range": DoseRange(reps=(10, 12))}, "dose.reps"),
        ({"dose_range": DoseRange(sets=(3, 1))}, "doseRange.sets"),
        ({"steps": Lines(en=(), es=())}, "steps"),
        ({"steps": Lines(en=("Sit.", "Stand."), es=("Siéntese.",))}, "steps"),
        ({"steps": HARD}, "steps"),
        ({"why": Sentence(en="   ", es="Sí.")}, "why.en"),
        ({"title": Title(en="Squeeze", es=" ")}, "title.es"),
    ],
)
def test_each_flaw_of_an_exercise_is_named_by_its_field(changes: dict[str, Any], path: str) -> None:
    assert paths(item_flaws(exercise(**changes), KNOWN)) == [path]


def test_strengthening_may_start_48_hours_after_needling() -> None:
    assert item_flaws(exercise(load_type="strengthens", phase_from="p2"), KNOWN) == []


def test_all_flaws_are_reported_at_once() -> None:
    flaws = item_flaws(exercise(category="yoga", position="floating", chain="own-chain"), KNOWN)
    assert paths(flaws) == ["category", "position", "chain"]


def test_topic_needs_a_source_and_a_body() -> None:
    assert paths(item_flaws(topic(sources=(), body=Lines(en=(), es=())), KNOWN)) == ["body", "sources"]


def test_prompt_window_must_not_be_empty() -> None:
    advice = starter().activity_modifications["sitting-breaks"]
    reversed_window = Prompt(times_per_day=2, window_from=time(18), window_until=time(9))
    content = ActivityContent(
        **{field: getattr(advice, field) for field in ActivityContent.__struct_fields__ if field != "default_prompt"},
        default_prompt=reversed_window,
    )
    assert paths(item_flaws(content, KNOWN)) == ["defaultPrompt.windowUntil"]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        (template(TemplateItem(phase="p3", exercise="no-such-exercise")), "items[0].exercise"),
        (template(TemplateItem(phase="p3", exercise="dead-bug")), "items[0].exercise"),
        (template(TemplateItem(phase="p3", exercise="bridge", alternative="dead-bug")), "items[0].alternative"),
        (template(TemplateItem(phase="p3", exercise="bridge", dosage=Dosage(sets=2))), "items[0].dosage"),
        (template(*[TemplateItem(phase="p3", exercise="bridge")] * 4), "items"),
        (template(activity=("no-such-advice",)), "activity[0]"),
        (template(education=("hurt-and-harm", "no-such-topic")), "education[1]"),
        (template(muscles=("biceps",)), "muscles[0]"),
        (template(duration_h=72), "durationH"),
        (template(kind="overlay"), "durationH"),
        (template(kind="overlay", duration_h=72), "items[0].phase"),
    ],
)
def test_each_flaw_of_a_template_is_named_by_its_field(changed: Any, path: str) -> None:
    assert paths(template_flaws(changed, KNOWN)) == [path]


def test_later_phases_may_hold_more_items_than_the_first_weeks() -> None:
    assert template_flaws(template(*[TemplateItem(phase="p4", exercise="bridge")] * 4), KNOWN) == []


def test_days_per_week_are_spread_over_the_week() -> None:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    spread = {n: [name for i, name in enumerate(names) if weekdays_of(n) >> i & 1] for n in range(1, 8)}
    assert all(len(days) == n for n, days in spread.items())
    assert spread[3] == ["Mon", "Wed", "Fri"]
    assert spread[4] == ["Mon", "Tue", "Thu", "Fri"]
    assert spread[5] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert weekdays_of(7) == 127


doses = st.builds(
    Dosage, sets=st.integers(1, 10), reps=st.none() | st.integers(1, 100), duration_s=st.none() | st.integers(1, 7200)
)
tinies = st.builds(
    TinyDose,
    sets=st.integers(1, 10),
    reps=st.none() | st.integers(1, 100),
    duration_s=st.none() | st.integers(1, 7200),
    text=st.just(TEXT),
)


@given(doses, tinies)
def test_dose_without_flaws_is_counted_one_way_and_covers_its_tiny_version(dose: Dosage, tiny: TinyDose) -> None:
    flaws = list(dose_flaws(dose, tiny, DoseRange()))
    one_way = (dose.reps is None) != (dose.duration_s is None)
    alike = (dose.reps is None, dose.duration_s is None) == (tiny.reps is None, tiny.duration_s is None)
    amount, smallest = dose.reps or dose.duration_s or 0, tiny.reps or tiny.duration_s or 0
    assert (flaws == []) == (one_way and alike and tiny.sets * smallest <= dose.sets * amount)


@given(st.integers(1, 100), st.integers(1, 100), st.integers(1, 100))
def test_dose_outside_its_range_is_a_flaw(reps: int, one: int, other: int) -> None:
    allowed = DoseRange(reps=(min(one, other), max(one, other)))
    flaws = list(dose_flaws(Dosage(sets=10, reps=reps), TinyDose(reps=1, text=TEXT), allowed))
    assert (flaws == []) == (min(one, other) <= reps <= max(one, other))


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_lines_are_parallel_and_never_blank(en: list[str], es: list[str]) -> None:
    flaws = list(text_flaws(Lines(en=tuple(en), es=tuple(es))))
    assert (flaws == []) == (len(en) == len(es) and all(line.strip() for line in en + es))


def test_paths_are_as_on_the_wire() -> None:
    raw = msgspec.to_builtins(exercise(dose_range=DoseRange(duration_s=(9, 1))))
    assert "doseRange" in raw
    assert "durationS" in raw["doseRange"]
    assert paths(list(dose_flaws(exercise().dose, exercise().tiny, DoseRange(duration_s=(9, 1))))) == [
        "doseRange.durationS"
    ]


def test_each_reason_for_which_an_item_is_refused_has_words_in_the_console() -> None:
    sources = [Path(module.__file__ or "").read_text("utf-8") for module in (rules, actions)]
    flaws = [
        {word.arg: word.value for word in call.keywords}
        for source in sources
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Flaw"
    ]
    assert all("code" in flaw for flaw in flaws)
    codes = {flaw["code"].value for flaw in flaws if isinstance(flaw["code"], ast.Constant)}
    words = (Path(__file__).parents[2] / "web/src/console/i18n/flaws.ts").read_text("utf-8")
    english, spanish = (set(re.findall(r'^    "?([a-z-]+)"?: \(', part, re.M)) for part in words.split("const es"))
    assert english == spanish == codes | {"easier-phase", "harder-phase"}
