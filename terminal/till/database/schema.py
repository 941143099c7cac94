"""The tables of the till's file. Private to this package: others ask questions, not tables.

All are STRICT, so a number never turns into text on its way. Instants are Unix ms, days are ISO
text (``''`` stands for units that never expire), truth is 0 or 1.

Names and phones stand in ``members``, ``member_words`` and nowhere else: a fact holds ids only,
and erasing a person touches none of them. The outbox of records names fields, never what is in
them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *parts: Any, by_key: bool = False) -> Table:
    """A strict table; ``by_key`` keeps its rows in the order of the primary key."""
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)


def _text(name: str, *more: Any, **options: Any) -> Column[str]:
    return Column(name, Text, *more, nullable=False, **options)


def _whole(name: str, *more: Any, **options: Any) -> Column[int]:
    return Column(name, Integer, *more, nullable=False, **options)


def _only_row() -> tuple[Column[int], CheckConstraint]:
    """The key of a table that has one row."""
    return Column("id", Integer, primary_key=True), CheckConstraint("id = 1", name="one_row")


# --- what happened -------------------------------------------------------------------------------

facts = _table(
    "facts",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    _text("kind"),
    _text("hash"),
    Column("stored", LargeBinary, nullable=False),
    Column("sale_id", Text),
    _whole("wall_ms"),
    _text("business_day"),
    UniqueConstraint("sale_id"),
    Index(None, "business_day"),
    Index("ix_facts_refunds", "business_day", sqlite_where=text("kind = 'RefundRecorded'")),
)

entries = _table(
    "entries",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    _whole("position", primary_key=True),
    _text("wallet"),
    _text("unit"),
    _text("kind"),
    _whole("n"),
    _text("day"),
    ForeignKeyConstraint(["incarnation", "seq"], ["facts.incarnation", "facts.seq"]),
    Index(None, "wallet"),
    by_key=True,
)

outbox = _table(
    "outbox",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    ForeignKeyConstraint(["incarnation", "seq"], ["facts.incarnation", "facts.seq"]),
    by_key=True,
)

identity = _table(
    "identity",
    *_only_row(),
    _text("incarnation"),
    _whole("next_seq"),
    _text("head"),
    _text("lane"),
    _whole("wall_mark"),
    _whole("acknowledged"),
)

older_logs = _table(
    "older_logs",
    _text("incarnation", primary_key=True),
    _whole("position"),  # 1, 2, 3 … as they followed each other
    _whole("last"),  # its last fact
    _whole("acknowledged"),
    _whole("refused"),  # 1: the server takes it for another terminal's
    by_key=True,
)
"""This till's logs before the present one; their facts stand in ``facts`` like all others."""

set_aside = _table(
    "set_aside",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    Column("stored", LargeBinary, nullable=False),
    _whole("set_aside_ms"),
)
"""Facts of a log with two futures that were recorded again in the log after it."""

# --- what is computed from it --------------------------------------------------------------------

balances = _table(
    "balances",
    _text("wallet", primary_key=True),
    _text("unit", primary_key=True),
    _whole("used"),
    _whole("pending"),
    _whole("debt"),
    by_key=True,
)

balance_days = _table(
    "balance_days",
    _text("wallet", primary_key=True),
    _text("unit", primary_key=True),
    _text("day", primary_key=True),
    _whole("earned"),
    _whole("expired"),
    by_key=True,
)

rights = _table(
    "rights",
    _text("wallet", primary_key=True),
    _text("unit", primary_key=True),
    _whole("n"),
    by_key=True,
)

grants_received = _table(
    "grants_received",
    _text("incarnation", primary_key=True),
    _whole("timeline", primary_key=True),
    _whole("number", primary_key=True),
    by_key=True,
)

counted = _table(
    "counted",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    _text("wallet"),  # '' where nobody showed a card
    _text("operator"),  # '' where nobody was signed on
    _text("counts"),  # JSON [[name, day, n], ...]
    Index(None, "wallet"),
    by_key=True,
)
"""What each own fact counts; see ``loyalty.counting``."""

told_counts = _table(
    "told_counts",
    _text("wallet", primary_key=True),
    _text("counts"),  # JSON [[name, day, n], ...], as the statement has them
    by_key=True,
)

