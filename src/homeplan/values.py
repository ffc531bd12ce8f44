"""The field types that every feature shares; illegal values fail at the edge with the field's path."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import Meta

from homeplan.errors import Invalid
from homeplan.typed import LINE


class Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of every struct that crosses the wire: frozen, camelCase in JSON, unknown fields refused."""


def changed(changes: Value) -> dict[str, Any]:
    """The fields that a PATCH body sent, by their Python names; a field that was left out is not in it."""
    return {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not msgspec.UNSET}


V = TypeVar("V", bound=Value)


def only(kind: type[V], value: Value) -> V:
    """The fields of `kind` alone, of a value that has more."""
    return kind(**{name: getattr(value, name) for name in kind.__struct_fields__})


class Text(Value, frozen=True):
    """One text in both languages."""

    en: str
    es: str

    def in_language(self, language: "Language") -> str:
        return self.es if language == "es" else self.en


Language = Literal["en", "es"]
Side = Literal["left", "right", "both", "middle"]

Nprs = Annotated[int, Meta(ge=0, le=10)]
"""A score on the numeric pain rating scale, 0 (none) to 10 (worst imaginable)."""

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Slug = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
ZoneName = Annotated[str, Meta(min_length=1, max_length=64)]
UNKNOWN_ZONE = "Etc/Unknown"
"""The zone of a browser that cannot name one; `zone_of_phone` reads it as the home zone."""
LONGEST_ZONE = 64
Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=80, extra=LINE)]


class InPhoneZone(Value, frozen=True, kw_only=True):
    """Base of what a phone sends with its zone, which is kept as it was sent: newer phones name newer zones.

    An entry is never refused for its zone. One that is missing, long or not printable is kept as Etc/Unknown.
    """

    time_zone: str | None = UNKNOWN_ZONE

    def __post_init__(self) -> None:
        zone_name = self.time_zone
        if not zone_name or len(zone_name) > LONGEST_ZONE or not zone_name.isprintable():
            msgspec.structs.force_setattr(self, "time_zone", UNKNOWN_ZONE)


def zone(name: str, *, field: str = "timeZone") -> ZoneInfo:
    """The IANA zone of that name. Raises Invalid (naming `field`) for anything that is not one."""
    if name not in _zone_names():
        raise Invalid("This is not an IANA time zone, for example America/Denver.", field=field)
    return ZoneInfo(name)


def zone_of_phone(name: str | None, home: str) -> ZoneInfo:
    """The IANA zone that a phone named; that of `home` when it named none or one that is not known here."""
    return ZoneInfo(home if name is None or name not in _zone_names() else name)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())
