"""The routes of needling: one module per noun."""

from homeplan.needling.api import certifications, checks, consents, intake, sessions

routes = [*sessions.routes, *checks.routes, *consents.routes, *intake.routes, *certifications.routes]
