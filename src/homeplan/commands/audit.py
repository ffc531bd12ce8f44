"""`homeplan audit`: verifies the audit trail of every clinic."""

import argparse

from homeplan.accounts.model import Clinic
from homeplan.accounts.store import list_clinics
from homeplan.audit import Verdict, seal, verify
from homeplan.clock import SystemClock
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.settings import Settings


def audit(_: argparse.Namespace, settings: Settings) -> int:
    """Seal what waits, print a line per clinic, and end with 1 when a trail is broken."""
    verdicts: list[Verdict] = []

    async def run() -> None:
        async with migrated_database(settings) as db:
            while await db.write(lambda tx: seal(operator_context(tx, SystemClock().now(), settings=settings))):
                pass
            for clinic in await db.read(lambda tx: list_clinics(operator_context(tx, SystemClock().now()))):
                verdicts.append(await _verdict(db, clinic, settings))
                print(f"{clinic.name} ({clinic.id}): {in_words(verdicts[-1])}")

    return run_to_the_end(run()) or int(any(one.broken_at is not None for one in verdicts))


async def _verdict(db: Database, clinic: Clinic, settings: Settings) -> Verdict:
    async def work(tx: Tx) -> Verdict:
        return await verify(operator_context(tx, SystemClock().now(), clinic.id, settings))

    return await db.read(work)


def in_words(verdict: Verdict) -> str:
    """The verdict as a sentence for the operator."""
    if verdict.broken_at is not None:
        return f"BROKEN at event {verdict.broken_at}: {verdict.reason}; events intact before it: {verdict.events}."
    parts = [f"{verdict.events} events intact"]
    if verdict.unkeyed:
        parts.append(f"{verdict.unkeyed} of them sealed without HOMEPLAN_AUDIT_KEY")
    if verdict.unsealed:
        parts.append(f"{verdict.unsealed} more wait for a seal")
    if verdict.last_mac:
        parts.append(f"last seal {verdict.last_mac}")
    return ", ".join(parts) + "."
