"""The drawings of exercises, advice and topics as data: a figure posed by angles and contacts, and what makes it sound.

Angles are in degrees, lengths in 1/170 of body height (about 1 cm). The renderer is the web's; this module makes sure
that every item has a drawing that it can draw. Pure.
"""

import zlib
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from homeplan.library.rules import Flaw, text_flaws
from homeplan.library.texts import Sentence
from homeplan.values import Value

MAX_COMPRESSED_BYTES = 2500
"""Most bytes of one drawing's data, compressed, so that a phone can load all drawings at once."""

VIEWS = ("side", "front", "oblique", "top", "flat")
SIDED_POINTS = ("shoulder", "elbow", "wrist", "hand", "hip", "thigh", "knee", "ankle", "heel", "toe")
POINTS = frozenset(
    ["pelvis", "lumbar", "chest", "neck", "skull", "head", "nose", "occiput", "back", "front", "tail"]
    + [point + side for point in SIDED_POINTS for side in "RL"]
)
"""The named points of the body that anchors, hands, arrows and straps may hold on to."""

SIDED_HIGHLIGHTS = ("glute", "hipside", "hipfront", "ham", "quad", "thigh", "waist")
HIGHLIGHTS = frozenset(
    ["back", "belly", "diaphragm", "core"] + [name + side for name in SIDED_HIGHLIGHTS for side in "RL"]
)
PROPS = frozenset(
    ["mat", "box", "pillow", "round", "wall", "counter", "chair", "frame", "strap", "stick", "bag", "line"]
)
LIMBS = ("leg_r", "leg_l", "arm_r", "arm_l")
INVERSE, FORWARD = ("to", "on"), ("flex",)
"""The fields that say where a hand or foot is, and those that say how a limb is bent; a limb has one kind."""

Vector = tuple[float, float, float]
Seen = Literal["side", "front", "above", "feet"]
Part = Literal["legR", "legL", "armR", "armL", "torso", "head"]


class Anchor(Value, frozen=True, kw_only=True):
    """The body point `p` is held at `at`; a key may move only one of the two."""

    p: str | None = None
    at: Vector | None = None


class Spine(Value, frozen=True, kw_only=True):
    """Flexion, side bend and twist of the lumbar spine, the thorax and the neck, in degrees."""

    lum: Vector | None = None
    tho: Vector | None = None
    neck: Vector | None = None


class Limb(Value, frozen=True, kw_only=True):
    """An arm or leg: by angles (flex, abd, rot, bend), or by where its end is (`to`, or `on` a point plus `off`)."""

    flex: float | None = None
    abd: float | None = None
    rot: float | None = None
    bend: float | None = None
    pf: float | None = None
    foot: Vector | None = None
    sole: Vector | None = None
    hand: Vector | None = None
    to: Vector | None = None
    on: str | None = None
    off: Vector | None = None
    pole: Vector | None = None


class Pose(Value, frozen=True, kw_only=True):
    """A pose, or the part of one that a key changes."""

    frame: Literal["stand", "front", "back", "supine", "prone", "side"] | None = None
    pitch: float | None = None
    roll: float | None = None
    yaw: float | None = None
    anchor: Anchor | None = None
    ground: bool | None = None
    belly: float | None = None
    spine: Spine | None = None
    leg_r: Limb | None = None
    leg_l: Limb | None = None
    arm_r: Limb | None = None
    arm_l: Limb | None = None


class Arrow(Value, frozen=True, kw_only=True):
    """An arrow along the path of a joint, or through given points."""

    joint: str | None = None
    keys: tuple[int, int] = (0, 1)
    pts: Annotated[tuple[Vector, ...], Meta(min_length=2, max_length=3)] | None = None
    shift: tuple[float, float] | None = None
    off: float | None = None
    trim: tuple[float, float] | None = None
    min: float | None = None
    both: bool = False


class SecondView(Value, frozen=True, kw_only=True):
    """The same motion seen from elsewhere, where the first view hides its depth."""

    seen: Seen
    view: tuple[float, float]
    arrows: tuple[Arrow, ...] = ()
    front: tuple[Part, ...] = ()
    behind: tuple[Part, ...] = ()
    nofar: tuple[Part, ...] = ()


class Figure(Value, frozen=True, kw_only=True):
    """The drawing of one item: one to four key poses over a preset, and what is drawn beside the body."""

    view: tuple[float, float] | str
    seen: Seen | None = None
    """The direction that the view has for a reader; only with a second view."""
    second: SecondView | None = None
    preset: str
    base: Pose = Pose()
    keys: Annotated[tuple[Pose, ...], Meta(min_length=1, max_length=4)]
    side: Literal["left", "right"] | None = None
    """The working side in the drawing; the page mirrors it for the other side. None if it makes no difference."""
    loop: Literal["cycle"] | None = None
    move_s: Annotated[float, Meta(gt=0, le=5)] | None = None
    """Seconds from one key to the next, where the web's own pace does not suit."""
    still: int | None = None
    ghost: bool = True
    pair: bool = False
    props: tuple[str | dict[str, Any], ...] = ()
    arrows: tuple[Arrow, ...] = ()
    highlight: tuple[str, ...] = ()
    hl_top: bool = False
    front: tuple[Part, ...] = ()
    behind: tuple[Part, ...] = ()
    nofar: tuple[Part, ...] = ()
    fit: tuple[Vector, ...] = ()
    max_scale: float | None = None
    shows: str | None = None
    """The variant that is drawn, when the exercise has several."""
    caption: Sentence
    quality: Literal["good", "usable", "poor"]
    """The quality of the drawing, judged by eye."""


