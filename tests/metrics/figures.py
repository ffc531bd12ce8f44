"""Reads /metrics as a monitoring system does, with the parser of its library."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import METRICS_TOKEN
from tests.world import Api

BEARER = {"authorization": f"Bearer {METRICS_TOKEN}"}


class Figures:
    """The samples of one answer."""

    def __init__(self, answer: httpx.Response):
        assert answer.status_code == 200
        self.samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float | None:
        """The value of the one sample with that name and these labels; None without one."""
        found = [each.value for each in self.samples if each.name == name and each.labels == labels]
        assert len(found) <= 1
        return found[0] if found else None

    def label(self, name: str, label: str) -> set[str]:
        """The values of a label in all samples of that name."""
        return {each.labels[label] for each in self.samples if each.name == name}


async def read_metrics(api: Api) -> Figures:
    return Figures(await api.anyone.get("/metrics", headers=BEARER))
