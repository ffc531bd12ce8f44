"""Checks that a push service makes of a request (RFC 8030, 8188, 8291, 8292), and further promises of homeplan."""

import base64
import hmac
import json
import os
import re
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.delivery import lock_screen

LARGEST_BODY = 4096
LARGEST_PLAINTEXT = 2600
STEP = 256
_POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class Fault:
    """The way in which one request fails."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    mode: str = "answer"
    """`answer` refuses with `status`; `hang` (until the service recovers), `reset`, `huge` and `drip` take the push
    first."""


@dataclass
class Push:
    """An accepted push, decrypted if the keys were made here."""

    token: str
    headers: Mapping[str, str]
    body: bytes
    plaintext: bytes | None
    claims: dict[str, Any]
    at: datetime
    version: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.plaintext or b"")
        return found

    @property
    def expires_at(self) -> datetime:
        return self.at + timedelta(seconds=int(self.headers["TTL"]))


@dataclass
class Channel:
    """One subscription; with `key` if it was made here, with `uaid` and `channel_id` if a browser made it."""

    vapid_public: str | None
    token: str = field(default_factory=lambda: encode(os.urandom(24)))
    key: ec.EllipticCurvePrivateKey | None = None
    auth: bytes = b""
    uaid: str = ""
    channel_id: str = ""
    pending: list[Push] = field(default_factory=list)
    ended: int | None = None
    """The status with which the subscription is gone."""
    faults: deque[Fault] = field(default_factory=deque)

    def make_keys(self) -> dict[str, str]:
        """The browser's key pair, and its public half as a subscription carries it."""
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        return {"p256dh": encode(self.key.public_key().public_bytes(*_POINT)), "auth": encode(self.auth)}


class Refusal(Exception):
    """A request that a push service answers with `status`."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Judge:
    """Judges requests in the order in which Mozilla's service does; remembers salts and keys to see repetitions."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self._seen: set[bytes] = set()

    def accept(
        self, channel: Channel | None, headers: Mapping[str, str], body: bytes, origin: str, now: datetime
    ) -> tuple[bytes | None, dict[str, Any]]:
        """The plaintext, if the channel's keys are known, and the token's claims. Raises Refusal."""
        if channel is None:
            raise Refusal(404, "no such subscription")
        if channel.ended:
            raise Refusal(channel.ended, "the subscription has ended")
        if not headers.get("TTL", "").isdigit():
            raise Refusal(400, "TTL is missing")
        if len(body) > LARGEST_BODY:
            raise Refusal(413, "the body is too large")
        if headers.get("Content-Encoding") != "aes128gcm":
            raise Refusal(415, "Content-Encoding must be aes128gcm")
        if headers.get("Urgency", "normal") not in ("very-low", "low", "normal", "high"):
            raise Refusal(400, "Urgency is not one of four")
        if "Topic" in headers and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["Topic"]):
            raise Refusal(400, "Topic is not base64url of at most 32")
        claims = _claims(channel.vapid_public, headers.get("Authorization", ""), origin, now)
        plaintext = self.decrypt(channel, body)
        for kept, promise in (
            (int(headers["TTL"]) >= 60, "TTL is at least a minute"),
            (len(headers.get("Topic", "")) == 24, "Topic has 24 characters"),
            ("Urgency" in headers, "Urgency is always sent"),
            (len(body) <= 2744, "the body fits Firefox on Android"),
            (plaintext is None or len(plaintext) % STEP == 0, "the plaintext is padded"),
            (plaintext is None or len(plaintext) <= LARGEST_PLAINTEXT, "the plaintext fits"),
        ):
            if not kept:
                self.violations.append(f"broken promise: {promise}")
        if plaintext is not None:
            self.violations.extend(lock_screen.read(plaintext))
        return plaintext, claims

    def decrypt(self, channel: Channel, body: bytes) -> bytes | None:
        """The plaintext, by RFC 8291 alone; None for a channel whose keys are a browser's. Raises Refusal."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20] if len(body) > 20 else 0
        sender, record = body[21 : 21 + length], body[21 + length :]
        if length != 65 or len(record) > size:
            raise Refusal(400, "not a single aes128gcm record with its key")
        for secret in (salt, sender):
            if secret in self._seen:
                self.violations.append("a salt or an ephemeral key was used twice")
            self._seen.add(secret)
        if channel.key is None:
            return None
        ours = channel.key.public_key().public_bytes(*_POINT)
        shared = channel.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        ikm = _hkdf(channel.auth, shared, b"WebPush: info\0" + ours + sender, 32)
        key = _hkdf(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)
        try:
            padded = AESGCM(key).decrypt(_hkdf(salt, ikm, b"Content-Encoding: nonce\0", 12), record, None)
        except InvalidTag:
            raise Refusal(400, "cannot be decrypted") from None
        plaintext = padded.rstrip(b"\0")
        if plaintext[-1:] != b"\2":
            raise Refusal(400, "the last record has no delimiter")
        return plaintext[:-1]


def _claims(vapid_public: str | None, authorization: str, origin: str, now: datetime) -> dict[str, Any]:
    if vapid_public is None:
        return {}
    parts = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", authorization)
    if parts is None:
        raise Refusal(401, "no VAPID token")
    head, body, signature, key = parts.groups()
    if key != vapid_public:
        raise Refusal(403, "the token's key is not the subscription's")
    raw = decode(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    try:
        public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refusal(403, "bad signature") from None
    if json.loads(decode(head)) != {"typ": "JWT", "alg": "ES256"}:
        raise Refusal(403, "the token's header is not ES256")
    claims: dict[str, Any] = json.loads(decode(body))
    left_s = claims.get("exp", 0) - now.timestamp()
    if claims.get("aud") != origin:
        raise Refusal(403, "aud is not this origin")
    if not 0 < left_s <= 24 * 3600:
        raise Refusal(403, f"exp is {left_s:.0f} s away")
    if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+\.\w+|https://[\w.-]+\.\w+\S*", claims.get("sub", "")):
        raise Refusal(403, "sub is not a real contact")
    return claims


def tls_of_this_machine(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate made for it, and the file by which a client may trust it.

    `hosts` are the names that it bears besides this machine's.
    """
    certificate, key = self_signed(*hosts)
    trusted, secret = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(certificate)
    secret.write_bytes(key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, secret)
    return context, trusted


def self_signed(*hosts: str) -> tuple[bytes, bytes]:
    """A certificate for 127.0.0.1, localhost and these hosts, and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = (
        x509.random_serial_number()
    )  # in the name too, so that a client that trusts two certificates can tell them apart
    attributes = {x509.NameOID.COMMON_NAME: "localhost", x509.NameOID.SERIAL_NUMBER: f"{serial:x}"}
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])
    dns = [x509.DNSName(host) for host in ("localhost", *hosts)]
    names = x509.SubjectAlternativeName([*dns, x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), serial)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem), private


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """base64url with or without padding."""
    text = text.rstrip("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\1", "sha256")[:length]
