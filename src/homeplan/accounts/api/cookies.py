"""The four cookies: host-only, HTTPS only, invisible to scripts, never sent across sites."""

from datetime import timedelta

from litestar.datastructures import Cookie

from homeplan.accounts.admission import CHALLENGE_COOKIE, DEVICE_COOKIE, PATIENT_COOKIE, STAFF_COOKIE
from homeplan.accounts.factors.rules import CHALLENGE_LIFE
from homeplan.accounts.rules import LIFETIMES
from homeplan.actor import Role

LONGEST = timedelta(days=400)
"""The longest time that browsers keep a cookie."""


def patient_cookie(token: str) -> Cookie:
    return _cookie(PATIENT_COOKIE, token, LIFETIMES[Role.PATIENT].absolute)


def staff_cookie(token: str, role: Role) -> Cookie:
    return _cookie(STAFF_COOKIE, token, LIFETIMES[role].absolute)


def device_cookie(token: str) -> Cookie:
    return _cookie(DEVICE_COOKIE, token, LONGEST)


def challenge_cookie(token: str) -> Cookie:
    return _cookie(CHALLENGE_COOKIE, token, CHALLENGE_LIFE)


def no_cookie(key: str) -> Cookie:
    """Deletes the cookie."""
    return _cookie(key, "", timedelta(0))


def _cookie(key: str, value: str, life: timedelta) -> Cookie:
    return Cookie(
        key=key,
        value=value,
        path="/",
        max_age=int(life.total_seconds()),
        secure=True,
        httponly=True,
        samesite="strict",
    )
