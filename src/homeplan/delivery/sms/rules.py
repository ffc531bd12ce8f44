"""The outcome that a provider's answer means. Pure."""

from collections.abc import Mapping
from datetime import datetime

from homeplan.delivery.model import AuthRefused, Gone, Outcome, Refused, Retry, Sent
from homeplan.delivery.webpush.rules import retry_after


def classify(status: int, headers: Mapping[str, str], *, now: datetime) -> Outcome:
    """The action after an answer. Its body is left out: it may repeat the number."""
    reason = str(status)
    if 200 <= status < 300:
        return Sent(status)
    if status == 410:  # the provider says that there is no such number
        return Gone(status)
    if status in (401, 403):
        return AuthRefused(reason)
    if status in (408, 429) or status >= 500:
        return Retry(reason, retry_after(headers.get("retry-after", ""), now))
    return Refused(reason)
