"""Composes mails from fixed texts: the same words as a notification, and a link to a public page."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from importlib.resources import files
from typing import Any

import msgspec

from homeplan.delivery.model import Claimed, Mailbox
from homeplan.delivery.staff.texts import CONSOLE, STAFF_TEXTS, FixedText
from homeplan.values import Text

_WIDE = SMTP.clone(max_line_length=998)
"""A long link stays one line, as it is; the usual policy would fold it and encode it."""


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Texts of mails beside those of notices."""

    confirm_address: FixedText
    why: Text
    """The last line: who sends it, and where it is switched off."""


FRAME = msgspec.json.decode(files("homeplan.delivery.mail").joinpath("texts.json").read_bytes(), type=Frame)

ADDRESS_PAGE = "/console/address"
"""The public page that confirms an address. Its secret is in the fragment, which no server and no log sees."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one recipient, ready to send."""

    to: str
    content: bytes
    urgent: bool = False


def compose(claimed: Claimed, to: Mailbox, now: datetime, *, site: str, sender: str) -> Message:
    """The mail for a claimed delivery. Raises KeyError for a text that is not for this recipient.

    A retry has the same Message-ID, since a server whose answer was lost may have taken the first.
    """
    texts, link = _shown(claimed, to, site)
    language = claimed.language
    mail = EmailMessage(policy=_WIDE)
    mail["From"] = sender
    mail["To"] = to.email
    mail["Subject"] = texts.title.in_language(language)
    mail["Date"] = now
    mail["Message-ID"] = f"<{claimed.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no answer of a machine, please (RFC 3834)
    mail["Content-Language"] = language
    paragraphs = (texts.body.in_language(language), link, FRAME.why.in_language(language))
    mail.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    return Message(to=to.email, content=mail.as_bytes(policy=_WIDE), urgent=claimed.urgent)


def _shown(claimed: Claimed, to: Mailbox, site: str) -> tuple[FixedText, str]:
    """The text of a mail and its link."""
    if claimed.kind == "confirm-address":
        return FRAME.confirm_address, f"{site}{ADDRESS_PAGE}#{to.confirm_token}"
    texts: dict[Any, FixedText] = STAFF_TEXTS if claimed.recipient.kind == "staff" else {}
    return texts[claimed.kind], site + CONSOLE
