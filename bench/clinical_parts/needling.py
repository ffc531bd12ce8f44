"""A needling session as it is written down: stored, or refused."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from bench.clinical_parts.clinic import NOW, Desk, as_names, opened
from bench.clinical_parts.judging import alert_wrongs, differences, of_api
from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.model import Finding, Severity
from homeplan.ids import new_id
from homeplan.library.content import needling_rules

SIGN_OF = {"critical": "saddle", "high": "fever"}
"""Severity of an open safety alert → a sign that raises it."""


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    async with opened() as desk:
        if given.get("consent") == "signed":
            await desk.sign_consent()
        await _open_alert(desk, given.get("open_alert"))
        if "needled" in given:
            await desk.needle(given["needled"]["hours_ago"], list(given["needled"]["muscles"]))
        await desk.at(NOW)
        before = len(await desk.alerts())
        answer = await desk.staff.post(desk.path("needling-sessions"), json=_body(given))
        found = differences([("refused", 400 <= answer.status_code < 500, expect["refused"])])
        if found:
            found.append(f"answer {answer.status_code}: {answer.text[:200]}")
        if "alert" in expect:
            alerts = [of_api(one) for one in await desk.alerts()]
            found += alert_wrongs(expect["alert"], alerts if expect["alert"] != "none" else alerts[before:])
        return found


def _body(given: Mapping[str, Any]) -> dict[str, Any]:
    techniques = as_names(given["technique"])
    needled = [
        {"muscle": muscle, "side": given["side"], "technique": technique}
        for muscle in as_names(given["muscles"])
        for technique in techniques
    ]
    body = {
        "id": new_id(NOW),
        "startedAt": (NOW - timedelta(minutes=given["minutes"])).isoformat(),
        "endedAt": NOW.isoformat(),
        "muscles": needled,
        "screen": _screen(given["screen"]),
    }
    return body | {field: given[name] for name, field in _OPTIONAL.items() if name in given}


_OPTIONAL = {"despite_stop": "despiteStop", "despiteStop": "despiteStop", "note": "note"}


def _screen(given: Mapping[str, Any]) -> dict[str, Any]:
    """Items that are asked and neither answered yes nor unknown are answered no."""
    yes = given["answered_yes"]
    yes = yes if isinstance(yes, Mapping) else {item: {} for item in as_names(yes)}
    unknown = as_names(given.get("unknown") or given.get("not_known"))
    asked = _items() if given["asked"] == "all" else [] if given["asked"] == "none" else as_names(given["asked"])
    left_out = as_names(given.get("unanswered"))
    answers: dict[str, Any] = {item: {"answer": "no"} for item in asked if item not in left_out}
    answers |= {item: {"answer": "not-known"} for item in unknown}
    answers |= {item: {"answer": "yes"} | _on_the_wire(details or {}) for item, details in yes.items()}
    return {"answers": answers, "decision": given["decision"], "reason": given["reason"]}


def _on_the_wire(details: Mapping[str, Any]) -> dict[str, Any]:
    return {_camel(name): value for name, value in details.items()}


def _camel(name: str) -> str:
    """`at_site` as the API has it: `atSite`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _items() -> list[str]:
    """The items of the needling screen."""
    return [one.slug for one in needling_rules().screen]


async def _open_alert(desk: Desk, severity: Severity | str | None) -> None:
    """An unacknowledged safety alert of that severity, and its pause."""
    if severity in SIGN_OF:
        await desk.answer_safety([SIGN_OF[str(severity)]])
        return
    if severity in (None, "none"):
        return
    finding = msgspec.convert(
        {"rule": "soreness-72h", "version": 1, "trigger": "vignette", "value": 4, "known_at": NOW, "inputs": {}},
        Finding,
    )
    await desk.db.write(lambda tx: raise_alerts(desk.therapist.context(tx, NOW), desk.patient.id, [finding]))
