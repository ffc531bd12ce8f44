"""Addresses of web push: `validate` checks the push service, the keys and our own key; pywebpush encrypts for them."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct

from homeplan.delivery.model import BadEndpoint, BadSubscription, Subscription, UnknownPushKey
from homeplan.delivery.webpush.vapid import Keyring, VapidKey, decode

KNOWN_SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""The push services of Chrome, Firefox, Safari and Edge; sub-domains count."""

LONGEST = 1000

# The whole URL, so that no two parsers can disagree about it: no userinfo, literals, escapes in the host, fragment.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+)"
)
_ENTRY = re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_LITERAL = re.compile(r"[0-9.]+|0x[0-9a-f]+|(?:[0-9]+|0x[0-9a-f]+)(?:\.(?:[0-9]+|0x[0-9a-f]+))*")
"""All that some resolver takes for an IPv4 address: dotted, short, decimal, octal, hexadecimal."""


_STANDARD_PORTS = {"https": 443, "http": 80}


class Target(Struct, frozen=True):
    """An accepted endpoint: where to connect, and who the VAPID token is for."""

    origin: str
    """Scheme, host and a port that is not the scheme's own: the token's `aud`."""
    host: str
    port: int
    path: str
    """With its query. The secret part: never logged."""
    service: str
    """The entry of the allow-list that it fits; a service may have many hosts below one name."""
    private_allowed: bool
    """The operator named this service with its port, so its address may be private."""


class AllowedServices:
    """The known push services and those that `HOMEPLAN_PUSH_HOSTS` adds, each a host or scheme://host:port."""

    def __init__(self, extra: Iterable[str] = ()):
        """Raises ValueError for an entry that is neither."""
        self._hosts = {*KNOWN_SERVICES}
        self._origins: set[str] = set()
        for entry in extra:
            parts = _ENTRY.fullmatch(entry)
            if parts is None:
                raise ValueError(f"{entry!r} is neither a host nor scheme://host:port")
            host = parts["host"].lower()
            if parts["scheme"] or parts["port"]:
                self._origins.add(_origin(parts["scheme"] or "https", host, parts["port"]))
            else:
                self._hosts.add(host)

    def check(self, endpoint: str) -> Target:
        """The target of an endpoint. Raises BadEndpoint."""
        parts = _URL.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
        if parts is None:
            raise BadEndpoint(field="endpoint")
        host = parts["host"].lower()
        origin = _origin(parts["scheme"], host, parts["port"])
        if origin in self._origins:
            port = int(parts["port"] or _STANDARD_PORTS[parts["scheme"]])
            return Target(origin, host, port, parts["path"], service=host, private_allowed=True)
        service = next((each for each in self._hosts if host == each or host.endswith("." + each)), None)
        if service is None or origin != f"https://{host}" or _LITERAL.fullmatch(host):
            raise BadEndpoint(field="endpoint")
        return Target(origin, host, 443, parts["path"], service=service, private_allowed=False)


class Receiver:
    """A subscription's public half: `p256dh`, a point on P-256, and `auth`, 16 bytes; else ValueError."""

    def __init__(self, p256dh: str, auth: str):
        from cryptography.hazmat.primitives.asymmetric import ec  # with the first subscription, as in vapid.py

        point, secret = decode(p256dh), decode(auth)
        # pywebpush takes keys of any length, skips characters that are not base64url, and parses them for each push.
        if len(point) != 65 or len(secret) != 16:
            raise ValueError("p256dh must be an uncompressed point of 65 bytes, auth 16 bytes")
        self._secret = secret
        self._point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)

    @cached_property
    def _pusher(self) -> Any:
        # Imported here, since it brings two HTTP clients: a process that only checks subscriptions does without.
        from pywebpush import WebPusher

        pusher = WebPusher({"endpoint": ""})
        pusher.auth_key, pusher.receiver_key = self._secret, self._point
        return pusher

    def encrypt(self, plaintext: bytes) -> bytes:
        """The request body of one push, 103 bytes longer than `plaintext`: one record, a new key pair and salt."""
        body: bytes = self._pusher.encode(plaintext)["body"]
        return body


KEYS_REMEMBERED = 8192
"""Subscriptions whose keys are kept in memory, checked, about 1 KiB each."""

_receiver = lru_cache(maxsize=KEYS_REMEMBERED)(Receiver)


class Checked(Struct, frozen=True):
    """A validated address: the target of the post, the receiver to encrypt for, our key that signs."""

    target: Target
    receiver: Receiver
    key: VapidKey


def validate(to: Subscription, services: AllowedServices, keyring: Keyring) -> Checked:
    """Check a subscription. Raises BadEndpoint, BadSubscription for damaged keys, UnknownPushKey for a lost key."""
    target = services.check(to.endpoint)
    try:
        receiver = _receiver(to.p256dh, to.auth)
    except ValueError:
        raise BadSubscription(field="keys") from None
    key = keyring.get(to.key_id)
    if key is None:
        raise UnknownPushKey(field="keyId")
    return Checked(target, receiver, key)


def _origin(scheme: str, host: str, port: str | None) -> str:
    standard = _STANDARD_PORTS[scheme]
    return f"{scheme}://{host}" if port is None or int(port) == standard else f"{scheme}://{host}:{int(port)}"
