"""The composition root: the only module that imports all features."""

from pathlib import Path

from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp

from homeplan import __version__, health
from homeplan.accounts import api as accounts
from homeplan.accounts.admission import Admission
from homeplan.accounts.notices import SignInNotices
from homeplan.alerts import api as alerts
from homeplan.alerts.thresholds import api as alert_thresholds
from homeplan.backup import api as backup
from homeplan.calendar import api as calendar
from homeplan.checkins import api as checkins
from homeplan.clock import Clock, SystemClock
from homeplan.contact import api as contact
from homeplan.context import Memory
from homeplan.db import Database
from homeplan.delivery import api as delivery
from homeplan.delivery.staff import api as staff_reach
from homeplan.delivery.staff.actions import tell_of_sign_in
from homeplan.duty import api as duty
from homeplan.escalation import api as escalation
from homeplan.golive import api as golive
from homeplan.http.access import Access, require_rules
from homeplan.http.envelope import Envelope
from homeplan.http.openapi import VariadicTuples, WallTimes
from homeplan.http.problems import exception_handlers
from homeplan.http.request import MAX_BODY
from homeplan.http.static import read_web_files, web_routes
from homeplan.library import api as library
from homeplan.library.content import text_hashes
from homeplan.messages import api as messages
from homeplan.metrics import api as metrics
from homeplan.needling import api as needling
from homeplan.notes import api as notes
from homeplan.outcomes import api as outcomes
from homeplan.privacy import api as privacy
from homeplan.programs import api as programs
from homeplan.registry import api as registry
from homeplan.reminders import api as reminders
from homeplan.reminders.second_way import api as second_way
from homeplan.reports import api as reports
from homeplan.settings import Settings

WEB = Path(__file__).parent / "_web"

FEATURES = (
    accounts,
    library,
    programs,
    contact,
    notes,
    checkins,
    alerts,
    alert_thresholds,
    needling,
    outcomes,
    delivery,
    staff_reach,
    duty,
    golive,
    reminders,
    second_way,
    escalation,
    calendar,
    messages,
    reports,
    privacy,
    registry,
    backup,
)


class _Litestar(Litestar):
    """Litestar without its plugins for pydantic and attrs, which it would import wherever they are installed."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_litestar(settings: Settings, db: Database, clock: Clock | None = None) -> Litestar:
    """The Litestar app with every feature's routes. Raises RouteWithoutRule when a route has no access rule."""
    routes = [route for feature in FEATURES for route in feature.routes]
    app = _Litestar(
        route_handlers=[*health.routes, *metrics.routes, *routes, *web_routes(read_web_files(WEB))],
        request_max_body_size=MAX_BODY,
        exception_handlers=exception_handlers,
        openapi_config=_openapi() if settings.openapi else None,
        plugins=[VariadicTuples(), WallTimes()],
        debug=False,
        logging_config=None,
    )
    app.state.db, app.state.clock, app.state.settings = db, clock or SystemClock(), settings
    app.state.admission, app.state.memory = Admission(), Memory()
    app.state.memory.of(SignInNotices).tell = tell_of_sign_in
    require_rules(app)
    text_hashes()  # a library with a flaw stops the app here, before the first request
    return app


def create_app(settings: Settings, db: Database, clock: Clock | None = None) -> ASGIApp:
    """The ASGI app that the server runs, inside its envelope."""
    return Envelope(create_litestar(settings, db, clock), settings.origin, settings.trusted_proxies)


def _openapi() -> OpenAPIConfig:
    """Serves the schema at /schema/openapi.json, without a viewer that loads scripts from other sites."""
    return OpenAPIConfig(
        title="homeplan",
        version=__version__,
        path="/schema",
        render_plugins=[JsonRenderPlugin()],
        openapi_router=Router(path="/schema", route_handlers=[], opt={"access": Access.PUBLIC}),
    )
