"""The tables of the server, the same on PostgreSQL and SQLite. Private to this package.

Instants are Unix ms, days ISO text (``''``: never). No number comes from a sequence: each is taken
from a row under its lock, because sequences commit out of order and a reader would miss rows.

Rows are locked in one order everywhere: log, wallets, accounts, the server's own logs, feeds;
within each by key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _busy_table(name: str, *parts: Any) -> Table:
    """Rows change all day: each page keeps room for their next versions."""
    return Table(name, metadata, *parts, sqlite_strict=True, postgresql_with={"fillfactor": 70})


def _wide_table(name: str, *parts: Any) -> Table:
    """Rows of some 2 KB stay whole: PostgreSQL would spend most of an insert on squeezing them."""
    return Table(
        name, metadata, *parts, sqlite_strict=True, postgresql_with={"toast_tuple_target": 4096}
    )


# Texts are ordered by their code points on both: ids are locked in that order, and it is quicker.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, _TEXT, nullable=False, **options)


def _whole(name: str, **options: Any) -> Column[int]:
    options.setdefault("autoincrement", False)
    return Column(name, _WHOLE, nullable=False, **options)


def _key(name: str) -> Column[str]:
    return _text(name, primary_key=True)


def _number(name: str) -> Column[int]:
    return _whole(name, primary_key=True)


tables_version = _table("tables_version", _number("id"), _whole("version"))
"""Which step of ``migrations`` these tables stand at: one row."""

# --- who there is --------------------------------------------------------------------------------

server = _table(
    "server",
    _number("id"),  # 1: there is one row
    _whole("timeline"),
    _text("founded"),  # 32 hex: this server, through all restores
)

stores = _table(
    "stores",
    _key("id"),
    _text("shop"),  # JSON of ShopRecord, with the card key
    _whole("next_card"),
)

terminals = _table(
    "terminals",
    _key("id"),
    _text("store"),
    _text("lane"),
    _text("public_key"),
    _text("standing"),  # active, revoked, expected
    _text("incarnation"),
    _whole("paired_ms"),
)

logs = _table(
    "logs",
    _key("incarnation"),
    _text("terminal"),  # '' for the server's own
    _text("store"),
    _text("role"),  # till, server
    _text("standing"),  # active, fenced, closed, written_off, brought
    _whole("timeline"),
    _whole("stored"),  # highest fact stored, with all before it
    _text("head"),  # its hash
    _whole("applied"),  # highest fact applied or parked
    _whole("checked"),  # highest fact whose allocation was checked
    _whole("last_request"),
    _text("last_random"),
    _text("nonce"),
    _text("nonce_before"),
    _whole("next_grant"),
    _whole("quarantined"),  # 1: has not spoken on this timeline
    _whole("contact_ms"),
    _whole("clock_ahead_ms"),
    _whole("cursor"),
    _text("app"),
    Index(None, "terminal"),
)

codes = _table("codes", _key("hash"), _text("store"), _whole("ends_ms"), _whole("used_ms"))

card_blocks = _table(
    "card_blocks", _key("store"), _number("first"), _whole("last"), _text("terminal")
)

revisions = _table(
    "revisions",
    _key("kind"),  # pricing, programme, operators
    _number("number"),
    _number("revision"),
    _whole("holds_from_ms"),
    _text("content"),
    _whole("published_ms"),
)

# --- what happened -------------------------------------------------------------------------------

facts = _wide_table(
    "facts",
    _key("incarnation"),
    _number("seq"),
    _text("kind"),
    _text("hash"),
    Column("stored", LargeBinary, nullable=False),
    _text("store"),
    _whole("wall_ms"),
    _text("business_day"),
    _whole("arrived_ms"),
)

parked = _table("parked", _key("incarnation"), _number("seq"), _text("reason"), _whole("parked_ms"))

entries = _table(
    "entries",
    _key("incarnation"),
    _number("seq"),
    _number("position"),
    _text("wallet"),
    _text("unit"),
    _text("kind"),
    _whole("n"),
    _text("day"),
    _text("business_day"),
    Index(None, "wallet", "unit"),
)

deeds = _table("deeds", _key("id"), _text("incarnation"), _whole("seq"))
"""Which fact first told of a sale: two copies of one disk may bring it in two logs."""

refunds = _table(
    "refunds",
    _key("incarnation"),
    _number("seq"),
    _text("sale"),  # its id
    _text("standing"),  # own, waiting, settled
    _whole("looked"),  # 1: nothing is left to do or to find out about it
    _text("by_incarnation"),  # the server's fact that settled it, '' while there is none
    _whole("by_seq"),
    Index(None, "sale"),
    Index(
        "ix_refunds_to_look_at",
        "sale",
        postgresql_where=text("looked = 0"),
        sqlite_where=text("looked = 0"),
    ),
)
"""Refunds by their sale. What waits is settled when the sale's fact is here."""

# --- what is computed from it --------------------------------------------------------------------

wallets = _busy_table(
    "wallets",
    _key("wallet"),
    _text("member"),  # '' while nobody is known to hold it
    _text("store"),  # home: where it was first seen
    _whole("version"),
    _text("movements"),  # JSON, the last ten
    Index(None, "member"),
)

accounts = _busy_table(
    "accounts",
    _key("wallet"),
    _key("unit"),
    _whole("earned"),
    _whole("expired"),
    _whole("used"),
    _whole("pending"),
    _whole("debt"),
    _text("days"),  # JSON [[day, earned, expired], ...]
    _text("next_day"),  # the earliest day with units left, '' if none: what the calendar asks
    _whole("pool"),  # rights that sit at the server
    # In the calendar's order: a year ends for everybody on one day.
    Index(None, "next_day", "wallet", "unit"),
    Index(
        "ix_accounts_over_vested",
        "wallet",
        postgresql_where=text("pending < 0"),
        sqlite_where=text("pending < 0"),
    ),
)

