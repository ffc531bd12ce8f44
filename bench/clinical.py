"""Judges the clinical rules against vectors: courses of pain, vignettes, and sweeps over plans and muscles.

  python bench/clinical.py [--courses FILE] [--vignettes FILE]

Runs the product's own functions, and the app in process with a temporary SQLite database where a vignette needs the
API. Prints what is wrong, and as its last line JSON: the courses' `in_time`, `at_all`, `false_per_patient_month` and
`most_false_in_30_days`, the number of `vignettes_right` and the ids of `vignettes_wrong`, and the lists of the sweeps
that load a needled muscle (`sweep_loaded`) or ask for more on a sore day (`sweep_sore_day_more`).
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
if not __package__:  # run as a script: its own folder would hide the package `requests`
    sys.path[0] = str(ROOT)

import yaml  # noqa: E402

from bench.clinical_parts import (  # noqa: E402
    answers,
    clock,
    counting,
    courses,
    events,
    lifecycle,
    needling,
    safety,
    soreness,
    suggest,
    sweep,
    today,
)

VECTORS = ROOT / "tests" / "vectors" / "clinical"
COURSES = VECTORS / "courses.yaml"
VIGNETTES = VECTORS / "vignettes.yaml"
WAITS_FOR = VECTORS / "waits_for.yaml"

PARTS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Awaitable[list[str]]]] = {
    "safety": safety.wrongs,
    "answers": answers.wrongs,
    "needling": needling.wrongs,
    "today": today.wrongs,
    "clock": clock.wrongs,
    "suggest": suggest.wrongs,
    "counts": counting.wrongs,
    "events": events.wrongs,
    "soreness": soreness.wrongs,
    "lifecycle": lifecycle.wrongs,
}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path, name: str) -> list[dict[str, Any]]:
    """The entries under `name`."""
    return list(yaml.load(path.read_text(encoding="utf-8"), LOADER)[name])


def judge_courses(path: Path) -> dict[str, float]:
    """The figures of the courses."""
    bank = read(path, "courses")
    return courses.figures(courses.judge(one, courses.play(one)) for one in bank)


async def judge_vignettes(bank: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Each vignette's differences from what it expects, by id. A failure of the product or of a part is wrong too."""
    found: dict[str, list[str]] = {}
    for one in bank:
        try:
            found[one["id"]] = await PARTS[one["part"]](one["input"], one["expect"])
        except Exception as failed:
            found[one["id"]] = [f"failed: {type(failed).__name__}: {failed}"]
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description="Judge the clinical rules against vectors.")
    ask.add_argument("--courses", type=Path, default=COURSES)
    ask.add_argument("--vignettes", type=Path, default=VIGNETTES)
    given = ask.parse_args()
    result: dict[str, Any] = dict(judge_courses(given.courses))
    bank = read(given.vignettes, "vignettes")
    judged = asyncio.run(judge_vignettes(bank))
    for one in bank:
        if judged[one["id"]]:
            print(f"wrong  {one['id']} ({one['part']}): {'; '.join(judged[one['id']])}")
    swept = sweep.sweep(WAITS_FOR)
    print(f"swept {swept.lists} lists")
    for example in swept.examples:
        print(f"wrong  {example}")
    wrong = [id for id, found in judged.items() if found]
    result |= {
        "vignettes_right": len(bank) - len(wrong),
        "vignettes_wrong": wrong,
        "sweep_loaded": swept.loaded,
        "sweep_sore_day_more": swept.sore_day_more,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
