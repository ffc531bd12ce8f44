from typing import Annotated, Any

from litestar import Litestar, get
from litestar.openapi import OpenAPIConfig
from msgspec import Meta

from homeplan.http.access import Access
from homeplan.http.openapi import VariadicTuples
from homeplan.values import Slug, Value


class Shelf(Value, frozen=True):
    """A struct with each kind of tuple."""

    plain: tuple[int, ...]
    bounded: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=3)]
    pair: tuple[int, str]
    maybe: Annotated[tuple[int, ...], Meta(max_length=2)] | None = None


@get("/shelf", access=Access.PUBLIC, sync_to_thread=False)
def shelf() -> Shelf:
    return Shelf(plain=(), bounded=("a",), pair=(1, "a"))


def schema() -> Any:
    app = Litestar([shelf], plugins=[VariadicTuples()], openapi_config=OpenAPIConfig(title="t", version="1"))
    return app.openapi_schema.to_schema()["components"]["schemas"]["Shelf"]["properties"]


def test_tuple_of_any_length_is_an_array_of_its_items() -> None:
    properties = schema()
    assert properties["plain"] == {"type": "array", "items": {"type": "integer"}}
    bounded = properties["bounded"]
    assert (bounded["type"], bounded["minItems"], bounded["maxItems"]) == ("array", 1, 3)
    assert bounded["items"]["type"] == "string"
    assert "oneOf" not in bounded["items"]


def test_optional_bounded_tuple_keeps_its_items() -> None:
    array, null = schema()["maybe"]["oneOf"]
    assert (array["items"], null) == ({"type": "integer"}, {"type": "null"})


def test_pair_keeps_both_types() -> None:
    assert [part["type"] for part in schema()["pair"]["prefixItems"]] == ["integer", "string"]
