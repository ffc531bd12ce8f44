"""Each body that the schema allows is accepted by the body limit of its route, also in two-byte letters."""

from typing import Any

from litestar import Litestar
from msgspec import inspect

from homeplan.http.request import MAX_PLAN
from tests.test_access_matrix import routes_of

SLUG, INSTANT = 66, 40
"""Bytes of the longest slug or id, and of an instant or number, each with its quotes."""


def test_the_largest_body_of_each_route_is_within_its_limit(litestar: Litestar) -> None:
    wrong = {}
    for route in routes_of(litestar):
        field = route.handler.parsed_data_field
        if field is None:
            continue
        size, limit = _largest(inspect.type_info(field.annotation)), route.handler.opt["route"].largest
        if size > limit:
            wrong[str(route)] = (size, limit)
    assert wrong == {}


def test_the_limit_of_a_home_program_is_not_far_from_its_largest(litestar: Litestar) -> None:
    sizes = [
        _largest(inspect.type_info(route.handler.parsed_data_field.annotation))
        for route in routes_of(litestar)
        if route.handler.opt["route"].largest == MAX_PLAN and route.handler.parsed_data_field is not None
    ]
    assert MAX_PLAN / 2 < max(sizes) <= MAX_PLAN


def _field(field: inspect.Field) -> int:
    return SLUG if field.name == "time_zone" else _largest(field.type)  # a longer one is kept as an unknown zone


def _largest(info: Any) -> int:
    """Bytes of the largest JSON of that type; every text without a pattern in two-byte letters."""
    match info:
        case inspect.Metadata(type=inner):
            return _largest(inner)
        case inspect.StrType(max_length=longest, pattern=pattern):
            if longest is None:
                assert pattern is not None, "a text without a limit"
                return SLUG
            return 2 + longest * (2 if pattern is None else 1)
        case inspect.StructType(fields=fields):
            return 2 + 12 + sum(len(field.encode_name) + 4 + _field(field) for field in fields)
        case inspect.UnionType(types=types):
            return max(map(_largest, types))
        case inspect.VarTupleType(item_type=item, max_length=most) | inspect.ListType(item_type=item, max_length=most):
            assert most is not None, "a list without a limit"
            return 2 + most * (_largest(item) + 1)
        case inspect.LiteralType(values=values):
            return max(len(str(value)) for value in values) + 2
        case inspect.EnumType(cls=cls):
            return max(len(str(member.value)) for member in cls) + 2
        case inspect.TupleType(item_types=items):
            return 2 + sum(_largest(item) + 1 for item in items)
    return INSTANT
