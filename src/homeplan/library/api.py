"""The library for staff: what can be assigned, signing it, and the clinic's own items and templates."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import Invalid
from homeplan.http.access import Access
from homeplan.library.frame import CautionTag, Chain, GlobalRules, Muscle, Named, PhaseTemplate
from homeplan.library.instrument import BodyRegion, NeedlingScreenItem
from homeplan.library.model import (
    ActivityModification,
    EducationTopic,
    Exercise,
    Item,
    ItemContent,
    ProgramTemplate,
    TemplateContent,
)
from homeplan.library.review import Library, Review
from homeplan.library.store import (
    Content,
    add_own,
    edit_own,
    effective_library,
    retire_own,
    sign,
    withdraw_signature,
)
from homeplan.values import Instant, Slug, Value


class ListedExercise(Exercise, frozen=True, kw_only=True, tag_field="kind", tag="exercise"):
    """An exercise with its review."""

    own: bool
    retired_at: Instant | None
    review: Review


class ListedActivity(ActivityModification, frozen=True, kw_only=True, tag_field="kind", tag="activity"):
    """An activity modification with its review."""

    own: bool
    retired_at: Instant | None
    review: Review


class ListedTopic(EducationTopic, frozen=True, kw_only=True, tag_field="kind", tag="education"):
    """An education topic with its review."""

    own: bool
    retired_at: Instant | None
    review: Review


class ListedTemplate(ProgramTemplate, frozen=True, kw_only=True):
    """A program template with its review."""

    own: bool
    retired_at: Instant | None
    review: Review


class LibraryView(Value, frozen=True, kw_only=True):
    """All that the clinic can assign, and the words around it."""

    version: str
    """Of the starter library."""
    review_status: str
    drafts_allowed: bool
    fingerprint: str
    """To be sent back when signing: what was looked at."""
    exercises: list[ListedExercise]
    activity_modifications: list[ListedActivity]
    education_topics: list[ListedTopic]
    templates: list[ListedTemplate]
    phases: list[PhaseTemplate]
    muscles: list[Muscle]
    positions: list[Named]
    categories: list[Named]
    caution_tags: list[CautionTag]
    chains: list[Chain]
    global_rules: GlobalRules
    needling_screen: list[NeedlingScreenItem]
    body_regions: list[BodyRegion]


class SignRequest(Value, frozen=True, kw_only=True):
    """What to sign: some items by slug, or all."""

    slugs: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=500)] | None = None
    all: bool = False
    seen: Annotated[str, Meta(max_length=64)] | None = None
    """The fingerprint of the library that was looked at; signing is refused when it has changed since."""


class Signed(Value, frozen=True, kw_only=True):
    """What was unsigned before and is signed now."""

    signed: list[str]


class Saved(Value, frozen=True, kw_only=True):
    """The item as it is stored: its permanent name and its latest version."""

    slug: str
    version: int


BasedOn = Annotated[int, QueryParameter(name="basedOn", ge=1, le=2**31 - 1)]


@get("/api/library", access=Access.STAFF, operation_id="getLibrary")
async def get_library(who: NamedDependency[Scope], db: NamedDependency[Database]) -> LibraryView:
    return _view(await db.read(lambda tx: effective_library(tx, who.clinic_id)))


@post("/api/library/reviews", access=Access.STAFF, operation_id="signLibrary", status_code=200)
async def sign_library(
    data: JSONBody[SignRequest],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Signed:
    """Sign items. Answers with those that were not signed before."""
    if (data.slugs is None) is not data.all:
        raise Invalid("Name the items, or ask for all of them.", field="slugs")
    now = clock.now()

    async def work(tx: Tx) -> Signed:
        signed = await sign(tx, now, who, data.slugs, seen=data.seen)
        for slug in signed:
            await record(tx, who, now, action="library.sign", object_id=slug)
        return Signed(signed=signed)

    return await db.write(work)


@delete("/api/library/reviews/{slug:str}", access=Access.STAFF, operation_id="withdrawLibraryReview")
async def withdraw_review(
    slug: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Take a signature back: patients do not get the item until it is signed again."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await withdraw_signature(tx, now, who, slug)
        await record(tx, who, now, action="library.withdraw", object_id=slug)

    await db.write(work)


@post("/api/library/items", access=Access.STAFF, operation_id="addLibraryItem")
async def add_item(
    data: JSONBody[ItemContent],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Saved:
    """Add an exercise, activity modification or education topic of the clinic's own."""
    return await _add(data, who, db, clock)


