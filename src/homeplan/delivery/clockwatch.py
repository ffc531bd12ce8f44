"""Notices that the machine's clock was set: what is due cannot be trusted until it has settled."""

from datetime import datetime

LARGEST_STEP_S = 120.0
HOLD_S = 120.0


class ClockWatch:
    """Compares the wall clock with a monotonic one; a step of over two minutes either way holds sending for two."""

    def __init__(self) -> None:
        self.steps = 0
        """Number of steps of the clock since the start."""
        self._offset: float | None = None
        self._held_until = 0.0

    def holds(self, wall: datetime, monotonic: float) -> bool:
        """Whether sending is held now. `monotonic` in seconds."""
        offset = wall.timestamp() - monotonic
        if self._offset is not None and abs(offset - self._offset) > LARGEST_STEP_S:
            self.steps += 1
            self._held_until = monotonic + HOLD_S
        self._offset = offset
        return monotonic < self._held_until
