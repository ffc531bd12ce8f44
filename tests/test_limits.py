"""Numbers that the server and the phone both decide with are in tests/vectors/limits.json, which vitest reads too."""

import json
from datetime import timedelta
from pathlib import Path

from homeplan import phone_time
from homeplan.library.content import outcomes, starter

LIMITS = json.loads((Path(__file__).parent / "vectors" / "limits.json").read_text("utf-8"))


def test_the_server_decides_with_the_shared_numbers() -> None:
    soreness = outcomes().soreness
    assert timedelta(hours=LIMITS["sorenessHours"]) == soreness.until
    assert timedelta(hours=LIMITS["sorenessSettlesAfterHours"]) == soreness.after
    assert LIMITS["sorenessSettled"] == soreness.settled
    assert timedelta(minutes=LIMITS["clockSkewMinutes"]) == phone_time.CLOCK_SKEW
    assert LIMITS["openDaysBack"] == phone_time.DAYS_BACK
    assert LIMITS["painCounts"] == starter().alert_rules.pain_in_words.counts
