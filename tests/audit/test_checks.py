"""All trails are verified each night and by a command; the noted heads show a tail that was cut off."""

import asyncio
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from homeplan.audit import BadHeads, verify_all
from homeplan.audit.worker import Night, next_night, run
from homeplan.settings import Settings
from tests.audit.conftest import SEALED, Trail
from tests.waiting import until

CUT = ["DELETE FROM audit_seals WHERE number > 1", "DELETE FROM audit_events WHERE seq >= @3"]

THE_OTHERS_WAIT = """
INSERT INTO audit_unsealed (clinic_id, seq)
SELECT clinic_id, seq FROM audit_events ORDER BY seq DESC LIMIT 2"""


@pytest.fixture
def noted(tmp_path: Path) -> Settings:
    return structs.replace(SEALED, audit_heads=str(tmp_path / "heads.json"))


async def _two_seals(trail: Trail) -> None:
    for _ in range(2):
        await trail.record(2)
        await trail.seal()


async def test_a_trail_whose_end_was_cut_off_is_broken_where_its_head_was_noted(trail: Trail, noted: Settings) -> None:
    await _two_seals(trail)
    [sound] = (await verify_all(trail.db, trail.clock, noted)).values()
    assert (sound.broken_at, sound.events) == (None, 4)
    await trail.tamper(*CUT)
    [without] = (await verify_all(trail.db, trail.clock, SEALED)).values()
    assert (without.broken_at, without.events) == (None, 2), "the chain alone does not show it"
    for _ in range(2):  # the head stays noted, so that it also shows the next time
        [cut] = (await verify_all(trail.db, trail.clock, noted)).values()
        assert cut.broken_at == trail.first + 2
        assert cut.reason == "the end was cut off: seal 2 was noted before"


async def test_a_clinic_whose_whole_trail_is_gone_is_broken(trail: Trail, noted: Settings) -> None:
    await _two_seals(trail)
    await verify_all(trail.db, trail.clock, noted)
    await trail.tamper("DELETE FROM audit_seals", "DELETE FROM audit_events")
    [gone] = (await verify_all(trail.db, trail.clock, noted)).values()
    assert gone.reason == "the end was cut off: seal 2 was noted before"


async def test_a_trail_that_was_made_again_with_the_key_is_not_the_one_that_was_noted(
    trail: Trail, noted: Settings
) -> None:
    await _two_seals(trail)
    await verify_all(trail.db, trail.clock, noted)
    await trail.tamper(
        "DELETE FROM audit_seals",
        "UPDATE audit_events SET actor_id = 'somebody' WHERE seq = @1",
        "INSERT INTO audit_unsealed (clinic_id, seq) SELECT clinic_id, seq FROM audit_events WHERE seq <= @2",
    )
    await trail.seal()
    await trail.db.write(lambda tx: tx.execute(THE_OTHERS_WAIT))
    [forged] = (await verify_all(trail.db, trail.clock, noted)).values()
    assert forged.reason == "its seal is not the one that was noted before"


async def test_the_head_moves_on_with_each_verification(trail: Trail, noted: Settings) -> None:
    for number in (1, 2):
        await trail.record(1)
        await verify_all(trail.db, trail.clock, noted)
        [head] = json.loads(_file(noted)).values()
        assert (head["number"], len(head["mac"])) == (number, 64)


async def test_a_file_that_holds_no_heads_is_refused_and_kept(trail: Trail, noted: Settings) -> None:
    _write(noted, "nonsense")
    await trail.record(1)
    with pytest.raises(BadHeads):
        await verify_all(trail.db, trail.clock, noted)
    assert _file(noted) == "nonsense"


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T08:00", "2026-03-03T08:00"),
        ("2026-12-31T23:00", "2027-01-01T08:00"),
    ],
)
def test_the_night_is_the_next_eight_o_clock_utc(now: str, then: str) -> None:
    assert next_night(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(then).replace(
        tzinfo=UTC
    )


async def test_each_night_a_broken_trail_is_logged_by_the_clinics_id(
    trail: Trail, noted: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    night = Night(noted, trail.db, trail.clock)
    await _two_seals(trail)
    await trail.tamper("UPDATE audit_events SET action = 'nothing' WHERE seq = @3")
    await night.step()
    assert caplog.messages == [], "it is not night yet"
    trail.clock.advance(hours=20)
    for _ in range(2):
        await night.step()
    clinic_id = (await trail.rows("SELECT clinic_id FROM audit_events"))[0]["clinic_id"]
    assert caplog.messages == [f"audit trail of clinic {clinic_id}: edited at event {trail.first + 2}"]


async def test_the_worker_verifies_without_being_asked(trail: Trail, caplog: pytest.LogCaptureFixture) -> None:
    await trail.record(1)
    stop = asyncio.Event()

    class Tomorrow:
        """A clock on which the first night has come as soon as the worker runs."""

        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            return datetime(2026, 3, 2 if self.looks == 1 else 4, 9, tzinfo=UTC)

    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(run(SEALED, trail.db, Tomorrow(), stop))
        await until(lambda: _checked(trail), "a verification")
        stop.set()
        await running
    trail.db.run_before_commit(lambda tx: tx.fetch("SELECT 1"))
    assert caplog.messages == []


async def _checked(trail: Trail) -> bool:
    return [row["events"] for row in await trail.rows("SELECT events FROM audit_checks")] == [1]


def _file(settings: Settings) -> str:
    return Path(str(settings.audit_heads)).read_text("utf-8")


def _write(settings: Settings, text: str) -> None:
    Path(str(settings.audit_heads)).write_text(text, "utf-8")
