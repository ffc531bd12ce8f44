"""Litestar without a database: it decodes a check-in and answers with 0.8 kB.

Run as `python -m bench.peer_litestar PORT`. It is the floor for any app on Litestar, uvicorn and msgspec, and knows no
access rule, audit or security header.
"""

import sys
from datetime import date, datetime

import msgspec
import uvicorn
from litestar import Litestar, get, put


class Region(msgspec.Struct):
    slug: str
    side: str


class CheckIn(msgspec.Struct, rename="camel", kw_only=True):
    """The daily check-in as the phone sends it."""

    client_event_id: str
    answered_at: datetime
    time_zone: str
    pain_now: int
    pain_worst_24h: int = msgspec.field(name="painWorst24h")
    regions: list[Region]
    interference: int
    sleep: str
    anything_new: bool
    safety_yes: list[str]
    instrument_version: str


class Stored(CheckIn, kw_only=True):
    day: date
    words: str


class Me(msgspec.Struct, rename="camel", kw_only=True):
    name: str
    zone: str
    words: str


WORDS = "Gentle movement helps. " * 16
ME = Me(name="Invented Example", zone="America/Denver", words=WORDS * 2)


@put("/api/me/checkins/{day:date}")
async def save_check_in(day: date, data: CheckIn) -> Stored:
    return Stored(day=day, words=WORDS, **msgspec.structs.asdict(data))


@get("/api/me")
async def read_me() -> Me:
    return ME


if __name__ == "__main__":
    uvicorn.run(
        Litestar([save_check_in, read_me], openapi_config=None, logging_config=None),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
    )
