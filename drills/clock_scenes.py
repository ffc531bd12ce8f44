"""The scenes of drills/clock.py: clocks that go wrong and are set right."""

from datetime import timedelta

from msgspec import Struct

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RIGHT = timedelta(0)


class Moment(Struct, frozen=True):
    """A true time of the clinic, and how far the server's clock is from it."""

    at: str
    off: timedelta = RIGHT
    within_hold: bool = False
    """Whether the clock is set again before the hold after this step is over."""


class Scene(Struct, frozen=True, kw_only=True):
    """A clock that goes wrong."""

    zone: str
    reminder: str
    moments: tuple[Moment, ...]
    shown: tuple[str, ...]
    """The local days on which each reminder must be shown once; on all others never."""
    passed_over: tuple[str, ...] = ()
    """Those whose reminder is lost: the clock went over it, and the hold was over before it was right again."""


SCENES = {
    "an hour ahead": Scene(
        zone="America/Denver",
        reminder="18:00",
        moments=(
            Moment("2027-02-01 17:20"),
            Moment("2027-02-01 17:21", HOUR),
            Moment("2027-02-01 17:40"),
            Moment("2027-02-01 18:01"),
            Moment("2027-02-02 18:01"),
        ),
        shown=("2027-02-01", "2027-02-02"),
    ),
    "an hour behind": Scene(
        zone="Europe/Madrid",
        reminder="18:00",
        moments=(
            Moment("2027-02-01 18:01"),
            Moment("2027-02-01 18:10", -HOUR),
            Moment("2027-02-01 19:01", -HOUR),
            Moment("2027-02-01 19:05"),
            Moment("2027-02-02 18:01", -HOUR),
            Moment("2027-02-02 18:30"),
        ),
        shown=("2027-02-01", "2027-02-02"),
    ),
    "a day ahead, noticed at once": Scene(
        zone="America/Denver",
        reminder="18:00",
        moments=(
            Moment("2027-02-01 12:00"),
            Moment("2027-02-01 12:05", DAY, within_hold=True),
            Moment("2027-02-01 12:06"),
            Moment("2027-02-01 18:01"),
            Moment("2027-02-02 18:01"),
        ),
        shown=("2027-02-01", "2027-02-02"),
    ),
    "a day ahead": Scene(
        zone="America/Denver",
        reminder="18:00",
        moments=(
            Moment("2027-02-01 12:00"),
            Moment("2027-02-01 12:05", DAY),
            Moment("2027-02-01 12:30"),
            Moment("2027-02-01 18:01"),
            Moment("2027-02-02 18:01"),
        ),
        shown=("2027-02-02",),
        passed_over=("2027-02-01",),
    ),
    "a day behind": Scene(
        zone="Pacific/Auckland",
        reminder="18:00",
        moments=(
            Moment("2027-02-01 18:01"),
            Moment("2027-02-02 12:00", -DAY),
            Moment("2027-02-02 18:05", -DAY),
            Moment("2027-02-02 18:30"),
            Moment("2027-02-03 18:01"),
        ),
        shown=("2027-02-01", "2027-02-02", "2027-02-03"),
    ),
    "clocks go forward": Scene(
        zone="America/Denver",
        reminder="02:30",
        moments=(
            Moment("2027-03-13 02:31"),
            Moment("2027-03-14 01:59"),
            Moment("2027-03-14 03:01"),
            Moment("2027-03-14 03:40", HOUR),
            Moment("2027-03-14 04:10"),
            Moment("2027-03-15 02:31"),
        ),
        shown=("2027-03-13", "2027-03-14", "2027-03-15"),
    ),
    "clocks go back": Scene(
        zone="America/Denver",
        reminder="01:30",
        moments=(
            Moment("2027-11-06 01:31"),
            Moment("2027-11-07 01:31"),
            Moment("2027-11-07 02:10", -HOUR),
            Moment("2027-11-07 02:40"),
            Moment("2027-11-08 01:31"),
        ),
        shown=("2027-11-06", "2027-11-07", "2027-11-08"),
    ),
}
