"""The library as one clinic has it: the starter's items and its own, and what its therapists have signed. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from homeplan.library.model import ActivityModification, EducationTopic, Exercise, Item, ProgramTemplate
from homeplan.library.rules import Vocabulary
from homeplan.library.starter_library import StarterLibrary
from homeplan.values import Instant, Value


class Review(Value, frozen=True, kw_only=True):
    """Whether a therapist of the clinic has signed exactly this content."""

    state: Literal["unsigned", "signed"]
    signed_by: str | None = None
    """The therapist's name when they signed."""
    signed_at: Instant | None = None


UNSIGNED = Review(state="unsigned")

Renewal = Literal["later", "soon", "overdue"]
"""`soon`: the next review is near (plan-rules.yaml, renewal); `overdue`: the item is not newly assigned."""

_NOT_WORDS = {"reviewBy", "evidence", "region"}
"""Fields that a signature is not about."""

_LATER_FIELDS = _NOT_WORDS | {"noFloor", "picture", "sources", "waitsFor", "withoutFloor"}
"""Fields that older releases did not have: empty ones are left out, so that a signature of unchanged words holds."""


class Signature(Value, frozen=True, kw_only=True):
    """A standing signature: it holds for the content of that hash and no other."""

    slug: str
    content_hash: str
    signed_by: str
    signed_at: Instant


class OwnItem(Value, frozen=True, kw_only=True):
    """An item or template that the clinic wrote itself, in its latest version."""

    item: Item | ProgramTemplate
    retired_at: Instant | None = None


class Library(Value, frozen=True, kw_only=True):
    """All that a clinic can assign, with the review of each item; dicts are keyed by slug."""

    starter: StarterLibrary
    exercises: dict[str, Exercise]
    activity_modifications: dict[str, ActivityModification]
    education_topics: dict[str, EducationTopic]
    templates: dict[str, ProgramTemplate]
    reviews: dict[str, Review]
    hashes: dict[str, str]
    """The content that a signature would hold for, by slug."""
    text_reviews: dict[str, Review]
    """The signed ones among the packaged texts and rules that are signed by themselves, by slug."""
    text_hashes: Mapping[str, str]
    """The content of each of those texts and rules, by slug."""
    retired: dict[str, Instant]
    """The clinic's own items that are not offered any more; plans that have them keep them."""
    drafts_allowed: bool

    def item(self, slug: str) -> Item | None:
        """The exercise, activity modification or education topic of that name."""
        return self.exercises.get(slug) or self.activity_modifications.get(slug) or self.education_topics.get(slug)

    def is_own(self, slug: str) -> bool:
        """Whether the clinic wrote it itself."""
        return slug in self.reviews and not any(slug in group for group in _groups(self.starter))

    def review_of(self, slug: str) -> Review | None:
        """The review of an item, template or text; None for an unknown slug."""
        if slug in self.text_hashes:
            return self.text_reviews.get(slug, UNSIGNED)
        return self.reviews.get(slug)

    def hash_of(self, slug: str) -> str | None:
        """The content of an item, template or text; None for an unknown slug."""
        return self.hashes.get(slug) or self.text_hashes.get(slug)

    def version_of(self, slug: str) -> int:
        """The version of an item or template; 1 for a text, which is told apart by its hash."""
        if slug in self.text_hashes:
            return 1
        return (self.item(slug) or self.templates[slug]).version

    def review_due(self, slug: str) -> date | None:
        """The day from which an item is not newly assigned, and a text is to be read again; None for the unsigned.

        A packaged item names its own day.
        """
        item = self.item(slug) or self.templates.get(slug)
        signed_at = (self.review_of(slug) or UNSIGNED).signed_at
        if item is not None and item.review_by is not None:
            return item.review_by
        return None if signed_at is None else (signed_at + self.starter.plan_rules.renewal.longest).date()

    def renewal(self, slug: str, today: date) -> Renewal:
        """Whether the next review of the item or text is near, or missed."""
        due = self.review_due(slug)
        if due is None or today < due - self.starter.plan_rules.renewal.warning:
            return "later"
        return "soon" if today < due else "overdue"

    def fingerprint(self) -> str:
        """Changes whenever the content of anything in the library does: what a signature over all was given for."""
        all_hashes = {**self.hashes, **self.text_hashes}
        content = "\n".join(f"{slug} {all_hashes[slug]}" for slug in sorted(all_hashes))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def vocabulary(self) -> Vocabulary:
        """The slugs that the clinic's own items and templates may refer to."""
        return Vocabulary(
            muscles=self.starter.muscles,
            positions=self.starter.positions,
            floor_positions={slug for slug, position in self.starter.positions.items() if position.floor},
            categories=self.starter.categories,
            caution_tags=self.starter.caution_tags,
            chains=self.starter.chains,
            exercises=self.exercises,
            activities=self.activity_modifications,
            education=self.education_topics,
            phase_starts_h={slug: phase.from_h for slug, phase in self.starter.phases.items()},
            max_items_first_week=self.starter.global_rules.max_items_first_week,
        )


def assemble(
    starter: StarterLibrary,
    starter_hashes: Mapping[str, str],
    text_hashes: Mapping[str, str],
    own: Iterable[OwnItem],
    signatures: Iterable[Signature],
    *,
    drafts_allowed: bool,
) -> Library:
    """The clinic's library. A signature counts only for the content that it was given for."""
    exercises, activities = dict(starter.exercises), dict(starter.activity_modifications)
    topics, templates = dict(starter.education_topics), dict(starter.templates)
    hashes = dict(starter_hashes)
    retired: dict[str, datetime] = {}
    for entry in own:
        match entry.item:
            case Exercise():
                exercises[entry.item.slug] = entry.item
            case ActivityModification():
                activities[entry.item.slug] = entry.item
            case EducationTopic():
                topics[entry.item.slug] = entry.item
            case ProgramTemplate():
                templates[entry.item.slug] = entry.item
        hashes[entry.item.slug] = content_hash(entry.item)
        if entry.retired_at is not None:
            retired[entry.item.slug] = entry.retired_at
    reviews = dict.fromkeys(hashes, UNSIGNED)
    text_reviews: dict[str, Review] = {}
    for signature in signatures:
        is_text = signature.slug in text_hashes
        known = text_hashes if is_text else hashes
        if known.get(signature.slug) == signature.content_hash:
            signed = text_reviews if is_text else reviews
            signed[signature.slug] = Review(
                state="signed", signed_by=signature.signed_by, signed_at=signature.signed_at
            )
    return Library(
        starter=starter,
        exercises=exercises,
        activity_modifications=activities,
        education_topics=topics,
        templates=templates,
        reviews=reviews,
        text_reviews=text_reviews,
        text_hashes=text_hashes,
        hashes=hashes,
        retired=retired,
        drafts_allowed=drafts_allowed,
    )


def hashes_of(starter: StarterLibrary) -> dict[str, str]:
    """The content hash of every item and template of the starter library."""
    return {slug: content_hash(item) for group in _groups(starter) for slug, item in group.items()}


def content_hash(item: Item | ProgramTemplate) -> str:
    """SHA-256 of the words and rules of the item; its version, and when it is reviewed again, do not count."""
    content = msgspec.to_builtins(msgspec.structs.replace(item, version=1))
    for field in _LATER_FIELDS & content.keys():
        if field in _NOT_WORDS or not content[field]:
            del content[field]
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _groups(starter: StarterLibrary) -> tuple[Mapping[str, Item | ProgramTemplate], ...]:
    return (starter.exercises, starter.activity_modifications, starter.education_topics, starter.templates)
