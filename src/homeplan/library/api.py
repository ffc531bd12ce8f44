"""The library for staff: what can be assigned, signing it, and the clinic's own items and templates."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from homeplan.audit import append
from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.http.routes import staff
from homeplan.library import actions
from homeplan.library.content import reviewed_texts
from homeplan.library.instrument import BodyRegion
from homeplan.library.model import (
    ActivityModification,
    EducationTopic,
    Exercise,
    Item,
    ProgramTemplate,
    resting_for,
)
from homeplan.library.own import api as own
from homeplan.library.pictures import api as pictures
from homeplan.library.reference import CautionTag, Chain, GlobalRules, Muscle, Named, PhaseTemplate, Position
from homeplan.library.review import UNSIGNED, Library, Renewal, Review
from homeplan.library.reviewed_texts import ReviewedText
from homeplan.library.store import effective_library
from homeplan.values import Instant, Slug, Value


class ListedExercise(Exercise, frozen=True, kw_only=True, tag_field="kind", tag="exercise"):
    """An exercise with its review."""

    renewal: Renewal
    review_due: date | None
    """The day from which it is not newly assigned."""
    rests_for: tuple[Slug, ...]
    """The muscles for whose needling it rests 48 hours."""
    own: bool
    retired_at: Instant | None
    review: Review


class ListedActivity(ActivityModification, frozen=True, kw_only=True, tag_field="kind", tag="activity"):
    """An activity modification with its review."""

    renewal: Renewal
    review_due: date | None
    own: bool
    retired_at: Instant | None
    review: Review


class ListedTopic(EducationTopic, frozen=True, kw_only=True, tag_field="kind", tag="education"):
    """An education topic with its review."""

    renewal: Renewal
    review_due: date | None
    own: bool
    retired_at: Instant | None
    review: Review


class ListedTemplate(ProgramTemplate, frozen=True, kw_only=True):
    """A program template with its review."""

    renewal: Renewal
    review_due: date | None
    own: bool
    retired_at: Instant | None
    review: Review


class LibraryView(Value, frozen=True, kw_only=True):
    """All that the clinic can assign, and the words around it."""

    version: str
    """The version of the starter library."""
    draft_texts: int
    """Number of texts and rules of the product that no therapist of the clinic has signed."""
    drafts_allowed: bool
    fingerprint: str
    """To be sent back when signing: what was looked at."""
    exercises: list[ListedExercise]
    activity_modifications: list[ListedActivity]
    education_topics: list[ListedTopic]
    templates: list[ListedTemplate]
    phases: list[PhaseTemplate]
    muscles: list[Muscle]
    positions: list[Position]
    categories: list[Named]
    caution_tags: list[CautionTag]
    chains: list[Chain]
    global_rules: GlobalRules
    body_regions: list[BodyRegion]


class ListedText(ReviewedText, frozen=True, kw_only=True):
    """A text or rule with its review. An unsigned one is a draft by non-clinicians; it is in use all the same."""

    review: Review
    renewal: Renewal
    """Whether it is to be read again: the signature of the clinic's therapist is old."""


class TextsView(Value, frozen=True, kw_only=True):
    """The texts and rules of the product that are signed one by one, beside the items of the library."""

    fingerprint: str
    """To be sent back when signing: what was looked at."""
    texts: list[ListedText]


class TextSignature(Value, frozen=True, kw_only=True):
    """A text or rule that a therapist of the clinic has signed as it stands."""

    slug: Slug
    signed_by: str
    """The therapist's name when they signed."""
    signed_at: Instant


class SignRequest(Value, frozen=True, kw_only=True):
    """The items and texts to sign by slug, or all items; a text is signed by its slug only."""

    slugs: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=500)] | None = None
    all: bool = False
    seen: Annotated[str, Meta(max_length=64)] | None = None
    """The fingerprint of the library that was looked at; signing is refused when it has changed since."""


