"""Writes the figures as families of Prometheus. A label names a route, a queue, a host or a state, never an id."""

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from math import inf

from prometheus_client import PROCESS_COLLECTOR, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from homeplan import __version__
from homeplan.db import StoreFigures
from homeplan.delivery.incidents import Incident
from homeplan.delivery.metrics import STATES, books
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.http.request_figures import BOUNDS_S, RequestFigures
from homeplan.metrics.model import LIVES, Heartbeat, Snapshot
from homeplan.reminders.model import SilenceReason

INCIDENTS = {
    Incident.CLOCK_SET: ("clock_set", "The clock moved over two minutes at once; reminders waited for two."),
    Incident.PUT_OFF: ("reminders_put_off", "Reminders that could not be computed, put off for an hour."),
    Incident.SIGNATURE_REFUSED: ("push_signature_refused", "Pushes whose VAPID signature was refused; see the log."),
    Incident.MAIL_REFUSED: ("mail_refused", "Times that the mail server refused us; see the log."),
}

Labels = Sequence[str]


def exposition(
    snapshot: Snapshot, store: StoreFigures, requests: RequestFigures, *, engine: str, keyring: Keyring | None
) -> bytes:
    """All figures in Prometheus' text format 0.0.4."""
    return written(
        [
            *_build(engine, snapshot.at.timestamp()),
            *_requests(requests),
            *_store(store),
            *reminders(snapshot),
            *deliveries(snapshot),
            *_devices(snapshot.devices, keyring),
            *_escalations(snapshot),
            *_heartbeat(snapshot.heartbeat, snapshot.at),
            *(_backup(snapshot) if engine == "sqlite" else ()),
            *PROCESS_COLLECTOR.collect(),
        ]
    )


def written(families: Iterable[Metric]) -> bytes:
    """These families in Prometheus' text format 0.0.4."""
    return generate_latest(_Collected(families))


class _Collected:
    def __init__(self, families: Iterable[Metric]):
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _gauge(name: str, meaning: str, values: Mapping[Labels, float], labels: Labels = ()) -> Metric:
    family = GaugeMetricFamily(f"homeplan_{name}", meaning, labels=labels)
    for given, value in values.items():
        family.add_metric(given, value)
    return family


def _counter(name: str, meaning: str, values: Mapping[Labels, float], labels: Labels = ()) -> Metric:
    """`name` without its `_total`, which the library adds."""
    family = CounterMetricFamily(f"homeplan_{name}", meaning, labels=labels)
    for given, value in values.items():
        family.add_metric(given, value)
    return family


def _build(engine: str, now: float) -> Iterator[Metric]:
    info = InfoMetricFamily("homeplan_build", "Version of homeplan and Python, and the database's engine.")
    info.add_metric([], {"version": __version__, "python": platform.python_version(), "engine": engine})
    yield info
    yield _gauge("clock_seconds", "This machine's clock, in seconds since 1970.", {(): now})


def _requests(requests: RequestFigures) -> Iterator[Metric]:
    seconds = HistogramMetricFamily(
        "homeplan_request_seconds", "Seconds from a request's arrival to its answer.", labels=("method", "route")
    )
    for labels, timing in requests.timings.items():
        counts = accumulate(timing.by_bound)
        buckets = [(str(bound), float(n)) for bound, n in zip((*BOUNDS_S, "+Inf"), counts, strict=True)]
        seconds.add_metric(labels, buckets, timing.seconds)
    yield seconds
    yield _counter(
        "requests",
        "Answered requests of this process.",
        {
            (*labels, str(status)): times
            for labels, timing in requests.timings.items()
            for status, times in timing.by_status.items()
        },
        ("method", "route", "status"),
    )


def _store(store: StoreFigures) -> Iterator[Metric]:
    """Figures of the engine; one that it does not have is left out."""
    figures = {
        "database_bytes": ("Size of the database, without its log.", store.size_bytes),
        "database_wal_bytes": ("SQLite: size of the write-ahead log.", store.wal_bytes),
        "database_free_bytes": ("SQLite: room that is left on the disk of the database.", store.free_bytes),
        "database_waiting_writes": ("SQLite: writes that wait for the one writer.", store.waiting_writes),
        "database_lock_waits": ("PostgreSQL: connections that wait for a lock.", store.lock_waits),
        "pool_most_connections": ("PostgreSQL: most connections of this process.", store.most_connections),
        "pool_waiting": ("PostgreSQL: transactions that wait for a connection.", store.waiting_for_connection),
    }
    for name, (meaning, value) in figures.items():
        if value is not None:
            yield _gauge(name, meaning, {(): value})
    if store.connections is not None:
        yield _gauge(
            "pool_connections",
            "PostgreSQL: open connections of this process.",
            {(state,): number for state, number in store.connections.items()},
            ("state",),
        )


