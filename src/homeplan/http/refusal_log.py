"""The log of requests that are refused before somebody is signed in: many concern no clinic, and are in no trail."""

import logging
from datetime import datetime

from homeplan.forwarded import network_of

log = logging.getLogger(__name__)

MOST_PER_MINUTE = 100
"""Lines per minute and process, so that strangers fill no disk."""


class RefusalLog:
    """One line for each refused request, with what was asked, the visitor's network and the code of the problem.

    What was typed is no part of it. The request's id is in every line of the log (logs.py).
    """

    def __init__(self) -> None:
        self._minute = -1
        self._count = 0

    def note(self, now: datetime, asked: str, code: str, address: str) -> None:
        """Write the line. After `MOST_PER_MINUTE` of one minute, one line says that there are more."""
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        if self._count <= MOST_PER_MINUTE:
            log.warning("%s refused from %s: %s", asked, network_of(address), code)
        elif self._count == MOST_PER_MINUTE + 1:
            log.warning("further refusals of this minute are not in the log")
