"""The shell commands of a page of docs/, by the heading that they follow."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs/operations.md"
INSTALL = ROOT / "docs/operations/install.md"
RUNBOOKS = ROOT / "docs/operations/runbooks.md"

_PART = re.compile(
    r"^## (?P<heading>[^\n]+)$"
    r"|(?P<not_run><!-- not run: [^\n]+ -->\n)?^(?P<in> *)```sh\n(?P<code>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
"""A heading, or a block of commands; a comment above one says why no test runs it."""


def blocks(page: Path) -> dict[str, list[str]]:
    """The blocks of commands under each heading of the second level that has any."""
    found: dict[str, list[str]] = {}
    heading = ""
    for part in _PART.finditer(page.read_text("utf-8")):
        if part["heading"]:
            heading = part["heading"]
        elif not part["not_run"]:
            lines = [line.removeprefix(part["in"]) for line in part["code"].splitlines()]
            found.setdefault(heading, []).append("\n".join(lines))
    return found
