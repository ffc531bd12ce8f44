"""Accepted endpoints at registration, and accepted addresses at the connection."""

import socket

import pytest

from homeplan.delivery.model import BadEndpoint
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.session import AddressNotPublic, is_public, public_socket

GOOD = [
    "https://fcm.googleapis.com/fcm/send/dXl:APA91bH-x_y",
    "https://fcm.googleapis.com:443/fcm/send/abc",
    "https://jmt17.google.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl_x-y=",
    "https://push.services.mozilla.com/wpush/v1/abc",
    "https://web.push.apple.com/QGx-abc_DEF",
    "https://api.push.apple.com/3/device/abc",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2fabc%3d",
    "https://FCM.GoogleApis.com/fcm/send/abc",
    "https://fcm.googleapis.com/" + "a" * 970,
]

BAD = [
    "",
    " ",
    "fcm.googleapis.com/fcm/send/abc",
    "http://fcm.googleapis.com/fcm/send/abc",
    "ftp://fcm.googleapis.com/abc",
    "wss://fcm.googleapis.com/abc",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,abc",
    "https:fcm.googleapis.com/abc",
    "https:/fcm.googleapis.com/abc",
    "https:///fcm.googleapis.com/abc",
    "//fcm.googleapis.com/abc",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/",
    "https://fcm.googleapis.com:8443/abc",
    "https://fcm.googleapis.com:80/abc",
    "https://fcm.googleapis.com:0/abc",
    "https://fcm.googleapis.com:/abc",
    "https://fcm.googleapis.com:443443/abc",
    "https://fcm.googleapis.com:44 3/abc",
    "https://user@fcm.googleapis.com/abc",
    "https://user:pass@fcm.googleapis.com/abc",
    "https://fcm.googleapis.com@evil.example/abc",
    "https://evil.example/@fcm.googleapis.com/abc",
    "https://evil.example/fcm.googleapis.com",
    "https://evil.example/?fcm.googleapis.com",
    "https://evil.example#fcm.googleapis.com/abc",
    "https://evil.example\\@fcm.googleapis.com/abc",
    "https://fcm.googleapis.com\\.evil.example/abc",
    "https://fcm.googleapis.com.evil.example/abc",
    "https://fcm.googleapis.com./abc",
    "https://evilfcm.googleapis.com.evil/abc",
    "https://evil-fcm.googleapis.com.example/abc",
    "https://xfcm.googleapis.com/abc",
    "https://googleapis.com/abc",
    "https://storage.googleapis.com/bucket/abc",
    "https://windows.com/abc",
    "https://xnotify.windows.com/abc",
    "https://apple.com/abc",
    "https://localhost/abc",
    "https://127.0.0.1/abc",
    "https://127.1/abc",
    "https://2130706433/abc",
    "https://0x7f000001/abc",
    "https://0177.0.0.1/abc",
    "https://10.0.0.1/abc",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/abc",
    "https://[::ffff:127.0.0.1]/abc",
    "https://[fe80::1%25eth0]/abc",
    "https://ⓕcm.googleapis.com/abc",
    "https://fcm.googleapis。com/abc",
    "https://fcm%2egoogleapis.com/abc",
    "https://fcm.googleapis.com%00.evil.example/abc",
    "https://fcm.googleapis.com\t/abc",
    "https://fcm.googleapis.com\n/abc",
    "https://fcm.googleapis.com/abc\r\nHost: evil.example",
    "https://fcm.googleapis.com/abc def",
    "https://fcm.googleapis.com/abc\x00",
    "https://fcm.googleapis.com/abc#fragment",
    "https://fcm.googleapis.com/<script>",
    "https://fcm.googleapis.com/ábc",
    " https://fcm.googleapis.com/abc",
    "https://fcm.googleapis.com/abc ",
    "https://fcm.googleapis.com/" + "a" * 974,
    "https://-/abc",
    "https://../abc",
    "https://fcm..googleapis.com/abc",
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_endpoints_of_the_known_push_services_are_accepted(endpoint: str) -> None:
    target = AllowedServices().check(endpoint)
    assert target.origin == f"https://{target.host}"
    assert not target.private_allowed


@pytest.mark.parametrize("endpoint", BAD)
def test_every_other_endpoint_is_refused_at_the_door(endpoint: str) -> None:
    with pytest.raises(BadEndpoint) as refused:
        AllowedServices().check(endpoint)
    assert refused.value.field == "endpoint"


def test_a_service_of_the_operator_is_named_by_host_or_with_scheme_and_port() -> None:
    services = AllowedServices(["push.clinic.example", "http://127.0.0.1:8081", "https://push.internal:8443"])
    assert services.check("https://push.clinic.example/a").private_allowed is False
    assert services.check("https://eu.push.clinic.example/a").host == "eu.push.clinic.example"
    local = services.check("http://127.0.0.1:8081/wpush/v2/abc")
    assert (local.origin, local.private_allowed) == ("http://127.0.0.1:8081", True)
    assert services.check("https://push.internal:8443/a").origin == "https://push.internal:8443"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8082/a",
        "https://127.0.0.1:8081/a",
        "http://127.0.0.1/a",
        "http://push.clinic.example/a",
        "https://push.clinic.example:8443/a",
        "https://push.internal/a",
        "https://x.push.internal:8443/a",
    ],
)
def test_only_the_named_origin_of_the_operator_is_accepted(endpoint: str) -> None:
    services = AllowedServices(["push.clinic.example", "http://127.0.0.1:8081", "https://push.internal:8443"])
    with pytest.raises(BadEndpoint):
        services.check(endpoint)


def test_an_address_literal_needs_its_port_to_be_named() -> None:
    with pytest.raises(BadEndpoint):
        AllowedServices(["10.0.0.1"]).check("https://10.0.0.1/a")


@pytest.mark.parametrize("entry", ["", "http://", "a b", "https://host/path", "host:port", "https://user@host"])
def test_a_setting_that_names_no_service_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host nor"):
        AllowedServices([entry])


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "142.250.74.170",
        "17.57.144.10",
        "2a00:1450:4001:82a::200a",
        "2620:149:208:430c::b",
        "2001:4860:4860::8888",
    ],
)
def test_global_unicast_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.254",
        "192.0.0.1",
        "192.0.0.9",
        "192.0.0.10",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "224.0.1.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:1::1",
        "2001:2::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456:789a::1",
        "fe80::1",
        "fe80::1%eth0",
        "2a00:1450:4001:82a::200a%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "localhost",
        "",
    ],
)
def test_every_other_address_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_connection_to_a_private_address_never_gets_a_socket() -> None:
    with pytest.raises(AddressNotPublic):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)))
    with public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))) as opened:
        assert opened.family == socket.AF_INET
