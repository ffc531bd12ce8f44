"""The errors of the API, one class per situation.

The first line of a docstring is the title in the response, for the person who sees it. `code` is stable and documented
in docs/errors.md.
"""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct


class Reason(Struct, frozen=True):
    """One of several reasons for a refusal: the field, a code with words in the console, and what differs in them."""

    path: str
    code: str
    values: tuple[str, ...] = ()


class Problem(Exception):
    """Something went wrong. Please try again."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    retry_s: ClassVar[int | None] = None
    """Seconds after which to try again, where the situation itself sets them."""

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        retry_after_s: int | None = None,
        reasons: Sequence[Reason] = (),
    ):
        super().__init__(detail or self.title())
        self.detail = detail
        self.field = field
        self.reasons = reasons
        self.retry_after_s = self.retry_s if retry_after_s is None else retry_after_s

    @classmethod
    def title(cls) -> str:
        return (cls.__doc__ or "").strip().splitlines()[0]


class Invalid(Problem):
    """Something in the request does not fit. The field and the detail say what."""

    status = 400
    code = "invalid"


class NotSignedIn(Problem):
    """Please sign in."""

    status = 401
    code = "not-signed-in"


class Forbidden(Problem):
    """This is not open to you. Ask your clinic's administrator if you need it."""

    status = 403
    code = "forbidden"
    is_denial: ClassVar[bool] = True
    """Whether the audit trail has it; False where one more proof of identity opens the route."""


class CrossSite(Forbidden):
    """The request did not come from this site's own pages. Reload the page and try again."""

    code = "cross-site"


class NotFound(Problem):
    """There is nothing here. It may have been removed, or the address is wrong."""

    status = 404
    code = "not-found"


class MethodNotAllowed(Problem):
    """This address does not take that kind of request."""

    status = 405
    code = "method-not-allowed"


class Conflict(Problem):
    """Someone changed this in the meantime. Reload it and decide again."""

    status = 409
    code = "conflict"


class SentBefore(Conflict):
    """This was saved before with other content. Reload the page to see what is stored, then decide again."""

    code = "sent-before"


class TooLarge(Problem):
    """That is more than can be taken at once."""

    status = 413
    code = "too-large"


class WrongType(Problem):
    """The body must be JSON, sent as application/json."""

    status = 415
    code = "wrong-type"


class HeadersTooLarge(Problem):
    """The browser sent too much beside the request. Delete this site's cookies and try again."""

    status = 431
    code = "headers-too-large"


class TooMany(Problem):
    """Too many tries. Please wait a moment and try again."""

    status = 429
    code = "too-many"


class Broken(Problem):
    """Something went wrong on our side. Nothing was lost that was confirmed before; please try again."""

    status = 500
    code = "broken"


class Unavailable(Problem):
    """The clinic's server cannot save right now. Your phone keeps your entry and sends it again."""

    status = 503
    code = "unavailable"
    retry_s = 5
