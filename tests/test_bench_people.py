"""The benches copy the demo clinic's patients, so a change of the demo or of a table reaches them."""

from pathlib import Path

import pytest

from bench.population import Config, populate


@pytest.mark.drill
async def test_the_demo_clinics_patients_can_be_copied_into_clinics_of_any_size(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bench.sqlite"
    found = await populate(Config(into="", urls=[url], patients=[3, 40]))
    assert len(found.administrators) == 2
    assert len(found.phones) > 3
