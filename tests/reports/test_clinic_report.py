"""The clinic report: figures with denominators, and none about fewer than five patients."""

import pytest

from homeplan.reports.clinic.model import PatientFigures
from homeplan.reports.clinic.rules import adherence, outcome, response
from tests.world import Api, World


def patient(**changes: object) -> PatientFigures:
    figures = {"due": 10, "done": 7, "changes": (-2.0, 0.5), "sessions": 3, "verdicts": {"psfs": "better"}}
    return PatientFigures(**(figures | changes))  # type: ignore[arg-type]


def test_figures_have_their_denominators() -> None:
    five = [patient() for _ in range(4)] + [patient(changes=(3.0,), verdicts={"psfs": "worse"})]
    assert (adherence(five).done, adherence(five).due, adherence(five).patients) == (35, 50, 5)
    seen = response(five)
    assert (seen.patients, seen.sessions, seen.compared, seen.less, seen.more, seen.median) == (5, 15, 9, 4, 1, 0.5)
    assert (outcome("psfs", five).patients, outcome("psfs", five).better, outcome("psfs", five).worse) == (5, 4, 1)


@pytest.mark.parametrize("left_out", [{"due": 0}, {"changes": ()}, {"verdicts": {}}])
def test_nothing_is_told_about_fewer_than_five_patients(left_out: dict[str, object]) -> None:
    four = [patient() for _ in range(4)] + [patient(**left_out)]
    figures = {"due": adherence(four).due, "changes": response(four).less, "verdicts": outcome("psfs", four).better}
    assert figures[next(iter(left_out))] is None
    assert sum(value is None for value in figures.values()) == 1


async def test_administrators_read_the_report_and_others_do_not(api: Api, world: World) -> None:
    admin = await world.admin(await world.clinic())
    for _ in range(5):
        await world.patient(admin.clinic)
    seen = await (await api.signed_in(admin)).get("/api/clinic-report")
    assert (seen.status_code, seen.json()["patients"], seen.json()["adherence"]["due"]) == (200, 5, None)
    desk = await api.signed_in(await world.therapist(admin.clinic))
    assert (await desk.get("/api/clinic-report")).status_code == 403
