"""The documents agree with the code: settings, error codes, the README's two commands, links."""

import re
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from homeplan import app
from homeplan.__main__ import _parser
from homeplan.errors import Problem
from homeplan.settings import VARIABLES, Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

LARGEST_PICTURE = 150_000

LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)|(?:src|href)=\"([^\"]+)\"", re.MULTILINE)
"""`[text](target)`, `[label]: target`, and the target of an HTML element."""

COMMAND = re.compile(r"`homeplan ([^`\n]+)`|^ *(?:    |[$] )homeplan (.+)$", re.MULTILINE)
"""A command in a line, or on a line of its own."""

CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    rows = re.findall(
        r"^\| `(HOMEPLAN_\w+)` \| (\S+) \|", (ROOT / "docs/operations/settings.md").read_text(), re.MULTILINE
    )
    assert dict(rows) == {variable: _default(name) for name, variable in VARIABLES.items()}


def test_every_table_has_its_end_in_the_page_about_growth() -> None:
    part = _read("docs/scale.md").split("## What grows\n")[1].split("\n## ")[0]
    named = [name for row in re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    created = {
        table
        for path in (ROOT / "migrations").glob("*.sql")
        for table in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", path.read_text("utf-8"))
    }
    assert sorted(named) == sorted({*created, "schema_migration"})


def test_every_error_code_is_documented_with_its_status_and_its_sentence() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \| (.+?) \|$", (ROOT / "docs/errors.md").read_text(), re.MULTILINE)
    documented = {code: (int(status), title) for code, status, title in rows}
    assert documented == {problem.code: (problem.status, problem.title()) for problem in _problems(Problem)}


def test_one_code_is_one_situation() -> None:
    codes = [problem.code for problem in _problems(Problem)]
    assert sorted(codes) == sorted(set(codes))


def test_the_readme_has_its_two_commands_alone_in_a_block() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = {
        heading: re.findall(r"```sh\n(.*?)```", readme.split(f"## {heading}\n")[1].split("\n## ")[0], re.DOTALL)
        for heading in ("Try it", "Test it")
    }
    assert commands == {"Try it": ["make demo\n"], "Test it": ["make test\n"]}


def test_the_readme_shows_two_small_pictures_and_is_short_until_it_can_be_tried() -> None:
    before = (ROOT / "README.md").read_text().split("## Try it")[0]
    pictures = re.findall(r'<img src="([^"]+)"', before)
    assert [(ROOT / picture).stat().st_size < LARGEST_PICTURE for picture in pictures] == [True, True]
    assert len(before.splitlines()) <= 25


def test_every_hazard_names_controls_and_tests_that_exist() -> None:
    rows = re.findall(r"^\| (H\d+) \|(.+)\|$", (ROOT / "docs/hazards.md").read_text(), re.MULTILINE)
    assert len(rows) == len({hazard for hazard, _ in rows}) > 20
    missing = []
    for hazard, row in rows:
        assert len(row.split(" | ")) == 4, hazard
        tests = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", row)
        assert tests, hazard
        missing += [f"{hazard}: {path}::{name}" for path, name in tests if not _has_test(ROOT / path, name)]
    assert missing == []


UNTESTED = ("operator: ", "documented: ", "by construction: ", "not there: ", "not there yet: ")
"""Reasons why a security requirement has no test; docs/asvs.md says what they mean."""

ASVS_SECTIONS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4},
    **{"3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3},
    **{"6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2},
    **{"7.4": 5, "7.5": 3, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3},
    **{"11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2},
    **{"13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4},
    **{"16.4": 3, "16.5": 3},
}
"""Number of requirements of levels 1 and 2 in each section of OWASP ASVS 5.0.0 without V10 and V17, in V6 and V7 of all
levels. Those of level 3 come last in each section."""


def test_every_security_requirement_names_tests_that_exist_or_why_there_is_none() -> None:
    rows = re.findall(r"^\| S(\d+) \| (.+) \| (.+) \|$", _read("docs/security-requirements.md"), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 57))
    assert [fault for number, _, shown in rows for fault in _unshown(f"S{number}", shown)] == []


def test_every_requirement_of_asvs_is_named_once_and_names_tests_that_exist_or_why_there_is_none() -> None:
    table, _, absent = _read("docs/asvs.md").partition("## What concerns nothing here")
    rows = re.findall(r"^\| V([\d.]+) \| ([123]) \| (.+) \| (.+) \|$", table, re.MULTILINE)
    assert [fault for number, _, _, shown in rows for fault in _unshown(f"V{number}", shown)] == []
    named = [number for number, _, _, _ in rows]
    for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", absent):
        section, _, start = first.rpartition(".")
        named += [f"{section}.{n}" for n in range(int(start), int((last or first).rpartition(".")[2]) + 1)]
    assert sorted(named) == sorted(f"{s}.{n}" for s, count in ASVS_SECTIONS.items() for n in range(1, count + 1))


def _unshown(number: str, shown: str) -> list[str]:
    """The tests named for this requirement that do not exist, or that it names neither a test nor why there is none."""
    tests = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", shown)
    if not tests and not shown.startswith(UNTESTED):
        return [f"{number}: no test"]
    return [f"{number}: {path}::{name}" for path, name in tests if not _has_test(ROOT / path, name)]


def _read(document: str) -> str:
    return (ROOT / document).read_text()


def _has_test(path: Path, name: str) -> bool:
    return path.is_file() and f"def {name}(" in path.read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_or_a_heading_or_by_https_elsewhere(document: Path) -> None:
    assert _broken_links(document, document.read_text()) == []


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](docs/errors.md) ![b](docs/adr) [c](https://example.org/x#y) `[d](nowhere.md)`", []),
        ("## Ways *in*, `make demo` and 2 more!\n[a](#ways-in-make-demo-and-2-more)", []),
        (
            '[a](nowhere.md) [b](http://example.org) <img src="nowhere.png">',
            ["nowhere.md", "http://example.org", "nowhere.png"],
        ),
        ("# Here\n[a](#there) [b](docs/errors.md#nothing-of-it)", ["#there", "docs/errors.md#nothing-of-it"]),
        ("```\n# not a heading\n```\n[a](#not-a-heading)\n[b]: ../outside.md", ["#not-a-heading", "../outside.md"]),
    ],
)
def test_a_link_to_nowhere_is_found(text: str, broken: list[str]) -> None:
    assert _broken_links(ROOT / "README.md", text) == broken


