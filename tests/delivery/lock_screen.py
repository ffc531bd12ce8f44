"""Every plaintext that a test sends is read here: a lock screen may show the fixed texts, and nothing else."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_found: list[str] = []

_OPAQUE = {
    "navigate": r"https?://[^/]+/(#/(checkin|messages|today)|console/)",
    "tag": r"[A-Za-z0-9_-]{24}",
    "receipt": r"[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{22}",
}
"""Members that no text may hide in."""

_FIXED = {"web_push": 8030, "mutable": True, "silent": False, "app_badge": 1}
"""The badge goes only with what a saved check-in clears."""

_OF_TRANSPORT_TESTS = re.compile(rb"\{\}|[0-9a-f]{16}|\0{256}|x{255}")
"""The plaintext that tests of encryption and transport send in place of a notification."""


def read(plaintext: bytes) -> list[str]:
    """The leaks of this push; they are also kept for `take_leaks`, so that the running test fails."""
    leaks = [] if _OF_TRANSPORT_TESTS.fullmatch(plaintext.rstrip(b" ")) else _leaks(plaintext)
    _found.extend(leaks)
    return leaks


def take_leaks() -> list[str]:
    """All leaks since this was last asked."""
    leaks = [*_found]
    _found.clear()
    return leaks


def _leaks(plaintext: bytes) -> list[str]:
    try:
        message: dict[str, Any] = json.loads(plaintext)
        notification: dict[str, Any] = message.pop("notification")
        shown = {part: notification.pop(part) for part in ("title", "body", "lang")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["not a notification"]
    leaks = [] if shown in _fixed_texts() else [f"not one of the fixed texts: {shown}"]
    members = {**message, **notification}
    expected = {*_FIXED, *_OPAQUE} - (set() if str(members.get("navigate")).endswith("checkin") else {"app_badge"})
    if {*members} != expected:
        leaks.append(f"unexpected members: {sorted({*members} ^ expected)}")
    leaks += [f"{name} is said twice" for name in message if message[name] != members[name]]
    for name, pattern in _OPAQUE.items():
        if not re.fullmatch(pattern, str(members.get(name))):
            leaks.append(f"{name} is not opaque")
    leaks += [f"{name} is {members[name]}" for name, value in _FIXED.items() if members.get(name, value) != value]
    return leaks


@cache
def _fixed_texts() -> list[dict[str, str]]:
    """Straight from the instrument, not from the copy that push sends."""
    content = yaml.safe_load((files("homeplan.library") / "data" / "checkin.yaml").read_text(encoding="utf-8"))
    of_staff = json.loads((files("homeplan.delivery.staff") / "texts.json").read_text(encoding="utf-8"))
    return [
        {"title": each["title"][language], "body": each["body"][language], "lang": language}
        for each in (*content["notification_texts"].values(), *of_staff.values())
        for language in ("en", "es")
    ]
