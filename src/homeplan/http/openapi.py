"""Corrects the OpenAPI schema where Litestar misreads a type."""

from datetime import time
from types import EllipsisType
from typing import Any

from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition


class VariadicTuples(OpenAPISchemaPlugin):
    """`tuple[X, ...]` is an array of X, also with bounds; Litestar takes the ellipsis of a bounded one for a type."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        inner = field_definition.inner_types
        return field_definition.origin is tuple and len(inner) == 2 and _is_ellipsis(inner[1].annotation)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        bounds = field_definition.kwarg_definition
        return Schema(
            type=OpenAPIType.ARRAY,
            items=schema_creator.for_field_definition(field_definition.inner_types[0]),
            min_items=getattr(bounds, "min_items", None),
            max_items=getattr(bounds, "max_items", None),
        )


class WallTimes(OpenAPISchemaPlugin):
    """A time of day without a zone; Litestar calls it a duration, and JSON Schema's own `time` wants an offset."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        return field_definition.annotation is time

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ARG002
        return Schema(
            type=OpenAPIType.STRING,
            pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?$",
            description="Time of day on the wall clock, for example 19:30:00",
        )


def _is_ellipsis(annotation: object) -> bool:
    return annotation is Ellipsis or annotation is EllipsisType
