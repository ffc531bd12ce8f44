"""A line of the log is one JSON object in UTC."""

import json
import logging

from homeplan.logs import JsonLines

FORGED = 'x\r\n{"at": "2020-01-01", "level": "error", "message": "forged"}\u2028\x00'


def test_no_message_can_forge_a_line() -> None:
    record = logging.LogRecord("homeplan", logging.WARNING, __file__, 1, "refused from %s", (FORGED,), None)
    line = JsonLines().format(record)
    assert ("\n" in line, "\r" in line, "\x00" in line) == (False, False, False)
    assert json.loads(line)["message"] == f"refused from {FORGED}"


def test_a_line_says_when_in_utc() -> None:
    record = logging.LogRecord("homeplan", logging.INFO, __file__, 1, "started", (), None)
    record.created = 1_772_463_600.25
    assert json.loads(JsonLines().format(record))["at"] == "2026-03-02T15:00:00.250+00:00"
