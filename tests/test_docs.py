"""What the documents promise is what the code does: settings, error codes, the README's two commands."""

import re
from pathlib import Path

from homeplan import app
from homeplan.errors import Problem
from homeplan.settings import VARIABLES, Settings

ROOT = Path(__file__).parents[1]


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    rows = re.findall(r"^\| `(HOMEPLAN_\w+)` \| (\S+) \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert dict(rows) == {variable: _default(name) for name, variable in VARIABLES.items()}


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
