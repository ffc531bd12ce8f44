"""The state of a delivery after an attempt, the delay before the next one, and whether a patient's reminders arrive."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from homeplan.delivery.model import (
    AuthRefused,
    Device,
    Gone,
    Held,
    Outcome,
    Reachability,
    Refused,
    Retry,
    Sent,
    Status,
    WrongKey,
)

LEASE = timedelta(seconds=60)
"""Duration of a worker's lease on a claimed delivery; longer than the 25 s that sending may take."""
URGENT_LEASE = timedelta(seconds=20)
"""The same for what is urgent, whose sending is given up sooner: another worker takes it within 30 s of a crash."""

FIRST_BACKOFF_S = 30.0
LONGEST_BACKOFF_S = 900.0
FIRST_URGENT_BACKOFF_S = 3.0
LONGEST_URGENT_BACKOFF_S = 7.5
"""With the longest attempt this is less than 30 s: what is urgent goes within that time after a fault has ended."""
MOST_REFUSALS = 100
"""Attempts after which an urgent message that a service refuses is given up: about twelve minutes, in which a notice
again about the same is planned anyway."""
SPREAD = 0.2

FAILING_AFTER = timedelta(hours=24)
SILENT_AFTER = timedelta(hours=48)
SILENT_PUSHES = 3
"""A phone that used to send receipts is silent after this many unshown pushes over at least `SILENT_AFTER`."""


class Settled(Struct, frozen=True, kw_only=True):
    """The state of a delivery after an attempt."""

    status: Status
    outcome: str
    detail: str | None
    next_attempt_at: datetime | None
    """Set while it is pending again."""
    attempted: bool
    """False when nothing left this machine, so that the attempt does not count."""


def settle(
    outcome: Outcome, *, at: datetime, attempts: int, deadline: datetime, spread: float, urgent: bool = False
) -> Settled:
    """The state after attempt number `attempts` ended at `at`; `spread` in -1 … 1 keeps retries out of step."""
    match outcome:
        case Sent():
            return _final("sent", "accepted")
        case Gone():
            return _final("gone", "gone")
        case WrongKey(reason=reason):
            return _final("failed", "wrong-key", reason)
        case Refused(reason=reason) if urgent and _is_answer(reason) and attempts < MOST_REFUSALS:
            return _again(at, backoff(attempts, spread, urgent=True), deadline, "refused", reason)
        case Refused(reason=reason):
            return _final("failed", "refused", reason)
        case Held(after_s=after_s, reason=reason):
            return _again(
                at, timedelta(seconds=after_s * (1 + SPREAD * abs(spread))), deadline, reason, attempted=False
            )
        case AuthRefused(reason=reason):
            return _again(at, backoff(attempts, spread, urgent=urgent), deadline, "auth", reason)
        case Retry(reason=reason, after_s=after_s):
            wait = backoff(attempts, spread, urgent=urgent) if after_s is None else timedelta(seconds=after_s)
            return _again(at, wait, deadline, _word(reason), reason)


def backoff(attempts: int, spread: float, *, urgent: bool = False) -> timedelta:
    """30 s after the first attempt, doubled after each, at most 15 min, ± 20 % by `spread` in -1 … 1.

    For what is urgent 3 s, at most 7.5 s.
    """
    first, longest = (
        (FIRST_URGENT_BACKOFF_S, LONGEST_URGENT_BACKOFF_S) if urgent else (FIRST_BACKOFF_S, LONGEST_BACKOFF_S)
    )
    seconds = min(first * 2.0 ** min(max(attempts - 1, 0), 10), longest)
    return timedelta(seconds=seconds * (1 + SPREAD * spread))


def reachability(devices: Sequence[Device], now: datetime) -> Reachability:
    """Judge all devices that a patient ever had; the best one counts."""
    verdicts = [_judge(device, now) for device in devices]
    # Between equals the one that began last: the newest phone, the latest loss.
    best = max(verdicts, key=lambda verdict: (_RANK[verdict.state], verdict.since), default=None)
    receipts = [device.last_shown_at for device in devices if device.last_shown_at]
    return Reachability(
        state=best.state if best else "none",
        since=best.since if best else None,
        reason=best.reason if best else None,
        last_receipt_at=max(receipts, default=None),
        devices=list(devices),
    )


def reachability_may_change_at(devices: Sequence[Device], now: datetime) -> datetime:
    """The earliest instant at which time alone may change the verdict; `now` while a device fails for long.

    At the latest `FAILING_AFTER` from now: a device that begins to fail meanwhile has that long.
    """
    moments = [now + FAILING_AFTER]
    for device in devices:
        if device.ended_at is None:
            began = ((device.failing_since, FAILING_AFTER), (device.unshown_since, SILENT_AFTER))
            moments += [max(since + limit, now) for since, limit in began if since is not None]
    return min(moments)


class _Verdict(Struct, frozen=True):
    state: Literal["unproven", "reachable", "unreachable"]
    since: datetime
    reason: Literal["gone", "removed", "key-changed", "failing", "silent"] | None = None


_RANK = {"unreachable": 0, "unproven": 1, "reachable": 2}


def _judge(device: Device, now: datetime) -> _Verdict:
    if device.ended_at is not None:
        return _Verdict("unreachable", device.ended_at, device.end)
    if device.needs_resubscribe_at is not None:
        return _Verdict("unreachable", device.needs_resubscribe_at, "key-changed")
    if device.failing_since is not None and now - device.failing_since >= FAILING_AFTER:
        return _Verdict("unreachable", device.failing_since, "failing")
    # Only a device that has ever sent a receipt can fall silent: some browsers show pushes without running our worker.
    if (
        device.last_shown_at is not None
        and device.unshown >= SILENT_PUSHES
        and device.unshown_since is not None
        and now - device.unshown_since >= SILENT_AFTER
    ):
        return _Verdict("unreachable", device.unshown_since, "silent")
    proven = device.last_accepted_at is not None or device.last_shown_at is not None
    return _Verdict("reachable" if proven else "unproven", device.created_at)


def _final(status: Status, outcome: str, detail: str | None = None) -> Settled:
    return Settled(status=status, outcome=outcome, detail=detail, next_attempt_at=None, attempted=True)


def _again(
    at: datetime,
    wait: timedelta,
    deadline: datetime,
    outcome: str,
    detail: str | None = None,
    *,
    attempted: bool = True,
) -> Settled:
    if at + wait >= deadline:
        return Settled(status="stale", outcome=outcome, detail=detail, next_attempt_at=None, attempted=attempted)
    return Settled(status="pending", outcome=outcome, detail=detail, next_attempt_at=at + wait, attempted=attempted)


def _is_answer(reason: str) -> bool:
    """Whether the reason is a service's answer, which begins with its status, and not a mistake found here."""
    return reason.split(" ", 1)[0].isdigit()


def _word(reason: str) -> str:
    """The ledger's short code for why a retry is needed; a status code counts as the service being busy."""
    return "busy" if _is_answer(reason) else reason.split(" ", 1)[0]
