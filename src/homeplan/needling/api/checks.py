"""Pre-session checks, and the rules that they are judged by."""

from homeplan.context import Context
from homeplan.http.routes import chart, staff
from homeplan.library.content import needling_rules
from homeplan.library.needling import NeedlingRules
from homeplan.needling import store
from homeplan.needling.actions import checks, readiness
from homeplan.needling.model import Check, CheckEntry, CheckPreview, Readiness
from homeplan.values import Id


class NewCheck(CheckEntry, frozen=True, kw_only=True):
    """A pre-session check under an id that the form made."""

    id: Id


class CheckQuestion(CheckEntry, frozen=True, kw_only=True):
    """A screen that may be incomplete, of a session to come or of a recorded one that is corrected."""

    corrects: Id | None = None
    """The session that is corrected: judged as on its day, and beside itself."""


@staff.get("needling-rules")
async def read_needling_rules(_: Context) -> NeedlingRules:
    """The screen, the muscles, the pair rules and the consent, each with its basis and review state."""
    return needling_rules()


@chart.get("needling-readiness", audit="needling.read")
async def read_needling_readiness(ctx: Context, patient_id: str) -> Readiness:
    """Earlier answers of the patient, the state of their consent, and my certification."""
    return await readiness.read_readiness(ctx, patient_id)


@chart.get("needling-checks", audit="needling-check.list")
async def list_needling_checks(ctx: Context, patient_id: str) -> list[Check]:
    """The patient's pre-session checks, the newest first."""
    return await store.checks_of(ctx, patient_id)


@chart.post("needling-checks", audit="needling-check.add")
async def add_needling_check(ctx: Context, patient_id: str, data: NewCheck) -> Check:
    """Store a pre-session check with what the rules say. Every item must be answered."""
    ctx.object_id = data.id
    return await checks.add_check(ctx, patient_id, data.id, data)


@chart.post("needling-checks/preview", status=200, audit="needling-check.preview", writes=False)
async def preview_needling_check(ctx: Context, patient_id: str, data: CheckQuestion) -> CheckPreview:
    """The findings about a screen that may be incomplete. Stores nothing."""
    return await checks.preview(ctx, patient_id, data, corrects=data.corrects)


routes = [
    read_needling_rules,
    read_needling_readiness,
    list_needling_checks,
    add_needling_check,
    preview_needling_check,
]
