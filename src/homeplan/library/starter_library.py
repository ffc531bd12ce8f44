"""The content that ships with the product, as it is handed out once it is checked."""

from homeplan.library.alert_rules import AlertRules
from homeplan.library.instrument import Aftercare, BodyRegion, SafetyScreen
from homeplan.library.model import ActivityModification, EducationTopic, Exercise, ProgramTemplate
from homeplan.library.plan_rules import PlanRules
from homeplan.library.reference import CautionTag, Chain, GlobalRules, Muscle, Named, PhaseSlug, PhaseTemplate, Position
from homeplan.library.reviewed_texts import ReviewedText
from homeplan.values import Value


class StarterLibrary(Value, frozen=True, kw_only=True):
    """The content that ships with the product, checked once when it is loaded; dicts are keyed by slug or id."""

    version: str
    instrument_version: str
    """Names the questions that a check-in answered."""
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
    alert_rules: AlertRules
    plan_rules: PlanRules
    texts: tuple[ReviewedText, ...]
    """The texts and rules of these files that are signed one by one."""
