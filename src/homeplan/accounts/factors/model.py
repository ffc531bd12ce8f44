"""Second factors of staff: the structs and the errors."""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from homeplan.errors import Conflict, Forbidden, NotSignedIn
from homeplan.typed import LINE
from homeplan.values import Id, Instant, Value

Way = Literal["passkey", "totp", "recovery"]
"""A way to prove the second factor: a passkey, the code of an authenticator app, a recovery code."""
PasskeyName = Annotated[str, Meta(min_length=1, max_length=40, extra=LINE)]
TypedCode = Annotated[str, Meta(max_length=40)]
"""A typed code that is only compared, so any text is accepted."""
Base64Url = Annotated[str, Meta(min_length=1, max_length=8192, pattern=r"^[A-Za-z0-9_-]+$")]


class Purpose(StrEnum):
    """The use of a passkey's challenge; an answer counts for this use only."""

    SIGN_IN = "sign-in"
    REGISTER = "register"
    CONFIRM = "confirm"


class Attestation(Value, frozen=True):
    """A browser's answer to the options of a new passkey, in base64url."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    attestation_object: Base64Url


class NewCredential(Value, frozen=True):
    """A new passkey, as a browser made it."""

    id: Base64Url
    response: Attestation


class Assertion(Value, frozen=True):
    """A browser's answer to the options of a sign-in, in base64url."""

    client_data_json: Base64Url = field(name="clientDataJSON")
    authenticator_data: Base64Url
    signature: Base64Url
    user_handle: Base64Url


class Credential(Value, frozen=True):
    """The proof of a passkey, as a browser made it."""

    id: Base64Url
    response: Assertion


class Passkey(Value, frozen=True):
    """A passkey in its owner's list."""

    id: Id
    name: PasskeyName
    created_at: Instant
    last_used_at: Instant | None


class AuthenticatorApp(Value, frozen=True):
    """An app that shows codes of six digits (TOTP, RFC 6238)."""

    created_at: Instant


class Factors(Value, frozen=True):
    """The second factors of a member of staff."""

    passkeys: list[Passkey]
    totp: AuthenticatorApp | None
    recovery_codes_left: int
    passkeys_possible: bool
    """False when the origin is an IP address, which browsers make no passkeys for."""


class StoredPasskey(Struct, frozen=True, kw_only=True):
    """A passkey as its answers are checked against it; key and id in base64url."""

    clinic_id: str
    id: str
    staff_id: str
    credential_id: str
    public_key: str
    sign_count: int


class CodeSet(Struct, frozen=True, kw_only=True):
    """New recovery codes with their salt and hashes, in one order. Only salt and hashes are stored."""

    codes: tuple[str, ...]
    salt: str
    hashes: tuple[str, ...]


class SecondFactorNeeded(Forbidden):
    """Your second factor is still needed: a passkey, a code of your app, or a recovery code."""

    code = "second-factor-needed"
    is_denial = False


class ConfirmIdentity(Forbidden):
    """Please confirm first that it is you."""

    code = "confirm-identity"
    is_denial = False


class FactorRefused(NotSignedIn):
    """This did not prove who you are. Please try again."""

    code = "factor-refused"


class LastFactor(Conflict):
    """This is your only second factor. Set up another one before you remove it."""

    code = "last-factor"


class PasskeysImpossible(Conflict):
    """Passkeys need an address with a name; this one is an IP address. Use an authenticator app."""

    code = "passkeys-impossible"
