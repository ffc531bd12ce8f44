"""Addresses of mail: `validate` takes one recipient, written as it is sent. Pure."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

from homeplan.delivery.mail.model import BadMailAddress

_PLAIN = re.compile(r"[!-~]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
"""ASCII without spaces, and a domain with a dot. Mail servers that take other letters are rare."""

LONGEST = 254


def validate(email: str) -> str:
    """The address itself. Raises BadMailAddress for anything that is not exactly one plain address."""
    # The parser alone lets "a@b.example (note)" pass, and "a@b.example, c@d.example" would be two recipients.
    try:
        parsed = Address(addr_spec=email).addr_spec
    except (ValueError, IndexError, HeaderParseError):
        raise BadMailAddress(field="email") from None
    if parsed != email or len(email) > LONGEST or not _PLAIN.fullmatch(email):
        raise BadMailAddress(field="email")
    return email
