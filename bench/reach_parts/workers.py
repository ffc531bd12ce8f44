"""Real `homeplan worker` processes that are killed at random and started again."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.crowd import KEY, SUBJECT
from bench.processes import ROOT


class Workers:
    """Worker processes; `kill_one` ends one with SIGKILL and starts another in its place."""

    def __init__(self, count: int, url: str, environment: Mapping[str, str], log: Path):
        self._environment = {
            **os.environ,
            "HOMEPLAN_DATABASE_URL": url,
            "HOMEPLAN_VAPID_PRIVATE_KEY": KEY,
            "HOMEPLAN_VAPID_SUBJECT": SUBJECT,
            **environment,
        }
        self._log = log.open("wb")
        self.kills = 0
        self._running = [self._start() for _ in range(count)]

    def kill_one(self, dice: random.Random) -> None:
        place = dice.randrange(len(self._running))
        victim = self._running[place]
        victim.kill()
        victim.wait()
        self.kills += 1
        self._running[place] = self._start()

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self._log.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "homeplan", "worker"]
        return subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=self._log, stderr=self._log)


@contextmanager
def working(count: int, url: str, environment: Mapping[str, str], log: Path) -> Iterator[Workers]:
    """`count` workers, until the block ends."""
    workers = Workers(count, url, environment, log)
    try:
        yield workers
    finally:
        workers.stop()
