"""A list of check-ins is what is stored now, though it is encoded again only when something in it has changed."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.checkins.kept_lists import KeptLists, encoded_check_ins
from homeplan.context import Memory
from homeplan.db import Database, Tx
from homeplan.http.answers import Pieces
from tests.checkins.answers import body
from tests.conftest import FakeClock
from tests.outcomes.test_after_needling_api import PATH as PROMPTS
from tests.outcomes.test_after_needling_api import answer as prompt_answer
from tests.programs.care import Care
from tests.programs.test_kept_plans import Watching
from tests.world import Api, Person

ADDRESS = "/api/me/checkins"


@pytest.fixture
def care(db: Database, clock: FakeClock, therapist: Person, patient: Person) -> Care:
    return Care(db, clock, therapist, patient)


async def _check_in(phone: httpx.AsyncClient, clock: FakeClock, **answers: Any) -> None:
    saved = await phone.put(f"{ADDRESS}/{clock.now():%Y-%m-%d}", json=body(clock.now(), **answers))
    assert saved.status_code == 200, saved.text


async def test_every_change_is_in_the_next_list(
    phone: httpx.AsyncClient, litestar: Litestar, clock: FakeClock, care: Care, api: Api
) -> None:
    desk = f"/api/patients/{care.patient.id}/checkins"

    async def listed() -> list[Any]:
        """The list, which is the same for a process that has kept nothing, and for the chart."""
        found = (await phone.get(ADDRESS)).json()
        litestar.state.memory = Memory()
        assert (await phone.get(ADDRESS)).json() == found
        assert (await (await api.signed_in(care.therapist)).get(desk)).json() == found
        return list(found)

    await _check_in(phone, clock, soreness=6)
    seen = [await listed()]
    session = await care.needle(clock.now() - timedelta(hours=1))
    seen.append(await listed())
    clock.advance(days=4)
    await _check_in(phone, clock, soreness=7)
    seen.append(await listed())
    clock.advance(minutes=1)
    await _check_in(phone, clock, painNow=9, soreness=7, clientEventId="later")
    seen.append(await listed())
    clock.advance(hours=-20)  # a prompt was answered before, and arrives now
    settled = prompt_answer(session, 72, clock, soreness=1)
    clock.advance(hours=20)
    assert (await phone.post(PROMPTS, json=settled)).status_code == 201
    seen.append(await listed())
    today = f"{clock.now():%Y-%m-%d}"
    seen.append((await phone.get(ADDRESS, params={"from": today, "to": today})).json())
    assert [before != after for before, after in pairwise(seen)] == [True] * 5


async def test_a_list_is_made_again_only_when_something_has_changed(
    phone: httpx.AsyncClient, litestar: Litestar, clock: FakeClock, patient: Person
) -> None:
    await _check_in(phone, clock)

    async def kept() -> object:
        await phone.get(ADDRESS)
        return litestar.state.memory.of(KeptLists).last(patient.clinic.id, patient.id)

    first = await kept()
    assert await kept() is first
    clock.advance(minutes=1)
    await _check_in(phone, clock, painNow=8)
    assert await kept() is not first


async def test_every_table_that_a_list_reads_has_it_made_again(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, care: Care
) -> None:
    await _check_in(phone, clock)
    session = await care.needle(clock.now() - timedelta(hours=1))
    clock.advance(days=4)
    await _check_in(phone, clock)
    await phone.post(PROMPTS, json=prompt_answer(session, 72, clock, soreness=1))
    tables: set[str] = set()
    memory = Memory()

    async def listed(tx: Tx) -> Pieces[Any]:
        ctx = care.patient.context(tx, clock.now())
        ctx.tx, ctx.memory = Watching(tx, tables), memory
        day = clock.now().date()
        return await encoded_check_ins(ctx, care.patient.id, day - timedelta(days=30), day)

    made = [(await db.read(listed)).pieces]
    assert tables > {"checkins", "after_needling_answers", "needling_sessions", "patients", "episodes"}
    # The numbers of alerts come with the facts of care; no list shows any of them.
    for table in sorted(tables - {"plan_versions", "alert_thresholds"}):
        changed = await db.write(lambda tx, name=table: tx.execute(f"UPDATE {name} SET clinic_id = clinic_id"))  # type: ignore[misc]
        assert changed > 0, table
        made.append((await db.read(listed)).pieces)
        assert made[-1][0] is not made[-2][0], table
    assert all(pieces == made[0] for pieces in made)
    assert (await db.read(listed)).pieces[0] is made[-1][0]


async def test_a_list_is_the_same_compressed_and_plain(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    await _check_in(phone, clock)
    plain = await phone.get(ADDRESS, headers={"accept-encoding": "identity"})
    packed = await phone.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert (packed.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.content == plain.content
    assert len(plain.json()) == 1
    assert "etag" not in plain.headers
    assert packed.headers["cache-control"] == "no-store"