class Signed(Value, frozen=True, kw_only=True):
    """The items that were unsigned before and are signed now."""

    signed: list[str]


@staff.get("library")
async def get_library(ctx: Context) -> LibraryView:
    return _view(await effective_library(ctx), ctx.now.date())


@staff.get("library/texts")
async def get_library_texts(ctx: Context) -> TextsView:
    """Each safety sign, question, aftercare text, rule and consent with its basis and review."""
    library = await effective_library(ctx)
    return TextsView(
        fingerprint=library.fingerprint(),
        texts=[
            ListedText(
                **msgspec.structs.asdict(text),
                review=library.text_reviews.get(slug, UNSIGNED),
                renewal=library.renewal(slug, ctx.now.date()),
            )
            for slug, text in reviewed_texts().items()
        ],
    )


@staff.get("library/texts/signatures")
async def list_text_signatures(ctx: Context) -> list[TextSignature]:
    """The signed ones among the texts and rules; each other one is a draft by non-clinicians."""
    library = await effective_library(ctx)
    return [
        TextSignature(slug=slug, signed_by=review.signed_by, signed_at=review.signed_at)
        for slug, review in library.text_reviews.items()
        if review.signed_by is not None and review.signed_at is not None
    ]


@staff.post("library/reviews", status=200)
async def sign_library(ctx: Context, data: SignRequest) -> Signed:
    """Sign items and texts. Answers with those that were not signed before."""
    if (data.slugs is None) is not data.all:
        raise Invalid("Name the items, or ask for all of them.", field="slugs")
    signed = await actions.sign(ctx, data.slugs, seen=data.seen)
    for slug in signed:
        await append(ctx, "library.sign", object_id=slug)
    return Signed(signed=signed)


@staff.delete("library/reviews/{slug}", audit="library.withdraw")
async def withdraw_library_review(ctx: Context, slug: str) -> None:
    """Take a signature back: patients do not get an item until it is signed again; a text is a draft again."""
    await actions.withdraw_signature(ctx, slug)


routes = [
    get_library,
    get_library_texts,
    list_text_signatures,
    sign_library,
    withdraw_library_review,
    *own.routes,
    *pictures.routes,
]


def _view(library: Library, today: date) -> LibraryView:
    starter = library.starter
    return LibraryView(
        version=starter.version,
        draft_texts=len(library.text_hashes) - len(library.text_reviews),
        drafts_allowed=library.drafts_allowed,
        fingerprint=library.fingerprint(),
        exercises=[
            ListedExercise(**_listed_fields(library, one, today), rests_for=resting_for(one))
            for one in library.exercises.values()
        ],
        activity_modifications=_listed(library, library.activity_modifications.values(), ListedActivity, today),
        education_topics=_listed(library, library.education_topics.values(), ListedTopic, today),
        templates=_listed(library, library.templates.values(), ListedTemplate, today),
        phases=list(starter.phases.values()),
        muscles=list(starter.muscles.values()),
        positions=list(starter.positions.values()),
        categories=list(starter.categories.values()),
        caution_tags=list(starter.caution_tags.values()),
        chains=list(starter.chains.values()),
        global_rules=starter.global_rules,
        body_regions=list(starter.body_regions.values()),
    )


L = TypeVar("L", ListedActivity, ListedTopic, ListedTemplate)


def _listed(library: Library, items: Iterable[Item | ProgramTemplate], listed: type[L], today: date) -> list[L]:
    return [listed(**_listed_fields(library, item, today)) for item in items]


def _listed_fields(library: Library, item: Item | ProgramTemplate, today: date) -> dict[str, Any]:
    return msgspec.structs.asdict(item) | {
        "own": library.is_own(item.slug),
        "retired_at": library.retired.get(item.slug),
        "review": library.reviews[item.slug],
        "renewal": library.renewal(item.slug, today),
        "review_due": library.review_due(item.slug),
    }
