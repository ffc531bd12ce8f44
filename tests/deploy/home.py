"""A machine of homeplan in a folder: the files of deploy/install.sh, a real service, no root and no systemd.

Commands of the pages run as they are written, but for the absolute paths, which are those of the folder.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.pages import ROOT
from tests.front.proxies import free_port
from tests.waiting import wait_until

FOLDERS = (
    "etc/homeplan",
    "etc/caddy",
    "opt/homeplan-0.1.0/bin",
    "usr/local/bin",
    "var/lib/homeplan",
    "var/backups/homeplan",
    "mnt/other-disk",
)
_ABSOLUTE = re.compile(r"(?:(?<=sqlite:///)|(?<=file://)|(?<![\w./$-]))/(?=(?:etc|var|opt|usr/local|mnt)(?:/|\b))")
_LIMIT_S = 120

SYSTEMCTL = """\
#!/bin/sh
# In place of systemd: starts and ends what the unit of homeplan starts, and nothing for Caddy.
set -eu
verb=$1; shift
end() {
  [ -e {root}/pid ] || return 0
  kill "$(cat {root}/pid)" 2>/dev/null || true
  while kill -0 "$(cat {root}/pid)" 2>/dev/null; do sleep 0.05; done
  rm {root}/pid
}
begin() {
  setsid {root}/usr/local/bin/homeplan serve >> {root}/log 2>&1 < /dev/null &
  echo $! > {root}/pid
  until curl --fail --silent --output /dev/null http://127.0.0.1:{port}/healthz; do
    kill -0 "$(cat {root}/pid)" || { tail -n 3 {root}/log >&2; rm {root}/pid; exit 1; }
    sleep 0.1
  done
}
for name; do
  [ "$name" = homeplan ] || continue
  case $verb in
    enable | start) begin ;;
    disable | stop) end ;;
    restart) end; begin ;;
    try-restart) if [ -e {root}/pid ]; then end; begin; fi ;;
    *) exit 2 ;;
  esac
done
"""
JOURNALCTL = "#!/bin/sh\ncase $* in *'-u homeplan'*) cat {root}/log ;; esac\n"
SETPRIV = """\
#!/bin/sh
# In place of setpriv: the user homeplan does not exist here.
while [ "${1#--}" != "$1" ]; do case $1 in --reuid | --regid) shift 2 ;; *) shift ;; esac; done
exec "$@"
"""
OWNERLESS = """\
#!/bin/sh
# In place of {name}: the user homeplan does not exist here.
set -eu
n=$#
while [ "$n" -gt 0 ]; do
  a=$1; shift; n=$((n - 1))
  case $a in -o | -g) shift; n=$((n - 1)) ;; homeplan:homeplan) ;; *) set -- "$@" "$a" ;; esac
done
{does}
"""


class Home:
    """One machine. `stick` is a folder that several of them share."""

    def __init__(self, root: Path, stick: Path):
        self.root, self.stick = root, stick
        self.port = free_port()
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        stick.mkdir(exist_ok=True)
        (root / "mnt/stick").symlink_to(stick)
        (root / "opt/homeplan").symlink_to("homeplan-0.1.0")
        self._program("opt/homeplan-0.1.0/bin/homeplan", f'#!/bin/sh\nexec "{sys.executable}" -m homeplan "$@"\n')
        self._program(
            "usr/local/bin/systemctl", SYSTEMCTL.replace("{root}", str(root)).replace("{port}", str(self.port))
        )
        self._program("usr/local/bin/journalctl", JOURNALCTL.format(root=root))
        self._program("usr/local/bin/setpriv", SETPRIV)
        for name, does in (("chown", "exit 0"), ("install", '/usr/bin/install "$@"')):
            self._program(f"usr/local/bin/{name}", OWNERLESS.replace("{name}", name).replace("{does}", does))
        (root / "install.sh").write_text(self._install())

    @property
    def settings(self) -> Path:
        return self.root / "etc/homeplan/homeplan.env"

    @property
    def database(self) -> Path:
        return self.root / "var/lib/homeplan/homeplan.sqlite"

    @property
    def log(self) -> str:
        return (self.root / "log").read_text()

    @property
    def inside(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, script: str) -> str:
        """Output and errors of the commands; each has to end with 0."""
        written = script
        script = _ABSOLUTE.sub(f"{self.root}/", script).replace("http://127.0.0.1:8000", self.inside)
        path = f"{self.root}/usr/local/bin:{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")}
        done = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", script],
            cwd=self.root, env=environment | {"PATH": path}, capture_output=True, text=True, timeout=_LIMIT_S,
        )  # fmt: skip
        assert done.returncode == 0, f"{written}\n\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def set(self, name: str, value: str) -> None:
        """Replace a line of the settings."""
        kept = [line for line in self.settings.read_text().splitlines() if not line.startswith(f"{name}=")]
        self.settings.write_text("\n".join([*kept, f"{name}={value}"]) + "\n")

    def end(self) -> None:
        """End the service."""
        self.run("systemctl stop homeplan")

    def _program(self, path: str, text: str) -> None:
        (self.root / path).write_text(text)
        (self.root / path).chmod(0o755)

    def _install(self) -> str:
        """The part of install.sh that writes settings and the command, and the restart; no packages, no users."""
        text = (ROOT / "deploy/install.sh").read_text("utf-8")
        begin, end = text.index("settings=/etc/homeplan/homeplan.env"), text.index("install -m 644 homeplan.service")
        part = text[begin:end]
        part = part.replace('echo "HOMEPLAN_ORIGIN=', f'echo "HOMEPLAN_PORT={self.port}"\n    echo "HOMEPLAN_ORIGIN=')
        caddy = (ROOT / "deploy/Caddyfile").read_text("utf-8").replace("homeplan.example.org", "clinic.example.org")
        (self.root / "etc/caddy/Caddyfile").write_text(caddy)
        head = 'set -eu\nsay() { echo "install.sh: $*"; }\nhost=$1 email=$2\n'
        return _ABSOLUTE.sub(f"{self.root}/", f"{head}{part}\nsystemctl try-restart homeplan\n")


def answers(home: Home) -> bool:
    """Whether the service answers."""
    asked = subprocess.run(["curl", "--fail", "--silent", f"{home.inside}/healthz"], capture_output=True)
    return asked.returncode == 0


def require_programs() -> None:
    """Skip where a program of the pages is missing."""
    import pytest

    for name in ("curl", "openssl"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")


__all__ = ["Home", "answers", "require_programs", "wait_until"]
