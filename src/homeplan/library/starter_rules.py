"""The checks of the packaged library as a whole. Pure; content.py refuses to load a library with a flaw."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from homeplan.library.document import CheckInDocument, LibraryDocument
from homeplan.library.instrument import NotificationText
from homeplan.library.plan_rules import Renewal
from homeplan.library.reference import PhaseTemplate, TrafficLight
from homeplan.library.rules import (
    OWN_PREFIX,
    PHASES,
    Flaw,
    Vocabulary,
    item_flaws,
    template_flaws,
    text_flaws,
)

NOTIFICATION_KINDS = ("reminder", "checkin", "message", "test", "after-needling")
"""The kinds of push; each has one fixed text in both languages."""

TELLING_WORDS = (
    *("pain", "back", "needl", "exercise", "clinic", "therap", "patient", "sore"),
    *("dolor", "espalda", "punci", "ejerc", "clínic", "terap", "pacient", "molest"),
)
"""Parts of words that would tell a bystander what the app is about; none may appear on a lock screen."""


def starter_flaws(library: LibraryDocument, checkin: CheckInDocument, renewal: Renewal) -> list[Flaw]:
    """Everything that is wrong with the packaged content, each with its path from the top of the file."""
    known = vocabulary_of(library)
    return [
        *_duplicate_flaws(library),
        *_phase_flaws(library.phases),
        *_chain_flaws(library),
        *_items_flaws(library, known),
        *text_flaws(library.phases, "phases"),
        *text_flaws(library.muscles, "muscles"),
        *text_flaws(library.positions, "positions"),
        *text_flaws(library.categories, "categories"),
        *text_flaws(library.caution_tags, "cautionTags"),
        *text_flaws(library.global_rules, "globalRules"),
        *_traffic_light_flaws(library.global_rules.traffic_light),
        *_language_flaws(library.meta.languages),
        *_review_flaws(library, renewal.longest),
        *_checkin_flaws(checkin),
    ]


def vocabulary_of(library: LibraryDocument) -> Vocabulary:
    """The slugs that the packaged items may refer to."""
    return Vocabulary(
        muscles={muscle.slug for muscle in library.muscles},
        positions={position.slug for position in library.positions},
        floor_positions={position.slug for position in library.positions if position.floor},
        categories={category.slug for category in library.categories},
        caution_tags={tag.slug for tag in library.caution_tags},
        chains={chain.slug for chain in library.chains},
        exercises={exercise.slug: exercise for exercise in library.exercises},
        activities={activity.slug for activity in library.activity_modifications},
        education={topic.slug for topic in library.education_topics},
        phase_starts_h={phase.slug: phase.from_h for phase in library.phases},
        max_items_first_week=library.global_rules.max_items_first_week,
    )


def lock_screen_flaws(texts: dict[str, NotificationText]) -> Iterator[Flaw]:
    """A missing or unknown kind, a title that differs, or a word that gives away what the app is about."""
    if set(texts) != set(NOTIFICATION_KINDS):
        yield Flaw(path="notificationTexts", text=f"must be exactly {', '.join(NOTIFICATION_KINDS)}")
    if len({(text.title.en, text.title.es) for text in texts.values()}) > 1:
        yield Flaw(path="notificationTexts", text="every kind has the same title")
    for kind, text in texts.items():
        shown = f"{text.title.en} {text.title.es} {text.body.en} {text.body.es}".lower()
        for word in TELLING_WORDS:
            if word in shown:
                yield Flaw(path=f"notificationTexts.{kind}", text=f"tells a bystander: {word}")


def _items_flaws(library: LibraryDocument, known: Vocabulary) -> Iterator[Flaw]:
    for group, items in (
        ("exercises", library.exercises),
        ("activityModifications", library.activity_modifications),
        ("educationTopics", library.education_topics),
    ):
        for item in items:
            yield from _under(f"{group}.{item.slug}", item_flaws(item, known))
    for template in library.program_templates:
        yield from _under(f"programTemplates.{template.slug}", template_flaws(template, known))


def _review_flaws(library: LibraryDocument, longest: timedelta) -> Iterator[Flaw]:
    """An item without a day by which it is reviewed again, or with one that is too far away."""
    for group, items in (
        ("exercises", library.exercises),
        ("activityModifications", library.activity_modifications),
        ("educationTopics", library.education_topics),
        ("programTemplates", library.program_templates),
    ):
        for item in items:
            if item.review_by is None:
                yield Flaw(path=f"{group}.{item.slug}.reviewBy", text="is missing")
            elif not library.meta.dated < item.review_by <= library.meta.dated + longest:
                yield Flaw(
                    path=f"{group}.{item.slug}.reviewBy", text=f"lies within {longest.days} days of the content's date"
                )


def _chain_flaws(library: LibraryDocument) -> Iterator[Flaw]:
    chains = {chain.slug: chain.items for chain in library.chains}
    chained = Counter(slug for items in chains.values() for slug in items)
    exercises = {exercise.slug for exercise in library.exercises}
    for slug in sorted(chained.keys() ^ exercises):
        yield Flaw(path="chains", text=f"{slug} must be an exercise and in a chain")
    for slug, times in chained.items():
        if times > 1:
            yield Flaw(path="chains", text=f"{slug} is in {times} chains")
    for exercise in library.exercises:
        items = chains.get(exercise.chain or "", ())
        if exercise.slug not in items:
            yield Flaw(path=f"exercises.{exercise.slug}.chain", text=f"{exercise.chain} does not list it")
            continue
        at = items.index(exercise.slug)
        for field, neighbour in (("easier", items[:at][-1:]), ("harder", items[at + 1 :][:1])):
            expected = neighbour[0] if neighbour else None
            if getattr(exercise, field) != expected:
                text = f"the chain {exercise.chain} says {expected}"
                yield Flaw(path=f"exercises.{exercise.slug}.{field}", text=text)


def _phase_flaws(phases: tuple[PhaseTemplate, ...]) -> Iterator[Flaw]:
    if tuple(phase.slug for phase in phases) != PHASES:
        yield Flaw(path="phases", text=f"must be {', '.join(PHASES)} in this order")
    if phases and phases[0].from_h != 0:
        yield Flaw(path="phases", text="the first phase begins at hour 0")
    if phases and phases[-1].to_h is not None:
        yield Flaw(path="phases", text="the last phase has no end")
    for earlier, later in pairwise(phases):
        if earlier.to_h != later.from_h or earlier.to_h <= earlier.from_h:
            yield Flaw(path=f"phases.{later.slug}", text="must begin where the one before it ends")
    for phase in phases:
        if not 0 < phase.dose_factor <= 1:
            yield Flaw(path=f"phases.{phase.slug}.doseFactor", text="must be above 0 and at most 1")


def _traffic_light_flaws(lights: tuple[TrafficLight, ...]) -> Iterator[Flaw]:
    if [score for light in lights for score in range(light.min, light.max + 1)] != list(range(11)):
        yield Flaw(path="globalRules.trafficLight", text="must cover every score from 0 to 10 once")


def _duplicate_flaws(library: LibraryDocument) -> Iterator[Flaw]:
    yield from _repeated("muscles", (thing.slug for thing in library.muscles))
    yield from _repeated("positions", (thing.slug for thing in library.positions))
    yield from _repeated("cautionTags", (thing.slug for thing in library.caution_tags))
    yield from _repeated("categories", (thing.slug for thing in library.categories))
    yield from _repeated("chains", (thing.slug for thing in library.chains))
    assignable = [
        *(exercise.slug for exercise in library.exercises),
        *(activity.slug for activity in library.activity_modifications),
        *(topic.slug for topic in library.education_topics),
        *(template.slug for template in library.program_templates),
    ]
    yield from _repeated("items", assignable)
    for slug in assignable:
        if slug.startswith(OWN_PREFIX):
            yield Flaw(path=f"items.{slug}", text=f"{OWN_PREFIX} is kept for clinics' own items")


def _checkin_flaws(checkin: CheckInDocument) -> Iterator[Flaw]:
    yield from _language_flaws(checkin.meta.languages)
    yield from text_flaws(checkin)
    yield from _repeated("bodyRegions", (thing.slug for thing in checkin.body_regions))
    yield from _repeated("items", [item.id for item in checkin.items])
    yield from _repeated("safetyScreen.items", (item.id for item in checkin.safety_screen.items))
    yield from _repeated("aftercare", (care.phase for care in checkin.aftercare))
    for level in {item.level for item in checkin.safety_screen.items} - checkin.safety_screen.actions.keys():
        yield Flaw(path="safetyScreen.actions", text=f"there is no action for {level}")
    for level in {item.level for item in checkin.safety_screen.items} - checkin.safety_screen.level_effects.keys():
        yield Flaw(path="safetyScreen.levelEffects", text=f"nothing follows from {level}")
    scales = {item.id for item in checkin.items if item.anchors}
    for item in checkin.items:
        if item.anchors_as is not None and item.anchors_as not in scales:
            yield Flaw(path=f"items.{item.id}.anchorsAs", text=f"{item.anchors_as} has no anchors")
        if item.type == "integer" and (item.min, item.max) != (0, 10):
            yield Flaw(path=f"items.{item.id}", text="scores run from 0 to 10")
    yield from lock_screen_flaws(checkin.notification_texts)


def _language_flaws(languages: tuple[str, ...]) -> Iterator[Flaw]:
    if languages != ("en", "es"):
        yield Flaw(path="meta.languages", text="must be en and es")


def _repeated(path: str, slugs: Iterable[str]) -> Iterator[Flaw]:
    for slug, times in Counter(slugs).items():
        if times > 1:
            yield Flaw(path=f"{path}.{slug}", text=f"is given {times} times")


def _under(path: str, flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    for flaw in flaws:
        yield Flaw(path=f"{path}.{flaw.path}", text=flaw.text)
