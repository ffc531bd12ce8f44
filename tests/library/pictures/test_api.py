import base64
from typing import Any

import httpx
import msgspec
import pytest

from homeplan.library.pictures.api import LARGEST_BODY
from homeplan.library.pictures.model import LARGEST_KEPT, LARGEST_SENT
from tests.library.build import exercise, topic
from tests.library.pictures.drawn import bomb, drawn, opened
from tests.world import Api, Person, World

OWN = msgspec.to_builtins(exercise())


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic(drafts_allowed=False))


@pytest.fixture
async def desk(api: Api, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(therapist)


def sent(content: bytes, picture_id: str = "squeeze") -> dict[str, Any]:
    return {"id": picture_id, "content": base64.b64encode(content).decode()}


async def test_a_picture_is_added_once_and_shown(desk: httpx.AsyncClient) -> None:
    added = await desk.post("/api/library/pictures", json=sent(drawn()))
    assert (added.status_code, added.json()["width"], added.json()["height"]) == (201, 1280, 960)
    again = await desk.post("/api/library/pictures", json=sent(drawn()))
    assert (again.status_code, again.json()) == (200, added.json())
    other = await desk.post("/api/library/pictures", json=sent(drawn("PNG")))
    assert (other.status_code, other.json()["code"]) == (409, "sent-before")

    shown = await desk.get("/api/library/pictures/squeeze")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/webp"
    assert shown.headers.get_list("content-security-policy") == ["default-src 'none'; sandbox"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "no-store"
    assert opened(shown.content).size == (1280, 960)
    assert len(shown.content) == added.json()["size"] <= LARGEST_KEPT
    assert (await desk.get("/api/library/pictures/none")).status_code == 404


async def test_a_picture_belongs_to_its_clinic(desk: httpx.AsyncClient, api: Api, world: World) -> None:
    await desk.post("/api/library/pictures", json=sent(drawn()))
    other = await api.signed_in(await world.therapist(await world.clinic()))
    assert (await other.get("/api/library/pictures/squeeze")).status_code == 404
    named = await other.post("/api/library/items", json=OWN | {"id": "x", "picture": "squeeze"})
    assert (named.status_code, named.json()["field"]) == (400, "picture")


async def test_a_refused_file_is_answered_with_its_sentence(desk: httpx.AsyncClient) -> None:
    refused = await desk.post("/api/library/pictures", json=sent(bomb()))
    assert (refused.status_code, refused.json()["code"]) == (400, "picture-size")
    assert refused.json()["title"].startswith("This picture has too many pixels")
    refused = await desk.post("/api/library/pictures", json=sent(b"<svg/>"))
    assert (refused.status_code, refused.json()["code"]) == (400, "picture-type")


async def test_eight_mebibytes_are_the_most(desk: httpx.AsyncClient) -> None:
    fits = await desk.post("/api/library/pictures", json=sent(bytes(LARGEST_SENT)))
    assert fits.json()["code"] == "picture-type"  # it was read to its end
    over = await desk.post("/api/library/pictures", json=sent(bytes(LARGEST_SENT + 1)))
    assert over.status_code == 400
    assert (await desk.post("/api/library/pictures", content=bytes(LARGEST_BODY + 1))).status_code == 413


async def test_the_picture_belongs_to_what_is_signed(desk: httpx.AsyncClient) -> None:
    for name in ("first", "second"):
        await desk.post("/api/library/pictures", json=sent(drawn(size=(300, 200)), name))
    slug = (await desk.post("/api/library/items", json=OWN | {"id": "x", "picture": "first"})).json()["slug"]
    await desk.post("/api/library/reviews", json={"slugs": [slug]})
    await desk.put(f"/api/library/items/{slug}?basedOn=1", json=OWN | {"picture": "second"})
    library = (await desk.get("/api/library")).json()
    item = next(one for one in library["exercises"] if one["slug"] == slug)
    assert (item["picture"], item["review"]["state"]) == ("second", "unsigned")
    versions = (await desk.get(f"/api/library/items/{slug}/versions")).json()
    assert [(one["version"], one["content"]["picture"]) for one in versions] == [(2, "second"), (1, "first")]
    assert versions[0]["savedBy"].startswith("Therapist Example")
    assert versions[0]["savedAt"] == "2026-03-02T15:00:00Z"


async def test_versions_are_those_of_an_own_item(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/api/library/items/bridge/versions")).json()["code"] == "not-found"
    assert (await desk.get("/api/library/items/nothing/versions")).status_code == 404


async def test_a_patient_and_a_helper_see_pictures_of_their_clinic(
    desk: httpx.AsyncClient, api: Api, world: World, therapist: Person
) -> None:
    await desk.post("/api/library/pictures", json=sent(drawn()))
    patient = await world.patient(therapist.clinic, therapist)
    phone = await api.signed_in(patient)
    assert (await phone.get("/api/me/pictures/squeeze")).headers["content-type"] == "image/webp"
    helper = await api.signed_in(await world.helper(patient))
    assert (await helper.get("/api/me/pictures/squeeze")).status_code == 200
    assert (await phone.get("/api/library/pictures/squeeze")).status_code in (401, 403)
    assert (await api.anyone.get("/api/me/pictures/squeeze")).status_code == 401


async def test_sources_are_for_the_clinician_only(
    desk: httpx.AsyncClient, api: Api, world: World, therapist: Person
) -> None:
    await desk.post("/api/library/items", json=OWN | {"id": "x", "sources": ["Our own notes"]})
    library = (await desk.get("/api/library")).json()
    assert library["exercises"][-1]["sources"] == ["Our own notes"]
    assert msgspec.to_builtins(topic())["sources"]
