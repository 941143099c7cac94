"""With whom the till speaks and how far they are: one row, and the counts of what waits."""

from __future__ import annotations

from datetime import UTC, datetime

from terminal.loyalty.standing import CERTAIN, Confirmed
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.records_out import EXPECT_ALL
from terminal.till.line_port import Contact, LineTrouble
from terminal.till.sync_port import PairedLine
from terminal.values import dataclass

_LINE = """SELECT url, terminal, store, timeline, nonce, request, random, cursor, replaces,
last_ms, clock_ahead_ms, cards_issued, more, told_ms, only_till FROM line"""
_PAIR = """INSERT INTO line (id, url, terminal, store, timeline, nonce, request, random, cursor,
replaces, last_ms, clock_ahead_ms, cards_issued, more)
VALUES (1, ?, ?, ?, ?, ?, 0, '', 0, '', NULL, 0, 0, 1)
ON CONFLICT (id) DO UPDATE SET url = excluded.url, terminal = excluded.terminal,
store = excluded.store, timeline = excluded.timeline, nonce = excluded.nonce, random = '',
cursor = 0, replaces = '', clock_ahead_ms = 0, cards_issued = 0, more = 1, told_ms = NULL,
only_till = 0"""
_PARTED = (
    # Prices, blank cards and what was parked are the other server's business.
    "DELETE FROM pricings",
    "DELETE FROM card_blocks",
    "DELETE FROM parked",
    # What another server told is asked for again when this one has told everything.
    "UPDATE statements SET timeline = -1",
)
_UNKNOWN = (
    # The whole log waits again, and so does everybody's record.
    "UPDATE identity SET acknowledged = 0",
    "UPDATE older_logs SET acknowledged = 0, refused = 0",
    "INSERT OR IGNORE INTO outbox (incarnation, seq) SELECT incarnation, seq FROM facts",
    """INSERT OR REPLACE INTO record_outbox (member, changed)
    SELECT id, json_patch(versions, '{"wallets": 1}') FROM members""",
)
_KEEP_EARLIER = """INSERT OR REPLACE INTO earlier_programmes
(until_ms, programme, revision, content)
SELECT ?, programme, revision, content FROM programme_revisions"""
_INSTEAD = (
    # Their numbers mean other programmes at that server.
    "DELETE FROM programme_revisions",
    "INSERT OR REPLACE INTO settings (key, content) VALUES ('own_prices', '1')",
)
_BESIDE = "local:"
"""The address of the server beside the till."""

_TAKE_REQUEST = "UPDATE line SET request = max(request, ?) + 1, random = ?"
_REQUEST = "SELECT request FROM line"
# The outbox is every fact after the mark, so that nobody has to count its rows.
_WAITING = """SELECT (SELECT next_seq - 1 - acknowledged FROM identity)
+ (SELECT coalesce(sum(last - acknowledged), 0) FROM older_logs WHERE refused = 0)
+ (SELECT count(*) FROM record_outbox WHERE json_remove(changed, '$.untold') <> '{}')"""
_PARKED = "SELECT count(*) FROM parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """The only row of the line."""

    url: str
    terminal: str
    store: str
    timeline: int
    nonce: str
    request: int
    """The number of the last request."""
    random: str
    """Of the request that waits for its reply, empty if none does."""
    cursor: int
    replaces: str
    """The log that the present one follows, until the server knows of it."""
    last_ms: int | None
    clock_ahead_ms: int
    cards_issued: int
    more: bool
    """The feed goes on beyond the cursor, as far as the last reply told."""
    told_ms: int | None = None
    """When the till last knew all that this server knew."""
    only_till: bool = False
    """Nobody else serves the store, as the server said last."""

    def paired(self) -> PairedLine:
        """What the port tells of it."""
        return PairedLine(
            url=self.url,
            terminal=self.terminal,
            store=self.store,
            timeline=self.timeline,
            nonce=self.nonce,
        )


def line_row(connection: Connection) -> LineRow | None:
    """The row, None while the till has met no server."""
    row = Quick(connection).row(_LINE)
    if row is None:
        return None
    url, terminal, store, timeline, nonce, request, random, cursor, replaces, *contact = row
    last_ms, clock_ahead_ms, cards_issued, more, told_ms, only_till = contact
    return LineRow(
        url=url,
        terminal=terminal,
        store=store,
        timeline=timeline,
        nonce=nonce,
        request=request,
        random=random,
        cursor=cursor,
        replaces=replaces,
        last_ms=last_ms,
        clock_ahead_ms=clock_ahead_ms,
        cards_issued=cards_issued,
        more=bool(more),
        told_ms=told_ms,
        only_till=bool(only_till),
    )


def confirmed_of(connection: Connection, *, met: bool) -> Confirmed:
    """How far balances may be believed now; ``met``: of somebody whose card was only met."""
    line = line_row(connection)
    # Nobody can have joined the server beside the till before that answered for the first time.
    if line is None or (line.url == _BESIDE and (line.only_till or line.last_ms is None)):
        return Confirmed(met=True) if met else CERTAIN
    if line.told_ms is None:
        return Confirmed(untold=True, met=met)
    told = datetime.fromtimestamp(line.told_ms // 1000, UTC).replace(tzinfo=None)
    return Confirmed(utc=told, met=met)


def adopt(
    connection: Connection, line: PairedLine, *, left_ms: int | None = None, again: bool = False
) -> None:
    """Begin with a server; the number of requests goes on, so that none is ever used twice.

    Statements stay until this server's replace them: what they say of own facts stays true. From
    ``left_ms`` on its programmes and prices hold instead of the till's own; sales of until then
    name the programmes of then. ``again``: it has what it acknowledged before.
    """
    quick, before = Quick(connection), line_row(connection)
    quick.run(_PAIR, (line.url, line.terminal, line.store, line.timeline, line.nonce))
    for statement in (*_PARTED, *(() if again else _UNKNOWN)):
        quick.run(statement)
    if again and before is not None and before.timeline != line.timeline:
        # It was restored since: of people it may have forgotten what it was told.
        quick.run(EXPECT_ALL)
    if left_ms is not None:
        quick.run(_KEEP_EARLIER, (left_ms,))
        for statement in _INSTEAD:
            quick.run(statement)


def take_request(connection: Connection, random: str, after: int) -> int:
    """The number of the next request, higher than ``after``; it is used up with this.

    Raises:
        ValueError: the till has met no server.
    """
    quick = Quick(connection)
    quick.run(_TAKE_REQUEST, (after, random))
    row = quick.row(_REQUEST)
    if row is None:
        raise ValueError("a till that is not paired asks nobody")
    return int(row[0])


def contact_of(connection: Connection) -> Contact:
    """How the till stands with its server, as of the last request."""
    line = line_row(connection)
    quick = Quick(connection)
    (waiting,), (parked,) = quick.rows(_WAITING)[0], quick.rows(_PARKED)[0]
    return Contact(
        trouble=LineTrouble.NOT_PAIRED if line is None else LineTrouble.NONE,
        waiting=waiting or 0,
        last_ms=None if line is None else line.last_ms,
        clock_ahead_ms=0 if line is None else line.clock_ahead_ms,
        parked=parked,
    )
