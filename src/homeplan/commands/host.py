"""Commands on the database: in this process, or in the running service, which has a SQLite file for itself.

The service listens on a socket beside the file, for the file's owner alone. A request is one JSON line; the answer is a
JSON line for each printed line, and one with the exit code.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import msgspec

from homeplan import __version__
from homeplan.backup.model import BadBackup
from homeplan.clock import Clock, SystemClock
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.db import CannotOpen, Database, database_file
from homeplan.errors import Problem
from homeplan.settings import Settings

log = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A command with its options, checked by the command line."""

    version: str
    command: str
    """Module and function, "operate:invite_staff"."""
    options: dict[str, str | bool | None]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the answer: a line for standard output, one for standard error, or the exit code."""

    out: str | None = None
    err: str | None = None
    exit: int | None = None


class Host(msgspec.Struct, frozen=True):
    """The database of a command, and its way to print."""

    db: Database
    settings: Settings
    clock: Clock
    say: Callable[[str], None]
    """Print a line to standard output."""
    warn: Callable[[str], None]
    """Print a line to standard error."""


class Command(Protocol):
    """A command on the database; it returns the exit code."""

    __name__: str

    def __call__(self, host: Host, options: argparse.Namespace, /) -> Awaitable[int]: ...


MODULES = ("audit", "backup", "operate")
"""Modules of this folder with commands that the service runs."""


def on_database(command: Command) -> Callable[[argparse.Namespace, Settings], int]:
    """Make a command of the command line of a function on the database, which may run in the service as well."""
    name = f"{command.__module__.rpartition('.')[2]}:{command.__name__}"

    @wraps(command)
    def run(options: argparse.Namespace, settings: Settings) -> int:
        codes = [0]

        async def here() -> None:
            async with migrated_database(settings) as db:
                host = Host(db, settings, SystemClock(), print, lambda line: print(line, file=sys.stderr))
                codes.append(await command(host, options))

        file = database_file(settings.database_url)
        if file is not None and (answer := _asked(socket_of(file), name, options)) is not None:
            return answer
        return run_to_the_end(here()) or codes[-1]

    run.on_database = command  # type: ignore[attr-defined]
    return run


def socket_of(database: Path) -> Path:
    return database.with_name(database.name + ".sock")


def _asked(path: Path, name: str, options: argparse.Namespace) -> int | None:
    """The exit code of the command in the running service; None when none listens."""
    given = {key: value for key, value in vars(options).items() if key != "run"}
    request = Request(version=__version__, command=name, options=given)
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(_short(path))
            connection.sendall(msgspec.json.encode(request) + b"\n")
            return _print_answer(connection)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as failed:
            print(f"homeplan: the running service does not answer: {failed.strerror}.", file=sys.stderr)
            return 1


def _print_answer(connection: socket.socket) -> int:
    with connection.makefile("rb") as answer:
        for text in answer:
            line = msgspec.json.decode(text, type=Line)
            if line.exit is not None:
                return line.exit
            if line.out is not None:
                print(line.out, flush=True)
            if line.err is not None:
                print(line.err, file=sys.stderr, flush=True)
    print("homeplan: the running service ended before the command did; look at what it left.", file=sys.stderr)
    return 1


@contextlib.asynccontextmanager
async def taking_commands(settings: Settings, db: Database, clock: Clock) -> AsyncIterator[None]:
    """Run commands of the host in this process until the block ends. On PostgreSQL they need no service."""
    file = database_file(settings.database_url)
    listening = None if file is None else _listen(socket_of(file))
    if listening is None:
        yield
        return
    tasks: set[asyncio.Task[Any]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_answer(settings, db, clock, reader, writer))
        tasks.add(task)
        try:
            await asyncio.wait([task])
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_unix_server(answer, sock=listening, limit=LONGEST_LINE)
    try:
        yield
    finally:
        server.close()
        socket_of(Path(str(file))).unlink(missing_ok=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _listen(path: Path) -> socket.socket | None:
    """A socket that the file's owner alone may open; None where its address is too long."""
    path.unlink(missing_ok=True)  # of a service that was killed: this process has the database's lock
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(_short(path))
    except OSError as failed:
        listening.close()
        log.warning("commands cannot reach this service (%s): stop it before you run them", failed)
        return None
    finally:
        os.umask(before)
    return listening


def _short(path: Path) -> str:
    """The shorter of both ways to write the path: the kernel takes 107 bytes."""
    return min(str(path.absolute()), os.path.relpath(path), key=len)


async def _answer(
    settings: Settings, db: Database, clock: Clock, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    def send(line: Line) -> None:
        writer.write(msgspec.json.encode(line) + b"\n")

    def warn(text: str) -> None:
        send(Line(err=text))

    host = Host(db, settings, clock, lambda text: send(Line(out=text)), warn)
    try:
        request = msgspec.json.decode(await reader.readline(), type=Request)
        if request.version != __version__:
            warn(f"homeplan: the running service is version {__version__}, and this is {request.version}. Restart it.")
            code = 1
        else:
            code = await _command(request.command)(host, argparse.Namespace(**request.options))
    except (CannotOpen, BadBackup, Problem, OSError) as refused:
        warn(f"homeplan: {refused}")
        code = 1
    except (msgspec.DecodeError, ValueError):
        warn("homeplan: the running service does not know this command.")
        code = 1
    send(Line(exit=code))
    with contextlib.suppress(OSError):
        await writer.drain()


def _command(name: str) -> Command:
    """The function of that name. Raises ValueError."""
    module, _, function = name.partition(":")
    found = getattr(import_module(f"homeplan.commands.{module}"), function, None) if module in MODULES else None
    command: Command | None = getattr(found, "on_database", None)
    if command is None:
        raise ValueError(name)
    return command
