"""Requests in /metrics: by method, route and status, never by what was in the address."""

from homeplan.http.request_figures import BOUNDS_S
from tests.metrics.figures import read_metrics
from tests.world import Api, World

CHART = "/api/patients/{patient_id}"


async def test_requests_are_counted_by_their_route_and_status(api: Api, world: World) -> None:
    clinic = await world.clinic()
    patient, therapist = await world.patient(clinic), await world.therapist(clinic)
    desk = await api.signed_in(therapist)
    before = await read_metrics(api)
    for patient_id in (patient.id, "019c0000000000000000000000000000"):
        await desk.get(f"/api/patients/{patient_id}/needling-sessions")
    await api.anyone.head("/healthz")
    after = await read_metrics(api)

    def grown(name: str, **labels: str) -> float:
        return (after(name, **labels) or 0) - (before(name, **labels) or 0)

    route = f"{CHART}/needling-sessions"
    assert grown("homeplan_requests_total", method="GET", route=route, status="404") == 2
    assert grown("homeplan_request_seconds_count", method="GET", route=route) == 2
    assert grown("homeplan_request_seconds_bucket", method="GET", route=route, le="+Inf") == 2
    assert grown("homeplan_requests_total", method="HEAD", route="/healthz", status="200") == 1


async def test_no_label_says_what_a_visitor_sent(api: Api) -> None:
    for method, path in (("GET", "/e/zoraida"), ("POST", "/api/zoraida"), ("ZORAIDA", "/healthz"), ("GET", "/zoraida")):
        await api.anyone.request(method, path)
    found = await read_metrics(api)
    labels = {value for sample in found.samples for value in sample.labels.values()}
    assert [label for label in labels if "zoraida" in label.lower()] == []
    assert {"other", "GET"} <= found.label("homeplan_requests_total", "method")
    assert {"none", "/{file_path}"} <= found.label("homeplan_requests_total", "route")


async def test_the_buckets_of_a_route_add_up(api: Api) -> None:
    await api.anyone.get("/healthz")
    found = await read_metrics(api)
    buckets = [
        each.value
        for each in found.samples
        if each.name == "homeplan_request_seconds_bucket"
        and each.labels["route"] == "/healthz"
        and each.labels["method"] == "GET"
    ]
    assert len(buckets) == len(BOUNDS_S) + 1
    assert buckets == sorted(buckets)
    assert buckets[-1] == found("homeplan_request_seconds_count", method="GET", route="/healthz")
