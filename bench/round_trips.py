"""Counts the round trips between an app and PostgreSQL: a proxy on loopback that watches the direction of the bytes."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench.servers import free_port


class Counter:
    """`turns`: how often the app has sent something after the database had answered, all connections together."""

    def __init__(self, url: str):
        at = urlsplit(url)
        self._target = at.hostname or "127.0.0.1", at.port or 5432
        self.port = free_port()
        self.url = url.replace(f":{at.port}", f":{self.port}", 1)
        self.turns = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        async with await asyncio.start_server(self._connect, "127.0.0.1", self.port):
            ready.set()
            await stop.wait()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(*self._target)
        answered = [True]

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, asks: bool) -> None:
            while data := await source.read(65536):
                if asks and answered[0]:
                    self.turns += 1
                answered[0] = not asks
                target.write(data)
                await target.drain()
            target.close()

        await asyncio.gather(
            copy(reader, upstream_writer, asks=True), copy(upstream_reader, writer, asks=False), return_exceptions=True
        )


@contextmanager
def counted(url: str) -> Iterator[Counter]:
    """A counter in front of the database at `url`; connect to its `url`."""
    counter = Counter(url)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(counter.serve(ready, stop))
        for task in asyncio.all_tasks(loop):
            task.cancel()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield counter
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