counts = _table(
    "counts",
    _text("whose", primary_key=True),  # a wallet, or 'operator:' and who served
    _text("name", primary_key=True),
    _text("day", primary_key=True),
    _whole("n"),
    by_key=True,
)
"""What the server told and own facts since then come to."""

lots_warned = _table(
    "lots_warned",
    _text("wallet", primary_key=True),
    _text("unit", primary_key=True),
    _text("day", primary_key=True),
    _text("last_day", primary_key=True),
    by_key=True,
)
"""What members were told here: the lot by its day as earned, and the last day as told."""

# --- what the server told ------------------------------------------------------------------------

line = _table(
    "line",
    *_only_row(),
    _text("url"),
    _text("terminal"),
    _text("store"),
    _whole("timeline"),
    _text("nonce"),
    _whole("request"),  # the number of the last request
    _text("random"),  # of the request that waits for its reply, '' if none does
    _whole("cursor"),
    _text("replaces"),  # the log that this one follows, until the server knows of it
    Column("last_ms", Integer),
    _whole("clock_ahead_ms"),
    _whole("cards_issued"),
    _whole("more"),  # 1: the feed goes on beyond the cursor
    Column("told_ms", Integer),  # when the till last knew all that the server knew
    _whole("only_till", server_default=text("0")),  # 1: nobody else serves the store
)

statements = _table(
    "statements",
    _text("wallet", primary_key=True),
    _whole("version"),
    _whole("timeline"),  # of the server that told it
    _text("includes"),  # JSON {incarnation: [seq, parked seq, ...]}
    _text("sums"),  # JSON {unit: [used, pending, debt, [[day, earned, expired], ...]]}
    _text("lots"),  # JSON {unit: [[[day, until], ...], [day warned of, ...]]}, '' if nothing
    _text("elsewhere"),  # JSON of PlacedRight, '' if nothing
    Column("movements", LargeBinary, nullable=False),  # JSON of PastMovement, packed by zlib
    Index(None, "timeline"),
)

parked = _table(
    "parked",
    _text("incarnation", primary_key=True),
    _whole("seq", primary_key=True),
    _text("reason"),
    by_key=True,
)

pricings = _table(
    "pricings",
    _whole("number", primary_key=True),
    _whole("holds_from_ms"),
    _text("content"),
    _whole("turned"),  # 1: it holds
)

operators = _table(
    "operators", _text("id", primary_key=True), _text("name"), _text("role"), by_key=True
)

code_keys = _table(
    "code_keys",
    _text("store", primary_key=True),
    _text("key", primary_key=True),  # hex
    _whole("number"),  # by which codes name it
    _whole("signs_from_ms"),
    _whole("withdrawn"),  # 1: nothing new is good that it signed
    Index(None, "number"),
    by_key=True,
)

# --- records of people, apart from facts ---------------------------------------------------------

members = _table(
    "members",
    _text("id", primary_key=True),
    _text("name"),
    _text("phone"),
    _text("phone_reversed"),
    _text("tier"),
    _text("segments"),
    Column("birthday", Text),
    Column("joined", Text),
    _text("versions", server_default=text("'{}'")),  # JSON {field: version}
    _whole("provisional", server_default=text("0")),
    # What they agreed to: JSON, see loyalty/consent.py; nobody was asked where it is null.
    Column("consent_marketing", Text),
    Column("consent_profiling", Text),
    Column("consent_offers", Text),
    Column("referred_by", Text),  # the member who brought them
    Column("household", Text),  # members with the same one share all their wallets
    Index(None, "phone_reversed"),
    Index(None, "household"),
)

member_words = _table(
    "member_words",
    _text("word", primary_key=True),
    _text("member", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "member"),
    by_key=True,
)

