"""The clinic's own items and templates, version by version, and what its therapists have signed."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from homeplan.accounts.store import find_clinic, find_staff
from homeplan.actor import Role
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import Invalid, NotFound
from homeplan.ids import new_id
from homeplan.library.content import starter, starter_hashes
from homeplan.library.model import (
    ActivityContent,
    ActivityModification,
    EducationContent,
    EducationTopic,
    Exercise,
    ExerciseContent,
    Item,
    ItemChanged,
    ItemContent,
    LibraryChanged,
    NotOurs,
    OnlyTherapistsSign,
    ProgramTemplate,
    TemplateContent,
    Unsound,
)
from homeplan.library.review import Library, OwnItem, Signature, assemble
from homeplan.library.rules import OWN_PREFIX, item_flaws, template_flaws

Content = ItemContent | TemplateContent
Kind = tuple[str, type[Content], type[Item | ProgramTemplate]]

KINDS: tuple[Kind, ...] = (
    ("exercise", ExerciseContent, Exercise),
    ("activity", ActivityContent, ActivityModification),
    ("education", EducationContent, EducationTopic),
    ("template", TemplateContent, ProgramTemplate),
)

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
        [_own(row) for row in own],
        [_signature(row) for row in signed],
        drafts_allowed=clinic.drafts_allowed,
    )


INSERT_SIGNATURE = """
INSERT INTO library_reviews (clinic_id, id, slug, version, content_hash, signed_by, signer_name, signed_at)
VALUES (:clinic_id, :id, :slug, :version, :content_hash, :signed_by, :signer_name, :signed_at)
ON CONFLICT (clinic_id, slug, content_hash) WHERE withdrawn_at IS NULL DO NOTHING"""


async def sign(ctx: Context, slugs: Iterable[str] | None, *, seen: str | None = None) -> list[str]:
    """Sign these items as they are now, or all (None); returns what was unsigned before.

    `seen` is the fingerprint of the library that the therapist looked at. Raises LibraryChanged when it is another by
    now, OnlyTherapistsSign, and NotFound for an unknown slug.
    """
    if ctx.actor.role is not Role.THERAPIST:
        raise OnlyTherapistsSign
    await _one_writer(ctx)
    library = await effective_library(ctx)
    if seen is not None and seen != library.fingerprint():
        raise LibraryChanged
    wanted = sorted(library.reviews) if slugs is None else sorted(set(slugs))
    if any(slug not in library.reviews for slug in wanted):
        raise NotFound
    unsigned = [slug for slug in wanted if library.reviews[slug].state == "unsigned"]
    signer = await find_staff(ctx, ctx.actor.id)
    rows = [
        {
            "clinic_id": ctx.clinic_id,
            "id": new_id(ctx.now),
            "slug": slug,
            "version": _version(library, slug),
            "content_hash": library.hashes[slug],
            "signed_by": signer.id,
            "signer_name": signer.name,
            "signed_at": to_ms(ctx.now),
        }
        for slug in unsigned
    ]
    await ctx.tx.execute_many(INSERT_SIGNATURE, rows)
    return unsigned


WITHDRAW_SIGNATURE = """
UPDATE library_reviews SET withdrawn_by = :actor_id, withdrawn_at = :now
WHERE clinic_id = :clinic_id AND slug = :slug AND content_hash = :content_hash AND withdrawn_at IS NULL"""


async def withdraw_signature(ctx: Context, slug: str) -> None:
    """From now on the item counts as unsigned. Raises NotFound when it was not signed."""
    library = await effective_library(ctx)
    touched = await ctx.tx.execute(
        WITHDRAW_SIGNATURE,
        clinic_id=ctx.clinic_id,
        slug=slug,
        content_hash=library.hashes.get(slug, ""),
        actor_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    if not touched:
        raise NotFound


INSERT_OWN = """
INSERT INTO clinic_items (clinic_id, id, kind, version) VALUES (:clinic_id, :slug, :kind, 1)"""

INSERT_VERSION = """
INSERT INTO clinic_item_versions (clinic_id, item_id, version, document, created_by, created_at)
VALUES (:clinic_id, :slug, :version, :document, :created_by, :created_at)"""


async def add_own(ctx: Context, content: Content) -> str:
    """Add an item or template of the clinic's own, unsigned; returns its slug. Raises Unsound."""
    await _one_writer(ctx)
    library = await effective_library(ctx)
    _require_sound(content, library)
    slug = own_slug(content.title.en, library.reviews.keys())
    await ctx.tx.execute(INSERT_OWN, clinic_id=ctx.clinic_id, slug=slug, kind=_kind(content)[0])
    await _insert_version(ctx, slug, 1, content)
    return slug


