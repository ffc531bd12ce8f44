"""The routes of accounts, one module per noun."""

from homeplan.accounts.api import (
    audit,
    care_team,
    clinic,
    factors,
    helpers,
    invitations,
    joining,
    me,
    pairing,
    patients,
    sign_in,
    staff,
)

routes = [
    *pairing.routes,
    *me.routes,
    *sign_in.routes,
    *factors.routes,
    *staff.routes,
    *joining.routes,
    *clinic.routes,
    *patients.routes,
    *invitations.routes,
    *helpers.routes,
    *care_team.routes,
    *audit.routes,
]
