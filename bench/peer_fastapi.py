"""FastAPI with SQLModel on SQLite, as their documentation shows them: sign-in, check-in, two weeks back, audit event.

Run as `python -m bench.peer_fastapi PORT FOLDER`. It judges no alert rule. Tokens are `token-0` to `token-99`.
"""

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import uvicorn
from fastapi import Cookie, Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import event
from sqlalchemy.types import JSON
from sqlmodel import Column, Session, SQLModel, col, create_engine, select
from sqlmodel import Field as Stored

MOST_CLIENTS = 300
"""A request holds its connection while it waits for a thread; with fewer than there are clients all wait for ever."""
PATIENTS = 100
DAYS = 42


class SignIn(SQLModel, table=True):
    token: str = Stored(primary_key=True)
    patient_id: int


class Patient(SQLModel, table=True):
    id: int = Stored(primary_key=True)
    name: str
    zone: str
    words: str


class CheckIn(SQLModel, table=True):
    patient_id: int = Stored(primary_key=True)
    day: date = Stored(primary_key=True)
    client_event_id: str
    answered_at: datetime
    time_zone: str
    pain_now: int
    pain_worst_24h: int
    regions: list[dict[str, str]] = Stored(sa_column=Column(JSON))
    interference: int
    sleep: str
    anything_new: bool
    safety_yes: list[str] = Stored(sa_column=Column(JSON))
    instrument_version: str


class Event(SQLModel, table=True):
    id: int | None = Stored(default=None, primary_key=True)
    at: datetime
    patient_id: int
    action: str


class Region(BaseModel):
    slug: str
    side: str


class Entry(BaseModel):
    """The daily check-in as the phone sends it."""

    model_config = ConfigDict(alias_generator=to_camel)

    client_event_id: str
    answered_at: datetime
    time_zone: str
    pain_now: int = Field(ge=0, le=10)
    pain_worst_24h: int = Field(ge=0, le=10, alias="painWorst24h")
    regions: list[Region]
    interference: int = Field(ge=0, le=10)
    sleep: str
    anything_new: bool
    safety_yes: list[str]
    instrument_version: str


class Answer(Entry):
    """The stored check-in, and the mean of two weeks."""

    day: date
    mean: float


app = FastAPI()
engine: Any = None
writing = threading.Lock()


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]


def patient(opened: Opened, token: Annotated[str, Cookie()] = "") -> Patient:
    sign_in = opened.get(SignIn, token)
    found = None if sign_in is None else opened.get(Patient, sign_in.patient_id)
    if found is None:
        raise HTTPException(401)
    return found


@app.put("/api/me/checkins/{day}")
def save_check_in(day: date, entry: Entry, opened: Opened, who: Annotated[Patient, Depends(patient)]) -> Answer:
    with writing:  # a transaction of SQLite that has read cannot wait for another that writes
        return _save(day, entry, opened, who.id)


def _save(day: date, entry: Entry, opened: Session, patient_id: int) -> Answer:
    opened.rollback()  # ends what the sign-in has read
    values = entry.model_dump(mode="json") | {"answered_at": entry.answered_at}
    opened.merge(CheckIn(patient_id=patient_id, day=day, **values))
    opened.add(Event(at=datetime.now(UTC), patient_id=patient_id, action="checkin.save"))
    since = day - timedelta(days=14)
    found = opened.exec(select(CheckIn).where(CheckIn.patient_id == patient_id, col(CheckIn.day) >= since)).all()
    mean = sum(each.pain_now for each in found) / len(found)
    opened.commit()
    return Answer(day=day, mean=mean, **entry.model_dump(by_alias=True))


@app.get("/api/me")
def read_me(who: Annotated[Patient, Depends(patient)]) -> Patient:
    return who


def fill() -> None:
    """Write the patients, their sign-ins and their check-ins."""
    SQLModel.metadata.create_all(engine)
    today = datetime.now(UTC).date()
    with Session(engine) as opened:
        for number in range(PATIENTS):
            opened.add(Patient(id=number, name="Invented Example", zone="America/Denver", words="Move gently. " * 55))
            opened.add(SignIn(token=f"token-{number}", patient_id=number))
            for back in range(1, DAYS):
                opened.add(
                    CheckIn(
                        patient_id=number,
                        day=today - timedelta(days=back),
                        client_event_id=f"{number}-{back}",
                        answered_at=datetime.now(UTC),
                        time_zone="America/Denver",
                        pain_now=4,
                        pain_worst_24h=5,
                        regions=[{"slug": "low-back", "side": "left"}],
                        interference=3,
                        sleep="some",
                        anything_new=False,
                        safety_yes=[],
                        instrument_version="0.1.0",
                    )
                )
        opened.commit()


def _durable(connection: Any, _: Any) -> None:
    """As homeplan sets its own file: an answer is given after the disk has it."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 60000"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    engine = create_engine(
        f"sqlite:///{sys.argv[2]}/peer.sqlite", pool_size=MOST_CLIENTS, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _durable)
    fill()
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
    )
