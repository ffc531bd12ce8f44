"""Phones that send check-ins to several apps: each entry has an id and is repeated until it is confirmed."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import aiohttp

from bench.failover_parts.people import token_of
from homeplan.ids import new_id

DAYS = 2
"""Days that a phone may still answer for: today and yesterday."""
REST_S = 1.0
"""Longest wait before an entry is sent again; a phone would wait as long as Retry-After says."""
PATIENCE_S = 60.0
BETWEEN_S = 0.05
"""Wait of a connection between two entries, so that a fast machine does not run out of entries."""
MOST_FAULTS = 20
"""Faults after which the phones give up: the drill has failed, and its report says how."""


class Phones:
    """Sends the entries of all patients in order over some connections, to the apps in turn."""

    def __init__(self, ports: Sequence[int], patients: int, version: str):
        self.confirmed: dict[str, int] = {}
        """Id of each entry that an app answered with 200, and its pain."""
        self.statuses: Counter[str] = Counter()
        self.faults: list[str] = []
        """Answers that no phone should ever get."""
        self.slowest_s = 0.0
        self.repeated = 0
        self._ports = ports
        self._version = version
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=back) for back in range(DAYS)]
        self._entries = iter([(patient, str(day)) for day in days for patient in range(patients)])
        self._turn = itertools.cycle(range(len(ports)))
        self._answered: dict[int, float] = {}

    @property
    def gave_up(self) -> bool:
        return len(self.faults) >= MOST_FAULTS

    async def run(self, connections: int, stop: asyncio.Event) -> None:
        """Send until `stop` is set; what is under way is repeated until it is confirmed."""
        limit = aiohttp.ClientTimeout(total=PATIENCE_S)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=limit, connector=connector) as session:
            await asyncio.gather(*(self._phone(session, stop) for _ in range(connections)))

    async def answers_again(self, since: float) -> float:
        """Wait until each app has confirmed an entry that was sent after `since`; seconds until the last of them."""
        while any(self._answered.get(port, 0.0) <= since for port in self._ports):
            if self.gave_up or time.monotonic() - since > PATIENCE_S:
                self.faults.append(f"no confirmed entry within {PATIENCE_S:.0f} s of a loss")
                return PATIENCE_S
            await asyncio.sleep(0.005)
        return time.monotonic() - since

    async def _phone(self, session: aiohttp.ClientSession, stop: asyncio.Event) -> None:
        while not stop.is_set() and not self.gave_up:
            patient, day = next(self._entries, (None, ""))
            if patient is None:
                self.faults += ["all entries were sent before the drill was over"] * MOST_FAULTS
                return
            now = datetime.now(UTC)
            entry_id, pain = new_id(now), 1 + patient % 4
            entry = {
                "clientEventId": entry_id,
                "answeredAt": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "timeZone": "UTC",
                "painNow": pain,
                "painWorst24h": pain + 1,
                "regions": [],
                "interference": 3,
                "sleep": "some",
                "anythingNew": False,
                "safetyYes": [],
                "instrumentVersion": self._version,
            }
            body = json.dumps(entry).encode()
            while not await self._send(session, patient, day, body):
                self.repeated += 1
                if self.gave_up:
                    return
            self.confirmed[entry_id] = pain
            await asyncio.sleep(BETWEEN_S)

    async def _send(self, session: aiohttp.ClientSession, patient: int, day: str, body: bytes) -> bool:
        port = self._ports[next(self._turn)]
        headers = {
            "cookie": f"__Host-hp={token_of(patient)}",
            "sec-fetch-site": "same-origin",
            "content-type": "application/json",
        }
        began = time.monotonic()
        address = f"http://127.0.0.1:{port}/api/me/checkins/{day}"
        try:
            async with session.put(address, data=body, headers=headers) as answer:
                text = await answer.text()
                status, wait = answer.status, answer.headers.get("retry-after")
        except (TimeoutError, aiohttp.ClientError) as failed:
            self.faults.append(f"app on {port} did not answer: {type(failed).__name__}")
            await asyncio.sleep(REST_S)
            return False
        finally:
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.statuses[str(status)] += 1
        if status == 200:
            self._answered[port] = max(self._answered.get(port, 0.0), began)
            return True
        if status != 503 or not wait:
            self.faults.append(f"{status} (Retry-After {wait}): {text[:200]}")
        await asyncio.sleep(min(float(wait or REST_S), REST_S))
        return False
