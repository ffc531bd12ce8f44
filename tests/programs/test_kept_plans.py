"""The phone's plan has a strong ETag that changes with everything that the plan is made of, and with time."""

import gzip
import re
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar

from homeplan.context import Context, Memory
from homeplan.db import Database, NeedsWriting, Tx, Violated
from homeplan.programs.kept_plans import KeptPlans, tagged_plan
from homeplan.store_facts import delete_epoch
from tests.conftest import FakeClock
from tests.programs.conftest import Desk, item
from tests.test_table_owners import OWNER_OF
from tests.world import Api, World

ADDRESS = "/api/me/plan"


async def _tag(desk: Desk) -> str:
    answer = await desk.phone.get(ADDRESS)
    assert answer.status_code == 200
    return answer.headers["etag"]


async def _again(desk: Desk, tag: str, **headers: str) -> httpx.Response:
    return await desk.phone.get(ADDRESS, headers={"if-none-match": tag, **headers})


def _forget(litestar: Litestar) -> None:
    """As another process would have it, which has kept no plan yet."""
    litestar.state.memory = Memory()


class Watching:
    """A transaction that notes the tables in its statements."""

    def __init__(self, tx: Tx, tables: set[str]):
        self._tx, self._tables = tx, tables

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._tx, name)

        async def noted(sql: str, /, **params: Any) -> Any:
            self._tables |= set(re.findall(r"\w+", sql)) & set(OWNER_OF)
            return await method(sql, **params)

        return noted


async def _in_care(desk: Desk) -> None:
    """A needled patient with a program, a log, and a signed library item."""
    await desk.needle()
    walk = (await desk.publish(item("easy-walk"), item("bridge"))).json()["prescriptions"][0]["id"]
    await desk.phone.get(ADDRESS)
    assert (await desk.log("log-1", walk)).status_code == 200


