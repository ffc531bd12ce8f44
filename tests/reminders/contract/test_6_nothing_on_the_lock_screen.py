"""6. The payload selects fixed strings: no name, clinic, body part, pain, exercise or needling word."""

import pytest

from homeplan.reminders.model import ReminderKind
from tests.library.build import checkin
from tests.reminders.scene import Scene


@pytest.mark.parametrize("kind", [kind for kind in ReminderKind if kind is not ReminderKind.AFTER_NEEDLING])
async def test_a_push_says_only_what_the_instrument_allows(scene: Scene, kind: ReminderKind) -> None:
    patient = await scene.patient(given_name="Wilhelmina", problem="low back pain", goal="lift the child")
    await scene.publish(patient)
    await scene.remind(patient, "19:00", kind)

    await scene.tick("2026-03-02 19:00")

    allowed = {
        text.in_language("en") for texts in checkin().notification_texts.values() for text in (texts.title, texts.body)
    }
    plaintext = scene.push.sent[0].plaintext
    notification = plaintext["notification"]
    assert {notification["title"], notification["body"]} <= allowed
    sent = str(plaintext).lower()
    for word in ("wilhelmina", "example clinic", "pain", "back", "exercis", "needl", "therap", patient.id):
        assert word.lower() not in sent, word
