"""Lists of check-ins as they are sent: encoded, compressed, and kept in memory for the next request.

The versions of what they are made from are read each time, so that a process never shows what another has changed.
"""

from datetime import date

import msgspec
from msgspec import Struct

from homeplan.checkins.model import CheckIn
from homeplan.checkins.past_soreness import look_back, past_soreness
from homeplan.checkins.reading import check_in
from homeplan.checkins.store import checkins_between
from homeplan.context import Context
from homeplan.http.answers import Piece, Pieces
from homeplan.http.kept import OVERHEAD, KeptAnswers
from homeplan.programs.store import PatientVersions, care_facts, patient_versions


class Kept(Struct, frozen=True):
    """The encoded list of one patient."""

    state: tuple[PatientVersions, date, date]
    """The versions without that of the logs, and the first and the last day."""
    piece: Piece

    def size(self) -> int:
        return OVERHEAD + len(self.piece.deflated)


class KeptLists(KeptAnswers[Kept]):
    """The lists of one app."""


async def encoded_check_ins(ctx: Context, patient_id: str, first: date, last: date) -> Pieces[list[CheckIn]]:
    """The patient's check-ins from `first` to `last`, both included, by day."""
    state = (await patient_versions(ctx, patient_id))._replace(logs=""), first, last
    lists = ctx.memory.of(KeptLists)
    kept = lists.last(ctx.clinic_id, patient_id)
    if kept is None or kept.state != state:
        made = await _check_ins(ctx, patient_id, first, last)
        kept = Kept(state, Piece.of(msgspec.json.encode(made)))
    lists.keep(ctx.clinic_id, patient_id, kept)
    return Pieces(pieces=(kept.piece,))


async def _check_ins(ctx: Context, patient_id: str, first: date, last: date) -> list[CheckIn]:
    begin = max(first, date.min + look_back()) - look_back()
    found = await checkins_between(ctx, patient_id, begin, last)
    facts = await care_facts(ctx, patient_id)
    soreness = await past_soreness(ctx, patient_id, facts, found, first, last)
    return [check_in(one, facts.needled, facts.home, soreness) for one in found if one.day >= first]
