"""What needs a person: open alarms and lots to decide about, told in words, and put away.

`tenth server alarms` is made of it. An alarm that was put away stays on record with the note that
somebody wrote to it, and is open again if the same thing happens once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from terminal.loyalty.expiry import ExpiryTerms
from terminal.server.alarm_words import words_of
from terminal.server.calendar import deciding
from terminal.server.clock import local_time, system_clock
from terminal.server.commands import Told, demand_here, in_words, open_server
from terminal.server.database import alarms, overview, people
from terminal.server.database.alarms import RaisedAlarm
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.lots import DecisionRow
from terminal.server.failures import NotDone
from terminal.server.members import fields
from terminal.server.registry.local_days import local_days
from terminal.server.settings import Settings

LOTS_SHOWN = 50
ALL = "all"


class Ruling(NamedTuple):
    """What is decided about listed lots: they stay until a day, or end (None)."""

    lot: str
    """The id of one, or `ALL`."""
    until: date | None


def listed(settings: Settings, *, done: bool = False) -> Told:
    """What needs a person, in words; with ``done`` also what was put away."""
    with in_words(), open_server(settings) as database, database.reading() as connection:
        raised = alarms.read_alarms(connection, done=done)
        rights = {row.incarnation for row in overview.read_tills(connection) if row.rights}
        lots = deciding.waiting(connection)
        names = _names(connection, lots[:LOTS_SHOWN])
    lines = [line for one in raised for line in _alarm_lines(one, rights)]
    lines += _lot_lines(lots, names)
    plain = {
        "alarms": [
            {"id": one.id, **one._asdict(), **words_of(one, rights)._asdict()} for one in raised
        ],
        "lots": [
            {"id": deciding.lot_id(row), "wallet": row.wallet, "unit": row.unit, "n": row.n}
            | {"day": row.day, "listed_ms": row.listed_ms}
            for row in lots
        ],
    }
    return Told(tuple(lines) or ("Nothing needs a person.",), plain)


def put_away(settings: Settings, alarm: str, note: str) -> Told:
    """Somebody looked at an alarm. It stays on record, with their note."""
    demand_here(settings)
    with in_words(), open_server(settings) as database:
        with database.reading() as connection:
            found = [one for one in alarms.read_alarms(connection) if one.id == alarm.lower()]
        if not found:
            raise NotDone(f"There is no open alarm {alarm}; see: tenth server alarms")
        now_ms = system_clock()
        database.run(lambda connection: alarms.put_away(connection, found[0], note, now_ms))
    words = words_of(found[0], frozenset())
    return Told((f"Put away: {words.what}",), {"id": found[0].id, "done_ms": now_ms, "note": note})


def decide(settings: Settings, ruling: Ruling) -> Told:
    """Let listed lots stay until a day, or end."""
    demand_here(settings)
    now_ms = system_clock()
    terms = ExpiryTerms(
        step_days=settings.extension_days, months_most=settings.extension_months_most
    )
    with in_words(), open_server(settings) as database:
        rows = _meant(database, ruling.lot)
        with database.reading() as connection:
            days = local_days(connection, now_ms)
        n = sum(row.n for row in rows)
        if ruling.until is None:
            done = deciding.let_end(database, rows, now_ms=now_ms, days=days, terms=terms)
            lines = [f"{n} units end, as you decided."]
            if done.recalled:
                lines.append(
                    f"{done.recalled} of them are at tills and are asked back; they end when they "
                    "have come."
                )
        else:
            try:
                deciding.let_stay(database, rows, ruling.until, now_ms=now_ms, days=days)
            except deciding.UnfitDay as error:
                raise NotDone(str(error)) from error
            lines = [f"{n} units stay usable until {ruling.until}, as you decided."]
    until = "" if ruling.until is None else ruling.until.isoformat()
    return Told(tuple(lines), {"lots": [deciding.lot_id(row) for row in rows], "until": until})


def _meant(database: ServerDatabase, lot: str) -> list[DecisionRow]:
    with database.reading() as connection:
        rows = deciding.waiting(connection)
    found = [row for row in rows if lot in {ALL, deciding.lot_id(row)}]
    if not found:
        raise NotDone(f"No lot {lot} waits for a decision; see: tenth server alarms")
    return found


def _alarm_lines(one: RaisedAlarm, holders: set[str]) -> list[str]:
    words = words_of(one, holders)
    times = "" if one.times == 1 else f", {one.times} times"
    lines = [
        f"{one.id}  {words.what}",
        f"          {one.place}: {one.detail}" if one.detail else f"          {one.place}",
        f"          last {_moment(one.last_ms)}{times}",
        f"          {words.means}",
        f"          What to do: {words.do}",
    ]
    if one.done_ms:
        lines.append(f"          Put away {_moment(one.done_ms)}: {one.note or 'without a note'}")
    elif one.note:
        lines.append(f"          It was put away before: {one.note}")
    return lines


def _lot_lines(rows: Sequence[DecisionRow], names: dict[str, str]) -> list[str]:
    if not rows:
        return []
    lines = [
        f"{len(rows)} lots of units should have ended, but nobody could be told in time, and they",
        "have stayed for as long as they stay by themselves. They can be used until you decide:",
    ]
    for row in rows[:LOTS_SHOWN]:
        whose = names.get(row.wallet) or f"wallet {row.wallet}"
        lines.append(f"{deciding.lot_id(row)}  {row.n} {row.unit} of {whose}, earned for {row.day}")
    if len(rows) > LOTS_SHOWN:
        lines.append(f"          … and {len(rows) - LOTS_SHOWN} more")
    lines.append("          Let one stay: tenth server alarms --lot ID --until 2030-12-31")
    lines.append("          Let one end:  tenth server alarms --lot ID --end      (ID or all)")
    return lines


def _names(connection: Connection, rows: Sequence[DecisionRow]) -> dict[str, str]:
    """What people call the holders of wallets, as far as somebody told."""
    holders = people.members_of(connection, {row.wallet for row in rows})
    known = people.rows_of(connection, {one for one in holders.values() if one})
    found = {}
    for wallet, member in holders.items():
        name = fields.from_json(known[member].fields).get("name") if member in known else None
        if name is not None and name[0]:
            found[wallet] = name[0]
    return found


def _moment(instant_ms: int) -> str:
    return local_time(instant_ms).strftime("%Y-%m-%d %H:%M")