@put("/api/library/items/{slug:str}", access=Access.STAFF, operation_id="saveLibraryItem")
async def save_item(
    slug: FromPath[str],
    based_on: BasedOn,
    data: JSONBody[ItemContent],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Saved:
    """Save the next version of an own item; it is unsigned."""
    return await _edit(slug, based_on, data, who, db, clock)


@delete("/api/library/items/{slug:str}", access=Access.STAFF, operation_id="retireLibraryItem")
async def retire_item(
    slug: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Offer an own item or template no longer; plans that have it keep it."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await retire_own(tx, now, who, slug)
        await record(tx, who, now, action="library.retire", object_id=slug)

    await db.write(work)


@post("/api/library/templates", access=Access.STAFF, operation_id="addLibraryTemplate")
async def add_template(
    data: JSONBody[TemplateContent],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Saved:
    """Keep a program as a template of the clinic's own."""
    return await _add(data, who, db, clock)


@put("/api/library/templates/{slug:str}", access=Access.STAFF, operation_id="saveLibraryTemplate")
async def save_template(
    slug: FromPath[str],
    based_on: BasedOn,
    data: JSONBody[TemplateContent],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Saved:
    """Save the next version of an own template."""
    return await _edit(slug, based_on, data, who, db, clock)


routes = [
    get_library,
    sign_library,
    withdraw_review,
    add_item,
    save_item,
    retire_item,
    add_template,
    save_template,
]


async def _add(content: Content, scope: Scope, db: Database, clock: Clock) -> Saved:
    now = clock.now()

    async def work(tx: Tx) -> Saved:
        slug = await add_own(tx, now, scope, content)
        await record(tx, scope, now, action="library.add", object_id=slug)
        return Saved(slug=slug, version=1)

    return await db.write(work)


async def _edit(slug: str, based_on: int, content: Content, scope: Scope, db: Database, clock: Clock) -> Saved:
    now = clock.now()

    async def work(tx: Tx) -> Saved:
        await edit_own(tx, now, scope, slug, content, based_on=based_on)
        await record(tx, scope, now, action="library.edit", object_id=slug)
        return Saved(slug=slug, version=based_on + 1)

    return await db.write(work)


def _view(library: Library) -> LibraryView:
    frame = library.starter
    return LibraryView(
        version=frame.version,
        review_status=frame.review_status,
        drafts_allowed=library.drafts_allowed,
        fingerprint=library.fingerprint(),
        exercises=_listed(library, library.exercises.values(), ListedExercise),
        activity_modifications=_listed(library, library.activity_modifications.values(), ListedActivity),
        education_topics=_listed(library, library.education_topics.values(), ListedTopic),
        templates=_listed(library, library.templates.values(), ListedTemplate),
        phases=list(frame.phases.values()),
        muscles=list(frame.muscles.values()),
        positions=list(frame.positions.values()),
        categories=list(frame.categories.values()),
        caution_tags=list(frame.caution_tags.values()),
        chains=list(frame.chains.values()),
        global_rules=frame.global_rules,
        needling_screen=list(frame.needling_screen.values()),
        body_regions=list(frame.body_regions.values()),
    )


L = TypeVar("L", ListedExercise, ListedActivity, ListedTopic, ListedTemplate)


def _listed(library: Library, items: Iterable[Item | ProgramTemplate], listed: type[L]) -> list[L]:
    return [
        listed(
            **msgspec.structs.asdict(item),
            own=library.is_own(item.slug),
            retired_at=library.retired.get(item.slug),
            review=library.reviews[item.slug],
        )
        for item in items
    ]
