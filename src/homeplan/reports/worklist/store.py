"""Places of the worklist in the database: pages of them, and those to judge again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from homeplan.accounts.rules import search_key
from homeplan.accounts.store.patients import MAY_SEE, actor
from homeplan.backlog import Backlog, backlog
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.reports.model import NeedGroup, Order, Reason, Wanted
from homeplan.reports.worklist.rules import GROUPS, bit_of, groups_of, rank_of

WORDS = 4
"""Words of a search that are looked at."""

_OF_ACTOR = f"FROM worklist p WHERE p.clinic_id = :clinic_id AND {MAY_SEE}"
_FOUND = f"""{_OF_ACTOR}
  AND ' ' || p.name LIKE :word_0 ESCAPE '\\' AND ' ' || p.name LIKE :word_1 ESCAPE '\\'
  AND ' ' || p.name LIKE :word_2 ESCAPE '\\' AND ' ' || p.name LIKE :word_3 ESCAPE '\\'"""

_COLUMNS: dict[Order, str] = {
    "need": "p.rank, p.since, p.name, p.id",
    "name": "p.name, p.id",
    "pain": """COALESCE((
  SELECT c.pain_now FROM checkins c WHERE c.clinic_id = p.clinic_id AND c.patient_id = p.id
  ORDER BY c.day DESC LIMIT 1), -1) DESC, p.name, p.id""",
    "needling": """COALESCE((
  SELECT MAX(s.needled_at) FROM needling_sessions s WHERE s.clinic_id = p.clinic_id AND s.patient_id = p.id
  ), 0) DESC, p.name, p.id""",
}

SELECT_PAGES = {
    (
        order,
        is_search,
    ): f"""SELECT p.id {_FOUND if is_search else _OF_ACTOR} AND (:groups = 0 OR (p.groups & :groups) <> 0)
ORDER BY {columns} LIMIT :most OFFSET :skip"""
    for order, columns in _COLUMNS.items()
    for is_search in (False, True)
}


async def page(ctx: Context, search: str, group: Wanted | None, order: Order, *, most: int, skip: int) -> list[str]:
    """The ids of the actor's patients who fit, in this order, `most` of them after the first `skip`."""
    words = _words(search)
    rows = await ctx.tx.fetch(
        SELECT_PAGES[order, bool(words)],
        groups=_mask(group),
        most=most,
        skip=skip,
        **words,
        **actor(ctx),
    )
    return [row["id"] for row in rows]


def _mask(group: Wanted | None) -> int:
    """The groups that are looked for as a sum of `bit_of`; 0 without one."""
    match group:
        case None:
            return 0
        case "any":
            return sum(map(bit_of, GROUPS))
        case _:
            return bit_of(group)


SELECT_COUNTS = tuple(f"SELECT p.groups, COUNT(*) AS patients {fits} GROUP BY p.groups" for fits in (_OF_ACTOR, _FOUND))


class Counts(Struct, frozen=True):
    """The number of the actor's patients who fit a search."""

    patients: int
    in_need: int
    by_group: dict[NeedGroup, int]
    """One patient may be in several groups."""


async def counts(ctx: Context, search: str) -> Counts:
    """Count the actor's patients who fit."""
    words = _words(search)
    rows = await ctx.tx.fetch(SELECT_COUNTS[bool(words)], **words, **actor(ctx))
    by_group = {group: sum(row["patients"] for row in rows if row["groups"] & bit_of(group)) for group in GROUPS}
    in_need = sum(row["patients"] for row in rows if row["groups"])
    return Counts(sum(row["patients"] for row in rows), in_need, by_group)


SELECT_VERSION = f"""
SELECT COUNT(*) AS places, COALESCE(SUM(p.changes), 0) AS changes,
  COALESCE(SUM(CASE WHEN p.due_at = 0 THEN 1 ELSE 0 END), 0) AS due {_OF_ACTOR}"""


async def version(ctx: Context) -> str:
    """Another text after each event about the actor's patients, and once their new places are found."""
    row = await ctx.tx.fetch_one(SELECT_VERSION, **actor(ctx))
    return "" if row is None else f"{row['places']}-{row['changes']}-{row['due']}"


def _words(search: str) -> dict[str, str]:
    """The search as parameters: each word begins a word of the name. Empty when there is none."""
    words = search_key(search).split()[:WORDS]
    escaped = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    return {f"word_{n}": f"% {word}%" for n, word in enumerate(escaped + [""] * WORDS) if n < WORDS} if words else {}


class DuePlace(Struct, frozen=True):
    """A patient whose place is to be judged again."""

    clinic_id: str
    patient_id: str
    changes: int
    left: bool


SELECT_DUE = """
SELECT w.clinic_id, w.id, w.changes, p.left_at
FROM worklist w JOIN patients p ON p.clinic_id = w.clinic_id AND p.id = w.id
WHERE w.due_at <= :now ORDER BY w.due_at LIMIT :most"""


async def due_places(ctx: Context, most: int) -> list[DuePlace]:
    """Up to `most` places of all clinics that are due, the longest due first."""
    rows = await ctx.tx.fetch(SELECT_DUE, now=to_ms(ctx.now), most=most)
    return [DuePlace(row["clinic_id"], row["id"], row["changes"], row["left_at"] is not None) for row in rows]


BACKLOG = """
SELECT COUNT(*) AS depth, MIN(CASE WHEN due_at > 0 THEN due_at END) AS oldest FROM worklist WHERE due_at <= :now"""


async def waiting(ctx: Context) -> Backlog:
    """The places that are due; one that changed has no time from which it waits."""
    return backlog(await ctx.tx.fetch_one(BACKLOG, now=to_ms(ctx.now)), ctx.now)


UPDATE_PLACE = """
UPDATE worklist SET rank = :rank, since = :since, groups = :groups, due_at = :due_at
WHERE clinic_id = :clinic_id AND id = :id AND changes = :changes"""


class JudgedPlace(Struct, frozen=True):
    """The reasons that were found for a place, and when it is judged again."""

    place: DuePlace
    found: tuple[Reason, ...]
    due_at: datetime


async def save_places(ctx: Context, judged: Sequence[JudgedPlace]) -> None:
    """Store what was found; a place that became due meanwhile stays due."""
    await ctx.tx.execute_many(
        UPDATE_PLACE,
        [
            {
                "clinic_id": one.place.clinic_id,
                "id": one.place.patient_id,
                "changes": one.place.changes,
                "rank": rank_of(one.found),
                "since": to_ms(one.found[0].since) if one.found else 0,
                "groups": groups_of(one.found),
                "due_at": to_ms(one.due_at),
            }
            for one in judged
        ],
    )
