"""The invented patients of the demo clinic: what each of them is there to show. Every name is plainly made up."""

from typing import Literal

from msgspec import Struct

CLINIC_ZONE = "America/Denver"
Course = Literal["steady", "responder", "flare", "sore", "wavering"]


class Role(Struct, frozen=True, kw_only=True):
    """One patient's part. Days count back from today; 0 is today."""

    name: str
    shows: str
    """The note that the demo prints beside the patient."""
    language: Literal["en", "es"] = "en"
    zone: str = CLINIC_ZONE
    goal: str
    muscle: str = "quadratus-lumborum"
    side: Literal["left", "right", "both"] = "right"
    template: str = "starter-general"
    joined: int | None
    """The day on which the phone joined; None for a patient who has only been invited."""
    needled: tuple[int, ...]
    """The days of needling sessions, first to last."""
    thinner: bool = False
    """Takes a blood thinner, which is noted in the intake."""
    reason: str = ""
    """The reason on record why needles went ahead where a rule asks for one."""
    fever_on: int | None = None
    """The day on which the patient came with a fever and was not needled."""
    course: Course
    start_pain: int
    skips: float = 0.1
    """Share of days without an entry, 0 to 1."""
    exercises: float = 0.8
    """Share of due exercises that get done, 0 to 1."""
    silent_for: int = 0
    """Number of days up to today without an entry."""
    safety_yes: str | None = None
    """An item of the safety screen answered with yes on the last entry."""
    worry: tuple[int, str] | None = None
    """A day on which an item of the safety screen was answered with yes, and the item; a call settled it."""
    note: str = ""
    """The note of the last check-in."""
    function: tuple[tuple[int, ...], ...] = ()
    """The PSFS scores of each round: the goal first, then `activities`."""
    activities: tuple[str, ...] = ()
    change: tuple[int, ...] = ()
    """The global rating of change in each round of the PSFS from the second on."""
    weeks: tuple[int, ...] = ()
    """The first activity in the weeks between those rounds."""
    event: tuple[str, str] | None = None
    """An event on the day after the last needling session, and its severity."""
    asks: str = ""
    """A message to the care team."""
    asked_on: int = 0
    """The day of that message."""
    answer: str = ""
    helper: str = ""
    """The name that the patient calls their helper; empty for none."""
    helped_from: int = 0
    """The day on which the helper joined."""
    phone: Literal["reachable", "gone", "none"] = "reachable"
    seed: int = 0


CAST: tuple[Role, ...] = (
    Role(
        name="Steady",
        shows="doing well: pain halved over four sessions, can do more (PSFS), one small bruise",
        goal="Carry my groceries up the stairs",
        joined=40,
        needled=(41, 34, 27, 13),
        course="responder",
        start_pain=6,
        exercises=0.9,
        function=((3, 4), (5, 5), (8, 7)),
        activities=("Put on my shoes",),
        change=(2, 5),
        weeks=(4, 6, 8),
        event=("bruise", "mild"),
        asks="The hip hinge pulls in my left thigh. Is that all right?",
        asked_on=5,
        answer="A pull that lets go when you stand up is fine. Bend your knees a little more, and stay under 3.",
        seed=1,
    ),
    Role(
        name="Flare",
        shows="needled twice a week, pain up for a week all the same",
        goal="Sit through a film",
        muscle="multifidus",
        thinner=True,
        reason="The physician agrees; few needles, pressure for two minutes after each.",
        side="left",
        template="deep-muscle-multifidus",
        joined=35,
        needled=(36, 33, 29, 26, 22, 19, 15, 12, 8, 5, 1),
        course="flare",
        start_pain=3,
        note="Long drive yesterday, could not sit through dinner.",
        seed=2,
    ),
    Role(
        name="Quiet",
        shows="silent for six days",
        goal="Sleep through the night",
        joined=30,
        needled=(31, 17),
        course="wavering",
        start_pain=5,
        silent_for=6,
        seed=3,
    ),
    Role(
        name="Sore",
        shows="still sore four days after needling, was dizzy the day after",
        goal="Garden for an hour",
        muscle="iliopsoas",
        reason="Front of the hip agreed with the patient; short needles, from the side.",
        side="left",
        template="front-hip-iliopsoas",
        joined=25,
        needled=(26, 4),
        course="sore",
        start_pain=5,
        skips=0.0,
        event=("dizzy", "moderate"),
        asks="Can I swim while it is still sore?",
        asked_on=4,
        seed=4,
    ),
    Role(
        name="Warning",
        shows="answered an emergency sign with yes",
        goal="Walk the dog",
        joined=20,
        needled=(21, 8),
        course="steady",
        start_pain=5,
        skips=0.0,
        safety_yes="faint",
        seed=5,
    ),
    Role(
        name="Unreachable",
        shows="phone cannot be reached",
        goal="Drive to work",
        joined=28,
        needled=(29, 15),
        course="steady",
        start_pain=4,
        phone="gone",
        seed=6,
    ),
    Role(
        name="Ejemplo",
        shows="reads Spanish",
        language="es",
        zone="America/Mexico_City",
        goal="Cargar a mi nieta",
        template="side-muscle-ql",
        joined=33,
        needled=(34, 20, 6),
        course="responder",
        asks="¿Puedo caminar más de media hora?",
        asked_on=2,
        answer="Sí. Pare si el dolor pasa de 5, y descanse ese día.",
        start_pain=7,
        function=((2,), (4,), (5,)),
        seed=7,
    ),
    Role(
        name="First-Day",
        shows="first day after needling",
        goal="Work a full day at my desk",
        joined=0,
        needled=(0,),
        course="steady",
        start_pain=5,
        exercises=0.0,
        seed=8,
    ),
    Role(
        name="Day-Two",
        shows="second needling yesterday, overlay running over the plan",
        goal="Play with my children on the floor",
        muscle="multifidus",
        side="both",
        template="deep-muscle-multifidus",
        joined=15,
        needled=(16, 1),
        course="responder",
        start_pain=6,
        seed=9,
    ),
    Role(
        name="Busy",
        shows="checks in, seldom exercises",
        goal="Lift boxes at work",
        joined=38,
        needled=(39, 25),
        fever_on=18,
        course="wavering",
        start_pain=5,
        exercises=0.1,
        worry=(30, "trauma"),
        seed=10,
    ),
    Role(
        name="No-Floor",
        shows="a program without getting down to the floor, a helper who enters on some days",
        goal="Stand long enough to cook",
        template="no-floor",
        joined=32,
        needled=(33, 19, 5),
        course="responder",
        start_pain=6,
        skips=0.2,
        helper="Helper Example",
        helped_from=20,
        phone="none",
        seed=11,
    ),
    Role(
        name="Invited",
        shows="invited, has not joined yet",
        goal="Ride my bicycle again",
        joined=None,
        needled=(0,),
        course="steady",
        start_pain=6,
        phone="none",
        seed=12,
    ),
)

WITH_LINKS = ("First-Day", "Steady", "Ejemplo")
"""The patients whose links and QR codes the demo prints."""
