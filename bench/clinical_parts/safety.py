"""Safety answers, in a check-in or by themselves: level, alert and pause."""

from collections.abc import Mapping
from typing import Any

from bench.clinical_parts.clinic import Desk, opened
from bench.clinical_parts.judging import alert_wrongs, differences, of_api
from homeplan.checkins.rules import OTHER
from homeplan.checkins.screen import safety_items

MUST_NAME = {"sexual": "erection"}
"""Safety item → a word that its English text must contain."""
PASSED_ON = ("note", "timeZone", "painNow", "painWorst24h", "soreness", "otherText", "answeredAt")
"""Fields of a vignette's input that are sent as they are."""


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    async with opened() as desk:
        if "needled" in given:
            await desk.needle(given["needled"]["hours_ago"], list(given["needled"]["muscles"]))
        await report(desk, given)
        alerts = [of_api(one) for one in await desk.alerts()]
        found = alert_wrongs(expect.get("alert"), alerts)
        level = next((one["level"] for one in alerts if one["rule"] == "safety-yes"), None)
        if "level" in expect:
            want = None if expect["level"] in (None, "none") else expect["level"]
            found += differences([("level", level, want)])
        if "pause" in expect:
            found += differences([("pause", await desk.pause(), str(expect["pause"]).split()[0])])
    return found + _words(list(given.get("safetyYes") or ()))


async def report(desk: Desk, given: Mapping[str, Any]) -> None:
    """Send the answers by the route that the vignette names; a check-in where it names none."""
    yes = list(given.get("safetyYes") or ())
    changes = {name: given[name] for name in PASSED_ON if name in given}
    if given.get("regions") is not None:
        changes["regions"] = [{"slug": slug, "side": side} for slug, side in given["regions"]]
    if "safety-answer" in str(given.get("via", "")):
        # A phone sends something new without a tick as the sign for it: this route has no gate.
        await desk.answer_safety(yes or ([OTHER] if given.get("anythingNew") else []), **changes)
        return
    new = bool(given.get("anythingNew", bool(yes)))
    await desk.check_in(int(given.get("days_ago", 0)), anythingNew=new, safetyYes=yes, **changes)


def _words(yes: list[str]) -> list[str]:
    items = safety_items()
    return [
        f"the text of {item} does not name {MUST_NAME[item]}"
        for item in yes
        if item in MUST_NAME and (item not in items or MUST_NAME[item] not in items[item].text.en)
    ]
