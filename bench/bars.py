"""The bars of bench/requests.py and bench/reach.py: which figure is divided by which, and what it may be."""

from collections.abc import Mapping
from typing import Any

OURS, LITESTAR = "homeplan on SQLite", "Litestar without a database"
POCKETBASE, FASTAPI = "PocketBase with a hook", "FastAPI + SQLModel"

RATIOS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "checkin_c_vs_litestar": ((OURS, "check-in"), (LITESTAR, "check-in")),
    "plan_c_vs_litestar": ((OURS, "plan, changed"), (LITESTAR, "me")),
    "plan_unchanged_c_vs_litestar": ((OURS, "plan, unchanged"), (LITESTAR, "me")),
    "me_c_vs_litestar": ((OURS, "me"), (LITESTAR, "me")),
    "chart_c_vs_litestar": ((OURS, "chart"), (LITESTAR, "me")),
    "checkin_vs_pocketbase_c": ((POCKETBASE, "check-in"), (OURS, "check-in")),
    "plan_unchanged_vs_pocketbase_c": ((POCKETBASE, "me"), (OURS, "plan, unchanged")),
    "checkin_vs_fastapi_c": ((FASTAPI, "check-in"), (OURS, "check-in")),
    "overview_500_vs_litestar": ((OURS, "overview of 500"), (LITESTAR, "me")),
}
"""Figure → processor time of the first request by that of the second."""

MOST = {
    "checkin_c_vs_litestar": 6.0,
    "plan_c_vs_litestar": 5.0,
    "plan_unchanged_c_vs_litestar": 1.7,
    "me_c_vs_litestar": 2.0,
    "chart_c_vs_litestar": 6.0,
    "overview_500_vs_litestar": 640.0,
    "pg_roundtrips_checkin": 10,
    "pg_roundtrips_plan": 5,
    "rss_idle_mb": 80.0,
    "cold_start_s": 1.0,
    "critical_lost": 0,
    "critical_late": 0,
    "after_done": 0,
    "worklist_vs_litestar": 250.0,
    "worklist_kb": 60.0,
}
LEAST = {
    "checkin_vs_pocketbase_c": 2.2,
    "plan_unchanged_vs_pocketbase_c": 2.9,
    "checkin_vs_fastapi_c": 6.0,
    "one_clinic_vs_twenty": 0.9,
    "reached_share": 0.995,
}


def ratios(c_ms: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The ratios of which both parts were measured; `c_ms`: server and request → processor time."""
    return {
        name: round(c_ms[first] / c_ms[second], 2)
        for name, (first, second) in RATIOS.items()
        if first in c_ms and second in c_ms
    }


def tell(found: Mapping[str, Any]) -> list[str]:
    """Print every bar with its figure; returns the names of those that are missed."""
    missed = []
    for name, bar in (MOST | LEAST).items():
        if name in found:
            holds = found[name] <= bar if name in MOST else found[name] >= bar
            missed += [] if holds else [name]
            sign = "≤" if name in MOST else "≥"
            print(f"{name:34}{found[name]:9}   {sign} {bar:<6} {'holds' if holds else 'MISSED'}")
    print()
    return missed
