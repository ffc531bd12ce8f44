"""The packaged safety screen by id: the same for every clinic."""

from functools import lru_cache

from homeplan.library.content import starter
from homeplan.library.instrument import LevelEffect, SafetyItem, SafetyLevel


@lru_cache(maxsize=1)
def safety_items() -> dict[str, SafetyItem]:
    """The items of the safety screen by id."""
    return {item.id: item for item in starter().safety_screen.items}


def effect_of(level: SafetyLevel) -> LevelEffect:
    """The consequences of a yes at that level."""
    return starter().safety_screen.level_effects[level]
