"""The routes of accounts, one module per noun."""

from homeplan.accounts.api import audit, care_team, clinic, invitations, me, pairing, patients, staff

routes = [
    *pairing.routes,
    *me.routes,
    *staff.routes,
    *clinic.routes,
    *patients.routes,
    *invitations.routes,
    *care_team.routes,
    *audit.routes,
]
