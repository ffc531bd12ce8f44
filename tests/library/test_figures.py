from typing import Any

import msgspec
import pytest

from homeplan.library.content import figures, starter
from homeplan.library.figures import Anchor, Arrow, Figure, FigureDocument, Limb, Pose, figure_flaws
from homeplan.library.texts import Sentence

PLACED, BENT = Limb(to=(1, 2, 3)), Limb(flex=20, bend=10)
FIGURE = Figure(
    view="side",
    preset="stand",
    keys=(Pose(), Pose(pitch=20)),
    caption=Sentence(en="Standing.", es="De pie."),
    quality="good",
)
PRESETS = {"stand": Pose(frame="stand", leg_r=PLACED, arm_r=BENT)}


def flaws(**changes: Any) -> list[str]:
    figure = msgspec.structs.replace(FIGURE, **changes)
    document = FigureDocument(version=1, presets=PRESETS, figures={"bridge": figure})
    return [flaw.text for flaw in figure_flaws(document, ["bridge"])]


def test_every_item_has_a_drawing_with_captions_in_both_languages() -> None:
    drawn = figures().figures
    library = starter()
    assert drawn.keys() == {*library.exercises, *library.activity_modifications, *library.education_topics}
    assert all(figure.caption.en != figure.caption.es for figure in drawn.values())


def test_sound_drawing_has_no_flaws() -> None:
    assert flaws() == []


def test_exercise_without_drawing_and_drawing_without_exercise_are_flaws() -> None:
    document = FigureDocument(version=1, presets=PRESETS, figures={"bridge": FIGURE})
    assert [flaw.path for flaw in figure_flaws(document, ["clamshell"])] == ["figures.bridge", "figures.clamshell"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"preset": "handstand"}, "there is no preset handstand"),
        ({"view": "below"}, "there is no view below"),
        ({"still": 2}, "there is no key 2"),
        ({"props": ({"mat": [-1, 1]}, "trampoline")}, "there is no prop trampoline"),
        ({"highlight": ("bicepsR",)}, "there is no highlight bicepsR"),
        ({"arrows": (Arrow(joint="finger"),)}, "there is no joint finger"),
        ({"seen": "side"}, "both views say where they are seen from"),
        ({"arrows": (Arrow(),)}, "an arrow follows either a joint or points"),
        ({"arrows": (Arrow(joint="head", keys=(0, 2)),)}, "an arrow's keys must be keys of the drawing"),
        ({"base": Pose(anchor=Anchor(p="ground"))}, "there is no point ground"),
        ({"base": Pose(arm_r=Limb(on="table"))}, "there is no point table"),
        ({"base": Pose(arm_r=Limb(on="head", to=(1, 1, 1)))}, "a limb ends either at a place or on a point"),
        ({"caption": Sentence(en="Standing.", es=" ")}, "is blank"),
    ],
)
def test_each_flaw_of_a_drawing_is_named(changes: dict[str, Any], text: str) -> None:
    assert flaws(**changes) == [text]


def test_limb_keeps_its_kind_from_key_to_key() -> None:
    text = "leg_r changes between angles and a fixed end"
    assert flaws(keys=(Pose(), Pose(leg_r=BENT))) == [text]
    assert flaws(keys=(Pose(leg_r=BENT), Pose(leg_r=PLACED))) == [text]
    assert flaws(keys=(Pose(leg_r=BENT), Pose(leg_r=Limb(bend=30)))) == []


def test_drawing_has_one_to_four_keys() -> None:
    for count in (0, 5):
        raw = msgspec.to_builtins(FIGURE) | {"keys": [{}] * count}
        with pytest.raises(msgspec.ValidationError, match="keys"):
            msgspec.convert(raw, Figure)


def test_drawing_that_weighs_too_much_is_a_flaw() -> None:
    heavy = tuple((i * 1.2345678901, i * 7.654321, i * i * 0.000987) for i in range(400))
    assert "compressed; at most 2500" in flaws(fit=heavy)[0]
