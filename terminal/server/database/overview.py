"""How the server stands, for its owner and for whoever watches over it; nothing of persons.

Rights of a till are what its facts say that it holds, and what is on its way to it: all that it
can spend without asking.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from terminal.server.database.schema import (
    accounts,
    alarms,
    decisions,
    feed,
    feeds,
    grants,
    holdings,
    logs,
    parked,
    recalls,
    server,
    terminals,
)


class TillRow(NamedTuple):
    """A till's log that may still hold something."""

    store: str
    lane: str
    terminal: str
    terminal_standing: str
    incarnation: str
    standing: str
    quarantined: bool
    stored: int
    applied: int
    contact_ms: int
    clock_ahead_ms: int
    app: str
    feed_behind: int
    rights: tuple[tuple[str, int], ...]
    """(unit, n): only what is above zero."""


class Overview(NamedTuple):
    """Everything at one moment."""

    timeline: int
    facts_stored: int
    facts_applied: int
    parked: int
    feed_rows: int
    quarantined: int
    exposure: tuple[tuple[str, int], ...]
    alarms: tuple[tuple[str, int], ...]
    """(kind, n) of those that are open."""
    decisions: int
    """Lots that wait for a person."""
    tills: tuple[TillRow, ...]


def read_overview(connection: Connection) -> Overview:
    """How everything stands."""
    stored, applied, quarantined = connection.execute(
        select(
            func.coalesce(func.sum(logs.c.stored), 0),
            func.coalesce(func.sum(logs.c.applied), 0),
            func.coalesce(func.sum(logs.c.quarantined), 0),
        )
    ).one()
    timeline = connection.execute(select(server.c.timeline)).scalar()
    kinds = connection.execute(
        select(alarms.c.kind, func.count())
        .where(alarms.c.done_ms == 0)
        .group_by(alarms.c.kind)
        .order_by(alarms.c.kind)
    )
    return Overview(
        timeline=int(timeline or 0),
        facts_stored=int(stored),
        facts_applied=int(applied),
        parked=int(connection.execute(select(func.count()).select_from(parked)).scalar_one()),
        feed_rows=int(connection.execute(select(func.count()).select_from(feed)).scalar_one()),
        quarantined=int(quarantined),
        exposure=_exposure(connection),
        alarms=tuple((str(kind), int(n)) for kind, n in kinds),
        decisions=int(
            connection.execute(
                select(func.count()).select_from(decisions).where(decisions.c.ruling == "")
            ).scalar_one()
        ),
        tills=read_tills(connection),
    )


def read_tills(connection: Connection) -> tuple[TillRow, ...]:
    """The logs of tills, by store and lane; closed ones only where rights are left in them."""
    rights = _rights(connection)
    rows = connection.execute(
        select(
            logs.c.store,
            func.coalesce(terminals.c.lane, ""),
            logs.c.terminal,
            func.coalesce(terminals.c.standing, ""),
            logs.c.incarnation,
            logs.c.standing,
            logs.c.quarantined,
            logs.c.stored,
            logs.c.applied,
            logs.c.contact_ms,
            logs.c.clock_ahead_ms,
            logs.c.app,
            func.coalesce(feeds.c.next - 1 - logs.c.cursor, 0),
        )
        .select_from(
            logs.outerjoin(terminals, terminals.c.id == logs.c.terminal).outerjoin(
                feeds, feeds.c.store == logs.c.store
            )
        )
        .where(logs.c.role == "till")
        .order_by(logs.c.store, terminals.c.lane, logs.c.contact_ms.desc(), logs.c.incarnation)
    )
    found = [
        TillRow(
            store=store,
            lane=lane,
            terminal=terminal,
            terminal_standing=terminal_standing,
            incarnation=incarnation,
            standing=standing,
            quarantined=bool(quarantined),
            stored=stored,
            applied=applied,
            contact_ms=contact_ms,
            clock_ahead_ms=clock_ahead_ms,
            app=app,
            feed_behind=feed_behind,
            rights=tuple(rights.get(incarnation, ())),
        )
        for (
            store,
            lane,
            terminal,
            terminal_standing,
            incarnation,
            standing,
            quarantined,
            stored,
            applied,
            contact_ms,
            clock_ahead_ms,
            app,
            feed_behind,
        ) in rows
    ]
    return tuple(one for one in found if one.standing in {"active", "fenced"} or one.rights)


def logs_with_parked(connection: Connection) -> list[str]:
    """The logs of which facts are kept that could not be applied."""
    rows = connection.execute(
        select(parked.c.incarnation).distinct().order_by(parked.c.incarnation)
    )
    return [str(row[0]) for row in rows]


def news_waits(connection: Connection, incarnation: str) -> bool:
    """Whether a till has not been told yet of something, or was asked for rights since it spoke."""
    asked = (
        select(func.count())
        .select_from(recalls)
        .where(recalls.c.incarnation == logs.c.incarnation, recalls.c.asked_ms >= logs.c.contact_ms)
        .scalar_subquery()
    )
    found = connection.execute(
        select(func.coalesce(feeds.c.next - 1 - logs.c.cursor, 0), asked)
        .select_from(logs.outerjoin(feeds, feeds.c.store == logs.c.store))
        .where(logs.c.incarnation == incarnation)
    ).first()
    return found is not None and (found[0] > 0 or found[1] > 0)


def _rights(connection: Connection) -> dict[str, list[tuple[str, int]]]:
    """(unit, n) of each log: what it holds, and what was sent to it."""
    held = select(holdings.c.incarnation, holdings.c.unit, holdings.c.n).where(holdings.c.n > 0)
    sent = select(grants.c.incarnation, grants.c.unit, grants.c.n).where(
        grants.c.standing == "sent"
    )
    both = held.union_all(sent).subquery()
    rows = connection.execute(
        select(both.c.incarnation, both.c.unit, func.sum(both.c.n))
        .group_by(both.c.incarnation, both.c.unit)
        .order_by(both.c.incarnation, both.c.unit)
    )
    rights: dict[str, list[tuple[str, int]]] = {}
    for incarnation, unit, n in rows:
        rights.setdefault(str(incarnation), []).append((str(unit), int(n)))
    return rights


def _exposure(connection: Connection) -> tuple[tuple[str, int], ...]:
    """By unit: how many rights pools and tills have below zero."""
    below_zero: dict[str, int] = {}
    for unit, n in (
        (accounts.c.unit, accounts.c.pool),
        (holdings.c.unit, holdings.c.n),
    ):
        rows = connection.execute(
            select(unit, func.sum(case((n < 0, -n), else_=0))).where(n < 0).group_by(unit)
        )
        for one, total in rows:
            below_zero[str(one)] = below_zero.get(str(one), 0) + int(total)
    return tuple(sorted(below_zero.items()))
