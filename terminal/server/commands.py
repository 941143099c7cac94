"""What an owner asks of a server from the shell: each command gives lines, an object and yes or no.

They work on the server's database themselves. Codes and publications go through a running server
where there is one on SQLite, because only its own bell wakes the tills at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from terminal.server import leaving
from terminal.server.alarm_words import words_of
from terminal.server.clock import local_time, system_chance, system_clock
from terminal.server.database import overview, registry
from terminal.server.database.alarms import RaisedAlarm, read_alarms
from terminal.server.database.connection import DatabaseRefused, ServerDatabase, open_database
from terminal.server.database.only_server import ServerRuns
from terminal.server.failures import CannotListen, NotDone
from terminal.server.intake import rulings
from terminal.server.ledger import rebuilding
from terminal.server.registry import pairing
from terminal.server.registry.local_days import local_day
from terminal.server.registry.stores import UnknownStore, all_shops, begin
from terminal.server.settings import (
    ADDRESS_FILE,
    OWNER_KEY_FILE,
    Settings,
    UnfitSettings,
)
from terminal.server.workers import told_worker
from terminal.wire.registry_json import (
    CODES_PATH,
    CodeReply,
    CodeRequest,
)
from terminal.wire.signing import OWNER_HEADER, Swollen, squeeze, unsqueeze
from terminal.wire.sync_json import BadMessage, read_message, write_message

Post = Callable[[str, str, dict[str, str], bytes], "tuple[int, bytes] | None"]
"""(url, path, headers, body) to (code, body), or None where nobody answers."""

REPLY_MOST = 256 * 1024 * 1024
SILENT_MS = 5 * 60_000

KEYS_FORGOTTEN = (
    "If you withdrew a key of vouchers and gift cards since that backup, do it once more: "
    "tenth server code-key STORE --withdraw. The tills that heard of it keep to it, but this server "
    "has forgotten it."
)

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Told:
    """What a command found out."""

    lines: tuple[str, ...]
    plain: dict[str, Any]
    ok: bool = True
    problems: tuple[str, ...] = field(default=())


@contextmanager
def in_words() -> Iterator[None]:
    """Let what may go wrong with a server end in a sentence.

    Raises:
        NotDone: it went wrong.
    """
    try:
        yield
    except (
        UnfitSettings,
        ServerRuns,
        DatabaseRefused,
        CannotListen,
        UnknownStore,
        rulings.UnknownLog,
    ) as error:
        raise NotDone(str(error)) from error


def run(settings: Settings, *, until_stdin_closes: bool, say: Callable[[str], None]) -> int:
    """Serve until somebody ends it; ``say`` tells whoever watches where it listens."""
    from terminal.server import program

    demand_here(settings)
    with in_words():
        return program.run(settings, until_stdin_closes=until_stdin_closes, say=say)


def run_worker() -> int:
    """Be one of several processes of a server."""
    from terminal.server import program

    with in_words():
        try:
            worker, settings = told_worker()
        except LookupError as error:
            raise NotDone("Only a server starts its own workers: use --workers N.") from error
        return program.run_worker(worker, settings)


def code(settings: Settings, store: str | None, post: Post) -> Told:
    """A one-time code with which one more till joins."""
    demand_here(settings)
    with in_words():
        reply = ask_running(settings, post, CODES_PATH, CodeRequest(store=store), CodeReply)
        if reply is None:
            with open_server(settings) as database:
                reply = database.run(
                    lambda connection: pairing.issue_code(
                        connection, store, system_clock(), system_chance
                    )
                )
    ends = _clock_time(reply.ends_ms)
    return Told(
        (reply.code, f"Type it at the new till until {ends}; it lets one till in, once."),
        {"code": reply.code, "ends_ms": reply.ends_ms},
    )


def tills(settings: Settings) -> Told:
    """Who is paired, since when they are silent, what they hold, and what needs a person."""
    with in_words(), open_server(settings) as database, database.reading() as connection:
        rows = overview.read_tills(connection)
        alarms = read_alarms(connection)
        names = {shop.store: shop.name for shop in all_shops(connection)}
    now_ms = system_clock()
    lines: list[str] = []
    for row in rows:
        lines.append(
            f"{names.get(row.store, row.store)}, {row.lane or 'a till without a name'} "
            f"({row.incarnation}): {_standing_words(row)}; "
            f"spoke {_ago(now_ms - row.contact_ms)}; may spend {_rights_words(row)}"
            + (f"; {row.stored - row.applied} facts wait" if row.stored > row.applied else "")
            + (f"; {row.feed_behind} news wait for it" if _misses_news(row, now_ms) else "")
        )
    if not rows:
        lines.append("No till is paired yet. A code for one: tenth server code")
    holders = frozenset(row.incarnation for row in rows if row.rights)
    lines += [_alarm_line(one, holders) for one in alarms]
    return Told(
        tuple(lines),
        {
            "tills": [{**row._asdict(), "rights": dict(row.rights)} for row in rows],
            "alarms": [one._asdict() for one in alarms],
        },
    )


def _alarm_line(one: RaisedAlarm, holders: frozenset[str]) -> str:
    """What happened and what to do; all of it tells `tenth server alarms`."""
    words = words_of(one, holders)
    do = words.do[0].upper() + words.do[1:]
    return f"ALARM {one.id}: {words.what} {one.place}, last {_clock_time(one.last_ms)}. {do}"


def _misses_news(row: overview.TillRow, now_ms: int) -> bool:
    """A till that speaks says only with its next request what it took over with the last."""
    return row.feed_behind > 0 and now_ms - row.contact_ms > SILENT_MS


def _rights_words(row: overview.TillRow) -> str:
    return ", ".join(f"{n} {unit}" for unit, n in row.rights) or "nothing"


def _standing_words(row: overview.TillRow) -> str:
    if row.terminal_standing == "revoked":
        return "not let in any more"
    if row.quarantined:
        return "has not spoken since the server was restored"
    return {
        "active": "active",
        "fenced": "fenced, gets no rights",
        "closed": "an earlier life of its records",
        "written_off": "written off",
        "brought": "came with its shop, has not joined here yet",
    }.get(row.standing, row.standing)


def _ago(passed_ms: int) -> str:
    minutes = max(0, passed_ms) // 60_000
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago" if minutes > 1 else "a minute ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"


def _clock_time(instant_ms: int) -> str:
    return local_time(instant_ms).strftime("%Y-%m-%d %H:%M")


def restored(settings: Settings) -> Told:
    """The database comes from a backup: no rights are given until every till has spoken again."""
    demand_here(settings)
    with in_words(), open_server(settings) as database:
        timeline = rulings.restored(database, system_clock())
        with database.reading() as connection:
            waits = [row for row in overview.read_tills(connection) if row.quarantined]
    lines = [f"A new timeline begins ({timeline}): the tills send again what this server lost."]
    lines += [f"Waiting for {row.lane} ({row.incarnation})" for row in waits]
    if waits:
        lines.append("A till that never comes back: tenth server write-off INCARNATION")
    lines.append(KEYS_FORGOTTEN)
    return Told(tuple(lines), {"timeline": timeline, "waiting": [row.incarnation for row in waits]})


def fence(settings: Settings, till: str, *, revoke: bool) -> Told:
    """No rights for a till any more; with ``revoke`` it is not let in at all."""
    demand_here(settings)
    with in_words(), open_server(settings) as database:
        row = _meant_till(database, till, rather_active=True)
        rulings.fence(database, row.incarnation, "an operator said so", system_clock())
        if revoke:
            database.run(lambda connection: registry.revoke(connection, row.terminal))
    lines = [f"{row.lane} ({row.incarnation}) gets no rights any more."]
    if revoke:
        lines.append(
            "It is not let in any more; what it still has to send comes when it joins again."
        )
        lines.append("For that it needs a new code: tenth server code")
    held = _rights_words(row)
    if row.rights:
        lines.append(f"It may still spend {held}; to give that back to the shop: write-off.")
    return Told(tuple(lines), {"incarnation": row.incarnation, "rights": dict(row.rights)})


def write_off(settings: Settings, till: str, reason: str) -> Told:
    """The rights in a lost till go back to the shop; what it spent nevertheless is a loss."""
    demand_here(settings)
    now_ms = system_clock()
    with in_words(), open_server(settings) as database:
        row = _meant_till(database, till)
        with database.reading() as connection:
            today = local_day(connection, row.store, now_ms)
        value = rulings.write_off(
            database, row.incarnation, reason=reason, now_ms=now_ms, today=today
        )
        if row.quarantined:
            rulings.forgive(database, row.incarnation, now_ms)
    lines = [f"Taken from {row.lane} ({row.incarnation}): {_rights_words(row)}."]
    if value:
        lines.append(f"If it spent that meanwhile, the loss is {value} in the smallest coin.")
    found = {"incarnation": row.incarnation, "rights": dict(row.rights), "value": value}
    return Told(tuple(lines), found)


def _meant_till(
    database: ServerDatabase, till: str, *, rather_active: bool = False
) -> overview.TillRow:
    """The till that somebody named by its log or its lane.

    ``rather_active``: the one that is at work there, not an earlier life of it.
    """
    with database.reading() as connection:
        rows = overview.read_tills(connection)
    found = [row for row in rows if row.incarnation == till] or [
        row for row in rows if row.lane == till and row.standing in {"active", "fenced"}
    ]
    if rather_active and len(found) > 1:
        found = [row for row in found if row.standing == "active"] or found
    if not found:
        raise NotDone(f"There is no till {till}; see: tenth server tills")
    if len(found) > 1:
        logs = ", ".join(f"{row.incarnation} ({_standing_words(row)})" for row in found)
        raise NotDone(f"Several are called {till}, name one by its log: {logs}")
    return found[0]


def rebuild(settings: Settings, *, only_check: bool) -> Told:
    """Fold all facts anew: compare the tables, or mend them."""
    with in_words(), open_server(settings) as database:
        findings = rebuilding.check(database) if only_check else rebuilding.rebuild(database)
    mended = not only_check and findings.facts_sound
    clean = findings.clean
    line = f"{findings.facts} facts folded anew: " + (
        "every table agrees." if clean else "the tables were mended."
    )
    problems = [
        f"{one.kind.value} at {one.place}: {one.stored}, computed {one.computed}"
        for one in findings.differences
    ]
    if not findings.facts_sound:
        problems.append("The facts themselves are damaged, so nothing was changed.")
    return Told(
        (line,) if clean or mended else (),
        {
            "ok": clean or mended,
            "facts": findings.facts,
            "mended": mended and not clean,
            "differences": [
                {
                    "kind": one.kind.value,
                    "place": one.place,
                    "stored": one.stored,
                    "computed": one.computed,
                }
                for one in findings.differences
            ],
        },
        clean or mended,
        tuple(problems),
    )


def demand_here(settings: Settings) -> None:
    """Let nobody work in a folder whose shop has moved.

    Raises:
        NotDone: it has.
    """
    url = leaving.moved_to(settings.folder)
    if url:
        raise NotDone(
            f"The shop of {settings.folder} works with {url} now: this folder is an archive, and "
            "no server runs in it any more."
        )


# --- ways to the server --------------------------------------------------------------------------


@contextmanager
def open_server(settings: Settings) -> Iterator[ServerDatabase]:
    """The database of the server in a folder.

    Raises:
        NotDone: there is no server.
        DatabaseRefused: its database cannot be used.
    """
    if settings.on_sqlite and not settings.database and not settings.folder.is_dir():
        raise NotDone(f"There is no server in {settings.folder} yet.")
    database = open_database(settings.url)
    try:
        database.run(lambda connection: begin(connection, system_chance))
        yield database
    finally:
        database.close()


def ask_running(
    settings: Settings, post: Post, path: str, request: object, shape: type[M]
) -> M | None:
    """What a running server answers; None where none runs, or the database can be asked as well.

    Raises:
        NotDone: it refuses.
    """
    if not settings.on_sqlite:
        return None
    url = _running(settings.folder)
    if url is None:
        return None
    try:
        key = (settings.folder / OWNER_KEY_FILE).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    answered = post(url, path, {OWNER_HEADER: key}, squeeze(write_message(request)))
    if answered is None:
        return None
    status, body = answered
    try:
        plain = body if body[:1] == b"{" else unsqueeze(body, REPLY_MOST)
        if status == 200:
            return read_message(shape, plain)
        said = str(json.loads(plain)["text"])
    except (BadMessage, Swollen, ValueError, KeyError, TypeError):
        return None  # whatever answers there is not our server
    if status in {401, 405} or status >= 500:
        return None
    raise NotDone(said)


def _running(folder: Path) -> str | None:
    try:
        told = json.loads((folder / ADDRESS_FILE).read_text(encoding="utf-8"))
        url, pid = str(told["url"]), int(told["pid"])
        if os.name == "posix":
            os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url
