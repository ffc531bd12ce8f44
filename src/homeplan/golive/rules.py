"""The needs that are not met before a clinic's first invitation: pure decisions."""

from collections.abc import Collection, Mapping, Sequence

from homeplan.accounts.model import Clinic
from homeplan.duty.model import DutySettings
from homeplan.golive.model import NEEDS, Missing, Need


def people_to_reach(settings: DutySettings) -> tuple[str, ...]:
    """Ids of the staff on the duty list and of their cover persons, each once."""
    listed = [each.staff_id for each in settings.roster.entries] + [each.cover_id for each in settings.roster.covers]
    return tuple(dict.fromkeys(listed))


def missing(
    clinic: Clinic,
    settings: DutySettings,
    *,
    channels: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    unsigned_safety: Collection[str],
    unsigned_aftercare: Collection[str],
    unsigned_items: Collection[str],
) -> tuple[Missing, ...]:
    """The needs that are not met. `channels`: those that a test message has proved, by member of staff."""
    on_duty = [each for each in settings.roster.entries if each.kind == "duty" and each.staff_id in names]
    silent = [names.get(each, each) for each in people_to_reach(settings) if not channels.get(each)]
    found: dict[Need, Sequence[str] | None] = {
        "phone": None if clinic.phone.strip() else (),
        "emergency-number": None if clinic.emergency_number.strip() else (),
        "hours": None if settings.hours is not None and settings.hours.week else (),
        "duty-list": None if on_duty else (),
        "channels": silent or None,
        "safety-texts": sorted(unsigned_safety) or None,
        "aftercare-texts": sorted(unsigned_aftercare) or None,
        "assigned-items": sorted(unsigned_items) or None,
    }
    return tuple(Missing(need=need, names=tuple(who)) for need in NEEDS if (who := found[need]) is not None)
