"""The meaning of a push service's answers, the delay before the next try, and whether a patient's reminders arrive."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
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
"""Duration of a worker's lease on a claimed delivery; longer than the 20 s that sending may take."""

LEAST_TTL_S = 60
LONGEST_TTL_S = 28 * 24 * 3600
"""Four weeks: what Firebase stores at most."""

LONGEST_RETRY_AFTER = timedelta(hours=1)
FIRST_BACKOFF_S = 30.0
LONGEST_BACKOFF_S = 900.0
SPREAD = 0.2

FAILING_AFTER = timedelta(hours=24)
SILENT_AFTER = timedelta(hours=48)
SILENT_PUSHES = 3
"""A phone that used to send receipts is silent after this many unshown pushes over at least `SILENT_AFTER`."""

_SECRET = re.compile(r"[A-Za-z0-9_%:+/=~.-]{24,}")
_MISMATCH = (b"vapidpkhashmismatch", b"do not correspond")
"""The words by which Apple (400) and Firebase (403) say that a subscription belongs to another key; seen 2025."""


def classify(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, key_is_current: bool) -> Outcome:
    """The action after a push service's answer. `headers` ignores case, or is in lower case.

    `key_is_current`: whether the device subscribed with today's VAPID key. If it did, a mismatch is our own fault.
    """
    if 200 <= status < 300:
        return Sent(status)
    if status in (404, 410):
        return Gone(status)
    reason = _reason(status, body)
    if status in (400, 401, 403) and any(phrase in body.lower() for phrase in _MISMATCH):
        return AuthRefused(reason) if key_is_current else WrongKey(reason)
    if status in (401, 403):
        return AuthRefused(reason)
    if status in (408, 429) or status >= 500:
        return Retry(reason, retry_after(headers.get("retry-after", ""), now))
    return Refused(reason)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait as Retry-After says (seconds or an HTTP date), from 1 s to an hour; None if unusable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 1.0), LONGEST_RETRY_AFTER.total_seconds())


class Settled(Struct, frozen=True, kw_only=True):
    """The state of a delivery after an attempt."""

    status: Status
    outcome: str
    detail: str | None
    next_attempt_at: datetime | None
    """Set while it is pending again."""
    attempted: bool
    """False when nothing left this machine, so that the attempt does not count."""


def settle(outcome: Outcome, *, at: datetime, attempts: int, deadline: datetime, spread: float) -> Settled:
    """The state after attempt number `attempts` ended at `at`; `spread` in -1 … 1 keeps retries out of step."""
    match outcome:
        case Sent():
            return _final("sent", "accepted")
        case Gone():
            return _final("gone", "gone")
        case WrongKey(reason=reason):
            return _final("failed", "wrong-key", reason)
        case Refused(reason=reason):
            return _final("failed", "refused", reason)
        case Held(after_s=after_s, reason=reason):
            return _again(
                at, timedelta(seconds=after_s * (1 + SPREAD * abs(spread))), deadline, reason, attempted=False
            )
        case AuthRefused(reason=reason):
            return _again(at, backoff(attempts, spread), deadline, "auth", reason)
        case Retry(reason=reason, after_s=after_s):
            wait = backoff(attempts, spread) if after_s is None else timedelta(seconds=after_s)
            return _again(at, wait, deadline, _word(reason), reason)


def backoff(attempts: int, spread: float) -> timedelta:
    """30 s after the first attempt, doubled after each, at most 15 min, ± 20 % by `spread` in -1 … 1."""
    seconds = min(FIRST_BACKOFF_S * 2.0 ** min(max(attempts - 1, 0), 10), LONGEST_BACKOFF_S)
    return timedelta(seconds=seconds * (1 + SPREAD * spread))


def ttl_s(now: datetime, deadline: datetime) -> int:
    """The time that the push service may keep it, in seconds: the remaining useful life, at least a minute."""
    left = int((deadline - now).total_seconds())
    return min(max(left, LEAST_TTL_S), LONGEST_TTL_S)


def topic(*parts: str) -> str:
    """24 base64url characters that say nothing about `parts` (RFC 8030 allows 32; Apple refuses lengths ≡ 1 mod 4)."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


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


def _word(reason: str) -> str:
    """The ledger's short code for why a retry is needed; a status code counts as the service being busy."""
    first = reason.split(" ", 1)[0]
    return "busy" if first.isdigit() else first


def _reason(status: int, body: bytes) -> str:
    """The status and the service's own words on one line, without anything long enough to be a piece of an endpoint."""
    text = _SECRET.sub("…", body[:400].decode("utf-8", "replace"))
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{status} {words}".strip()[:200]
