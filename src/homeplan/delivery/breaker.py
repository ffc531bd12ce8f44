"""Whether a service may be sent to now: rests after failures in a row, stops while it refuses us."""

from homeplan.delivery.model import AuthRefused, Outcome, Retry, Sent

FAILURES_TO_OPEN = 5
FIRST_REST_S = 30.0
LONGEST_REST_S = 300.0
FIRST_STOP_S = 60.0
LONGEST_STOP_S = 900.0
URGENT_REST_S = 8.0
"""A rest or a stop is this short for what must not wait, so that it goes within seconds after a fault has ended."""


class Breaker:
    """One origin. Times are seconds of a monotonic clock. After each rest a single push goes ahead as a probe."""

    def __init__(self) -> None:
        self.stopped_for: str | None = None
        """The reason why our signature is refused; None while it is accepted. The operator must act on it."""
        self._failures = 0
        self._refusals = 0
        self._rests = 0
        self._closed_until = 0.0
        self._closed_at = 0.0
        self._probing = False
        self._proven: str | None = None
        self._may_lock = False

    @property
    def open(self) -> bool:
        """Whether the origin rests or is stopped, until a probe is accepted."""
        return self._rests > 0

    def rest_s(self, now: float, *, urgent: bool = False) -> float:
        """The seconds for which nothing can be sent; 0 when something may.

        What is `urgent` waits as long as the rest where asking again may lock our account.
        """
        if not self.open:
            return 0.0
        urgent = urgent and not (self.stopped_for is not None and self._may_lock)
        until = min(self._closed_until, self._closed_at + URGENT_REST_S) if urgent else self._closed_until
        if now < until:
            return until - now
        return (URGENT_REST_S if urgent else FIRST_REST_S) if self._probing else 0.0

    def admit(self, now: float, *, urgent: bool = False) -> bool:
        """Whether this push may be sent. If so, `record` its outcome, or `abandon` it."""
        if self.rest_s(now, urgent=urgent) > 0:
            return False
        self._probing = self.open
        return True

    def record(self, outcome: Outcome, *, token: str, now: float, may_lock: bool = False) -> None:
        """Take account of the outcome of a push signed with `token`. `may_lock`: it was a refused sign-in."""
        self._probing = False
        match outcome:
            case AuthRefused(reason=reason):
                self._refusals += 1
                # A token that was accepted here is good: then the subscription is odd, and stopping everybody's
                # reminders for it would let one phone silence a clinic. Several in a row are our fault after all.
                if token != self._proven or self._refusals >= FAILURES_TO_OPEN:
                    self.stopped_for, self._may_lock = reason, may_lock
                    self._rest(now, FIRST_STOP_S, LONGEST_STOP_S)
            case Retry(reason=reason) if not reason.startswith("429"):  # 429 concerns one subscription
                self._failures += 1
                if self._failures >= FAILURES_TO_OPEN or self.open:
                    self._rest(now, FIRST_REST_S, LONGEST_REST_S)
            case Sent():
                self._proven = token
                self._failures = self._refusals = self._rests = 0
                self.stopped_for = None
            case _:  # an answer, so the service works; whether it looked at our token it does not say
                self._failures = 0
                if self.stopped_for is None:
                    self._rests = 0

    def abandon(self) -> None:
        """A push that was let through was not sent after all."""
        self._probing = False

    def _rest(self, now: float, first: float, longest: float) -> None:
        self._closed_at = now
        if now < self._closed_until:  # what was under way when the rest began says nothing new
            return
        self._closed_until = now + min(first * 2.0**self._rests, longest)
        self._rests = min(self._rests + 1, 10)
