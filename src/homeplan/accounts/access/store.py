"""Everybody who can reach a clinic, read in a few statements; and the statements that end access of many."""

from collections import defaultdict
from collections.abc import Collection

from homeplan.accounts.access.model import ClinicAccess, Member, Phone
from homeplan.actor import Role
from homeplan.clock import to_ms
from homeplan.context import Context

SELECT_PHONES = """
SELECT id, patient_id, token_hash FROM sign_ins
WHERE clinic_id = :clinic_id AND patient_id IS NOT NULL AND revoked_at IS NULL AND idle_expires_at > :now
  AND expires_at > :now"""
SELECT_STAFF = "SELECT id, email, role, password_hash, disabled_at FROM staff WHERE clinic_id = :clinic_id"
SELECT_PASSKEYS = "SELECT staff_id, credential_id FROM passkeys WHERE clinic_id = :clinic_id"
SELECT_APPS = "SELECT staff_id, created_at FROM staff_totp WHERE clinic_id = :clinic_id AND secret IS NOT NULL"
SELECT_CARE_TEAMS = "SELECT patient_id, staff_id FROM care_team WHERE clinic_id = :clinic_id"
SELECT_PATIENTS = "SELECT id, family_name, left_at FROM patients WHERE clinic_id = :clinic_id"


async def read_access(ctx: Context) -> ClinicAccess:
    """The access to the clinic. It reads all patients: for commands only."""
    secrets: dict[str, set[str]] = defaultdict(set)
    staff = await ctx.tx.fetch(SELECT_STAFF, clinic_id=ctx.clinic_id)
    for row in staff:
        secrets[row["id"]].add(row["password_hash"])
    for row in await ctx.tx.fetch(SELECT_PASSKEYS, clinic_id=ctx.clinic_id):
        secrets[row["staff_id"]].add(row["credential_id"])
    for row in await ctx.tx.fetch(SELECT_APPS, clinic_id=ctx.clinic_id):
        secrets[row["staff_id"]].add(str(row["created_at"]))  # the secret is encrypted again when its key changes
    patients = await ctx.tx.fetch(SELECT_PATIENTS, clinic_id=ctx.clinic_id)
    return ClinicAccess(
        phones={
            row["id"]: Phone(row["patient_id"], row["token_hash"])
            for row in await ctx.tx.fetch(SELECT_PHONES, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
        },
        staff={
            row["id"]: Member(
                row["email"], Role(row["role"]), row["disabled_at"] is None, frozenset(secrets[row["id"]])
            )
            for row in staff
        },
        care_team=frozenset(
            (row["patient_id"], row["staff_id"])
            for row in await ctx.tx.fetch(SELECT_CARE_TEAMS, clinic_id=ctx.clinic_id)
        ),
        patients=frozenset(row["id"] for row in patients),
        left={row["id"]: row["family_name"] for row in patients if row["left_at"] is not None},
    )


END_PHONE = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND id = :id AND patient_id IS NOT NULL AND revoked_at IS NULL"""
END_ALL_OF_STAFF = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND staff_id IS NOT NULL AND revoked_at IS NULL"""
VOID_INVITATIONS = """
UPDATE invitations SET voided_at = :now WHERE clinic_id = :clinic_id AND used_at IS NULL AND voided_at IS NULL"""
VOID_STAFF_INVITATIONS = """
UPDATE staff_invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND used_at IS NULL AND voided_at IS NULL"""
END_HELPERS = """
UPDATE helpers SET ended_at = :now, ended_by = 'staff'
WHERE clinic_id = :clinic_id AND ended_at IS NULL AND (joined_at IS NULL OR sign_in_id IN (
  SELECT id FROM sign_ins WHERE clinic_id = :clinic_id AND revoked_at IS NOT NULL))"""
CLOSE_TO_HELPERS = "UPDATE helpers SET history_at = NULL, messages_at = NULL WHERE clinic_id = :clinic_id"
DELETE_RECOVERY_CODES = "DELETE FROM recovery_codes WHERE clinic_id = :clinic_id"
DELETE_CHALLENGES = "DELETE FROM passkey_challenges"


async def end_phones(ctx: Context, sign_in_ids: Collection[str]) -> None:
    """End these sign-ins of patients."""
    rows = [{"clinic_id": ctx.clinic_id, "id": each, "now": to_ms(ctx.now)} for each in sign_in_ids]
    await ctx.tx.execute_many(END_PHONE, rows)


async def end_helpers(ctx: Context) -> None:
    """End the helpers whose sign-in ended, and all unused links. To the others history and messages are closed until
    the patient allows them again, who may have taken that back since the backup."""
    await ctx.tx.execute(END_HELPERS, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
    await ctx.tx.execute(CLOSE_TO_HELPERS, clinic_id=ctx.clinic_id)


async def void_all(ctx: Context) -> None:
    """End all sign-ins of the clinic's staff, and void all invitations, links, pairing and recovery codes.

    A link that was used since the backup, or voided, would otherwise work once more.
    """
    for statement in (END_ALL_OF_STAFF, VOID_INVITATIONS, VOID_STAFF_INVITATIONS):
        await ctx.tx.execute(statement, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
    await ctx.tx.execute(DELETE_RECOVERY_CODES, clinic_id=ctx.clinic_id)
    await ctx.tx.execute(DELETE_CHALLENGES)
