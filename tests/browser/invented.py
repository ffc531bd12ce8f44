"""The demo clinic at a real address of this machine, with six weeks of history."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from homeplan.app import create_app
from homeplan.demo.build import STAFF, DemoClock, build
from homeplan.demo.patient import PUSH_HOST
from homeplan.demo.visitor import Desk
from homeplan.ids import new_id
from tests.browser.site import PASSWORD, Site, running_site


@dataclass(frozen=True)
class Clinic:
    """The demo clinic, running; `ids` are its patients' by given name."""

    site: Site
    desk: Desk
    ids: dict[str, str]

    async def link(self, name: str) -> str:
        """The link of a new invitation of the patient."""
        invitation = {"id": new_id(self.site.clock.now())}
        return str((await self.desk.post(f"/api/patients/{self.ids[name]}/invitation", invitation))["url"])


@asynccontextmanager
async def invented_clinic(folder: Path, moment: datetime) -> AsyncIterator[Clinic]:
    """Serve the demo clinic, whose history ends at the moment."""
    async with running_site(folder, moment, push_hosts=(PUSH_HOST,)) as site:
        clock = DemoClock(moment)
        app = create_app(site.settings, site.db, clock)
        await build(app, site.db, clock, moment, PASSWORD, lambda _done, _all: None)
        desk = Desk(create_app(site.settings, site.db, site.clock), site.clock, STAFF[-1][1], PASSWORD)
        yield Clinic(site, desk, {each["givenName"]: each["id"] for each in await desk.get("/api/patients")})
