"""The second way of reminders as the patient chooses it, and the problems that choosing may meet."""

from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.contact.numbers.model import Telephone
from homeplan.delivery.mail.model import MailAddress
from homeplan.delivery.model import Address
from homeplan.errors import Conflict
from homeplan.values import Value

SecondChannel = Literal["mail", "sms"]

AfterMinutes = Annotated[int, Meta(ge=10, le=180)]
"""Minutes for which a push may wait to be shown."""

FIRST_AFTER = 60


class SecondWayChoice(Value, frozen=True, kw_only=True):
    """The patient's choice: the channel, None for no second way, and the delay."""

    channel: SecondChannel | None
    after_minutes: AfterMinutes = FIRST_AFTER


class SecondWayState(Value, frozen=True, kw_only=True):
    """All that decides whether the second way of the patient's reminders works."""

    choice: SecondWayChoice
    works: bool
    """Whether a mail or text message goes out in place of a push that was not shown."""
    mail: MailAddress | None
    telephone: Telephone | None
    """The patient's own number on file, to which text messages go."""
    mail_set_up: bool
    """Whether this server sends mail."""
    sms_set_up: bool
    """Whether this server sends text messages."""


class SecondWay(Struct, frozen=True, kw_only=True):
    """A patient's second way, as the reminder worker uses it."""

    after: timedelta
    address: Address | None
    """None while the address is not confirmed, gone, unsubscribed or erased."""

    @property
    def delay(self) -> timedelta | None:
        """The time for which a push may wait to be shown; None without an address that is in use."""
        return None if self.address is None else self.after


NO_SECOND_WAY = SecondWay(after=timedelta(0), address=None)
"""The second way of a patient who chose none."""


class SmsNotSetUp(Conflict):
    """This clinic sends no text messages. Choose e-mail instead."""

    code = "sms-not-set-up"


class NoTelephone(Conflict):
    """Your telephone number is not on file. Give it under Telephone numbers first."""

    code = "no-telephone"


class NoMailAddress(Conflict):
    """Your mail address is not on file. Give it first."""

    code = "no-mail-address"
