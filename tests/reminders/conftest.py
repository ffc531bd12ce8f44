import pytest

from homeplan.db import Database
from tests.conftest import FakeClock
from tests.reminders.scene import Scene
from tests.world import World


@pytest.fixture
def scene(db: Database, clock: FakeClock, world: World) -> Scene:
    return Scene(db, clock, world)
