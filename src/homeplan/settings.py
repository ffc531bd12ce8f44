"""Settings come from the environment, all prefixed HOMEPLAN_; every mistake is reported at once."""

import re
from collections.abc import Mapping

import msgspec

from homeplan.forwarded import read_address, trusted_network

_DATABASE = re.compile(r"^(sqlite:///.+|postgres(ql)?://.+)$")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?")
"""The form in which browsers send an `Origin` header, which is compared with it character by character."""
_SUBJECT = re.compile(r"^(mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://[^\s/]+\.[^\s/]+.*)$")
_MAIL_URL = re.compile(
    r"smtps?://([A-Za-z0-9._~%!$&'()*+,;=-]+:[A-Za-z0-9._~%!$&'()*+,;=-]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?"
)
_MAIL_FROM = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
_WEBHOOK = re.compile(r"(https://[a-z0-9.-]+(:[0-9]{1,5})?|http://[a-z0-9.-]+:[0-9]{1,5})(/[!-~]*)?")
_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,86}={0,2}")
_PRIVATE_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64url."""
_MIN_SECRET = 32
"""Characters of a secret that the operator chooses."""
_ANY = 99_999
_NUMBERS = {
    "ledger_days": ("days", 30, _ANY),  # the therapist's view needs fourteen days, /metrics one
    "sign_in_days": ("days", 30, _ANY),  # staff who come back from a holiday are known by their device
    "after_care_days": ("days", 365, _ANY),  # who comes back soon finds the thread; a slip of a digit erases nothing
    "archive_after_days": ("days", 365, _ANY),  # a year back is looked up often
    "backup_hours": ("hours", 1, 168),
    "backup_days": ("days", 1, _ANY),
}
"""Settings that are numbers: unit, smallest and largest value."""
_AGE_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")
"""A public key of age: 32 bytes of X25519 in Bech32."""


class BadSettings(Exception):
    """The environment holds settings that cannot be used; `mistakes` has one sentence each."""

    def __init__(self, mistakes: list[str]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's decisions. Documented one by one in docs/operations/settings.md."""

    database_url: str = "sqlite:///homeplan.sqlite"
    postgres_pooler: str | None = None
    """"transaction" when a pooler such as PgBouncer in transaction mode runs between homeplan and PostgreSQL."""
    origin: str = "http://localhost:8000"
    """The address in the browser's address bar: scheme, host and port, no path."""
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of the proxies in front, whose X-Forwarded-For names the visitor."""
    vapid_private_key: str | None = None
    """The 32 bytes of a P-256 private key in base64url; without it nothing is pushed."""
    vapid_previous_keys: tuple[str, ...] = ()
    """Older private keys, kept until the devices that subscribed with them are replaced."""
    vapid_subject: str | None = None
    """The contact address for push services: a mailto: or https: address."""
    push_hosts: tuple[str, ...] = ()
    """Push services beyond the known ones: a host, or scheme://host:port for one of your own."""
    mail_url: str | None = None
    """The mail server: smtp://user:password@host:port with STARTTLS, or smtps://; without it nobody is mailed."""
    mail_from: str | None = None
    """The address that mails come from, with `mail_url`."""
    sms_webhook_url: str | None = None
    """The address of the clinic's provider of text messages, which a signed webhook asks to send one."""
    sms_webhook_secret: str | None = None
    """The secret of its signatures (Standard Webhooks): whsec_ and base64, with `sms_webhook_url`."""
    audit_key: str | None = None
    """Secret of the audit trail, 32 characters or more; without it the seals show accidents, not forgery."""
    audit_previous_keys: tuple[str, ...] = ()
    """Earlier secrets of the audit trail, newest first, so that what they sealed can still be verified."""
    audit_heads: str | None = None
    """The file, kept apart from the database, in which the last verified seal of each clinic is noted."""
    factor_key: str | None = None
    """Secret that encrypts those of authenticator apps, 32 characters or more; without it they are stored in clear."""
    factor_previous_keys: tuple[str, ...] = ()
    """Earlier values of it, kept until every app whose secret they encrypt was used again."""
    breached_passwords: str | None = None
    """A file of SHA-1 hashes, sorted, of passwords of known breaches; none of them can be chosen."""
    metrics_token: str | None = None
    """Lets a monitoring system read /metrics, as a bearer token of 32 characters or more; without one nobody may."""
    ledger_days: int = 400
    """Days for which the reminder ledger is kept: a year and some days to look back on."""
    sign_in_days: int = 400
    """Days for which sign-ins, invitations, links, helpers and devices are kept after their end."""
    after_care_days: int | None = None
    """Days for which messages, contacts, visits and notices about alerts outlive a patient's care; None: no end."""
    archive_dir: str | None = None
    """The folder into which the old part of the audit trails is moved each night; without one all stays stored."""
    archive_after_days: int = 730
    """Days after which an event of the audit trail is old."""
    backup_dir: str | None = None
    """The folder of the scheduled backups of a SQLite database, and of the one before an upgrade. Without one nothing
    is backed up on a schedule, and the one before an upgrade is beside the file."""
    backup_public_key: str | None = None
    """The public key that backups are encrypted to, age1…; without one they are not encrypted."""
    backup_hours: int = 24
    """Hours from one scheduled backup to the next."""
    backup_days: int = 30
    """Days after which a scheduled backup is deleted."""
    openapi: bool = False
    """Whether /schema/openapi.json is served."""

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def audit_secrets(self) -> tuple[bytes, ...]:
        """The secrets of the seals of audit events, the one in use first; empty without one."""
        return tuple(key.encode() for key in (self.audit_key, *self.audit_previous_keys) if key)

    @property
    def factor_secrets(self) -> tuple[bytes, ...]:
        """The keys for the secrets of authenticator apps, the one in use first; empty without one."""
        return tuple(key.encode() for key in (self.factor_key, *self.factor_previous_keys) if key)