def test_every_document_that_is_named_in_a_source_exists() -> None:
    sources = [path for suffix in ("py", "ts", "yaml", "md") for path in _sources(suffix)]
    named = {name for path in sources for name in re.findall(r"\bdocs/[a-z0-9/-]+(?:\.md)?\b", path.read_text())}
    assert "docs/errors.md" in named
    assert [name for name in sorted(named) if not [*ROOT.glob(f"{name}*")]] == []


def test_every_test_that_a_document_names_exists() -> None:
    defined = {name for path in _sources("py") for name in re.findall(r"def (test_\w+)\(", path.read_text())}
    missing = []
    for document in DOCUMENTS:
        text = document.read_text()
        files = re.findall(r"`((?:web/)?tests?/[\w./-]+)`", text)
        missing += [f"{document.name}: {file}" for file in files if not (ROOT / file).exists()]
        missing += [f"{document.name}: {name}" for name in re.findall(r"`(test_\w+)`", text) if name not in defined]
    assert missing == []


def test_every_command_setting_and_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    unknown: list[str] = []
    for document in DOCUMENTS:
        if document.name == "CHANGELOG.md":
            continue  # it tells of what was
        text, name = document.read_text(), document.relative_to(ROOT)
        blocks = re.sub(
            r"^ *```sh\n(.*?)^ *```$", lambda block: indent(block[1], "    "), text, flags=re.MULTILINE | re.DOTALL
        )
        commands = ["".join(found) for found in COMMAND.findall(blocks)]
        unknown += [f"{name}: homeplan {each}" for each in commands if not _is_command(each.split())]
        unknown += [f"{name}: make {each}" for each in re.findall(r"`make ([a-z-]+)`", text) if each not in targets]
        settings = set(re.findall(r"\bHOMEPLAN_[A-Z_]+[A-Z]\b", text)) - {*VARIABLES.values(), "HOMEPLAN_NODE"}
        unknown += [f"{name}: {each}" for each in sorted(settings)]
    assert unknown == []


@pytest.mark.parametrize(
    ("command", "exists"),
    [
        ("audit verify --archive DIR", True),
        ("audit …", True),
        ("keys rotate", True),
        ("audit check", False),
        ("audit verify --all", False),
        ("keys turn", False),
        ("repair", False),
    ],
)
def test_a_command_that_does_not_exist_is_found(command: str, exists: bool) -> None:
    assert _is_command(command.split()) == exists


def _is_command(words: list[str]) -> bool:
    """Whether the command line has this command with these options, as far as the words are no placeholders."""
    parser: Any = _parser()
    for word in words:
        choices = [action.choices for action in parser._actions if action.choices and not action.option_strings]
        if word.startswith("--"):
            if word not in parser._option_string_actions:
                return False
        elif word in ("|", ">", ">>", "#", "&&"):
            break
        elif choices and re.fullmatch("[a-z-]+", word):
            if word not in choices[0]:
                return False
            parser = choices[0][word] if isinstance(choices[0], dict) else parser
    return True


def _sources(suffix: str) -> list[Path]:
    folders = ("src/homeplan", "tests", "bench", "drills", "web/src", "docs")
    return [path for folder in folders for path in (ROOT / folder).rglob(f"*.{suffix}")]


def _broken_links(document: Path, text: str) -> list[str]:
    links = ["".join(found) for found in LINK.findall(CODE.sub("", text))]
    return [link for link in links if not _leads_somewhere(document, text, link)]


def _leads_somewhere(document: Path, text: str, link: str) -> bool:
    if ":" in link:
        return link.startswith("https://")
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in _anchors(target.read_text() if name else text)


def _anchors(text: str) -> list[str]:
    """The headings as a forge turns them into anchors."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def _default(name: str) -> str:
    value = getattr(Settings(), name)
    if value is None or value == ():
        return "none"
    return f"`{int(value) if isinstance(value, bool) else value}`"


def _problems(base: type[Problem]) -> list[type[Problem]]:
    """Every kind of problem, the app (and so every feature) being imported."""
    assert app.FEATURES
    found = [] if base is Problem else [base]
    return found + [kind for child in base.__subclasses__() for kind in _problems(child)]
