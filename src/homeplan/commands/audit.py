"""`homeplan archive` and `homeplan audit …`: archives, verifies and reads the audit trails of the clinics."""

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from homeplan.accounts.store import find_clinic, list_clinics
from homeplan.audit import (
    ArchiveDiffers,
    BadHeads,
    NeedsKey,
    Verdict,
    append,
    archive_all,
    parts,
    read_part,
    verify_all,
    verify_archive,
)
from homeplan.commands.host import Host, on_database
from homeplan.context import operator_context
from homeplan.db import Tx
from homeplan.errors import Invalid, NotFound


@on_database
async def verify(host: Host, options: argparse.Namespace) -> int:
    """Seal what waits, print a line per clinic, note the heads; 1 when a trail, or its archive, is broken."""
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
    broken = any(one.broken_at is not None for one in verdicts.values())
    if options.archive is not None:
        archived = [clinic_id for clinic_id, one in verdicts.items() if one.archived is not None]
        sound = [await _verify_archive(host, options, clinic_id) for clinic_id in archived]
        broken = broken or not all(sound)
    return int(broken)


async def _verify_archive(host: Host, options: argparse.Namespace, clinic_id: str) -> bool:
    folder = Path(options.archive)
    try:
        events, first = await verify_archive(host.db, host.clock, host.settings, folder, clinic_id, _key_of(options))
    except NeedsKey as needed:
        host.say(f"archive of {clinic_id}: not verified: {needed}.")
        return False
    except ArchiveDiffers as differs:
        host.say(f"archive of {clinic_id}: BROKEN: {differs}.")
        return False
    since = "" if first == 1 else f", from seal {first} on; what came before is not in this folder"
    host.say(f"archive of {clinic_id}: {events} events intact, up to the trail in the database{since}.")
    return True


@on_database
async def archive(host: Host, options: argparse.Namespace) -> int:
    """Move the old part of every trail to the folder; print the number of events per clinic, end with 1 when one stays
    for another reason than its age."""
    folder = options.folder or host.settings.archive_dir
    if folder is None:
        host.warn("homeplan: name a folder, or set HOMEPLAN_ARCHIVE_DIR.")
        return 2
    before = host.clock.now() - timedelta(host.settings.archive_after_days)
    moved, refused = await archive_all(host.db, host.clock, host.settings, Path(folder), before)
    for clinic_id, count in moved.items():
        host.say(f"{clinic_id}: {count} events archived")
    for sentence in refused:
        host.warn(f"homeplan: {sentence}")
    if not moved and not refused:
        host.say(f"Nothing is older than {host.settings.archive_after_days} days.")
    return int(bool(refused))


@on_database
async def read(host: Host, options: argparse.Namespace) -> int:
    """Print archived events of a clinic as lines of JSON, the oldest first; reading them is an event as well."""
    folder, key_file = Path(options.folder), _key_of(options)
    wanted = {"patient_id": options.patient, "actor_id": options.person}

    async def note(tx: Tx) -> None:
        ctx = operator_context(tx, host.clock.now(), options.clinic, host.settings)
        try:
            await find_clinic(ctx)
        except NotFound:
            raise Invalid(f"There is no clinic {options.clinic}; `homeplan audit verify` lists them.") from None
        await append(ctx, "audit.read", object_id=options.person, patient_id=options.patient)

    await host.db.write(note)
    for path, manifest in await asyncio.to_thread(parts, folder, options.clinic):
        for line in await asyncio.to_thread(list, read_part(path, manifest, key_file)):
            for event in line.events:
                if all(value is None or event[name] == value for name, value in wanted.items()):
                    host.say(msgspec.json.encode(event).decode())
    return 0


def _key_of(options: argparse.Namespace) -> Path | None:
    return None if options.key is None else Path(options.key)


def in_words(verdict: Verdict) -> str:
    """The verdict as a sentence for the operator."""
    if verdict.broken_at is not None:
        return f"BROKEN at event {verdict.broken_at}: {verdict.reason}; events intact before it: {verdict.events}."
    words = [f"{verdict.events} events intact"]
    if verdict.unkeyed:
        words.append(f"{verdict.unkeyed} of them sealed without HOMEPLAN_AUDIT_KEY")
    if verdict.unsealed:
        words.append(f"{verdict.unsealed} more wait for a seal")
    if verdict.last_mac:
        words.append(f"last seal {verdict.last_mac}")
    if verdict.archived:
        words.append(f"{verdict.archived.events} earlier ones in the archive")
    return ", ".join(words) + "."
