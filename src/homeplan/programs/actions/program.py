"""Drafts and publishes a patient's program."""

from functools import partial

from homeplan.accounts.store import find_staff
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.ids import new_id
from homeplan.library.store import effective_library
from homeplan.programs import store
from homeplan.programs.actions.episodes import require_open_episode
from homeplan.programs.authoring.entries import Draft, DraftEntry, RevisionEntry, hash_of
from homeplan.programs.authoring.publish import make_revision
from homeplan.programs.episode import EpisodeOfCare
from homeplan.programs.model import DraftConflict, Revision, VersionConflict
from homeplan.programs.timeline.clocks import anchor_session


async def save_draft(ctx: Context, patient_id: str, entry: DraftEntry) -> Draft:
    """Overwrite the draft of the open episode.

    Raises NoOpenEpisode, and DraftConflict when the stored draft is not the version that the entry says it knows.
    """
    episode = await require_open_episode(ctx, patient_id)
    ctx.object_id = episode.id
    before = await store.find_draft(ctx, episode.id)
    version = 0 if before is None else before.version
    if entry.known_version is not None and entry.known_version != version:
        raise DraftConflict(field="knownVersion")
    await store.upsert_draft(ctx, episode, entry)
    saved = await store.find_draft(ctx, episode.id)
    if saved is None:
        raise LookupError(episode.id)
    return saved


async def discard_draft(ctx: Context, patient_id: str) -> None:
    """Delete the draft of the open episode. Raises NoOpenEpisode, and NotFound when there is none."""
    episode = await require_open_episode(ctx, patient_id)
    ctx.object_id = episode.id
    if not await store.delete_draft(ctx, episode.id):
        raise NotFound


async def publish_revision(ctx: Context, patient_id: str, entry_id: str, entry: RevisionEntry) -> Revision:
    """Add a revision to the open episode's program and delete the draft; the first revision makes the program.

    Published again under its id it stays one revision. Raises SentBefore when another entry has the id, NoOpenEpisode,
    VersionConflict when `based_on` is not the latest number, and Invalid with the field that does not fit.
    """
    await store.lock_patient(ctx, patient_id)
    published = await store.find_published(ctx, patient_id, entry_id)
    if published is not None:
        ctx.repeated = True
        ctx.object_id = published.program_id
        if published.entry_hash != hash_of(entry):
            raise SentBefore(field="id")
        return published.revision
    episode = await require_open_episode(ctx, patient_id)
    program = await store.find_program(ctx, episode.id)
    earlier = () if program is None else program.revisions
    latest = earlier[-1].number if earlier else None
    if entry.based_on != latest:
        raise VersionConflict(f"The latest revision is {latest or 'none'}.", field="basedOn")
    author = await find_staff(ctx, ctx.actor.id)
    revision = make_revision(
        entry,
        earlier=earlier,
        library=await effective_library(ctx),
        change_summary=entry.change_summary,
        author_id=author.id,
        author=author.name,
        now=ctx.now,
        effective_from=entry.effective_from,
        fresh_id=partial(new_id, ctx.now),
        no_floor=episode.no_floor,
    )
    program_id = await _start_program(ctx, episode) if program is None else program.id
    ctx.object_id = program_id
    if not await store.insert_revision(
        ctx, patient_id, program_id, revision, entry_id=entry_id, entry_hash=hash_of(entry)
    ):
        raise SentBefore(field="id")  # of another patient
    await store.delete_draft(ctx, episode.id)
    stored = await store.find_published(ctx, patient_id, entry_id)
    if stored is None:
        raise LookupError(entry_id)
    return stored.revision


async def _start_program(ctx: Context, episode: EpisodeOfCare) -> str:
    """Make the program and fix where its plan clock starts."""
    sessions = await store.needling_sessions_of(ctx, episode.patient_id)
    anchor = anchor_session(sessions, episode.id, ctx.now)
    return await store.insert_program(ctx, episode, anchor_session_id=None if anchor is None else anchor.id)
