"""Strict bodies: JSON, the exact type, no unknown or repeated keys, no NUL, no lone surrogates; and the one form."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar.connection import ASGIConnection

from homeplan.errors import Invalid, WrongType
from homeplan.typed import cleaned

MAX_BODY = 64 * 1024
"""Bytes. A check-in is under 2 KiB."""
MAX_PLAN = 512 * 1024
"""Bytes of a home program: 80 items with full notes in two-byte letters fit (tests/http/test_limits.py)."""

_AT = re.compile(r" - at `([^`]*)`$")
_FIELD = re.compile(r"field `([^`]+)`")


def header(request: ASGIConnection[Any, Any, Any, Any], name: bytes) -> str:
    """The first header of that name in lower case, empty without one. Litestar's way decodes all of them."""
    for sent, value in request.scope["headers"]:
        if sent == name:
            return value.decode("latin-1")
    return ""


def cookie(request: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
    """The value of the cookie as it was sent, empty without one."""
    value = ""
    for pair in header(request, b"cookie").split(";"):
        sent, _, text = pair.partition("=")
        if sent.strip() == name:
            value = text.strip()
    return value


def decode(body: bytes, target: Any) -> Any:
    """The body decoded as `target`. Raises Invalid with the path of the invalid field."""
    try:
        value = msgspec.json.decode(body, type=target, strict=True)
    except msgspec.ValidationError as refused:
        raise Invalid(_sentence(str(refused)), field=_path(str(refused))) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        raise Invalid("The body is not well-formed JSON.") from None
    _refuse_what_json_allows(body)
    return cleaned(value, target)


def require_field(request: ASGIConnection[Any, Any, Any, Any], body: bytes | Exception, name: str, value: str) -> None:
    """Require that the body is a form with that field and value. Raises WrongType and Invalid."""
    if isinstance(body, Exception):
        raise body
    kind = header(request, b"content-type").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        found = parse_qs(body.decode("latin-1")).get(name) == [value]
    elif kind == "multipart/form-data":  # one field: what is around it decides nothing
        found = f'name="{name}"'.encode() in body and value.encode() in body
    else:
        raise WrongType
    if not found:
        raise Invalid("The form lacks its field.", field=name)


def _refuse_what_json_allows(body: bytes) -> None:
    """Refuse repeated keys and NUL, which a body has only as an escape `\\u`. Lone surrogates msgspec has refused."""
    try:
        (_decoder if b"\\u" in body else _plain_decoder).decode(body.decode())
    except RecursionError:
        raise Invalid("The body is nested too deeply.") from None
    except (UnicodeError, ValueError):
        raise Invalid("The body is not well-formed JSON.") from None


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise Invalid("A key appears twice in one object.")
    return seen


def _no_repeats_and_no_nul(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = _no_repeats(pairs)
    for key, value in pairs:
        _refuse_text(key, key)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                _refuse_text(text, key)
    return seen


def _refuse_text(text: str, field: str) -> None:
    if "\x00" in text:
        raise Invalid("A text contains a NUL character.", field=field)


def _no_constants(name: str) -> Any:
    raise ValueError(name)


_plain_decoder = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_no_constants)
_decoder = json.JSONDecoder(object_pairs_hook=_no_repeats_and_no_nul, parse_constant=_no_constants)


def _path(message: str) -> str | None:
    at = _AT.search(message)
    path = at.group(1).removeprefix("$").removeprefix(".") if at else ""
    named = _FIELD.search(message)
    if named:
        return f"{path}.{named.group(1)}" if path else named.group(1)
    return path or None


def _sentence(message: str) -> str:
    """msgspec's sentence without the sent value, which it quotes for an unknown enum value."""
    plain = _AT.sub("", message)
    return re.sub(r"(Invalid (?:enum|.*? ?) ?value) .*", r"\1", plain) if plain.startswith("Invalid") else plain
