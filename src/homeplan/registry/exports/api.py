"""Routes of CSV exports: streamed, after a fresh proof of identity, audited before the first byte leaves."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from litestar import MediaType

from homeplan.context import Context
from homeplan.http.answers import File, Streamed
from homeplan.http.exchange import Exchange
from homeplan.http.route import Query
from homeplan.http.routes import admin, chart, staff
from homeplan.limits.model import Limit
from homeplan.registry.exports import rules, store
from homeplan.registry.exports.datasets import DATASETS
from homeplan.values import Language

DatasetName = Literal[
    "patients", "check-ins", "needling-sessions", "exercise-logs", "outcomes", "adverse-events", "visits"
]
FILES = Limit(name="csv-exports", most=60, within=timedelta(minutes=10))
"""Files that one person takes out; there are seven datasets."""

In = Annotated[Language, Query("language", "The language of the meanings.")]


@staff.get("export-dictionary", media_type=MediaType.TEXT)
async def read_export_dictionary(_: Context, language: In = "en") -> File:
    """The meaning of each column of the exports."""
    return File(rules.dictionary(language).encode(), MediaType.TEXT, "homeplan-dictionary.csv")


@admin.get("exports/{dataset}", audit="clinic.export", own=True, confirmed=True, limit=FILES, media_type="text/csv")
async def export_clinic(exchange: Exchange, dataset: DatasetName) -> Streamed:
    """One dataset of all patients of the clinic as CSV."""
    patient_ids = await exchange.read(store.patients, audited=True)
    return _streamed(exchange, dataset, patient_ids)


@chart.get("exports/{dataset}", audit="patient.export", own=True, confirmed=True, limit=FILES, media_type="text/csv")
async def export_patient(exchange: Exchange, patient_id: str, dataset: DatasetName) -> Streamed:
    """One dataset of one patient as CSV."""

    async def visible(ctx: Context) -> None:
        ctx.object_id = dataset

    await exchange.read(visible, audited=True)
    return _streamed(exchange, dataset, [patient_id])


def _streamed(exchange: Exchange, dataset: str, patient_ids: Sequence[str]) -> Streamed:
    async def pieces() -> AsyncIterator[bytes]:
        yield rules.head(DATASETS[dataset]).encode()
        for at in range(0, len(patient_ids), store.AT_ONCE):
            some = patient_ids[at : at + store.AT_ONCE]
            rows = await exchange.read(lambda ctx, ids=some: store.rows_of(ctx, dataset, ids), aside=True)  # type: ignore[misc]
            yield rules.body(DATASETS[dataset], map(dict, rows)).encode()

    return Streamed(pieces(), f"homeplan-{dataset}.csv")


routes = [read_export_dictionary, export_clinic, export_patient]
