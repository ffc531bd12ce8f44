"""Seals form a chain that only the secret can continue."""

import pytest
from msgspec import structs

from homeplan.audit.rules import UNKEYED, Seal, can_follow, digest, flaw, key_id, next_seal, sealed

SECRET = b"a secret of the tests"
EVENT = {
    "seq": 7,
    "clinic_id": "c",
    "at": 1,
    "actor_id": "a",
    "role": "therapist",
    "sign_in_id": "s",
    "action": "patient.read",
    "object_id": None,
    "patient_id": "p",
    "ip": "127.0.0.1",
    "request_id": "r",
}


def chain(*secrets: bytes) -> list[Seal]:
    made: list[Seal] = []
    for n, secret in enumerate(secrets, 1):
        made.append(next_seal(made[-1] if made else None, "c", n, [(n, digest(EVENT))], [secret] if secret else []))
    return made


def test_every_column_of_an_event_counts() -> None:
    changed = [digest(EVENT | {name: "other"}) for name in EVENT]
    assert len({digest(EVENT), *changed}) == len(EVENT) + 1


def test_a_chain_fits_link_by_link() -> None:
    first, second, third = chain(SECRET, SECRET, SECRET)
    assert [flaw(first, None, [SECRET]), flaw(second, first, [SECRET]), flaw(third, second, [SECRET])] == [None] * 3
    assert (first.number, first.prev, third.number, third.prev) == (1, "", 3, second.mac)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"number": 3}, "the seal before it was removed"),
        ({"prev": "other"}, "its seal does not follow the one before it"),
        ({"key_id": "other"}, "sealed with another key"),
        ({"key_id": UNKEYED}, "sealed without a key, though the seal before it has one"),
        ({"sealed_at": 3}, "its seal was edited"),
        ({"clinic_id": "other"}, "its seal was edited"),
        ({"events": [(2, "other")]}, "its seal was edited"),
        ({"mac": "other"}, "its seal was edited"),
    ],
)
def test_a_seal_that_was_changed_is_found(changes: dict[str, object], found: str) -> None:
    first, second = chain(SECRET, SECRET)
    assert flaw(structs.replace(second, **changes), first, [SECRET]) == found


def test_who_has_not_the_secret_cannot_make_a_seal_that_fits() -> None:
    first, second = chain(SECRET, SECRET)
    forged = sealed(structs.replace(second, events=[(2, "other")]), b"a guess")
    assert flaw(forged, first, [SECRET]) == "its seal was edited"


def test_a_chain_may_begin_without_a_secret_and_get_one_later() -> None:
    first, second = chain(b"", SECRET)
    assert (first.key_id, second.key_id) == (UNKEYED, key_id(SECRET))
    assert [flaw(first, None, [SECRET]), flaw(second, first, [SECRET])] == [None, None]


def test_only_the_secret_of_a_chain_continues_it() -> None:
    (unkeyed,), (keyed,) = chain(b""), chain(SECRET)
    assert [can_follow(before, [SECRET]) for before in (None, unkeyed, keyed)] == [True, True, True]
    assert [can_follow(before, []) for before in (None, unkeyed, keyed)] == [True, True, False]
    assert not can_follow(keyed, [b"another secret"])


def test_the_name_of_a_secret_does_not_tell_it() -> None:
    assert len(key_id(SECRET)) == 8
    assert SECRET.hex() not in key_id(SECRET)


def test_a_new_key_continues_the_chain_of_the_key_before_it() -> None:
    new = b"the next secret of the tests"
    before, after = chain(SECRET, new)
    assert can_follow(before, [new, SECRET])
    assert [flaw(before, None, [new, SECRET]), flaw(after, before, [new, SECRET])] == [None, None]
    assert flaw(before, None, [new]) == "sealed with another key"


def test_somebody_with_the_old_key_cannot_add_to_what_the_new_one_sealed() -> None:
    new = b"the next secret of the tests"
    _, sealed_with_new, forged = chain(SECRET, new, SECRET)
    assert flaw(forged, sealed_with_new, [new, SECRET]) == "sealed with an older key than the seal before it"
