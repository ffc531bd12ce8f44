from typing import Any

import httpx
import msgspec
import pytest

from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.library.content import starter
from homeplan.library.model import Exercise
from tests.library.build import exercise, template, topic
from tests.world import Api, Person, World

OWN = msgspec.to_builtins(exercise())
NEW = OWN | {"id": "towel-squeeze"}


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic(drafts_allowed=False))


@pytest.fixture
async def desk(api: Api, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(therapist)


async def listed(desk: httpx.AsyncClient, group: str, slug: str) -> Any:
    library = (await desk.get("/api/library")).json()
    return next(item for item in library[group] if item["slug"] == slug)


async def test_library_lists_every_item_with_version_and_review(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/api/library")
    assert answer.status_code == 200
    library = answer.json()
    groups = ("exercises", "activityModifications", "educationTopics", "templates")
    assert [len(library[group]) for group in groups] == [42, 14, 13, 8]
    unsigned = {"state": "unsigned", "signedBy": None, "signedAt": None}
    for group in groups:
        for item in library[group]:
            assert (item["version"], item["own"], item["retiredAt"], item["review"]) == (1, False, None, unsigned)
    assert {item["kind"] for item in library["exercises"]} == {"exercise"}
    assert [phase["slug"] for phase in library["phases"]] == ["p0", "p1", "p2", "p3", "p4", "p5"]


async def test_patients_and_strangers_do_not_see_the_library(api: Api, therapist: Person, world: World) -> None:
    assert (await api.anyone.get("/api/library")).status_code == 401
    phone = await api.signed_in(await world.patient(therapist.clinic, therapist))
    assert (await phone.get("/api/library")).status_code in (401, 403)


async def test_therapist_signs_and_the_next_reader_sees_by_whom(desk: httpx.AsyncClient, therapist: Person) -> None:
    answer = await desk.post("/api/library/reviews", json={"slugs": ["bridge", "bridge"]})
    assert (answer.status_code, answer.json()) == (200, {"signed": ["bridge"]})
    review = (await listed(desk, "exercises", "bridge"))["review"]
    assert review["state"] == "signed"
    assert review["signedBy"].startswith("Therapist Example")
    assert review["signedAt"] == "2026-03-02T15:00:00Z"


async def test_therapist_signs_all_that_they_looked_at(desk: httpx.AsyncClient) -> None:
    seen = (await desk.get("/api/library")).json()["fingerprint"]
    await desk.post("/api/library/items", json=NEW)
    late = await desk.post("/api/library/reviews", json={"all": True, "seen": seen})
    assert (late.status_code, late.json()["code"]) == (409, "library-changed")
    seen = (await desk.get("/api/library")).json()["fingerprint"]
    assert len((await desk.post("/api/library/reviews", json={"all": True, "seen": seen})).json()["signed"]) == 78


@pytest.mark.parametrize("body", [{}, {"slugs": ["bridge"], "all": True}, {"all": False}, {"slugs": []}])
async def test_signing_needs_either_names_or_all(desk: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await desk.post("/api/library/reviews", json=body)
    assert (answer.status_code, answer.json()["field"]) == (400, "slugs")


async def test_administrator_is_told_that_therapists_sign(api: Api, therapist: Person, world: World) -> None:
    admin = await api.signed_in(await world.therapist(therapist.clinic, role=Role.ADMIN))
    answer = await admin.post("/api/library/reviews", json={"all": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "only-therapists-sign")


async def test_signature_can_be_taken_back(desk: httpx.AsyncClient) -> None:
    await desk.post("/api/library/reviews", json={"slugs": ["driving"]})
    assert (await desk.delete("/api/library/reviews/driving")).status_code == 204
    assert (await listed(desk, "activityModifications", "driving"))["review"]["state"] == "unsigned"
    assert (await desk.delete("/api/library/reviews/driving")).status_code == 404


async def test_own_item_lives_from_draft_to_retirement(desk: httpx.AsyncClient) -> None:
    added = await desk.post("/api/library/items", json=NEW)
    assert (added.status_code, added.json()) == (201, {"slug": "own-towel-squeeze", "version": 1})
    slug = added.json()["slug"]
    await desk.post("/api/library/reviews", json={"slugs": [slug]})

    edited = OWN | {"feel": {"en": "Your hips work.", "es": "Las caderas trabajan."}}
    saved = await desk.put(f"/api/library/items/{slug}?basedOn=1", json=edited)
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    item = await listed(desk, "exercises", slug)
    assert (item["own"], item["version"], item["review"]["state"]) == (True, 2, "unsigned")
    assert item["feel"] == edited["feel"]
    late = await desk.put(f"/api/library/items/{slug}?basedOn=1", json=OWN)
    assert (late.status_code, late.json()["code"]) == (409, "item-changed")

    assert (await desk.delete(f"/api/library/items/{slug}")).status_code == 204
    assert (await listed(desk, "exercises", slug))["retiredAt"] == "2026-03-02T15:00:00Z"


async def test_own_topic_and_template_are_saved(desk: httpx.AsyncClient) -> None:
    added = await desk.post("/api/library/items", json=msgspec.to_builtins(topic()) | {"id": "topic-1"})
    assert added.json() == {"slug": "own-heat-or-cold", "version": 1}
    plan = msgspec.to_builtins(template())
    kept = await desk.post("/api/library/templates", json=plan | {"id": "plan-1"})
    assert (kept.status_code, kept.json()) == (201, {"slug": "own-our-short-plan", "version": 1})
    changed = plan | {"education": ["start-small"]}
    saved = await desk.put("/api/library/templates/own-our-short-plan?basedOn=1", json=changed)
    assert saved.json() == {"slug": "own-our-short-plan", "version": 2}
    item = await listed(desk, "templates", "own-our-short-plan")
    assert (item["education"], item["items"][0]["dosage"]["reps"]) == (["start-small"], 6)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "yoga"}, "category"),
        ({"loadType": "stretches"}, "phaseFrom"),
        ({"steps": {"en": ["Sit."], "es": []}}, "steps"),
        ({"dose": {"sets": 2}}, "dose"),
        ({"dose": {"sets": 0, "reps": 5}}, "dose.sets"),
        ({"dose": {"sets": "2", "reps": 5}}, "dose.sets"),
        ({"tiny": {"reps": 99, "text": {"en": "A few.", "es": "Pocas."}}}, "tiny"),
        ({"title": {"en": "x" * 81, "es": "y"}}, "title.en"),
        ({"targets": {"primary": ["biceps"]}}, "targets.primary[0]"),
        ({"slug": "own-mine"}, "slug"),
        ({"clinicId": "other"}, "clinicId"),
        ({"kind": "potion"}, "kind"),
        ({"kind": None}, "kind"),
        ({"why": None}, "why"),
    ],
)
async def test_unsound_item_is_refused_with_the_path_of_its_field(
    desk: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await desk.post("/api/library/items", json=NEW | change)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert len((await desk.get("/api/library")).json()["exercises"]) == 42


async def test_starter_and_absent_items_cannot_be_saved(desk: httpx.AsyncClient) -> None:
    starters = await desk.put("/api/library/items/bridge?basedOn=1", json=OWN)
    assert (starters.status_code, starters.json()["code"]) == (409, "starter-item")
    assert (await desk.put("/api/library/items/own-nothing?basedOn=1", json=OWN)).status_code == 404
    assert (await desk.put("/api/library/items/bridge", json=OWN)).status_code == 400
    assert (await desk.put("/api/library/items/bridge?basedOn=x", json=OWN)).status_code == 400


async def test_every_change_of_the_library_is_audited(desk: httpx.AsyncClient, db: Database) -> None:
    slug = (await desk.post("/api/library/items", json=NEW)).json()["slug"]
    await desk.put(f"/api/library/items/{slug}?basedOn=1", json=OWN)
    await desk.post("/api/library/reviews", json={"slugs": [slug, "bridge"]})
    await desk.delete("/api/library/reviews/bridge")
    await desk.delete(f"/api/library/items/{slug}")

    async def events(tx: Tx) -> list[tuple[str, str]]:
        rows = await tx.fetch("SELECT action, object_id FROM audit_events ORDER BY seq")
        return [(row["action"], row["object_id"]) for row in rows]

    assert await db.read(events) == [
        ("library.add", slug),
        ("library.edit", slug),
        ("library.sign", "bridge"),
        ("library.sign", slug),
        ("library.withdraw", "bridge"),
        ("library.retire", slug),
    ]


async def test_listed_item_is_the_starters_word_for_word(desk: httpx.AsyncClient) -> None:
    raw = await listed(desk, "exercises", "bird-dog")
    content = {
        key: value
        for key, value in raw.items()
        if key not in ("own", "retiredAt", "review", "restsFor", "renewal", "reviewDue")
    }
    assert msgspec.convert(content, Exercise) == starter().exercises["bird-dog"]
