"""The files as a disk may have left them when the power went. Pure, but for the dice that it is given.

What was written before the last flush of its file is there. Of each later write the disk kept all, nothing or some
sectors, regardless of what it kept of the writes after it; a file may have its new length without its new bytes.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from drills.recording import Confirmed, Event, Flush, Truncate, Write

SECTOR = 512
Files = dict[str, bytes]


class Disk:
    """The safe bytes of each file, and what was written since the file's last flush."""

    def __init__(self, files: Mapping[str, bytes], *, flushes: bool = True):
        """`flushes`: whether a flush makes anything safe; False is a disk that lies."""
        self._safe = {name: bytearray(data) for name, data in files.items()}
        self._waiting: dict[str, list[Write | Truncate]] = defaultdict(list)
        self._flushes = flushes
        self.confirmed: dict[int, int] = {}
        """The last number that was confirmed to each phone."""

    def take(self, event: Event) -> None:
        match event:
            case Confirmed():
                self.confirmed[event.phone] = max(event.number, self.confirmed.get(event.phone, -1))
            case Flush():
                if self._flushes:
                    for waiting in self._waiting.pop(event.file, []):
                        _apply(self._safe.setdefault(event.file, bytearray()), waiting)
            case _:
                self._waiting[event.file].append(event)

    def left(self, dice: random.Random) -> Files:
        """The files after a cut now: one of the many possible states."""
        files = {name: bytearray(data) for name, data in self._safe.items()}
        share = dice.choice((0.0, 0.5, 0.9, 1.0))
        torn = dice.choice((0.0, 0.3))
        for name, waiting in self._waiting.items():
            image = files.setdefault(name, bytearray())
            for event in waiting:
                if dice.random() >= share:
                    continue
                if isinstance(event, Write) and dice.random() < torn:
                    for part in _some_sectors(event, dice):
                        _apply(image, part)
                else:
                    _apply(image, event)
        return {name: bytes(image) for name, image in files.items()}


def _some_sectors(write: Write, dice: random.Random) -> Iterator[Write]:
    for begin in range(0, len(write.data), SECTOR):
        if dice.random() < 0.5:
            yield Write(write.file, write.at + begin, write.data[begin : begin + SECTOR])


def _apply(image: bytearray, event: Write | Truncate) -> None:
    if isinstance(event, Truncate):
        del image[event.size :]
        image.extend(bytes(event.size - len(image)))
        return
    image.extend(bytes(max(0, event.at - len(image))))
    image[event.at : event.at + len(event.data)] = event.data


def cut_points(events: Sequence[Event], database: str, cuts: int, dice: random.Random) -> list[int]:
    """Places of the cuts among the events, in order: half anywhere, half while the database file is being written."""
    within, open_since = [], False
    for number, event in enumerate(events):
        if isinstance(event, Write | Truncate) and event.file == database:
            open_since = True
        if open_since:
            within.append(number + 1)
        if isinstance(event, Flush) and event.file == database:
            open_since = False
    anywhere = range(len(events) + 1)
    return sorted(dice.choice(within if within and number % 2 else anywhere) for number in range(cuts))


def after_cuts(
    events: Sequence[Event], disk: Disk, points: Iterable[int], dice: random.Random
) -> Iterator[tuple[Files, dict[int, int]]]:
    """The files after each cut, and the last number that was confirmed to each phone before it."""
    done = 0
    for point in points:
        for event in events[done:point]:
            disk.take(event)
        done = point
        yield disk.left(dice), dict(disk.confirmed)
