"""Encryption against RFC 8291's own example and against the decryption of the tests' push service."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from homeplan.delivery.webpush.address import Receiver
from homeplan.delivery.webpush.vapid import decode, encode
from tests.delivery.judge import Channel, Judge

# RFC 8291, appendix A.
PLAINTEXT = decode("V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24")
SENDER = decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = decode("DGv6ra1nlYgDCS1FRnbzlw")
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291_comes_out_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = ec.derive_private_key(int.from_bytes(SENDER, "big"), ec.SECP256R1())
    monkeypatch.setattr(ec, "generate_private_key", lambda *_: ours)
    monkeypatch.setattr(os, "urandom", lambda _: SALT)
    assert encode(Receiver(P256DH, AUTH).encrypt(PLAINTEXT)) == MESSAGE


@pytest.mark.parametrize("length", [1, 256, 512, 2560])
def test_another_implementation_decrypts_it(length: int) -> None:
    plaintext = os.urandom(length)
    channel = Channel(None)
    body = Receiver(**channel.make_keys()).encrypt(plaintext)
    assert len(body) == length + 103
    assert Judge().decrypt(channel, body) == plaintext


def test_no_two_messages_share_a_salt_or_a_key() -> None:
    bodies = [Receiver(P256DH, AUTH).encrypt(b"same") for _ in range(50)]
    assert len({body[:16] for body in bodies}) == 50
    assert len({body[21:86] for body in bodies}) == 50


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        (P256DH, ""),
        (P256DH, encode(bytes(15))),
        (P256DH, encode(bytes(17))),
        (encode(decode(P256DH)[1:]), AUTH),
        (encode(b"\x02" + decode(P256DH)[1:33]), AUTH),
        (encode(b"\x04" + bytes(64)), AUTH),
        (encode(decode(P256DH)[:-1] + b"\x00"), AUTH),
        ("not base64!", AUTH),
    ],
)
def test_damaged_subscription_keys_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the curve's message or ours
        Receiver(p256dh, auth)