def reminders(snapshot: Snapshot) -> Iterator[Metric]:
    """The ledger of reminders of the last day, and the queues."""
    book, silent = snapshot.reminders.ledger, snapshot.reminders.silent
    yield _gauge(
        "reminders_due", "Due in the last 24 h: one for each device, one where nothing was sent.", {(): book.due}
    )
    yield _gauge(
        "reminders",
        "Where what was due in the last 24 h stands; the states add up to due.",
        {(state,): getattr(book, state) for state in STATES},
        ("state",),
    )
    yield _gauge(
        "reminders_unbalanced", "Due minus the sum of the states. Anything but 0 is a defect.", {(): book.unbalanced}
    )
    yield _gauge(
        "reminders_silent",
        "Due moments of the last 24 h that stayed silent, by reason.",
        {(reason.value,): silent.get(reason, 0) for reason in SilenceReason},
        ("reason",),
    )
    yield _gauge(
        "queue_depth",
        "Rows that are due and wait for a worker.",
        {(queue,): waiting.depth for queue, waiting in snapshot.backlogs.items()},
        ("queue",),
    )
    yield _gauge(
        "queue_lag_seconds",
        "How long the longest-due row waits.",
        {(queue,): waiting.lag.total_seconds() for queue, waiting in snapshot.backlogs.items()},
        ("queue",),
    )
    for incident, (name, meaning) in INCIDENTS.items():
        yield _counter(name, meaning, {(): snapshot.incidents[incident.value]})


def deliveries(snapshot: Snapshot) -> Iterator[Metric]:
    """The ledger of all deliveries of the last day, and what went to which service."""
    by_channel = books(snapshot.deliveries)
    labels = ("recipient", "channel")
    yield _gauge(
        "deliveries_due",
        "Deliveries planned in the last 24 h.",
        {whom: book["due"] for whom, book in by_channel.items()},
        labels,
    )
    yield _gauge(
        "deliveries",
        "Where what was planned in the last 24 h stands; the states add up to due.",
        {(*whom, state): book[state] for whom, book in by_channel.items() for state in STATES},
        (*labels, "state"),
    )
    yield _gauge(
        "deliveries_unbalanced",
        "Due minus the sum of the states. Anything but 0 is a defect.",
        {whom: book["due"] - sum(book[state] for state in STATES) for whom, book in by_channel.items()},
        labels,
    )
    yield _counter(
        "transmissions",
        "Pushes and mails that were tried, by the service's host, of all processes.",
        {tuple(transmission): times for transmission, times in snapshot.transmissions.items()},
        ("channel", "host", "outcome"),
    )


def _devices(by_key: Mapping[str, int], keyring: Keyring | None) -> Iterator[Metric]:
    """Number of devices that use the current VAPID key, a previous one, and one that is not configured any more."""
    found = {"current": 0, "previous": 0, "lost": 0}
    for key_id, devices in by_key.items():
        known = keyring is not None and keyring.get(key_id) is not None
        found["current" if keyring and key_id == keyring.current.id else "previous" if known else "lost"] += devices
    yield _gauge(
        "devices",
        "Living devices by VAPID key; at previous 0, HOMEPLAN_VAPID_PREVIOUS_KEYS may go. "
        "Those of a lost key are reached again once their patients open the app.",
        {(key,): devices for key, devices in found.items()},
        ("key",),
    )


def _escalations(snapshot: Snapshot) -> Iterator[Metric]:
    yield _gauge(
        "escalations",
        "Open alerts that are escalated until somebody acknowledges them. "
        "Overdue ones have waited for the worker for more than 60 s: above 0, alert the operator.",
        {("open",): snapshot.escalations_open, ("overdue",): snapshot.escalations_overdue},
        ("state",),
    )
    yield _gauge(
        "clinics_unattended",
        "Clinics in which the next 24 hours lack somebody on duty or a channel.",
        {(): snapshot.clinics_unattended},
    )


def _heartbeat(heartbeat: Heartbeat, now: datetime) -> Iterator[Metric]:
    """The workers of all processes; before the first one lives there is no heartbeat."""

    def age(at: datetime) -> float:
        return max((now - at).total_seconds(), 0.0)

    living = sum(now - beat.at < LIVES for beat in heartbeat.beats)
    yield _gauge("workers", "Worker processes that said within a minute that they live.", {(): living})
    yield _gauge(
        "worker_heartbeat_age_seconds",
        "Seconds since a worker last said that it lives, in any process.",
        {(): age(heartbeat.beats[0].at)} if heartbeat.beats else {},
    )
    yield _gauge(
        "worker_task_age_seconds",
        "Seconds since a task last succeeded, in any process.",
        {(task,): age(at) for task, at in heartbeat.succeeded(now).items()},
        ("task",),
    )
    yield _counter(
        "worker_failures",
        "Failures of a task, in all processes; the log says why.",
        {(task,): times for task, times in heartbeat.failed.items()},
        ("task",),
    )
    check = heartbeat.check
    yield _gauge(
        "database_check_age_seconds",
        "SQLite: seconds since the whole file was last checked, each night.",
        {(): age(check.at)} if check else {},
    )
    yield _gauge(
        "database_check_faults",
        "SQLite: faults that the last check of the whole file found. Anything but 0 is damage.",
        {(): check.faults} if check else {},
    )


def _backup(snapshot: Snapshot) -> Iterator[Metric]:
    """The age of the last backup, infinite before the first; PostgreSQL is backed up by its own tools."""
    last = snapshot.backed_up
    yield _gauge(
        "backup_age_seconds",
        "SQLite: seconds since the database was last backed up by homeplan.",
        {(): inf if last is None else (snapshot.at - last).total_seconds()},
    )
