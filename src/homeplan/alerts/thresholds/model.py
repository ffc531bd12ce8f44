"""The numbers from which the alert rules warn: homeplan's, the clinic's and one patient's, with every change."""

from typing import Annotated

from msgspec import Meta

from homeplan.errors import Invalid
from homeplan.typed import PROSE
from homeplan.values import Instant, Name, Value

ThresholdId = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
"""The rule and its number, for example severe-pain.worst."""
Number = Annotated[float, Meta(ge=0, le=366)]
Reason = Annotated[str, Meta(max_length=300, extra=PROSE)]


class ThresholdEntry(Value, frozen=True, kw_only=True):
    """A number from which to be warned, and the reason, of at least three letters."""

    value: Number | None
    """None: the number that would hold otherwise, which is the clinic's for a patient, else homeplan's."""
    reason: Reason


class ThresholdChange(Value, frozen=True, kw_only=True):
    """One change of a number."""

    value: float | None
    """None: it was taken back."""
    reason: Reason
    by_name: Name
    at: Instant


class Threshold(Value, frozen=True, kw_only=True):
    """A number of an alert rule, from whom it is, and how far it may be changed."""

    id: ThresholdId
    homeplan: float
    clinic: float | None
    """None where the clinic did not change it."""
    patient: float | None
    """None where nobody changed it for this patient."""
    least: float
    most: float
    step: float
    basis: str
    """The source of the limits."""
    changes: tuple[ThresholdChange, ...]
    """Those of the clinic, or in a chart those for the patient; the latest first."""


class OutsideLimits(Invalid):
    """This number lies outside the clinical limits of its rule, or between two of its steps."""

    code = "outside-limits"


class ThresholdReason(Invalid):
    """Write down the reason, in at least three letters."""

    code = "threshold-reason"
