"""The servers that bench/requests.py measures, in processes of their own, gone after the `with` block."""

import compileall
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from msgspec import Struct

from bench.load import ask, request
from bench.processes import ROOT, cpu_s

START_LIMIT_S = 120.0


class Server(Struct, kw_only=True):
    """A running server: its ports, its processes, and the processes of its database where that is a server too."""

    name: str
    ports: list[int]
    pids: list[int]
    database_pid: int | None = None
    tokens: list[str] = []

    def cpu_s(self) -> tuple[float, float]:
        """Processor seconds used so far: by the server's process trees, and by its database's."""
        own = sum(cpu_s(pid) for pid in self.pids)
        return own, 0.0 if self.database_pid is None else cpu_s(self.database_pid)

    def resident_mb(self) -> float:
        """Resident memory of its first process."""
        status = Path(f"/proc/{self.pids[0]}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def homeplan(
    name: str, url: str, *, processes: int = 1, database_pid: int | None = None, worker: bool = True
) -> Iterator[Server]:
    """`homeplan serve` on a database that is filled already."""
    compile_sources()
    with ExitStack() as stack:
        started = [stack.enter_context(_homeplan(url, worker=worker)) for _ in range(processes)]
        ports, pids = [port for port, _ in started], [pid for _, pid in started]
        yield Server(name=name, ports=ports, pids=pids, database_pid=database_pid)


def compile_sources() -> None:
    """Write homeplan's bytecode, as pip does for what it installs: compiling takes time and memory at each start."""
    compileall.compile_dir(ROOT / "src", quiet=1)


def cold_start_s(url: str) -> tuple[float, float]:
    """Seconds from starting the program to its first answer, and the processor time of it."""
    compile_sources()
    began = time.perf_counter()
    with _homeplan(url, wait_s=0.01) as (_, pid):
        return time.perf_counter() - began, cpu_s(pid)


@contextmanager
def litestar() -> Iterator[Server]:
    port = free_port()
    with _running([sys.executable, "-m", "bench.peer_litestar", str(port)], port, "/api/me") as pid:
        yield Server(name="Litestar without a database", ports=[port], pids=[pid])


@contextmanager
def fastapi(folder: Path) -> Iterator[Server]:
    port = free_port()
    folder.mkdir()
    with _running([sys.executable, "-m", "bench.peer_fastapi", str(port), str(folder)], port, "/api/me") as pid:
        yield Server(name="FastAPI + SQLModel", ports=[port], pids=[pid], tokens=[f"token-{n}" for n in range(100)])


@contextmanager
def pocketbase(folder: Path) -> Iterator[Server]:
    """PocketBase with a check-in as a hook. Raises FileNotFoundError when it is not installed."""
    port = free_port()
    program = shutil.which("pocketbase", path=str(Path(sys.executable).parent))
    if program is None:
        raise FileNotFoundError("pocketbase; run `make check`, which installs it")
    own = ROOT / "bench" / "pocketbase"
    command = [program, "serve", "--http", f"127.0.0.1:{port}", "--dir", str(folder)]
    command += ["--hooksDir", str(own / "hooks"), "--migrationsDir", str(own / "migrations"), "--automigrate=false"]
    with _running(command, port, "/api/health") as pid:
        with urlopen(f"http://127.0.0.1:{port}/bench/tokens", timeout=START_LIMIT_S) as answer:
            tokens = json.loads(answer.read())
        yield Server(name="PocketBase with a hook", ports=[port], pids=[pid], tokens=tokens)


@contextmanager
def _homeplan(url: str, wait_s: float = 0.05, *, worker: bool = True) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "homeplan", "serve", "--port", str(port)]
    command += [] if worker else ["--no-worker"]
    env = {"HOMEPLAN_DATABASE_URL": url, "HOMEPLAN_ORIGIN": f"http://localhost:{port}"}
    with _running(command, port, "/healthz", env=env, wait_s=wait_s) as pid:
        yield port, pid


@contextmanager
def _running(
    command: Sequence[str], port: int, probe: str, *, env: dict[str, str] | None = None, wait_s: float = 0.05
) -> Iterator[int]:
    """The id of the process, once it answers at all. Raises RuntimeError with what it said when it does not start."""
    environment = {**os.environ, **(env or {})}
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            deadline = time.monotonic() + START_LIMIT_S
            while not _answers(port, probe):
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    output.seek(0)
                    raise RuntimeError(f"{command[:3]} did not start:\n{output.read().decode()[-2000:]}")
                time.sleep(wait_s)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(port: int, path: str) -> bool:
    try:
        return ask(port, request("GET", path))[0] > 0
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listener_of(url: str) -> int:
    """The process that listens where the database of that URL is."""
    port = f"{urlsplit(url).port:04X}"
    sockets = {
        fields[9]
        for fields in (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        if fields[1].endswith(f":{port}") and fields[3] == "0A"
    }
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir() if process.name.isdigit() else ():
                if str(handle.readlink()).removeprefix("socket:[").removesuffix("]") in sockets:
                    return int(process.name)
    raise RuntimeError("no process listens there")
