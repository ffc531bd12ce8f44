"""The alert rules as they hold for one patient."""

from functools import lru_cache

import msgspec

from homeplan.alerts.thresholds.rules import with_thresholds
from homeplan.alerts.thresholds.store import CLINIC, find_numbers
from homeplan.context import Context
from homeplan.library.alert_rules import AlertRules
from homeplan.library.clinical_rule import with_numbers
from homeplan.library.content import starter, written_alert_rules
from homeplan.programs.store import CareFacts


def rules_of(facts: CareFacts) -> AlertRules:
    """The alert rules with the numbers of the patient and their clinic."""
    return _rules_with(facts.clinic_thresholds, facts.own_thresholds)


async def read_rules(ctx: Context, patient_id: str) -> AlertRules:
    """The same where nothing else of the patient's care is read."""
    clinic, own = await find_numbers(ctx, CLINIC), await find_numbers(ctx, patient_id)
    return _rules_with(clinic.document, own.document)


@lru_cache(maxsize=1024)
def _rules_with(clinic: str, own: str) -> AlertRules:
    if not clinic and not own:
        return starter().alert_rules
    return with_numbers(with_thresholds(written_alert_rules(), numbers_in(clinic), numbers_in(own)))


def numbers_in(document: str) -> dict[str, float]:
    """The numbers of a stored document; none before the first change."""
    return msgspec.json.decode(document, type=dict[str, float]) if document else {}
