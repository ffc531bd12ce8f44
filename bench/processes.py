"""Processes beside a measurement: the push service and other programs, and the processor time that they used."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")


class Service:
    """The tests' push service as a process of its own, over TLS, taking everything unread."""

    def __init__(self, process: "subprocess.Popen[str]", origin: str, certificate: str):
        self.pid = process.pid
        self.origin = origin
        self.certificate = certificate

    @property
    def trusting(self) -> dict[str, str]:
        """An environment in which OpenSSL (and Node) trust its certificate."""
        return dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), self.certificate)


@contextmanager
def push_service() -> Iterator[Service]:
    """A push service that ends with the `with` block, or with this process."""
    command = [sys.executable, str(ROOT / "tests" / "push_service.py"), "--tls", "--no-checks"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        try:
            yield Service(process, first["origin"], first["certificate"])
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def run(module: str, config: Mapping[str, Any], env: Mapping[str, str], *, limit_s: float = 600.0) -> dict[str, Any]:
    """Run `python -m MODULE CONFIG` to its end; its last line is the JSON that it found."""
    found: dict[str, Any] = run_command([sys.executable, "-m", module, json.dumps(config)], env, limit_s=limit_s)
    return found


def run_command(
    command: list[str], env: Mapping[str, str], *, limit_s: float = 600.0, cwd: Path = ROOT, whole: bool = False
) -> Any:
    """Run a program to its end; its last line, or the whole, is JSON. Raises RuntimeError with what it said."""
    done = subprocess.run(
        command, env={**os.environ, **env}, cwd=cwd, timeout=limit_s, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout if whole else done.stdout.strip().splitlines()[-1])


def cpu_s(pid: int) -> float:
    """The processor seconds that a process and all below it have used so far, those that have ended included.

    Those of living threads are counted in nanoseconds, all others in steps of 10 ms.
    """
    tree = {pid}
    used: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(") ")[2].split()
                threads = [(thread / "schedstat").read_text() for thread in (entry / "task").iterdir()]
            except (FileNotFoundError, ProcessLookupError):
                continue
            own, ended = (sum(map(int, fields[at : at + 2])) / _TICKS for at in (11, 13))
            living = sum(int(one.split()[0]) for one in threads) / 1e9
            used[int(entry.name)] = int(fields[1]), max(own, living) + ended
    while more := {child for child, (parent, _) in used.items() if parent in tree} - tree:
        tree |= more
    return sum(seconds for child, (_, seconds) in used.items() if child in tree)


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])


def load() -> str:
    """The machine's load averages: how much to believe the figures beside them."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())
