"""Composes text messages: one fixed text for every reminder, without a name and words of health."""

from datetime import datetime
from importlib.resources import files

import msgspec

from homeplan.delivery.model import Claimed, SmsNumber
from homeplan.values import Text

TEXT = msgspec.json.decode(files("homeplan.delivery.sms").joinpath("texts.json").read_bytes(), type=Text)

TYPE = "sms.send"
"""The type of the webhook's event, by which a provider's adapter tells it from others."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the webhook, ready to sign."""

    id: str
    """The same for each try, so that the provider can tell a repeat."""
    to: str
    body: bytes


def compose(claimed: Claimed, to: SmsNumber, now: datetime) -> Message:
    """The request for a claimed delivery, by the Standard Webhooks: type, timestamp and data as JSON."""
    event = {
        "type": TYPE,
        "timestamp": now.isoformat(),
        "data": {"to": to.number, "text": TEXT.in_language(claimed.language)},
    }
    return Message(id=claimed.id, to=to.number, body=msgspec.json.encode(event))
