"""Telephone numbers: the structs and the errors."""

from typing import Annotated, Literal

from msgspec import Meta

from homeplan.errors import Invalid
from homeplan.typed import LINE
from homeplan.values import Name, Value

Whose = Literal["patient", "emergency-contact"]
TypedNumber = Annotated[str, Meta(min_length=1, max_length=40, extra=LINE)]


class Telephone(Value, frozen=True):
    """A telephone number to call and to read."""

    number: str
    """E.164, for example +13035550142."""
    shown: str
    """As it is written in the clinic's country, for example (303) 555-0142; numbers of other countries with prefix."""


class EmergencyContact(Value, frozen=True):
    """The person whom the clinic may call when it does not reach the patient."""

    name: Name
    telephone: Telephone


class TelephoneNumbers(Value, frozen=True):
    """The numbers on file; None where there is none."""

    patient: Telephone | None = None
    emergency_contact: EmergencyContact | None = None


class EmergencyContactEntry(Value, frozen=True):
    """An emergency contact as typed."""

    name: Name
    number: TypedNumber


class NumbersEntry(Value, frozen=True):
    """All numbers of a patient as typed, in any usual way of writing; None erases one."""

    patient: TypedNumber | None
    emergency_contact: EmergencyContactEntry | None


class UnusableNumber(Invalid):
    """This is not a telephone number that can be called. A number of another country begins with + and its prefix."""

    code = "unusable-number"
