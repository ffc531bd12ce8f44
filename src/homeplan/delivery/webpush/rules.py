"""The outcome that a push service's answer means. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from homeplan.delivery.model import AuthRefused, Gone, Outcome, Refused, Retry, Sent, WrongKey

LONGEST_RETRY_AFTER = timedelta(hours=1)

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


def _reason(status: int, body: bytes) -> str:
    """The status and the service's own words on one line, without anything long enough to be a piece of an endpoint."""
    text = _SECRET.sub("…", body[:400].decode("utf-8", "replace"))
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{status} {words}".strip()[:200]
