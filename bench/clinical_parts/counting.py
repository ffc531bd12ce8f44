"""Whether a log of an exercise counts as done."""

from collections.abc import Mapping
from typing import Any

from bench.clinical_parts.clinic import NOW, ZONE
from bench.clinical_parts.judging import differences
from bench.clinical_parts.plans import library
from homeplan.clock import local_day
from homeplan.programs.exercise_log import ExerciseLogEntry
from homeplan.programs.timeline.dosage import counts

NAMES = {
    "repsDone": "reps_done",
    "setsDone": "sets_done",
    "secondsDone": "seconds_done",
    "painDuring": "pain_during",
    "stopped": "stopped",
    "skipReason": "skip_reason",
}


async def wrongs(given: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    exercise = library().exercises[given["exercise"]]
    numbers: dict[str, Any] = {field: given[name] for name, field in NAMES.items() if name in given}
    log = ExerciseLogEntry(
        prescription_id="a" * 26,
        day=local_day(NOW, ZONE),
        occurred_at=NOW,
        time_zone=ZONE.key,
        outcome=given["outcome"],
        **numbers,
    )
    return differences([("counts", counts(log, exercise.dose, exercise.tiny), expect["counts"])])
