"""The address of a visitor, also behind proxies, from the header in which each proxy names whom it answers. Pure.

A header that a visitor sent is never believed: only trusted proxies are, from the nearest one on.
"""

import ipaddress
from collections.abc import Iterable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted_network(entry: str) -> Network:
    """The network of one entry of HOMEPLAN_TRUSTED_PROXIES, an address or a network.

    Raises ValueError for anything else, and for a network of all addresses.
    """
    network = ipaddress.ip_network(entry)
    if network.prefixlen == 0:
        raise ValueError("a network of all addresses names no proxy")
    return network


class Proxies:
    """The proxies whose word counts."""

    def __init__(self, entries: Iterable[str] = ()):
        """Raises ValueError for an entry that is neither an address nor a network."""
        self._networks = tuple(map(trusted_network, entries))

    def __bool__(self) -> bool:
        return bool(self._networks)

    def visitor(self, peer: str, forwarded: Sequence[str]) -> str | None:
        """The address of the visitor, or None when no trusted proxy names one and the peer is the visitor.

        `forwarded` has the values of X-Forwarded-For in the order in which they were sent. Read from the right, the
        first address that is no trusted proxy is the visitor. Where an entry is no address, the proxy that wrote it is
        the last that is known. When all are trusted, the visitor is on the machine that is named first.
        """
        nearest = read_address(peer)
        if nearest is None or not self._trusts(nearest):
            return None
        named = None
        for entry in reversed([entry for value in forwarded for entry in value.split(",")]):
            address = read_address(_without_port(entry.strip()))
            if address is None:
                break
            named = str(address)
            if not self._trusts(address):
                break
        return named

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def read_address(text: str) -> Address | None:
    """The address, an IPv4 address that is written as IPv6 as IPv4; None for anything else, also with a zone."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:  # any text may follow the %
            return None
        return address.ipv4_mapped or address
    return address


def _without_port(entry: str) -> str:
    """The address of `1.2.3.4:5678`, `[2001:db8::1]` or `[2001:db8::1]:5678`; any other text as it is."""
    if entry.startswith("["):
        inside, closed, _ = entry[1:].partition("]")
        return inside if closed else entry
    host, _, port = entry.partition(":")
    return host if port.isdecimal() else entry


def network_of(text: str) -> str:
    """The network that is counted as one visitor: /24 of IPv4, /56 of IPv6; "unknown" for what is no address."""
    address = read_address(text)
    if address is None:
        return "unknown"
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))
