"""The real proxies in front of a real `homeplan serve`, with the configuration files that are shipped."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from homeplan.accounts.passwords import hash_in_pool
from homeplan.actor import Role
from homeplan.clock import SystemClock
from homeplan.commands.certificate import self_signed
from homeplan.db import migrate, open_database
from tests.waiting import wait_until
from tests.world import World

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TOKEN = "a-token-of-a-monitoring-system-that-nobody-guesses"
PASSWORD = "violet tractor humming"
EMAIL = "owner@clinic.example"

NGINX = """\
user root;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Front:
    """A clinic behind a proxy at `origin`; homeplan itself answers at `inside`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port, self.inner_port, self.plain_port = free_port(), free_port(), free_port()
        self.origin, self.inside = f"https://localhost:{self.port}", f"http://127.0.0.1:{self.inner_port}"
        self.certificate, self.key = self_signed(folder, "127.0.0.1")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")},
            "HOMEPLAN_DATABASE_URL": f"sqlite:///{folder}/homeplan.sqlite",
            "HOMEPLAN_ORIGIN": self.origin,
            "HOMEPLAN_PORT": str(self.inner_port),
            "HOMEPLAN_TRUSTED_PROXIES": "127.0.0.1",
            "HOMEPLAN_METRICS_TOKEN": TOKEN,
            "SSL_CERT_FILE": self.certificate,
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    def visitor(self, address: str) -> httpx.Client:
        """A browser at that address of this machine, on a device that is new to the clinic."""
        trust = ssl.create_default_context(cafile=self.certificate)
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        return httpx.Client(transport=transport, base_url=self.origin, headers={"sec-fetch-site": "same-origin"})

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """One command of homeplan, in the environment of the service."""
        return subprocess.run(
            [sys.executable, "-m", "homeplan", *arguments],
            cwd=self.folder,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def set_up(self) -> None:
        """Add a clinic with an owner who has a password and an authenticator app."""
        asyncio.run(add_owner(self.environment["HOMEPLAN_DATABASE_URL"]))

    @contextmanager
    def serving(self) -> Iterator[None]:
        with running([sys.executable, "-m", "homeplan", "serve"], self.folder, self.environment, self.inner_port):
            yield

    @contextmanager
    def caddy(self) -> Iterator[None]:
        """Caddy with deploy/Caddyfile."""
        program = Path(sys.executable).parent / "caddy"
        site = changed(
            "Caddyfile",
            {
                "http://homeplan.example.org {": f"http://localhost:{self.plain_port} {{",
                "homeplan.example.org {": f"{self.origin} {{\n\ttls {self.certificate} {self.key}",
                "127.0.0.1:8000": f"127.0.0.1:{self.inner_port}",
            },
        )
        options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
        (self.folder / "Caddyfile").write_text(options + site)
        command = [str(program), "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
        with running(command, self.folder, self.environment, self.port):
            yield

    @contextmanager
    def nginx(self, changes: Mapping[str, str] | None = None) -> Iterator[None]:
        """nginx with deploy/nginx.conf, or with that file changed."""
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            if os.environ.get("CI") == "true":
                raise FileNotFoundError("nginx")
            pytest.skip("nginx is not installed")
        site = changed(
            "nginx.conf",
            {
                "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
                "listen [::]:80;": "",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
                "listen [::]:443 ssl http2;": "",
                "/etc/letsencrypt/live/homeplan.example.org/fullchain.pem": self.certificate,
                "/etc/letsencrypt/live/homeplan.example.org/privkey.pem": self.key,
                "server_name homeplan.example.org;": "server_name localhost;",
                "127.0.0.1:8000": f"127.0.0.1:{self.inner_port}",
                **(changes or {}),
            },
        )
        (self.folder / "site.conf").write_text(site)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder))
        command = [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        with running(command, self.folder, self.environment, self.port):
            yield


async def add_owner(url: str) -> None:
    """Make the database, with a clinic and an owner with PASSWORD and the authenticator app of tests/world.py."""
    db, clock = await open_database(url), SystemClock()
    try:
        await migrate(db, clock.now())
        world = World(db, clock)
        clinic, password_hash = await world.clinic(), await hash_in_pool(PASSWORD)
        await world.therapist(clinic, role=Role.ADMIN, email=EMAIL, password_hash=password_hash)
    finally:
        await db.close()


def changed(name: str, changes: Mapping[str, str]) -> str:
    """The shipped file with the places of this machine."""
    text = (DEPLOY / name).read_text("utf-8")
    for old, new in changes.items():
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    return text


@contextmanager
def running(command: list[str], folder: Path, environment: Mapping[str, str], port: int) -> Iterator[None]:
    """The program, from the moment that it listens there."""
    log = folder / f"{Path(command[0]).name}-{port}.log"
    with log.open("w") as errors, subprocess.Popen(command, cwd=folder, env=environment, stderr=errors) as program:
        try:
            assert wait_until(lambda: program.poll() is not None or listens(port))
            assert program.poll() is None, log.read_text()
            yield
        finally:
            program.terminate()
            program.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