class FigureDocument(Value, frozen=True, kw_only=True):
    """poses.yaml."""

    version: int
    presets: dict[str, Pose]
    figures: dict[str, Figure]


def figure_flaws(document: FigureDocument, items: Collection[str]) -> list[Flaw]:
    """Everything that is wrong with the drawings, and every item that has none."""
    flaws = []
    for slug in sorted(set(items) ^ document.figures.keys()):
        flaws.append(Flaw(path=f"figures.{slug}", text="must be an item and have a drawing"))
    for name, preset in document.presets.items():
        flaws += _pose_flaws(preset, f"presets.{name}")
    for slug, figure in document.figures.items():
        flaws += _figure_flaws(figure, document.presets, f"figures.{slug}")
    return flaws


def _figure_flaws(figure: Figure, presets: dict[str, Pose], path: str) -> Iterator[Flaw]:
    yield from text_flaws(figure.caption, f"{path}.caption")
    if isinstance(figure.view, str) and figure.view not in VIEWS:
        yield Flaw(path=f"{path}.view", text=f"there is no view {figure.view}")
    if figure.still is not None and not 0 <= figure.still < len(figure.keys):
        yield Flaw(path=f"{path}.still", text=f"there is no key {figure.still}")
    for prop in figure.props:
        kind = prop if isinstance(prop, str) else next(iter(prop), "")
        if kind not in PROPS or (isinstance(prop, dict) and len(prop) != 1):
            yield Flaw(path=f"{path}.props", text=f"there is no prop {kind}")
    for name in set(figure.highlight) - HIGHLIGHTS:
        yield Flaw(path=f"{path}.highlight", text=f"there is no highlight {name}")
    if (figure.seen is None) != (figure.second is None):
        yield Flaw(path=f"{path}.seen", text="both views say where they are seen from")
    for arrow in (*figure.arrows, *(figure.second.arrows if figure.second else ())):
        if (arrow.joint is None) == (arrow.pts is None):
            yield Flaw(path=f"{path}.arrows", text="an arrow follows either a joint or points")
        elif arrow.joint is not None and arrow.joint not in POINTS:
            yield Flaw(path=f"{path}.arrows", text=f"there is no joint {arrow.joint}")
        elif arrow.joint is not None and not all(0 <= key < len(figure.keys) for key in arrow.keys):
            yield Flaw(path=f"{path}.arrows", text="an arrow's keys must be keys of the drawing")
    for pose in (figure.base, *figure.keys):
        yield from _pose_flaws(pose, path)
    if figure.preset not in presets:
        yield Flaw(path=f"{path}.preset", text=f"there is no preset {figure.preset}")
    else:
        yield from _mode_flaws([presets[figure.preset], figure.base], figure.keys, path)
    weight = len(zlib.compress(msgspec.json.encode(figure), 9))
    if weight > MAX_COMPRESSED_BYTES:
        yield Flaw(path=path, text=f"weighs {weight} bytes compressed; at most {MAX_COMPRESSED_BYTES}")


def _pose_flaws(pose: Pose, path: str) -> Iterator[Flaw]:
    held = [pose.anchor.p] if pose.anchor is not None else []
    limbs = [limb for name in LIMBS if (limb := getattr(pose, name)) is not None]
    for point in [*held, *(limb.on for limb in limbs)]:
        if point is not None and point not in POINTS:
            yield Flaw(path=path, text=f"there is no point {point}")
    for limb in limbs:
        if limb.to is not None and limb.on is not None:
            yield Flaw(path=path, text="a limb ends either at a place or on a point")


def _mode_flaws(start: list[Pose], keys: tuple[Pose, ...], path: str) -> Iterator[Flaw]:
    """A limb that is bent by angles in one key and placed by its end in another jumps instead of moving."""
    for name in LIMBS:
        mode = None
        for pose in start:
            mode = _mode(getattr(pose, name)) or mode
        first = _mode(getattr(keys[0], name)) or mode
        if any((_mode(getattr(key, name)) or first) != first for key in keys[1:]):
            yield Flaw(path=f"{path}.keys", text=f"{name} changes between angles and a fixed end")


def _mode(limb: Limb | None) -> str | None:
    if limb is None:
        return None
    if any(getattr(limb, field) is not None for field in INVERSE):
        return "end"
    return "angles" if any(getattr(limb, field) is not None for field in FORWARD) else None
