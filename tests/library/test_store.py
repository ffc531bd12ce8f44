import asyncio

import pytest

from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.errors import Invalid, NotFound
from homeplan.ids import new_id
from homeplan.library import actions, store
from homeplan.library.content import starter, starter_hashes
from homeplan.library.model import (
    Content,
    Exercise,
    ItemChanged,
    LibraryChanged,
    NotOurs,
    OnlyTherapistsSign,
    TemplateItem,
    Unsound,
)
from homeplan.library.review import Library
from homeplan.library.rules import own_slug
from tests.conftest import FakeClock
from tests.library.build import exercise, template, topic, visibility
from tests.world import START, Person, World, context

ASSIGNABLE = 42 + 14 + 13 + 8


class Shelf:
    """One therapist's hands on the clinic's library."""

    def __init__(self, db: Database, clock: FakeClock, person: Person):
        self.db, self.clock, self.person = db, clock, person

    async def library(self) -> Library:
        return await self.db.read(lambda tx: store.effective_library(context(tx, clinic_id=self.person.clinic.id)))

    async def sign(self, *slugs: str, seen: str | None = None) -> list[str]:
        return await self.db.write(
            lambda tx: actions.sign(self.person.context(tx, self.clock.now()), slugs or None, seen=seen)
        )

    async def withdraw(self, slug: str) -> None:
        await self.db.write(lambda tx: actions.withdraw_signature(self.person.context(tx, self.clock.now()), slug))

    async def add(self, content: Content) -> str:
        return await self.db.write(
            lambda tx: actions.add_own_item(self.person.context(tx, self.clock.now()), new_id(START), content)
        )

    async def edit(self, slug: str, content: Content, based_on: int) -> None:
        await self.db.write(
            lambda tx: actions.edit_own_item(
                self.person.context(tx, self.clock.now()), slug, content, based_on=based_on
            )
        )

    async def retire(self, slug: str) -> None:
        await self.db.write(lambda tx: actions.retire_own_item(self.person.context(tx, self.clock.now()), slug))


@pytest.fixture
async def shelf(db: Database, clock: FakeClock, world: World) -> Shelf:
    clinic = await world.clinic(drafts_allowed=False)
    return Shelf(db, clock, await world.therapist(clinic))


async def test_new_clinic_has_the_starter_library_unsigned(shelf: Shelf) -> None:
    library = await shelf.library()
    assert library.exercises == starter().exercises
    assert {review.state for review in library.reviews.values()} == {"unsigned"}
    assert visibility(library, "bridge") == "held-back"


async def test_unknown_clinic_has_no_library(db: Database) -> None:
    with pytest.raises(NotFound):
        await db.read(lambda tx: store.effective_library(context(tx, clinic_id="no-such-clinic")))


async def test_clinic_decides_whether_drafts_are_shown(db: Database, world: World) -> None:
    clinic = await world.clinic(drafts_allowed=True)
    library = await db.read(lambda tx: store.effective_library(context(tx, clinic_id=clinic.id)))
    assert visibility(library, "bridge") == "draft"


async def test_therapist_signs_single_items(shelf: Shelf) -> None:
    assert await shelf.sign("bridge", "driving") == ["bridge", "driving"]
    library = await shelf.library()
    assert [visibility(library, slug) for slug in ("bridge", "driving", "clamshell")] == [
        "shown",
        "shown",
        "held-back",
    ]
    review = library.reviews["bridge"]
    assert (review.signed_by, review.signed_at) == (shelf.person.who.name, shelf.clock.now())  # type: ignore[union-attr]  # a member of staff


async def test_therapist_signs_everything_at_once(shelf: Shelf) -> None:
    await shelf.sign("bridge")
    assert len(await shelf.sign()) == ASSIGNABLE - 1
    assert {review.state for review in (await shelf.library()).reviews.values()} == {"signed"}


async def test_signing_again_keeps_the_first_signature(shelf: Shelf) -> None:
    await shelf.sign("bridge")
    first = (await shelf.library()).reviews["bridge"]
    shelf.clock.advance(days=1)
    assert await shelf.sign("bridge") == []
    assert (await shelf.library()).reviews["bridge"] == first


async def test_two_who_sign_at_once_leave_one_signature(shelf: Shelf) -> None:
    signed = await asyncio.gather(*(shelf.sign("bridge") for _ in range(4)))
    assert sorted(signed) == [[], [], [], ["bridge"]]


