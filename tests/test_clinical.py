"""The clinical rules hold against their vectors, by the same run as bench/clinical.py."""

from functools import lru_cache

import pytest

from bench import clinical
from bench.clinical_parts import courses, sweep

VIGNETTES = clinical.read(clinical.VIGNETTES, "vignettes")


@lru_cache(maxsize=1)
def played() -> dict[str, courses.Verdict]:
    return {one["id"]: courses.judge(one, courses.play(one)) for one in clinical.read(clinical.COURSES, "courses")}


def test_every_real_deterioration_is_found_and_nearly_all_in_time() -> None:
    figures = courses.figures(played().values())
    assert figures["in_time"] >= 0.92
    assert figures["at_all"] == 1


def test_false_alerts_are_rare_and_at_most_one_per_patient_in_thirty_days() -> None:
    figures = courses.figures(played().values())
    assert figures["false_per_patient_month"] <= 0.15
    assert figures["most_false_in_30_days"] <= 1


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one["id"])
async def test_a_vignette_has_the_consequences_that_it_expects(vignette: dict[str, object]) -> None:
    judged = await clinical.judge_vignettes([vignette])
    assert judged == {vignette["id"]: []}


def test_every_part_of_the_vignettes_has_its_judge() -> None:
    assert {one["part"] for one in clinical.read(clinical.VIGNETTES, "vignettes")} <= set(clinical.PARTS)


def test_no_list_loads_a_needled_muscle_or_asks_for_more_on_a_sore_day() -> None:
    swept = sweep.sweep(clinical.WAITS_FOR)
    assert (swept.loaded, swept.sore_day_more) == (0, 0), swept.examples


def test_an_alert_before_its_time_is_false_and_one_after_it_is_late() -> None:
    course = {"now": "2 " * 60, "expect": {"worse": {"fair_from": 20, "must_by": 27}, "better": "never"}}
    early = courses.judge(course, [(19, "pain-rise")])
    assert (early.false_days, early.in_time, early.at_all, early.days_at_risk) == ((19,), False, False, 20)
    late = courses.judge(course, [(28, "pain-rise")])
    assert (late.false_days, late.in_time, late.at_all) == ((), False, True)
    steady = courses.judge(course | {"expect": {"worse": "never"}}, [(3, "severe-pain"), (32, "pain-rise")])
    assert (steady.false_days, steady.days_at_risk) == ((3, 32), 60)
    assert courses.figures([steady])["most_false_in_30_days"] == 2
