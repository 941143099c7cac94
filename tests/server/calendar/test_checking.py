"""Recorded sales are looked at again by the rules that were published, log by log."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.facts import FactKind
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import Sale, SaleRecord, sale_body, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES
from terminal.loyalty.tender import Tender, TenderKind
from terminal.server.calendar.checking import check_some
from terminal.server.database import findings, logs, revisions
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.findings import FindingRow
from terminal.server.database.revisions import RevisionRow
from terminal.wire.programme_json import write_programme
from tests.loyalty import shop
from tests.server.paper_till import NOW_MS, PaperTill, begin, deliver, till

PROGRAMMES = (shop.points(), shop.programme(2, rewards=(shop.third_free(shop.goods("bakery")),)))
BASKET = shop.basket(shop.COFFEE, (shop.BUN, 3))
LATER_MS = NOW_MS + 60_000


def sale(number: int = 1, *, free: int | None = None) -> tuple[Sale, SaleRecord]:
    """Coffee and three buns, one of them free; ``free`` is what the till took off instead."""
    evaluation = evaluate(BASKET, shop.anna(), PROGRAMMES, shop.NOON)
    sold = Sale(
        id=f"0195937b6c0a7c3e8d1f{number:012d}",
        at=shop.NOON,
        basket=BASKET,
        standing=shop.anna(),
        choices=NO_CHOICES,
        evaluation=evaluation,
        tenders=(Tender(kind=TenderKind.CASH, amount=evaluation.total),),
    )
    record = sale_record(sold)
    if free is not None:
        (one,) = record.applied
        share = replace(one.shares[0], amount=free)
        record = replace(record, applied=(replace(one, discount=free, shares=(share,)),))
    return sold, record


def sell(one: PaperTill, *, free: int | None = None) -> None:
    # One sale is one id: what comes twice under one counts once.
    number = int(one.incarnation, 16) * 1_000 + len(one.facts)
    sold, record = sale(number, free=free)
    one.record(*sale_entries(sold), body=sale_body(record))


def publish(database: ServerDatabase, *programmes: Programme) -> None:
    rows = [
        RevisionRow(
            revisions.PROGRAMME, made.programme, made.revision, 0, write_programme(made), NOW_MS
        )
        for made in programmes
    ]
    database.run(lambda connection: revisions.add_revisions(connection, rows))


def found(database: ServerDatabase, one: PaperTill) -> list[FindingRow]:
    with database.reading() as connection:
        return findings.of_log(connection, one.incarnation)


def mark(database: ServerDatabase, one: PaperTill) -> int:
    with database.reading() as connection:
        log = logs.find(connection, one.incarnation)
    assert log is not None
    return log.checked


@pytest.fixture
def one(server_database: ServerDatabase) -> PaperTill:
    first = till(1)
    begin(server_database, first, till(2))
    publish(server_database, *PROGRAMMES)
    return first


def test_true_sales_leave_nothing_but_the_mark(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    sell(one)
    one.record(kind=FactKind.CONSENT_GIVEN)
    sell(one)
    deliver(server_database, one)

    assert check_some(server_database, now_ms=LATER_MS, most=100) == 3

    assert found(server_database, one) == []
    assert mark(server_database, one) == 3
    assert check_some(server_database, now_ms=LATER_MS, most=100) == 0


def test_a_bent_sale_is_kept_with_its_cost(server_database: ServerDatabase, one: PaperTill) -> None:
    sell(one)
    sell(one, free=460)
    deliver(server_database, one)

    check_some(server_database, now_ms=LATER_MS, most=100)

    rows = found(server_database, one)
    benefit = next(row for row in rows if row.kind == "benefit")
    assert {row.seq for row in rows} == {2}
    assert [row.position for row in rows] == list(range(len(rows)))
    assert (benefit.found_ms, benefit.cost) == (LATER_MS, 460)
    assert json.loads(benefit.detail)["programme"] == 2


def test_some_at_a_time_comes_to_the_same(server_database: ServerDatabase, one: PaperTill) -> None:
    two = till(2)
    for each in (one, two):
        for _ in range(3):
            sell(each, free=1)
        deliver(server_database, each)

    looked = [check_some(server_database, now_ms=LATER_MS, most=2) for _ in range(4)]

    assert looked == [2, 2, 2, 0]
    assert {row.seq for row in found(server_database, one)} == {1, 2, 3}
    assert {row.seq for row in found(server_database, two)} == {1, 2, 3}


def test_two_servers_that_check_at_once_keep_each_finding_once(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    sell(one, free=1)
    deliver(server_database, one)
    check_some(server_database, now_ms=LATER_MS, most=100)
    rows = found(server_database, one)

    kept = server_database.run(
        lambda connection: findings.keep(
            connection, one.incarnation, before=0, checked=1, rows=rows
        )
    )

    assert not kept
    assert found(server_database, one) == rows


def test_what_cannot_be_read_is_a_finding_or_parked_and_never_holds_up_the_others(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    one.record(body=b"of a newer program")
    one.write(b'{"v":2}\n{}')
    one.head = "0" * 64
    deliver(server_database, one)

    assert check_some(server_database, now_ms=LATER_MS, most=100) == 2

    assert [(row.seq, row.kind) for row in found(server_database, one)] == [(1, "unreadable")]


def test_a_sale_by_rules_that_nobody_published_is_found(
    server_database: ServerDatabase,
) -> None:
    first = till(1)
    begin(server_database, first)
    sell(first)
    deliver(server_database, first)

    check_some(server_database, now_ms=LATER_MS, most=100)

    kinds = {row.kind for row in found(server_database, first)}
    assert {"outdated", "revision"} <= kinds


def test_a_revision_that_a_newer_program_wrote_is_passed_over(
    server_database: ServerDatabase, one: PaperTill
) -> None:
    row = RevisionRow(revisions.PROGRAMME, 9, 1, 0, '{"format": 99}', NOW_MS)
    server_database.run(lambda connection: revisions.add_revisions(connection, [row]))
    sell(one)
    deliver(server_database, one)

    check_some(server_database, now_ms=LATER_MS, most=100)

    assert found(server_database, one) == []
