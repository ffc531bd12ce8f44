"""Typed text is trimmed and composed; blank, invisible and direction-changing text is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from msgspec import inspect

from homeplan.errors import Invalid
from homeplan.programs.episode import Problem
from homeplan.typed import cleaned, typed_line
from homeplan.values import Name, Value
from tests.accounts.test_clinic_api import PATIENT
from tests.test_access_matrix import routes_of
from tests.world import Api, World

KEPT = {
    " Ana ": "Ana",
    "Jose\u0301": "José",
    "\u200bAna\u200b": "Ana",
    "A\u00adna": "Ana",
    "علی\u200cرضا": "علی\u200cرضا",
}
REFUSED = {
    "a space": " ",
    "a space that does not break": "\u00a0",
    "a zero-width space": "\u200b",
    "a joiner": "\u200d",
    "a Hangul filler": "\u3164",
    "a Braille blank": "\u2800",
    "a line break": "A\nB",
    "a tab": "A\tB",
    "a line separator": "A\u2028B",
    "a bell": "A\x07",
    "a C1 control": "A\x85B",
    "an override": "\u202eanA",
    "an embedding": "\u202banA",
    "an isolate": "\u2067Ana\u2069",
}

NOT_TYPED = {
    "CheckInEntry.note": "waits on phones, and a check-in is never refused for a character",
    "CheckInEntry.other_text": "a warning sign is never refused for a character",
    "CheckInByStaff.note": "as the patient's own",
    "CheckInByStaff.other_text": "a warning sign is never refused for a character",
    "SafetyAnswerEntry.other_text": "a warning sign is never refused for a character",
    "ImportEntry.csv": "a file, whose cells are checked one by one",
    "ImportFile.csv": "a file, whose cells are checked one by one",
    "NewDevice.endpoint": "made by the browser",
    "AddressConfirmation.token": "compared only",
    "CodeEntry.code": "compared only",
    "Confirmation.password": "compared only",
    "Confirmation.code": "compared only",
    "Joining.token": "compared only",
    "Joining.password": "compared only",
    "LinkPreview.token": "compared only",
    "PasswordChange.current_password": "compared only",
    "PasswordChange.new_password": "compared only",
    "SignInRequest.email": "compared only",
    "SignInRequest.password": "compared only",
    "SignRequest.seen": "made by the server",
    "Pairing.token": "compared only",
    "Pairing.pairing_code": "compared only",
    "Preview.token": "compared only",
    "Receipt.token": "made by the server",
}
"""Each text of a body that may hold any character, with the reason; a time zone has to be a known one."""


@pytest.mark.parametrize("typed", KEPT)
def test_a_name_is_trimmed_and_composed(typed: str) -> None:
    assert typed_line(typed, Name) == KEPT[typed]


@pytest.mark.parametrize("kind", REFUSED)
def test_no_name_has(kind: str) -> None:
    with pytest.raises(Invalid):
        typed_line(REFUSED[kind], Name)


def test_a_name_counts_its_characters_as_it_is_stored() -> None:
    assert len(typed_line("e\u0301" * 80, Name)) == 80
    with pytest.raises(Invalid):
        typed_line("x" * 81, Name)


class _Note(Value, frozen=True):
    problem: Problem | None = None


def test_sentences_keep_their_lines() -> None:
    assert cleaned(_Note(problem=" One.\r\n\tTwo. "), _Note).problem == "One.\n\tTwo."
    assert cleaned(_Note(), _Note) == _Note()


@pytest.mark.parametrize("text", [" \n ", "\u200b\u2800", "A\x00", "\u202eA"])
def test_sentences_are_not_blank_and_hide_nothing(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(_Note(problem=text), _Note)
    assert refused.value.field == "problem"


def test_each_text_of_a_body_is_typed_has_a_pattern_or_says_why_not(litestar: Litestar) -> None:
    free = {
        name
        for route in routes_of(litestar)
        if route.handler.parsed_data_field is not None
        for name in _free_texts(inspect.type_info(route.handler.parsed_data_field.annotation))
        if not name.endswith(".time_zone")
    }
    assert free == set(NOT_TYPED)


def test_no_address_takes_what_people_type(litestar: Litestar) -> None:
    """Addresses are written into the logs of proxies; a name that is searched for is not."""
    parameters = [
        (f"{route}: {name}", kind)
        for route in routes_of(litestar)
        if "route" in route.handler.opt
        for name, (_, kind, _) in route.handler.opt["route"].query.items()
    ]
    assert len(parameters) > 10
    assert [name for name, kind in parameters if [*_free_texts(inspect.type_info(kind), name)]] == []


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_patient_is_not_called(api: Api, world: World, kind: str) -> None:
    desk = await api.signed_in(await world.therapist(await world.clinic()))
    for field in ("givenName", "familyName", "recordNumber"):
        answer = await desk.post("/api/patients", json=PATIENT | {field: REFUSED[kind]})
        assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert (await desk.get("/api/patients")).json() == []


async def test_names_are_stored_as_they_are_meant(api: Api, world: World) -> None:
    admin = await world.admin(await world.clinic())
    desk = await api.signed_in(admin)
    patient = (await desk.post("/api/patients", json=PATIENT | {"givenName": " Jose\u0301\u200b "})).json()
    assert patient["givenName"] == "José"
    member = (await desk.patch(f"/api/staff/members/{admin.id}", json={"name": " Bea "})).json()
    assert member["name"] == "Bea"
    assert (await desk.patch("/api/clinic", json={"name": " North "})).json()["name"] == "North"
    assert (await desk.patch("/api/clinic", json={"emergencyNumber": "  "})).status_code == 400


def _free_texts(info: Any, name: str = "", seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """The texts below a type that have neither a mark nor a pattern."""
    match info:
        case inspect.Metadata(extra={"typed": _}):
            return
        case inspect.StrType(pattern=None):
            yield name
        case inspect.StructType():
            if info.cls not in seen:
                for field in info.fields:
                    yield from _free_texts(field.type, f"{info.cls.__name__}.{field.name}", seen | {info.cls})
        case inspect.UnionType():
            for each in info.types:
                yield from _free_texts(each, name, seen)
        case inspect.VarTupleType(item_type=inner) | inspect.ListType(item_type=inner):
            yield from _free_texts(inner, name, seen)
        case inspect.Metadata(type=inner):
            yield from _free_texts(inner, name, seen)
