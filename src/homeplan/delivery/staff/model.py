"""Channels, mail address and quiet hours of a member of staff, and the problems that setting them up may meet."""

from datetime import datetime, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.delivery.mail.model import MailAddress
from homeplan.delivery.model import Device, Kind, PushKey, StaffChannel, Status
from homeplan.errors import Conflict
from homeplan.values import Id, Instant, Value, ZoneName

WallTime = Annotated[time, Meta(tz=False)]


class StaffChoice(Value, frozen=True):
    """The channels that a member wants notices by, and the hours in which only critical ones come."""

    webpush: bool = True
    mail: bool = True
    quiet_from: WallTime | None = None
    """With `quiet_until`, or neither. Notices that are not critical wait for the end of these hours."""
    quiet_until: WallTime | None = None
    time_zone: ZoneName = "UTC"
    """IANA zone of the quiet hours."""

    def wants(self, channel: StaffChannel) -> bool:
        return self.webpush if channel == "webpush" else self.mail


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
    working: list[StaffChannel]
    """The channels by which a notice arrives: chosen, proved and not failing."""


class StaffDelivery(Value, frozen=True):
    """One notice to one address of the member, step by step; a step that did not happen is None."""

    id: Id
    channel: StaffChannel
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


NoticeEnd = Literal["open", "accepted", "shown", "refused", "gone", "expired", "withdrawn"]
"""The end of a notice to one address. `open`: it is still tried. `withdrawn`: it was not wanted any more."""


class NoticeDelivery(Struct, frozen=True, kw_only=True):
    """A notice to one address of a member of staff, and its end."""

    staff_id: str
    channel: StaffChannel
    planned_at: datetime
    end: NoticeEnd

    @property
    def is_lost(self) -> bool:
        """Whether it did not arrive and is not tried any more."""
        return self.end in ("refused", "gone", "expired")


class StartedTests(Value, frozen=True):
    """The deliveries to watch after asking for a test: one to each address in use."""

    deliveries: list[StaffDelivery]


class StaffAddress(Struct, frozen=True, kw_only=True):
    """An address of a member of staff, as far as planning a notice asks."""

    staff_id: str
    channel: StaffChannel
    id: str
    proved: bool
    """Something that was sent to it has arrived."""
    failing_since: datetime | None


class NoAddressToTest(Conflict):
    """There is nothing to test yet: switch notifications on for a device, or confirm a mail address."""

    code = "no-address-to-test"
