"""Writing a program over HTTP: proposals, previews, drafts, revisions; on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from tests.programs.conftest import Desk, item, refusal
from tests.world import START, Api, World

# Programs


async def test_a_therapist_publishes_a_template_and_the_phone_shows_it(desk: Desk) -> None:
    await desk.needle()
    proposal = (await desk.staff.get(desk.path("program/proposal?template=starter-general"))).json()
    assert [p["slug"] for p in proposal["phases"]] == ["p0", "p1", "p2", "p3", "p4", "p5"]
    published = await desk.staff.post(desk.path("program/revisions"), json=proposal | {"id": "first"})
    assert (published.status_code, published.json()["number"]) == (201, 1)
    view = (await desk.staff.get(desk.path("program"))).json()
    assert view["revision"] == published.json()
    assert view["program"]["anchorAt"] == "2026-03-02T15:00:00Z"
    assert view["program"]["phase"] == "p0"
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert plan["revision"]["changeSummary"] == proposal["changeSummary"]
    now = next(s for s in plan["segments"] if s["from"] <= "2026-03-02T15:00:00Z" < s["until"])
    assert [i["slug"] for i in now["items"]][:3] == ["easy-walk", "pelvic-tilt", "belly-breathing"]
    assert (now["phase"], now["hoursSinceNeedling"], now["aftercarePhase"]) == ("p0", 0, "p0")
    assert all(i["draft"] for i in now["items"])


async def test_a_newer_revision_is_a_conflict_that_names_it(desk: Desk) -> None:
    await desk.publish()
    answer = await desk.publish(item("bird-dog"))
    assert refusal(answer) == (409, "version-conflict", "basedOn")
    assert "1" in answer.json()["detail"]
    assert (await desk.publish(item("bird-dog"), basedOn=1)).json()["number"] == 2
    revisions = (await desk.staff.get(desk.path("program"))).json()["revisions"]
    assert [r["number"] for r in revisions] == [1, 2]
    first = (await desk.staff.get(desk.path("program/revisions/1"))).json()
    assert [p["slug"] for p in first["prescriptions"]] == ["bridge"]
    assert refusal(await desk.staff.get(desk.path("program/revisions/3")))[:2] == (404, "not-found")


async def test_a_published_revision_can_be_sent_back_as_the_next(desk: Desk) -> None:
    published = (await desk.publish(item("bridge"), item("easy-walk"))).json()
    kept = ("id", "kind", "slug", "phases", "dosage", "tiny", "side", "note")
    again = {
        "id": "second",
        "basedOn": 1,
        "changeSummary": {"en": "The same.", "es": "Lo mismo."},
        "phases": published["phases"],
        "prescriptions": [{name: p[name] for name in kept} for p in published["prescriptions"]],
        "overlay": [{name: p[name] for name in kept} for p in published["overlay"]],
    }
    second = (await desk.staff.post(desk.path("program/revisions"), json=again)).json()
    assert second["prescriptions"] == published["prescriptions"]
    assert second["overlay"] == published["overlay"]


async def test_forty_items_with_full_notes_in_two_byte_letters_are_saved(desk: Desk) -> None:
    full = {"en": "é" * 300, "es": "ñ" * 300}
    items = [item(f"item-{number}", note=full) for number in range(40)]
    saved = await desk.staff.put(desk.path("program/draft"), json={"prescriptions": items, "overlay": items})
    assert (saved.status_code, len(saved.json()["prescriptions"])) == (200, 40)
    items[17] = item("item-17", note=full | {"es": "ñ" * 301})
    refused = await desk.staff.put(desk.path("program/draft"), json={"prescriptions": items})
    assert refusal(refused) == (400, "invalid", "prescriptions[17].note.es")


async def test_a_revision_may_take_effect_later_and_the_phone_knows(desk: Desk) -> None:
    await desk.publish(item("bridge"))
    later = (START + timedelta(days=3)).isoformat()
    await desk.publish(item("bird-dog"), basedOn=1, effectiveFrom=later)
    plan = (await desk.phone.get("/api/me/plan")).json()
    assert (plan["revision"]["number"], plan["upcoming"]["number"]) == (1, 2)
    assert {s["revision"] for s in plan["segments"]} == {None, 1, 2}
    assert {"bridge", "bird-dog"} <= plan["items"].keys()


@pytest.mark.parametrize(
    ("items", "change", "field"),
    [
        ([], {"prescriptions": []}, "prescriptions"),
        ([item("nothing-of-the-kind")], {}, "prescriptions[0].slug"),
        ([item(kind="topic")], {}, "prescriptions[0].kind"),
        ([item(phases=[])], {}, "prescriptions[0].phases"),
        ([item(phases=["p9"])], {}, "prescriptions[0].phases[0]"),
        ([item(dosage={"sets": 0, "reps": 5})], {}, "prescriptions[0].dosage.sets"),
        ([item(dosage={"sets": 11, "reps": 5})], {}, "prescriptions[0].dosage.sets"),
        ([item(dosage={"sets": 1, "reps": 101})], {}, "prescriptions[0].dosage.reps"),
        ([item(dosage={"sets": 1, "reps": 5, "holdS": 301})], {}, "prescriptions[0].dosage.holdS"),
        ([item(dosage={"sets": 1, "reps": 5, "restS": 601})], {}, "prescriptions[0].dosage.restS"),
        ([item(dosage={"sets": 1, "durationS": 7201})], {}, "prescriptions[0].dosage.durationS"),
        ([item(dosage={"sets": 1, "reps": 5, "timesPerDay": 13})], {}, "prescriptions[0].dosage.timesPerDay"),
        ([item(dosage={"sets": 1, "reps": 5, "weekdays": 128})], {}, "prescriptions[0].dosage.weekdays"),
        ([item(dosage={"sets": 1, "reps": 5, "weekdays": 0})], {}, "prescriptions[0].dosage.weekdays"),
        ([item(dosage={"sets": 1, "reps": 5.5})], {}, "prescriptions[0].dosage.reps"),
        ([item(note={"en": "x" * 301, "es": ""})], {}, "prescriptions[0].note.en"),
        ([item(patientId="x")], {}, "prescriptions[0].patientId"),
        ([item()], {"changeSummary": {"en": "", "es": "Nuevo."}}, "changeSummary.en"),
        ([item()], {"changeSummary": {"en": "New."}}, "changeSummary.es"),
        ([item()], {"effectiveFrom": "2026-03-02T14:59:59Z"}, "effectiveFrom"),
        ([item()], {"effectiveFrom": "0001-01-01T00:00:00+14:00"}, "effectiveFrom"),
        ([item()], {"author": "me"}, "author"),
        ([item()], {"overlay": [item(phases=["p3"])]}, "overlay[0].phases[0]"),
        ([item()] * 41, {}, "prescriptions"),
    ],
)
async def test_publishing_is_refused_by_field_and_nothing_is_stored(
    desk: Desk, items: list[dict[str, Any]], change: dict[str, Any], field: str
) -> None:
    assert refusal(await desk.publish(*items, **change)) == (400, "invalid", field)
    view = (await desk.staff.get(desk.path("program"))).json()
    assert (view["program"], view["revisions"]) == (None, [])


async def test_a_preview_says_what_would_change_and_stores_nothing(desk: Desk) -> None:
    await desk.publish(item("bridge"), overlay=[])
    plan = {"prescriptions": [item("easy-walk")], "overlay": []}
    shown = (await desk.staff.post(desk.path("program/preview"), json=plan)).json()
    assert [(c["code"], c["slug"]) for c in shown["changes"]] == [("added", "easy-walk"), ("removed", "bridge")]
    assert shown["summary"]["es"].startswith("Nuevo: Caminata")
    assert [i["slug"] for i in shown["today"]["items"]] == ["easy-walk"]
    assert [i["slug"] for i in (await desk.staff.get(desk.path("today"))).json()["items"]] == ["bridge"]
    assert (await desk.staff.get(desk.path("program"))).json()["revision"]["number"] == 1


async def test_a_preview_of_the_first_plan_counts_from_the_session(desk: Desk) -> None:
    await desk.needle(START - timedelta(hours=80))
    shown = (await desk.staff.post(desk.path("program/preview"), json={"prescriptions": [item()]})).json()
    assert shown["today"]["phase"] == "p3"
    assert shown["summary"]["en"].startswith("This is your plan.")


async def test_a_proposal_for_a_patient_who_was_not_needled_begins_at_once(desk: Desk) -> None:
    proposal = (await desk.staff.get(desk.path("program/proposal?template=no-floor"))).json()
    first = next(p for p in proposal["prescriptions"] if p["slug"] == "high-sit-to-stand")
    assert first["phases"] == ["p0", "p1", "p2", "p3"]


@pytest.mark.parametrize("template", ["no-such-template", "after-needling-72h", "bridge", "x" * 65])
async def test_a_proposal_needs_a_plan_of_the_library(desk: Desk, template: str) -> None:
    answer = await desk.staff.get(desk.path(f"program/proposal?template={template}"))
    assert refusal(answer)[:2] == (400, "invalid")
    assert answer.json()["field"] == "template"


# Drafts


async def test_a_draft_is_saved_read_discarded_and_deleted_by_publishing(desk: Desk) -> None:
    path = desk.path("program/draft")
    assert refusal(await desk.staff.delete(path))[:2] == (404, "not-found")
    saved = await desk.staff.put(
        path, json={"prescriptions": [item(dosage=None)], "changeSummary": {"en": "N", "es": ""}}
    )
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert (await desk.staff.get(desk.path("program"))).json()["draft"] == saved.json()
    assert (await desk.staff.delete(path)).status_code == 204
    await desk.staff.put(path, json={})
    await desk.publish()
    assert (await desk.staff.get(desk.path("program"))).json()["draft"] is None


async def test_a_draft_of_someone_else_is_a_conflict(desk: Desk, api: Api, world: World) -> None:
    path = desk.path("program/draft")
    await desk.staff.put(path, json={"prescriptions": [item()]})
    admin = await api.signed_in(await world.admin(desk.patient.clinic))
    assert (await admin.put(path, json={"knownVersion": 1})).json()["version"] == 2
    mine = await desk.staff.put(path, json={"knownVersion": 1, "prescriptions": [item()]})
    assert refusal(mine) == (409, "draft-conflict", "knownVersion")
    assert (await desk.staff.get(desk.path("program"))).json()["draft"]["prescriptions"] == []


async def test_a_therapist_begins_a_phase_by_hand(desk: Desk) -> None:
    await desk.publish(item("bridge"))
    path = desk.path("program/phase")
    for _ in range(2):
        assert (await desk.staff.put(path, json={"phase": "p4"})).status_code in (200, 204)
    assert (await desk.staff.get(desk.path("program"))).json()["program"]["phase"] == "p4"
    assert (await desk.staff.get(desk.path("today"))).json()["phase"] == "p4"
    assert refusal(await desk.staff.put(path, json={"phase": "p0"})) == (400, "invalid", "phase")
    assert refusal(await desk.staff.put(path, json={"phase": "other"})) == (400, "invalid", "phase")


async def test_a_phase_of_no_program_cannot_begin(desk: Desk) -> None:
    assert refusal(await desk.staff.put(desk.path("program/phase"), json={"phase": "p4"}))[:2] == (
        409,
        "no-open-episode",
    )


async def test_an_episode_without_the_floor_changes_its_list(desk: Desk) -> None:
    await desk.publish(item("bridge"), item("belly-breathing"))
    [episode] = (await desk.staff.get(desk.path("episodes"))).json()
    changed = await desk.staff.patch(desk.path(f"episodes/{episode['id']}"), json={"noFloor": True})
    assert changed.json()["noFloor"] is True
    bridge, breathing = (await desk.staff.get(desk.path("today"))).json()["items"]
    assert (bridge["held"], bridge["reasons"][-1]["code"]) == (True, "needs-floor")
    assert (breathing["held"], breathing["bodyPosition"]) == (False, "sitting")
