"""The states in which a power cut may leave a file."""

import random

from drills.cut_disk import SECTOR, Disk, after_cuts, cut_points
from drills.recording import Confirmed, Event, Flush, Truncate, Write

FILE = "homeplan.sqlite"
OLD, NEW = b"o" * SECTOR * 4, b"n" * SECTOR * 4


def left(*events: Event, flushes: bool = True) -> set[bytes]:
    """All states of the file that two hundred cuts after these events left."""
    dice = random.Random(1)
    disk = Disk({FILE: OLD}, flushes=flushes)
    return {files[FILE] for files, _ in after_cuts(events, disk, [len(events)] * 200, dice)}


def test_what_was_flushed_stays() -> None:
    assert left(Write(FILE, 0, NEW), Flush(FILE)) == {NEW}


def test_what_was_not_flushed_is_there_gone_or_torn_at_a_sector() -> None:
    states = left(Write(FILE, 0, NEW))
    assert {OLD, NEW} < states
    assert all(
        set(state[at : at + SECTOR]) in ({ord("o")}, {ord("n")})
        for state in states
        for at in range(0, len(OLD), SECTOR)
    )


def test_a_later_write_may_be_there_without_the_one_before_it() -> None:
    half = SECTOR * 2
    assert OLD[:half] + NEW[half:] in left(Write(FILE, 0, NEW[:half]), Write(FILE, half, NEW[half:]))


def test_a_file_may_have_its_new_length_and_not_its_new_bytes() -> None:
    states = left(Write(FILE, len(OLD), b"1" * SECTOR), Write(FILE, len(OLD) + SECTOR, b"2" * SECTOR))
    assert OLD + bytes(SECTOR) + b"2" * SECTOR in states
    assert {OLD, b""} == left(Truncate(FILE, 0))


def test_a_flush_of_one_file_keeps_nothing_of_another() -> None:
    assert OLD in left(Write(FILE, 0, NEW), Flush("homeplan.sqlite-wal"))


def test_on_a_disk_that_lies_a_flush_keeps_nothing() -> None:
    assert OLD in left(Write(FILE, 0, NEW), Flush(FILE), flushes=False)


def test_what_was_said_before_the_cut_counts_and_nothing_after_it() -> None:
    events = [Confirmed(0, 3), Confirmed(1, 7), Confirmed(0, 4)]
    cuts = after_cuts(events, Disk({FILE: OLD}), [2, 3], random.Random(1))
    assert [confirmed for _, confirmed in cuts] == [{0: 3, 1: 7}, {0: 4, 1: 7}]


def test_half_of_the_cuts_are_while_the_database_file_is_written() -> None:
    events: list[Event] = [
        *[Confirmed(0, n) for n in range(500)],
        Write(FILE, 0, NEW),
        Write(FILE, 9, NEW),
        Flush(FILE),
    ]
    points = cut_points(events, FILE, 100, random.Random(1))
    assert len(points) == 100
    assert points == sorted(points)
    assert sum(point > 500 for point in points) >= 50
