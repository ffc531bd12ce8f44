"""A bare Debian in a folder, in which docs/operations/install.md is followed: programs are started directly."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.pages import INSTALL, ROOT, blocks
from tests.front.proxies import free_port
from tests.waiting import wait_until

EXAMPLE = "clinic.example.org"
PATHS = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")

SYSTEMCTL = """\
#!/bin/sh
# In place of systemd, which does not run in this root: starts what the units start, with the ports of this test.
set -eu
if [ ! -e /edited ]; then
  echo HOMEPLAN_PORT={inner} >> /etc/homeplan/homeplan.env
  sed -i 's/127.0.0.1:8000/127.0.0.1:{inner}/' /etc/caddy/Caddyfile
  sed -i 's/^http:..localhost {{/http:\\/\\/localhost:{plain} {{/' /etc/caddy/Caddyfile
  if grep -q "^[^#]*homeplan.example.org" /etc/caddy/Caddyfile; then exit 1; fi
  printf '{{\\n\\tadmin off\\n\\tauto_https disable_redirects\\n}}\\n' | cat - /etc/caddy/Caddyfile > /etc/caddy/both
  touch /edited
fi
begin() {{
  {homeplan} >> /var/log/homeplan.log 2>&1 < /dev/null &
  echo $! > /started.homeplan
  until curl --fail --silent --output /dev/null http://127.0.0.1:{inner}/healthz; do
    kill -0 "$(cat /started.homeplan)"
    sleep 0.1
  done
}}
end() {{
  kill "$(cat /started.homeplan)"
  while kill -0 "$(cat /started.homeplan)" 2>/dev/null; do sleep 0.1; done
}}
case $* in
  "enable --now homeplan caddy")
    begin
    setpriv --reuid caddy --regid caddy --init-groups env HOME=/var/lib/caddy \\
      caddy run --config /etc/caddy/both --adapter caddyfile > /var/log/caddy.log 2>&1 < /dev/null &
    echo $! > /started.caddy ;;
  "start homeplan") begin ;;
  "stop homeplan") end ;;
  "restart homeplan") end; begin ;;
  *) exit 2 ;;
esac
"""
JOURNALCTL = "#!/bin/sh\ncat /var/log/homeplan.log\n"


def commands() -> list[str]:
    """The commands of the page, as an operator types them."""
    return [line for each in blocks(INSTALL).values() for block in each for line in block.splitlines()]


class Debian:
    """A root in which commands run, with the release in /root/release."""

    def __init__(self, root: Path):
        self.root = root
        self.port, self.inner = free_port(), free_port()
        self.host = f"localhost:{self.port}"

    @property
    def ca(self) -> Path:
        return self.root / "var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"

    def run(self, script: str) -> str:
        """The output of a script; what it starts in the background goes on."""
        command = ["chroot", str(self.root), "env", "-i", f"PATH={PATHS}", "HOME=/root", "PIP_CERT=/root/bundle.crt"]
        done = subprocess.run([*command, "sh", "-euc", script], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self, release: Path) -> None:
        """Put the release in, the certificates of this machine's network, and something in place of systemd."""
        shutil.copytree(release, self.root / "root/release")
        shutil.copyfile("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        shutil.copyfile(BUNDLE, self.root / "root/bundle.crt")
        systemctl = SYSTEMCTL.format(inner=self.inner, plain=free_port(), homeplan=self._program())
        for name, text in (("systemctl", systemctl), ("journalctl", JOURNALCTL)):
            program = self.root / "usr/local/bin" / name
            program.write_text(text)
            program.chmod(0o755)
        (self.root / "mnt/stick").mkdir()

    def follow(self, *given: str) -> str:
        """Run the page's commands for this machine's name, with a certificate that Caddy signs itself."""
        script = "\n".join(given).replace(f"install.sh {EXAMPLE}", f"install.sh --tls-internal {self.host}")
        return self.run(f"cd /root/release\n{script.replace('127.0.0.1:8000', f'127.0.0.1:{self.inner}')}")

    def logs(self) -> str:
        """The last words of what was started."""
        return "\n".join(path.read_text()[-1500:] for path in (self.root / "var/log").glob("[ch]*.log"))

    def end(self) -> None:
        """End what was started."""
        for started in self.root.glob("started.*"):
            pid = int(started.read_text())
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
            wait_until(lambda pid=pid: not Path(f"/proc/{pid}").exists())  # type: ignore[misc]

    @staticmethod
    def _program() -> str:
        """The unit's program, by the command that reads the unit's settings."""
        unit = (ROOT / "deploy/systemd/homeplan.service").read_text("utf-8")
        started = re.search(r"^ExecStart=/opt/homeplan/bin/(homeplan serve)$", unit, re.MULTILINE)
        assert started is not None
        return started[1]


@contextmanager
def bare_debian(folder: Path) -> Iterator[Debian]:
    """A fresh Debian 12 of the essential packages and apt. Skips where none can be made."""
    program = shutil.which("mmdebstrap")
    if program is None or os.getuid() != 0:
        pytest.skip("a bare Debian needs root and Debian's package mmdebstrap")
    root = folder / "debian"
    made = subprocess.run(
        [program, "--quiet", "--variant=minbase", "bookworm", str(root), "http://deb.debian.org/debian"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    if made.returncode != 0:
        pytest.skip(f"no Debian could be made here: {made.stderr[-300:]}")
    debian = Debian(root)
    try:
        yield debian
    finally:
        debian.end()
        shutil.rmtree(root, ignore_errors=True)


def make_release(folder: Path) -> None:
    """The folder that `make dist` makes, without the list of components."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [copied] = re.findall(r"^\tcp (.+) dist/$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for pattern in copied.split():
        for path in ROOT.glob(pattern):
            shutil.copy(path, folder)
    names = sorted(path.name for path in folder.iterdir())
    sums = subprocess.run(["sha256sum", *names], cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / "SHA256SUMS").write_text(sums)
