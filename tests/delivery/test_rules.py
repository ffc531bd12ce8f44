"""The meaning of push services' answers, the delay of retries, and the reachability of patients."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.delivery.mail import send as mail
from homeplan.delivery.model import (
    AuthRefused,
    Device,
    Gone,
    Held,
    Outcome,
    Refused,
    Retry,
    Sent,
    WrongKey,
)
from homeplan.delivery.rules import MOST_REFUSALS, URGENT_LEASE, backoff, reachability, settle
from homeplan.delivery.webpush import send as webpush
from homeplan.delivery.webpush import session
from homeplan.delivery.webpush.compose import ttl_s
from homeplan.delivery.webpush.rules import classify, retry_after
from homeplan.ids import opaque_id

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def outcome(status: int, body: bytes = b"", *, key_is_current: bool = True, **headers: str) -> Outcome:
    return classify(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        body,
        now=NOW,
        key_is_current=key_is_current,
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_sent(status: int) -> None:
    assert outcome(status) == Sent(status)


@pytest.mark.parametrize("status", [404, 410])
def test_not_found_and_gone_forget_the_device(status: int) -> None:
    assert outcome(status, b"<html>") == Gone(status)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_signature_is_our_fault(status: int) -> None:
    assert outcome(status, b"bad jwt") == AuthRefused(f"{status} bad jwt")


APPLE = b'{"reason":"VapidPkHashMismatch"}'
FIREBASE = (
    b"the VAPID credentials in the authorization header do not correspond to the credentials used to create "
    b"the subscriptions.\n"
)


@pytest.mark.parametrize(("status", "body"), [(400, APPLE), (403, FIREBASE)])
def test_a_mismatch_of_keys_asks_the_phone_to_subscribe_again_only_if_its_key_is_an_older_one(
    status: int, body: bytes
) -> None:
    assert isinstance(outcome(status, body, key_is_current=False), WrongKey)
    assert isinstance(outcome(status, body, key_is_current=True), AuthRefused)


@pytest.mark.parametrize("status", [400, 402, 405, 406, 413, 415, 422])
def test_other_refusals_are_bugs_and_keep_the_reason(status: int) -> None:
    assert outcome(status, b"too\r\nlarge\x00 \xff") == Refused(f"{status} too large �")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure(status: int) -> None:
    assert outcome(status, location="https://elsewhere.example/") == Refused(str(status))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_overload_and_trouble_are_tried_again(status: int) -> None:
    assert outcome(status, b"later") == Retry(f"{status} later", None)
    assert outcome(status, retry_after="120") == Retry(str(status), 120.0)


def test_a_reason_never_repeats_a_piece_of_an_endpoint() -> None:
    secret = "gAAAAABl-very_secret-token-of-one-phone:APA91b"
    assert secret not in str(outcome(400, f"bad token https://push.example/wpush/v2/{secret}".encode()))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 1.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("3600", 3600.0),
        ("86400", 3600.0),
        ("99999999999999999999999", 3600.0),
        ("Mon, 02 Mar 2026 15:05:00 GMT", 300.0),
        ("Mon, 02 Mar 2026 14:00:00 GMT", 1.0),
        ("Tue, 03 Mar 2026 15:00:00 GMT", 3600.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Mon, 99 Foo 2026", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_capped(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_sender(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 1 <= seconds <= 3600


def test_backoff_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    assert [backoff(n, 0).total_seconds() for n in range(1, 8)] == [30, 60, 120, 240, 480, 900, 900]
    assert backoff(1, -1).total_seconds() == 24
    assert backoff(1, 1).total_seconds() == 36


DEADLINE = NOW + timedelta(hours=2)


def test_a_retry_waits_as_the_service_asked() -> None:
    settled = settle(Retry("429 slow down", 90), at=NOW, attempts=1, deadline=DEADLINE, spread=0.5)
    assert (settled.status, settled.outcome, settled.next_attempt_at) == (
        "pending",
        "busy",
        NOW + timedelta(seconds=90),
    )


@given(
    st.sampled_from([Retry("timeout"), Retry("503", 3600.0), AuthRefused("401"), Held(30.0, "held")]),
    st.integers(1, 50),
    st.integers(1, 7200),
    st.floats(-1, 1),
)
def test_nothing_is_tried_at_or_after_its_deadline(outcome: Outcome, attempts: int, left_s: int, spread: float) -> None:
    deadline = NOW + timedelta(seconds=left_s)
    settled = settle(outcome, at=NOW, attempts=attempts, deadline=deadline, spread=spread)
    if settled.status == "pending":
        assert settled.next_attempt_at is not None
        assert NOW < settled.next_attempt_at < deadline
    else:
        assert (settled.status, settled.next_attempt_at) == ("stale", None)


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        (Sent(201), "sent", "accepted"),
        (Gone(410), "gone", "gone"),
        (WrongKey("400"), "failed", "wrong-key"),
        (Refused("413"), "failed", "refused"),
        (AuthRefused("403"), "pending", "auth"),
        (Retry("timeout"), "pending", "timeout"),
        (Retry("unreachable ServerDisconnectedError"), "pending", "unreachable"),
        (Retry("503 overloaded"), "pending", "busy"),
        (Held(5.0, "held"), "pending", "held"),
    ],
)
def test_each_outcome_has_its_state(outcome: Outcome, status: str, code: str) -> None:
    settled = settle(outcome, at=NOW, attempts=1, deadline=DEADLINE, spread=0)
    assert (settled.status, settled.outcome) == (status, code)


def test_what_was_held_back_does_not_count_as_an_attempt() -> None:
    assert not settle(Held(5.0, "held"), at=NOW, attempts=1, deadline=DEADLINE, spread=0).attempted
    assert settle(Retry("timeout"), at=NOW, attempts=1, deadline=DEADLINE, spread=0).attempted


def test_ttl_is_the_remaining_life_and_at_least_a_minute() -> None:
    assert ttl_s(NOW, NOW + timedelta(seconds=90.9)) == 90
    assert ttl_s(NOW, NOW + timedelta(seconds=5)) == 60
    assert ttl_s(NOW, NOW - timedelta(days=1)) == 60
    assert ttl_s(NOW, NOW + timedelta(days=365)) == 28 * 24 * 3600


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_a_topic_has_the_24_characters_that_every_service_takes(parts: list[str]) -> None:
    made = opaque_id(*parts)
    assert len(made) == 24
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert made == opaque_id(*parts)


def test_topics_of_different_subjects_differ() -> None:
    assert opaque_id("a", "bc") != opaque_id("ab", "c")


def device(**changes: object) -> Device:
    facts: dict[str, object] = {
        "id": "d1",
        "platform": "android",
        "language": "en",
        "key_id": "0123456789ab",
        "created_at": NOW - timedelta(days=30),
        "last_accepted_at": NOW - timedelta(hours=20),
        "last_shown_at": NOW - timedelta(hours=20),
        "failing_since": None,
        "unshown": 0,
        "unshown_since": None,
        "needs_resubscribe_at": None,
        "ended_at": None,
        "end": None,
    }
    return Device(**{**facts, **changes})  # type: ignore[arg-type]


def ago(**delta: float) -> datetime:
    return NOW - timedelta(**delta)


def judged(*devices: Device) -> tuple[str, datetime | None, str | None]:
    found = reachability(devices, NOW)
    return found.state, found.since, found.reason


def test_a_patient_who_never_switched_reminders_on_has_no_reachability() -> None:
    assert judged() == ("none", None, None)


def test_a_device_is_reachable_once_a_push_was_accepted() -> None:
    fresh = device(last_accepted_at=None, last_shown_at=None)
    assert judged(fresh) == ("unproven", fresh.created_at, None)
    assert judged(device()) == ("reachable", device().created_at, None)


@pytest.mark.parametrize(
    ("changes", "since", "reason"),
    [
        ({"ended_at": ago(days=3), "end": "gone"}, ago(days=3), "gone"),
        ({"ended_at": ago(days=3), "end": "removed"}, ago(days=3), "removed"),
        ({"needs_resubscribe_at": ago(hours=1)}, ago(hours=1), "key-changed"),
        ({"failing_since": ago(hours=24)}, ago(hours=24), "failing"),
        ({"unshown": 3, "unshown_since": ago(hours=48)}, ago(hours=48), "silent"),
    ],
)
def test_a_device_is_unreachable_since_it_was_lost(changes: dict[str, object], since: datetime, reason: str) -> None:
    assert judged(device(**changes)) == ("unreachable", since, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"failing_since": ago(hours=23, minutes=59)},
        {"unshown": 2, "unshown_since": ago(days=10)},
        {"unshown": 9, "unshown_since": ago(hours=47)},
        {"unshown": 50, "unshown_since": ago(days=10), "last_shown_at": None},
    ],
)
def test_a_short_trouble_or_a_browser_without_receipts_is_still_reachable(changes: dict[str, object]) -> None:
    assert judged(device(**changes))[0] == "reachable"


def test_the_best_device_counts_and_the_last_loss_of_several() -> None:
    gone = device(id="d1", ended_at=ago(days=5), end="gone")
    removed = device(id="d2", ended_at=ago(days=2), end="removed")
    assert judged(gone, removed) == ("unreachable", ago(days=2), "removed")
    assert judged(gone, removed, device(id="d3"))[0] == "reachable"


def test_the_last_receipt_of_any_device_is_told() -> None:
    found = reachability([device(last_shown_at=ago(days=9)), device(last_shown_at=None)], NOW)
    assert found.last_receipt_at == ago(days=9)


def test_what_is_urgent_is_tried_again_within_ten_seconds_until_its_end() -> None:
    waits = [backoff(attempt, 1, urgent=True).total_seconds() for attempt in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] < 4
    assert waits[-1] <= 9
    end = NOW + timedelta(hours=24)
    again = settle(Retry("timeout"), at=NOW, attempts=9, deadline=end, spread=0, urgent=True)
    assert again.next_attempt_at is not None
    assert again.next_attempt_at - NOW < timedelta(seconds=10)


def test_an_urgent_message_that_a_service_refuses_is_tried_again_for_some_minutes() -> None:
    end = NOW + timedelta(hours=24)
    refused = partial(settle, at=NOW, deadline=end, spread=1, urgent=True)
    for outcome in (Refused("554 text not now"), AuthRefused("550 sender not now")):
        again = refused(outcome, attempts=9)
        assert again.status == "pending"
        assert again.next_attempt_at is not None
        assert again.next_attempt_at - NOW < timedelta(seconds=10)
    assert refused(Refused("554 text not now"), attempts=MOST_REFUSALS).status == "failed"
    assert refused(Refused("not-an-address"), attempts=1).status == "failed", "a fault of the address stays"


def test_a_refused_message_that_is_not_urgent_is_given_up_at_once() -> None:
    end = NOW + timedelta(hours=24)
    assert settle(Refused("554 text no"), at=NOW, attempts=1, deadline=end, spread=0).status == "failed"


def test_nothing_urgent_is_sent_for_longer_than_its_lease() -> None:
    mail_s = mail.WAIT_LIMIT_S + mail.CONNECT_LIMIT_S + mail.URGENT_SEND_LIMIT_S
    push_s = webpush.WAIT_LIMIT_S + session.URGENT_SEND_LIMIT_S + session.ANSWER_LIMIT_S
    assert max(mail_s, push_s) < URGENT_LEASE.total_seconds()
