"""Odd values in every field of a body: the answer is a problem with a code, never a server error; on both engines."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.library.build import exercise, template
from tests.programs.conftest import Desk, item, log, needling, revision
from tests.world import START

pytestmark = pytest.mark.slow

ODD: list[Any] = [
    None, True, "", "x", "x" * 5000, -1, 0, 2**31, 2**63, 10**30, 1.5, [], [[]], {}, {"a": None}, "\u0000", "\ufffd",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01", "9999-12-31", "; DROP TABLE episodes --",
]  # fmt: skip

DOSE = {"sets": 2, "reps": 8, "holdS": 3, "restS": 30, "load": "2 kg", "timesPerDay": 2, "weekdays": 127}
TINY = {"sets": 1, "reps": 2, "text": {"en": "Two.", "es": "Dos."}}
NOTE = {"en": "Slowly.", "es": "Despacio."}
PLAN = {
    "prescriptions": [item("clamshell", id="x", dosage=DOSE, tiny=TINY, side="left", note=NOTE)],
    "overlay": [item("easy-walk", phases=["p0"])],
}
SMALL = revision(effectiveFrom="2026-03-04T15:00:00Z")
UNFINISHED = {name: value for name, value in SMALL.items() if name != "id"} | {"knownVersion": 1}


def bodies(sound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The valid body with each odd value in each field, one at a time."""
    for path in places(sound):
        for odd in ODD:
            yield replaced(sound, path, odd)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


@pytest.mark.parametrize(
    ("method", "rest", "sound"),
    [
        ("POST", "needling-sessions", {"id": "s"} | needling(START, coInterventions=["heat"], note="Fine.")),
        ("PUT", "needling-sessions/{session}", needling(START) | {"basedOn": 1, "correction": "Typed wrong."}),
        ("POST", "program/revisions", SMALL),
        ("PUT", "program/draft", UNFINISHED),
        ("POST", "program/preview", PLAN),
        ("PATCH", "episodes/{episode}", {"problem": "A.", "goal": "B.", "stage": "active"}),
    ],
)
async def test_staff_bodies(desk: Desk, method: str, rest: str, sound: dict[str, Any]) -> None:
    session = (await desk.needle()).json()["id"]
    episode = (await desk.staff.get(desk.path("episodes"))).json()[0]["id"]
    path = desk.path(rest.format(session=session, episode=episode))
    for number, odd in enumerate(bodies(sound)):
        body = odd | {"id": f"r{number}"} if method == "POST" and odd.get("id") == sound.get("id") != "s" else odd
        answer = await desk.staff.request(method, path, json=body)
        assert answer.status_code < 500, (body, answer.text)


async def test_bodies_of_the_phone(desk: Desk) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    sound = log(
        walk, START, skipReason=None, setsDone=1, repsDone=1, secondsDone=1, painDuring=1, effort=1, stopped=False
    )
    for body in bodies(sound):
        answer = await desk.phone.put("/api/me/exercise-logs/log-1", json=body)
        assert answer.status_code < 500, (body, answer.text)


async def test_the_path_of_a_refused_text_is_told(desk: Desk) -> None:
    noted = revision(item(), item("easy-walk", note={"en": "Slowly.", "es": "\u202eDespacio."}))
    titled = msgspec.to_builtins(exercise()) | {"id": "x", "title": {"en": "\u200b", "es": "Puente"}}
    lines = {"en": ["Sit.", "Stand.\u2069"], "es": ["Siéntese.", "Levántese."]}
    stepped = msgspec.to_builtins(exercise()) | {"id": "x", "steps": lines}
    named = msgspec.to_builtins(template()) | {"id": "t", "title": {"en": "Plan", "es": "Un\nplan"}}
    for path, body, field in (
        (desk.path("program/revisions"), noted, "prescriptions[1].note.es"),
        ("/api/library/items", titled, "title.en"),
        ("/api/library/items", stepped, "steps.en[1]"),
        ("/api/library/templates", named, "title.es"),
    ):
        answer = await desk.staff.post(path, json=body)
        assert (answer.status_code, answer.json()["field"]) == (400, field)
