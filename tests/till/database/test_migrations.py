"""Migrated files have the tables that the code believes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from terminal.loyalty.facts import FIRST_HASH, Fact, canonical, encode, fact_hash
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database import migrations
from terminal.till.database.connection import Database, connect, open_file
from terminal.till.database.migrations.versions import v0001_first
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import check
from terminal.till.database.schema import metadata
from terminal.till.line_port import Question
from terminal.till.sync_port import PairedLine
from terminal.till.trouble import Trouble
from tests.fakes.paid_sale import paid_sale

Files = Any


def test_the_steps_lead_to_the_tables_of_the_code(files: Files) -> None:
    till = files.open()
    engine = create_engine("sqlite://", creator=lambda: connect(till.database.path))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_steps_write_what_the_code_would_write(files: Files, tmp_path: Any) -> None:
    """Finer than Alembic: checks, collations, STRICT, rows in the order of their keys."""
    question = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"

    def plain(rows: Any) -> dict[str, str]:
        return {name: " ".join(sql.split()).replace("( ", "(") for name, sql in rows}

    till = files.open()
    with till.database.reading() as connection:
        migrated = plain(Quick(connection).rows(question))
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert migrated == plain(connection.exec_driver_sql(question).all())
    engine.dispose()


def test_every_table_is_strict(files: Files) -> None:
    till = files.open()
    with till.database.reading() as connection:
        rows = Quick(connection).rows("SELECT name, strict FROM pragma_table_list")
    ours = {name: strict for name, strict in rows if not name.startswith("sqlite_")}
    assert set(ours) == set(metadata.tables)
    assert set(ours.values()) == {1}


def test_a_step_that_fails_leaves_the_file_as_it_was(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = v0001_first.STATEMENTS
    monkeypatch.setattr(
        v0001_first, "STATEMENTS", (*whole[:-1], "CREATE TABLE broken (", whole[-1])
    )
    with pytest.raises(Exception, match="incomplete input") as caught:
        files.open()
    assert not isinstance(caught.value, Trouble)
    monkeypatch.setattr(v0001_first, "STATEMENTS", whole)
    till = files.open()
    assert till.journal.identity().next_seq == 1


def test_what_was_recorded_outlives_a_restart(files: Files) -> None:
    till = files.open()
    before = till.journal.identity()
    till.settings.put("language", "uk")
    sale = paid_sale(files.ids.sale_id(), files.clock.now())
    till.journal.record_sale(sale)
    files.close()
    again = files.open()
    assert again.journal.identity().incarnation == before.incarnation
    assert again.journal.identity().next_seq == 2
    assert again.journal.load(sale.id) is not None
    assert again.settings.all() == {"language": "uk"}
    assert migrations.VERSION == 13


def test_a_file_of_the_first_version_keeps_all_that_it_has(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made by the old step, filled as the old program did, opened by this one."""
    with monkeypatch.context() as old:
        old.setattr(migrations, "VERSION", 1)
        old.setattr(migrations, "_steps", lambda: (v0001_first,))
        database = open_file(files.path)
        fill_as_of_old(database)
        database.close()
    till = files.open()
    assert check(till.database).clean
    anna, boris = till.members.by_id("a" * 32), till.members.by_id("b" * 32)
    assert anna is not None
    assert boris is not None
    assert (anna.name, anna.phone, anna.card_number) == ("Anna", "+48600123456", "5012345678900")
    assert not anna.provisional
    assert till.members.standing(anna.id).spendable("points") == 100
    assert till.journal.identity().next_seq == 3
    till.sync.pair(
        PairedLine(url="http://127.0.0.1:1", terminal="t", store="s", timeline=1, nonce="n")
    )
    request = till.sync.prepare(
        random="0" * 32,
        question=Question(),
        most_facts=500,
        most_bytes=1_000_000,
        at=files.clock.now(),
    )
    assert len(request.facts) == 2
    told = {record.id: {one.name: one.value for one in record.fields} for record in request.records}
    assert told == {
        "a" * 32: {"name": "Anna", "phone": "+48600123456", "birthday": "03-08"},
        "b" * 32: {
            "name": "Boris",
            "tier": "gold",
            "segments": '["staff"]',
            "joined": "2025-01-31",
        },
    }
    assert [record.wallets for record in request.records] == [("1" * 32,), ()]
    till.journal.record_sale(paid_sale(files.ids.sale_id(), files.clock.now()))
    assert check(till.database).clean


def fill_as_of_old(database: Database) -> None:
    """The statements of the program before the line, for an enrolment and 100 points."""
    enrolled = Fact(
        incarnation="1" * 16,
        seq=1,
        before=FIRST_HASH,
        kind="MemberEnrolled",
        wall_ms=1_750_000_000_000,
        offset_minutes=120,
        clock="trusted",
        business_day=date(2025, 6, 15),
        entries=(),
        body=canonical({"member": "a" * 32, "wallet": "1" * 32, "card": "c" * 32}),
    )
    entry = Entry(Account(WalletId("1" * 32), UnitId("points")), EntryKind.EARN, 100)
    opening = replace(
        enrolled,
        seq=2,
        before=fact_hash(encode(enrolled)),
        kind="UnitsAdjusted",
        entries=(entry,),
        body=canonical({"reason": "opening", "member": "a" * 32}),
    )
    with database.writing() as connection:
        run = Quick(connection).run
        head = fact_hash(encode(opening))
        run("INSERT INTO identity VALUES (1, ?, 3, ?, '1', 0, 0)", ("1" * 16, head))
        for fact in (enrolled, opening):
            stored = encode(fact)
            run(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, NULL, ?, ?)",
                (
                    fact.incarnation,
                    fact.seq,
                    fact.kind,
                    fact_hash(stored),
                    stored,
                    fact.wall_ms,
                    "2025-06-15",
                ),
            )
            run("INSERT INTO outbox VALUES (?, ?)", (fact.incarnation, fact.seq))
        wallet = "1" * 32
        run(
            "INSERT INTO entries VALUES (?, 2, 0, ?, 'points', 'earn', 100, '')",
            ("1" * 16, wallet),
        )
        run("INSERT INTO balances VALUES (?, 'points', 0, 0, 0)", (wallet,))
        run("INSERT INTO balance_days VALUES (?, 'points', '', 100, 0)", (wallet,))
        run("INSERT INTO rights VALUES (?, 'points', 100)", (wallet,))
        for key, name, phone, tier, segments, birthday, joined in (
            ("a" * 32, "Anna", "+48600123456", "", "[]", "03-08", None),
            ("b" * 32, "Boris", "", "gold", '["staff"]', None, "2025-01-31"),
        ):
            run(
                "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, name, phone, phone[::-1], tier, segments, birthday, joined),
            )
            run("INSERT INTO member_words VALUES (?, ?)", (name.lower(), key))
        run("INSERT INTO member_wallets VALUES (?, 0, ?)", ("a" * 32, wallet))
        run("INSERT INTO cards VALUES (1, ?, '5012345678900', 'active', ?)", ("c" * 32, "a" * 32))
