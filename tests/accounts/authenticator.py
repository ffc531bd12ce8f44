"""A passkey in software (WebAuthn Level 3, ES256): it answers the options of the server as a browser does."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.world import ORIGIN

PRESENT, VERIFIED, NEW_CREDENTIAL = 0x01, 0x04, 0x40


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey. Its fields may be set to what a broken or hostile browser would send."""

    origin: str = ORIGIN
    counts: bool = True
    verifies: bool = True
    """Whether it checks the person: a PIN, a finger, a face."""
    user_handle: str = ""
    sign_count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options of a new passkey."""
        self.user_handle = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cose
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(options["rp"]["id"], NEW_CREDENTIAL) + credential,
        }
        return {
            "id": base64url(self.credential_id),
            "response": {
                "clientDataJSON": base64url(self._client_data("webauthn.create", options)),
                "attestationObject": base64url(cbor2.dumps(attestation)),
            },
        }

    def prove(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options of a sign-in."""
        if self.counts:
            self.sign_count += 1
        client_data = self._client_data("webauthn.get", options)
        data = self._data(options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": base64url(self.credential_id),
            "response": {
                "clientDataJSON": base64url(client_data),
                "authenticatorData": base64url(data),
                "signature": base64url(signature),
                "userHandle": self.user_handle,
            },
        }

    def _data(self, host: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()
