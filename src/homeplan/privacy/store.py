"""Reads everything that the clinic holds about one patient."""

from typing import Any

import msgspec

from homeplan.accounts.store import care_team, find_clinic, find_patient
from homeplan.context import Context
from homeplan.library.content import needling_rules, outcomes
from homeplan.library.review import Library
from homeplan.library.store import effective_library
from homeplan.privacy.model import Carer, Export, PlannedItem, PlannedProgram, Rows
from homeplan.privacy.rules import dose_text, not_included, written
from homeplan.privacy.sections import STATEMENTS
from homeplan.programs.model import Phase, Prescription
from homeplan.values import Language, Text


async def read_export(ctx: Context) -> Export:
    """Everything about the patient who acts. It reads years of rows: run it apart from the event loop."""
    mine = {"clinic_id": ctx.clinic_id, "patient_id": ctx.actor.id}
    patient = await find_patient(ctx, ctx.actor.id)
    library = await effective_library(ctx)
    records = {
        name: [written(dict(row)) for row in await ctx.tx.fetch(sql, **mine)] for name, sql in STATEMENTS.items()
    }
    return Export(
        exported_at=ctx.now,
        language=patient.language,
        clinic=await find_clinic(ctx),
        care_team=[Carer(name=each.name, since=each.since) for each in await care_team(ctx, ctx.actor.id)],
        programs_in_words=[_in_words(row, library, patient.language) for row in records["revisions"]],
        titles=_titles(records, library, patient.language),
        signs={each.id: each.text.in_language(patient.language) for each in library.starter.safety_screen.items},
        conditions={each.slug: each.text.in_language(patient.language) for each in needling_rules().intake},
        events={each.id: each.text.in_language(patient.language) for each in outcomes().events},
        severities={each.id: each.text.in_language(patient.language) for each in outcomes().severities},
        records=records,
        not_included=not_included(),
    )


def _in_words(row: dict[str, Any], library: Library, language: Language) -> PlannedProgram:
    document = row["document"]
    phases = {each.slug: each for each in msgspec.convert(document["phases"], tuple[Phase, ...])}
    items = msgspec.convert(document["overlay"] + document["prescriptions"], tuple[Prescription, ...])
    return PlannedProgram(
        number=row["number"],
        effective_from=row["effectiveFrom"],
        author=row["author"],
        change_summary=document["change_summary"][language],
        items=[_item(each, phases, library, language) for each in items],
    )


def _item(each: Prescription, phases: dict[str, Phase], library: Library, language: Language) -> PlannedItem:
    return PlannedItem(
        title=_title(each.slug, library, language),
        dose=dose_text(each.dosage, language, each.side) if each.dosage and each.kind == "exercise" else "",
        note=each.note.in_language(language) if each.note else "",
        when=", ".join(phases[slug].title.in_language(language) for slug in each.phases if slug in phases),
    )


def _titles(records: dict[str, Rows], library: Library, language: Language) -> dict[str, str]:
    starter = library.starter
    named: dict[str, Text] = {
        **{slug: each.title for slug, each in starter.muscles.items()},
        **{slug: each.title for slug, each in starter.body_regions.items()},
    }
    titles = {slug: text.in_language(language) for slug, text in named.items()}
    return titles | {row["slug"]: _title(row["slug"], library, language) for row in records["prescriptions"]}


def _title(slug: str, library: Library, language: Language) -> str:
    item = library.item(slug)
    return slug if item is None else item.title.in_language(language)
