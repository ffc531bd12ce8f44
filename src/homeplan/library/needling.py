"""The shape of needling.yaml: screen before needling, muscles, pair rules, prefill, rules of the record, consent."""

from typing import Annotated, Literal

from msgspec import Meta

from homeplan.library.texts import Note, Sentence, Title
from homeplan.typed import PROSE
from homeplan.values import Slug, Text, Value

Effect = Literal["stop", "override", "note"]
"""Do not needle; needle only with a reason; keep it in mind."""
Technique = Literal["pistoning", "in-situ", "winding", "superficial", "electrical"]
"""Pistoning moves the needle to look for a twitch; in situ leaves it; electrical adds current."""
Near = Literal["lung", "belly", "spine", "nerve"]
Trimester = Literal[1, 2, 3]


class NeedlingMeta(Value, frozen=True, kw_only=True):
    """Head of needling.yaml."""

    schema_version: int
    version: str
    languages: tuple[str, ...]
    region: Slug
    """The body region that the muscles, pairs and texts are written for."""


class Based(Value, frozen=True, kw_only=True):
    """The basis of an entry."""

    basis: Note


class ScreenGroup(Value, frozen=True, kw_only=True):
    """Items that are asked together."""

    slug: Slug
    title: Title


class NeedlingScreenItem(Based, frozen=True, kw_only=True):
    """Something to ask about before needling, answered with yes, no or not known."""

    slug: Slug
    group: Slug
    asks: Literal["site", "trimester"] | None = None
    """The detail of a yes: whether it is at the needled site, or which trimester."""
    text: Sentence


class NeedleableMuscle(Based, frozen=True, kw_only=True):
    """Whether and how a muscle may be needled."""

    slug: Slug
    needleable: Literal["yes", "restricted", "no"]
    """`restricted`: only with a reason."""
    deep: bool
    """True when it cannot be compressed after a bleeding."""
    near: tuple[Near, ...]
    """Organs that a needle may reach."""
    sides: tuple[Literal["left", "right", "both"], ...]
    why: Note | None = None


class NeedlingPair(Based, frozen=True, kw_only=True):
    """An item answered with yes (or a fact of the record) together with what is needled, and what follows from it."""

    id: Slug
    item: Slug | None = None
    open_alert: tuple[str, ...] = ()
    """Severities; holds while an alert of one of them, raised by one of the rules in `of`, is open."""
    of: tuple[str, ...] = ()
    technique: Technique | None = None
    at_site: bool | None = None
    trimester: Trimester | None = None
    muscles: tuple[Slug, ...] = ()
    deep: bool | None = None
    near: Near | None = None
    same_muscle_within_h: int | None = None
    """Hours since the end of an earlier session that needled the same muscle, on any side."""
    count_of_muscles_over: int | None = None
    override_text: Sentence | None = None
    """The words of this stop where a clinic has turned it into an override; None: it may not."""
    effect: Effect
    text: Sentence


class RecordRule(Based, frozen=True, kw_only=True):
    """A rule of the record itself."""

    id: Literal["consent", "certification", "not-needleable", "restricted-muscle", "too-short", "long", "too-long"]
    effect: Effect
    text: Sentence


class SessionMinutes(Value, frozen=True, kw_only=True):
    """The length of a session in minutes: at least the larger of `least` and `per_muscle` times the muscles."""

    least: int
    per_muscle: int
    most: int
    most_with_reason: int


class RecordRules(Based, frozen=True, kw_only=True):
    """The limits of a record."""

    reason_letters: int
    """Letters that the reason for an override has at least, and the one for a session despite a stop."""
    minutes: SessionMinutes
    consent_months: int
    prefill_days: int
    """Safety answers of that many days are shown before needling, unless a therapist closed them."""
    rules: tuple[RecordRule, ...]


class SignPrefill(Value, frozen=True, kw_only=True):
    """A sign of the safety screen, and the item of the needling screen that it answers."""

    sign: str
    item: Slug


class Prefill(Value, frozen=True, kw_only=True):
    """Earlier answers of the patient that are shown before needling; a therapist confirms each."""

    signs: tuple[SignPrefill, ...]
    any_emergency: Slug
    intake: tuple[Slug, ...]


class IntakeItem(Based, frozen=True, kw_only=True):
    """A condition asked about once and kept."""

    slug: Slug
    text: Sentence
    cautions: tuple[Slug, ...]
    """The caution tags of exercises that hold for a patient with this condition."""


class ConsentText(Text, frozen=True, kw_only=True):
    """The consent to needling in both languages, at most 2000 characters."""

    en: Annotated[str, Meta(min_length=1, max_length=2000, extra=PROSE)]
    es: Annotated[str, Meta(min_length=1, max_length=2000, extra=PROSE)]


class NeedlingConsentText(Based, frozen=True, kw_only=True):
    """The consent to needling; consents to another version do not count."""

    version: Annotated[str, Meta(min_length=1, max_length=40)]
    text: ConsentText


class NeedlingRules(Value, frozen=True, kw_only=True):
    """needling.yaml."""

    meta: NeedlingMeta
    groups: tuple[ScreenGroup, ...]
    screen: tuple[NeedlingScreenItem, ...]
    muscles: tuple[NeedleableMuscle, ...]
    pairs: tuple[NeedlingPair, ...]
    record: RecordRules
    prefill: Prefill
    intake: tuple[IntakeItem, ...]
    consent: NeedlingConsentText
