"""The content that ships with the product, as it is handed out once it is checked."""

from homeplan.library.alert_rules import AlertRules
from homeplan.library.instrument import Aftercare, BodyRegion, CheckInItem, NotificationText, SafetyScreen
from homeplan.library.model import ActivityModification, EducationTopic, Exercise, ProgramTemplate
from homeplan.library.reference import CautionTag, Chain, GlobalRules, Muscle, Named, PhaseSlug, PhaseTemplate, Position
from homeplan.values import Text, Value


class StarterLibrary(Value, frozen=True, kw_only=True):
    """The content that ships with the product, checked once when it is loaded; dicts are keyed by slug or id."""

    version: str
    review_status: str
    instrument_version: str
    instrument_review_status: str
    """Covers the check-in, the safety screen, the alert rules and aftercare."""
    phases: dict[PhaseSlug, PhaseTemplate]
    exercises: dict[str, Exercise]
    activity_modifications: dict[str, ActivityModification]
    education_topics: dict[str, EducationTopic]
    templates: dict[str, ProgramTemplate]
    muscles: dict[str, Muscle]
    positions: dict[str, Position]
    categories: dict[str, Named]
    caution_tags: dict[str, CautionTag]
    chains: dict[str, Chain]
    global_rules: GlobalRules
    aftercare: dict[PhaseSlug, Aftercare]
    safety_screen: SafetyScreen
    body_regions: dict[str, BodyRegion]
    checkin_items: tuple[CheckInItem, ...]
    alert_rules: AlertRules
    answers_sent: Text
    """The text that a patient reads after an answer was sent; never a reassurance."""
    disclaimers: dict[str, Text]
    notification_texts: dict[str, NotificationText]
