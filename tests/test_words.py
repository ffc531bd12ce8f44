"""Plain words: no file contains a word or shape of the list in docs/glossary.md, "Banned words and shapes"."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"

FOLDERS = ("src", "web", "tests", "bench", "drills", "docs")
SUFFIXES = {".py", ".ts", ".svelte", ".js", ".css", ".html", ".md"}
NOT_OURS = {"node_modules", "_web", "dist", "test-results"}
"""Folders of installed and built files."""
GENERATED = {"web/src/core/api.gen.ts"}


class Ban(NamedTuple):
    scope: str
    """`start`: first words of a docstring or doc comment. `text`: all text, wrapped lines joined. `name`: the names
    of files, functions, classes and variables."""
    pattern: re.Pattern[str]
    plain: str


@cache
def bans() -> tuple[Ban, ...]:
    listed = re.search(r"^```bans\n(.*?)^```$", GLOSSARY.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert listed
    rows = [re.split(r"\s{2,}", line.strip()) for line in listed[1].splitlines()]
    return tuple(Ban(scope, re.compile(pattern, re.IGNORECASE), plain) for scope, pattern, plain in rows)


def sources() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            own = path.suffix in SUFFIXES and not NOT_OURS & set(path.parts)
            if own and path != Path(__file__) and str(path.relative_to(ROOT)) not in GENERATED:
                yield path


def prose(text: str) -> str:
    """The text without the list of bans, wrapped lines and comments joined, test names as words."""
    text = re.sub(r"^```bans\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\btest_\w+", lambda name: name[0].replace("_", " "), text)
    return re.sub(r"\s*\n\s*(?:(?:#|//|\*(?!/)|--) )?\s*", " ", text)


def docstrings(path: Path, text: str) -> Iterator[str]:
    """Docstrings of Python, also those of constants and fields; doc comments and HTML comments of the web."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield str(node.value.value).strip()
    elif path.suffix != ".md":
        yield from re.findall(r"(?:/\*\*|<!--)[\s*]*(.*)", text)


def names(path: Path, text: str) -> Iterator[str]:
    yield path.name.removeprefix("test_")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.arg):
                yield node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
    elif path.suffix != ".md":
        yield from re.findall(r"\b(?:const|let|var|function|class|interface|type|enum)\s+(\w+)", text)


def hits(path: Path, text: str) -> Iterator[str]:
    """Each banned word of the file, with its neighbourhood and the plain replacement."""
    read = {"start": list(docstrings(path, text)), "text": [prose(text)], "name": list(names(path, text))}
    for ban in bans():
        for each in read[ban.scope]:
            first_only = [ban.pattern.match(each)] if ban.scope == "start" else ban.pattern.finditer(each)
            for hit in filter(None, first_only):
                yield f"{each[max(0, hit.start() - 30) : hit.end() + 30]!r}: {ban.plain}"


def test_no_file_contains_a_banned_word_or_shape() -> None:
    found = []
    for path in sources():
        place = str(path.relative_to(ROOT))
        found += [f"{place}: {hit}" for hit in hits(path, path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'def f():\n    """What an id is."""\n'),
        ("a.ts", "/** Whom to call. */\n"),
        ("a.svelte", "<!-- Where it hurts. -->\n"),
        ("a.md", "Check-ins at\n  rest.\n"),
        ("a.py", "# Check-ins at\n# rest.\n"),
        ("a.py", "def test_check_ins_at_rest(): ...\n"),
        ("a.py", "told = 1\n"),
        ("a.ts", "const told = 1;\n"),
        ("ways.ts", ""),
    ],
)
def test_a_banned_word_is_found(name: str, text: str) -> None:
    assert len(list(hits(Path(name), text))) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'def f():\n    """Whether the patient left."""\n'),
        ("a.md", "What an id is.\n"),
        ("a.py", "rest = told.at\n"),
        ("glossary.md", "```bans\ntext  at rest  in the database\n```\n"),
    ],
)
def test_plain_words_are_allowed(name: str, text: str) -> None:
    assert list(hits(Path(name), text)) == []
