"""Keys, tokens and receipt tokens."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from homeplan.delivery.webpush.vapid import Keyring, VapidKey, decode, encode, keyring_of
from homeplan.settings import Settings

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ORIGIN = "https://fcm.googleapis.com"
OLD, CURRENT = VapidKey.generate(), VapidKey.generate()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(CURRENT, subject="mailto:operator@clinic.example", previous=[OLD])


def test_a_key_is_named_by_the_hash_of_its_public_half() -> None:
    key = VapidKey(encode((1).to_bytes(32, "big")))  # the generator point of P-256
    assert key.public == ("BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU")
    assert key.id == "698bea63dc44"


@pytest.mark.parametrize("private", ["", "abc", encode(bytes(32)), encode(b"\xff" * 32), encode(bytes(33)), "!" * 43])
def test_what_is_not_a_private_key_is_refused(private: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - base64's own message or ours
        VapidKey(private)


def test_a_token_says_who_we_are_to_that_origin_for_twelve_hours(keyring: Keyring) -> None:
    header = keyring.authorization(keyring.current, ORIGIN, NOW)
    token, key = header.removeprefix("vapid t=").split(",k=")
    head, body, signature = token.split(".")
    assert key == keyring.current.public
    assert msgspec.json.decode(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    assert msgspec.json.decode(decode(body)) == {
        "aud": ORIGIN,
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "mailto:operator@clinic.example",
    }
    raw = decode(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))


def test_a_token_is_signed_once_and_renewed_after_six_hours_or_when_the_clock_goes_back(keyring: Keyring) -> None:
    first = keyring.authorization(keyring.current, ORIGIN, NOW)
    assert keyring.authorization(keyring.current, ORIGIN, NOW + timedelta(hours=5, minutes=59)) == first
    assert keyring.authorization(keyring.current, "https://web.push.apple.com", NOW) != first
    renewed = keyring.authorization(keyring.current, ORIGIN, NOW + timedelta(hours=6))
    assert renewed != first
    assert keyring.authorization(keyring.current, ORIGIN, NOW - timedelta(days=1)) != renewed


def test_a_header_is_kept_for_each_key_and_origin(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[dict[str, str | int]] = []
    sign = VapidKey.authorization

    def count(key: VapidKey, claims: dict[str, str | int]) -> str:
        signed.append(claims)
        return sign(key, claims)

    monkeypatch.setattr(VapidKey, "authorization", count)
    old = keyring.get(VapidKey(OLD).id)
    assert old is not None
    for key in (keyring.current, old) * 3:
        for origin in (ORIGIN, "https://web.push.apple.com"):
            keyring.authorization(key, origin, NOW)
    assert len(signed) == 4


def test_an_operator_may_be_reached_at_a_page() -> None:
    subject = "https://clinic.example/contact"
    keyring = Keyring(CURRENT, subject=subject)
    token = keyring.authorization(keyring.current, ORIGIN, NOW).removeprefix("vapid t=").split(",")[0]
    assert msgspec.json.decode(decode(token.split(".")[1]))["sub"] == subject


def test_an_old_key_stays_alive_beside_the_new_one(keyring: Keyring) -> None:
    old = keyring.get(VapidKey(OLD).id)
    assert old is not None
    assert old.public in keyring.authorization(old, ORIGIN, NOW)
    assert keyring.get("0123456789ab") is None


def test_a_receipt_token_names_its_delivery_and_nothing_else_is_believed(keyring: Keyring) -> None:
    token = keyring.receipt_token("clinic-1", "delivery-1")
    assert token == keyring.receipt_token("clinic-1", "delivery-1")
    assert keyring.read_receipt_token(token) == ("clinic-1", "delivery-1")
    clinic, delivery, mac = token.split(".")
    for forged in (
        "",
        "x",
        f"{clinic}.{delivery}",
        f"{clinic}.{delivery}.",
        f"{clinic}.{delivery}.{mac[:-1]}",
        f"{clinic}.{delivery}.{mac}.x",
        f"{clinic}.delivery-2.{mac}",
        f"clinic-2.{delivery}.{mac}",
        f"{clinic}{delivery}..{mac}",
        f"{clinic}.{delivery}.ééé",
    ):
        assert keyring.read_receipt_token(forged) is None


def test_receipts_of_pushes_from_before_a_rotation_still_count(keyring: Keyring) -> None:
    before = Keyring(OLD, subject="mailto:operator@clinic.example").receipt_token("c", "d")
    assert keyring.read_receipt_token(before) == ("c", "d")


def test_without_a_key_nothing_is_pushed() -> None:
    assert keyring_of(Settings()) is None
    keyring = keyring_of(Settings(vapid_private_key=CURRENT, vapid_previous_keys=(OLD,), vapid_subject="mailto:a@b.c"))
    assert keyring is not None
    assert keyring.get(VapidKey(OLD).id) is not None
