"""Dumps of a PostgreSQL database, by the server's own `pg_dump`; `pg_restore` reads one back as a check."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from homeplan.backup.model import BadBackup
from homeplan.db.sqlite_copy import flush

MAGIC = b"PGDMP"
_PASSWORD = re.compile(r"^(\w+://[^:/@]*):([^@/]*)@")


def is_dump(file: Path) -> bool:
    with file.open("rb") as reading:
        return reading.read(len(MAGIC)) == MAGIC


def write(url: str, target: Path) -> None:
    """Write a dump of the database to the new file, durably. Raises BadBackup, OSError; `target` is then incomplete."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    password = _PASSWORD.match(url)  # which other users of the machine would see among the arguments
    environment = {"PGPASSWORD": unquote(password[2])} if password else {}
    address = _PASSWORD.sub(r"\1@", url)
    options = ["--enable-row-security", "--format=custom", f"--file={target}"]
    _run("pg_dump", *options, f"--dbname={address}", environment=environment)
    flush(target)


def check(file: Path) -> None:
    """Read the whole dump. Raises BadBackup."""
    _run("pg_restore", f"--file={os.devnull}", str(file), environment={})


def _run(name: str, *arguments: str, environment: Mapping[str, str]) -> None:
    program = shutil.which(name)
    if program is None:
        raise BadBackup(f"{name} is not installed here")
    ended = subprocess.run(  # noqa: S603 - PostgreSQL's own program, without a shell
        [program, *arguments], env=os.environ | dict(environment), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or ["the process was ended"]
        raise BadBackup(f"{name} failed: {lines[-1]}")
