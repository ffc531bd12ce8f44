"""Signing the library's items, and adding, editing and retiring the clinic's own items and templates."""

from collections.abc import Iterable

from homeplan.accounts.store import find_staff
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound, Reason, SentBefore
from homeplan.library import store
from homeplan.library.model import (
    Content,
    ItemChanged,
    LibraryChanged,
    NotOurs,
    OnlyTherapistsSign,
    TemplateContent,
    Unsound,
)
from homeplan.library.pictures.store import find_picture
from homeplan.library.review import UNSIGNED, Library
from homeplan.library.rules import Flaw, item_flaws, own_slug, template_flaws


async def sign(ctx: Context, slugs: Iterable[str] | None, *, seen: str | None = None) -> list[str]:
    """Sign these items and texts in their present wording, or all items (None); returns those not signed before.

    Texts are signed by their slug only: nobody signs a safety sign without having named it.
    `seen` is the fingerprint of the library that the therapist read. Raises LibraryChanged when the library has
    another one now, OnlyTherapistsSign, and NotFound for an unknown slug.
    """
    if ctx.actor.role is not Role.THERAPIST:
        raise OnlyTherapistsSign
    await _lock_library(ctx)
    library = await store.effective_library(ctx)
    if seen is not None and seen != library.fingerprint():
        raise LibraryChanged
    wanted = sorted(library.reviews) if slugs is None else sorted(set(slugs))
    reviews = {slug: library.review_of(slug) for slug in wanted}
    if None in reviews.values():
        raise NotFound
    unsigned = [slug for slug, review in reviews.items() if review == UNSIGNED]
    await store.insert_signatures(ctx, library, unsigned, await find_staff(ctx, ctx.actor.id))
    return unsigned


async def withdraw_signature(ctx: Context, slug: str) -> None:
    """Make the item unsigned again. Raises NotFound when it was not signed."""
    library = await store.effective_library(ctx)
    if not await store.withdraw_signature(ctx, slug, library.hash_of(slug) or ""):
        raise NotFound


async def add_own_item(ctx: Context, entry_id: str, content: Content) -> str:
    """Add an unsigned item or template of the clinic once, under the id that the form made; returns its slug.

    Raises Unsound, and SentBefore when the id was sent with other content.
    """
    await _lock_library(ctx)
    added = await store.find_added(ctx, entry_id)
    if added is not None:
        ctx.repeated = True
        if added.content != content:
            raise SentBefore(field="id")
        return added.slug
    library = await store.effective_library(ctx)
    await _require_sound(ctx, content, library)
    slug = own_slug(content.title.en, library.reviews.keys())
    await store.insert_item(ctx, slug, content, entry_id=entry_id)
    return slug


async def edit_own_item(ctx: Context, slug: str, content: Content, *, based_on: int) -> None:
    """Save the next version of an own item or template; it is unsigned. `based_on` is the version that was edited.

    Raises NotFound, NotOurs for an item of the starter library, ItemChanged when someone else saved a version in the
    meantime, Invalid for content of another kind, and Unsound.
    """
    await _lock_library(ctx)
    library = await store.effective_library(ctx)
    _require_own(library, slug)
    if not store.is_kind_of(library.item(slug) or library.templates[slug], content):
        raise Invalid("An item stays what it is; add another one instead.", field="kind")
    await _require_sound(ctx, content, library)
    if not await store.insert_next_version(ctx, slug, content, based_on=based_on):
        raise ItemChanged


async def retire_own_item(ctx: Context, slug: str) -> None:
    """Stop offering an own item or template; plans that have it keep it. Raises NotFound and NotOurs."""
    await _require_own_item(ctx, slug)
    await store.retire_item(ctx, slug)


async def _require_own_item(ctx: Context, slug: str) -> None:
    """Raises NotFound for an unknown slug, NotOurs for an item of the starter library."""
    _require_own(await store.effective_library(ctx), slug)


async def _lock_library(ctx: Context) -> None:
    await ctx.tx.lock(f"library:{ctx.clinic_id}")


def _require_own(library: Library, slug: str) -> None:
    if slug not in library.reviews:
        raise NotFound
    if not library.is_own(slug):
        raise NotOurs


async def _require_sound(ctx: Context, content: Content, library: Library) -> None:
    known = library.vocabulary()
    flaws = template_flaws(content, known) if isinstance(content, TemplateContent) else item_flaws(content, known)
    picture = None if isinstance(content, TemplateContent) else content.picture
    if picture is not None and await find_picture(ctx, picture) is None:
        flaws.append(Flaw(path="picture", code="unknown", values=(picture,), text="there is no such picture"))
    if flaws:
        raise Unsound(
            "; ".join(f"{flaw.path}: {flaw.text}" for flaw in flaws),
            field=flaws[0].path,
            reasons=[Reason(path=flaw.path, code=flaw.code, values=flaw.values) for flaw in flaws],
        )
