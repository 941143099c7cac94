"""Alarms: what somebody must look at, once for each place, with how often it happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, select, text
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


_RAISE = text(
    "INSERT INTO alarms (kind, place, detail, raised_ms, last_ms, times)"
    " VALUES (:kind, :place, :detail, :now_ms, :now_ms, 1)"
    " ON CONFLICT (kind, place) DO UPDATE SET detail = excluded.detail,"
    " last_ms = excluded.last_ms, times = alarms.times + 1"
)
_COLUMNS = tuple(alarms.c[name] for name in RaisedAlarm._fields)


def raise_alarms(connection: Connection, raised: Iterable[Alarm], now_ms: int) -> None:
    """Raise alarms; one that stands already counts once more and tells the newest detail."""
    rows = [{**one._asdict(), "now_ms": now_ms} for one in sorted(raised)]
    if rows:
        connection.execute(_RAISE, rows)


def read_alarms(connection: Connection) -> list[RaisedAlarm]:
    """All alarms, the newest first."""
    rows = connection.execute(
        select(*_COLUMNS).order_by(alarms.c.last_ms.desc(), alarms.c.kind, alarms.c.place)
    )
    return [RaisedAlarm(*row) for row in rows]


def clear_alarm(connection: Connection, kind: str, place: str) -> None:
    """Somebody looked at it."""
    connection.execute(delete(alarms).where(alarms.c.kind == kind, alarms.c.place == place))
