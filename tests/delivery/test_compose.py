"""The texts that may appear on a lock screen: the fixed ones only."""

import json
from importlib.resources import files
from typing import get_args

import pytest
import yaml

from homeplan.delivery.model import Kind, PatientText, StaffText
from homeplan.delivery.staff.texts import STAFF_TEXTS
from homeplan.delivery.webpush import compose
from homeplan.values import Language

OPENS = {"checkin": "checkin", "message": "messages"}
RECEIPT = f"{'c' * 36}.{'d' * 36}.{'m' * 22}"
KINDS = get_args(PatientText)
OF_STAFF = get_args(StaffText)
LANGUAGES = get_args(Language)


def built(kind: Kind = "checkin", language: Language = "en", *, to_staff: bool = False) -> bytes:
    return compose.build(
        kind, language, site="https://clinic.example", tag="t" * 24, receipt=RECEIPT, to_staff=to_staff
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_push_is_declarative_and_classic_at_once(kind: PatientText, language: Language) -> None:
    texts = compose.TEXTS[kind]
    either = {"mutable": True} | ({"app_badge": 1} if kind == "checkin" else {})
    assert json.loads(built(kind, language)) == {
        "web_push": 8030,
        "notification": {
            "title": texts.title.in_language(language),
            "lang": language,
            "body": texts.body.in_language(language),
            "navigate": f"https://clinic.example/#/{OPENS.get(kind, 'today')}",
            "tag": "t" * 24,
            "silent": False,
            **either,
        },
        **either,
        "receipt": RECEIPT,
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OF_STAFF)
def test_a_push_to_staff_has_a_text_of_its_own_and_opens_the_console(kind: StaffText, language: Language) -> None:
    shown = json.loads(built(kind, language, to_staff=True))["notification"]
    texts = STAFF_TEXTS[kind]
    assert (shown["title"], shown["body"]) == (texts.title.in_language(language), texts.body.in_language(language))
    assert shown["navigate"] == "https://clinic.example/console/"
    assert "app_badge" not in shown


def test_a_text_of_staff_never_goes_to_a_patient() -> None:
    with pytest.raises(KeyError):
        built("critical")


def test_all_pushes_are_equally_long() -> None:
    assert {len(built(kind, language)) for kind in KINDS for language in LANGUAGES} == {512}
    assert {len(built(kind, language, to_staff=True)) for kind in OF_STAFF for language in LANGUAGES} == {512}


def test_the_texts_are_those_of_the_content() -> None:
    content = yaml.safe_load((files("homeplan.library") / "data" / "checkin.yaml").read_text(encoding="utf-8"))[
        "notification_texts"
    ]
    assert json.loads((files("homeplan.delivery.webpush") / "texts.json").read_text(encoding="utf-8")) == content


@pytest.mark.parametrize(("length", "padded"), [(1, 256), (256, 256), (257, 512), (2560, 2560)])
def test_padding_goes_up_to_the_next_256_bytes(length: int, padded: int) -> None:
    assert len(compose.padded(b"x" * length)) == padded


def test_what_is_too_large_for_a_phone_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too large"):
        compose.padded(b"x" * 2561)
