"""The phone's plan as it is sent: encoded, compressed and tagged, and kept in memory for the next request.

What decides is read from the database each time (store/versions.py): with several processes each keeps its own plans,
and all give an equal plan the same ETag. A log changes the end of the answer only, mostly the newest day in it, so the
rest stays as it is.
"""

import hashlib
from datetime import date, datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from homeplan import __version__
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.http.answers import Piece, Tagged, Unchanged
from homeplan.http.kept import OVERHEAD, KeptAnswers
from homeplan.library.content import starter_hashes
from homeplan.programs.actions.episodes import activate_episode
from homeplan.programs.store import PlanVersions, logs_between, plan_versions
from homeplan.programs.timeline.phone_plan import Plan
from homeplan.programs.views import plan_of

_WITHOUT_LOGS = b"[]}"
"""The end of an encoded plan without logs, which are its last field."""


class KeptLogs(Struct, frozen=True):
    """The encoded logs of one patient, in two pieces."""

    version: str
    earlier_version: str
    newest: date
    """The first day of `recent`: the newest with a log when `earlier` was made."""
    earlier: Piece
    recent: Piece

    def size(self) -> int:
        return len(self.earlier.deflated) + len(self.recent.deflated)


class Kept(Struct, frozen=True):
    """The encoded plan of one patient."""

    state: tuple[str, str, str]
    """The versions of patient and clinic, and the epoch of the database."""
    made_at: datetime
    until: datetime
    first_log: date
    last_log: date
    beginning: Piece
    logs: KeptLogs | None = None

    def size(self) -> int:
        return OVERHEAD + len(self.beginning.deflated) + (0 if self.logs is None else self.logs.size())


class KeptPlans(KeptAnswers[Kept]):
    """The encoded plans of one app."""

    def find(self, clinic_id: str, patient_id: str, versions: PlanVersions, now: datetime) -> Kept | None:
        """The kept plan of the patient; None when it is of another state or time."""
        kept = self.last(clinic_id, patient_id)
        if kept is None or kept.state != _state(versions) or not kept.made_at <= now < kept.until:
            return None
        return kept


async def tagged_plan(ctx: Context, patient_id: str) -> Tagged[Plan] | Unchanged:
    """The patient's plan with its ETag; Unchanged when the client has it. Makes an invited episode active."""
    versions = await plan_versions(ctx, patient_id)
    for known in ctx.known_tags:
        if _holds(known, patient_id, versions, ctx.now):
            return Unchanged(tag=known)
    plans = ctx.memory.of(KeptPlans)
    kept = plans.find(ctx.clinic_id, patient_id, versions, ctx.now)
    if kept is None:
        await activate_episode(ctx, patient_id)
        versions = await plan_versions(ctx, patient_id)
        kept = await _made(ctx, patient_id, versions)
    logs = kept.logs
    if logs is None or logs.version != versions.logs:
        logs = await _made_logs(ctx, patient_id, kept, versions)
        kept = msgspec.structs.replace(kept, logs=logs)
    plans.keep(ctx.clinic_id, patient_id, kept)
    pieces = (kept.beginning, logs.earlier, logs.recent)
    return Tagged(tag=_tag(patient_id, versions, kept.until), pieces=pieces)


async def _made(ctx: Context, patient_id: str, versions: PlanVersions) -> Kept:
    found = await plan_of(ctx, patient_id)
    encoded = msgspec.json.encode(found.plan)
    assert encoded.endswith(_WITHOUT_LOGS)
    return Kept(
        state=_state(versions),
        made_at=ctx.now,
        until=found.until,
        first_log=found.first_log,
        last_log=found.last_log,
        beginning=Piece.of(encoded.removesuffix(_WITHOUT_LOGS)),
    )


async def _made_logs(ctx: Context, patient_id: str, kept: Kept, versions: PlanVersions) -> KeptLogs:
    """The logs of the plan; those of earlier days as they are kept, if they are still the same."""
    before = kept.logs
    if before is not None and before.earlier_version == versions.earlier_logs:
        newest, earlier = before.newest, before.earlier
        recent = await logs_between(ctx, patient_id, newest, kept.last_log)
    else:
        newest = max(kept.first_log, date.fromisoformat(versions.newest_log or str(date.min)))
        found = await logs_between(ctx, patient_id, kept.first_log, kept.last_log)
        recent = [log for log in found if log.day >= newest]
        earlier = Piece.of(msgspec.json.encode(found[: len(found) - len(recent)])[:-1], after=kept.beginning)
    comma = b"," if recent and earlier.size > 1 else b""
    ending = comma + msgspec.json.encode(recent)[1:] + b"}"
    return KeptLogs(versions.logs, versions.earlier_logs, newest, earlier, Piece.of(ending, after=earlier))


def _state(versions: PlanVersions) -> tuple[str, str, str]:
    return versions.patient, versions.clinic, versions.epoch


def _tag(patient_id: str, versions: PlanVersions, until: datetime) -> str:
    """A digest of all that decides the plan, then the time until which it holds."""
    until_ms = to_ms(until)
    decides = "\n".join((_release(), patient_id, *versions, str(until_ms)))
    return f"{hashlib.blake2b(decides.encode(), digest_size=12).hexdigest()}-{until_ms:x}"


def _holds(known: str, patient_id: str, versions: PlanVersions, now: datetime) -> bool:
    """Whether the plan of that tag is still the patient's plan."""
    try:
        until = from_ms(int(known.rpartition("-")[2], 16))
    except (ValueError, OverflowError):
        return False
    return now < until and known == _tag(patient_id, versions, until)


@lru_cache(maxsize=1)
def _release() -> str:
    """Changes with this program and with the library that it ships."""
    return f"{__version__} {hashlib.sha256(msgspec.json.encode(starter_hashes(), order='sorted')).hexdigest()}"
