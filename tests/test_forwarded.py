"""The visitor's address behind proxies: what a visitor writes into the header is never believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.forwarded import Proxies, network_of, read_address, trusted_network

VISITOR = "203.0.113.9"
PROXY = "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        # one proxy on this machine
        (PROXY, [VISITOR], VISITOR),
        (PROXY, [f"192.0.2.66, {VISITOR}"], VISITOR),
        (PROXY, ["192.0.2.66", VISITOR], VISITOR),
        (PROXY, [f"{PROXY}, {VISITOR}"], VISITOR),
        (PROXY, [f"192.0.2.66, {PROXY}"], "192.0.2.66"),
        ("::ffff:127.0.0.1", [VISITOR], VISITOR),
        # a chain of two
        (PROXY, [f"{VISITOR}, 10.1.2.3"], VISITOR),
        (PROXY, [f"192.0.2.66, {VISITOR}, 10.1.2.3"], VISITOR),
        ("10.9.9.9", [VISITOR], VISITOR),
        ("2001:db8:1::7", [VISITOR], VISITOR),
        # nobody who is trusted says anything
        (VISITOR, ["192.0.2.66"], None),
        (VISITOR, [], None),
        (PROXY, [], None),
        (PROXY, [""], None),
        ("", ["192.0.2.66"], None),
        ("testclient", ["192.0.2.66"], None),
        # forms of an address
        (PROXY, [f"{VISITOR}:51000"], VISITOR),
        (PROXY, ["2001:db8::1"], "2001:db8::1"),
        (PROXY, ["2001:DB8:0::1"], "2001:db8::1"),
        (PROXY, ["[2001:db8::1]"], "2001:db8::1"),
        (PROXY, ["[2001:db8::1]:51000"], "2001:db8::1"),
        (PROXY, ["::ffff:203.0.113.9"], VISITOR),
        (PROXY, [f"  {VISITOR}  "], VISITOR),
        # no addresses: the proxy that wrote them is all that is known
        (PROXY, ["unknown"], None),
        (PROXY, ["_hidden"], None),
        (PROXY, ["192.0.2.66, unknown"], None),
        (PROXY, ["192.0.2.66, unknown, 10.1.2.3"], "10.1.2.3"),
        (PROXY, ["192.0.2.66, , 10.1.2.3"], "10.1.2.3"),
        (PROXY, ["fe80::1%eth0"], None),
        (PROXY, ["[2001:db8::1"], None),
        (PROXY, ["203.0.113.9.1"], None),
        (PROXY, ["203.0.113.09"], None),
        (PROXY, ["'; DROP TABLE staff; --"], None),
        # all of them are trusted
        (PROXY, ["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        (PROXY, [PROXY], PROXY),
    ],
)
def test_the_rightmost_address_that_is_no_proxy_is_the_visitor(
    peer: str, forwarded: list[str], visitor: str | None
) -> None:
    assert Proxies([PROXY, "10.0.0.0/8", "2001:db8:1::/48"]).visitor(peer, forwarded) == visitor


def test_without_trusted_proxies_nobody_is_believed() -> None:
    nobody = Proxies()
    assert not nobody
    assert nobody.visitor(PROXY, [VISITOR]) is None


@given(st.lists(st.text(max_size=40), max_size=4), st.ip_addresses())
def test_nothing_that_a_visitor_writes_in_front_changes_who_they_are(written: list[str], visitor: object) -> None:
    proxies = Proxies([PROXY])
    alone = proxies.visitor(PROXY, [str(visitor)])
    assert proxies.visitor(PROXY, [*written, str(visitor)]) == alone or alone == PROXY


@given(st.lists(st.text(max_size=60), max_size=6))
def test_the_visitor_is_always_an_address(written: list[str]) -> None:
    named = Proxies([PROXY, "::/1"]).visitor(PROXY, written)
    assert named is None or str(read_address(named)) == named


@pytest.mark.parametrize("entry", ["*", "", "0.0.0.0/0", "::/0", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0"])
def test_a_proxy_is_an_address_or_a_network_and_never_everybody(entry: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several modules word it
        trusted_network(entry)


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff:aaaa::1", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", "unknown"),
        ("a.unix.socket", "unknown"),
    ],
)
def test_one_visitor_is_taken_to_own_a_small_network(ip: str, expected: str) -> None:
    assert network_of(ip) == expected