holdings = _busy_table(
    "holdings",
    _key("wallet"),
    _key("unit"),
    _key("incarnation"),
    _whole("n"),  # rights in the hands of that log, as far as its applied facts tell
    Index(None, "incarnation"),
)

grants = _table(
    "grants",
    _key("incarnation"),
    _number("timeline"),
    _number("number"),
    _text("wallet"),
    _text("unit"),
    _whole("n"),
    _text("standing"),  # sent, received, void
    _whole("given_ms"),
    Index(None, "incarnation", "standing"),
    Index(None, "wallet", "unit"),
)

recalls = _table(
    "recalls",
    _key("incarnation"),
    _key("wallet"),
    _key("unit"),
    _whole("n"),
    _text("reason"),
    _whole("asked_ms"),
)

counted = _table(
    "counted",
    _text("wallet"),
    _text("day"),
    _text("counts"),  # JSON {name: n}, names as in loyalty/history.py
    Index(None, "wallet"),
)
"""What members did before, of all tills' applied facts: rows are added up, and never change."""

retellings = _table(
    "retellings",
    _key("name"),  # of a count, see loyalty/history.py
    _key("revisions"),  # how many there were when it was asked for
)
"""Counts that a publication asked for, of which the tills are not told yet."""

tiers = _table(
    "tiers",
    _key("member"),
    _number("programme"),
    _text("tier"),  # by counting; the member's record says it to everybody
    _text("below_since"),  # the day from which it is not earned any more; empty while it is
)

given_tiers = _table(
    "given_tiers",
    _key("member"),
    _number("programme"),
    _text("tier"),
)
"""What the office wrote into a record over which a member rose: they never fall below it."""

tier_looks = _table(
    "tier_looks",
    _key("member"),
    _number("programme"),
    _text("seen"),  # what the calendar looked at; another text now means that it changed since
    _text("until"),  # the day on which a tier may change by itself; empty where it never does
)
"""When the calendar looked at whom: most members' tiers need no other look for weeks."""

pending = _table(
    "pending",
    _key("incarnation"),
    _number("seq"),
    _key("wallet"),
    _key("unit"),
    _key("vests"),
    _whole("n"),  # what is still pending of it
    _text("store"),
    Index(None, "vests"),
)

warnings = _table(
    "warnings",
    _key("wallet"),
    _key("unit"),
    _key("day"),
    _text("warned_on"),
    _text("last_day"),
    _text("how"),
)

extensions = _table(
    "extensions", _key("wallet"), _key("unit"), _key("day"), _text("until"), _text("reason")
)

decisions = _table(
    "decisions",
    _key("wallet"),
    _key("unit"),
    _key("day"),
    _whole("n"),
    _whole("listed_ms"),
    _text("ruling", server_default=""),  # '', end: somebody decided that it ends
)

findings = _table(
    "findings",
    _key("incarnation"),
    _number("seq"),
    _number("position"),
    _text("kind"),
    _text("detail"),  # JSON
    _whole("cost"),  # minor units, what it cost the shop; 0 where none
    _whole("found_ms"),
)

overshoots = _table(
    "overshoots",
    _key("wallet"),
    _key("name"),  # of the count, see loyalty/history.py
    _key("period"),
    _whole("n"),  # what of it findings have told
)
"""Limits that tills overshot together."""

nths = _table(
    "nths",
    _key("wallet"),
    _key("name"),  # of the count, see loyalty/history.py
    _key("turn"),
    _key("sale"),
    _text("day"),
    _whole("pieces"),  # of the sale's goods
)
"""Sales that gave what is for a member's first or n-th purchase, as far as they were checked."""

alarms = _table(
    "alarms",
    _key("kind"),
    _key("place"),
    _text("detail"),
    _whole("raised_ms"),
    _whole("last_ms"),
    _whole("times"),
    _whole("done_ms", server_default="0"),  # when somebody put it away; 0: it is open
    _text("note", server_default=""),  # what they wrote to it
)

# --- records of people, apart from facts ---------------------------------------------------------

members = _table(
    "members",
    _key("id"),
    _text("fields"),  # JSON {name: [value, version]}
    _text("phone"),
    _text("store"),
    _text("standing"),  # active, provisional, merged, erased
    _text("merged_into"),
    _text("household", server_default=""),  # as the fields say it; '' is none
    Index(None, "phone"),
    Index(None, "merged_into"),
    Index(None, "household"),
)

cards = _table(
    "cards",
    _key("id"),
    _text("number"),
    _text("member"),
    _text("usable"),
    Index(None, "number"),
    Index(None, "member"),
)

phone_asks = _table("phone_asks", _key("terminal"), _whole("since_ms"), _whole("n"))
"""How many phones a till asked for since then: who guesses numbers shall not find people."""

# --- what each store gets ------------------------------------------------------------------------

feeds = _table(
    "feeds",
    _key("store"),
    _whole("next"),  # the number that the next row gets; the first is 1
    _whole("pruned", server_default="0"),  # up to here rows are missing that later ones replaced
)

feed = _table(
    "feed",
    _key("store"),
    _number("number"),
    _text("kind"),  # wallet, member, gone, pricing, programme, operators, shop, code_keys
    _text("key"),
)

interests = _table("interests", _key("wallet"), _key("store"), Index(None, "store"))
"""Which stores are told of a wallet: those where its member was seen."""
