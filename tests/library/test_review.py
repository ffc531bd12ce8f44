from datetime import UTC, date, datetime, timedelta

import msgspec

from homeplan.library.content import starter, starter_hashes, text_hashes
from homeplan.library.model import Exercise
from homeplan.library.review import Library, OwnItem, Signature, assemble, content_hash
from tests.library.build import exercise, visibility

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
OWN = Exercise(**msgspec.structs.asdict(exercise()), slug="own-towel-squeeze", version=3)


def signature(slug: str, digest: str) -> Signature:
    return Signature(slug=slug, content_hash=digest, signed_by="Therapist Example", signed_at=AT)


def library(*signatures: Signature, drafts_allowed: bool = False) -> Library:
    return assemble(
        starter(), starter_hashes(), text_hashes(), [OwnItem(item=OWN)], signatures, drafts_allowed=drafts_allowed
    )


def test_unsigned_item_is_held_back_from_patients() -> None:
    assert visibility(library(), "bridge") == "held-back"


def test_clinic_that_allows_drafts_shows_them_as_such() -> None:
    assert visibility(library(drafts_allowed=True), "bridge") == "draft"


def test_signed_item_is_shown() -> None:
    shelf = library(signature("bridge", starter_hashes()["bridge"]))
    assert visibility(shelf, "bridge") == "shown"
    assert shelf.reviews["bridge"].signed_by == "Therapist Example"


def test_signature_of_another_content_does_not_count() -> None:
    older = msgspec.structs.replace(starter().exercises["bridge"], phase_from="p4")
    assert visibility(library(signature("bridge", content_hash(older))), "bridge") == "held-back"


def test_signature_of_an_item_that_is_gone_changes_nothing() -> None:
    assert library(signature("no-such-item", "00")) == library()


def test_own_item_is_listed_with_the_starter_library() -> None:
    shelf = library()
    assert shelf.item("own-towel-squeeze") == OWN
    assert (shelf.is_own("own-towel-squeeze"), shelf.is_own("bridge")) == (True, False)
    assert "own-towel-squeeze" not in starter().exercises


def test_an_item_is_warned_about_sixty_days_before_its_review_and_then_not_newly_assigned() -> None:
    due = starter().exercises["bridge"].review_by
    assert due is not None
    found = [library().renewal("bridge", due - timedelta(days=days)) for days in (61, 60, 1, 0, -100)]
    assert found == ["later", "soon", "soon", "overdue", "overdue"]


def test_a_signature_of_the_clinics_item_holds_two_years_unless_it_names_a_day() -> None:
    assert library().review_due(OWN.slug) is None
    signed = library(signature(OWN.slug, content_hash(OWN)))
    assert signed.review_due(OWN.slug) == (AT + timedelta(days=731)).date()
    dated = msgspec.structs.replace(OWN, review_by=date(2026, 5, 1))
    shelf = assemble(starter(), starter_hashes(), text_hashes(), [OwnItem(item=dated)], [], drafts_allowed=False)
    assert shelf.renewal(OWN.slug, date(2026, 5, 1)) == "overdue"


def test_a_signed_text_is_to_be_read_again_after_two_years_and_an_unsigned_one_is_a_draft() -> None:
    slug, digest = next(iter(text_hashes().items()))
    assert library().review_due(slug) is None
    signed = library(signature(slug, digest))
    due = (AT + timedelta(days=731)).date()
    assert signed.review_due(slug) == due
    assert [signed.renewal(slug, due - timedelta(days=days)) for days in (61, 60, 0)] == ["later", "soon", "overdue"]


def test_another_review_day_or_evidence_leaves_a_signature_valid() -> None:
    later = msgspec.structs.replace(OWN, review_by=date(2028, 5, 1), evidence="study")
    assert content_hash(later) == content_hash(OWN)
    assert content_hash(msgspec.structs.replace(OWN, waits_for=("calf",))) != content_hash(OWN)


def test_hash_covers_every_word_and_dose_but_not_the_version() -> None:
    digest = content_hash(OWN)
    assert content_hash(msgspec.structs.replace(OWN, version=9)) == digest
    for changed in (
        exercise(phase_from="p2"),
        exercise(dose=msgspec.structs.replace(OWN.dose, reps=9)),
        exercise(why=msgspec.structs.replace(OWN.why, es="Activa las caderas.")),
    ):
        assert content_hash(Exercise(**msgspec.structs.asdict(changed), slug=OWN.slug)) != digest


def test_fingerprint_changes_with_any_content_and_not_with_signatures() -> None:
    before = library().fingerprint()
    assert library(signature("bridge", starter_hashes()["bridge"])).fingerprint() == before
    edited = msgspec.structs.replace(OWN, phase_from="p3")
    after = assemble(starter(), starter_hashes(), text_hashes(), [OwnItem(item=edited)], [], drafts_allowed=False)
    assert after.fingerprint() != before
