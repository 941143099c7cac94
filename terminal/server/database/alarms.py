"""Alarms: what somebody must look at, once for each place, with how often it happened."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select, text, update
from sqlalchemy.engine import Connection

from terminal.server.database.schema import alarms


class Alarm(NamedTuple):
    """``kind`` is a short key, ``place`` what it is about, ``detail`` a sentence or JSON."""

    kind: str
    place: str
    detail: str


class RaisedAlarm(NamedTuple):
    """An alarm as it stands."""

    kind: str
    place: str
    detail: str
    raised_ms: int
    last_ms: int
    times: int
    done_ms: int = 0
    """When somebody put it away; 0: it is open."""
    note: str = ""
    """What they wrote to it, also to an earlier time."""

    @property
    def id(self) -> str:
        """What people call it: short, and the same as often as it is raised."""
        return sha256(f"{self.kind}|{self.place}".encode()).hexdigest()[:8]


_RAISE = text(
    "INSERT INTO alarms (kind, place, detail, raised_ms, last_ms, times)"
    " VALUES (:kind, :place, :detail, :now_ms, :now_ms, 1)"
    " ON CONFLICT (kind, place) DO UPDATE SET detail = excluded.detail,"
    " last_ms = excluded.last_ms, times = alarms.times + 1,"
    " done_ms = CASE WHEN alarms.detail = excluded.detail"
    " AND alarms.kind IN ('exposure', 'foreign_log', 'same_phone') THEN alarms.done_ms ELSE 0 END"
)
_COLUMNS = tuple(alarms.c[name] for name in RaisedAlarm._fields)


def raise_alarms(connection: Connection, raised: Iterable[Alarm], now_ms: int) -> None:
    """Raise alarms; one that stands already counts once more and tells the newest detail.

    One that was put away is open again; one that tells how things stand, and not what happened,
    only where they stand otherwise.
    """
    rows = [{**one._asdict(), "now_ms": now_ms} for one in sorted(raised)]
    if rows:
        connection.execute(_RAISE, rows)


def read_alarms(connection: Connection, *, done: bool = False) -> list[RaisedAlarm]:
    """The open alarms, the newest first; with ``done`` those that were put away, too."""
    asked = select(*_COLUMNS).order_by(alarms.c.last_ms.desc(), alarms.c.kind, alarms.c.place)
    rows = connection.execute(asked if done else asked.where(alarms.c.done_ms == 0))
    return [RaisedAlarm(*row) for row in rows]


def put_away(connection: Connection, alarm: RaisedAlarm, note: str, now_ms: int) -> None:
    """Somebody looked at it; it stays on record."""
    connection.execute(
        update(alarms)
        .where(alarms.c.kind == alarm.kind, alarms.c.place == alarm.place)
        .values(done_ms=now_ms, note=note)
    )
