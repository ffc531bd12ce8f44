"""The responses of a route besides its result, as the OpenAPI schema describes them: every error is problem+json."""

from typing import Any

from litestar.openapi.datastructures import ResponseSpec

from homeplan.http.access import Access
from homeplan.http.problems import MEDIA_TYPE, ProblemDetails
from homeplan.http.route import Route

_MEANINGS = {
    400: "Something in the request does not fit",
    401: "Not signed in, or the proof of who signs in is not right",
    403: "Not open to this person, or not sent by this site's own pages",
    404: "Nothing is there that this person may see",
    409: "It contradicts what is stored",
    413: "The body is too large",
    415: "The body is not sent as application/json",
    429: "Too many tries; Retry-After says when to try again",
    503: "Nothing can be saved now; Retry-After says when to try again",
}


def other_responses(route: Route, shape: Any, *, is_tagged: bool) -> dict[int, ResponseSpec]:
    """The documented responses by status, without the result itself; `shape` is the type of the result."""
    found = {status: _problem(_MEANINGS[status]) for status in sorted(problem_statuses(route))}
    if is_tagged:
        found[304] = ResponseSpec(None, description="The client has this answer already, by its ETag")
    if route.status == 201:
        found[200] = ResponseSpec(shape, description="Sent before: what is stored", generate_examples=False)
    return found


def problem_statuses(route: Route) -> set[int]:
    """The statuses of the errors that this route may answer with, by its rule and by what it takes."""
    found = {400, 404, 503}
    if route.access is not Access.PUBLIC:
        found |= {401, 403, 429}
    if route.is_unsafe:
        found |= {401, 403, 409, 429}
    if route.own:  # it counts tries itself
        found.add(429)
    if route.has_body:
        found |= {413, 415}
    return found


def _problem(meaning: str) -> ResponseSpec:
    return ResponseSpec(ProblemDetails, description=meaning, media_type=MEDIA_TYPE, generate_examples=False)
