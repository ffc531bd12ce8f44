"""Each test begins with nobody throttled: the app is built once per run and remembers tries."""

from collections.abc import Iterator

import pytest
from litestar import Litestar

from homeplan.throttle import Throttle


@pytest.fixture(autouse=True)
def _nobody_is_throttled(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "api" in request.fixturenames:
        litestar: Litestar = request.getfixturevalue("litestar")
        litestar.state.throttle = Throttle()
