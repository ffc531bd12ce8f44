"""The real `homeplan serve` on a folder's database, as a process that a drill breaks and starts again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from drills.clinic import DATABASE
from tests.test_commands import free_port

START_LIMIT_S = 180.0
END_LIMIT_S = 60.0
BASE = ("-m", "homeplan", "serve")


class Service:
    """The process; `start` it, `kill` it, and `start` it again on the same port."""

    def __init__(self, folder: Path, *, within: Sequence[str] = (), settings: dict[str, str] | None = None):
        """`within`: a command that runs another one, for example in a mount namespace of its own."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder, self._within = folder, within
        self._settings = settings or {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the service and of commands beside it."""
        given = {name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")}
        return given | {"HOMEPLAN_DATABASE_URL": f"sqlite:///{self._folder / DATABASE}"} | self._settings

    def start(self) -> float:
        """Start it and wait until it answers; returns the seconds. Raises RuntimeError when it ends instead."""
        began = time.monotonic()
        command = [*self._within, sys.executable, *BASE, "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"the service ended with {self._process.returncode}")
            try:
                httpx.get(f"{self.url}/readyz").raise_for_status()
            except httpx.HTTPError as not_yet:
                if time.monotonic() - began > START_LIMIT_S:
                    raise RuntimeError("the service does not answer") from not_yet
                time.sleep(0.02)
            else:
                return time.monotonic() - began

    def kill(self) -> None:
        """End it by SIGKILL, in the middle of all that it does."""
        if self._process is not None:
            self.end(signal.SIGKILL)

    def end(self, by: signal.Signals) -> int:
        """Send it that signal, in the middle of all that it does, and wait for its exit status."""
        assert self._process is not None
        self._process.send_signal(by)
        status = self._process.wait(END_LIMIT_S)
        self._process = None
        return status

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a homeplan command with the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "homeplan", *arguments],
            env=self.environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
