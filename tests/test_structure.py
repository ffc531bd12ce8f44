"""Pure modules import nothing impure, and functions of stores and actions take the context first.

A module is pure when it is named for what is pure (`model`, `rules`, a room of programs that decides) or when its
docstring says "Pure." CONTRIBUTING.md describes both rules.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

import homeplan

SOURCES = Path(homeplan.__file__).parent
PYPROJECT = SOURCES.parents[1] / "pyproject.toml"

PURE_NAMES = (
    "homeplan.*.model",
    "homeplan.*.rules",
    "homeplan.programs.timeline*",
    "homeplan.programs.authoring*",
    "homeplan.programs.records*",
)

PURE_PACKAGES = {
    "base64", "bisect", "collections", "csv", "datetime", "email", "enum", "fractions", "functools", "hashlib", "hmac",
    "ipaddress", "itertools", "json", "math", "msgspec", "operator", "phonenumbers", "re", "statistics", "string",
    "typing", "unicodedata", "zlib", "zoneinfo",
}  # fmt: skip
"""All that a pure module may import from outside homeplan, itself or through modules that it imports."""

IMPURE_CALLS = {"now", "today", "utcnow", "open", "input", "print"}

WITHOUT_CONTEXT = {
    "accounts.actions.joining.set_up_link": "writes the address of a link",
    "accounts.actions.sign_ins.new_device_token": "makes a random token before a browser is signed in",
    "checkins.store.checkins.stored_from": "converts an entry to the struct that is stored",
    "checkins.store.scores.scores_of": "takes the scores out of a check-in",
    "library.store.is_kind_of": "compares a stored item with the content that replaces it",
    "delivery.actions.check_subscription": "validates a device's keys and address",
    "delivery.actions.keyring_or_refuse": "reads the settings only",
    "delivery.store.deliveries.delivery_steps": "converts a row to fields",
    "escalation.actions.about_alert": "names what notices are about",
    "reminders.store.occurrences.group_by_clinic": "groups rows in memory",
    "reminders.store.queue.columns_of": "converts a ring to columns",
    "reminders.store.queue.to_*": "converts rows to structs",
    "reminders.store.reminders.entry_of": "drops the fields that the patient does not set",
    "reminders.store.reminders.from_settings": "converts settings to columns",
    "reminders.store.reminders.to_reminder": "converts a row to a struct",
}
"""Public functions of stores and actions that touch no database: function → reason."""


def parse_modules() -> dict[str, ast.Module]:
    modules = {}
    for path in sorted(SOURCES.rglob("*.py")):
        name = ".".join(("homeplan", *path.relative_to(SOURCES).with_suffix("").parts)).removesuffix(".__init__")
        modules[name] = ast.parse(path.read_text("utf-8"))
    return modules


MODULES = parse_modules()


def is_pure(name: str, tree: ast.Module) -> bool:
    says_pure = re.search(r"\bPure\b|\bpure decisions\b", ast.get_docstring(tree) or "")
    return bool(says_pure) or any(fnmatch(name, pattern) for pattern in PURE_NAMES)


PURE = [name for name, tree in MODULES.items() if is_pure(name, tree)]


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else str(node.module)


def reached_from(name: str) -> set[str]:
    """The module itself and all modules of homeplan that it imports, directly or through others."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += [each for each in imports(MODULES[module]) if each in MODULES]
    return reached


def impurities(name: str) -> Iterator[str]:
    """The impurities of one module: an import from outside, a coroutine, a read of the clock, a file."""
    for module in imports(MODULES[name]):
        if module not in MODULES and module.split(".")[0] not in PURE_PACKAGES:
            yield f"{name} imports {module}"
    if name == "homeplan.clock":  # its SystemClock reads the time; pure modules import only its conversions
        return
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{name}:{node.lineno} is asynchronous"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in IMPURE_CALLS:
            yield f"{name}:{node.lineno} calls {ast.unparse(node.func)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "homeplan.clock":
            yield from (f"{name} imports {each.name}" for each in node.names if each.name.endswith("Clock"))


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_reaches_nothing_impure(name: str) -> None:
    assert [found for module in sorted(reached_from(name)) for found in impurities(module)] == []


def test_the_purity_contract_of_import_linter_covers_every_pure_module() -> None:
    contracts = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    patterns = next(
        each["source_modules"] for each in contracts if each["name"] == "Pure modules import nothing impure"
    )
    rooms = {name.rpartition(".")[0] for name in MODULES}  # a room's __init__ holds a docstring only
    assert [name for name in PURE if name not in rooms and not any(fnmatch(name, each) for each in patterns)] == []


def state_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in MODULES.items():
        parts = name.split(".")
        if "store" in parts or "actions" in parts or "store_facts" in parts:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                    yield f"{name.removeprefix('homeplan.')}.{node.name}", node


def takes_context_first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return [ast.unparse(each) for each in first] == ["ctx: Context"]


def is_excepted(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in WITHOUT_CONTEXT)


def test_functions_of_stores_and_actions_take_the_context_first() -> None:
    assert [name for name, each in state_functions() if not takes_context_first(each) and not is_excepted(name)] == []


def test_an_exception_from_the_context_rule_names_a_plain_function_without_a_context() -> None:
    for pattern in WITHOUT_CONTEXT:
        named = [each for name, each in state_functions() if fnmatch(name, pattern)]
        assert named
        assert not [each.name for each in named if isinstance(each, ast.AsyncFunctionDef) or takes_context_first(each)]


def test_ten_routes_open_their_transactions_themselves() -> None:
    """They check or hash a password or recovery code, which takes 30 ms of a processor, between two transactions; and
    signing in with a passkey reads the cookies of the browser. A CSV export reads some patients per transaction. A
    calendar counts its readings, then only reads."""
    routes = [route for path in SOURCES.rglob("*.py") for route in re.findall(r"@.*own=True", path.read_text())]
    assert len(routes) == 10
