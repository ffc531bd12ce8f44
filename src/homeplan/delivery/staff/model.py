"""Channels, mail address and quiet hours of a member of staff, and the problems that setting them up may meet."""

from datetime import datetime, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.delivery.model import ChannelName, Device, Kind, PushKey, Status
from homeplan.errors import Invalid, NotFound, Problem
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Language, Value, ZoneName

WallTime = Annotated[time, Meta(tz=False)]
MailText = Annotated[str, Meta(min_length=3, max_length=254, extra=LINE)]


class StaffChoice(Value, frozen=True):
    """The channels that a member wants notices by, and the hours in which only critical ones come."""

    webpush: bool = True
    mail: bool = True
    quiet_from: WallTime | None = None
    """With `quiet_until`, or neither. Notices that are not critical wait for the end of these hours."""
    quiet_until: WallTime | None = None
    time_zone: ZoneName = "UTC"
    """IANA zone of the quiet hours."""

    def wants(self, channel: ChannelName) -> bool:
        return self.webpush if channel == "webpush" else self.mail


class NewMailAddress(Value, frozen=True):
    """The address to which the member wants notices."""

    email: MailText
    language: Language


class MailAddress(Value, frozen=True):
    """The mail address of a person; it counts from its confirmation on."""

    id: Id
    email: str
    language: Language
    asked_at: Instant
    """The last time that a link was sent to it."""
    confirmed_at: Instant | None
    last_accepted_at: Instant | None
    failing_since: Instant | None
    """The time since which no mail to it was accepted; None while they are."""
    ended_at: Instant | None
    end: Literal["gone", "removed"] | None
    """`gone`: the mail server says that there is no such address."""


class Reach(Value, frozen=True):
    """All that decides whether notices reach the member who asks."""

    push_key: PushKey | None
    """The key to subscribe with; None when this server pushes nothing."""
    mail_set_up: bool
    """Whether this server sends mail."""
    choice: StaffChoice
    devices: list[Device]
    """Those that are on, and those that ended within the last thirty days."""
    mail: MailAddress | None
    """The address in use or to confirm; one that is gone until another is given."""
    working: list[ChannelName]
    """The channels by which a notice arrives: chosen, proved and not failing."""


class Confirmation(Value, frozen=True):
    """The secret of the link in a mail."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]


class StartedTests(Value, frozen=True):
    """The deliveries to watch after asking for a test: one to each address in use."""

    deliveries: list["StaffDelivery"]


class StaffDelivery(Value, frozen=True):
    """One notice to one address of the member, step by step; a step that did not happen is None."""

    id: Id
    channel: ChannelName
    address_id: Id
    kind: Kind
    status: Status
    outcome: str | None
    attempts: int
    planned_at: Instant
    next_attempt_at: Instant
    sent_at: Instant | None
    accepted_at: Instant | None
    shown_at: Instant | None
    opened_at: Instant | None


class StaffAddress(Struct, frozen=True, kw_only=True):
    """An address of a member of staff, as far as planning a notice asks."""

    staff_id: str
    channel: ChannelName
    id: str
    proved: bool
    """Something that was sent to it has arrived."""
    failing_since: datetime | None


class BadMailAddress(Invalid):
    """This is not a mail address to which a notice can be sent."""

    code = "bad-mail-address"


class MailNotSetUp(Problem):
    """This server sends no mail yet. Whoever runs it can set it up."""

    status = 503
    code = "mail-not-set-up"


class LinkUsed(NotFound):
    """This link has been used, or it is too old. Ask for another one in the console."""

    code = "link-used"
