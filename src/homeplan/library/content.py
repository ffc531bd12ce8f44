"""Reads the packaged library once, checks it, and hands out frozen structs."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from homeplan.library.alert_rules import AlertRules, alert_flaws
from homeplan.library.clinical_rule import with_numbers
from homeplan.library.document import CheckInDocument, LibraryDocument
from homeplan.library.figures import FigureDocument, figure_flaws
from homeplan.library.instrument import Aftercare
from homeplan.library.needling import NeedlingRules
from homeplan.library.needling_checks import needling_flaws
from homeplan.library.outcome_content import OutcomesDocument, outcome_flaws
from homeplan.library.plan_rules import PlanRules, plan_flaws
from homeplan.library.review import hashes_of
from homeplan.library.reviewed_texts import ReviewedText, checkin_texts, needling_texts, outcome_texts, rule_texts
from homeplan.library.rules import Flaw, weekdays_of
from homeplan.library.starter_library import StarterLibrary
from homeplan.library.starter_rules import starter_flaws
from homeplan.values import only

T = TypeVar("T")


class BrokenLibrary(Exception):
    """The packaged library breaks its own rules; every flaw is listed."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(f"{flaw.path}: {flaw.text}" for flaw in flaws))
        self.flaws = flaws


@lru_cache(maxsize=1)
def starter() -> StarterLibrary:
    """The library that ships with the product. Raises BrokenLibrary when its content breaks the rules."""
    library = read("library.yaml", LibraryDocument)
    checkin = read("checkin.yaml", CheckInDocument)
    alerts = written_alert_rules()
    plans = read("plan-rules.yaml", PlanRules)
    regions = frozenset(region.slug for region in checkin.body_regions)
    flaws = [
        *starter_flaws(library, checkin, plans.renewal),
        *alert_flaws(alerts, library.global_rules.traffic_light, regions),
        *plan_flaws(plans, library.phases),
    ]
    if flaws:
        raise BrokenLibrary(flaws)
    return _assemble(library, checkin, with_numbers(alerts), with_numbers(plans))


@lru_cache(maxsize=1)
def written_alert_rules() -> AlertRules:
    """The alert rules with the names of numbers in their words, so that other numbers can be put in."""
    return read("alert-rules.yaml", AlertRules)


@lru_cache(maxsize=1)
def outcomes() -> OutcomesDocument:
    """Prompts after needling, adverse events, outcome instruments. Raises BrokenLibrary when they break the rules."""
    document = read("outcomes.yaml", OutcomesDocument)
    flaws = outcome_flaws(document, [item.id for item in starter().safety_screen.items])
    if flaws:
        raise BrokenLibrary(flaws)
    return document


@lru_cache(maxsize=1)
def starter_hashes() -> dict[str, str]:
    """The content hash of every packaged item and template, which signatures refer to."""
    return hashes_of(starter())


@lru_cache(maxsize=1)
def reviewed_texts() -> dict[str, ReviewedText]:
    """The texts and rules of all files that are signed one by one. Raises BrokenLibrary when two have one slug."""
    texts = (*starter().texts, *needling_texts(needling_rules()), *outcome_texts(outcomes()))
    times = Counter([*(text.slug for text in texts), *starter_hashes()])
    flaws = [Flaw(path=slug, text="is the slug of two things") for slug, many in times.items() if many > 1]
    if flaws:
        raise BrokenLibrary(flaws)
    return {text.slug: text for text in texts}


@lru_cache(maxsize=1)
def text_hashes() -> dict[str, str]:
    """The content hash of every reviewed text."""
    return {slug: text.content_hash for slug, text in reviewed_texts().items()}


@lru_cache(maxsize=1)
def figures() -> FigureDocument:
    """The drawings of all items. Raises BrokenLibrary when one is missing or cannot be drawn."""
    document = read("poses.yaml", FigureDocument)
    library = starter()
    flaws = figure_flaws(document, {*library.exercises, *library.activity_modifications, *library.education_topics})
    if flaws:
        raise BrokenLibrary(flaws)
    return document


@lru_cache(maxsize=1)
def needling_rules() -> NeedlingRules:
    """The rules of needling. Raises BrokenLibrary when they do not fit the library."""
    rules = read("needling.yaml", NeedlingRules)
    flaws = needling_flaws(rules, starter())
    if flaws:
        raise BrokenLibrary(flaws)
    return rules


def read(name: str, shape: type[T]) -> T:
    """The packaged data file `name` as `shape`; raises BrokenLibrary when it does not fit."""
    document = read_yaml(files("homeplan.library").joinpath("data", name).read_text(encoding="utf-8"))
    try:
        return msgspec.convert(_as_on_the_wire(document), shape, dec_hook=_exact)
    except msgspec.ValidationError as error:
        raise BrokenLibrary([Flaw(path=name, text=str(error))]) from error


def _exact(kind: type, value: Any) -> Any:
    """A decimal of the file as an exact fraction."""
    if kind is not Fraction or not isinstance(value, int | float):
        raise NotImplementedError
    return Fraction(str(value))


def read_yaml(text: str) -> Any:
    """YAML without the silent loss of a repeated key; raises BrokenLibrary on one."""
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader


def _assemble(
    library: LibraryDocument, checkin: CheckInDocument, alerts: AlertRules, plans: PlanRules
) -> StarterLibrary:
    return StarterLibrary(
        version=library.meta.library_version,
        instrument_version=checkin.meta.version,
        phases=_by("slug", library.phases),
        exercises=_by("slug", library.exercises),
        activity_modifications=_by("slug", library.activity_modifications),
        education_topics=_by("slug", library.education_topics),
        templates=_by("slug", library.program_templates),
        muscles=_by("slug", library.muscles),
        positions=_by("slug", library.positions),
        categories=_by("slug", library.categories),
        caution_tags=_by("slug", library.caution_tags),
        chains=_by("slug", library.chains),
        global_rules=library.global_rules,
        aftercare=_by("phase", (only(Aftercare, care) for care in checkin.aftercare)),
        safety_screen=checkin.safety_screen,
        body_regions=_by("slug", checkin.body_regions),
        alert_rules=alerts,
        plan_rules=plans,
        texts=(*checkin_texts(checkin), *rule_texts(alerts, plans, library.global_rules)),
    )


def _by(field: str, things: Iterable[T]) -> dict[Any, T]:
    return {getattr(thing, field): thing for thing in things}


def _as_on_the_wire(value: Any) -> Any:
    """Keys in camelCase, as the structs have them; days per week as the weekdays they stand for."""
    if isinstance(value, dict):
        if "days_per_week" in value:
            value = {**value, "weekdays": weekdays_of(value["days_per_week"])}
            del value["days_per_week"]
        return {_camel(key): _as_on_the_wire(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_as_on_the_wire(child) for child in value]
    return value


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(part.title() for part in rest)


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEAN = "tag:yaml.org,2002:bool"


class _StrictLoader(_SafeLoader):  # type: ignore[misc]  # libyaml where it is, else pure Python
    """A SafeLoader that refuses a mapping with the same key twice and knows only true and false as booleans.

    The web reads the same files by YAML 1.2, in which `on` and `no` are plain words.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN or first in "tTfF"]
        for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                where = f"line {key_node.start_mark.line + 1}"
                raise BrokenLibrary([Flaw(path=where, text=f"the key {key!r} is given twice")])
            seen.add(key)
        return super().construct_mapping(node, deep)
