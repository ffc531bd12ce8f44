"""Access rules. The app does not start with a route that has none."""

from enum import Enum

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute


class Access(Enum):
    """The rule of a route, checked before its body is read."""

    PUBLIC = "anyone"
    PATIENT = "the signed-in patient, about themselves"
    HALF = "a member of staff whose password is proved and whose second factor is not"
    FACTORS = "staff who are signed in, or who set up their first factor after a set-up link"
    STAFF = "a signed-in therapist or administrator; the front desk where the route is open to it"
    ADMIN = "a signed-in administrator or owner"
    CHART = "staff who may see the patient named in the path, the front desk as for STAFF; for all others there is none"


class Helping(Enum):
    """Terms on which a patient's helper may use a route of the patient; without them it is closed to helpers."""

    ALWAYS = "as long as they help"
    HISTORY = "while the patient lets them read earlier check-ins and progress"
    MESSAGES = "while the patient lets them read the messages"


class RouteWithoutRule(Exception):
    """A route has no access rule. Declare it through a group of http/routes.py, or add access=Access.PUBLIC."""


def handlers(app: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    """Each path of the app with its handler, one entry per path."""
    return [
        (route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in dict.fromkeys(route.route_handlers)
    ]


def require_rules(app: Litestar) -> None:
    """Raise RouteWithoutRule unless every route has a rule and every chart route names its patient."""
    for path, handler in handlers(app):
        rule = handler.opt.get("access")
        if handler.fn.__module__.startswith("litestar."):
            continue  # Litestar's own OPTIONS answers and, where switched on, its schema
        if not isinstance(rule, Access):
            raise RouteWithoutRule(f"{sorted(handler.http_methods)} {path} has no access rule")
        if rule is not Access.PUBLIC and "route" not in handler.opt:
            raise RouteWithoutRule(f"{sorted(handler.http_methods)} {path} is not declared through http/route.py")
        if (rule is Access.CHART) != ("{patient_id:str}" in path):
            raise RouteWithoutRule(f"{sorted(handler.http_methods)} {path}: patient_id and Access.CHART go together")
