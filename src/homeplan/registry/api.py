"""The routes of the register, one module per room."""

from homeplan.registry.caseload import api as caseload
from homeplan.registry.duplicates import api as duplicates
from homeplan.registry.exports import api as exports
from homeplan.registry.imports import api as imports

routes = [*imports.routes, *caseload.routes, *duplicates.routes, *exports.routes]
