"""Versions in the database of what a patient is shown: the schema renews them when a row changes that it is made of."""

from collections.abc import Sequence
from typing import NamedTuple

from homeplan.context import Context
from homeplan.errors import NotFound


class PlanVersions(NamedTuple):
    """The state of a plan, without its rows: equal versions mean an equal plan until its next change in time."""

    patient: str
    """Changes with the patient, their episodes, needling sessions and programs."""
    clinic: str
    """Changes with the clinic's library: its own items, its signatures, whether it shows drafts."""
    logs: str
    newest_log: str
    """The newest day with a log so far, ISO 8601; empty before the first."""
    earlier_logs: str
    """Changes with the logs of the days before that one."""
    epoch: str
    """The identity of the database; a restored backup gets another one."""


class PatientVersions(NamedTuple):
    """The part of it that is the patient's own."""

    patient: str
    logs: str
    answers: str
    """Changes with check-ins and answers to prompts after needling."""


SELECT_PLAN_VERSIONS = """
SELECT v.version, c.version AS clinic_version, v.logs, v.newest_log, v.earlier_logs, f.value AS epoch
FROM plan_versions v
LEFT JOIN plan_versions c ON c.clinic_id = v.clinic_id AND c.patient_id = ''
LEFT JOIN store_facts f ON f.name = 'epoch'
WHERE v.clinic_id = :clinic_id AND v.patient_id = :patient_id"""


async def plan_versions(ctx: Context, patient_id: str) -> PlanVersions:
    """The versions of the patient's plan. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_PLAN_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        raise NotFound
    patient, clinic, logs, newest_log, earlier_logs, epoch = row
    return PlanVersions(patient, clinic or "", logs, newest_log, earlier_logs, epoch or "")


SELECT_VERSIONS = """
SELECT version, logs, answers FROM plan_versions WHERE clinic_id = :clinic_id AND patient_id = :patient_id"""


async def patient_versions(ctx: Context, patient_id: str) -> PatientVersions:
    """The versions of one patient. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        raise NotFound
    return PatientVersions(*row)


SELECT_VERSIONS_OF_MANY = """
SELECT patient_id, version, logs, answers FROM plan_versions
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)"""


async def versions_of_many(ctx: Context, patient_ids: Sequence[str]) -> dict[str, PatientVersions]:
    """The versions by patient."""
    rows = await ctx.tx.fetch(SELECT_VERSIONS_OF_MANY, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    return {patient_id: PatientVersions(*versions) for patient_id, *versions in rows}
