"""The courier's own side: reads errands from a socket, runs each through a Sender, reports. Ends with the app."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys

import msgspec
import uvloop

from homeplan.delivery.endpoint import AllowedServices
from homeplan.delivery.errands import Errand, Orders, Report, frame, read_frame
from homeplan.delivery.model import PUT_OFF_S, Held, Outcome
from homeplan.delivery.sender import Sender
from homeplan.delivery.vapid import Keyring
from homeplan.logs import log_to_stderr

log = logging.getLogger(__name__)

GATHER_S = 0.005
"""Reports of this long go as one frame."""


async def run(connection: socket.socket) -> None:
    """Serve until the other side is gone; what is under way then is abandoned."""
    reader, writer = await asyncio.open_connection(sock=connection)
    with contextlib.suppress(EOFError, OSError):
        orders = await read_frame(reader, msgspec.msgpack.Decoder(Orders))
        keyring = Keyring(orders.private_key, subject=orders.subject, previous=orders.previous_keys)
        async with Sender(keyring, AllowedServices(orders.services), site=orders.site) as sender:
            await _Round(sender, writer).serve(reader)


class _Round:
    def __init__(self, sender: Sender, writer: asyncio.StreamWriter):
        self._sender = sender
        self._writer = writer
        self._under_way: set[asyncio.Task[None]] = set()
        self._done: list[Report] = []

    async def serve(self, reader: asyncio.StreamReader) -> None:
        decoder = msgspec.msgpack.Decoder(list[Errand])
        try:
            while True:
                for errand in await read_frame(reader, decoder):
                    task = asyncio.create_task(self._run(errand))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _run(self, errand: Errand) -> None:
        outcome: Outcome
        try:
            outcome = await self._sender.send(errand.message, errand.now)
        except Exception as failed:  # its words might repeat an endpoint
            log.error("a push could not be sent: %s", type(failed).__name__)
            outcome = Held(PUT_OFF_S, "broken")
        if not self._done:
            asyncio.get_running_loop().call_later(GATHER_S, self._report)
        self._done.append(Report(errand.number, outcome))

    def _report(self) -> None:
        done, self._done = self._done, []
        self._writer.write(frame(done))


def main() -> None:
    """Run on the socket whose number is the argument."""
    # A terminal and systemd signal a whole group: the app decides when its courier ends, by letting go of the socket.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    log_to_stderr()
    uvloop.run(run(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
