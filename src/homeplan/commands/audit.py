"""`homeplan audit verify`: verifies the audit trail of every clinic."""

import argparse
import sys

from homeplan.accounts.store import list_clinics
from homeplan.audit import BadHeads, Verdict, verify_all
from homeplan.clock import SystemClock
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.context import operator_context
from homeplan.settings import Settings


def verify(_: argparse.Namespace, settings: Settings) -> int:
    """Seal what waits, print a line per clinic, note the heads, and end with 1 when a trail is broken."""
    verdicts: dict[str, Verdict] = {}

    async def run() -> None:
        async with migrated_database(settings) as db:
            verdicts.update(await verify_all(db, SystemClock(), settings))
            clinics = await db.read(lambda tx: list_clinics(operator_context(tx, SystemClock().now())))
        names = {clinic.id: clinic.name for clinic in clinics}
        for clinic_id in dict.fromkeys([*names, *verdicts]):
            verdict = verdicts.get(clinic_id, Verdict(events=0))
            print(f"{names.get(clinic_id, 'A clinic that is not there')} ({clinic_id}): {in_words(verdict)}")
        if settings.audit_heads is None:
            print("Set HOMEPLAN_AUDIT_HEADS, so that a trail that was cut off shows next time.", file=sys.stderr)

    try:
        failed = run_to_the_end(run())
    except BadHeads as bad:
        print(f"homeplan: {bad}; move it away after you know why.", file=sys.stderr)
        return 1
    return failed or int(any(one.broken_at is not None for one in verdicts.values()))


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
