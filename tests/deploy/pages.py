"""The shell commands of a page of docs/, by the heading that they follow."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "docs/operations.md"
OPERATIONS = ROOT / "docs/operations"
INSTALL = OPERATIONS / "install.md"
RUNBOOKS = OPERATIONS / "runbooks.md"

_PART = re.compile(
    r"^## (?P<heading>[^\n]+)$"
    r"|(?P<not_run><!-- not run: [^\n]+ -->\n)?^(?P<in> *)```sh\n(?P<code>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
"""A heading, or a block of commands; a comment above one says why no test runs it."""


def path() -> dict[str, list[str]]:
    """The blocks of commands of each page of a newcomer's path, in the order of the index; by the page's name."""
    pages = re.findall(r"^\d\. \[[^\]]+\]\(operations/([a-z-]+)\.md\)", INDEX.read_text("utf-8"), re.MULTILINE)
    return {page: [each for part in blocks(OPERATIONS / f"{page}.md").values() for each in part] for page in pages}


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
