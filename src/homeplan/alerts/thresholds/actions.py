"""Reading and changing the numbers from which a clinic, or the therapists of one patient, want to be warned."""

from homeplan.accounts.store import find_staff
from homeplan.alerts.rules import SHORTEST_REASON
from homeplan.alerts.thresholds import store
from homeplan.alerts.thresholds.model import OutsideLimits, Threshold, ThresholdEntry, ThresholdReason
from homeplan.alerts.thresholds.reading import numbers_in
from homeplan.alerts.thresholds.rules import changeable, exact
from homeplan.alerts.thresholds.store import CLINIC
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.library.content import starter


async def read_thresholds(ctx: Context, patient_id: str = CLINIC) -> list[Threshold]:
    """Every number that may be changed, as it is for the clinic or for the patient."""
    clinic = numbers_in((await store.find_numbers(ctx, CLINIC)).document)
    own = numbers_in((await store.find_numbers(ctx, patient_id)).document) if patient_id != CLINIC else {}
    changes = await store.changes_of(ctx, patient_id)
    return [
        Threshold(
            id=threshold,
            homeplan=float(one.number),
            clinic=clinic.get(threshold),
            patient=own.get(threshold),
            least=float(one.limits.least),
            most=float(one.limits.most),
            step=float(one.step),
            basis=one.limits.basis,
            changes=tuple(changes.get(threshold, ())),
        )
        for threshold, one in changeable(starter().alert_rules).items()
    ]


async def change_threshold(ctx: Context, threshold: str, entry: ThresholdEntry, patient_id: str = CLINIC) -> Threshold:
    """Change a number, or take a change back; the same again changes nothing.

    Raises NotFound for a number that cannot be changed, OutsideLimits and ThresholdReason.
    """
    one = changeable(starter().alert_rules).get(threshold)
    if one is None:
        raise NotFound
    if entry.value is not None and not one.fits(exact(entry.value)):
        raise OutsideLimits(field="value")
    if sum(character.isalpha() for character in entry.reason) < SHORTEST_REASON:
        raise ThresholdReason(field="reason")
    await ctx.tx.lock(f"alert-thresholds:{ctx.clinic_id}:{patient_id}")
    changes = (await store.changes_of(ctx, patient_id)).get(threshold)
    if changes is None or (changes[0].value, changes[0].reason) != (entry.value, entry.reason):
        before = await store.find_numbers(ctx, patient_id)
        numbers = {name: value for name, value in numbers_in(before.document).items() if name != threshold}
        await store.insert_change(
            ctx,
            patient_id,
            threshold,
            version=before.version + 1,
            numbers=numbers if entry.value is None else {**numbers, threshold: entry.value},
            value=entry.value,
            reason=entry.reason,
            by_name=(await find_staff(ctx, ctx.actor.id)).name,
        )
    return next(one for one in await read_thresholds(ctx, patient_id) if one.id == threshold)
