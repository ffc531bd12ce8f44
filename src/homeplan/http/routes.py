"""Decorators that declare routes: a group has its access rule and its address, each function becomes a route.

    @chart.get("needling-sessions", audit="needling.list")
    async def list_needling_sessions(ctx: Context, patient_id: Id) -> list[NeedlingSession]: ...

The function's other arguments are the ids of the path, the query parameters (Annotated with `Query`) and `data`, the
strictly decoded body. Its name is the operation's name in the schema.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar import MediaType
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from homeplan.context import Context
from homeplan.errors import Problem
from homeplan.http.access import Access, Helping
from homeplan.http.answers import Answer, File, Pieces, Shown, Streamed, Tagged, Unchanged
from homeplan.http.request import MAX_BODY
from homeplan.http.responses import other_responses
from homeplan.http.route import Function, Query, Route
from homeplan.limits.model import Limit


class Routes:
    """The routes of one access rule below one address, for example `chart` for /api/patients/{patient_id}/…"""

    def __init__(self, access: Access, prefix: str):
        self._access = access
        self._prefix = prefix

    def get(self, path: str = "", *, writes: bool = False, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
        """A route that reads. `writes`: it may create what is missing at the first read, and then runs twice."""
        return self._route("GET", path, 200, writes=writes, **options)

    def post(self, path: str = "", *, status: int = 201, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
        """A route that creates, or with another status one that does something else. What creates takes an id that the
        client made: sent again it answers 200 with what is stored (`Context.repeated`), with other content SentBefore.
        """
        return self._route("POST", path, status, **options)

    def put(self, path: str = "", *, status: int = 200, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
        return self._route("PUT", path, status, **options)

    def patch(self, path: str = "", **options: Any) -> Callable[[Function], HTTPRouteHandler]:
        return self._route("PATCH", path, 200, **options)

    def delete(self, path: str = "", **options: Any) -> Callable[[Function], HTTPRouteHandler]:
        return self._route("DELETE", path, 204, **options)

    def _route(
        self,
        method: str,
        path: str,
        status: int,
        *,
        audit: str | None = None,
        writes: bool = True,
        aside: bool = False,
        own: bool = False,
        exclusive: bool = False,
        of_who_left: bool = False,
        unattended: bool = False,
        before: Callable[[Any], Awaitable[Any]] | None = None,
        after: Callable[[Any, Any], Awaitable[Any]] | None = None,
        refused: Callable[[Context, bytes], Awaitable[None]] | None = None,
        confirmed: bool = False,
        media_type: MediaType | str = MediaType.JSON,
        largest: int = MAX_BODY,
        limit: Limit | None = None,
        form: tuple[str, str] | None = None,
        helper: Helping | None = None,
        desk: bool = False,
    ) -> Callable[[Function], HTTPRouteHandler]:
        """`own`: the function takes the Exchange and opens its transactions itself. `before`: work on the body (None
        without one) that needs no transaction; its result is the argument `prepared`. `after`: the same for what the
        function returned, with the settings. `refused`: stores what must not be lost of a body that the decoding
        refuses. `aside`: the function reads many rows (Database.read_aside). `exclusive`: the function changes what
        guards check (the person, a sign-in, the care team, the episode), so no other request that writes as or about
        that person runs beside it. `of_who_left`: it may write about a patient who left. `unattended`: pages
        ask for it by themselves, so it does not count as use of the sign-in. `confirmed`: the person must have proved
        within the last five minutes who they are. `limit`: how often one signed-in person may use the route; the one
        that is too many is 429. `form`: the body is a form, not JSON, with this field and value. `helper`: the terms on
        which the patient's helper may use it too; None: never. What a helper reads is audited, the patient's own reads
        are not. `desk`: a route of staff or of a chart is open to the front desk too, so its answer is never clinical.
        """
        address = "/".join(part for part in (self._prefix, path) if part)

        def declare(function: Function) -> HTTPRouteHandler:
            signature = inspect.signature(function)
            hints = get_type_hints(function, include_extras=True)
            path_names = tuple(re.findall(r"{(\w+)}", address))
            query = {
                name: (marked, kind, signature.parameters[name].default)
                for name, kind in hints.items()
                if (marked := _query_of(kind)) is not None
            }
            route = Route(
                function=function,
                access=self._access,
                audit=audit,
                is_unsafe=method != "GET",
                writes=writes,
                aside=aside,
                own=own,
                exclusive=exclusive,
                of_who_left=of_who_left,
                unattended=unattended,
                before=before,
                after=after,
                refused=refused,
                confirmed=confirmed,
                status=status,
                largest=largest,
                limit=limit,
                form=form,
                helper=helper,
                desk=desk,
                path_names=path_names,
                path_types={name: hints[name] for name in path_names if name in hints},
                query=query,
                body=hints.get("data", inspect.Parameter.empty),
            )
            returned = (get_type_hints(after) if after else hints)["return"]
            shape = _shape(returned, media_type)
            shown = _documented(route, shape)
            places = re.sub(r"{(\w+)}", lambda m: f"{{{m[1]}:{'int' if hints.get(m[1]) is int else 'str'}}}", address)
            return HTTPRouteHandler(
                places,
                http_method=[HttpMethod(method)],
                status_code=status,
                operation_id=re.sub(r"_(\w)", lambda m: m[1].upper(), function.__name__),
                media_type=media_type,
                request_max_body_size=largest,
                responses=other_responses(route, shape, is_tagged=_is_tagged(returned)),
                opt={"access": self._access, "audit": audit, "route": route},
            )(shown)

        return declare


public = Routes(Access.PUBLIC, "/api")
page = Routes(Access.PUBLIC, "")
"""Addresses of pages, at which something may be posted too."""
me = Routes(Access.PATIENT, "/api/me")
patient = Routes(Access.PATIENT, "/api")
half = Routes(Access.HALF, "/api/staff/sign-in")
factors = Routes(Access.FACTORS, "/api/staff/factors")
staff = Routes(Access.STAFF, "/api")
admin = Routes(Access.ADMIN, "/api")
chart = Routes(Access.CHART, "/api/patients/{patient_id}")


def _documented(route: Route, returned: Any) -> Function:
    """The function as the OpenAPI schema describes it, without its context. It is never called."""

    async def shown(**_: Any) -> Any:
        raise NotImplementedError

    kinds: dict[str, Any] = {
        name: FromPath[route.path_types.get(name, str)]  # type: ignore[misc]  # made at start
        for name in route.path_names
    }
    for name, (query, kind, _default) in route.query.items():
        shape = QueryParameter(name=query.name, description=query.description, **_bounds(kind))
        kinds[name] = Annotated[_bare(kind), shape]
    if route.has_body:
        kinds["data"] = JSONBody[route.body]  # type: ignore[misc, name-defined]  # made at start
    defaults = {name: default for name, (_, _, default) in route.query.items()}
    keyword = inspect.Parameter.KEYWORD_ONLY
    shown.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, keyword, annotation=kind, default=defaults.get(name, inspect.Parameter.empty))
            for name, kind in kinds.items()
        ],
        return_annotation=returned,
    )
    shown.__annotations__ = {**kinds, "return": returned}
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(shown, name, getattr(route.function, name))
    return shown


def _shape(returned: Any, media_type: MediaType | str) -> Any:
    """The type of the result in the schema: the value of an answer, without the problems that may be returned."""
    returned = next(kind for kind in _alternatives(returned) if kind is not Unchanged and not _is_problem(kind))
    if get_origin(returned) in (Answer, Pieces, Tagged):
        return get_args(returned)[0]
    if returned is Shown:
        return bytes
    if returned in (File, Streamed):
        return dict[str, Any] if media_type is MediaType.JSON else str
    return returned


def _is_tagged(returned: Any) -> bool:
    return any(kind is Unchanged or get_origin(kind) is Tagged for kind in _alternatives(returned))


def _alternatives(returned: Any) -> tuple[Any, ...]:
    """The types of a union; any other type alone."""
    is_union = isinstance(returned, UnionType) or get_origin(returned) is Union
    return get_args(returned) if is_union else (returned,)


def _is_problem(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, Problem)


def _query_of(kind: Any) -> Query | None:
    return next((one for one in getattr(kind, "__metadata__", ()) if isinstance(one, Query)), None)


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _bounds(kind: Any) -> dict[str, Any]:
    metas = [one for one in getattr(kind, "__metadata__", ()) if isinstance(one, msgspec.Meta)]
    names = ("ge", "le", "max_length")
    return {name: getattr(meta, name) for meta in metas for name in names if getattr(meta, name) is not None}
