"""A stored row as it is written down for its owner, and a dose in words."""

from collections.abc import Mapping
from typing import Any

import msgspec

from homeplan.clock import from_ms
from homeplan.library.dosage import Dosage
from homeplan.privacy.sections import ALWAYS_LEFT_OUT, INSTANTS, JSON_COLUMNS, LEFT_OUT_TABLES, SECTIONS
from homeplan.values import Language


def written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with instants as ISO 8601 in UTC, JSON unpacked, and names in camelCase."""
    return {_camel(name): _value(name, value) for name, value in row.items()}


def not_included() -> dict[str, str]:
    """Everything that an export leaves out, by table or table.column, each with its reason."""
    columns = {f"{each.table}.{name}": why for each in SECTIONS for name, why in each.left_out.items()}
    everywhere = {f"*.{name}": why for name, why in ALWAYS_LEFT_OUT.items()}
    return {**LEFT_OUT_TABLES, **everywhere, **columns}


def dose_text(dose: Dosage, language: Language, side: str | None = None) -> str:
    """ "2 sets of 8 · each side · hold 5 seconds": as the patient's phone says it (tests/vectors/dose_text.json)."""
    say = _DOSE[language]
    amount = say["times"].format(n=dose.reps) if dose.reps else _duration(dose.duration_s or 0, language)
    each = str(dose.reps) if dose.reps else amount
    if dose.reps == 1:
        amount = say["once"]
    parts = (
        say["sets"].format(n=dose.sets, each=each) if dose.sets > 1 else amount,
        say.get(side or "", "") or (say["eachSide"] if dose.per_side else ""),
        say["hold"].format(time=_duration(dose.hold_s, language)) if dose.hold_s else "",
        say["rest"].format(time=_duration(dose.rest_s, language)) if dose.sets > 1 and dose.rest_s else "",
        dose.load or "",
        _times_a_day(dose.times_per_day, say),
    )
    return " · ".join(part for part in parts if part)


def _times_a_day(times: int, say: Mapping[str, str]) -> str:
    if times <= 1:
        return ""
    return say["twice"] if times == 2 else say["aDay"].format(n=times)


def _duration(seconds: int, language: Language) -> str:
    minutes, rest = divmod(seconds, 60)
    second = ("second", "seconds") if language == "en" else ("segundo", "segundos")
    minute = ("minute", "minutes") if language == "en" else ("minuto", "minutos")
    parts = [(minutes, minute)] if minutes else []
    if rest or not minutes:
        parts.append((rest, second))
    return " ".join(f"{n} {word[n != 1]}" for n, word in parts)


_DOSE: dict[Language, dict[str, str]] = {
    "en": {
        "once": "1 time",
        "times": "{n} times",
        "sets": "{n} sets of {each}",
        "eachSide": "each side",
        "left": "left side",
        "right": "right side",
        "hold": "hold {time}",
        "rest": "rest {time} between sets",
        "twice": "twice a day",
        "aDay": "{n} times a day",
    },
    "es": {
        "once": "1 vez",
        "times": "{n} veces",
        "sets": "{n} series de {each}",
        "eachSide": "cada lado",
        "left": "lado izquierdo",
        "right": "lado derecho",
        "hold": "sostenga {time}",
        "rest": "descanse {time} entre series",
        "twice": "2 veces al día",
        "aDay": "{n} veces al día",
    },
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at") or name in INSTANTS:
        return from_ms(value)
    return msgspec.json.decode(value) if name in JSON_COLUMNS else value
