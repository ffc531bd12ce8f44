"""The pure decisions of accounts: how long a sign-in lasts, what a pairing code is, how names are ordered."""

import re
import unicodedata
from datetime import datetime, timedelta

from msgspec import Struct

from homeplan.accounts.model import EnteredBy
from homeplan.actor import OPERATOR, Actor, Role
from homeplan.limits.model import Limit
from homeplan.typed import fold


class Lifetime(Struct, frozen=True):
    """The lifetimes of a sign-in: without use, and in total."""

    idle: timedelta
    absolute: timedelta


LIFETIMES = {
    Role.PATIENT: Lifetime(idle=timedelta(days=90), absolute=timedelta(days=400)),
    Role.HELPER: Lifetime(idle=timedelta(days=90), absolute=timedelta(days=400)),
    Role.FRONT_DESK: Lifetime(idle=timedelta(minutes=15), absolute=timedelta(hours=12)),
    Role.THERAPIST: Lifetime(idle=timedelta(minutes=15), absolute=timedelta(hours=12)),
    Role.ADMIN: Lifetime(idle=timedelta(minutes=10), absolute=timedelta(hours=8)),
    Role.OWNER: Lifetime(idle=timedelta(minutes=10), absolute=timedelta(hours=8)),
}
"""docs/security.md; 400 days is the longest that browsers keep a cookie."""

TOUCH_AFTER = timedelta(minutes=1)
"""The last use of a sign-in is stored at most this often."""

INVITATION_LIFE = timedelta(hours=72)
CODE_LIFE = timedelta(minutes=10)
TRANSFER_LIFE = timedelta(minutes=10)
"""Time for which the link that a signed-in phone shows for a new phone can be used."""
REPEATED_PAIRING = timedelta(minutes=10)
"""Time for which a phone whose answer was lost may join again with the invitation that it used up."""
CODE_TRIES = 5
NEW_INVITATIONS = Limit(name="invitations", most=60, within=timedelta(minutes=10))
"""Invitations and pairing codes that one person may make; each draws a code that no other live one begins like."""
CODE_LOOKUP_LENGTH = 4
CODE_LENGTH = 10
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing is misread or spells a word."""

HELPER = "helper"
_MISREAD = str.maketrans("ILO", "110")


def idle_until(role: Role, now: datetime, absolute: datetime) -> datetime:
    """The instant at which a sign-in used at `now` ends without further use; never later than its absolute end."""
    return min(now + LIFETIMES[role].idle, absolute)


def is_worth_touching(last_seen: datetime, now: datetime) -> bool:
    """Whether the use of a sign-in at `now` is stored."""
    return now - last_seen >= TOUCH_AFTER


def clean_code(typed: str) -> str | None:
    """The pairing code in the typed text: any case, spaces, dashes, I for 1, O for 0.

    None when it cannot be a code.
    """
    code = re.sub(r"[\s-]+", "", typed).upper().translate(_MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else None


def clean_email(email: str) -> str:
    """The form of an email in which emails are compared."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def search_key(*parts: str | None) -> str:
    """The key by which people are ordered: the parts folded, one space between words."""
    return " ".join(fold(" ".join(part for part in parts if part)).split())


def entered_by(person_id: str | None, name: str | None, entered_as: str | None) -> EnteredBy | None:
    """The member of staff or the helper ("helper") who entered something; None when the patient did."""
    return None if person_id is None else EnteredBy(id=person_id, name=name or "", helper=entered_as == HELPER)


def entered_as(person: EnteredBy | None) -> str | None:
    """The capacity of the person as the database has it: "helper", or None for staff and the patient."""
    return HELPER if person is not None and person.helper else None


def may_change(actor: Actor, *roles: Role) -> bool:
    """Whether the actor may change a member of staff from or to these roles: an owner is changed by owners only, and
    by the operator.
    """
    return Role.OWNER not in roles or actor.role is Role.OWNER or actor.id == OPERATOR.id


def logo_address(clinic_id: str, picture_id: str | None) -> str | None:
    """The address at which anyone loads the clinic's logo; None without one."""
    return None if picture_id is None else f"/api/clinic-logos/{clinic_id}/{picture_id}"


def device_label(user_agent: str) -> str:
    """A name for a device that its owner recognizes, for example "Firefox on Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "an unknown system")
    return f"{browser} on {system}"


# In this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
