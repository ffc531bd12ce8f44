"""Comparing what the product did with what a vignette expects."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.clinical_parts.courses import WORSE


def differences(pairs: Iterable[tuple[str, object, object]]) -> list[str]:
    """One line for each (name, got, wanted) that differs."""
    return [f"{name}: {got!r}, should be {want!r}" for name, got, want in pairs if got != want]


def alert_wrongs(want: Any, alerts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whether the alerts are those of `want`: `none`, `none-of-worse`, or one that is described.

    An alert has rule, severity, items, times and mark, as far as the vignette asks for them; `again` means `times`.
    """
    rules = sorted(str(one["rule"]) for one in alerts)
    if want in (None, "none"):
        return [f"alerts: {rules}, should be none"] if rules else []
    if want == "none-of-worse":
        return [f"alerts: {rules}, none about worsening"] if WORSE & set(rules) else []
    rule = want.get("rule")
    found = next((one for one in alerts if rule in (None, one["rule"])), None)
    if found is None:
        return [f"alerts: {rules}, should hold {rule}"]
    asked = {"severity": "severity", "again": "times", "mark": "mark"}
    pairs = [(name, found.get(field), want[name]) for name, field in asked.items() if name in want]
    if "items" in want:
        pairs.append(("items", sorted(found.get("items") or ()), sorted(want["items"])))
    return differences(pairs)


def of_api(alert: Mapping[str, Any]) -> dict[str, Any]:
    """An alert of the API in the words of the vignettes."""
    repeats = alert["repeats"]
    events = [alert["inputs"], *(one["inputs"] for one in repeats if one["kind"] == "again")]
    return {
        "rule": alert["rule"],
        "severity": alert["severity"],
        "level": alert["inputs"].get("level"),
        "items": sorted({item for inputs in events for item in inputs.get("items") or ()}),
        "times": alert["times"],
        "mark": "patient-says-mistake" if any(one["kind"] == "retracted" for one in repeats) else None,
    }
