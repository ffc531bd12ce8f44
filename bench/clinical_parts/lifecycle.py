"""An alert that is open or was acknowledged, and what is reported after it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from bench.clinical_parts.clinic import NOW, Desk, opened
from bench.clinical_parts.judging import alert_wrongs, differences, of_api
from bench.clinical_parts.safety import report
from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.model import Finding


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    async with opened() as desk:
        before = 0
        if "open_alert" in given:
            before = await _earlier(desk, given["open_alert"])
        if "first" in given:
            await _mistake(desk, given["first"], given.get("then") or {})
        else:
            await _now(desk, given)
        alerts = [of_api(one) for one in await desk.alerts()]
        found = alert_wrongs(expect.get("alert"), alerts)
        if "news" in expect:
            found += differences([("news", sum(one["times"] for one in alerts) > before, expect["news"])])
        if isinstance(expect.get("alert"), Mapping) and "open" in expect["alert"]:
            found += differences([("open", bool(alerts), expect["alert"]["open"])])
        if "pause" in expect:
            found += differences([("pause", await desk.pause(), str(expect["pause"]).split()[0])])
        return found


async def _earlier(desk: Desk, given: Mapping[str, Any]) -> int:
    """Raise the alert at its time, acknowledge it if it was; returns how often open alerts were told."""
    await desk.at(NOW - timedelta(days=given.get("raised_days_ago", 0), hours=given.get("raised_hours_ago", 0)))
    if given["rule"] == "safety-yes":
        await desk.answer_safety(list(given["items"]))
    else:
        await _raise(desk, given, "vignette")
    if given.get("acknowledged"):
        for alert in await desk.alerts():
            note = {"note": "Spoke with the patient."}
            for body in (note, note | {"outcome": "spoke-continue"}):  # with an outcome where the product asks for one
                answer = await desk.staff.post(desk.path(f"alerts/{alert['id']}/acknowledgement"), json=body)
                if answer.is_success:
                    break
    before = sum(int(one["times"]) for one in await desk.alerts())
    await desk.at(NOW)
    return before


async def _now(desk: Desk, given: Mapping[str, Any]) -> None:
    if "safetyYes" in given:
        await report(desk, given)
    elif "value" in given:
        await _raise(desk, {**given["open_alert"], "value": given["value"]}, "vignette again")


async def _mistake(desk: Desk, first: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    """Report signs, and take them back some minutes later."""
    if "safety-answer" in str(first.get("via", "safety-answer")):
        sent = (await desk.answer_safety(list(first["safetyYes"]))).json()["id"]
    else:
        sent = (await desk.check_in(anythingNew=True, safetyYes=list(first["safetyYes"]))).json()["clientEventId"]
    await desk.at(NOW + timedelta(minutes=then.get("minutes", 0)))
    retracts = {"retracts": sent} if then.get("retracts") else {}
    await desk.answer_safety(list(then.get("safetyYes") or ()), **retracts)


async def _raise(desk: Desk, given: Mapping[str, Any], trigger: str) -> None:
    now = desk.clock.now()
    finding = msgspec.convert(
        {
            "rule": given["rule"],
            "version": 1,
            "trigger": trigger,
            "value": given.get("value", 1),
            "marks": list(given.get("items") or ()),
            "severity": given.get("severity"),
            "known_at": now,
            "inputs": {},
        },
        Finding,
    )
    await desk.db.write(lambda tx: raise_alerts(desk.therapist.context(tx, now), desk.patient.id, [finding]))
