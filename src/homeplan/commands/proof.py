"""Proves that the proxy in front names each visitor: asks through the origin with a forged header."""

import contextlib
import http.client
import ssl
from urllib.parse import urlsplit

import msgspec

from homeplan.health import Visitor

FORGED = ("192.0.2.66", "192.0.2.77")
"""Addresses for documentation (RFC 5737), from which no visitor comes."""

TIMEOUT_S = 5.0
_LARGEST = 4096


class Unproved(Exception):
    """The origin cannot be asked; the message says why, for the operator."""


def proxy_fault(origin: str) -> str | None:
    """The sentence for the operator when visitors can forge their address or seem to be the proxy; else None.

    `origin` is https. Raises Unproved when nobody answers there, or something other than homeplan.
    """
    try:
        seen = _ask(origin)
    except (OSError, http.client.HTTPException) as failed:  # a certificate that is not valid is an OSError
        raise Unproved(f"{origin} cannot be asked ({type(failed).__name__}: {failed}).") from failed
    except msgspec.DecodeError as failed:
        raise Unproved(f"{origin} does not answer as homeplan.") from failed
    if seen.address in FORGED:
        return (
            "The proxy passes on the X-Forwarded-For that a visitor sends, so anybody can choose their address. "
            "Have it replace the header, as deploy/Caddyfile and deploy/nginx.conf do."
        )
    if not seen.forwarded:
        return (
            f"homeplan takes visitors for {seen.address}: have the proxy send X-Forwarded-For, and name that address "
            "in HOMEPLAN_TRUSTED_PROXIES when it is the proxy's."
        )
    return None


def _ask(origin: str) -> Visitor:
    parts = urlsplit(origin)
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S, context=context)
    with contextlib.closing(connection):
        connection.putrequest("GET", "/visitor")
        for address in FORGED:
            connection.putheader("X-Forwarded-For", address)
        connection.endheaders()
        return msgspec.json.decode(connection.getresponse().read(_LARGEST), type=Visitor, strict=True)
