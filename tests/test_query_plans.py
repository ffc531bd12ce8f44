"""No statement of reminders, delivery and escalation reads all of a table, or all of a clinic, on either engine."""

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import homeplan
from homeplan.db import Database, Tx
from homeplan.db.sql import numbered

SOURCES = Path(homeplan.__file__).parent
PACKAGES = ("reminders", "delivery", "escalation")

RUNS = {"fetch", "fetch_one", "fetch_value", "execute", "execute_many"}
"""Names of the functions with which a transaction runs statements."""

FULL = (
    "SET LOCAL session_replication_role = replica",  # no foreign keys
    """INSERT INTO devices (clinic_id, id, patient_id, sign_in_id, endpoint, endpoint_hash, p256dh, auth, key_id,
         language, platform, created_at, unshown)
       SELECT 'c' || n % 3, n, n / 2, n, '', n, '', '', n % 2, 'en', 'ios', n, 0 FROM generate_series(1, 5000) AS n""",
    """INSERT INTO devices (clinic_id, id, staff_id, sign_in_id, endpoint, endpoint_hash, p256dh, auth, key_id,
         language, platform, created_at, unshown)
       SELECT 'c' || n % 3, 's' || n, n / 2, n, '', 's' || n, '', '', n % 2, 'en', 'ios', n, 0
         FROM generate_series(1, 5000) AS n""",
    """INSERT INTO mail_addresses (clinic_id, id, staff_id, email, language, confirm_token, asked_at)
       SELECT 'c' || n % 3, n, n, '', 'en', n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO mail_addresses (clinic_id, id, patient_id, email, language, confirm_token, asked_at)
       SELECT 'c' || n % 3, 'p' || n, n, '', 'en', 'p' || n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO staff_reach (clinic_id, staff_id, time_zone)
       SELECT 'c' || n % 3, n, 'UTC' FROM generate_series(1, 5000) AS n""",
    """INSERT INTO deliveries (clinic_id, id, channel, recipient_kind, recipient_id, address_id, occurrence_id, kind,
         topic, status, attempts, planned_at, next_attempt_at, deadline_at)
       SELECT 'c' || n % 3, n, 'webpush', 'patient', n / 2, n / 2, n / 2, 'test', 't' || n,
         CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'sent' END, 0, n, n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO deliveries (clinic_id, id, channel, recipient_kind, recipient_id, address_id, kind, topic, status,
         attempts, planned_at, next_attempt_at, deadline_at)
       SELECT 'c' || n % 3, 's' || n, 'webpush', 'staff', n / 2, 's' || n / 2, 'critical', 'a' || n / 2,
         CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'sent' END, 0, n, n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)
       SELECT 'c' || n % 3, n, '', '', n, 'en', 'UTC', n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
         expires_at, reauth_at)
       SELECT 'c' || n % 3, n, n, n, '', n, n, n, n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, updated_at)
       SELECT 'c' || n % 3, n, n / 2, 'checkin', 127, '19:00', 'home', n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
       SELECT n, 'c' || n % 3, n, 0, n, n FROM generate_series(1, 5000) AS n""",
    """INSERT INTO reminder_settings (clinic_id, patient_id, daily_cap)
       SELECT 'c' || n % 3, n, 3 FROM generate_series(1, 5000) AS n""",
    """INSERT INTO occurrences (clinic_id, id, reminder_id, patient_id, kind, local_day, slot, time_zone, due_at,
         asked_at, deadline_at, decided_at, planned)
       SELECT 'c' || n % 3, n, n / 5, n / 10, 'checkin', n % 5, 0, 'UTC', n, n, n, n, 1
         FROM generate_series(1, 15000) AS n""",
    "ANALYZE patients, devices, mail_addresses, staff_reach, deliveries, sign_ins, reminders, reminder_due, "
    "reminder_settings, occurrences",
)
"""While a table is empty, any of its indexes looks as good as the right one."""

UNDER_WAY = {"deliveries_due", "deliveries_leased", "deliveries_open_about"}
"""Indexes that hold only open rows: a statement that names no row may read them from end to end."""

COUNTED = {
    "delivery.store.devices.COUNT_BY_KEY",
    "delivery.store.retention.SELECT_ENDED_DEVICES",
    "escalation.store.SELECT_COUNTS",
}
"""Figures of /metrics about all living devices and open alerts; and a search through all devices once a day, in pages,
beside requests."""


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield from (
            each.name
            for each in pkgutil.walk_packages([str(SOURCES / package)], f"homeplan.{package}.")
            if not each.ispkg
        )


