"""The states of an origin: working, paused, stopped, and working again."""

from homeplan.delivery.breaker import (
    FAILURES_TO_OPEN,
    FIRST_REST_S,
    FIRST_STOP_S,
    LONGEST_REST_S,
    URGENT_REST_S,
    Breaker,
)
from homeplan.delivery.model import AuthRefused, Gone, Outcome, Retry, Sent
from homeplan.reminders.worker import ClockWatch
from tests.conftest import FakeClock
from tests.world import START

TOKEN = "vapid t=…"
TIMEOUT = Retry("timeout")


def push(breaker: Breaker, outcome: Outcome, now: float, token: str = TOKEN) -> bool:
    if not breaker.admit(now):
        return False
    breaker.record(outcome, token=token, now=now)
    return True


def test_an_origin_rests_after_five_failures_in_a_row() -> None:
    breaker = Breaker()
    assert [push(breaker, TIMEOUT, 0.0) for _ in range(6)] == [True] * 5 + [False]
    assert breaker.rest_s(0.0) == FIRST_REST_S


def test_an_answer_between_failures_keeps_it_open() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN - 1):
        push(breaker, TIMEOUT, 0.0)
    push(breaker, Gone(410), 0.0)
    assert all(push(breaker, TIMEOUT, 0.0) for _ in range(FAILURES_TO_OPEN - 1))


def test_after_a_rest_one_push_goes_ahead_and_its_success_lets_the_others_follow() -> None:
    breaker = Breaker()
    while push(breaker, TIMEOUT, 0.0):
        pass
    assert not breaker.admit(FIRST_REST_S - 1)
    assert breaker.admit(FIRST_REST_S)
    assert not breaker.admit(FIRST_REST_S)
    breaker.record(Sent(201), token=TOKEN, now=FIRST_REST_S + 1)
    assert breaker.admit(FIRST_REST_S + 1)
    assert breaker.admit(FIRST_REST_S + 1)


def test_failed_probes_double_the_rest_up_to_five_minutes() -> None:
    breaker, now, rests = Breaker(), 0.0, []
    while push(breaker, TIMEOUT, now):
        pass
    for _ in range(6):
        rests.append(breaker.rest_s(now))
        now += rests[-1]
        assert push(breaker, TIMEOUT, now)
    assert rests == [30, 60, 120, 240, LONGEST_REST_S, LONGEST_REST_S]


def test_failures_that_were_under_way_when_the_rest_began_do_not_lengthen_it() -> None:
    breaker = Breaker()
    for _ in range(16):
        assert breaker.admit(0.0)
    for _ in range(16):
        breaker.record(TIMEOUT, token=TOKEN, now=20.0)
    assert breaker.rest_s(20.0) == FIRST_REST_S


def test_a_probe_that_was_abandoned_leaves_room_for_another() -> None:
    breaker = Breaker()
    while push(breaker, TIMEOUT, 0.0):
        pass
    assert breaker.admit(FIRST_REST_S)
    breaker.abandon()
    assert breaker.admit(FIRST_REST_S)


def test_429_is_about_one_subscription_and_rests_nobody_else() -> None:
    breaker = Breaker()
    assert all(push(breaker, Retry("429 slow down", 60.0), 0.0) for _ in range(50))


def test_a_refused_signature_stops_the_origin_at_once() -> None:
    breaker = Breaker()
    push(breaker, AuthRefused("403 bad jwt"), 0.0)
    assert breaker.stopped_for == "403 bad jwt"
    assert breaker.rest_s(0.0) == FIRST_STOP_S
    assert push(breaker, Sent(201), FIRST_STOP_S)
    assert breaker.stopped_for is None


def test_an_answer_that_says_nothing_about_the_signature_does_not_clear_the_alert() -> None:
    breaker = Breaker()
    push(breaker, AuthRefused("403"), 0.0)
    push(breaker, Gone(410), FIRST_STOP_S)
    assert breaker.stopped_for == "403"
    assert breaker.open, "one push at a time goes ahead until one is accepted"
    assert push(breaker, Sent(201), FIRST_STOP_S)


def test_one_odd_subscription_cannot_stop_an_origin_that_just_accepted_the_same_token() -> None:
    breaker = Breaker()
    push(breaker, Sent(201), 0.0)
    push(breaker, AuthRefused("403 not yours"), 0.0)
    assert breaker.stopped_for is None
    for _ in range(FAILURES_TO_OPEN - 1):
        push(breaker, AuthRefused("403 not yours"), 0.0)
    assert breaker.stopped_for == "403 not yours"


def test_a_new_token_has_to_prove_itself_again() -> None:
    breaker = Breaker()
    push(breaker, Sent(201), 0.0)
    push(breaker, AuthRefused("403 clock"), 0.0, token="another")
    assert breaker.stopped_for == "403 clock"


def test_a_clock_that_was_set_holds_sending_for_two_minutes() -> None:
    for step_s in (121, -121, 86400, -86400):
        clock, watch = FakeClock(START), ClockWatch()
        assert not watch.holds(clock.now(), 1000.0)
        assert not watch.holds(clock.advance(seconds=1), 1001.0)
        clock.advance(seconds=step_s)
        assert watch.holds(clock.advance(seconds=1), 1002.0)
        assert watch.holds(clock.advance(seconds=119), 1121.0)
        assert not watch.holds(clock.advance(seconds=1), 1122.0)
        assert watch.steps == 1


def test_a_small_correction_of_the_clock_holds_nothing() -> None:
    clock, watch = FakeClock(START), ClockWatch()
    watch.holds(clock.now(), 0.0)
    assert not watch.holds(clock.advance(seconds=119), 0.0)


def test_a_rest_and_a_stop_are_short_for_what_is_urgent() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.record(Retry("timeout"), token="t", now=0.0)
    assert (breaker.rest_s(1.0), breaker.rest_s(1.0, urgent=True)) == (29.0, 7.0)
    assert not breaker.admit(8.0)
    assert breaker.admit(8.0, urgent=True)
    assert breaker.rest_s(8.0, urgent=True) > 0, "one probe at a time"
    breaker.record(Retry("timeout"), token="t", now=9.0)
    assert breaker.rest_s(10.0, urgent=True) == 7.0
    breaker.record(AuthRefused("no"), token="t", now=40.0)
    assert breaker.rest_s(41.0) > breaker.rest_s(41.0, urgent=True) == URGENT_REST_S - 1


def test_a_stop_is_as_long_for_what_is_urgent_where_asking_again_may_lock_the_account() -> None:
    breaker = Breaker()
    breaker.record(AuthRefused("535"), token="t", now=0.0, may_lock=True)
    assert breaker.rest_s(20.0, urgent=True) == breaker.rest_s(20.0) > 0
    breaker.record(AuthRefused("554"), token="t", now=FIRST_STOP_S)
    assert breaker.rest_s(FIRST_STOP_S, urgent=True) == URGENT_REST_S
