"""Routes of imports, for administrators."""

from datetime import timedelta

from homeplan.context import Context
from homeplan.http.routes import admin
from homeplan.limits.model import Limit
from homeplan.registry.imports import actions, store
from homeplan.registry.imports.model import ImportEntry, ImportFile, ImportPreview, PatientImport
from homeplan.values import Id

FILES = Limit(name="patient-imports", most=30, within=timedelta(minutes=10))
"""Each reads a file of up to 5,000 rows."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a file of 5,000 rows with long names."""


@admin.post("patient-imports/preview", audit="patient-import.preview", status=200, largest=LARGEST, limit=FILES)
async def preview_import(ctx: Context, data: ImportFile) -> ImportPreview:
    """Judge the rows of a CSV file; nothing is stored."""
    return await actions.preview(ctx, data)


@admin.get("patient-imports")
async def list_imports(ctx: Context) -> list[PatientImport]:
    """The clinic's imports, the latest first; at most 50."""
    return await store.list_imports(ctx)


@admin.put("patient-imports/{import_id}", audit="patient-import.run", largest=LARGEST, limit=FILES, confirmed=True)
async def run_import(ctx: Context, import_id: Id, data: ImportEntry) -> PatientImport:
    """Register the patients of the file's new rows; sent again it registers nobody twice."""
    return await actions.run(ctx, import_id, data)


@admin.delete("patient-imports/{import_id}", audit="patient-import.undo", confirmed=True)
async def undo_import(ctx: Context, import_id: Id) -> None:
    """Remove the patients of an import with whose records nobody has worked yet; the others stay."""
    await actions.undo(ctx, import_id)


routes = [preview_import, list_imports, run_import, undo_import]
