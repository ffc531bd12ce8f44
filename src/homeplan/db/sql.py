"""Named parameters on both engines: `:name` stays on SQLite, becomes `$n` on PostgreSQL.

A list fills `IN (:names)`: SQLite gets its members one by one, PostgreSQL one array, `= ANY($n)`, so that lists of
different lengths are one statement, which is planned once.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# String literals, quoted names and comments are skipped; `::` and `:=` are never parameters.
_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|\bIN \(:(?P<list>[A-Za-z_]\w*)\)|(?<![:\w]):(?P<one>[A-Za-z_]\w*)"
)

Spread = tuple[tuple[str, int], ...]


@lru_cache(maxsize=2048)
def has_list(sql: str) -> bool:
    """Whether a parameter of the statement is a list."""
    return any(match["list"] for match in _TOKEN.finditer(sql))


def spread_lists(params: Mapping[str, Any]) -> tuple[Spread, Mapping[str, Any]]:
    """The length of each list parameter, and the parameters with `ids` split into `ids_0`, `ids_1` …"""
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
        name = match["list"]
        if name not in lengths:
            return match[0]
        return f"IN ({', '.join(f':{name}_{i}' for i in range(lengths[name])) or 'NULL'})"

    return _TOKEN.sub(expand, sql)


@lru_cache(maxsize=2048)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1`, `$2` … and the names in that order; a repeated name keeps its number."""
    order: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match["list"] or match["one"]
        if name is None:
            return match[0]
        place = f"${order.setdefault(name, len(order) + 1)}"
        return f"= ANY({place})" if match["list"] else place

    return _TOKEN.sub(number, sql), tuple(order)
