"""A line of the log is one JSON object in UTC."""

import json
import logging
import sys

from homeplan.logs import JsonLines

FORGED = 'x\r\n{"at": "2020-01-01", "level": "error", "message": "forged"}\u2028\x00'


def test_no_message_can_forge_a_line() -> None:
    record = logging.LogRecord("homeplan", logging.WARNING, __file__, 1, "refused from %s", (FORGED,), None)
    line = JsonLines().format(record)
    assert ("\n" in line, "\r" in line, "\x00" in line) == (False, False, False)
    assert json.loads(line)["message"] == f"refused from {FORGED}"


def test_a_line_names_the_kind_of_an_error_and_not_its_text() -> None:
    try:
        raise ValueError("Ana Example has pain 9")
    except ValueError:
        record = logging.LogRecord("homeplan", logging.ERROR, __file__, 1, "a task failed", (), sys.exc_info())
    line = JsonLines().format(record)
    assert (json.loads(line)["error"], "Ana" in line) == ("ValueError", False)


def test_a_line_says_when_in_utc() -> None:
    record = logging.LogRecord("homeplan", logging.INFO, __file__, 1, "started", (), None)
    record.created = 1_772_463_600.25
    assert json.loads(JsonLines().format(record))["at"] == "2026-03-02T15:00:00.250+00:00"
