"""A child process that encrypts and posts, so that the app's event loop does not. It has no database.

It starts with the first push and ends with the app, also when the app is killed. When it dies, what it held counts as
unanswered and is sent again under the same Topic by the next one.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from datetime import datetime
from typing import Self

import msgspec

from homeplan.delivery.errands import Errand, Orders, Report, frame, read_frame
from homeplan.delivery.model import Held, Outcome, Retry
from homeplan.delivery.sender import SEND_LIMIT_S, WAIT_LIMIT_S, Message
from homeplan.delivery.vapid import Keyring
from homeplan.settings import Settings

START_AGAIN_S = 5.0
"""Shortest time between the start of a courier and of its replacement: the cause of its end may end the next one too.
"""

END_LIMIT_S = 5.0

ANSWER_LIMIT_S = SEND_LIMIT_S + WAIT_LIMIT_S + 5.0
"""A courier that says nothing for longer than its sender may take hangs: it is killed."""

log = logging.getLogger(__name__)
_decoder = msgspec.msgpack.Decoder(list[Report])


class Courier:
    """Sends as a Sender does, in another process. Use as `async with Courier(…) as courier`."""

    def __init__(self, settings: Settings, keyring: Keyring):
        self.site = settings.origin
        self.keyring = keyring
        self._orders = Orders(
            private_key=settings.vapid_private_key or "",
            previous_keys=settings.vapid_previous_keys,
            subject=keyring.subject,
            services=settings.push_hosts,
            site=settings.origin,
        )
        self._waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._leaving: list[Errand] = []
        self._count = 0
        self._writer: asyncio.StreamWriter | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._started_at: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    @property
    def pid(self) -> int | None:
        """The process that is at work now."""
        return self._process.pid if self._process and self._writer else None

    async def send(self, message: Message, now: datetime) -> Outcome:
        """Like `Sender.send`."""
        if self._writer is None and not await self._start():
            return Held(START_AGAIN_S, "queued")
        self._count += 1
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[self._count] = answer
        if not self._leaving:  # what is sent in one turn of the event loop goes as one frame
            asyncio.get_running_loop().call_soon(self._hand_over)
        self._leaving.append(Errand(self._count, now, message))
        return await answer

    def _hand_over(self) -> None:
        errands, self._leaving = self._leaving, []
        if self._writer is not None:
            self._writer.write(frame(errands))
            asyncio.get_running_loop().call_later(ANSWER_LIMIT_S, self._look_after, self._count)

    def _look_after(self, number: int) -> None:
        """Kill a courier that still owes an answer to an errand up to this number."""
        if self._process is not None and any(waiting <= number for waiting in self._waiting):
            log.error("the courier hangs and is replaced")
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _start(self) -> bool:
        async with self._starting:
            if self._writer is not None:
                return True
            now = asyncio.get_running_loop().time()
            if self._started_at is not None and now - self._started_at < START_AGAIN_S:
                return False
            self._started_at = now
            ours, theirs = socket.socketpair()
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "homeplan.delivery.courier_process", str(theirs.fileno())),
                    pass_fds=[theirs.fileno()],
                    stdin=asyncio.subprocess.DEVNULL,
                    env={name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")},
                )
            except OSError as failed:
                log.error("the courier cannot be started: %s", type(failed).__name__)
                ours.close()
                return False
            finally:
                theirs.close()
            reader, self._writer = await asyncio.open_connection(sock=ours)
            self._writer.write(frame(self._orders))
            self._listening = asyncio.create_task(self._listen(reader, self._writer, self._process))
            return True

    async def _listen(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, process: asyncio.subprocess.Process
    ) -> None:
        try:
            with contextlib.suppress(EOFError, OSError):
                while True:
                    for report in await read_frame(reader, _decoder):
                        answer = self._waiting.pop(report.number, None)
                        if answer is not None and not answer.done():
                            answer.set_result(report.outcome)
            log.error("the courier has ended; what it held is sent again")
        finally:
            self._writer = None
            writer.close()  # which it takes for the end
            lost, self._waiting, self._leaving = self._waiting, {}, []
            for answer in lost.values():
                if not answer.done():
                    answer.set_result(Retry("courier"))
            await _bury(process)


async def _bury(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(END_LIMIT_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
