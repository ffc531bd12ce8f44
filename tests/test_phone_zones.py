"""No entry of a phone is refused for the zone that the phone names: what it said is kept, or the home zone counts."""

from typing import Any

import pytest

from tests.checkins import answers
from tests.conftest import FakeClock
from tests.programs.conftest import Desk, item, log
from tests.world import Api, World

LEFT_OUT: Any = object()
ZONES: list[tuple[Any, str]] = [
    ("America/Denver", "America/Denver"),
    ("Etc/Unknown", "Etc/Unknown"),
    ("Mars/Phobos", "Mars/Phobos"),
    ("Hora de verano (Perú)", "Hora de verano (Perú)"),
    ("../../etc/passwd", "../../etc/passwd"),
    ("x" * 64, "x" * 64),
    ("x" * 65, "Etc/Unknown"),
    ("a\nb", "Etc/Unknown"),
    ("\u202eDenver", "Etc/Unknown"),
    ("", "Etc/Unknown"),
    (None, "Etc/Unknown"),
    (LEFT_OUT, "Etc/Unknown"),
]


@pytest.fixture
async def desk(api: Api, world: World, clock: FakeClock) -> Desk:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    return Desk(therapist, patient, await api.signed_in(therapist), await api.signed_in(patient), clock)


@pytest.mark.parametrize(("said", "kept"), ZONES)
async def test_every_entry_is_accepted_regardless_of_the_zone_that_the_phone_names(desk: Desk, said: Any, kept: str) -> None:
    walk = (await desk.publish(item("easy-walk"))).json()["prescriptions"][0]["id"]
    phone, now = desk.phone, desk.clock.now()

    saved = [
        await phone.put(answers.PATH, json=in_zone(answers.body(now), said)),
        await phone.post("/api/me/safety-answers", json=in_zone(answers.safety_body(now, "saddle"), said)),
        await phone.put("/api/me/exercise-logs/log-1", json=in_zone(log(walk, now), said)),
    ]
    reported = await phone.put("/api/me/phone-zone", json=in_zone({}, said))

    assert [(answer.status_code, answer.json()["timeZone"]) for answer in saved] == [
        (200, kept),
        (201, kept),
        (200, kept),
    ]
    assert reported.status_code == 204
    assert (await phone.get("/api/me/reminders")).json()["phoneTimeZone"] == kept
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"] == "emergency"
    assert (await phone.get("/api/me/plan")).json()["timeZone"] == "America/Denver"


def in_zone(body: dict[str, Any], said: Any) -> dict[str, Any]:
    """The body with the zone that the phone named, if it named any."""
    named = {} if said is LEFT_OUT else {"timeZone": said}
    return {name: value for name, value in body.items() if name != "timeZone"} | named
