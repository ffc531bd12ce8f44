"""Each text and rule of the product carries its basis and its review, and is signed by itself in its present words."""

from collections import Counter
from typing import Any

import httpx
import msgspec
import pytest

from homeplan.library.content import needling_rules, outcomes, reviewed_texts, starter, starter_hashes
from homeplan.library.reviewed_texts import checkin_texts, needling_texts
from tests.library.build import checkin
from tests.world import Api, Person, World

TEXTS = reviewed_texts()


def words(slug: str) -> list[str]:
    return [one.en for one in TEXTS[slug].words]


def test_every_risky_text_is_among_them_with_its_basis() -> None:
    signs = {f"safety-{item.id}".replace("_", "-") for item in starter().safety_screen.items}
    care = {f"aftercare-{phase}" for phase in starter().aftercare}
    questions = {f"check-in-{item.id}".replace("_", "-") for item in checkin().items}
    alerts = {f"alert-{rule}" for rule in starter().alert_rules.ids()}
    pairs = {f"needling-pair-{pair.id}" for pair in needling_rules().pairs}
    events = {f"after-needling-event-{kind.id}".replace("_", "-") for kind in outcomes().events}
    assert signs | care | questions | alerts | pairs | events | {"consent", "notice-answers-sent"} <= TEXTS.keys()
    assert all(text.basis.strip() and (text.words or text.facts) for text in TEXTS.values())
    assert not TEXTS.keys() & starter_hashes().keys()


def test_a_text_shows_all_that_a_signature_is_about() -> None:
    sign = TEXTS["safety-cough-after-chest"]
    assert words(sign.slug) == ["New dry cough with chest tightness after needling"]
    assert sign.facts == ("level: emergency", "needling only: yes", "why: pneumothorax")
    card = TEXTS["safety-card-urgent"].facts
    assert card == ("severity: high", "pause: yes", "card: amber", "calls: clinic, emergency")
    assert "Soreness often peaks now and then fades." in words("aftercare-p1")
    assert words("check-in-pain-now")[2:] == ["No pain", "Worst pain you can imagine"]
    assert TEXTS["alert-soreness-high"].facts[0] == starter().alert_rules.soreness_high.says
    assert words("consent")[0].startswith("Dry needling: what you agree to.")
    assert "same muscle within h: 48" in TEXTS["needling-pair-same-muscle-again"].facts
    assert TEXTS["after-needling-no-push"].facts == ("begin: 22:00", "end: 07:00")


def test_any_change_of_a_text_changes_its_hash() -> None:
    [sign, *_] = [text for text in checkin_texts(checkin()) if text.slug == "safety-fever"]
    screen = checkin().safety_screen
    hashes = {sign.content_hash}
    for changes in ({"level": "soon"}, {"basis": "convention"}, {"why": "infection"}, {"needling_only": True}):
        items = tuple(msgspec.structs.replace(one, **changes) if one.id == "fever" else one for one in screen.items)
        edited = msgspec.structs.replace(checkin(), safety_screen=msgspec.structs.replace(screen, items=items))
        [text] = [text for text in checkin_texts(edited) if text.slug == "safety-fever"]
        hashes.add(text.content_hash)
    assert len(hashes) == 5


def test_no_two_texts_of_needling_share_a_slug() -> None:
    assert max(Counter(text.slug for text in needling_texts(needling_rules())).values()) == 1


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic(drafts_allowed=False))


@pytest.fixture
async def desk(api: Api, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(therapist)


async def review(desk: httpx.AsyncClient, slug: str) -> Any:
    texts = (await desk.get("/api/library/texts")).json()["texts"]
    return next(text["review"] for text in texts if text["slug"] == slug)


async def test_every_text_is_a_draft_until_a_therapist_signs_it_alone(
    desk: httpx.AsyncClient, therapist: Person
) -> None:
    listed = (await desk.get("/api/library/texts")).json()
    assert [text["slug"] for text in listed["texts"]] == list(TEXTS)
    assert {text["review"]["state"] for text in listed["texts"]} == {"unsigned"}
    body = {"slugs": ["safety-saddle", "aftercare-p0"], "seen": listed["fingerprint"]}
    signed = await desk.post("/api/library/reviews", json=body)
    assert signed.json() == {"signed": ["aftercare-p0", "safety-saddle"]}
    assert (await review(desk, "safety-saddle"))["signedBy"].startswith("Therapist Example")
    assert (await review(desk, "safety-wipe"))["state"] == "unsigned"
    signatures = (await desk.get("/api/library/texts/signatures")).json()
    assert {one["slug"] for one in signatures} == {"safety-saddle", "aftercare-p0"}
    assert all(one["signedBy"].startswith("Therapist Example") and one["signedAt"] for one in signatures)
    again = await desk.post("/api/library/reviews", json=body)
    assert again.json() == {"signed": []}


async def test_a_signature_of_a_text_can_be_taken_back(desk: httpx.AsyncClient) -> None:
    await desk.post("/api/library/reviews", json={"slugs": ["consent"]})
    assert (await desk.delete("/api/library/reviews/consent")).status_code == 204
    assert (await review(desk, "consent"))["state"] == "unsigned"
    assert (await desk.delete("/api/library/reviews/consent")).status_code == 404


async def test_a_text_that_changed_since_is_a_draft_again(
    desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.post("/api/library/reviews", json={"slugs": ["safety-fever", "safety-calf"]})
    hashes = {slug: text.content_hash for slug, text in TEXTS.items()} | {"safety-fever": "other words"}
    monkeypatch.setattr("homeplan.library.store.text_hashes", lambda: hashes)
    assert [(await review(desk, slug))["state"] for slug in ("safety-fever", "safety-calf")] == ["unsigned", "signed"]


async def test_signing_all_items_signs_no_text(desk: httpx.AsyncClient) -> None:
    signed = (await desk.post("/api/library/reviews", json={"all": True})).json()["signed"]
    assert not TEXTS.keys() & set(signed)
    assert (await review(desk, "consent"))["state"] == "unsigned"


async def test_patients_do_not_read_the_reviews(api: Api, therapist: Person, world: World) -> None:
    phone = await api.signed_in(await world.patient(therapist.clinic, therapist))
    assert (await phone.get("/api/library/texts")).status_code in (401, 403)


async def test_a_signed_text_is_no_item_of_the_clinic(desk: httpx.AsyncClient) -> None:
    await desk.post("/api/library/reviews", json={"slugs": ["aftercare-p0"]})
    assert (await desk.delete("/api/library/items/aftercare-p0")).status_code == 404
