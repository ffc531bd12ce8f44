"""The structs and errors of needling: pre-session checks, consents, the intake, certifications of staff."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from homeplan.errors import Conflict
from homeplan.library.needling import Trimester
from homeplan.programs.needling_session import NeedledMuscle, NeedlingFinding, NeedlingScreen
from homeplan.typed import LINE, PROSE
from homeplan.values import Id, Instant, Language, Slug, Value

ConsentState = Literal["valid", "none", "expired", "other-version", "withdrawn"]
CertificationState = Literal["valid", "missing", "expired", "not-asked"]
"""`not-asked`: the clinic switched the rule off, or has not entered any certification yet."""
CheckOutcome = Literal["go", "reason-needed", "stop"]
SignedName = Annotated[str, Meta(min_length=1, max_length=120, extra=LINE)]


class ConsentEntry(Value, frozen=True, kw_only=True):
    """A consent to needling as the therapist records it."""

    version: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z.-]+$")]
    """Version of the text that the patient read or heard."""
    language: Language
    signed_on: Literal["screen", "paper"]
    signed_name: SignedName | None = None
    """The patient's name as they type it to sign on the screen; None on paper, which holds the signature."""
    signed_at: Instant | None = None
    """None: now."""
    explained_by: Id | None = None
    """The member of staff who explained it; None: the one who records it."""


class Consent(Value, frozen=True, kw_only=True):
    """A consent on file. It holds until it is withdrawn, its text changes, or `valid_until`."""

    id: Id
    version: str
    language: Language
    text: str
    """As it was read or heard."""
    signed_on: Literal["screen", "paper"]
    signed_name: str | None
    """None on paper, on the screen of an older release, and after the patient left."""
    signed_at: Instant
    valid_until: Instant
    explained_by: Id
    recorded_by: Id
    recorded_at: Instant
    withdrawn_at: Instant | None
    withdrawn_by: Id | None


class CheckEntry(Value, frozen=True, kw_only=True):
    """A pre-session check: the muscles that are planned, and the screen."""

    muscles: Annotated[tuple[NeedledMuscle, ...], Meta(max_length=40)]
    screen: NeedlingScreen


class Check(CheckEntry, frozen=True, kw_only=True):
    """A stored pre-session check with what the rules said."""

    id: Id
    findings: tuple[NeedlingFinding, ...]
    outcome: CheckOutcome
    """`reason-needed`: it may go ahead once the reason is written down."""
    checked_by: Id
    checked_at: Instant


class CheckPreview(Value, frozen=True, kw_only=True):
    """The findings about a screen that may still be incomplete."""

    findings: tuple[NeedlingFinding, ...]
    unanswered: tuple[Slug, ...]
    """Items of the screen that still have no answer, or whose yes lacks its detail."""
    outcome: CheckOutcome


IntakeAnswer = Literal["yes", "no", "not-known"]


class IntakeEntry(Value, frozen=True, kw_only=True):
    """Conditions, medicines, pregnancy and implants of a patient."""

    answers: Annotated[dict[Slug, IntakeAnswer], Meta(max_length=60)]
    """By item of the intake; items may be left out."""
    trimester: Trimester | None = None
    due_date: date | None = None
    medicines: Annotated[str, Meta(max_length=1000, extra=PROSE)] = ""
    note: Annotated[str, Meta(max_length=1000, extra=PROSE)] = ""


class Intake(IntakeEntry, frozen=True, kw_only=True):
    """The intake in its latest version; version 0 is an empty one that nobody has filled in."""

    version: int
    recorded_by: Id | None
    recorded_at: Instant | None
    caution_tags: tuple[Slug, ...]
    """The caution tags of exercises that hold for this patient."""


class PrefilledItem(Value, frozen=True, kw_only=True):
    """Something that the patient said already, for the therapist to confirm."""

    item: Slug
    """An item of the needling screen."""
    source: Literal["safety-answer", "intake"]
    sign: str | None = None
    """The item of the safety screen."""
    told_at: Instant
    trimester: Trimester | None = None


class Readiness(Value, frozen=True, kw_only=True):
    """Everything on file that matters before needling: earlier answers of the patient, consent, certification."""

    prefilled: tuple[PrefilledItem, ...]
    consent: ConsentState
    latest_consent: Consent | None
    certification: CertificationState
    """The asking member of staff's own."""
    certified_until: date | None


class CertificationEntry(Value, frozen=True, kw_only=True):
    """A certification in dry needling as an administrator enters it."""

    issuer: Annotated[str, Meta(min_length=1, max_length=120, extra=LINE)]
    expires_on: date
    """The last day on which it holds."""


class Certification(CertificationEntry, frozen=True, kw_only=True):
    """The certification of a member of staff."""

    staff_id: Id
    recorded_at: Instant


class NeedlingSettings(Value, frozen=True, kw_only=True):
    """The clinic's own choices about the rules of needling."""

    certification_off: bool
    """True when an administrator switched the rule off."""
    certification_asked: bool
    """Whether the rule applies: from the first certification on that was entered, unless it is switched off."""
    override_pairs: tuple[Slug, ...] = ()
    """The pairs of needling.yaml whose stop is an override here."""


class Facts(Struct, frozen=True, kw_only=True):
    """Evidence of the rules beside the screen and the muscles."""

    consent: ConsentState
    certification: CertificationState
    open_alerts: tuple[tuple[str, str], ...] = ()
    """Rule and severity of each alert that was open during the session."""
    earlier: tuple[tuple[datetime, frozenset[str]], ...] = ()
    """End and muscles of each earlier session with needles."""


class IntakeChanged(Conflict):
    """Someone changed this patient's intake in the meantime. Reload it and decide again."""

    code = "intake-changed"


class ConsentTextChanged(Conflict):
    """The consent has another text by now. Reload it and show the patient the text of today."""

    code = "consent-text-changed"
