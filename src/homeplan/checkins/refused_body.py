"""Reads the warning signs in a body that the strict decoding refused: they count even if nothing else of it does. Pure.

What cannot be read as a sign but is meant as one counts as the item `other`, so that a person reads it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, get_args

import msgspec

from homeplan.checkins.model import SafetyAnswerEntry, SafetyId
from homeplan.checkins.rules import OTHER
from homeplan.values import Id, Instant

MOST = 40
"""Signs that are kept, as in a body that is accepted."""
LONGEST_WORRY = 500
"""Characters of the patient's words that are kept."""
_SIGN = re.compile(get_args(SafetyId)[1].pattern)
_LONGEST_SIGN = get_args(SafetyId)[1].max_length


def warning_in(body: bytes, now: datetime) -> SafetyAnswerEntry | None:
    """The warning signs of a check-in or safety answer as a safety answer; None without any, or when it is no object.

    Its id and time are those of the body where they can be read; else the time is `now`, and the id is made of the
    body, so that the same body sent again is one answer.
    """
    pairs = _pairs(body)
    worry = _worry(pairs)
    named = [sign for value in _values(pairs, "safetyYes") for sign in _signs(value)]
    if worry or (not named and any(value is True for value in _values(pairs, "anythingNew"))):
        named.append(OTHER)
    if not named:
        return None
    return _answer(body, pairs, now, named, worry)


def events_in(body: bytes, now: datetime) -> SafetyAnswerEntry | None:
    """The events after needling that a body names, in place of signs, with its id and time as in `warning_in`.

    None when it names none.
    """
    pairs = _pairs(body)
    lists = [one if type(one) is list else [one] for one in _values(pairs, "events")]
    objects = [pairs, *(one for each in lists for one in each)]
    named = [
        event
        for one in objects
        for event in (_values(one, "event") if isinstance(one, _Pairs) else [one])
        if isinstance(event, str)
    ]
    return _answer(body, pairs, now, named) if named else None


def _answer(
    body: bytes, pairs: Sequence[tuple[str, Any]], now: datetime, named: Sequence[str], worry: str | None = None
) -> SafetyAnswerEntry:
    return SafetyAnswerEntry(
        id=_first(pairs, ("clientEventId", "id"), Id) or f"refused-{sha256(body).hexdigest()[:32]}",
        answered_at=_first(pairs, ("answeredAt",), Instant) or now,
        time_zone=_first(pairs, ("timeZone",), str),
        safety_yes=tuple(dict.fromkeys(named))[:MOST],
        other_text=worry,
    )


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of an object, with those that are given twice."""


def _pairs(body: bytes) -> Sequence[tuple[str, Any]]:
    try:
        found = json.loads(body, object_pairs_hook=_Pairs)
    except (RecursionError, UnicodeError, ValueError):
        return ()
    return found if isinstance(found, _Pairs) else ()


def _values(pairs: Sequence[tuple[str, Any]], name: str) -> list[Any]:
    return [value for key, value in pairs if key == name]


def _signs(value: Any) -> Iterator[str]:
    """The signs in a list, or in the only sign; the ids of an object that says yes to them."""
    if isinstance(value, _Pairs):
        value = [key for key, is_yes in value if is_yes]
    for sign in value if isinstance(value, list) else [value]:
        if isinstance(sign, str) and _SIGN.fullmatch(sign) and len(sign) <= _LONGEST_SIGN:
            yield sign
        elif sign:
            yield OTHER


def _worry(pairs: Sequence[tuple[str, Any]]) -> str | None:
    texts = (value for value in _values(pairs, "otherText") if isinstance(value, str))
    readable = ("".join(c for c in text if c.isprintable() or c in "\n\t").strip() for text in texts)
    return next((text[:LONGEST_WORRY] for text in readable if text), None)


def _first(pairs: Sequence[tuple[str, Any]], names: Sequence[str], kind: Any) -> Any:
    """The first value of these names that is of that kind; None without one."""
    known: Mapping[str, Any] = dict(pairs)
    for name in names:
        try:
            return msgspec.convert(known[name], kind)
        except (KeyError, msgspec.ValidationError):
            continue
    return None