VARIABLES: dict[str, str] = {
    name: f"HOMEPLAN_{name.upper()}" for name in (field.name for field in msgspec.structs.fields(Settings))
}
"""Field of Settings → environment variable."""


def set_names(environment: Mapping[str, str]) -> set[str]:
    """The fields of Settings that this environment sets."""
    return {name for name, var in VARIABLES.items() if environment.get(var, "").strip()}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment. Raises BadSettings with every mistake."""
    found = {name: environment[VARIABLES[name]].strip() for name in VARIABLES if name in set_names(environment)}
    mistakes = _unknown(environment)
    values: dict[str, object] = dict(found)
    if values.pop("port", None):
        if re.fullmatch(r"[0-9]{1,5}", found["port"]) and int(found["port"]) < 65536:
            values["port"] = int(found["port"])
        else:
            mistakes.append("HOMEPLAN_PORT must be a number from 0 to 65535.")
    for name, (unit, least, most) in _NUMBERS.items():
        if values.pop(name, None):
            if re.fullmatch(r"[0-9]{1,5}", found[name]) and least <= int(found[name]) <= most:
                values[name] = int(found[name])
            else:
                upper = "or more" if most == _ANY else f"to {most}"
                mistakes.append(f"{VARIABLES[name]} must be a number of {unit}, {least} {upper}.")
    if "openapi" in found:
        if found["openapi"] not in ("0", "1"):
            mistakes.append("HOMEPLAN_OPENAPI must be 1 or 0.")
        values["openapi"] = found["openapi"] == "1"
    for name in ("push_hosts", "vapid_previous_keys", "trusted_proxies", "audit_previous_keys", "factor_previous_keys"):
        if name in found:
            values[name] = tuple(part.strip() for part in found[name].split(",") if part.strip())
    if "origin" in found:
        values["origin"] = found["origin"].rstrip("/")
    settings = Settings(**values)  # type: ignore[arg-type]
    if mistakes := [*mistakes, *_mistakes(settings)]:
        raise BadSettings(mistakes)
    return settings


def unnamed_proxy(settings: Settings, host: str) -> str | None:
    """The sentence for the operator when `homeplan serve` would take each visitor for the proxy; None when all is well.

    Browsers come by https while it speaks http on `host`, an address of this machine alone: a proxy is in front.
    """
    address = read_address(host)
    is_local = host == "localhost" or (address is not None and address.is_loopback)
    if not (settings.secure and is_local) or settings.trusted_proxies:
        return None
    return (
        "HOMEPLAN_TRUSTED_PROXIES must name the proxy in front, which speaks https for homeplan: on this machine "
        "127.0.0.1. Without it each visitor seems to come from the proxy, and they share one limit of tries."
    )


def _mistakes(settings: Settings) -> list[str]:
    found = []
    if not _DATABASE.match(settings.database_url):
        found.append("HOMEPLAN_DATABASE_URL must be sqlite:///path or postgresql://user@host/name.")
    if settings.postgres_pooler not in (None, "transaction"):
        found.append("HOMEPLAN_POSTGRES_POOLER must be transaction, or not be set.")
    if settings.postgres_pooler and settings.database_url.startswith("sqlite:"):
        found.append("HOMEPLAN_POSTGRES_POOLER needs a HOMEPLAN_DATABASE_URL of PostgreSQL.")
    origin = _ORIGIN.fullmatch(settings.origin)
    if origin is None or int(origin["port"] or 1) not in range(1, 65536):
        found.append("HOMEPLAN_ORIGIN must be like https://homeplan.example.org, in lower case and without a path.")
    elif origin["scheme"] == "http" and origin["host"] not in ("localhost", "127.0.0.1", "[::1]"):
        found.append("HOMEPLAN_ORIGIN must be https:// (browsers allow http only for localhost).")
    keys = [k for k in (settings.vapid_private_key, *settings.vapid_previous_keys) if k is not None]
    if not all(map(_PRIVATE_KEY.fullmatch, keys)):
        found.append("HOMEPLAN_VAPID_PRIVATE_KEY must be 32 bytes in base64url; run `homeplan keys` to make one.")
    if settings.vapid_private_key and not settings.vapid_subject:
        found.append("HOMEPLAN_VAPID_SUBJECT must be set with the key, for example mailto:you@clinic.example.")
    if settings.vapid_subject and not _SUBJECT.match(settings.vapid_subject):
        found.append("HOMEPLAN_VAPID_SUBJECT must be a real mailto: or https: address.")
    if settings.vapid_previous_keys and not settings.vapid_private_key:
        found.append("HOMEPLAN_VAPID_PREVIOUS_KEYS needs HOMEPLAN_VAPID_PRIVATE_KEY, the key in use.")
    found += [
        f"HOMEPLAN_PUSH_HOSTS: {host!r} is neither a host name nor scheme://host:port."
        for host in settings.push_hosts
        if not re.fullmatch(r"(https?://)?[a-z0-9.-]+(:\d{1,5})?", host)
    ]
    found += [
        f"HOMEPLAN_TRUSTED_PROXIES: {entry!r} is neither an address nor a network of proxies."
        for entry in settings.trusted_proxies
        if not _is_trusted_network(entry)
    ]
    found += [
        f"{VARIABLES[name]} must have {_MIN_SECRET} characters or more."
        for name in ("audit_key", "factor_key", "metrics_token")
        if (secret := getattr(settings, name)) is not None and len(secret) < _MIN_SECRET
    ]
    found += _mail_mistakes(settings) + _sms_mistakes(settings) + _backup_mistakes(settings)
    for kind in ("audit", "factor"):
        key, previous = getattr(settings, f"{kind}_key"), getattr(settings, f"{kind}_previous_keys")
        if any(len(each) < _MIN_SECRET for each in previous):
            found.append(f"{VARIABLES[f'{kind}_previous_keys']} must have keys of {_MIN_SECRET} characters or more.")
        if previous and not key:
            found.append(f"{VARIABLES[f'{kind}_previous_keys']} needs {VARIABLES[f'{kind}_key']}, the key in use.")
    return found


def _backup_mistakes(settings: Settings) -> list[str]:
    found = []
    if settings.backup_public_key and not _AGE_KEY.fullmatch(settings.backup_public_key):
        found.append("HOMEPLAN_BACKUP_PUBLIC_KEY must be a public key, age1…; `homeplan keys backup` makes one.")
    return found


def _mail_mistakes(settings: Settings) -> list[str]:
    found = []
    if settings.mail_url and not _MAIL_URL.fullmatch(settings.mail_url):
        found.append(
            "HOMEPLAN_MAIL_URL must be smtp://user:password@host:port (STARTTLS) or smtps://user:password@host:port; "
            "other characters than letters, digits and -._~ in user and password are written as %40."
        )
    if settings.mail_url and not settings.mail_from:
        found.append("HOMEPLAN_MAIL_FROM must be set with HOMEPLAN_MAIL_URL: the address that mails come from.")
    if settings.mail_from and not settings.mail_url:
        found.append("HOMEPLAN_MAIL_FROM needs HOMEPLAN_MAIL_URL, the mail server.")
    if settings.mail_from and not _MAIL_FROM.fullmatch(settings.mail_from):
        found.append("HOMEPLAN_MAIL_FROM must be an address alone, like notices@clinic.example.")
    return found


def _sms_mistakes(settings: Settings) -> list[str]:
    found = []
    if settings.sms_webhook_url and not _WEBHOOK.fullmatch(settings.sms_webhook_url):
        found.append("HOMEPLAN_SMS_WEBHOOK_URL must be https://host/path, or http://host:port/path inside the network.")
    if bool(settings.sms_webhook_url) != bool(settings.sms_webhook_secret):
        found.append("HOMEPLAN_SMS_WEBHOOK_URL and HOMEPLAN_SMS_WEBHOOK_SECRET must be set together.")
    if settings.sms_webhook_secret and not _WEBHOOK_SECRET.fullmatch(settings.sms_webhook_secret):
        found.append("HOMEPLAN_SMS_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64.")
    return found


def _is_trusted_network(entry: str) -> bool:
    try:
        trusted_network(entry)
    except ValueError:
        return False
    return True


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = set(VARIABLES.values()) | {"HOMEPLAN_NODE"}  # HOMEPLAN_NODE belongs to the build
    return [
        f"{name} is not a setting of homeplan; see docs/operations/settings.md."
        for name in sorted(environment)
        if name.startswith("HOMEPLAN_") and name not in known
    ]
