"""Checks a clinic's audit trail: seal by seal from the end of the archive, then whether every event is in a seal or
waits for one."""

import msgspec

from homeplan.audit.cuts import find_cut
from homeplan.audit.heads import Head
from homeplan.audit.rules import UNKEYED, Cut, Seal, cut_flaw, digest, flaw
from homeplan.audit.seals import from_row
from homeplan.context import Context

SELECT_SEALS = """
SELECT clinic_id, number, sealed_at, events, key_id, prev, mac FROM audit_seals
WHERE clinic_id = :clinic_id AND number > :after ORDER BY number LIMIT 100"""

SELECT_EVENTS = """
SELECT seq, clinic_id, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id
FROM audit_events WHERE clinic_id = :clinic_id AND seq IN (:seqs)"""

SELECT_SEQS = "SELECT seq FROM audit_events WHERE clinic_id = :clinic_id"

SELECT_UNSEALED = "SELECT seq FROM audit_unsealed WHERE clinic_id = :clinic_id"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of checking a clinic's audit trail."""

    events: int
    """Number of sealed events, up to the first that does not fit."""
    broken_at: int | None = None
    """The seq of the first event that was edited, removed or added, or whose seal was; None when all fit."""
    reason: str | None = None
    last_number: int = 0
    last_mac: str = ""
    """The last seal. Noted elsewhere (heads.py): a chain alone cannot show that its newest seals were removed together
    with their events."""
    unsealed: int = 0
    """Number of events that wait for their seal."""
    unkeyed: int = 0
    """Number of events that were sealed before there was a key."""
    archived: Cut | None = None
    """The cut after which the chain begins; None while nothing is in the archive."""


async def verify(ctx: Context, head: Head | None = None) -> Verdict:
    """Check the clinic's trail against the secrets of the settings, and against the seal that was noted last time."""
    cut = await find_cut(ctx)
    before: Seal | None = None if cut is None else cut.seal
    known: set[int] = set()
    unkeyed = 0

    def verdict(broken_at: int | None = None, reason: str | None = None, unsealed: int = 0) -> Verdict:
        return Verdict(
            events=len(known),
            broken_at=broken_at,
            reason=reason,
            last_number=0 if before is None else before.number,
            last_mac="" if before is None else before.mac,
            unsealed=unsealed,
            unkeyed=unkeyed,
            archived=cut,
        )

    if cut is not None:
        if reason := cut_flaw(cut, ctx.settings.audit_secrets):
            return verdict(cut.last_seq, reason)
        if head is not None and head.number == cut.number and head.mac != cut.seal_mac:
            return verdict(cut.last_seq, "its seal is not the one that was noted before")
    while rows := await ctx.tx.fetch(
        SELECT_SEALS, clinic_id=ctx.clinic_id, after=0 if before is None else before.number
    ):
        for row in rows:
            following = max(known, default=0) + 1
            try:
                seal = from_row(row)
            except msgspec.DecodeError:
                return verdict(following, "its seal cannot be read")
            if reason := flaw(seal, before, ctx.settings.audit_secrets):
                return verdict(min((seq for seq, _ in seal.events), default=following), reason)
            if head is not None and seal.number == head.number and seal.mac != head.mac:
                return verdict(seal.events[0][0], "its seal is not the one that was noted before")
            if broken := await _first_broken(ctx, seal):
                return verdict(*broken)
            known.update(seq for seq, _ in seal.events)
            unkeyed += len(seal.events) * (seal.key_id == UNKEYED)
            before = seal
    if head is not None and head.number > (0 if before is None else before.number):
        return verdict(max(known, default=0) + 1, f"the end was cut off: seal {head.number} was noted before")
    waiting = {row["seq"] for row in await ctx.tx.fetch(SELECT_UNSEALED, clinic_id=ctx.clinic_id)}
    stored = {row["seq"] for row in await ctx.tx.fetch(SELECT_SEQS, clinic_id=ctx.clinic_id)}
    if in_none := stored - known - waiting:
        return verdict(min(in_none), "in no seal")
    if removed := waiting - stored:
        return verdict(min(removed), "removed before it was sealed")
    return verdict(unsealed=len(waiting))


async def _first_broken(ctx: Context, seal: Seal) -> tuple[int, str] | None:
    """The first event that is not as this sound seal has it, and what is wrong with it."""
    rows = await ctx.tx.fetch(SELECT_EVENTS, clinic_id=ctx.clinic_id, seqs=[seq for seq, _ in seal.events])
    digests = {row["seq"]: digest(dict(row)) for row in rows}
    for seq, sealed_as in seal.events:
        if seq not in digests:
            return seq, "removed"
        if digests[seq] != sealed_as:
            return seq, "edited"
    return None
