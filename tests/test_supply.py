"""A release: the same wheel from the same sources, its components with licences, and an audit that audits something."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import distribution, distributions
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply import audit, sbom

ROOT = Path(__file__).parents[1]
SHIPPED = re.compile(
    r"homeplan/(?!.*tests?/)([a-z_]+/)*([a-z_-]+\.(py|txt|yaml)|texts\.json|py\.typed)"
    r"|homeplan/_migrations/[0-9]{4}_[a-z_]+\.sql"
    r"|homeplan/_web/(\.built-from|([a-z]+/)*[\w.-]+\.(css|html|js|json|png|svg|webmanifest|webp|woff2)(\.br)?)"
    r"|homeplan-[^/]+\.dist-info/([A-Z]+|entry_points\.txt|licenses/LICENSE)"
)
"""Files that a release holds: code, content, migrations and the built web app, no tests and no source maps."""


def test_the_same_sources_make_the_same_wheel_of_only_what_a_service_needs(tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        folder = tmp_path / name
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        [wheel] = folder.iterdir()
        made.append((wheel.name, hashlib.sha256(wheel.read_bytes()).hexdigest()))
    assert made[0] == made[1]
    with ZipFile(tmp_path / "one" / made[0][0]) as files:
        assert [name for name in files.namelist() if not SHIPPED.fullmatch(name)] == []


def test_the_list_of_components_is_the_same_each_time_and_names_hash_and_licence_of_each() -> None:
    made, again = sbom.document(), sbom.document()
    assert json.dumps(made) == json.dumps(again)
    names = {one["name"] for one in made["components"]}
    assert {"litestar", "msgspec", "cryptography", "svelte", "idb"} <= names
    assert names.isdisjoint({"pytest", "schemathesis", "vite"}), "what only tests and builds is not in a release"
    hashless = [
        one["name"]
        for one in made["components"]
        if not one.get("hashes") and not any(each.get("hashes") for each in one.get("externalReferences", ()))
    ]
    assert hashless == []
    assert all(line.split(": ")[1] for line in sbom.licences(made).splitlines())


def test_a_wheel_depends_on_exactly_the_locked_versions(tmp_path: Path) -> None:
    """Also those of packages that others need: `pip install` takes what was tested."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.iterdir()
    [made] = distributions(path=[str(wheel)])
    pinned = {one.name for one in map(Requirement, made.requires or ()) if str(one.specifier).startswith("==")}
    assert {canonicalize_name(name) for name in _needed_by("homeplan")} <= pinned
    assert {"hatchling", "pluggy", "pytest"}.isdisjoint(pinned)
    lock = (ROOT / "requirements.lock").read_text()
    exact = [one for one in made.requires or () if re.search(r"==[^*]+$", one)]
    assert [one for one in exact if one.partition(";")[0].strip() not in lock] == []


def _needed_by(name: str) -> set[str]:
    """The packages that a package needs here, also through others."""
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        for one in map(Requirement, distribution(waiting.pop()).requires or ()):
            if (one.marker is None or one.marker.evaluate({"extra": ""})) and one.name not in needed:
                needed.add(one.name)
                waiting.append(one.name)
    return needed


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        ({}, "only 0 of 2 packages were audited"),
        ({"dependencies": []}, "only 0 of 2 packages were audited"),
        (
            {"dependencies": [{"name": n, "skip_reason": "not found"} for n in "ab"]},
            "none of 2 packages was audited: a was not audited: not found, and so on",
        ),
        (
            {"dependencies": [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]},
            "a was not audited: not found",
        ),
        (
            {
                "dependencies": [
                    {"name": n, "version": "1", "vulns": [{"id": f"X-{n}"}] if n == "b" else []} for n in "ab"
                ]
            },
            "b 1: X-b",
        ),
    ],
)
def test_an_audit_of_nothing_or_with_a_weakness_fails(report: dict[str, Any], fault: str) -> None:
    assert audit.faults_of_pip(report, 2) == [fault]


def test_an_audit_of_everything_without_a_weakness_passes() -> None:
    assert audit.faults_of_pip({"dependencies": [{"name": n, "version": "1", "vulns": []} for n in "ab"]}, 2) == []
    assert audit.faults_of_npm({"metadata": {"dependencies": {"total": 3}}, "vulnerabilities": {}}) == []


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        ({}, "npm audited nothing: no report"),
        ({"message": "not reachable"}, "npm audited nothing: not reachable"),
        ({"metadata": {"dependencies": {"total": 0}}}, "npm audited nothing: there are no packages"),
        ({"metadata": {"dependencies": {"total": 3}}, "vulnerabilities": {"x": {"severity": "high"}}}, "x: high"),
    ],
)
def test_an_npm_audit_of_nothing_or_with_a_weakness_fails(report: dict[str, Any], fault: str) -> None:
    assert audit.faults_of_npm(report) == [fault]


def test_a_failed_audit_says_what_to_do_next() -> None:
    unasked = ["requirements.lock: none of 2 packages was audited: a: not found", "web: npm audited nothing: no report"]
    weak = ["requirements.lock: b 1: X-b", "web: x: high"]
    assert audit.next_steps([]) == []
    assert audit.next_steps(unasked) == [audit.UNASKED]
    assert audit.next_steps(weak) == [audit.WEAK]
    assert audit.next_steps([*unasked, *weak]) == [audit.UNASKED, audit.WEAK]


def test_a_lock_that_was_not_resolved_for_half_a_year_is_a_fault() -> None:
    lock = "# resolved 2026-01-01\na==1\n"
    assert audit.faults_of_age(lock, date(2026, 6, 30)) == []
    assert audit.faults_of_age(lock, date(2026, 7, 1)) == ["resolved 181 days ago"]
    assert audit.faults_of_age("a==1\n", date(2026, 1, 1)) == ["it does not say when it was resolved"]
    assert audit.next_steps(["requirements.lock: resolved 181 days ago"]) == [audit.OLD]


@pytest.mark.parametrize("name", audit.LOCKS)
def test_each_lock_says_when_it_was_resolved(name: str) -> None:
    assert audit.faults_of_age((ROOT / name).read_text(), date(2026, 1, 1)) == []


def test_the_times_for_updates_are_those_of_the_audit() -> None:
    promised = (ROOT / "SECURITY.md").read_text()
    assert f"{audit.OLDEST_LOCK.days} days" in promised


def test_the_locked_packages_are_counted() -> None:
    assert audit.locked_packages("a==1 \\\n    --hash=sha256:0\nb-c==2 ; python_version < '3.12' \\\n") == 2
