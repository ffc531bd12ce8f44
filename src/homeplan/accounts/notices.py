"""Tells members of staff of sign-ins that may be somebody else's. The app says by which channels."""

from collections.abc import Awaitable, Callable
from typing import Literal

from homeplan.context import Context

SignInNotice = Literal["sign-in", "sign-in-tried", "sign-in-changed"]
"""`sign-in`: a full one on a device that is new for this account, or after failures of strangers. `sign-in-tried`: the
password was right, and the codes were wrong again and again. `sign-in-changed`: another password, factor
or set of recovery codes."""

STRANGERS_FAILED = 5
"""Wrong passwords and codes of the account on unknown devices within an hour, from which on its next sign-in is told
of; wrong codes are told of each time that the number is reached again."""


class SignInNotices:
    """Kept in the memory of the app, which sets `tell`: accounts know no channel."""

    def __init__(self) -> None:
        self.tell: Callable[[Context, str, SignInNotice], Awaitable[None]] = _nobody


async def tell_of_sign_in(ctx: Context, staff_id: str, notice: SignInNotice) -> None:
    """Plan the notice to this member in the transaction of the sign-in."""
    await ctx.memory.of(SignInNotices).tell(ctx, staff_id, notice)


async def _nobody(*_: object) -> None:
    """Before the app has said how."""
