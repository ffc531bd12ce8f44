"""Patients of the worklist, their charts and done exercises, kept in memory under the versions that the schema gives.

The versions are read from the database each time, so that a process never shows what another has changed since.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from homeplan.accounts.model import Patient
from homeplan.accounts.store import patients_among
from homeplan.checkins.model import DayPain
from homeplan.checkins.store import last_pain, pain_since
from homeplan.context import Context
from homeplan.library.content import starter
from homeplan.programs.model import Phase, Revision
from homeplan.programs.store import Chart, Done, PatientVersions, done_between, read_charts, versions_of_many
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.plan_clock import PlanClock, plan_clock
from homeplan.reports.model import Adherence

MOST_KEPT = 2_000
"""Patients, some 40 KB each."""


class Care(Struct, kw_only=True):
    """One patient with their chart, done exercises and pain, as of these versions and days."""

    state: tuple[PatientVersions, date, date]
    """The versions without that of the answers, and the first and the last day."""
    patient: Patient
    chart: Chart
    done: Done
    answers: str | None = None
    """The version of the answers that the pain is from."""
    pain: tuple[DayPain, ...] = ()
    """Since the first day, by day."""
    last_pain: DayPain | None = None
    """At the latest check-in, on whichever day."""
    adherence: tuple[object, Adherence] | None = None
    """The last one computed from them, after all else that it was computed from."""
    clock: tuple[Revision, PlanClock] | None = None
    """The plan clock of the revision that was in force last."""

    def phase_at(self, now: datetime) -> Phase | None:
        """The phase that `read_clocks` has at `now`; None before the first revision and after the discharge."""
        program = self.chart.program
        revision = None if program is None else revision_in_force(program, now)
        if program is None or revision is None:
            return None
        if self.clock is None or self.clock[0] is not revision:
            rules = starter().plan_rules
            clock = plan_clock(program, self.chart.sessions, self.chart.facts, revision.phases, rules=rules)
            self.clock = revision, clock
        return revision.phases[self.clock[1].place(now)]


class KeptCare:
    """The care of patients by clinic and patient; one per app. Those not asked for the longest go first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Care] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    async def of_many(self, ctx: Context, patient_ids: Sequence[str], first: date, last: date) -> dict[str, Care]:
        """The care of these patients with what was done from `first` to `last`; only what has changed is read.

        It is for a caller who knows that the actor may see them all.
        """
        versions = await versions_of_many(ctx, patient_ids)
        states = {patient_id: (versions[patient_id]._replace(answers=""), first, last) for patient_id in patient_ids}
        found = {
            patient_id: care
            for patient_id, state in states.items()
            if (care := self._kept.get((ctx.clinic_id, patient_id))) is not None and care.state == state
        }
        changed = [patient_id for patient_id in patient_ids if patient_id not in found]
        if changed:
            patients = await patients_among(ctx, changed)
            charts = await read_charts(ctx, changed)
            done = await done_between(ctx, changed, first, last)
            for patient_id in changed:
                found[patient_id] = Care(
                    state=states[patient_id],
                    patient=patients[patient_id],
                    chart=charts[patient_id],
                    done=done[patient_id],
                )
        answered = [one for one in patient_ids if found[one].answers != versions[one].answers]
        if answered:
            pain = await pain_since(ctx, answered, first)
            last_pains = await last_pain(ctx, [one for one in answered if not pain[one]])
            for patient_id in answered:
                care = found[patient_id]
                care.answers, care.pain = versions[patient_id].answers, pain[patient_id]
                care.last_pain = care.pain[-1] if care.pain else last_pains.get(patient_id)
        for patient_id, care in found.items():
            self._kept[ctx.clinic_id, patient_id] = care
            self._kept.move_to_end((ctx.clinic_id, patient_id))
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found
