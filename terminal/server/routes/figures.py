"""Figures for whoever watches over the server, as Prometheus reads them. No name, no id of a person.

What is counted in the database is the same whichever process is asked; requests are counted by
each process for itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from terminal.server.database.connection import ServerDatabase
from terminal.server.database.overview import read_overview
from terminal.server.intake import rulings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)


class Figures:
    """The figures of one process, in a registry of their own."""

    def __init__(self, database: ServerDatabase, now_ms: Callable[[], int]) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._process = str(os.getpid())
        self._requests = Counter(
            "tenth_requests",
            "Requests answered, by path, HTTP code and process.",
            ("path", "code", "process"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tenth_request_seconds",
            "How long answers took; waiting for the bell is left out.",
            ("path", "process"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Books(database, now_ms))

    def answered(self, path: str, code: int, seconds: float | None) -> None:
        """One more request was answered; ``seconds`` None where it only waited."""
        self._requests.labels(path, str(code), self._process).inc()
        if seconds is not None:
            self._seconds.labels(path, self._process).observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Books(Collector):
    """What the tables say at the moment of asking."""

    def __init__(self, database: ServerDatabase, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._now_ms = now_ms

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: the database is not asked before somebody reads."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        with self._database.reading() as connection:
            overview = read_overview(connection)
        values = rulings.value_at_risk(self._database)
        now_ms = self._now_ms()
        yield _counted("tenth_facts_stored", "Facts stored for good.", overview.facts_stored)
        yield _counted("tenth_facts_applied", "Facts applied or parked.", overview.facts_applied)
        yield _gauge("tenth_facts_parked", "Facts kept that could not be applied.", overview.parked)
        yield _gauge("tenth_feed_rows", "Rows of all feeds.", overview.feed_rows)
        yield _gauge("tenth_timeline", "The server's timeline.", overview.timeline)
        yield _gauge("tenth_quarantined", "Logs that are yet to speak.", overview.quarantined)
        exposure = GaugeMetricFamily(
            "tenth_exposure_units",
            "Rights below zero: units spent that nobody had, by unit.",
            labels=("unit",),
        )
        for unit, n in overview.exposure:
            exposure.add_metric((unit,), n)
        yield exposure
        alarms = GaugeMetricFamily("tenth_alarms", "Open alarms by kind.", labels=("kind",))
        for kind, n in overview.alarms:
            alarms.add_metric((kind,), n)
        yield alarms
        yield _gauge(
            "tenth_decisions", "Lots of units that wait for a decision.", overview.decisions
        )
        contact = GaugeMetricFamily(
            "tenth_till_silent_seconds", "Since a till spoke last.", labels=("store", "till", "log")
        )
        behind = GaugeMetricFamily(
            "tenth_till_feed_behind", "Feed rows yet to be told.", labels=("store", "till", "log")
        )
        waiting = GaugeMetricFamily(
            "tenth_till_facts_unapplied", "Facts not applied.", labels=("store", "till", "log")
        )
        risk = GaugeMetricFamily(
            "tenth_till_rights_at_risk",
            "Units that a till may spend without asking, by unit.",
            labels=("store", "till", "log", "unit"),
        )
        value = GaugeMetricFamily(
            "tenth_till_value_at_risk",
            "What a till may spend without asking, in the smallest coin.",
            labels=("store", "till", "log"),
        )
        for till in overview.tills:
            place = (till.store, till.lane, till.incarnation)
            contact.add_metric(place, max(0, now_ms - till.contact_ms) / 1000)
            behind.add_metric(place, till.feed_behind)
            waiting.add_metric(place, till.stored - till.applied)
            value.add_metric(place, values.get(till.incarnation, 0))
            for unit, n in till.rights:
                risk.add_metric((*place, unit), n)
        yield from (contact, behind, waiting, risk, value)


def _gauge(name: str, words: str, value: int) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _counted(name: str, words: str, value: int) -> Metric:
    return CounterMetricFamily(name, words, value=value)
