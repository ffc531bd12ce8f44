"""The place and time of a story: in Denver, from the instant at which its server's clock begins.

The browsers keep the machine's clock. Each script that the site serves, the service worker's too, first moves `Date` to
the story's moment, from which it goes on; timers run as ever. Where Playwright's clock is installed, `Date` is its own.
"""

import os
from datetime import UTC, datetime

from litestar.types import ASGIApp, Message, Receive, Scope, Send

MOMENT = datetime.fromisoformat(os.environ.get("MOMENT", "2026-11-27T18:00Z")).astimezone(UTC)
"""The beginning of stories that do not name one: a Friday, 11:00 in Denver."""

IN_DENVER = os.environ | {"TZ": "America/Denver"}
"""The environment of the browsers: the zone is Denver, on a machine in any zone."""

MOVE_DATE = """(() => {
  const Native = Date, now = () => Native.now() + MILLISECONDS;
  if (globalThis.__pwClock || globalThis.homeplanMoment) return;
  globalThis.homeplanMoment = now;
  globalThis.Date = new Proxy(Native, {
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [now()], made),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
})();
"""


def move_date(moment: datetime) -> bytes:
    """The script by which the moment is now."""
    away = moment - datetime.now(UTC)
    return MOVE_DATE.replace("MILLISECONDS", str(round(away.total_seconds() * 1000))).encode()


def with_script_first(app: ASGIApp, script: bytes) -> ASGIApp:
    """The app, each of whose scripts begins with this one."""

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [each for each in message["headers"] if each[0].lower() != b"content-length"]
            elif message["type"] == "http.response.body" and message["body"]:
                message["body"] = script + message["body"]
            await send(message)

        if scope["path"].endswith(".js"):
            scope["headers"] = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
            await app(scope, receive, send_changed)
        else:
            await app(scope, receive, send)

    return changed
