"""No statement of accounts, limits and audit walks through a whole table: SQLite's own plans are read."""

import re
from pathlib import Path
from types import ModuleType

from homeplan.accounts.factors import store as factors
from homeplan.accounts.store import clinics, invitations, patients, sign_ins, staff, staff_invitations
from homeplan.audit import seals, verification
from homeplan.db import Tx, migrate, open_database
from homeplan.limits import store as limits
from tests.world import START

MODULES = (
    limits,
    seals,
    verification,
    clinics,
    invitations,
    patients,
    sign_ins,
    staff,
    staff_invitations,
    factors,
)

WHOLE = {
    "homeplan.accounts.store.clinics.SELECT_EVERY_CLINIC: SCAN clinics USING INDEX sqlite_autoindex_clinics_1",
    "homeplan.limits.store.DELETE_ENDED: SCAN tries USING COVERING INDEX tries_by_end",
    "homeplan.audit.seals.SELECT_KEYED: SCAN audit_seals",
    "homeplan.audit.seals.SELECT_WAITING: SCAN u USING COVERING INDEX sqlite_autoindex_audit_unsealed_1",
}
"""The operator's list of clinics, the oldest of at most 10,000 tries, a queue in its order, and whether a
database that is restored has any seal with a secret."""


def statements(module: ModuleType) -> dict[str, str]:
    return {
        f"{module.__name__}.{name}": value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))
    }


async def test_every_statement_finds_its_rows_by_an_index(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/schema.sqlite")
    await migrate(db, START)
    found = {name: sql for module in MODULES for name, sql in statements(module).items()}
    assert len(found) > 25

    async def scans(tx: Tx) -> list[str]:
        wrong = []
        for name, sql in found.items():
            unset = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
            plan = await tx.fetch(f"EXPLAIN QUERY PLAN {sql.format(skip_locked='')}", **unset)
            wrong += [f"{name}: {step['detail']}" for step in plan if step["detail"].startswith("SCAN")]
        return wrong

    assert set(await db.read(scans)) == WHOLE
    await db.close()
