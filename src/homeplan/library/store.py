"""The clinic's own items and templates in the database, version by version, and the signatures of its therapists."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from homeplan.accounts.model import StaffMember
from homeplan.accounts.store import find_clinic, list_staff
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.ids import new_id
from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.model import (
    ActivityContent,
    ActivityModification,
    Content,
    EducationContent,
    EducationTopic,
    Exercise,
    ExerciseContent,
    Item,
    ItemContent,
    ProgramTemplate,
    TemplateContent,
)
from homeplan.library.review import Library, OwnItem, Signature, assemble
from homeplan.values import Instant, Value

Kind = tuple[str, type[Content], type[Item | ProgramTemplate]]

KINDS: tuple[Kind, ...] = (
    ("exercise", ExerciseContent, Exercise),
    ("activity", ActivityContent, ActivityModification),
    ("education", EducationContent, EducationTopic),
    ("template", TemplateContent, ProgramTemplate),
)
"""The stored name of each kind, with its content and the item made from it."""

SELECT_OWN = """
SELECT i.id, i.kind, i.version, i.retired_at, v.document
FROM clinic_items i
JOIN clinic_item_versions v ON v.clinic_id = i.clinic_id AND v.item_id = i.id AND v.version = i.version
WHERE i.clinic_id = :clinic_id
ORDER BY i.id"""

SELECT_SIGNATURES = """
SELECT slug, content_hash, signer_name, signed_at FROM library_reviews
WHERE clinic_id = :clinic_id AND withdrawn_at IS NULL"""


async def effective_library(ctx: Context) -> Library:
    """All that the clinic can assign, with the review of each item. Raises NotFound for an unknown clinic."""
    clinic = await find_clinic(ctx)
    own = await ctx.tx.fetch(SELECT_OWN, clinic_id=ctx.clinic_id)
    signed = await ctx.tx.fetch(SELECT_SIGNATURES, clinic_id=ctx.clinic_id)
    return assemble(
        starter(),
        starter_hashes(),
        text_hashes(),
        [_own(row) for row in own],
        [_signature(row) for row in signed],
        drafts_allowed=clinic.drafts_allowed,
    )


INSERT_SIGNATURE = """
INSERT INTO library_reviews (clinic_id, id, slug, version, content_hash, signed_by, signer_name, signed_at)
VALUES (:clinic_id, :id, :slug, :version, :content_hash, :signed_by, :signer_name, :signed_at)
ON CONFLICT (clinic_id, slug, content_hash) WHERE withdrawn_at IS NULL DO NOTHING"""


async def insert_signatures(ctx: Context, library: Library, slugs: Sequence[str], signer: StaffMember) -> None:
    """Store a signature of each of these items and texts in its present wording."""
    rows = [
        {
            "clinic_id": ctx.clinic_id,
            "id": new_id(ctx.now),
            "slug": slug,
            "version": library.version_of(slug),
            "content_hash": library.hash_of(slug),
            "signed_by": signer.id,
            "signer_name": signer.name,
            "signed_at": to_ms(ctx.now),
        }
        for slug in slugs
    ]
    await ctx.tx.execute_many(INSERT_SIGNATURE, rows)


WITHDRAW_SIGNATURE = """
UPDATE library_reviews SET withdrawn_by = :actor_id, withdrawn_at = :now
WHERE clinic_id = :clinic_id AND slug = :slug AND content_hash = :content_hash AND withdrawn_at IS NULL"""


async def withdraw_signature(ctx: Context, slug: str, content_hash: str) -> bool:
    """End the signature that holds for that content; False when there is none."""
    return bool(
        await ctx.tx.execute(
            WITHDRAW_SIGNATURE,
            clinic_id=ctx.clinic_id,
            slug=slug,
            content_hash=content_hash,
            actor_id=ctx.actor.id,
            now=to_ms(ctx.now),
        )
    )


INSERT_OWN = """
INSERT INTO clinic_items (clinic_id, id, kind, version, entry_id) VALUES (:clinic_id, :slug, :kind, 1, :entry_id)"""


async def insert_item(ctx: Context, slug: str, content: Content, *, entry_id: str) -> None:
    """Store a new own item or template as version 1, with the id of the form that added it."""
    await ctx.tx.execute(INSERT_OWN, clinic_id=ctx.clinic_id, slug=slug, kind=_kind(content)[0], entry_id=entry_id)
    await _insert_version(ctx, slug, 1, content)


class Added(NamedTuple):
    """An own item or template as it was added."""

    slug: str
    content: Content


SELECT_ADDED = """
SELECT i.id, i.kind, v.document FROM clinic_items i
JOIN clinic_item_versions v ON v.clinic_id = i.clinic_id AND v.item_id = i.id AND v.version = 1
WHERE i.clinic_id = :clinic_id AND i.entry_id = :entry_id"""


async def find_added(ctx: Context, entry_id: str) -> Added | None:
    """The item that was added under that id of the form, or None."""
    row = await ctx.tx.fetch_one(SELECT_ADDED, clinic_id=ctx.clinic_id, entry_id=entry_id)
    if row is None:
        return None
    return Added(row["id"], _content(row))


ADVANCE_OWN = """
UPDATE clinic_items SET version = version + 1
WHERE clinic_id = :clinic_id AND id = :slug AND kind = :kind AND version = :based_on"""


async def insert_next_version(ctx: Context, slug: str, content: Content, *, based_on: int) -> bool:
    """Store the version after `based_on`; False when that is not the latest one."""
    advanced = await ctx.tx.execute(
        ADVANCE_OWN, clinic_id=ctx.clinic_id, slug=slug, kind=_kind(content)[0], based_on=based_on
    )
    if advanced:
        await _insert_version(ctx, slug, based_on + 1, content)
    return bool(advanced)


RETIRE_OWN = """
UPDATE clinic_items SET retired_at = COALESCE(retired_at, :now) WHERE clinic_id = :clinic_id AND id = :slug"""


async def retire_item(ctx: Context, slug: str) -> None:
    """Note since when the own item is not offered any more; a repetition changes nothing."""
    await ctx.tx.execute(RETIRE_OWN, clinic_id=ctx.clinic_id, slug=slug, now=to_ms(ctx.now))


def is_kind_of(item: Item | ProgramTemplate, content: Content) -> bool:
    """Whether the content could be a version of the item."""
    return isinstance(item, _kind(content)[2])


class ItemVersion(Value, frozen=True, kw_only=True):
    """One version of an own item, as it was saved."""

    version: int
    saved_at: Instant
    saved_by: str
    """The name of the member of staff."""
    content: ItemContent | None
    """None for a template."""


SELECT_VERSIONS = """
SELECT i.kind, v.version, v.document, v.created_by, v.created_at FROM clinic_item_versions v
JOIN clinic_items i ON i.clinic_id = v.clinic_id AND i.id = v.item_id
WHERE v.clinic_id = :clinic_id AND v.item_id = :slug ORDER BY v.version DESC LIMIT 100"""


async def list_versions(ctx: Context, slug: str) -> list[ItemVersion]:
    """The latest hundred versions of an own item, the latest first."""
    rows = await ctx.tx.fetch(SELECT_VERSIONS, clinic_id=ctx.clinic_id, slug=slug)
    names = {member.id: member.name for member in await list_staff(ctx)}
    return [
        ItemVersion(
            version=row["version"],
            saved_at=from_ms(row["created_at"]),
            saved_by=names.get(row["created_by"], ""),
            content=_item_content(row),
        )
        for row in rows
    ]


INSERT_VERSION = """
INSERT INTO clinic_item_versions (clinic_id, item_id, version, document, created_by, created_at)
VALUES (:clinic_id, :slug, :version, :document, :created_by, :created_at)"""


async def _insert_version(ctx: Context, slug: str, version: int, content: Content) -> None:
    await ctx.tx.execute(
        INSERT_VERSION,
        clinic_id=ctx.clinic_id,
        slug=slug,
        version=version,
        document=msgspec.json.encode(content).decode(),
        created_by=ctx.actor.id,
        created_at=to_ms(ctx.now),
    )


def _kind(content: Content) -> Kind:
    return next(kind for kind in KINDS if isinstance(content, kind[1]))


def _kind_named(name: str) -> Kind:
    return next(kind for kind in KINDS if kind[0] == name)


def _item_content(row: Row) -> ItemContent | None:
    content = _content(row)
    return None if isinstance(content, TemplateContent) else content


def _content(row: Row) -> Content:
    found: Content = msgspec.json.decode(row["document"], type=_kind_named(row["kind"])[1])
    return found


def _own(row: Row) -> OwnItem:
    content, item_type = _content(row), _kind_named(row["kind"])[2]
    item = item_type(**msgspec.structs.asdict(content), slug=row["id"], version=row["version"])
    return OwnItem(item=item, retired_at=from_ms_or_none(row["retired_at"]))


def _signature(row: Row) -> Signature:
    return Signature(
        slug=row["slug"],
        content_hash=row["content_hash"],
        signed_by=row["signer_name"],
        signed_at=from_ms(row["signed_at"]),
    )
