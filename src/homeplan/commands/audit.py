"""`homeplan audit verify`: verifies the audit trail of every clinic."""

import argparse

from homeplan.accounts.store import list_clinics
from homeplan.audit import BadHeads, Verdict, verify_all
from homeplan.commands.host import Host, on_database
from homeplan.context import operator_context


@on_database
async def verify(host: Host, _: argparse.Namespace) -> int:
    """Seal what waits, print a line per clinic, note the heads, and end with 1 when a trail is broken."""
    try:
        verdicts = await verify_all(host.db, host.clock, host.settings)
    except BadHeads as bad:
        host.warn(f"homeplan: {bad}; move it away after you know why.")
        return 1
    clinics = await host.db.read(lambda tx: list_clinics(operator_context(tx, host.clock.now())))
    names = {clinic.id: clinic.name for clinic in clinics}
    for clinic_id in dict.fromkeys([*names, *verdicts]):
        verdict = verdicts.get(clinic_id, Verdict(events=0))
        host.say(f"{names.get(clinic_id, 'A clinic that is not there')} ({clinic_id}): {in_words(verdict)}")
    if host.settings.audit_heads is None:
        host.warn("Set HOMEPLAN_AUDIT_HEADS, so that a trail that was cut off shows next time.")
    return int(any(one.broken_at is not None for one in verdicts.values()))


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
