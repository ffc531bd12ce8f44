"""Composes pushes: declarative and classic at once, chosen from fixed texts, never written from patient data.

Browsers with declarative web push (Safari 18.4+) can show it without our service worker; elsewhere the worker reads the
same members. Anyone may look at a lock screen, so the only free parts are opaque: the tag and the receipt token.
"""

from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec

from homeplan.delivery.model import Claimed, Kind, PatientText, Subscription
from homeplan.delivery.staff.texts import CONSOLE, STAFF_TEXTS, FixedText
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.values import Language

STEP = 256
"""Plaintexts are padded to a multiple of this many bytes, so that their length does not tell which text was chosen."""

LARGEST = 2600
"""Bytes of plaintext. Firefox on Android goes through a bridge that takes 2,744 bytes with encryption."""

NAVIGATE: dict[PatientText, str] = {
    "reminder": "/#/today",
    "checkin": "/#/checkin",
    "message": "/#/messages",
    "test": "/#/today",
    "after-needling": "/#/today",
}
"""The screen that a tap opens; what it shows needs the signed-in app."""


LEAST_TTL_S = 60
LONGEST_TTL_S = 28 * 24 * 3600
"""Four weeks: what Firebase stores at most."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One push, ready to encrypt."""

    to: Subscription
    plaintext: bytes
    ttl_s: int
    topic: str
    urgent: bool = False
    """Whether it may go while the service rests."""
    urgency: str = "high"
    """`high` is delivered to a dozing phone too; it is meant for pushes that show a notification, as all of homeplan's
    do."""


TEXTS = msgspec.json.decode(
    files("homeplan.delivery.webpush").joinpath("texts.json").read_bytes(), type=dict[PatientText, FixedText]
)
"""Everything that may appear on a patient's lock screen: a copy of `notification_texts` in checkin.yaml."""


def compose(claimed: Claimed, to: Subscription, now: datetime, *, site: str, keyring: Keyring) -> Message:
    """The push for a claimed delivery, as of `now`; `site` is the app's origin."""
    receipt = keyring.receipt_token(claimed.clinic_id, claimed.id)
    return Message(
        to=to,
        plaintext=build(
            claimed.kind,
            claimed.language,
            site=site,
            tag=claimed.topic,
            receipt=receipt,
            to_staff=claimed.recipient.kind == "staff",
        ),
        ttl_s=ttl_s(now, claimed.deadline_at),
        topic=claimed.topic,
        urgent=claimed.urgent,
    )


def ttl_s(now: datetime, deadline: datetime) -> int:
    """The time that the push service may keep it, in seconds: the remaining useful life, at least a minute."""
    left = int((deadline - now).total_seconds())
    return min(max(left, LEAST_TTL_S), LONGEST_TTL_S)


def build(kind: Kind, language: Language, *, site: str, tag: str, receipt: str, to_staff: bool = False) -> bytes:
    """The padded JSON for one push. Raises KeyError for a text that is not for this recipient.

    `site` is the app's origin, `tag` replaces an earlier notification of the same subject without ringing again,
    `receipt` is the token with which the worker reports `shown` and `opened`.
    """
    texts, page = _shown(kind, to_staff=to_staff)
    # These two are members of the message as it was specified, and of the notification as WebKit shipped it in 2025.
    either = {
        "mutable": True,  # lets Safari run our worker first, which can then send a receipt
        **({"app_badge": 1} if kind == "checkin" else {}),  # cleared when the check-in is saved
    }
    message = {
        "web_push": 8030,
        "notification": {
            "title": texts.title.in_language(language),
            "lang": language,
            "body": texts.body.in_language(language),
            "navigate": site + page,  # absolute: WebKit shipped before relative ones were specified
            "tag": tag,
            "silent": False,
            **either,
        },
        **either,
        "receipt": receipt,
    }
    return padded(msgspec.json.encode(message))


def _shown(kind: Kind, *, to_staff: bool) -> tuple[FixedText, str]:
    """The text of a notification, and the page that it opens."""
    texts: dict[Any, FixedText] = STAFF_TEXTS if to_staff else TEXTS
    pages: dict[Any, str] = NAVIGATE
    return texts[kind], CONSOLE if to_staff else pages[kind]


def padded(plaintext: bytes) -> bytes:
    """Spaces up to the next step: JSON ignores them. Raises ValueError above `LARGEST`."""
    size = -(-len(plaintext) // STEP) * STEP
    if size > LARGEST:
        raise ValueError(f"a push of {len(plaintext)} bytes is too large")
    return plaintext.ljust(size)
