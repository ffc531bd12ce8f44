"""The key with which a browser encrypts unsaved forms, over HTTP, on both engines."""

import asyncio
import base64

from homeplan.db import Database
from tests.world import Api, World


async def test_each_member_of_staff_has_one_key_of_their_own(api: Api, world: World) -> None:
    clinic = await world.clinic()
    people = [await world.therapist(clinic), await world.admin(clinic)]
    desks = [await api.signed_in(people[0]), await api.signed_in(people[0]), await api.signed_in(people[1])]
    first, again, other = [
        answer.json()["key"] for answer in await asyncio.gather(*(desk.get("/api/staff/draft-key") for desk in desks))
    ]
    assert first == again
    assert first != other
    assert len(base64.urlsafe_b64decode(f"{first}=")) == 32


async def test_nobody_but_the_signed_in_person_gets_it(api: Api, world: World, db: Database) -> None:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    desk = await api.signed_in(therapist)
    assert (await desk.get("/api/staff/draft-key")).status_code == 200
    phone = await api.signed_in(await world.patient(clinic, therapist))
    assert (await phone.get("/api/staff/draft-key")).status_code in (401, 403)
    assert (await api.anyone.get("/api/staff/draft-key")).status_code == 401
    await desk.delete("/api/staff/sign-in")
    assert (await desk.get("/api/staff/draft-key")).status_code == 401
