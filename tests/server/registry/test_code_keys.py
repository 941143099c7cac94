"""The keys for vouchers and gift cards that a server tells to the stores of its chain."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.barcodes.voucher_code import code_key, key_number
from terminal.cli import main
from terminal.server.commands import open_server
from terminal.server.database import feeds
from terminal.server.database.connection import ServerDatabase
from terminal.server.feed import reading
from terminal.server.registry import revisions
from terminal.server.registry.code_keys import keys_of, with_keys
from terminal.server.registry.stores import all_shops
from terminal.server.settings import read_settings
from terminal.wire.registry_json import CardSeries, CodeKey
from tests.server.registry.owners import (
    STORE,
    found,
    issue,
    pair,
    pair_request,
    publish,
    shop_record,
)

SISTER = "a2" * 16


def told(database: ServerDatabase, store: str, cursor: int = 0) -> dict[str, set[str]]:
    """The keys of each store that another store's feed brings."""
    with database.reading() as connection:
        page = reading.after(connection, store, cursor, 1_000)
        keys = [(feeds.CODE_KEYS, one) for one in page.keys(feeds.CODE_KEYS)]
        brought = revisions.published(connection, store, keys).code_keys
    return {one.store: {each.key for each in one.keys} for one in brought}


def of(card_key: str) -> str:
    return code_key(bytes.fromhex(card_key)).hex()


def test_every_store_hears_of_every_other_whoever_was_first(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    publish(server_database, shop=shop_record(SISTER, name="Sister", card_key="cd" * 16))
    both = {STORE: {of("ab" * 16)}, SISTER: {of("cd" * 16)}}
    assert told(server_database, STORE) == both
    assert told(server_database, SISTER) == both


def test_cards_that_a_till_made_before_it_joined_signed_codes_too(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    publish(server_database, shop=shop_record(SISTER, name="Sister", card_key="cd" * 16))
    with server_database.reading() as connection:
        cursor = reading.after(connection, SISTER, 0, 1_000).cursor
    before = CardSeries(prefix="25", key="ef" * 16, issued=10)
    pair(server_database, pair_request(issue(server_database, store=STORE), cards=before))
    assert told(server_database, SISTER, cursor) == {STORE: {of("ab" * 16), of("ef" * 16)}}


def test_a_shop_that_comes_again_brings_what_it_withdrew_meanwhile() -> None:
    shop = shop_record(STORE)
    brought = CodeKey(key="12" * 32)
    joined = with_keys(shop, [brought])
    assert joined.code_keys == (brought,)

    gone = replace(brought, withdrawn_ms=5)
    assert with_keys(joined, [gone]).code_keys == (gone,)
    # And what was withdrawn here stays so, whatever an older word says.
    assert with_keys(with_keys(shop, [gone]), [brought]).code_keys == (gone,)


def test_a_number_finds_the_stores_that_have_such_a_key(server_database: ServerDatabase) -> None:
    found(server_database)
    number = key_number(bytes.fromhex(of("ab" * 16)))
    with server_database.reading() as connection:
        (one,) = revisions.published(connection, SISTER, (), {number}).code_keys
        assert one.store == STORE
        assert revisions.published(connection, SISTER, (), {(number + 1) % 128}).code_keys == ()


@pytest.mark.parametrize("withdraw", [False, True])
def test_an_owner_gives_a_store_a_new_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, withdraw: bool
) -> None:
    folder = str(tmp_path / "server")
    store = ["server", "store", "Bun", "--country", "RO", "--currency", "RON", "--folder", folder]
    assert main(store) == 0
    more = ["--withdraw"] if withdraw else []
    capsys.readouterr()
    assert main(["server", "code-key", "Bun", *more, "--folder", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["withdrawn"] is withdraw

    with (
        open_server(read_settings(tmp_path / "server")) as database,
        database.reading() as connection,
    ):
        (shop,) = all_shops(connection)
    first, second = keys_of(shop)
    assert (first.withdrawn_ms is not None) is withdraw
    assert second.withdrawn_ms is None
    assert first.key != second.key


def test_a_store_that_nobody_founded_has_no_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "server")
    assert (
        main(["server", "store", "A", "--country", "RO", "--currency", "RON", "--folder", folder])
        == 0
    )
    assert main(["server", "code-key", "Nobody", "--folder", folder]) == 1
    assert "There is no store Nobody" in capsys.readouterr().err
