import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from homeplan.delivery.webpush import compose
from homeplan.library.content import BrokenLibrary, read_yaml, starter
from homeplan.library.document import CheckInDocument, LibraryDocument
from homeplan.library.instrument import NotificationText
from homeplan.library.model import Exercise
from homeplan.library.starter_rules import NOTIFICATION_KINDS, lock_screen_flaws, starter_flaws
from homeplan.library.texts import Sentence, Title
from tests.library.build import checkin, library

pytestmark = pytest.mark.slow


def test_packaged_library_is_sound() -> None:
    assert starter_flaws(library(), checkin(), starter().plan_rules.renewal) == []


def test_packaged_library_is_whole() -> None:
    shelf = starter()
    assert (len(shelf.exercises), len(shelf.chains), len(shelf.activity_modifications)) == (42, 20, 14)
    assert (len(shelf.education_topics), len(shelf.templates), len(shelf.safety_screen.items)) == (13, 8, 27)


def test_days_per_week_become_weekdays() -> None:
    assert starter().exercises["bird-dog"].dose.weekdays == 0b0011011
    assert starter().exercises["easy-walk"].dose.weekdays == 127


def test_data_files_say_nothing_about_how_they_came_to_be() -> None:
    for name in ("library.yaml", "checkin.yaml", "poses.yaml"):
        text = files("homeplan.library").joinpath("data", name).read_text(encoding="utf-8").lower()
        assert not re.findall(r"\bseed\b|research|general knowledge|\bllm\b|\bblog\b", text), name


def changed(index: int, **changes: object) -> LibraryDocument:
    document = library()
    exercises = list(document.exercises)
    exercises[index] = msgspec.structs.replace(exercises[index], **changes)
    return msgspec.structs.replace(document, exercises=tuple(exercises))


def flaws(document: LibraryDocument, check: CheckInDocument | None = None) -> list[str]:
    return [flaw.path for flaw in starter_flaws(document, check or checkin(), starter().plan_rules.renewal)]


def test_exercise_must_have_the_place_in_its_chain_that_it_states() -> None:
    at = next(i for i, e in enumerate(library().exercises) if e.slug == "heel-slide")
    assert flaws(changed(at, easier=None)) == ["exercises.heel-slide.easier"]
    assert flaws(changed(at, harder="dead-bug")) == ["exercises.heel-slide.harder"]
    assert flaws(changed(at, chain="bridge")) == ["exercises.heel-slide.chain"]


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (731, True), (732, False)])
def test_an_item_is_reviewed_again_within_the_time_of_the_rules(days: int, fits: bool) -> None:
    slug, dated = library().exercises[0].slug, library().meta.dated
    assert flaws(changed(0, review_by=dated + timedelta(days=days))) == ([] if fits else [f"exercises.{slug}.reviewBy"])
    assert flaws(changed(0, review_by=None)) == [f"exercises.{slug}.reviewBy"]


def test_slug_is_given_once_among_all_that_can_be_assigned() -> None:
    document = library()
    twin = msgspec.structs.replace(document.activity_modifications[0], slug="bridge")
    document = msgspec.structs.replace(document, activity_modifications=(*document.activity_modifications, twin))
    assert flaws(document) == ["items.bridge"]


def test_prefix_of_clinics_own_items_is_not_used() -> None:
    document = library()
    renamed = msgspec.structs.replace(document.education_topics[0], slug="own-topic")
    document = msgspec.structs.replace(document, education_topics=(*document.education_topics, renamed))
    assert flaws(document) == ["items.own-topic"]


def test_phases_follow_each_other_without_a_gap() -> None:
    document = library()
    phases = list(document.phases)
    phases[2] = msgspec.structs.replace(phases[2], from_h=50)
    assert flaws(msgspec.structs.replace(document, phases=tuple(phases))) == ["phases.p2"]


def test_traffic_light_covers_every_score() -> None:
    document = library()
    lights = document.global_rules.traffic_light[:-1]
    rules = msgspec.structs.replace(document.global_rules, traffic_light=lights)
    assert flaws(msgspec.structs.replace(document, global_rules=rules)) == ["globalRules.trafficLight"]


def test_every_safety_level_has_its_action() -> None:
    check = checkin()
    actions = {level: action for level, action in check.safety_screen.actions.items() if level != "urgent"}
    screen = msgspec.structs.replace(check.safety_screen, actions=actions)
    assert flaws(library(), msgspec.structs.replace(check, safety_screen=screen)) == ["safetyScreen.actions"]


