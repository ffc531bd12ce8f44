"""Notices to staff: the instant at which one goes, its life, the channels by which it arrives. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from homeplan.delivery.model import StaffChannel, Status
from homeplan.delivery.staff.model import NoticeEnd, StaffAddress, StaffChoice
from homeplan.errors import Invalid
from homeplan.limits.model import Limit
from homeplan.localtime import wall
from homeplan.settings import Settings
from homeplan.values import zone

LIFE = timedelta(hours=24)
"""The time after a notice is due for which it is tried."""

FAILING_AFTER = timedelta(minutes=10)
"""An address that fails for this long does not work: longer than one outage of a mail server's minute."""

TESTS = Limit(name="staff-tests", most=10, within=timedelta(minutes=10))
"""Test messages that one member may ask for."""

SHOWN_ENDED = timedelta(days=30)
"""The time for which a device that ended is listed."""


def due_at(choice: StaffChoice, now: datetime, *, critical: bool) -> datetime:
    """The instant at which a notice planned at `now` goes: now, or at the end of the quiet hours around it."""
    if critical or choice.quiet_from is None or choice.quiet_until is None:
        return now
    return quiet_end(now, choice.quiet_from, choice.quiet_until, zone(choice.time_zone))


def quiet_end(now: datetime, begins: time, ends: time, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours that cover `now`; `now` itself outside them. In a gap of the clock, its end."""
    local = now.astimezone(zone)
    at = local.time()
    inside = begins <= at < ends if begins < ends else at >= begins or at < ends
    if not inside:
        return now
    day = local.date() if at < ends else local.date() + timedelta(days=1)
    return max(wall(day, ends, zone).astimezone(UTC), now)


def works(address: StaffAddress, now: datetime) -> bool:
    """Whether a notice to this address arrives, as far as is known."""
    return address.proved and (address.failing_since is None or now - address.failing_since < FAILING_AFTER)


def working(
    addresses: Iterable[StaffAddress], choice: StaffChoice, set_up: Iterable[StaffChannel], now: datetime
) -> list[StaffChannel]:
    """The channels that are set up on this server, chosen, and have an address that works."""
    found = {each.channel for each in addresses if works(each, now)}
    return [channel for channel in set_up if channel in found and choice.wants(channel)]


_ENDS: dict[Status, NoticeEnd] = {
    "pending": "open",
    "leased": "open",
    "sent": "accepted",
    "failed": "refused",
    "gone": "gone",
    "stale": "expired",
    "superseded": "withdrawn",
}


def end_of(status: Status, *, shown: bool) -> NoticeEnd:
    """The end of a notice in that state of the ledger; `shown`: the device reported it."""
    return "shown" if shown else _ENDS[status]


def check_choice(choice: StaffChoice) -> None:
    """Raises Invalid for half or empty quiet hours, and for a zone that is none."""
    if (choice.quiet_from is None) != (choice.quiet_until is None):
        raise Invalid("Give both quietFrom and quietUntil, or neither.", field="quietFrom")
    if choice.quiet_from is not None and choice.quiet_from == choice.quiet_until:
        raise Invalid("Quiet hours must end at another time than they begin.", field="quietUntil")
    zone(choice.time_zone)


def channels_set_up(settings: Settings) -> list[StaffChannel]:
    """The channels that this server can send by."""
    found: list[StaffChannel] = []
    if settings.vapid_private_key is not None:
        found.append("webpush")
    if settings.mail_url is not None:
        found.append("mail")
    return found


def wanted(addresses: Sequence[StaffAddress], choice: StaffChoice, settings: Settings) -> list[StaffAddress]:
    """The addresses of the channels that are set up and chosen."""
    set_up = channels_set_up(settings)
    return [each for each in addresses if each.channel in set_up and choice.wants(each.channel)]
