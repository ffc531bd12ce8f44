"""Decides who keeps access after a restore. A restore takes access away and never gives it back."""

from collections.abc import Collection

from homeplan.accounts.access.model import Changes, ClinicAccess, Noted
from homeplan.actor import Role

_RIGHTS = (Role.FRONT_DESK, Role.THERAPIST, Role.ADMIN, Role.OWNER)
"""From the fewest rights to the most."""


def changes(backup: ClinicAccess, replaced: ClinicAccess | None, noted: Collection[Noted]) -> Changes:
    """The changes of one clinic's access.

    `replaced` is the database that the backup takes the place of; None when it cannot be read, or does not continue
    the backup. Then no sign-in of a phone is known to be one that was never ended. `noted` is of this
    clinic, the oldest first.
    """
    left = _left_since(backup, replaced, noted)
    ended = _ended_phones(backup, replaced, left)
    members = {
        staff_id: (before, replaced.staff[staff_id])
        for staff_id, before in backup.staff.items()
        if replaced is not None and staff_id in replaced.staff
    }
    last_noted = {one.staff_id: one.has_access for one in noted}
    gone = {staff_id for staff_id, has_access in last_noted.items() if not has_access} | {
        staff_id for staff_id, (_, after) in members.items() if not after.has_access
    }
    disabled = {
        staff_id: before.email for staff_id, before in backup.staff.items() if before.has_access and staff_id in gone
    }
    return Changes(
        vouched=replaced is not None,
        disabled=disabled,
        left=left,
        ended_phones=ended,
        asked_again=_asked_again(backup, replaced, ended, left),
        demoted={
            staff_id: (before.email, after.role)
            for staff_id, (before, after) in members.items()
            if _RIGHTS.index(after.role) < _RIGHTS.index(before.role)
        },
        reset={
            staff_id: before.email
            for staff_id, (before, after) in members.items()
            if before.secrets - after.secrets and staff_id not in disabled
        },
        off_team=() if replaced is None else tuple(sorted(backup.care_team - replaced.care_team)),
        lost_patients=0 if replaced is None else len(replaced.patients - backup.patients),
        lost_staff=()
        if replaced is None
        else tuple(sorted(each.email for key, each in replaced.staff.items() if key not in backup.staff)),
    )


def _left_since(backup: ClinicAccess, replaced: ClinicAccess | None, noted: Collection[Noted]) -> dict[str, str]:
    known = {one.patient_id: one.code for one in noted if one.patient_id} | ({} if replaced is None else replaced.left)
    return {
        patient_id: code
        for patient_id, code in known.items()
        if patient_id in backup.patients and patient_id not in backup.left
    }


def _ended_phones(backup: ClinicAccess, replaced: ClinicAccess | None, left: Collection[str]) -> dict[str, str]:
    """A sign-in stays when the replaced database has it alive, for the same phone and patient."""
    return {
        sign_in_id: phone.patient_id
        for sign_in_id, phone in backup.phones.items()
        if replaced is None or replaced.phones.get(sign_in_id) != phone or phone.patient_id in left
    }


def _asked_again(
    backup: ClinicAccess, replaced: ClinicAccess | None, ended: dict[str, str], left: Collection[str]
) -> tuple[str, ...]:
    """The patients who stay and whose phone is signed out by the restore, or joined since the backup."""
    joined = (
        set()
        if replaced is None
        else {
            phone.patient_id
            for sign_in_id, phone in replaced.phones.items()
            if phone.patient_id in backup.patients and backup.phones.get(sign_in_id) != phone
        }
    )
    return tuple(sorted(({*ended.values()} | joined) - {*left} - {*backup.left}))
