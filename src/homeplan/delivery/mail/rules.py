"""The outcome that a mail server's answer means. Pure."""

import re
from typing import Literal

from homeplan.delivery.model import AuthRefused, Gone, Outcome, Refused, Retry

Step = Literal["connect", "sign-in", "sender", "recipient", "text"]
"""The part of the dialogue in which the server refused."""

_OURS = (530, 534, 535, 538)
"""Codes by which a server asks for another sign-in, at any step."""
_POLICY = re.compile(r"^5\.7\.")
"""Enhanced code (RFC 3463) of a rule of the server, for example that it relays nothing for us."""
_SECRET = re.compile(r"[^\s<>]+@[^\s<>]+|[A-Za-z0-9_%:+/=~-]{24,}")


def classify(step: Step, code: int, text: str) -> Outcome:
    """The action after a refusal at this step with this SMTP code."""
    reason = words(step, code, text)
    if code in _OURS or (step in ("connect", "sign-in", "sender") and code >= 500) or _POLICY.match(text):
        return AuthRefused(reason)
    if code < 500:
        return Retry(reason)
    return Gone(code) if step == "recipient" else Refused(reason)


def words(step: str, code: int, text: str) -> str:
    """The code, the step and the server's own words on one line, without addresses."""
    plain = "".join(c if c.isprintable() else " " for c in _SECRET.sub("…", text[:400]))
    return " ".join(f"{code} {step} {plain}".split())[:200]


def concerns_server(step: Step) -> bool:
    """Whether a failure at this step would meet every other mail as well."""
    return step in ("connect", "sign-in")


def is_sign_in(reason: str) -> bool:
    """Whether the words of a refusal are about our user and password."""
    code, _, rest = reason.partition(" ")
    return rest.startswith("sign-in") or code in map(str, _OURS)