async def test_an_unchanged_plan_is_not_sent_again(desk: Desk) -> None:
    await _in_care(desk)
    first = await desk.phone.get(ADDRESS)
    same = await _again(desk, first.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{24}-[0-9a-f]+-gzip"', first.headers["etag"])  # strong
    assert first.headers["cache-control"] == same.headers["cache-control"] == "no-store"
    assert first.headers["vary"] == "Accept-Encoding"
    several = await _again(desk, f'"other", W/{first.headers["etag"]}')
    assert several.status_code == 304


@pytest.mark.parametrize("tag", ['"other"', '"0-zz"', '"00-ffffffffffffffffffffff"', "plain", "*", '"-"', '""'])
async def test_another_tag_gets_the_plan(desk: Desk, tag: str) -> None:
    await _in_care(desk)
    assert (await _again(desk, tag)).status_code == 200


async def test_a_plan_is_the_same_compressed_and_plain(desk: Desk) -> None:
    await _in_care(desk)
    plain = await desk.phone.get(ADDRESS, headers={"accept-encoding": "identity"})
    async with desk.phone.stream("GET", ADDRESS, headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain.content
    assert len(packed) == int(answer.headers["content-length"])
    assert answer.headers["etag"] != plain.headers["etag"]
    assert len(plain.json()["logs"]) == 1


async def test_every_table_that_the_plan_reads_changes_its_tag(desk: Desk, db: Database, clock: FakeClock) -> None:
    await _in_care(desk)
    tables: set[str] = set()

    async def watched(tx: Tx) -> None:
        ctx = desk.patient.context(tx, clock.now())
        ctx.tx, ctx.memory = Watching(tx, tables), Memory()
        await tagged_plan(ctx, desk.patient.id)

    await db.read(watched)
    assert tables > {"patients", "episodes", "revisions", "exercise_logs", "needling_sessions", "clinics"}
    for table in sorted(tables - {"plan_versions", "store_facts", "revisions"}):
        before = await _tag(desk)
        changed = await _touch(db, table)
        after = await _tag(desk)
        assert (after != before) == (changed > 0), table
    before = await _tag(desk)
    again = await desk.publish(item("bridge"), basedOn=1, id="another-revision")
    assert again.status_code == 201, again.text
    assert await _tag(desk) != before
    with pytest.raises(Violated):
        await _touch(db, "revisions")


async def _touch(db: Database, table: str) -> int:
    return await db.write(lambda tx: tx.execute(f"UPDATE {table} SET clinic_id = clinic_id"))


@pytest.mark.parametrize("table", ["clinic_items", "clinic_item_versions", "library_reviews"])
async def test_the_clinics_library_is_in_the_tag(desk: Desk, db: Database, table: str) -> None:
    await _in_care(desk)
    rows = {
        "clinic_items": {"id": "own-1", "kind": "exercise", "version": 1},
        "clinic_item_versions": {
            "item_id": "own-1",
            "version": 1,
            "document": "{}",
            "created_by": desk.therapist.id,
            "created_at": 0,
        },
        "library_reviews": {
            "id": "review",
            "slug": "bridge",
            "version": 1,
            "content_hash": "other",
            "signed_by": desk.therapist.id,
            "signer_name": "T",
            "signed_at": 0,
        },
    }

    async def add(tx: Tx, name: str) -> None:
        row = {"clinic_id": desk.patient.clinic.id, **rows[name]}
        columns, values = ", ".join(row), ", ".join(f":{column}" for column in row)
        await tx.execute(f"INSERT INTO {name} ({columns}) VALUES ({values})", **row)

    if table == "clinic_item_versions":
        await db.write(lambda tx: add(tx, "clinic_items"))
    before = await _version(db, desk)
    await db.write(lambda tx: add(tx, table))
    added = await _version(db, desk)
    await _touch(db, table)
    assert len({before, added, await _version(db, desk)}) == 3


async def _version(db: Database, desk: Desk) -> str:
    sql = "SELECT version FROM plan_versions WHERE clinic_id = :c AND patient_id = ''"
    return str(await db.read(lambda tx: tx.fetch_value(sql, c=desk.patient.clinic.id)))


async def test_a_restored_database_gives_other_tags(desk: Desk, db: Database) -> None:
    await _in_care(desk)
    before = await _tag(desk)
    await desk.phone.get("/api/me")  # makes the identity of the database
    identified = await _tag(desk)
    await db.write(lambda tx: delete_epoch(desk.patient.context(tx)))
    assert len({before, identified, await _tag(desk)}) >= 2
    assert (await _again(desk, identified)).status_code == 200


async def test_the_tag_changes_whenever_the_plan_changes_by_itself(desk: Desk, litestar: Litestar) -> None:
    await _in_care(desk)
    seen: dict[str, bytes] = {}
    for _ in range(5 * 24):
        answer = await desk.phone.get(ADDRESS)
        _forget(litestar)
        fresh = await desk.phone.get(ADDRESS)
        assert (fresh.content, fresh.headers["etag"]) == (answer.content, answer.headers["etag"])
        assert seen.setdefault(answer.headers["etag"], answer.content) == answer.content
        desk.clock.advance(hours=1)
    assert len(seen) >= 5 + 4  # midnights, and the phases after needling


async def test_another_process_knows_a_tag_without_having_the_plan(desk: Desk, litestar: Litestar) -> None:
    await _in_care(desk)
    tag = await _tag(desk)
    _forget(litestar)
    assert (await _again(desk, tag)).status_code == 304
    assert len(litestar.state.memory.of(KeptPlans)) == 0
    assert await _tag(desk) == tag


async def test_a_log_leaves_the_rest_of_the_plan_as_it_is(desk: Desk, litestar: Litestar) -> None:
    await _in_care(desk)
    before = (await desk.phone.get(ADDRESS)).json()
    walk = before["logs"][0]["prescriptionId"]
    beginning = _kept(litestar, desk).beginning
    await desk.log("log-2", walk)
    after = (await desk.phone.get(ADDRESS)).json()
    assert [log["id"] for log in after["logs"]] == ["log-1", "log-2"]
    assert {**after, "logs": []} == {**before, "logs": []}
    assert _kept(litestar, desk).beginning is beginning
    await desk.phone.delete("/api/me/exercise-logs/log-1")
    assert [log["id"] for log in (await desk.phone.get(ADDRESS)).json()["logs"]] == ["log-2"]


async def test_every_change_of_a_log_is_in_the_next_plan_of_each_process(
    desk: Desk, litestar: Litestar, db: Database
) -> None:
    await desk.needle()
    walk = (await desk.publish(item("easy-walk"), item("bridge"))).json()["prescriptions"][0]["id"]
    processes = [Memory(), Memory()]
    seen: list[str] = []

    async def compare(*expected: str) -> None:
        """Both processes, which keep what they sent before, and one that keeps nothing send the same plan."""
        answers = []
        for litestar.state.memory in (*processes, Memory()):
            answers.append(await desk.phone.get(ADDRESS))
        assert len({(answer.headers["etag"], answer.content) for answer in answers}) == 1
        assert [log["id"] for log in answers[0].json()["logs"]] == [*expected]
        seen.append(answers[0].text)

    async def log(log_id: str, **changes: Any) -> None:
        assert (await desk.log(log_id, walk, **changes)).status_code == 200

    async def change(sql: str) -> None:
        assert await db.write(lambda tx: tx.execute(sql)) > 0

    await compare()
    await log("a")
    await compare("a")
    desk.clock.advance(days=1)
    yesterday = str(desk.clock.now().date() - timedelta(days=1))
    await compare("a")
    await log("c")
    await compare("a", "c")
    await log("b", day=yesterday)  # of a day before the newest
    await compare("a", "b", "c")
    desk.clock.advance(minutes=1)
    await log("a", day=yesterday, effort=9)
    await compare("b", "a", "c")
    await log("c", effort=9)
    await compare("b", "a", "c")
    await desk.phone.delete("/api/me/exercise-logs/b")
    await compare("a", "c")
    await log("c", day=yesterday)  # the newest day loses its only log
    await compare("a", "c")
    await log("a", day=yesterday, effort=1)
    await compare("a", "c")
    await log("d")
    await compare("a", "c", "d")
    for log_id in "acd":
        await change(f"UPDATE exercise_logs SET effort = 5 WHERE id = '{log_id}'")
        await compare("a", "c", "d")
    await desk.phone.delete("/api/me/exercise-logs/d")
    await compare("a", "c")
    await change("DELETE FROM exercise_logs")
    await compare()
    assert len(seen[1:]) - len(set(seen[1:])) <= 1  # the next day alone changed no log


async def test_a_log_of_the_newest_day_leaves_those_before_it_as_they_are(desk: Desk, litestar: Litestar) -> None:
    await _in_care(desk)
    walk = (await desk.phone.get(ADDRESS)).json()["logs"][0]["prescriptionId"]
    desk.clock.advance(days=1)
    await desk.log("log-2", walk)
    await desk.phone.get(ADDRESS)
    earlier = _kept(litestar, desk).logs.earlier
    await desk.log("log-3", walk)
    assert [log["id"] for log in (await desk.phone.get(ADDRESS)).json()["logs"]] == ["log-1", "log-2", "log-3"]
    assert _kept(litestar, desk).logs.earlier is earlier
    await desk.log("log-4", walk, day=str(desk.clock.now().date() - timedelta(days=1)))
    assert len((await desk.phone.get(ADDRESS)).json()["logs"]) == 4
    assert _kept(litestar, desk).logs.earlier is not earlier


def _kept(litestar: Litestar, desk: Desk) -> Any:
    return litestar.state.memory.of(KeptPlans)._kept[desk.patient.clinic.id, desk.patient.id]


async def test_no_patient_gets_the_plan_of_another(desk: Desk, api: Api, world: World) -> None:
    await _in_care(desk)
    tag = await _tag(desk)
    other = await api.signed_in(await world.patient(desk.patient.clinic, desk.therapist))
    answer = await other.get(ADDRESS, headers={"if-none-match": tag})
    assert (answer.status_code, answer.json()["logs"]) == (200, [])


async def test_kept_plans_are_bounded_by_their_bytes(desk: Desk, litestar: Litestar) -> None:
    await _in_care(desk)
    await desk.phone.get(ADDRESS)
    kept = _kept(litestar, desk)
    few = KeptPlans(most_bytes=3 * kept.size() + 10)
    for number in range(5):
        few.keep("c", f"p{number}", kept)
        few.keep("c", "p2", kept)
    assert (len(few), few.bytes) == (3, 3 * kept.size())
    assert {patient for _, patient in few._kept} == {"p2", "p3", "p4"}
    smaller = msgspec.structs.replace(kept, logs=None)
    few.keep("c", "p2", smaller)
    assert few.bytes == 2 * kept.size() + smaller.size()


async def test_a_read_that_must_write_runs_again_as_a_write(desk: Desk, db: Database, clock: FakeClock) -> None:
    """The first request for the plan opens the episode, later ones write nothing."""

    async def read(tx: Tx) -> None:
        ctx: Context = desk.patient.context(tx, clock.now())
        await tagged_plan(ctx, desk.patient.id)

    with pytest.raises(NeedsWriting):
        await db.read(read)
    await desk.phone.get(ADDRESS)
    await db.read(read)
    episodes = (await desk.staff.get(desk.path("episodes"))).json()
    assert [change["stage"] for change in episodes[0]["changes"]] == ["invited", "active"]
