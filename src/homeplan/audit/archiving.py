"""Moves the oldest part of each clinic's audit trail to the archive: first a file, then a transaction that removes it.

A kill before the transaction leaves everything in the database, and a file that the next run writes again; a kill
after it leaves nothing to do.
"""

import asyncio
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from homeplan.audit.archive import Archived, ArchiveDiffers, line_flaw, parts, read_part, write_part
from homeplan.audit.cuts import find_cut, move_cut
from homeplan.audit.rules import COVERED, Cut, Seal, cut_after, cut_flaw
from homeplan.audit.seals import SELECT_LAST_SEAL, from_row
from homeplan.audit.store import append
from homeplan.audit.verification import SELECT_EVENTS
from homeplan.clock import Clock, to_ms
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.settings import Settings

PART = 2_000
"""Events per part, a few more where a seal has them; removing them takes about 50 ms, which other writers on SQLite
wait for."""

SELECT_SEALED = "SELECT DISTINCT clinic_id FROM audit_seals WHERE number > 1"

SELECT_OLD_SEALS = """
SELECT clinic_id, number, sealed_at, events, key_id, prev, mac FROM audit_seals
WHERE clinic_id = :clinic_id AND number > :after AND number < :last AND (sealed_at < :before OR number <= :begun)
ORDER BY number LIMIT :most"""


class _Part(Struct, frozen=True):
    """The next seals to move, with the cut before and after them."""

    lines: list[Archived]
    before: Cut | None
    after: Cut

    @property
    def seals(self) -> list[Seal]:
        return [line.seal for line in self.lines]


async def archive_all(
    db: Database, clock: Clock, settings: Settings, folder: Path, before: datetime
) -> tuple[dict[str, int], list[str]]:
    """Move what was sealed before then: the number of events by clinic, and a sentence for each trail that is broken or
    whose archive differs, which stays as it is. The last seal of a clinic always stays. Raises OSError."""
    stored = await db.read_aside(lambda tx: tx.fetch(SELECT_SEALED))
    moved: dict[str, int] = {}
    refused: list[str] = []
    for clinic_id in sorted(row["clinic_id"] for row in stored):
        try:
            while count := await archive_part(db, clock, settings, folder, clinic_id, before):
                moved[clinic_id] = moved.get(clinic_id, 0) + count
        except ArchiveDiffers as differs:
            refused.append(f"audit trail of clinic {clinic_id} not archived: {differs}")
    return moved, refused


async def archive_part(
    db: Database, clock: Clock, settings: Settings, folder: Path, clinic_id: str, before: datetime
) -> int:
    """Move the next part of a clinic; the number of its events, 0 when nothing is left. Raises ArchiveDiffers."""
    kept = [manifest for _, manifest in await asyncio.to_thread(parts, folder, clinic_id)]

    async def read(tx: Tx) -> _Part | None:
        ctx = operator_context(tx, clock.now(), clinic_id, settings)
        cut = await find_cut(ctx)
        number = 0 if cut is None else cut.number
        begun = next((each for each in kept if each.first == number + 1), None)
        part = await _next_part(ctx, cut, before, 0 if begun is None else begun.last)
        if begun is not None and (part is None or part.after.seal_mac != begun.last_mac):
            raise ArchiveDiffers(f"its part from seal {begun.first} on is of another database")
        return part

    part = await db.read_aside(read)
    if part is None:
        return 0
    await asyncio.to_thread(write_part, folder, part.lines, settings.backup_public_key)

    async def remove(tx: Tx) -> bool:
        ctx = operator_context(tx, clock.now(), clinic_id, settings)
        await tx.lock("audit-archive")
        if await find_cut(ctx) != part.before:
            return False  # another process moved it
        await move_cut(ctx, part.after, part.seals)
        await append(ctx, "audit.archive", object_id=f"{part.seals[0].number}-{part.after.number}")
        return True

    return sum(len(line.events) for line in part.lines) if await db.write(remove) else 0


async def _next_part(ctx: Context, cut: Cut | None, before: datetime, begun: int) -> _Part | None:
    """The next seals that are old enough, or in a part that was begun; each is verified."""
    if cut is not None and (reason := cut_flaw(cut, ctx.settings.audit_secrets)):
        raise ArchiveDiffers(reason)
    last = await ctx.tx.fetch_one(SELECT_LAST_SEAL, clinic_id=ctx.clinic_id)
    rows = await ctx.tx.fetch(
        SELECT_OLD_SEALS,
        clinic_id=ctx.clinic_id,
        after=0 if cut is None else cut.number,
        last=0 if last is None else last["number"],
        before=to_ms(before),
        begun=begun,
        most=PART,
    )
    lines: list[Archived] = []
    seal_before, count = None if cut is None else cut.seal, 0
    for row in rows:
        if (seal := from_row(row)).number > begun and (begun or count >= PART):
            break
        events = await ctx.tx.fetch(SELECT_EVENTS, clinic_id=ctx.clinic_id, seqs=[seq for seq, _ in seal.events])
        line = Archived(
            seal=seal, events=sorted(({name: row[name] for name in COVERED} for row in events), key=lambda e: e["seq"])
        )
        if reason := line_flaw(line, seal_before, ctx.settings.audit_secrets):
            raise ArchiveDiffers(f"seal {seal.number}: {reason}")
        lines.append(line)
        seal_before, count = seal, count + len(events)
    if not lines:
        return None
    return _Part(lines, cut, cut_after([line.seal for line in lines], cut, ctx.settings.audit_secrets))


async def verify_archive(
    db: Database, clock: Clock, settings: Settings, folder: Path, clinic_id: str, key_file: Path | None = None
) -> tuple[int, int]:
    """Check the clinic's archive from its first part to the trail in the database: the number of its events, and of the
    first seal that it has (1 when nothing was taken away). Raises ArchiveDiffers, OSError, and NeedsKey where a part is
    encrypted and no `key_file` is given."""
    cut = await db.read_aside(lambda tx: find_cut(operator_context(tx, clock.now(), clinic_id)))
    if cut is None:
        return 0, 1
    if reason := cut_flaw(cut, settings.audit_secrets):
        raise ArchiveDiffers(reason)
    return await asyncio.to_thread(_verify_parts, folder, cut, settings.audit_secrets, key_file)


def _verify_parts(folder: Path, cut: Cut, secrets: tuple[bytes, ...], key_file: Path | None) -> tuple[int, int]:
    kept = [(path, manifest) for path, manifest in parts(folder, cut.clinic_id) if manifest.last <= cut.number]
    if not kept or kept[-1][1].last != cut.number:
        raise ArchiveDiffers(f"the part with seal {cut.number} is not in {folder / cut.clinic_id}")
    before: Seal | None = None
    count = 0
    for path, manifest in kept:
        for line in read_part(path, manifest, key_file):
            if before is None and line.seal.number > 1:  # older parts are kept elsewhere
                before = _assumed(line.seal)
            if reason := line_flaw(line, before, secrets):
                raise ArchiveDiffers(f"{path.name}: seal {line.seal.number}: {reason}")
            before = line.seal
            count += len(line.events)
    if before is None or before.mac != cut.seal_mac:
        raise ArchiveDiffers(f"its end is not the seal {cut.number} of the database")
    return count, kept[0][1].first


def _assumed(seal: Seal) -> Seal:
    """The seal before this one, as this one knows it."""
    return Seal(
        clinic_id=seal.clinic_id,
        number=seal.number - 1,
        sealed_at=seal.sealed_at,
        events=[],
        key_id=seal.key_id,
        prev="",
        mac=seal.prev,
    )
