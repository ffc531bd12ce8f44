"""The checks of needling.yaml against the rest of the packaged library. Pure; content.py refuses a file with a flaw."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args, get_type_hints

from homeplan.library.needling import NeedlingRules, RecordRule
from homeplan.library.rules import Flaw, text_flaws
from homeplan.library.starter_library import StarterLibrary

RECORD_RULES = get_args(get_type_hints(RecordRule)["id"])


def needling_flaws(rules: NeedlingRules, library: StarterLibrary) -> list[Flaw]:
    """Everything that is wrong with the rules, each with its path from the top of the file."""
    return [
        *text_flaws(rules),
        *_repeated(rules),
        *_unknown(rules, library),
        *_unmatched(rules, library),
        *_without_choice(rules),
    ]


def _repeated(rules: NeedlingRules) -> Iterator[Flaw]:
    lists = {
        "groups": (group.slug for group in rules.groups),
        "screen": (item.slug for item in rules.screen),
        "muscles": (muscle.slug for muscle in rules.muscles),
        "pairs": (pair.id for pair in rules.pairs),
        "record.rules": (rule.id for rule in rules.record.rules),
        "intake": (item.slug for item in rules.intake),
    }
    for path, names in lists.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Flaw(path=f"{path}.{name}", text=f"is given {times} times")


def _unknown(rules: NeedlingRules, library: StarterLibrary) -> Iterator[Flaw]:
    items = {item.slug for item in rules.screen}
    muscles = {muscle.slug for muscle in rules.muscles}
    intake = {item.slug for item in rules.intake}
    used: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("screen.group", (item.group for item in rules.screen), {group.slug for group in rules.groups}),
        ("pairs.item", (pair.item for pair in rules.pairs if pair.item is not None), items),
        ("pairs.muscles", (slug for pair in rules.pairs for slug in pair.muscles), muscles),
        ("pairs.of", (rule for pair in rules.pairs for rule in pair.of), library.alert_rules.ids()),
        (
            "prefill.signs",
            (each.sign for each in rules.prefill.signs),
            {item.id for item in library.safety_screen.items},
        ),
        (
            "prefill",
            [*(each.item for each in rules.prefill.signs), rules.prefill.any_emergency, *rules.prefill.intake],
            items,
        ),
        ("prefill.intake", rules.prefill.intake, intake),
        ("intake.cautions", (tag for item in rules.intake for tag in item.cautions), library.caution_tags),
    ]
    for path, names, known in used:
        for name in sorted({*names} - {*known}):
            yield Flaw(path=f"{path}.{name}", text="is not known")


def _unmatched(rules: NeedlingRules, library: StarterLibrary) -> Iterator[Flaw]:
    """Incomplete entries: every muscle, rule of the record and item with its pair is there, with a side to needle."""
    wanted: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("muscles", library.muscles, (muscle.slug for muscle in rules.muscles)),
        ("record.rules", RECORD_RULES, (rule.id for rule in rules.record.rules)),
        ("screen", (item.slug for item in rules.screen), (pair.item for pair in rules.pairs if pair.item is not None)),
    ]
    for path, names, given in wanted:
        for name in sorted({*names} ^ {*given}):
            yield Flaw(path=f"{path}.{name}", text="is missing, or is one too many")
    for muscle in rules.muscles:
        if bool(muscle.sides) == (muscle.needleable == "no"):
            yield Flaw(path=f"muscles.{muscle.slug}.sides", text="a muscle has sides just when it may be needled")


def _without_choice(rules: NeedlingRules) -> Iterator[Flaw]:
    for pair in rules.pairs:
        if pair.override_text and pair.effect != "stop":
            yield Flaw(path=f"pairs.{pair.id}.overrideText", text="only a stop can be turned into an override")
