"""The routes of programs: one module per noun."""

from homeplan.programs.api import episodes, exercise_logs, plan, program

routes = [*episodes.routes, *program.routes, *plan.routes, *exercise_logs.routes]
