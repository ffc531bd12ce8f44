"""The routes of programs: one module a noun."""

from homeplan.programs.api import doing, episodes, needling, program

routes = [*episodes.routes, *needling.routes, *program.routes, *doing.routes]
