"""The drills in short, each by the command of docs/operations/drills.md; and that they notice what they are for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[2]


def run(drill: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit status and figures of a drill."""
    command = [sys.executable, "-m", f"drills.{drill}", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return ended.returncode, found


SHORT = ("--cuts", "150", "--entries", "60")


def test_no_power_cut_loses_what_was_confirmed() -> None:
    status, found = run("power_cut", *SHORT)
    assert (status, found["cuts"], found["lost_entries"], found["damaged"]) == (0, 150, 0, 0)
    assert found["flushes"] > 40


def test_without_a_flush_per_commit_power_cuts_lose_entries_and_the_drill_says_so() -> None:
    status, found = run("power_cut", *SHORT, "--synchronous", "NORMAL")
    assert (status, found["lost_entries"] > 0, found["damaged"]) == (1, True, 0)
    assert found["flushes"] > 0  # of a checkpoint: the cuts were in one too


def test_on_a_disk_that_lies_power_cuts_damage_the_file_and_the_drill_says_so() -> None:
    status, found = run("power_cut", *SHORT, "--lying-disk")
    assert (status, found["lost_entries"] > 0, found["damaged"] > 0) == (1, True, True)


def test_no_kill_of_the_service_loses_what_was_confirmed() -> None:
    status, found = run("kill", "--kills", "5")
    assert (status, found["kills"], found["lost_entries"], found["damaged"]) == (0, 5, 0, False)
    assert found["confirmed"] >= 5


def test_a_signal_amid_requests_ends_the_service_in_order_and_loses_nothing_that_was_confirmed() -> None:
    status, found = run("kill", "--kills", "3", "--signal", "TERM")
    assert (status, found["exit_statuses"], found["lost_entries"], found["refused"]) == (0, [0], 0, 0)
    assert found["confirmed"] >= 5


def test_on_a_full_disk_and_without_writes_reads_go_on_and_the_service_heals_by_itself() -> None:
    status, found = run("disk")
    assert (status, {name: one["holds"] for name, one in found.items()}) == (0, dict.fromkeys(found, True))
    assert found["no-writes"]["refused"] >= 20


def test_a_clock_that_is_set_loses_and_repeats_no_reminder_and_refuses_no_entry() -> None:
    scenes = ("an hour behind", "a day behind", "clocks go back")
    status, found = run("clock", "--phones", "4", "--only", *scenes)
    assert (status, [found[name]["holds"] for name in scenes]) == (0, [True] * 3)


def test_a_backup_that_was_made_under_load_is_restored_with_all_that_was_confirmed_before() -> None:
    status, found = run("restore", "--phones", "4")
    assert (status, found["holds"]) == (0, True)
