"""The shipped alert rules and dashboard parse in Prometheus, fire when they should, and name what /metrics has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from homeplan.db import Database
from homeplan.delivery.model import Sent
from homeplan.delivery.transmissions import count_transmission
from homeplan.metrics.worker import Heart, Night
from homeplan.worker_loop import TASKS
from tests.conftest import CI, FakeClock
from tests.metrics.figures import Figures, read_metrics
from tests.world import Api

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/rules.yml"
DASHBOARD = ROOT / "deploy/grafana/homeplan.json"
WATCH = ROOT / "docs/operations/watch.md"

ON_SQLITE_ALONE = {
    "homeplan_backup_age_seconds",
    "homeplan_database_check_age_seconds",
    "homeplan_database_check_faults",
    "homeplan_database_free_bytes",
    "homeplan_database_waiting_writes",
    "homeplan_database_wal_bytes",
}
ON_POSTGRESQL_ALONE = {
    "homeplan_database_lock_waits",
    "homeplan_pool_connections",
    "homeplan_pool_most_connections",
    "homeplan_pool_waiting",
}
OF_PROMETHEUS = {"up": {"job", "instance"}}
"""Metrics that the monitoring system itself makes, with their labels."""
OF_THE_SCRAPE = {"job", "instance"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> Iterator[tuple[str, str]]:
    """Every query of both files, by where it stands."""
    for alert in alerts():
        yield alert["alert"], alert["expr"]
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.fixture(scope="module")
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        assert not CI, ".ci/run installs Debian's package prometheus"
        pytest.skip("promtool is not installed (Debian: prometheus)")
    return found


def run(promtool: str, *arguments: str | Path) -> None:
    done = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shipped_files_are_what_prometheus_reads(promtool: str, tmp_path: Path) -> None:
    run(promtool, "check", "rules", RULES)
    for name in ("prometheus.yml", "rules.yml"):
        shutil.copyfile(RULES.with_name(name), tmp_path / name)
    (tmp_path / "homeplan-metrics-token").write_text("a token")
    run(promtool, "check", "config", tmp_path / "prometheus.yml")


def test_every_query_of_rules_and_dashboard_parses(promtool: str, tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": query} for number, (_, query) in enumerate(queries())]
    wrapped = tmp_path / "queries.yml"
    wrapped.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    run(promtool, "check", "rules", wrapped)


def test_the_alerts_fire_when_they_should_and_not_before(promtool: str, tmp_path: Path) -> None:
    for path in (RULES, Path(__file__).with_name("rules_test.yml")):
        shutil.copyfile(path, tmp_path / path.name)
    run(promtool, "test", "rules", tmp_path / "rules_test.yml")


async def test_every_query_names_only_metrics_and_labels_that_are_there(
    api: Api, db: Database, clock: FakeClock
) -> None:
    found = await _everything(api, db, clock)
    labels: dict[str, set[str]] = {name: {*names} for name, names in OF_PROMETHEUS.items()}
    for sample in found.samples:
        labels.setdefault(sample.name, set()).update({*sample.labels, *OF_THE_SCRAPE})
    mine, other = ON_SQLITE_ALONE, ON_POSTGRESQL_ALONE
    if db.engine == "postgresql":
        mine, other = other, mine
    assert mine <= {*labels}
    assert not other & {*labels}
    for where, query in queries():
        for name, asked in _named(query).items():
            if name not in other:
                assert name in labels, f"{where}: {name}"
                assert asked <= labels[name], f"{where}: {name} has no label {asked - labels[name]}"


async def test_every_value_that_a_query_asks_for_is_there(api: Api, db: Database, clock: FakeClock) -> None:
    """Labels with a closed set of values are checked: a value that was renamed would make a silent alert."""
    found = await _everything(api, db, clock)
    for where, query in queries():
        for name, label, value in re.findall(r'(homeplan_\w+){(\w+)="([^"]*)"}', query):
            if label in ("key", "state", "queue", "channel", "recipient") and found.label(name, label):
                assert value in found.label(name, label), f"{where}: {name} {label}={value}"


async def _everything(api: Api, db: Database, clock: FakeClock) -> Figures:
    """The figures of a process that has done something of each kind."""
    night, heart = Night(db, clock), Heart(db, clock)
    clock.advance(days=1)
    await night.step()
    count_transmission("webpush", "push.example", Sent(201))
    TASKS.failed["counting"] += 1
    TASKS.succeeded["counting"] = 0.0
    await heart.step()
    await api.anyone.get("/healthz")
    return await read_metrics(api)


def _named(query: str) -> dict[str, set[str]]:
    """The metrics of a query, each with the labels by which it is chosen, and with those that the query groups by."""
    grouped = {
        label.strip()
        for group in re.findall(r"\b(?:by|on) ?\(([^)]*)\)", query)
        for label in group.split(",")
        if label.strip()
    } - {"le"}
    named: dict[str, set[str]] = {}
    for name, matchers in re.findall(r"\b(up|homeplan_\w+|process_\w+)\b(?:{([^}]*)})?", query):
        named.setdefault(name, set()).update(grouped, re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers))
    return named


def test_every_alert_is_explained_with_what_to_do() -> None:
    rows = re.findall(r"^\| `(Homeplan\w+)` \| (.+) \|$", WATCH.read_text("utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == [alert["alert"] for alert in alerts()]
    assert {alert["labels"]["severity"] for alert in alerts()} == {"critical", "warning"}
