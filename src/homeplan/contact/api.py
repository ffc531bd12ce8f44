"""Routes of contact between the clinic and a patient."""

from homeplan.contact.log import api as log
from homeplan.contact.numbers import api as numbers
from homeplan.contact.visits import api as visits

routes = [*numbers.routes, *log.routes, *visits.routes]
