"""The packaged outcomes.yaml: its hours, its scales, its permissions."""

import msgspec
import pytest

from homeplan.library.content import outcomes
from homeplan.library.outcome_content import OutcomesDocument, outcome_flaws

replace = msgspec.structs.replace


def with_prompt(at: int, **changes: object) -> OutcomesDocument:
    known = outcomes()
    prompts = list(known.after_needling.prompts)
    prompts[at] = replace(prompts[at], **changes)
    return replace(known, after_needling=replace(known.after_needling, prompts=tuple(prompts)))


def test_the_packaged_content_has_no_flaw() -> None:
    assert outcome_flaws(outcomes()) == []


def test_two_prompts_of_a_session_are_never_open_at_once() -> None:
    flaws = outcome_flaws(with_prompt(0, skip_after_h=25))
    assert [flaw.path for flaw in flaws] == ["afterNeedling.prompts.24"]


def test_a_prompt_rings_while_it_is_open() -> None:
    flaws = outcome_flaws(with_prompt(2, push_at_h=71))
    assert [flaw.path for flaw in flaws] == ["afterNeedling.prompts.72"]


def test_an_instrument_has_words_for_its_own_scores_only() -> None:
    known = outcomes()
    wrong = replace(known.instrument("psfs"), max=9)
    flaws = outcome_flaws(replace(known, instruments=(wrong,)))
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
