"""Messages between the app and its courier: msgpack in frames of four bytes' length, over a pair of sockets."""

import asyncio
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from homeplan.delivery.model import Outcome
from homeplan.delivery.sender import Message

T = TypeVar("T")

_LENGTH_BYTES = 4
_encoder = msgspec.msgpack.Encoder()


class Orders(Struct, frozen=True, kw_only=True):
    """Everything that a courier needs before its first errand. Secret: never passed in an argument or environment
    variable."""

    private_key: str
    previous_keys: tuple[str, ...]
    subject: str
    services: tuple[str, ...]
    """Push services beyond the known ones."""
    site: str


class Errand(Struct, frozen=True, array_like=True):
    """One push to encrypt and post; `now` is the time of its claim."""

    number: int
    now: datetime
    message: Message


class Report(Struct, frozen=True, array_like=True):
    """The result of the errand with that number."""

    number: int
    outcome: Outcome


def frame(value: object) -> bytes:
    """A value ready to be written."""
    body = _encoder.encode(value)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


async def read_frame(reader: asyncio.StreamReader, decoder: msgspec.msgpack.Decoder[T]) -> T:
    """The next value. Raises IncompleteReadError (an EOFError) when the other side is gone."""
    length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
    return decoder.decode(await reader.readexactly(length))
