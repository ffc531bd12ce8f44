"""The context of a function: the open transaction, the time, the clinic, and who acts."""

from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct, field, structs

from homeplan.actor import OPERATOR, Actor, Role
from homeplan.db.base import Tx
from homeplan.settings import Settings

T = TypeVar("T")


class Memory:
    """Objects that one app keeps in memory between requests: one per class, made at its first use."""

    def __init__(self) -> None:
        self._kept: dict[type, Any] = {}

    def of(self, kind: type[T]) -> T:
        if kind not in self._kept:
            self._kept[kind] = kind()
        kept: T = self._kept[kind]
        return kept


class Context(Struct, kw_only=True):
    """One per transaction. Every store and action function takes it first."""

    tx: Tx
    now: datetime
    """Aware, UTC; the same for all that the transaction writes."""
    clinic_id: str
    """Empty when no clinic is known: in a public route before its visitor is known, in a worker's queue."""
    actor: Actor
    settings: Settings
    memory: Memory = field(default_factory=Memory)
    patient_id: str | None = None
    """The patient whom the request is about, for its audit event."""
    object_id: str | None = None
    """The object of the request's audit event; the last id of the path unless set otherwise."""
    known_tags: tuple[str, ...] = ()
    """The ETags of answers that the client has (http/answers.py, Tagged)."""
    repeated: bool = False
    """Whether the request was sent before, so that what it creates is stored already; it is then answered with 200."""

    @property
    def own_patient_id(self) -> str:
        """The patient whose own phone, or whose helper's device, sends the request."""
        return self.actor.helps or self.actor.id

    def act_as(self, clinic_id: str, actor_id: str, role: Role) -> None:
        """Continue as the person who proved in this request who they are."""
        self.clinic_id = clinic_id
        self.actor = structs.replace(self.actor, id=actor_id, role=role)

    def of_clinic(self, clinic_id: str, actor: Actor | None = None) -> "Context":
        """The same transaction for one clinic, for example for the rows that a worker found."""
        return Context(
            tx=self.tx,
            now=self.now,
            clinic_id=clinic_id,
            actor=actor or self.actor,
            settings=self.settings,
            memory=self.memory,
        )


def operator_context(tx: Tx, now: datetime, clinic_id: str = "", settings: Settings | None = None) -> Context:
    """The context of a host command or a worker."""
    return Context(
        tx=tx,
        now=now,
        clinic_id=clinic_id,
        actor=OPERATOR,
        settings=settings or Settings(),
    )
