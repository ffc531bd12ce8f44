"""The operator's mail server in the settings: smtp://user:password@host:port with STARTTLS, smtps:// with TLS."""

from urllib.parse import unquote, urlsplit

from homeplan.delivery.mail.address import validate
from homeplan.delivery.mail.model import BadMailAddress, MailServer
from homeplan.settings import Settings

_PORTS = {"smtp": 587, "smtps": 465}


def server_of(settings: Settings) -> MailServer | None:
    """The mail server of these settings; None when the operator has set none, so that nobody is mailed."""
    if settings.mail_url is None or settings.mail_from is None:
        return None
    return read_server(settings.mail_url, settings.mail_from)


def read_server(url: str, sender: str) -> MailServer:
    """The mail server of a URL. Raises ValueError for one that is none, and for a sender that is no address."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it must be smtp://user:password@host:port or smtps://user:password@host:port")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("it must have a user and a password, or neither")
    try:
        validate(sender)
    except BadMailAddress:
        raise ValueError("the sender must be a mail address") from None
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        tls_at_once=parts.scheme == "smtps",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        sender=sender,
    )
