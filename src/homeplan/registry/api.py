"""The routes of the register, one module per room."""

from homeplan.registry.imports import api as imports

routes = [*imports.routes]