async def test_unknown_item_cannot_be_signed(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        await shelf.sign("bridge", "no-such-item")
    assert visibility(await shelf.library(), "bridge") == "held-back"


async def test_administrator_cannot_sign(db: Database, clock: FakeClock, world: World) -> None:
    clinic = await world.clinic()
    shelf = Shelf(db, clock, await world.therapist(clinic, role=Role.ADMIN))
    with pytest.raises(OnlyTherapistsSign):
        await shelf.sign("bridge")


async def test_signature_counts_for_its_own_clinic_only(shelf: Shelf, world: World) -> None:
    await shelf.sign("bridge")
    other = await world.clinic(drafts_allowed=False)
    library = await shelf.db.read(lambda tx: store.effective_library(context(tx, clinic_id=other.id)))
    assert visibility(library, "bridge") == "held-back"


async def test_signing_is_refused_when_the_library_is_not_what_was_looked_at(shelf: Shelf) -> None:
    seen = (await shelf.library()).fingerprint()
    await shelf.add(exercise())
    with pytest.raises(LibraryChanged):
        await shelf.sign(seen=seen)
    assert len(await shelf.sign(seen=(await shelf.library()).fingerprint())) == ASSIGNABLE + 1


async def test_withdrawn_signature_holds_the_item_back_until_it_is_signed_again(shelf: Shelf) -> None:
    await shelf.sign("bridge")
    await shelf.withdraw("bridge")
    assert visibility(await shelf.library(), "bridge") == "held-back"
    with pytest.raises(NotFound):
        await shelf.withdraw("bridge")
    assert await shelf.sign("bridge") == ["bridge"]
    assert visibility(await shelf.library(), "bridge") == "shown"


async def test_own_item_is_assignable_once_signed(shelf: Shelf) -> None:
    slug = await shelf.add(exercise())
    assert slug == "own-towel-squeeze"
    library = await shelf.library()
    item = library.item(slug)
    assert isinstance(item, Exercise)
    assert (item.title.es, item.version) == ("Apretar la toalla", 1)
    assert visibility(library, slug) == "held-back"
    await shelf.sign(slug)
    assert visibility(await shelf.library(), slug) == "shown"


async def test_own_item_may_hang_on_another_own_item(shelf: Shelf) -> None:
    easier = await shelf.add(exercise())
    harder = await shelf.add(exercise(easier=easier, phase_from="p2"))
    assert harder == "own-towel-squeeze-2"


async def test_edited_item_becomes_unsigned_and_the_old_version_stays_on_record(shelf: Shelf) -> None:
    slug = await shelf.add(topic())
    await shelf.sign(slug)
    await shelf.edit(slug, topic(pinned=True), based_on=1)
    library = await shelf.library()
    assert visibility(library, slug) == "held-back"
    assert library.education_topics[slug].version == 2
    versions = await shelf.db.read(_versions)
    assert versions == [1, 2]


async def test_edit_back_to_the_signed_words_is_signed_again(shelf: Shelf) -> None:
    slug = await shelf.add(topic())
    await shelf.sign(slug)
    await shelf.edit(slug, topic(pinned=True), based_on=1)
    await shelf.edit(slug, topic(), based_on=2)
    assert visibility(await shelf.library(), slug) == "shown"


async def test_slower_of_two_editors_is_told(shelf: Shelf) -> None:
    slug = await shelf.add(topic())
    await shelf.edit(slug, topic(pinned=True), based_on=1)
    with pytest.raises(ItemChanged):
        await shelf.edit(slug, topic(), based_on=1)


async def test_starter_items_are_not_edited_or_retired(shelf: Shelf) -> None:
    with pytest.raises(NotOurs):
        await shelf.edit("bridge", exercise(), based_on=1)
    with pytest.raises(NotOurs):
        await shelf.retire("bridge")


async def test_item_stays_what_it_is(shelf: Shelf) -> None:
    slug = await shelf.add(topic())
    with pytest.raises(Invalid) as refused:
        await shelf.edit(slug, exercise(), based_on=1)
    assert refused.value.field == "kind"


async def test_unsound_item_is_refused_with_every_flaw_and_the_first_field(shelf: Shelf) -> None:
    with pytest.raises(Unsound) as refused:
        await shelf.add(exercise(category="yoga", load_type="stretches"))
    assert refused.value.field == "category"
    assert "phaseFrom: strengthening and stretching start in p2" in str(refused.value.detail)
    assert [(one.path, one.code, one.values) for one in refused.value.reasons] == [
        ("category", "unknown", ("yoga",)),
        ("phaseFrom", "load-early", ()),
    ]
    assert len((await shelf.library()).reviews) == ASSIGNABLE


async def test_template_of_the_clinics_own_may_use_own_exercises(shelf: Shelf) -> None:
    own = await shelf.add(exercise())
    slug = await shelf.add(template(TemplateItem(phase="p3", exercise=own)))
    library = await shelf.library()
    assert library.templates[slug].items[0].exercise == own
    assert (library.item(slug), library.is_own(slug)) == (None, True)


async def test_retired_item_stays_readable_for_plans_that_have_it(shelf: Shelf) -> None:
    slug = await shelf.add(exercise())
    await shelf.retire(slug)
    at = shelf.clock.now()
    shelf.clock.advance(days=1)
    await shelf.retire(slug)
    library = await shelf.library()
    assert library.item(slug) is not None
    assert library.retired == {slug: at}


async def test_own_items_are_not_seen_by_another_clinic(shelf: Shelf, world: World) -> None:
    slug = await shelf.add(exercise())
    neighbour = Shelf(shelf.db, shelf.clock, await world.therapist(await world.clinic()))
    assert (await neighbour.library()).item(slug) is None
    with pytest.raises(NotFound):
        await neighbour.edit(slug, exercise(), based_on=1)
    assert await neighbour.add(exercise()) == slug


def test_slug_is_made_from_the_english_title() -> None:
    assert own_slug("Puente — con peso (5 kg)", []) == "own-puente-con-peso-5-kg"
    assert own_slug("Señal", ["own-senal", "own-senal-2"]) == "own-senal-3"
    assert own_slug("伸展", []) == "own-item"
    assert len(own_slug("word " * 40, starter_hashes())) <= 64


async def _versions(tx: Tx) -> list[int]:
    return [row["version"] for row in await tx.fetch("SELECT version FROM clinic_item_versions ORDER BY version")]
