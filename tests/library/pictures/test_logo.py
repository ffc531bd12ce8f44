"""The clinic's logo: made small, shown to anyone at an address of its own, replaced and removed; on both engines."""

import base64
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.library.pictures.model import LARGEST_LOGO
from tests.library.pictures.drawn import PLACE, drawn, noisy, opened, photo
from tests.library.test_api import NEW
from tests.world import Api, Person, World


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def boss(api: Api, admin: Person) -> httpx.AsyncClient:
    return await api.signed_in(admin)


def sent(content: bytes, picture_id: str = "logo-1") -> dict[str, Any]:
    return {"id": picture_id, "content": base64.b64encode(content).decode()}


async def test_a_logo_is_made_small_and_shown_to_anyone_for_ever(boss: httpx.AsyncClient, api: Api) -> None:
    saved = await boss.put("/api/clinic/logo", json=sent(noisy((1200, 900))))
    assert saved.status_code == 200, saved.text
    assert saved.json()["logo"] == (await boss.get("/api/clinic")).json()["logo"]
    shown = await api.anyone.get(saved.json()["logo"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert shown.headers.get_list("content-security-policy") == ["default-src 'none'; sandbox"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert len(shown.content) <= LARGEST_LOGO
    assert opened(shown.content).format == "WEBP"


async def test_a_logo_loses_its_metadata(boss: httpx.AsyncClient, api: Api) -> None:
    saved = await boss.put("/api/clinic/logo", json=sent(photo()))
    assert PLACE not in (await api.anyone.get(saved.json()["logo"])).content


async def test_a_new_logo_has_a_new_address_and_the_old_one_ends(boss: httpx.AsyncClient, api: Api) -> None:
    first = (await boss.put("/api/clinic/logo", json=sent(drawn()))).json()["logo"]
    again = await boss.put("/api/clinic/logo", json=sent(drawn()))
    assert (again.status_code, again.json()["logo"]) == (200, first)
    second = (await boss.put("/api/clinic/logo", json=sent(drawn("PNG"), "logo-2"))).json()["logo"]
    assert first != second
    assert [(await api.anyone.get(one)).status_code for one in (first, second)] == [404, 200]
    assert (await boss.delete("/api/clinic/logo")).status_code == 204
    assert (await boss.get("/api/clinic")).json()["logo"] is None
    assert (await api.anyone.get(second)).status_code == 404


async def test_a_logo_that_is_replaced_or_removed_leaves_no_picture_behind(
    boss: httpx.AsyncClient, db: Database
) -> None:
    async def kept() -> list[str]:
        rows = await db.read(lambda tx: tx.fetch("SELECT id FROM clinic_pictures ORDER BY id"))
        return [row["id"] for row in rows]

    for picture_id in ("logo-1", "logo-1", "logo-2"):
        assert (await boss.put("/api/clinic/logo", json=sent(drawn(), picture_id))).status_code == 200
    assert await kept() == ["logo-2"]
    item = NEW | {"picture": "logo-2"}
    assert (await boss.post("/api/library/items", json=item)).status_code == 201
    assert (await boss.put("/api/clinic/logo", json=sent(drawn(), "logo-3"))).status_code == 200
    assert await kept() == ["logo-2", "logo-3"]
    assert (await boss.delete("/api/clinic/logo")).status_code == 204
    assert await kept() == ["logo-2"]


async def test_other_pictures_and_other_clinics_are_not_shown(boss: httpx.AsyncClient, api: Api, world: World) -> None:
    address = (await boss.put("/api/clinic/logo", json=sent(drawn()))).json()["logo"]
    await boss.post("/api/library/pictures", json=sent(drawn(), "squeeze"))
    other = await world.clinic()
    clinic_id = address.split("/")[-2]
    for wrong in (f"{clinic_id}/squeeze", f"{clinic_id}/none", f"{other.id}/logo-1", "no-clinic/logo-1"):
        assert (await api.anyone.get(f"/api/clinic-logos/{wrong}")).status_code == 404


async def test_a_patient_sees_the_logo_on_the_phone_and_before_joining(
    boss: httpx.AsyncClient, api: Api, world: World, admin: Person
) -> None:
    patient = await world.patient(admin.clinic, await world.therapist(admin.clinic))
    logo = (await boss.put("/api/clinic/logo", json=sent(drawn()))).json()["logo"]
    assert (await (await api.signed_in(patient)).get("/api/me")).json()["clinic"]["logo"] == logo
    invited = (await boss.post(f"/api/patients/{patient.id}/invitation", json={"id": "invitation-1"})).json()
    token = invited["url"].split("#")[-1].split("/")[-1]
    joining = await api.anyone.post("/api/pairings/preview", json={"token": token})
    assert joining.json()["clinicLogo"] == logo
