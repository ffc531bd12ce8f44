"""Changes of accounts: one module per noun, one function per use case, every function importable from here."""

from homeplan.accounts.actions.clinics import add_clinic, change_clinic, renew_epoch
from homeplan.accounts.actions.invitations import create_invitation, redeem_code, redeem_token, void_invitations
from homeplan.accounts.actions.patients import (
    add_patient,
    add_to_care_team,
    change_patient,
    forget,
    remove_from_care_team,
)
from homeplan.accounts.actions.sign_ins import (
    end_sign_in,
    new_device_token,
    sign_in_patient,
    sign_in_staff,
    sign_out_patient,
)
from homeplan.accounts.actions.staff import add_staff, change_password, change_staff

__all__ = [
    "add_clinic",
    "add_patient",
    "add_staff",
    "add_to_care_team",
    "change_clinic",
    "change_password",
    "change_patient",
    "change_staff",
    "create_invitation",
    "end_sign_in",
    "forget",
    "new_device_token",
    "redeem_code",
    "redeem_token",
    "remove_from_care_team",
    "renew_epoch",
    "sign_in_patient",
    "sign_in_staff",
    "sign_out_patient",
    "void_invitations",
]