def test_every_safety_level_has_its_consequences() -> None:
    check = checkin()
    effects = {level: effect for level, effect in check.safety_screen.level_effects.items() if level != "soon"}
    screen = msgspec.structs.replace(check.safety_screen, level_effects=effects)
    assert flaws(library(), msgspec.structs.replace(check, safety_screen=screen)) == ["safetyScreen.levelEffects"]


@pytest.mark.parametrize(("sign", "names"), [
    ("sexual", ("erection", "ejaculation", "erección", "eyaculación")),
    ("saddle", ("buttocks", "nalgas")),
    ("bladder", ("starting, stopping or holding", "empezar, parar o aguantar")),
])  # fmt: skip
def test_a_warning_sign_names_what_a_patient_may_notice(sign: str, names: tuple[str, ...]) -> None:
    [item] = [item for item in checkin().safety_screen.items if item.id == sign]
    assert all(name in f"{item.text.en} {item.text.es}" for name in names)


@pytest.mark.parametrize("word", ["back pain", "needling", "Exercise", "your therapist", "dolor", "ejercicio"])
def test_lock_screen_never_tells_what_it_is_about(word: str) -> None:
    texts = dict(checkin().notification_texts)
    texts["checkin"] = NotificationText(
        title=texts["checkin"].title, body=Sentence(en=f"Time for {word}.", es="Es hora.")
    )
    assert {flaw.path for flaw in lock_screen_flaws(texts)} == {"notificationTexts.checkin"}


def test_lock_screen_texts_share_one_title_and_are_complete() -> None:
    texts = dict(checkin().notification_texts)
    assert tuple(texts) == NOTIFICATION_KINDS
    texts["message"] = NotificationText(title=Title(en="Message", es="Mensaje"), body=texts["message"].body)
    del texts["test"]
    assert [flaw.path for flaw in lock_screen_flaws(texts)] == ["notificationTexts", "notificationTexts"]


def test_repeated_key_in_a_data_file_is_refused() -> None:
    with pytest.raises(BrokenLibrary, match="line 3: the key 'a' is given twice"):
        read_yaml("a: 1\nb: 2\na: 3\n")


def test_only_true_and_false_are_booleans_in_data_files() -> None:
    assert read_yaml("{on: no, off: yes, y: true, n: FALSE}") == {"on": "no", "off": "yes", "y": True, "n": False}


def test_unknown_field_in_the_data_is_refused_with_its_place() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `dose_range`"):
        msgspec.convert({"slug": "a", "dose_range": {}}, Exercise)


def test_push_sends_exactly_the_texts_that_the_library_holds() -> None:
    ours = {kind: msgspec.to_builtins(text) for kind, text in checkin().notification_texts.items()}
    assert {kind: msgspec.to_builtins(text) for kind, text in compose.TEXTS.items()} == ours


def test_spanish_soreness_has_its_own_words() -> None:
    """ "Molestia" also means discomfort, which would blur soreness and pain."""
    [soreness] = [item for item in checkin().items if item.id == "soreness"]
    texts = [soreness.text.es, *(anchor.es for anchor in (soreness.anchors or {}).values())]
    texts += [line for care in starter().aftercare.values() for line in (care.expect.es, *care.do.es, *care.avoid.es)]
    topic = starter().education_topics["soreness-after-needling"]
    texts += [*topic.body.es, topic.key_point.es, topic.action.es]
    assert not [text for text in texts if "molestia" in text.lower()]
    assert "dolor muscular por la punción" in soreness.text.es


def test_the_help_text_names_bladder_and_bowel_in_both_languages() -> None:
    words = (Path(__file__).parents[2] / "web/src/patient/words/help.ts").read_text("utf-8")
    assert "cannot pee, or lost control of bladder or bowel" in words
    assert "no puede orinar o no controla la orina o el excremento" in words


def test_every_packaged_item_says_when_it_is_reviewed_and_what_supports_it() -> None:
    library = starter()
    assert all(item.review_by is not None for item in library.exercises.values())
    assert all(item.review_by is not None for item in library.activity_modifications.values())
    assert all(item.review_by is not None for item in library.education_topics.values())
    assert {library.exercises[slug].evidence for slug in ("easy-walk", "steady-walk", "brisk-walk")} == {"study"}
    assert {muscle.region for muscle in library.muscles.values()} == {"low-back"}
    assert {template.region for template in library.templates.values()} == {"low-back"}
