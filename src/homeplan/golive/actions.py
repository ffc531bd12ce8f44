"""The go-live check, and the first invitation that waits for it."""

from homeplan.accounts import actions as accounts
from homeplan.accounts.model import Invitation
from homeplan.accounts.store import find_clinic, go_live, is_live, is_password_alone
from homeplan.context import Context
from homeplan.delivery.staff import actions as staff_channels
from homeplan.duty.actions import working_staff
from homeplan.duty.store import find_settings
from homeplan.golive.model import GoLive, NotReady
from homeplan.golive.rules import missing, people_to_reach
from homeplan.library.content import reviewed_texts
from homeplan.library.review import Library
from homeplan.library.reviewed_texts import TextKind
from homeplan.library.store import effective_library
from homeplan.programs.store import read_chart


async def check(ctx: Context, patient_id: str | None = None) -> GoLive:
    """The needs that are not met; with a patient also the items of their program that nobody has signed."""
    settings = await find_settings(ctx)
    library = await effective_library(ctx)
    return GoLive(
        invited_before=await is_live(ctx),
        is_demo=await is_password_alone(ctx),
        missing=missing(
            await find_clinic(ctx),
            settings,
            channels=await staff_channels.working_channels(ctx, list(people_to_reach(settings))),
            names=await working_staff(ctx),
            unsigned_safety=_unsigned_texts(library, "safety"),
            unsigned_aftercare=_unsigned_texts(library, "aftercare"),
            unsigned_items=[] if patient_id is None else await _unsigned_items(ctx, library, patient_id),
        ),
    )


async def invite_patient(ctx: Context, patient_id: str, invitation_id: str) -> Invitation:
    """A new invitation; the first of a clinic waits for the go-live check. Raises NotReady and SentBefore."""
    if not await is_live(ctx):
        checked = await check(ctx, patient_id)
        if not checked.may_invite:
            raise NotReady(f"Missing: {', '.join(each.need for each in checked.missing)}.")
        await go_live(ctx)
    return await accounts.create_invitation(ctx, patient_id, invitation_id)


def _unsigned_texts(library: Library, kind: TextKind) -> list[str]:
    slugs = [slug for slug, text in reviewed_texts().items() if text.kind == kind]
    return [slug for slug in slugs if not _is_signed(library, slug)]


async def _unsigned_items(ctx: Context, library: Library, patient_id: str) -> list[str]:
    program = (await read_chart(ctx, patient_id)).program
    if program is None:
        return []
    latest = program.revisions[-1]
    assigned = {each.slug for each in (*latest.prescriptions, *latest.overlay)}
    return [slug for slug in sorted(assigned) if not _is_signed(library, slug)]


def _is_signed(library: Library, slug: str) -> bool:
    review = library.review_of(slug)
    return review is not None and review.state == "signed"
