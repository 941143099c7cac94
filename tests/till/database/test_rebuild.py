"""Refolding finds what does not agree, tells it, and mends what can be mended."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.loyalty.basket import Product
from terminal.loyalty.facts import decode, encode, fact_hash
from terminal.till.database.connection import open_file
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import DifferenceKind, check, rebuild
from terminal.till.database.schema import metadata
from terminal.till.database.till_database import TillDatabase
from terminal.till.ports import Member
from tests.fakes.paid_sale import paid_sale

Files = Any
ANNA = "a" * 32


@pytest.fixture
def busy(files: Files) -> TillDatabase:
    till: TillDatabase = files.open()
    till.catalogue.put_products([Product(sku="C", name="Black coffee", price=900, vat=500)])
    till.journal.enrol(Member(id=ANNA, name="Anna"), "5012345678900", files.clock.now())
    for spend, earn in ((0, 100), (30, 7), (0, 50)):
        standing = till.members.standing(ANNA)
        sale = paid_sale(files.ids.sale_id(), files.clock.now(), standing, spend=spend, earn=earn)
        till.journal.record_sale(sale)
    return till


def change(till: TillDatabase, statement: str, *arguments: Any) -> None:
    """What a stranger, a broken disk or a bug might do."""
    with till.database.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        changed = connection.execute(statement, arguments)
        assert changed.rowcount != 0


def kinds(till: TillDatabase) -> list[str]:
    return [one.kind for one in check(till.database).differences]


def test_an_honest_till_has_no_findings(busy: TillDatabase) -> None:
    findings = check(busy.database)
    assert findings.clean
    assert findings.facts == 4


def test_an_empty_till_has_none_either(files: Files) -> None:
    assert check(files.open().database).clean


def test_a_file_that_was_never_begun_has_none(files: Files) -> None:
    database = open_file(files.path)
    assert check(database).clean
    assert rebuild(database).clean
    database.close()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE balances SET used = used - 1", DifferenceKind.SUMS),
        ("UPDATE balance_days SET earned = earned + 1000", DifferenceKind.SUMS),
        ("DELETE FROM balance_days", DifferenceKind.SUMS),
        ("INSERT INTO balances VALUES ('w', 'points', 0, 5, 0)", DifferenceKind.SUMS),
        ("UPDATE rights SET n = n + 1", DifferenceKind.RIGHTS),
        ("DELETE FROM rights", DifferenceKind.RIGHTS),
        ("DELETE FROM entries WHERE seq = 3 AND position = 0", DifferenceKind.ENTRIES),
        ("UPDATE entries SET n = 1 WHERE seq = 2", DifferenceKind.ENTRIES),
        ("DELETE FROM outbox WHERE seq = 2", DifferenceKind.OUTBOX),
        ("UPDATE facts SET business_day = '2020-01-01' WHERE seq = 2", DifferenceKind.COLUMNS),
        ("UPDATE facts SET sale_id = NULL WHERE seq = 2", DifferenceKind.COLUMNS),
        ("UPDATE identity SET head = 'abc'", DifferenceKind.HEAD),
        ("DELETE FROM member_wallets", DifferenceKind.WALLETS),
        ("UPDATE member_wallets SET wallet = 'another'", DifferenceKind.WALLETS),
        ("DELETE FROM member_words", DifferenceKind.WORDS),
        ("UPDATE members SET phone_reversed = '123'", DifferenceKind.WORDS),
        ("UPDATE member_words SET word = 'zofia'", DifferenceKind.WORDS),
        ("DELETE FROM product_words WHERE word = 'coffee'", DifferenceKind.WORDS),
        ("UPDATE identity SET next_seq = 3", DifferenceKind.HEAD),
    ],
)
def test_a_wrong_table_is_told_and_mended(
    busy: TillDatabase, statement: str, kind: DifferenceKind
) -> None:
    change(busy, statement)
    assert set(kinds(busy)) == {kind}
    findings = rebuild(busy.database)
    assert findings.facts_sound
    assert not findings.clean
    assert kinds(busy) == []
    assert busy.members.standing(ANNA).spendable("points") == 127


def test_a_difference_says_where_and_shows_both_sides(busy: TillDatabase) -> None:
    wallet = busy.members.standing(ANNA).wallets[0]
    change(busy, "UPDATE rights SET n = 999")
    (difference,) = check(busy.database).differences
    assert difference.place == f"{wallet}/points"
    assert (difference.stored, difference.computed) == ("999", "127")


def test_a_changed_fact_is_told_and_nothing_is_mended(busy: TillDatabase) -> None:
    change(
        busy,
        "UPDATE facts SET stored = CAST(replace(stored, 'earn\",100', 'earn\",900') AS BLOB)"
        " WHERE seq = 2",
    )
    assert DifferenceKind.FACT_CHANGED in kinds(busy)
    assert DifferenceKind.SUMS in kinds(busy)
    assert not rebuild(busy.database).facts_sound
    assert busy.members.standing(ANNA).spendable("points") == 127


def test_a_forger_who_takes_the_hash_along_breaks_the_chain(busy: TillDatabase) -> None:
    with busy.database.reading() as connection:
        (stored,) = Quick(connection).one("SELECT stored FROM facts WHERE seq = 2")
    forged = encode(decode(bytes(stored).replace(b'"earn",100', b'"earn",900')))
    assert forged != stored
    change(
        busy,
        "UPDATE facts SET stored = ?, hash = ? WHERE seq = 2",
        forged,
        fact_hash(forged),
    )
    found = kinds(busy)
    assert DifferenceKind.CHAIN_BROKEN in found
    assert DifferenceKind.FACT_CHANGED not in found
    assert DifferenceKind.SUMS in found
    assert not check(busy.database).facts_sound


def remove(till: TillDatabase, seq: int) -> None:
    for table in ("entries", "outbox", "facts"):
        change(till, f"DELETE FROM {table} WHERE seq = {seq}")


@pytest.mark.parametrize("seq", [2, 4])
def test_a_fact_that_is_gone_is_told_in_the_middle_and_at_the_end(
    busy: TillDatabase, seq: int
) -> None:
    remove(busy, seq)
    assert DifferenceKind.FACT_MISSING in kinds(busy)
    assert not rebuild(busy.database).facts_sound


def test_bytes_that_are_no_fact_are_told(busy: TillDatabase) -> None:
    change(busy, "UPDATE facts SET stored = x'00ff' WHERE seq = 3")
    assert DifferenceKind.FACT_UNREADABLE in kinds(busy)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
@pytest.mark.parametrize("seq", [1, 2])
def test_a_body_that_is_none_is_told(busy: TillDatabase, seq: int, body: bytes) -> None:
    """An enrolment and a sale."""
    with busy.database.reading() as connection:
        (stored,) = Quick(connection).one("SELECT stored FROM facts WHERE seq = ?", (seq,))
    forged = bytes(stored).partition(b"\n")[0] + b"\n" + body
    change(busy, "UPDATE facts SET stored = ? WHERE seq = ?", forged, seq)
    assert DifferenceKind.FACT_UNREADABLE in kinds(busy)


def test_nothing_is_written_by_a_look(busy: TillDatabase) -> None:
    change(busy, "UPDATE rights SET n = 999")
    check(busy.database)
    assert busy.members.standing(ANNA).spendable("points") == 999


def test_rebuilding_an_honest_till_changes_nothing(busy: TillDatabase) -> None:
    before = busy.journal.identity()
    assert rebuild(busy.database).clean
    assert busy.journal.identity() == before


def test_an_erased_member_is_no_difference(busy: TillDatabase) -> None:
    change(busy, "DELETE FROM members")
    assert kinds(busy) == []


def test_a_difference_tells_no_name(busy: TillDatabase) -> None:
    change(busy, "UPDATE member_words SET word = 'zofia'")
    told = str(check(busy.database).differences).lower()
    assert "zofia" not in told
    assert "anna" not in told


def test_a_table_that_nobody_compares_is_a_record() -> None:
    """Whoever adds a table says here whether it is computed; then ``rebuild`` must know it."""
    computed = {"entries", "outbox", "identity", "balances", "balance_days", "rights"}
    computed |= {"grants_received", "lots_warned", "older_logs", "counted", "counts"}
    searched = {"member_words", "product_words", "member_wallets"}
    records = {"members", "cards", "card_counter", "products", "product_codes", "tiles"}
    records |= {"merged_members", "record_outbox", "remarks"}
    kept = {"facts", "programme_revisions", "working_basket", "settings", "set_aside"}
    kept |= {"own_codes", "parked_baskets"}
    kept |= {"slip_prints", "earlier_programmes"}
    told = {"line", "statements", "parked", "pricings", "operators", "card_blocks"}
    told |= {"told_counts", "told_sales", "store_sales", "store_logs", "code_keys"}
    assert set(metadata.tables) == computed | searched | records | kept | told
