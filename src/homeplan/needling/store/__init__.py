"""Needling in the database: one module per noun, all of it importable from here."""

from homeplan.needling.store.certifications import (
    begin_asking,
    delete_certification,
    find_certification,
    list_certifications,
    needling_settings,
    save_certification,
    save_settings,
)
from homeplan.needling.store.checks import checks_of, find_check, insert_check
from homeplan.needling.store.consents import (
    consents_of,
    delete_signed_names,
    find_consent,
    insert_consent,
    withdraw_consents,
)
from homeplan.needling.store.intakes import insert_intake, latest_intake
from homeplan.needling.store.pair_choices import insert_choice, override_pairs

__all__ = [
    "begin_asking",
    "checks_of",
    "consents_of",
    "delete_certification",
    "delete_signed_names",
    "find_certification",
    "find_check",
    "find_consent",
    "insert_check",
    "insert_choice",
    "insert_consent",
    "insert_intake",
    "latest_intake",
    "list_certifications",
    "needling_settings",
    "override_pairs",
    "save_certification",
    "save_settings",
    "withdraw_consents",
]
