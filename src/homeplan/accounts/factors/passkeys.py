"""Passkeys (WebAuthn Level 3): the options for browsers, and the check of their answers.

User verification (PIN, fingerprint, face) is required at every use, which makes a passkey two factors in one. The
passkey is kept on the authenticator (resident), so that nobody types an email.

webauthn is imported at its first use: it takes a seventh of a start.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from homeplan.accounts.factors.model import Credential, FactorRefused, NewCredential, PasskeysImpossible, StoredPasskey
from homeplan.accounts.factors.rules import CHALLENGE_LIFE, relying_party, user_handle
from homeplan.accounts.model import StaffMember
from homeplan.settings import Settings

NAME = "homeplan"
CHALLENGE_BYTES = 32
TIMEOUT_MS = int(CHALLENGE_LIFE.total_seconds() * 1000)


def new_challenge() -> str:
    """32 random bytes in base64url."""
    return secrets.token_urlsafe(CHALLENGE_BYTES)


def require_relying_party(settings: Settings) -> str:
    """The host name that passkeys are bound to. Raises PasskeysImpossible for an IP origin."""
    found = relying_party(settings.origin)
    if found is None:
        raise PasskeysImpossible
    return found


def creation_options(
    settings: Settings, member: StaffMember, clinic_id: str, challenge: str, known: Sequence[str]
) -> dict[str, Any]:
    """The options with which a browser makes a passkey; `known` are credentials that it must not make again."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=require_relying_party(settings),
        rp_name=NAME,
        user_id=user_handle(clinic_id, member.id),
        user_name=member.email,
        user_display_name=member.name,
        challenge=webauthn.base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one)) for one in known
        ],
    )
    return _as_json(options)


def request_options(settings: Settings, challenge: str) -> dict[str, Any]:
    """The options with which a browser proves a passkey; the person chooses which."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=require_relying_party(settings),
        challenge=webauthn.base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


def registered(
    settings: Settings, credential: NewCredential, challenge: str, *, clinic_id: str, staff_id: str, passkey_id: str
) -> StoredPasskey:
    """The passkey that the browser made for this challenge. Raises FactorRefused."""
    import webauthn

    sent = {
        "id": credential.id,
        "rawId": credential.id,
        "type": "public-key",
        "response": {
            "clientDataJSON": credential.response.client_data_json,
            "attestationObject": credential.response.attestation_object,
        },
    }
    try:
        verified = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=require_relying_party(settings),
            expected_origin=settings.origin,
            require_user_verification=True,
        )
    except PasskeysImpossible:
        raise
    except Exception as refused:  # the library raises its own errors and those of the parsers below it
        raise FactorRefused from refused
    return StoredPasskey(
        clinic_id=clinic_id,
        id=passkey_id,
        staff_id=staff_id,
        credential_id=webauthn.helpers.bytes_to_base64url(verified.credential_id),
        public_key=webauthn.helpers.bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
    )


def verified_count(settings: Settings, credential: Credential, challenge: str, passkey: StoredPasskey) -> int:
    """The authenticator's new sign count, after its answer to the challenge was checked. Raises FactorRefused.

    A count that does not grow means a copied authenticator and is refused.
    """
    import webauthn

    answer = credential.response
    try:
        if webauthn.base64url_to_bytes(answer.user_handle) != user_handle(passkey.clinic_id, passkey.staff_id):
            raise FactorRefused
        verified = webauthn.verify_authentication_response(
            credential={
                "id": credential.id,
                "rawId": credential.id,
                "type": "public-key",
                "response": {
                    "clientDataJSON": answer.client_data_json,
                    "authenticatorData": answer.authenticator_data,
                    "signature": answer.signature,
                    "userHandle": answer.user_handle,
                },
            },
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=require_relying_party(settings),
            expected_origin=settings.origin,
            credential_public_key=webauthn.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (PasskeysImpossible, FactorRefused):
        raise
    except Exception as refused:  # as above
        raise FactorRefused from refused
    return verified.new_sign_count


def _as_json(options: Any) -> dict[str, Any]:
    import webauthn

    decoded: dict[str, Any] = msgspec.json.decode(webauthn.options_to_json(options))
    return decoded
