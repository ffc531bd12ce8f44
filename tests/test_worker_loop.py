"""The loop of the scheduled workers: when it goes on, when it waits, and what it logs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from homeplan.worker_loop import run_rounds
from tests.waiting import LIMIT_S, until

FOREVER_S = 3600.0
log = logging.getLogger(__name__)


async def rounds(step: Callable[[], Awaitable[bool]], stop: asyncio.Event, idle_s: float = FOREVER_S) -> None:
    await asyncio.wait_for(run_rounds(step, stop, idle_s=idle_s, log=log, task="counting"), LIMIT_S)


async def test_a_step_with_more_to_do_is_run_again_at_once() -> None:
    stop, answers = asyncio.Event(), [False, True, True]

    async def step() -> bool:
        is_more = answers.pop()
        if not answers:
            stop.set()
        return is_more

    await rounds(step, stop)
    assert answers == []


async def test_a_step_with_nothing_to_do_waits_for_the_next_round_or_the_stop() -> None:
    stop, steps = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        return False

    running = asyncio.create_task(rounds(step, stop))
    await until(lambda: steps == 1)
    stop.set()
    await running
    assert steps == 1


async def test_a_failed_step_is_logged_by_its_kind_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stop, steps = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        if steps == 2:
            stop.set()
            return False
        raise LookupError("words that may name a patient")

    await rounds(step, stop, idle_s=0.0)
    assert [record.getMessage() for record in caplog.records] == ["counting failed: LookupError"]


async def test_a_loop_that_is_stopped_before_it_starts_runs_no_step() -> None:
    stop = asyncio.Event()
    stop.set()

    async def step() -> bool:
        raise AssertionError

    await rounds(step, stop)
