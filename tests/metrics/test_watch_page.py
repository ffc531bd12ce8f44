"""The commands of docs/operations/watch.md, against a `homeplan serve` with the workers inside."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CI
from tests.deploy.pages import OPERATIONS, blocks
from tests.front.proxies import Front
from tests.waiting import wait_until

pytestmark = pytest.mark.drill


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    if shutil.which("curl") is None:
        assert not CI
        pytest.skip("curl is not installed")
    found = Front(tmp_path)
    with found.serving():
        yield found


def test_each_command_of_the_page_answers(front: Front) -> None:
    [block] = blocks(OPERATIONS / "watch.md")["Three addresses"]
    healthz, readyz, metrics = block.splitlines()
    assert '"status":"ok"' in _output(front, healthz)
    assert '"heartbeatAgeSeconds":' in _output(front, readyz)
    assert wait_until(lambda: "homeplan_workers 1.0\n" in _output(front, metrics))
    found = _output(front, metrics)
    for task in ("escalating alerts", "reviewing patients", "deleting old reminders", "telling that the workers live"):
        assert f'homeplan_worker_task_age_seconds{{task="{task}"}}' in found


def _output(front: Front, command: str) -> str:
    command = command.replace("http://127.0.0.1:8000", front.inside)
    return subprocess.run(command, shell=True, env=front.environment, check=True, capture_output=True, text=True).stdout
