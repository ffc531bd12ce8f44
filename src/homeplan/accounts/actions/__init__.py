"""Changes of accounts: one module per noun, one function per use case, every function importable from here."""

from homeplan.accounts.actions.clinics import add_clinic, allow_password_alone, change_clinic
from homeplan.accounts.actions.invitations import create_invitation, redeem_code, redeem_token, void_invitations
from homeplan.accounts.actions.joining import (
    invite_staff,
    join_staff,
    reset_factors,
    set_up_link,
    void_staff_invitation,
)
from homeplan.accounts.actions.patients import (
    add_patient,
    add_to_care_team,
    change_patient,
    forget,
    remove_from_care_team,
)
from homeplan.accounts.actions.sign_ins import (
    TOKEN_BYTES,
    complete_sign_in,
    confirm_sign_in,
    end_other_phone,
    end_sign_in,
    new_device_token,
    sign_in_patient,
    sign_in_staff,
    sign_out_patient,
    sign_out_staff,
)
from homeplan.accounts.actions.staff import add_staff, change_password, change_staff

__all__ = [
    "TOKEN_BYTES",
    "add_clinic",
    "add_patient",
    "add_staff",
    "add_to_care_team",
    "allow_password_alone",
    "change_clinic",
    "change_password",
    "change_patient",
    "change_staff",
    "complete_sign_in",
    "confirm_sign_in",
    "create_invitation",
    "end_other_phone",
    "end_sign_in",
    "forget",
    "invite_staff",
    "join_staff",
    "new_device_token",
    "redeem_code",
    "redeem_token",
    "remove_from_care_team",
    "reset_factors",
    "set_up_link",
    "sign_in_patient",
    "sign_in_staff",
    "sign_out_patient",
    "sign_out_staff",
    "void_invitations",
    "void_staff_invitation",
]
