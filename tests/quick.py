"""The tests of what changed, on SQLite: `python -m tests.quick`, or `make quick`.

Changed is what differs from the last commit; on a clean tree, what the last commit changed.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
EVERYTHING = "tests"
SHARED = ("db", "http")
"""Folders with tests of their own that every feature depends on."""


def main() -> int:
    """Run the tests that the changed files ask for; the worst exit code."""
    changed = _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    changed = changed or _git("diff", "--name-only", "HEAD~1")
    commands = [_pytest(paths)] if (paths := affected(changed)) else []
    if any(path.startswith("web/") for path in changed):
        commands.append(["npm", "--prefix", "web", "run", "--silent", "test", "--", "--changed", "--passWithNoTests"])
    codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
    return max(codes, default=0)


def affected(changed: Iterable[str]) -> list[str]:
    """The folders and files of tests that these paths ask for; all of them where shared code changed."""
    found = {test for path in changed if (test := _test_of(path))}
    return [EVERYTHING] if EVERYTHING in found else sorted(found)


def _test_of(changed: str) -> str | None:
    path = Path(changed)
    if path.suffix == ".md":
        return "tests/test_docs.py"
    if path.match("tests/test_*.py"):
        return changed if (ROOT / path).exists() else None
    if path.parts[0] not in ("src", "tests", "migrations", "pyproject.toml", "drills") or path.is_relative_to(
        "tests/browser"
    ):
        return None
    return next((f"tests/{part}" for part in path.parts if part in _features()), EVERYTHING)


def _features() -> set[str]:
    return {found.parent.name for found in (ROOT / "tests").glob("*/__init__.py")} - {*SHARED, "browser"}


def _pytest(paths: list[str]) -> list[str]:
    kinds = "not drill and not browser" + (" and not slow" if EVERYTHING in paths else "")
    workers = "2" if EVERYTHING in paths or len(paths) > 2 else "0"  # starting two takes longer than a feature or two
    options = ["--ignore=tests/browser", "-m", kinds, "-k", "not postgresql", "-n", workers]
    return [sys.executable, "-m", "pytest", "--hypothesis-profile=quick", *options, *paths]


def _git(*arguments: str) -> list[str]:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
