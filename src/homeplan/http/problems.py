"""Every error as RFC 9457 problem+json with a stable code; sent values are never repeated."""

import logging
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.exceptions.http_exceptions import ClientException

from homeplan.errors import (
    Broken,
    CrossSite,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    Reason,
    TooLarge,
    TooMany,
    Unavailable,
    WrongType,
)
from homeplan.http.answers import Encoded

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

_MISSING = re.compile(r"Missing required \w+ parameter '([^']+)'")

_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (Invalid, NotSignedIn, Forbidden, NotFound, MethodNotAllowed, TooLarge, WrongType, TooMany)
} | {503: Unavailable}

__all__ = ["MEDIA_TYPE", "CrossSite", "ProblemDetails", "answer", "answer_to", "encode", "exception_handlers"]


class ProblemDetails(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The body of every error; `code` is stable and listed in docs/errors.md."""

    title: str
    status: int
    code: str
    detail: str | None = None
    field: str | None = None
    reasons: tuple[Reason, ...] = ()
    """Every reason by itself, where there are several; `detail` has the same in English."""


def encode(problem: Problem) -> bytes:
    """The body of the response for this problem."""
    return msgspec.json.encode(
        ProblemDetails(
            title=problem.title(),
            status=problem.status,
            code=problem.code,
            detail=problem.detail,
            field=problem.field,
            reasons=tuple(problem.reasons),
        )
    )


def answer(problem: Problem) -> Encoded:
    """The response for this problem."""
    body = encode(problem)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    if problem.retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % problem.retry_after_s))
    return Encoded(problem.status, headers, body)


def answer_to(request: Request[Any, Any, Any], error: Exception) -> Encoded:
    """The response for an error of any kind, which is logged when it is a surprise."""
    handler = next(exception_handlers[kind] for kind in type(error).__mro__ if kind in exception_handlers)
    answered: Encoded = handler(request, error)
    return answered


def _problem(_: Request[Any, Any, Any], problem: Problem) -> Encoded:
    return answer(problem)


def _invalid_parameter(request: Request[Any, Any, Any], refused: ValidationException) -> Encoded:
    """An invalid path or query parameter."""
    extra = refused.extra if isinstance(refused.extra, list) else []
    first = extra[0] if extra and isinstance(extra[0], dict) else {}
    key, message = first.get("key"), first.get("message")
    if key == "data":
        return answer(Invalid("A JSON body is needed."))
    if missing := _MISSING.match(refused.detail):
        return answer(Invalid("This parameter is needed.", field=missing[1]))
    field = _on_the_wire(request, str(key)) if key else None
    return answer(Invalid(_without_values(str(message)) if message else None, field=field))


def _on_the_wire(request: Request[Any, Any, Any], name: str) -> str:
    """The name in the address of a parameter of the handler."""
    declared = request.route_handler.parsed_fn_signature.parameters.get(name)
    called = getattr(declared.kwarg_definition, "name", None) if declared is not None else None
    return str(called or name)


def _http_exception(_: Request[Any, Any, Any], refused: HTTPException) -> Encoded:
    kind = _BY_STATUS.get(refused.status_code)
    if kind is None:
        kind = Invalid if isinstance(refused, ClientException) or 400 <= refused.status_code < 500 else Broken
    if kind is Broken:
        log.error("request failed: %s", type(refused).__name__)
    answered = answer(kind())
    answered.sent_headers += [
        (b"allow", value.encode()) for name, value in (refused.headers or {}).items() if name.lower() == "allow"
    ]
    return answered


def _unexpected(_: Request[Any, Any, Any], error: Exception) -> Encoded:
    # The exception's text may contain patient data: only its type and place are logged.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("unexpected %s at %s", type(error).__name__, place)
    return answer(Broken())


def _without_values(message: str) -> str:
    """msgspec's sentence without the sent value, which it quotes for an unknown enum value."""
    return re.sub(r"'[^']*'", "…", message.split(" - at ")[0])


exception_handlers: dict[int | type[Exception], Any] = {
    Problem: _problem,
    ValidationException: _invalid_parameter,
    HTTPException: _http_exception,
    Exception: _unexpected,
}
