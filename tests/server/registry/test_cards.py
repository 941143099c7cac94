"""Card counters are given once, whoever asks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from terminal.barcodes.card_number import capacity
from terminal.server.database import registry
from terminal.server.database.connection import ServerDatabase
from terminal.server.registry import cards
from terminal.wire.sync_json import CardBlock
from tests.server.registry.owners import (
    STORE,
    found,
    issue,
    pair,
    pair_request,
    publish,
    shop_record,
)


def block(database: ServerDatabase, terminal: str, left: int | None) -> CardBlock | None:
    return database.run(
        lambda connection: cards.block_for(
            connection, store=STORE, terminal=terminal, cards_left=left
        )
    )


def test_a_till_that_runs_low_gets_the_next_thousand(server_database: ServerDatabase) -> None:
    found(server_database)
    assert block(server_database, "t1", 200) is None
    assert block(server_database, "t1", None) is None
    assert block(server_database, "t1", 199) == CardBlock(first=0, last=999)
    assert block(server_database, "t2", 0) == CardBlock(first=1000, last=1999)
    with server_database.reading() as connection:
        assert registry.cards_issued(connection, STORE) == 2000


def test_counters_of_before_are_used_up(server_database: ServerDatabase) -> None:
    found(server_database)
    pair(server_database, pair_request(issue(server_database), cards_taken=512))
    assert block(server_database, "t1", 0) == CardBlock(first=512, last=1511)


def test_a_shop_without_cards_gets_none(server_database: ServerDatabase) -> None:
    assert publish(server_database, shop=shop_record(card_prefix="", card_key="")).published
    assert block(server_database, "t1", 0) is None


def test_at_the_end_of_the_numbers_there_are_none(server_database: ServerDatabase) -> None:
    found(server_database)
    server_database.run(lambda it: registry.skip_cards(it, STORE, capacity("29") - 999))
    assert block(server_database, "t1", 0) is None


@pytest.mark.slow
def test_many_at_once_never_get_the_same(server_database: ServerDatabase) -> None:
    found(server_database)
    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda n: block(server_database, f"t{n}", 0), range(24)))
    firsts = sorted(one.first for one in given if one is not None)
    assert firsts == [1000 * place for place in range(24)]
    with server_database.reading() as connection:
        kept = registry.blocks_of(connection, STORE)
    assert [(first, last) for first, last, _ in kept] == [(one, one + 999) for one in firsts]
