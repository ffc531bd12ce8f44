"""Requests for every operation of the API, made from its own description: sound ones and broken ones."""

from functools import cache
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.test_openapi_file import description


@cache
def operations() -> tuple[Any, ...]:
    """The API's operations, in the order in which they are declared."""
    schema = schemathesis.openapi.from_dict(description())
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return tuple(operation for operation in found if operation.path.startswith("/api/"))


def takes_something(operation: Any) -> bool:
    """Whether there is more than one request of this operation: it has a path, a query or a body to fill."""
    return bool(operation.path_parameters or operation.query or operation.body)


@cache
def cases_of(operation: Any, count: int, seed: int) -> tuple[Any, ...]:
    """Up to `count` requests, every second with a flaw where the operation takes a body or a query.

    The same seed makes the same requests.
    """
    flawed = count // 2 if operation.body or operation.query else 0
    sound = _made(operation, GenerationMode.POSITIVE, count - flawed, seed)
    return (*sound, *(_made(operation, GenerationMode.NEGATIVE, flawed, seed) if flawed else ()))


def _made(operation: Any, mode: GenerationMode, count: int, seed: int) -> list[Any]:
    made: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(mode))
    def collect(case: Any) -> None:
        made.append(case)

    collect()
    return made