member_wallets = _table(
    "member_wallets",
    _text("member", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _whole("position", primary_key=True),
    _text("wallet"),
    UniqueConstraint("member", "wallet"),
    Index(None, "wallet"),
    by_key=True,
)

remarks = _table(
    "remarks",
    _text("fact", primary_key=True),  # as `giving.fact_name` names it
    _text("member", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _text("words"),
    Index(None, "member"),
    by_key=True,
)

cards = _table(
    "cards",
    Column("issued", Integer, primary_key=True),
    _text("id"),
    _text("number"),
    _text("state"),
    _text("member", ForeignKey("members.id", ondelete="CASCADE")),
    UniqueConstraint("id"),
    UniqueConstraint("number"),
    Index(None, "member"),
)

card_counter = _table("card_counter", *_only_row(), _whole("next_card"))

card_blocks = _table(
    "card_blocks",
    _whole("first", primary_key=True),
    _whole("last"),
    _whole("next_card"),  # last + 1 when all are given out
    by_key=True,
)

merged_members = _table(
    "merged_members",
    _text("id", primary_key=True),
    _text("member", ForeignKey("members.id", ondelete="CASCADE")),
    Index(None, "member"),
    by_key=True,
)
"""Ids that mean somebody else by now: a card that was met, a person enrolled twice."""

record_outbox = _table(
    "record_outbox",
    _text("member", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _text("changed"),  # JSON {field: version that waits}; `wallets`: those and the cards
    by_key=True,
)

# --- what is on sale, and by which rules ---------------------------------------------------------

products = _table(
    "products",
    _text("sku", primary_key=True),
    _text("name"),
    _whole("price"),
    _whole("vat"),
    _text("category"),
    _text("brand"),
    _text("supplier"),
    Column("gtin", Text),
    _whole("by_weight"),
    _whole("rewardable"),
    _whole("earning"),
    _whole("open_price", server_default=text("0")),
)

product_codes = _table(
    "product_codes",
    _text("gtin", primary_key=True),
    _text("sku", ForeignKey("products.sku", ondelete="CASCADE")),
    Index(None, "sku"),
    by_key=True,
)

own_codes = _table("own_codes", _text("code", primary_key=True), _text("sku"), by_key=True)
"""Codes that the shop gave to a product at this till; no price list takes them away."""

product_words = _table(
    "product_words",
    _text("word", primary_key=True),
    _text("sku", ForeignKey("products.sku", ondelete="CASCADE"), primary_key=True),
    Index(None, "sku"),
    by_key=True,
)

tiles = _table(
    "tiles",
    Column("position", Integer, primary_key=True),
    _text("sku", ForeignKey("products.sku", ondelete="CASCADE")),
    _text("tab"),
    _text("colour"),
    Index(None, "sku"),
)

programme_revisions = _table(
    "programme_revisions",
    _whole("programme", primary_key=True),
    _whole("revision", primary_key=True),
    _text("content"),
)

earlier_programmes = _table(
    "earlier_programmes",
    _whole("until_ms", primary_key=True),  # when the till left the server that had them
    _whole("programme", primary_key=True),
    _whole("revision", primary_key=True),
    _text("content"),
)

# --- the till itself -----------------------------------------------------------------------------

working_basket = _table(
    "working_basket", *_only_row(), Column("stored", LargeBinary, nullable=False)
)

slip_prints = _table(
    "slip_prints",
    _text("sale_id", primary_key=True),
    _text("business_day"),
    _whole("waiting"),  # 1: it was asked for and is not on paper yet
    _whole("printed"),  # how many times
    by_key=True,
)
"""Of the last days: whoever prints a slip of an earlier one prints a copy."""

told_sales = _table(
    "told_sales",
    _text("id", primary_key=True),
    _text("content"),  # JSON of ToldSale
    _whole("told_ms"),
    by_key=True,
)
"""Sales of other tills that the server was asked for, when their goods came back."""

store_sales = _table(
    "store_sales",
    _text("id", primary_key=True),  # of the sale or the refund
    _text("sale"),  # whose it is
    _whole("at_ms"),
    Column("squeezed", LargeBinary, nullable=False),  # its fact, see store_sales.py
    Index(None, "sale"),
    Index(None, "at_ms"),
)
"""Sales and refunds of the store's other tills, for slips that come back without a line."""

store_logs = _table(
    "store_logs",
    _text("incarnation", primary_key=True),
    _whole("seq"),  # up to here it was heard
    by_key=True,
)

parked_baskets = _table(
    "parked_baskets",
    _text("id", primary_key=True),
    _text("local"),
    _text("business_day"),
    _whole("total"),
    Column("stored", LargeBinary, nullable=False),
)

settings = _table("settings", _text("key", primary_key=True), _text("content"), by_key=True)
