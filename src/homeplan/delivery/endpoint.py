"""Addresses that a push may be posted to: an allow-list at registration, public addresses only at the connection."""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Any

from msgspec import Struct

from homeplan.delivery.model import BadEndpoint

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
    private_allowed: bool
    """The operator named this service with its port, so its address may be private."""

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.origin.partition("://")[2]


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
            return Target(origin, host, port, parts["path"], private_allowed=True)
        known = any(host == service or host.endswith("." + service) for service in self._hosts)
        if not known or origin != f"https://{host}" or _LITERAL.fullmatch(host):
            raise BadEndpoint(field="endpoint")
        return Target(origin, host, 443, parts["path"], private_allowed=False)


def _origin(scheme: str, host: str, port: str | None) -> str:
    standard = _STANDARD_PORTS[scheme]
    return f"{scheme}://{host}" if port is None or int(port) == standard else f"{scheme}://{host}:{int(port)}"


class AddressNotPublic(OSError):
    """The name of a push service leads into a private network."""


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for one resolved address, as getaddrinfo tells it. Raises AddressNotPublic.

    It checks the address of the connection itself, so it also catches literals and names whose DNS answer changed.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise AddressNotPublic("refused: not a public address")
    return socket.socket(family, kind, protocol)


def is_public(address: str) -> bool:
    """Whether this IP address is global unicast; stricter than `is_global`, which passes several that lead inside."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _PRIVATE_4)
    if ip.scope_id is not None:
        return False
    return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in network for network in _PRIVATE_6)


_PRIVATE_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # leaves out mapped, NAT64, site-local, unique-local, link-local, multicast
_PRIVATE_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo (2001::/32), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation
    )
)
