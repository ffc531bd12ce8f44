"""Programs and their revisions in the database; a revision is added and never changed."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import Struct

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.ids import new_id
from homeplan.library.content import starter
from homeplan.library.model import position_without_floor, resting_for
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.model import GateReason, Phase, PlanStep, Prescription, Program, Revision
from homeplan.programs.store.plan_steps import plan_steps
from homeplan.values import Text

MOST_DECODED = 64
"""Revisions that are remembered decoded, 50 KB each with their text: one patient's is asked for several times in a row.
Who asks for many patients keeps what it makes of them (reports/kept_care.py) or comes once a day (checkins/worker.py).
"""


class _Document(Struct, frozen=True, kw_only=True):
    """The stored parts of a revision."""

    change_summary: Text
    phases: tuple[Phase, ...]
    prescriptions: tuple[Prescription, ...]
    overlay: tuple[Prescription, ...]
    no_floor: bool = False


SELECT_REVISIONS = """
SELECT p.id, p.patient_id, p.episode_id, p.anchor_session_id, p.gated, p.gate_waits, e.discharged_at, e.no_floor,
       r.number, r.effective_from, r.published_at, r.author_id, r.author, r.document
FROM programs p
JOIN episodes e ON e.clinic_id = p.clinic_id AND e.id = p.episode_id
JOIN revisions r ON r.clinic_id = p.clinic_id AND r.program_id = p.id
WHERE p.clinic_id = :clinic_id AND p.episode_id IN (:episode_ids)
ORDER BY p.id, r.number"""


async def find_program(ctx: Context, episode_id: str) -> Program | None:
    """The program of that episode with all its revisions; None before the first is published."""
    return (await find_programs(ctx, [episode_id])).get(episode_id)


async def find_programs(ctx: Context, episode_ids: Sequence[str]) -> dict[str, Program]:
    """Like `find_program`, but for many episodes at once; keyed by episode."""
    rows = await ctx.tx.fetch(SELECT_REVISIONS, clinic_id=ctx.clinic_id, episode_ids=list(episode_ids))
    by_episode: dict[str, list[Row]] = {}
    for row in rows:
        by_episode.setdefault(row["episode_id"], []).append(row)
    steps = await plan_steps(ctx, [of_one[0]["id"] for of_one in by_episode.values()])
    return {episode_id: _program(of_one, steps.get(of_one[0]["id"], ())) for episode_id, of_one in by_episode.items()}


SELECT_PRESCRIBED = """
SELECT p.episode_id FROM prescriptions x
JOIN programs p ON p.clinic_id = x.clinic_id AND p.id = x.program_id
WHERE x.clinic_id = :clinic_id AND x.patient_id = :patient_id AND x.id = :prescription_id"""


async def find_program_of_prescription(ctx: Context, patient_id: str, prescription_id: str) -> Program | None:
    """The program that prescribes it, or once did, to this patient; None when there is none."""
    episode_id = await ctx.tx.fetch_value(
        SELECT_PRESCRIBED, clinic_id=ctx.clinic_id, patient_id=patient_id, prescription_id=prescription_id
    )
    return None if episode_id is None else await find_program(ctx, episode_id)


class Published(NamedTuple):
    """A revision with what the editor sent to publish it."""

    program_id: str
    revision: Revision
    entry_hash: str


SELECT_PUBLISHED = """
SELECT r.program_id, r.number, r.effective_from, r.published_at, r.author_id, r.author, r.document, r.entry_hash
FROM revisions r JOIN programs p ON p.clinic_id = r.clinic_id AND p.id = r.program_id
WHERE r.clinic_id = :clinic_id AND r.entry_id = :entry_id AND p.patient_id = :patient_id"""


async def find_published(ctx: Context, patient_id: str, entry_id: str) -> Published | None:
    """The revision that was published to this patient under that id of the editor, or None."""
    row = await ctx.tx.fetch_one(SELECT_PUBLISHED, clinic_id=ctx.clinic_id, entry_id=entry_id, patient_id=patient_id)
    return None if row is None else Published(row["program_id"], _revision(row), row["entry_hash"])


INSERT_PROGRAM = """
INSERT INTO programs (clinic_id, id, patient_id, episode_id, anchor_session_id, gated)
VALUES (:clinic_id, :id, :patient_id, :episode_id, :anchor_session_id, 'yes')"""


async def insert_program(ctx: Context, episode: EpisodeOfCare, *, anchor_session_id: str | None) -> str:
    """Add the episode's program, without a revision yet; returns its id."""
    program_id = new_id(ctx.now)
    await ctx.tx.execute(
        INSERT_PROGRAM,
        clinic_id=ctx.clinic_id,
        id=program_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        anchor_session_id=anchor_session_id,
    )
    return program_id


