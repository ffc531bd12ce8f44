"""The answer to a prompt after needling: adverse events, and the safety screen."""

from collections.abc import Mapping
from typing import Any

from bench.clinical_parts.clinic import NOW, ZONE, opened
from bench.clinical_parts.judging import alert_wrongs, differences, of_api
from homeplan.ids import new_id


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    async with opened() as desk:
        hour = given.get("prompt_h", 24)
        session = await desk.needle(given.get("hours_ago", hour), ["multifidus"])
        if given.get("safetyYes"):
            await desk.answer_safety(list(given["safetyYes"]))
        body = {
            "id": new_id(NOW),
            "session": session,
            "promptHour": hour,
            "answeredAt": NOW.isoformat(),
            "timeZone": ZONE.key,
            "events": [{name: value for name, value in one.items() if value is not None} for one in given["events"]],
        }
        if given.get("soreness") is not None:
            body["soreness"] = given["soreness"]
        answer = await desk.phone.post("/api/me/after-needling", json=body)
        found = [] if answer.is_success else [f"answer {answer.status_code}: {answer.text[:200]}"]
        found += alert_wrongs(expect.get("alert"), [of_api(one) for one in await desk.alerts()])
        if "pause" in expect:
            found += differences([("pause", await desk.pause(), str(expect["pause"]).split()[0])])
        log = await desk.staff.get(desk.path("adverse-events"))
        for want in _as_list(expect.get("log")):
            events = [(one["event"], one["severity"]) for one in log.json()] if log.is_success else []
            if (want["event"], want["severity"]) not in events:
                found.append(f"log: {events}, should hold {want}")
        return found


def _as_list(given: Any) -> list[Mapping[str, Any]]:
    return [] if given in (None, "none") else list(given) if isinstance(given, list) else [given]
