"""Composes mails from fixed texts: the same words as a notification, and a link to a public page."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from importlib.resources import files
from typing import Any

import msgspec

from homeplan.delivery.model import Claimed, Kind, Mailbox
from homeplan.delivery.staff.texts import CONSOLE, STAFF_TEXTS, FixedText
from homeplan.values import Text

_WIDE = SMTP.clone(max_line_length=998)
"""A long link stays one line, as it is; the usual policy would fold it and encode it."""


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Texts of mails beside those of notices to staff."""

    confirm_address: FixedText
    reminder: FixedText
    """The second way of every reminder of a patient: it does not say what is to be done."""
    why: Text
    """The last line for staff: who sends it, and where it is switched off."""
    why_patient: Text
    """The last line for a patient; the link that ends these mails follows."""


FRAME = msgspec.json.decode(files("homeplan.delivery.mail").joinpath("texts.json").read_bytes(), type=Frame)

ADDRESS_PAGE = {"staff": "/console/address", "patient": "/mail/confirm"}
"""The public page that confirms an address. Its secret is in the fragment, which no server and no log sees."""

STOP_PAGE = "/mail/stop/"
"""The public page with the button that ends the mails to a patient. Its secret follows and is part of the address:
the programs of mail providers post there too (`List-Unsubscribe`, RFC 8058)."""

OF_REMINDERS: tuple[Kind, ...] = ("reminder", "checkin", "after-needling")


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
    paragraphs = [texts.body.in_language(language), link]
    if to.unsubscribe_token is None:
        paragraphs.append(FRAME.why.in_language(language))
    elif claimed.kind in OF_REMINDERS:
        stop = f"{site}{STOP_PAGE}{to.unsubscribe_token}"
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        paragraphs += [FRAME.why_patient.in_language(language), stop]
    mail.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    mail["Content-Language"] = language  # after the content, which begins without any Content- header
    return Message(to=to.email, content=mail.as_bytes(policy=_WIDE), urgent=claimed.urgent)


def _shown(claimed: Claimed, to: Mailbox, site: str) -> tuple[FixedText, str]:
    """The text of a mail and its link."""
    if claimed.kind == "confirm-address":
        return FRAME.confirm_address, f"{site}{ADDRESS_PAGE[claimed.recipient.kind]}#{to.confirm_token}"
    if claimed.recipient.kind == "patient":
        return dict.fromkeys(OF_REMINDERS, FRAME.reminder)[claimed.kind], f"{site}/"
    texts: dict[Any, FixedText] = {**STAFF_TEXTS}
    return texts[claimed.kind], site + CONSOLE
