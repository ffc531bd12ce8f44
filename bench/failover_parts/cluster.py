"""Three PostgreSQL servers on this machine: a primary and two standbys, of which one confirms each commit.

The primary is lost with all its processes at once, as a machine is; the scripts of deploy/postgresql promote a standby
and take the lost server back.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.processes import ROOT
from tests.postgres_server import UNPRIVILEGED, free_port, reachable_binaries
from tests.waiting import wait_until

NAMES = ("one", "two", "three")
SCRIPTS = ROOT / "deploy" / "postgresql"
STREAMING = "SELECT COUNT(*) FROM pg_stat_replication WHERE state = 'streaming'"

SETTINGS = (
    "timezone=UTC",
    "max_connections=100",
    "wal_log_hints=on",
    "wal_keep_size=512MB",
    "wal_retrieve_retry_interval=1s",
    f"synchronous_standby_names=ANY 1 ({', '.join(NAMES)})",
)
"""The same on all three: the one that is promoted goes on as the lost one did (docs/operations/postgresql.md)."""


class Server:
    """One server: `process` is its first process while it runs."""

    def __init__(self, name: str, folder: Path, binaries: Path, user: str | None):
        self.name = name
        self.data = folder / name
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._log = folder / f"{name}.log"
        self._binaries, self._user = binaries, user

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port}"

    def start(self, hosts: str) -> None:
        """Start it; as a standby it follows the server of `hosts` that can be written to."""
        primary = (
            f"{hosts} user=homeplan connect_timeout=2 target_session_attrs=read-write application_name={self.name}"
        )
        settings = (*SETTINGS, f"cluster_name={self.name}", f"primary_conninfo={primary}")
        options = [argument for setting in settings for argument in ("-c", setting)]
        self.process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port), "-k", "", *options],
            user=self._user,
            cwd=self.data,
            stdout=subprocess.DEVNULL,
            stderr=self._log.open("ab"),
        )
        ready: list[str | Path] = [self._binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        if not wait_until(lambda: subprocess.run(ready, check=False).returncode == 0):
            raise RuntimeError(f"{self.name} did not start: {self._log.read_text(errors='replace')[-2000:]}")

    def lose(self) -> None:
        """Kill all its processes at once, as when its machine is lost."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)  # no child is added while they are killed
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in (self.process.pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not any(_is_alive(int(child)) for child in children))
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        if self.process is not None and self.process.poll() is None:
            self.lose()


class Cluster:
    """The servers, of which `primary` is the one that can be written to."""

    def __init__(self, folder: Path, binaries: Path, user: str | None):
        self.servers = [Server(name, folder, binaries, user) for name in NAMES]
        self.primary = self.servers[0]
        self._binaries, self._user = binaries, user
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.servers)
        self.url = f"postgresql://homeplan@{hosts}/postgres?target_session_attrs=read-write"
        ports = ",".join(str(each.port) for each in self.servers)
        self.hosts = f"host={','.join(['127.0.0.1'] * len(NAMES))} port={ports}"

    @property
    def standbys(self) -> list[Server]:
        return [each for each in self.servers if each is not self.primary]

    def begin(self) -> None:
        """Make the primary and copy it twice."""
        trusting = ["-U", "homeplan", "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run([self._binaries / "initdb", "-D", self.primary.data, *trusting])
        self.primary.start(self.hosts)
        for standby in self.standbys:
            source = f"{self.primary.conninfo} user=homeplan dbname=postgres"
            self._run([self._binaries / "pg_basebackup", "-D", standby.data, "-d", source, "-c", "fast"])
            (standby.data / "standby.signal").touch()
            standby.start(self.hosts)
        self.wait_until_whole()

    def promote(self) -> Server:
        """Run promote.sh for the lost primary; the new one."""
        lost = self.primary
        arguments = [lost.conninfo, *(each.conninfo for each in self.standbys)]
        chosen = self._run(["sh", SCRIPTS / "promote.sh", *arguments]).strip()
        self.primary = next(each for each in self.servers if each.conninfo == chosen)
        return lost

    def rejoin(self, lost: Server, *, copy: bool) -> None:
        """Run rejoin.sh for a server that was lost, and start it as a standby."""
        added = {"COPY": "yes" if copy else "no"}
        self._run(["sh", SCRIPTS / "rejoin.sh", lost.data, self.primary.conninfo], added)
        shutil.rmtree(f"{lost.data}.before-rejoin", ignore_errors=True)
        lost.start(self.hosts)

    def wait_until_whole(self) -> None:
        """Wait until both standbys follow the primary. Raises TimeoutError."""
        if not wait_until(lambda: self.ask(STREAMING) == str(len(NAMES) - 1)):
            raise TimeoutError(f"{self.ask(STREAMING)} standbys follow")

    def ask(self, sql: str) -> str:
        """The first value of a statement on the primary."""
        psql: list[str | Path] = [
            self._binaries / "psql",
            "-XAtq",
            f"{self.primary.conninfo} dbname=postgres",
            "-c",
            sql,
        ]
        return self._run(psql).strip()

    def _run(self, command: list[str | Path], added: Mapping[str, str] | None = None) -> str:
        path = f"{self._binaries}:{os.environ.get('PATH', '')}"
        env = os.environ | {"PATH": path, "PGUSER": "homeplan", "LC_ALL": "C"} | dict(added or {})
        done = subprocess.run(
            command, user=self._user, capture_output=True, text=True, check=False, cwd="/", env=env, timeout=300
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} {command[1]} failed: {done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A primary and two standbys with an empty database, gone after the `with` block."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="homeplan-failover-"))
    folder.chmod(0o755)
    owned = folder / "servers"
    owned.mkdir(mode=0o700)
    if user:
        shutil.chown(owned, user)
    cluster = Cluster(owned, reachable_binaries(folder, user), user)
    try:
        cluster.begin()
        yield cluster
    finally:
        for server in cluster.servers:
            server.stop()
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
