"""The last verified seal of each clinic, noted in a file apart from the database: a cut trail ends before it.

The file is JSON, by clinic id. Anyone who can change the database should not be able to change this file.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A clinic's last seal at the time it was verified."""

    number: int
    mac: str


class BadHeads(Exception):
    """The file of the last seals cannot be read as such."""


def read_heads(path: Path) -> dict[str, Head]:
    """The noted seals by clinic; none when there is no file yet. Raises BadHeads, OSError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Head])
    except FileNotFoundError:
        return {}
    except (msgspec.DecodeError, UnicodeError) as broken:
        raise BadHeads(f"{path} is not a file of audit heads") from broken


def note_heads(path: Path, heads: Mapping[str, Head]) -> None:
    """Replace the file at once, so that a power cut leaves the old one or the new one. Raises OSError."""
    written = path.with_name(path.name + ".new")
    with written.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(dict(sorted(heads.items()))), indent=1))
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
