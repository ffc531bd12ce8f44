"""The ledger of all channels in /metrics: every delivery is in one state, by recipient and channel."""

import re

from homeplan.metrics.exposition import deliveries, written
from homeplan.metrics.store import read_snapshot
from tests.conftest import METRICS_TOKEN
from tests.delivery.mail_server import Fault
from tests.delivery.staff.conftest import Office
from tests.world import START, context


async def figures(office: Office) -> dict[str, int]:
    snapshot = await office.db.read(lambda tx: read_snapshot(context(tx, START)))
    lines = re.findall(r"^(homeplan_deliveries\S*) (\S+)$", written(deliveries(snapshot)).decode(), re.MULTILINE)
    return {name: int(float(value)) for name, value in lines}


async def test_what_was_planned_is_the_sum_of_its_states_on_every_channel(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    office.mailbox.faults.extend([Fault("text", "554 5.6.0 spam"), Fault("text", "452 4.3.1 no room")])
    for number in range(3):
        await office.notify(about=f"alert-{number}", critical=False)
        await office.step()
    await office.notify(about="alert-1")
    found = await figures(office)
    of_mail = 'channel="mail",recipient="staff"'
    assert found[f"homeplan_deliveries_due{{{of_mail}}}"] == 5, "the link, three notices, one again"
    assert {
        state: found[f'homeplan_deliveries{{{of_mail},state="{state}"}}']
        for state in ("sent", "failed", "superseded", "open", "gone", "stale")
    } == {"sent": 2, "failed": 1, "superseded": 1, "open": 1, "gone": 0, "stale": 0}
    assert found['homeplan_deliveries_due{channel="webpush",recipient="staff"}'] == 5
    assert {value for name, value in found.items() if "unbalanced" in name} == {0}
    assert len([name for name in found if "unbalanced" in name]) == 5


async def test_notices_to_staff_are_not_in_the_ledger_of_reminders(office: Office) -> None:
    await office.prove_push()
    await office.prove_mail()
    await office.notify()
    answer = await office.api.anyone.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
    assert "\nhomeplan_reminders_due 0.0\n" in answer.text
    assert "\nhomeplan_reminders_unbalanced 0.0\n" in answer.text
    assert 'homeplan_deliveries{channel="mail",recipient="staff",state="open"} 1.0\n' in answer.text
    assert "homeplan_mail_refused_total 0.0\n" in answer.text


async def test_a_refused_sign_in_is_an_incident_and_no_fault_that_ends_the_address(office: Office) -> None:
    await office.prove_mail()
    office.mailbox.faults.append(Fault("recipient", "554 5.7.1 relaying denied"))
    await office.notify()
    assert await office.step() == {"pending": 1}
    answer = await office.api.anyone.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
    assert "homeplan_mail_refused_total 1.0\n" in answer.text
    assert (await office.reach())["mail"]["goneAt"] is None