ADVANCE_OWN = """
UPDATE clinic_items SET version = version + 1
WHERE clinic_id = :clinic_id AND id = :slug AND kind = :kind AND version = :based_on"""


async def edit_own(ctx: Context, slug: str, content: Content, *, based_on: int) -> None:
    """Save the next version, which leaves every signature behind. `based_on` is the version that was edited.

    Raises NotFound, NotOurs for an item of the starter library, ItemChanged when someone else was faster, Invalid for
    content of another kind, and Unsound.
    """
    await _one_writer(ctx)
    library = await effective_library(ctx)
    _require_own(library, slug)
    _, _, item_type = _kind(content)
    if not isinstance(library.item(slug) or library.templates[slug], item_type):
        raise Invalid("An item stays what it is; add another one instead.", field="kind")
    _require_sound(content, library)
    touched = await ctx.tx.execute(
        ADVANCE_OWN, clinic_id=ctx.clinic_id, slug=slug, kind=_kind(content)[0], based_on=based_on
    )
    if not touched:
        raise ItemChanged
    await _insert_version(ctx, slug, based_on + 1, content)


RETIRE_OWN = """
UPDATE clinic_items SET retired_at = COALESCE(retired_at, :now) WHERE clinic_id = :clinic_id AND id = :slug"""


async def retire_own(ctx: Context, slug: str) -> None:
    """Do not offer the item any more; plans that have it keep it. Raises NotFound and NotOurs."""
    library = await effective_library(ctx)
    _require_own(library, slug)
    await ctx.tx.execute(RETIRE_OWN, clinic_id=ctx.clinic_id, slug=slug, now=to_ms(ctx.now))


def own_slug(title: str, taken: Iterable[str]) -> str:
    """A slug for an item of the clinic's own, made from its English title, at most 64 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = OWN_PREFIX + (re.sub(r"[^a-z0-9]+", "-", plain)[:48].strip("-") or "item")
    used, slug, number = set(taken), base, 2
    while slug in used:
        slug, number = f"{base}-{number}", number + 1
    return slug


async def _one_writer(ctx: Context) -> None:
    await ctx.tx.lock(f"library:{ctx.clinic_id}")


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


def _require_own(library: Library, slug: str) -> None:
    if slug not in library.reviews:
        raise NotFound
    if not library.is_own(slug):
        raise NotOurs


def _require_sound(content: Content, library: Library) -> None:
    check = template_flaws if isinstance(content, TemplateContent) else item_flaws
    flaws = check(content, library.vocabulary())  # type: ignore[arg-type]  # narrowed in the line above
    if flaws:
        raise Unsound("; ".join(f"{flaw.path}: {flaw.text}" for flaw in flaws), field=flaws[0].path)


def _kind(content: Content) -> Kind:
    return next(kind for kind in KINDS if isinstance(content, kind[1]))


def _version(library: Library, slug: str) -> int:
    return (library.item(slug) or library.templates[slug]).version


def _own(row: Row) -> OwnItem:
    _, content_type, item_type = next(kind for kind in KINDS if kind[0] == row["kind"])
    content = msgspec.json.decode(row["document"], type=content_type)
    item = item_type(**msgspec.structs.asdict(content), slug=row["id"], version=row["version"])
    return OwnItem(item=item, retired_at=from_ms_or_none(row["retired_at"]))


def _signature(row: Row) -> Signature:
    return Signature(
        slug=row["slug"],
        content_hash=row["content_hash"],
        signed_by=row["signer_name"],
        signed_at=from_ms(row["signed_at"]),
    )
