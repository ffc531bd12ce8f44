"""Texts that people type: trimmed, composed (NFC), and refused when they are blank or hide something.

A field type says with `extra=LINE` or `extra=PROSE` that people type it. `cleaned` checks every body that the API
decodes, `typed_line` what the command line is given. What is stored already is read as it is.
"""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect, structs

from homeplan.errors import Invalid

LINE = {"typed": "line"}
"""One line: a name, a title, a number in the records."""
PROSE = {"typed": "prose"}
"""Sentences, which may have several lines."""

_LEFT_OUT = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner, direction marks: they say nothing, and come along when text is pasted."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f")
"""Embeddings, overrides and isolates: they show a text in another order than it is stored in."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""

_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"} | dict(zip("łøđðħıĸŋŧɓɗƙə", "loddhikntbdke", strict=True)))
"""Letters that Unicode does not take apart into a plain letter and a mark; the console has them in model/search.ts."""

Clean = Callable[[Any, str], Any]
"""The value at that path, cleaned. Raises Invalid with the path of the text that does not fit."""


def cleaned(value: Any, kind: Any) -> Any:
    """The decoded value with every typed text in it cleaned. Raises Invalid with the field's path."""
    clean = _cleaner(kind)
    return value if clean is None else clean(value, "")


def typed_line(text: str, kind: Any, *, field: str | None = None) -> str:
    """One text of that kind as the API would take it. Raises Invalid."""
    try:
        return str(cleaned(msgspec.convert(_line(text), kind), kind))
    except msgspec.ValidationError as refused:
        raise Invalid(str(refused), field=field) from None


def fold(text: str) -> str:
    """The text as it is searched and ordered: in lower case, without accents, in plain letters where there are such."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.category(c).startswith("M")).translate(_PLAIN)


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_LEFT_OUT)).strip()


def _prose(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _is_blank(text: str) -> bool:
    return all(c in _BLANK or c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Mn", "Me") for c in text)


def _text(how: str, shortest: int, longest: int | None) -> Clean:
    trim, allowed = (_line, "") if how == "line" else (_prose, "\n\t")

    def clean(value: str, path: str) -> str:
        text = trim(value)
        if _TURNING.intersection(text):
            raise Invalid("This text has characters that change the direction of writing.", field=path)
        if any(unicodedata.category(c) in ("Cc", "Zl", "Zp") and c not in allowed for c in text):
            raise Invalid("This text has a line break or another control character.", field=path)
        if (text and _is_blank(text)) or len(text) < min(shortest, 1):
            raise Invalid("This text is blank.", field=path)
        if longest is not None and len(text) > longest:
            raise Invalid(f"This text has more than {longest} characters.", field=path)
        return text

    return clean


@cache
def _cleaner(kind: Any) -> Clean | None:
    return _of(inspect.type_info(kind))


def _of(info: inspect.Type) -> Clean | None:
    """The function that cleans a value of that type; None when it contains no typed text."""
    match info:
        case inspect.Metadata(type=inspect.StrType() as text, extra={"typed": how}):
            return _text(how, text.min_length or 0, text.max_length)
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.StructType():
            return _struct(info)
        case inspect.UnionType():
            return _union(info)
        case inspect.VarTupleType(item_type=inner) | inspect.ListType(item_type=inner):
            return _many(inner, tuple if isinstance(info, inspect.VarTupleType) else list)
    return None


def _struct(info: inspect.StructType) -> Clean | None:
    parts = [(field, clean) for field in info.fields if (clean := _of(field.type)) is not None]
    if not parts:
        return None

    def clean_all(value: Any, path: str) -> Any:
        before = {field.name: sent for field, _ in parts if (sent := getattr(value, field.name)) is not msgspec.UNSET}
        after = {
            field.name: clean(before[field.name], f"{path}.{field.encode_name}" if path else field.encode_name)
            for field, clean in parts
            if field.name in before
        }
        return structs.replace(value, **after) if after != before else value

    return clean_all


def _union(info: inspect.UnionType) -> Clean | None:
    by_class: dict[type, Clean] = {}
    for each in info.types:
        clean = _of(each)
        if clean is not None:
            by_class[each.cls if isinstance(each, inspect.StructType) else _class_of(each)] = clean
    if not by_class:
        return None

    def clean_one(value: Any, path: str) -> Any:
        clean = by_class.get(type(value))
        return value if clean is None else clean(value, path)

    return clean_one


def _class_of(info: inspect.Type) -> type:
    inner = info.type if isinstance(info, inspect.Metadata) else info
    return {inspect.StrType: str, inspect.VarTupleType: tuple, inspect.ListType: list}.get(type(inner), object)


def _many(item: inspect.Type, kind: type) -> Clean | None:
    clean = _of(item)
    if clean is None:
        return None
    return lambda value, path: kind(clean(one, f"{path}[{at}]") for at, one in enumerate(value))
