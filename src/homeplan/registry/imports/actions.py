"""Previewing, running and taking back imports of patients."""

import hashlib

import msgspec

from homeplan import audit
from homeplan.accounts import store as accounts
from homeplan.accounts.model import Patient
from homeplan.actor import Role
from homeplan.contact.numbers import store as numbers
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.ids import new_id
from homeplan.registry.identities import identities
from homeplan.registry.imports import store
from homeplan.registry.imports.model import (
    ImportEntry,
    ImportFile,
    ImportPreview,
    ImportUndone,
    PatientImport,
    Person,
)
from homeplan.registry.imports.rules import Surroundings, judge
from homeplan.values import zone


async def preview(ctx: Context, file: ImportFile) -> ImportPreview:
    """Each row of the file as it would be imported; nothing is stored.

    Raises UnreadableFile, TooManyRows, and Invalid for an unknown zone.
    """
    zone(file.time_zone)
    return judge(file, await _surroundings(ctx)).preview


async def run(ctx: Context, import_id: str, entry: ImportEntry) -> PatientImport:
    """Register the patients of the file's new rows once. Raises as `preview`, and SentBefore for another file under the
    same id. Two imports of a clinic wait for each other, so that the later one sees the patients of the earlier.
    """
    zone(entry.time_zone)
    await ctx.tx.lock(f"register:{ctx.clinic_id}")
    content_hash = hashlib.sha256(msgspec.json.encode(entry)).hexdigest()
    stored = await store.find_import(ctx, import_id)
    if stored is not None:
        ctx.repeated = True
        if stored[1] != content_hash:
            raise SentBefore(field="id")
        return stored[0]
    judged = judge(entry, await _surroundings(ctx), entry.anyway)
    new = [judged.people[row.line] for row in judged.preview.rows if row.state == "new"]
    done = PatientImport(
        id=import_id,
        at=ctx.now,
        by_name=(await accounts.find_staff(ctx, ctx.actor.id)).name,
        added=len(new),
        left_out=len(judged.preview.rows) - len(new),
    )
    await store.insert_import(ctx, done, content_hash)
    await _register(ctx, import_id, new)
    return done


async def _register(ctx: Context, import_id: str, people: list[Person]) -> None:
    ids = [new_id(ctx.now) for _ in people]
    patients = [
        Patient(
            id=patient_id,
            given_name=each.given_name,
            family_name=each.family_name,
            language=each.language,
            time_zone=each.time_zone,
            birth_year=each.birth_year,
            record_number=each.record_number,
        )
        for patient_id, each in zip(ids, people, strict=True)
    ]
    await accounts.insert_imported(ctx, patients, import_id)
    for patient_id, each in zip(ids, people, strict=True):
        if each.telephone is not None:
            await numbers.save_number(ctx, patient_id, "patient", numbers.StoredNumber(each.telephone, None))
        if each.therapist_id is not None:
            await accounts.insert_care_team(ctx, patient_id, each.therapist_id)
        await audit.append(ctx, "patient.import", object_id=import_id, patient_id=patient_id)


async def undo(ctx: Context, import_id: str) -> PatientImport:
    """Remove the patients of the import with whose records nobody has worked; the others stay. Raises NotFound and
    ImportUndone."""
    await ctx.tx.lock(f"register:{ctx.clinic_id}")
    stored = await store.find_import(ctx, import_id)
    if stored is None:
        raise NotFound
    if stored[0].undone_at is not None:
        raise ImportUndone
    imported = await accounts.hold_imported(ctx, import_id)
    gone = await store.untouched(ctx, import_id)
    for patient_id in gone:
        await numbers.delete_number(ctx, patient_id, "patient")
        await numbers.delete_number(ctx, patient_id, "emergency-contact")
        await audit.append(ctx, "patient.remove", object_id=import_id, patient_id=patient_id)
    await accounts.delete_imported(ctx, gone)
    await store.note_undone(ctx, import_id, len(imported) - len(gone))
    found = await store.find_import(ctx, import_id)
    assert found is not None
    return found[0]


async def _surroundings(ctx: Context) -> Surroundings:
    clinic = await accounts.find_clinic(ctx)
    members = await accounts.list_staff(ctx)
    return Surroundings(
        known=await identities(ctx),
        therapists={
            each.email: each.id for each in members if each.disabled_at is None and each.role is not Role.FRONT_DESK
        },
        phone_region=clinic.phone_region,
        default_language=clinic.default_language,
        today=ctx.now.date(),
    )
