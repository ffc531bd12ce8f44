"""The go-live check: what a clinic needs before it invites its first patient."""

from typing import Literal

from homeplan.errors import Conflict
from homeplan.values import Value

Need = Literal[
    "phone", "emergency-number", "hours", "duty-list", "channels", "safety-texts", "aftercare-texts", "assigned-items"
]
NEEDS: tuple[Need, ...] = (
    "phone",
    "emergency-number",
    "hours",
    "duty-list",
    "channels",
    "safety-texts",
    "aftercare-texts",
    "assigned-items",
)
"""In the order in which the console lists them."""


class Missing(Value, frozen=True):
    """One need that is not met."""

    need: Need
    names: tuple[str, ...] = ()
    """The subjects of the need: staff without a channel, slugs of unsigned texts and items."""


class GoLive(Value, frozen=True):
    """Whether the clinic may invite its first patient."""

    invited_before: bool
    """Whether the clinic has invited a patient already: it is then told what is missing, and not stopped."""
    is_demo: bool
    """Whether it is the invented clinic, which is never stopped."""
    missing: tuple[Missing, ...]

    @property
    def may_invite(self) -> bool:
        return self.invited_before or self.is_demo or not self.missing


class NotReady(Conflict):
    """The clinic is not ready to invite its first patient. Its Go live page lists what is missing."""

    code = "not-ready"
