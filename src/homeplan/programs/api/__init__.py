"""The routes of programs: one module per noun."""

from homeplan.programs.api import episodes, exercise_logs, needling, plan, program

routes = [*episodes.routes, *needling.routes, *program.routes, *plan.routes, *exercise_logs.routes]
