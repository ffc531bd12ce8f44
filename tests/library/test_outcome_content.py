"""The packaged outcomes.yaml: its hours, its scales, its permissions."""

import msgspec
import pytest

from homeplan.library.content import outcomes, starter
from homeplan.library.outcome_content import OutcomesDocument, outcome_flaws
from homeplan.library.rules import Flaw

replace = msgspec.structs.replace


def flaws_of(document: OutcomesDocument) -> list[Flaw]:
    return outcome_flaws(document, [item.id for item in starter().safety_screen.items])


def with_prompt(at: int, **changes: object) -> OutcomesDocument:
    known = outcomes()
    prompts = list(known.after_needling.prompts)
    prompts[at] = replace(prompts[at], **changes)
    return replace(known, after_needling=replace(known.after_needling, prompts=tuple(prompts)))


def test_the_packaged_content_has_no_flaw() -> None:
    assert flaws_of(outcomes()) == []


def test_two_prompts_of_a_session_are_never_open_at_once() -> None:
    flaws = flaws_of(with_prompt(0, skip_after_h=25))
    assert [flaw.path for flaw in flaws] == ["afterNeedling.prompts.24"]


def test_a_prompt_rings_while_it_is_open() -> None:
    flaws = flaws_of(with_prompt(2, push_at_h=71))
    assert [flaw.path for flaw in flaws] == ["afterNeedling.prompts.72"]


def test_an_instrument_has_words_for_its_own_scores_only() -> None:
    known = outcomes()
    wrong = replace(known.instrument("psfs"), max=9)
    flaws = flaws_of(replace(known, instruments=(wrong,)))
    assert [flaw.path for flaw in flaws] == ["instruments.psfs.anchors"]


def test_what_needs_a_permission_says_so_with_its_licence() -> None:
    assert {one.id: one.needs_permission for one in outcomes().instruments} == {
        "psfs": True,
        "groc": False,
        "weekly": True,
    }
    assert "permission" in outcomes().instrument("psfs").licence


@pytest.mark.parametrize("event", ["numb", "breath"])
def test_numbness_and_breath_open_the_safety_screen(event: str) -> None:
    assert next(one for one in outcomes().events if one.id == event).opens == "safety"


@pytest.mark.parametrize(("event", "sign"), [("numb", None), ("numb", "unheard_of"), ("bruise", "breath")])
def test_just_the_events_that_open_the_screen_name_one_of_its_items(event: str, sign: str | None) -> None:
    events = tuple(replace(one, sign=sign) if one.id == event else one for one in outcomes().events)
    assert [flaw.path for flaw in flaws_of(replace(outcomes(), events=events))] == [f"events.{event}.sign"]