def statements() -> dict[str, str]:
    """Every constant of these packages that is a statement; those that begin with `_` are parts of others."""
    return {
        f"{module.removeprefix('homeplan.')}.{name}": text
        for module in modules()
        for name, text in vars(importlib.import_module(module)).items()
        if isinstance(text, str) and name[0] != "_" and re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b", text)
    }


STATEMENTS = statements()


@pytest.mark.parametrize("module", sorted(modules()))
def test_every_statement_that_is_run_is_a_constant(module: str) -> None:
    """Nothing is put together where it is run, so that nothing new escapes the test below."""
    path = SOURCES.parent / (module.replace(".", "/") + ".py")
    names = {name.rsplit(".", 1)[-1] for name in STATEMENTS}
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in RUNS:
            argument = ast.unparse(call.args[0])
            name = argument.removesuffix(".format(skip_locked=ctx.tx.skip_locked)").rsplit(".", 1)[-1]
            assert name in {*names, "statement"}, f"line {call.lineno}: {argument}"


async def test_no_statement_reads_more_than_it_asks_for(db: Database) -> None:
    plans = await db.write(_plans_on_sqlite if db.engine == "sqlite" else _plans_on_postgresql)

    assert {*plans} == {*STATEMENTS}
    wide = {name: plan for name, plan in plans.items() if _is_wide(plan, STATEMENTS[name]) and name not in COUNTED}
    assert wide == {}


class Step(NamedTuple):
    """One table in a plan, the index by which it is read, and what is asked of that index."""

    table: str
    by: str
    columns: frozenset[str]


def _is_wide(plan: list[Step], sql: str) -> bool:
    narrow = frozenset() if re.search(r"\bid = :id\b", sql) else UNDER_WAY
    return any(step.by not in narrow and step.columns <= {"clinic_id"} for step in plan)


async def _plans_on_sqlite(tx: Tx) -> dict[str, list[Step]]:
    return {name: await _plan_on_sqlite(tx, sql.replace("{skip_locked}", "")) for name, sql in STATEMENTS.items()}


async def _plan_on_sqlite(tx: Tx, sql: str) -> list[Step]:
    steps = []
    for row in await tx.fetch(f"EXPLAIN QUERY PLAN {sql}", **_parameters(sql)):
        detail = str(row["detail"])
        found = re.match(r"(?:SCAN|SEARCH) (?!CONSTANT|due\b|old\b)(\w+)(?:.* INDEX (\w+))?", detail)
        if found:
            steps.append(Step(found[1], found[2] or "", frozenset(re.findall(r"(\w+)[=<>]", detail))))
    return steps


async def _plans_on_postgresql(tx: Tx) -> dict[str, list[Step]]:
    for statement in (*FULL, "SET LOCAL enable_seqscan = off", "SET LOCAL plan_cache_mode = force_generic_plan"):
        await tx.execute(statement)
    return {
        name: await _plan_on_postgresql(tx, sql.replace("{skip_locked}", tx.skip_locked))
        for name, sql in STATEMENTS.items()
    }


async def _plan_on_postgresql(tx: Tx, sql: str) -> list[Step]:
    text, names = numbered(sql)
    await tx.execute(f"PREPARE asked AS {text}")
    values = f"({', '.join(['NULL'] * len(names))})" if names else ""
    [row] = await tx.fetch(f"EXPLAIN (FORMAT JSON) EXECUTE asked{values}")
    await tx.execute("DEALLOCATE asked")
    return [*_steps(json.loads(row["QUERY PLAN"])[0]["Plan"])]


def _steps(node: dict[str, Any], table: str = "") -> Iterator[Step]:
    table = node.get("Relation Name", table)
    if node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"):
        columns = re.findall(r"(\w+) (?:=|<=?|>=?) ", node.get("Index Cond", ""))
        yield Step(table, node.get("Index Name", ""), frozenset(columns))
    for child in node.get("Plans", []):
        yield from _steps(child, table)


def _parameters(sql: str) -> dict[str, Any]:
    """Some value for each parameter; no plan depends on it."""
    lists = set(re.findall(r"IN \(:(\w+)\)", sql))
    return {name: [1, 2] if name in lists else 1 for name in re.findall(r"(?<![:\w]):([a-z]\w*)", sql)}
