"""Patients' second ways in the database, with the address that each of them has now."""

from collections.abc import Iterable
from datetime import timedelta

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import Address, Mailbox, Recipient, SmsNumber
from homeplan.reminders.second_way.model import SecondWay, SecondWayChoice

SELECT_WAYS = """
SELECT w.clinic_id, w.patient_id, w.channel, w.after_minutes, m.id AS mail_id, m.email, m.language AS mail_language,
       m.unsubscribe_token, n.number, p.language
  FROM second_ways w
  JOIN patients p ON p.clinic_id = w.clinic_id AND p.id = w.patient_id
  LEFT JOIN mail_addresses m ON m.clinic_id = w.clinic_id AND m.patient_id = w.patient_id AND w.channel = 'mail'
   AND m.confirmed_at IS NOT NULL AND m.gone_at IS NULL AND m.unsubscribed_at IS NULL
  LEFT JOIN phone_numbers n ON n.clinic_id = w.clinic_id AND n.patient_id = w.patient_id AND w.channel = 'sms'
   AND n.whose = 'patient' AND n.kept_until IS NULL
 WHERE w.patient_id IN (:patient_ids)"""


async def ways_of(ctx: Context, patients: Iterable[tuple[str, str]]) -> dict[tuple[str, str], SecondWay]:
    """The second way of each (clinic, patient); patients who chose none are missing."""
    wanted = set(patients)
    rows = await ctx.tx.fetch(SELECT_WAYS, patient_ids=sorted({patient_id for _, patient_id in wanted}))
    return {
        owner: SecondWay(after=timedelta(minutes=row["after_minutes"]), address=_address(row))
        for row in rows
        if (owner := (row["clinic_id"], row["patient_id"])) in wanted
    }


SELECT_CHOICE = """
SELECT channel, after_minutes FROM second_ways WHERE clinic_id = :clinic_id AND patient_id = :patient_id"""


async def choice_of(ctx: Context, patient_id: str) -> SecondWayChoice:
    """The patient's choice; no second way before the first one."""
    row = await ctx.tx.fetch_one(SELECT_CHOICE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        return SecondWayChoice(channel=None)
    return SecondWayChoice(channel=row["channel"], after_minutes=row["after_minutes"])


UPSERT_CHOICE = """
INSERT INTO second_ways (clinic_id, patient_id, channel, after_minutes, chosen_at)
VALUES (:clinic_id, :patient_id, :channel, :after_minutes, :now)
ON CONFLICT (clinic_id, patient_id) DO UPDATE
   SET channel = excluded.channel, after_minutes = excluded.after_minutes, chosen_at = excluded.chosen_at"""


async def save_choice(ctx: Context, patient_id: str, choice: SecondWayChoice) -> None:
    """Overwrite the choice, which has a channel."""
    await ctx.tx.execute(
        UPSERT_CHOICE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        channel=choice.channel,
        after_minutes=choice.after_minutes,
        now=to_ms(ctx.now),
    )


DELETE_CHOICE = "DELETE FROM second_ways WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_choice(ctx: Context, patient_id: str) -> None:
    await ctx.tx.execute(DELETE_CHOICE, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _address(row: Row) -> Address | None:
    patient = Recipient("patient", row["patient_id"])
    if row["email"]:
        to = Mailbox(row["email"], unsubscribe_token=row["unsubscribe_token"])
        return Address(channel="mail", id=row["mail_id"], recipient=patient, language=row["mail_language"], to=to)
    if row["number"]:
        number = SmsNumber(row["number"])
        return Address(channel="sms", id=patient.id, recipient=patient, language=row["language"], to=number)
    return None
