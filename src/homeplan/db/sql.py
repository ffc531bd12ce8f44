"""Named parameters on both engines: `:name` stays on SQLite, becomes `$n` on PostgreSQL; lists expand on both."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# A string literal, a quoted name or a comment is passed over; `::` and `:=` are never parameters.
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|(?<![:\w]):([A-Za-z_]\w*)")

Spread = tuple[tuple[str, int], ...]


def spread_lists(params: Mapping[str, Any]) -> tuple[Spread, Mapping[str, Any]]:
    """How long each list parameter is, and the parameters with `ids` taken apart into `ids_0`, `ids_1` …"""
    lists = {name: value for name, value in params.items() if isinstance(value, list | tuple)}
    if not lists:
        return (), params
    flat = {name: value for name, value in params.items() if name not in lists}
    for name, values in lists.items():
        flat |= {f"{name}_{i}": value for i, value in enumerate(values)}
    return tuple((name, len(values)) for name, values in lists.items()), flat


@lru_cache(maxsize=2048)
def named(sql: str, spread: Spread) -> str:
    """The statement with its list parameters expanded, still with `:name`s."""
    lengths = dict(spread)

    def expand(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None or name not in lengths:
            return match.group(0)
        return ", ".join(f":{name}_{i}" for i in range(lengths[name])) or "NULL"

    return _TOKEN.sub(expand, sql)


@lru_cache(maxsize=2048)
def numbered(sql: str, spread: Spread) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1`, `$2` … and the names in that order; one name is one number wherever it stands."""
    order: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        return match.group(0) if name is None else f"${order.setdefault(name, len(order) + 1)}"

    return _TOKEN.sub(number, named(sql, spread)), tuple(order)
