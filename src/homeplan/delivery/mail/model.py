"""Mail addresses of people, the operator's mail server, and the problems that an address may meet."""

from typing import Annotated

from msgspec import Meta, Struct

from homeplan.errors import Conflict, Invalid, NotFound
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Language, Value

MailText = Annotated[str, Meta(min_length=3, max_length=254, extra=LINE)]


class NewMailAddress(Value, frozen=True):
    """The address at which somebody wants to be reached, and the language of the mails."""

    email: MailText
    language: Language


class MailAddress(Value, frozen=True):
    """The mail address of a person; it counts from its confirmation on."""

    id: Id
    email: str
    language: Language
    asked_at: Instant
    """The last time that a link was sent to it."""
    confirmed_at: Instant | None
    last_accepted_at: Instant | None
    failing_since: Instant | None
    """The time since which no mail to it was accepted; None while they are."""
    gone_at: Instant | None
    """The time at which its mail server said that there is no such address; nothing goes there any more."""
    unsubscribed_at: Instant | None
    """The time at which a link in a mail ended the mails; nothing goes there until the address is given again."""

    @property
    def in_use(self) -> bool:
        """Whether mails go there."""
        return self.confirmed_at is not None and self.gone_at is None and self.unsubscribed_at is None


class AddressConfirmation(Value, frozen=True):
    """The secret of the link in a mail."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]


class MailServer(Struct, frozen=True, kw_only=True):
    """The operator's mail server."""

    host: str
    port: int
    tls_at_once: bool
    """smtps: TLS from the first byte. Otherwise STARTTLS, without which nothing is sent."""
    user: str | None
    password: str | None
    sender: str
    """The address that mails come from."""


class BadMailAddress(Invalid):
    """This is not a mail address to which anything can be sent."""

    code = "bad-mail-address"


class MailNotSetUp(Conflict):
    """This server sends no mail yet. The person who runs it can set it up."""

    code = "mail-not-set-up"


class LinkUsed(NotFound):
    """This link has been used or is too old. Ask for a new one where you gave the address."""

    code = "link-used"
