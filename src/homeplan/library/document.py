"""The shape of the packaged data files library.yaml and checkin.yaml, lists as they are written."""

from datetime import date

from homeplan.library.instrument import (
    Aftercare,
    BodyRegion,
    CheckInItem,
    NotificationText,
    SafetyScreen,
)
from homeplan.library.model import ActivityModification, EducationTopic, Exercise, ProgramTemplate
from homeplan.library.reference import CautionTag, Chain, GlobalRules, Muscle, Named, PhaseTemplate, Position
from homeplan.values import Text, Value


class LibraryMeta(Value, frozen=True, kw_only=True):
    """Head of library.yaml."""

    schema_version: int
    library_version: str
    dated: date
    """The day on which the content was last reviewed as a whole."""
    languages: tuple[str, ...]
    review_status: str


class LibraryDocument(Value, frozen=True, kw_only=True):
    """library.yaml."""

    meta: LibraryMeta
    phases: tuple[PhaseTemplate, ...]
    global_rules: GlobalRules
    muscles: tuple[Muscle, ...]
    positions: tuple[Position, ...]
    caution_tags: tuple[CautionTag, ...]
    categories: tuple[Named, ...]
    chains: tuple[Chain, ...]
    exercises: tuple[Exercise, ...]
    activity_modifications: tuple[ActivityModification, ...]
    education_topics: tuple[EducationTopic, ...]
    program_templates: tuple[ProgramTemplate, ...]


class CheckInMeta(Value, frozen=True, kw_only=True):
    """Head of checkin.yaml."""

    schema_version: int
    version: str
    languages: tuple[str, ...]
    review_status: str


class CheckInDocument(Value, frozen=True, kw_only=True):
    """checkin.yaml."""

    meta: CheckInMeta
    body_regions: tuple[BodyRegion, ...]
    items: tuple[CheckInItem, ...]
    safety_screen: SafetyScreen
    answers_sent: Text
    aftercare: tuple[Aftercare, ...]
    disclaimers: dict[str, Text]
    notification_texts: dict[str, NotificationText]