INSERT_REVISION = """
INSERT INTO revisions (clinic_id, program_id, number, effective_from, published_at, author_id, author, document,
  entry_id, entry_hash)
VALUES (:clinic_id, :program_id, :number, :effective_from, :published_at, :author_id, :author, :document,
  :entry_id, :entry_hash)
ON CONFLICT (clinic_id, entry_id) DO NOTHING"""

INSERT_PRESCRIPTION = """
INSERT INTO prescriptions (clinic_id, id, patient_id, program_id, kind, slug)
VALUES (:clinic_id, :id, :patient_id, :program_id, :kind, :slug)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_revision(
    ctx: Context, patient_id: str, program_id: str, revision: Revision, *, entry_id: str, entry_hash: str
) -> bool:
    """Add the revision and its prescriptions, which a log may be about; False when the entry's id is in use."""
    document = _Document(
        change_summary=revision.change_summary,
        phases=revision.phases,
        prescriptions=revision.prescriptions,
        overlay=revision.overlay,
        no_floor=revision.no_floor,
    )
    added = await ctx.tx.execute(
        INSERT_REVISION,
        clinic_id=ctx.clinic_id,
        program_id=program_id,
        number=revision.number,
        effective_from=to_ms(revision.effective_from),
        published_at=to_ms(revision.published_at),
        author_id=revision.author_id,
        author=revision.author,
        document=msgspec.json.encode(document).decode(),
        entry_id=entry_id,
        entry_hash=entry_hash,
    )
    if not added:
        return False
    rows = [
        {
            "clinic_id": ctx.clinic_id,
            "id": prescription.id,
            "patient_id": patient_id,
            "program_id": program_id,
            "kind": prescription.kind,
            "slug": prescription.slug,
        }
        for prescription in (*revision.prescriptions, *revision.overlay)
    ]
    await ctx.tx.execute_many(INSERT_PRESCRIPTION, rows)
    return True


def _program(rows: Sequence[Row], steps: Sequence[PlanStep]) -> Program:
    first = rows[0]
    return Program(
        id=first["id"],
        episode_id=first["episode_id"],
        anchor_session_id=first["anchor_session_id"],
        ended_at=from_ms_or_none(first["discharged_at"]),
        revisions=tuple(map(_revision, rows)),
        no_floor=first["no_floor"] == "yes",
        gated=first["gated"] == "yes",
        gate_waits=tuple(msgspec.convert(first["gate_waits"].split(), list[GateReason])),
        steps=tuple(steps),
    )


def _revision(row: Row) -> Revision:
    document = _decoded(row["document"])
    return Revision(
        number=row["number"],
        effective_from=from_ms(row["effective_from"]),
        published_at=from_ms(row["published_at"]),
        author_id=row["author_id"],
        author=row["author"],
        change_summary=document.change_summary,
        phases=document.phases,
        prescriptions=document.prescriptions,
        overlay=document.overlay,
        no_floor=document.no_floor,
    )


@lru_cache(maxsize=MOST_DECODED)
def _decoded(document: str) -> _Document:
    """Decoding takes some 0.2 ms, and a revision never changes."""
    found = msgspec.json.decode(document, type=_Document)
    return msgspec.structs.replace(
        found,
        prescriptions=tuple(map(_with_rest, found.prescriptions)),
        overlay=tuple(map(_with_rest, found.overlay)),
    )


def _with_rest(prescription: Prescription) -> Prescription:
    """The prescription of an older release with the packaged library's muscles to wait for, and its position.

    Which muscles must rest is a matter of safety, so it holds in running programs too. A clinic's own exercise stays as
    it was stored.
    """
    exercise = starter().exercises.get(prescription.slug)
    if exercise is None or prescription.waits_for is not None:
        return prescription
    return msgspec.structs.replace(
        prescription,
        load_type=exercise.load_type,
        waits_for=resting_for(exercise),
        body_position=exercise.position,
        without_floor=position_without_floor(exercise, exercise.position, starter().positions),
    )
