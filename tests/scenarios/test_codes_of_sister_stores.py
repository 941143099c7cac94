"""A gift card of one store of a chain at the tills of another, with the line up and down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from terminal.barcodes.voucher_code import code_key, number_of, voucher_code
from terminal.server.database import registry, revisions
from terminal.server.database.connection import Connection, open_database
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.feed.telling import tell
from terminal.server.registry import publishing
from terminal.server.registry.code_keys import HEARD_MS, renewed, spread, withdrawn
from terminal.server.registry.stores import shop_of
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from terminal.till.database.facts import unix_ms
from terminal.wire.programme_json import read_programme
from terminal.wire.registry_json import PublishRequest, ShopRecord
from tests.scenarios.test_gift_cards_between_tills import (
    OFFERED,
    Place,
    assert_all_agree,
    card_at_server,
)
from tests.scenarios.two_tills import STORE, Store
from tests.till.checkout.counter import BOX, CODES, KEY, programmes, told

SISTER = "0b" * 16
SISTERS_KEY = b"the key of the sister's cards!!!"


def publish(chain: Store, shop: ShopRecord) -> None:
    reply = publishing.publish(
        chain.database,
        PublishRequest(shop=shop),
        unix_ms(chain.clock.now()),
        tell=tell,
        chance=lambda: "f0" * 16,
    )
    assert reply.published, reply.problems


def found(chain: Store, store: str, name: str, key: bytes) -> None:
    shop = ShopRecord(
        store=store,
        name=name,
        country="PL",
        currency="PLN",
        language="pl",
        card_prefix="29",
        card_key=key.hex(),
    )
    publish(chain, shop)


def change_keys(
    chain: Store, store: str, change: Callable[[ShopRecord, int, Callable[[], str]], ShopRecord]
) -> None:
    with chain.database.reading() as connection:
        shop = shop_of(connection, store)
    now_ms = unix_ms(chain.clock.now())
    publish(chain, change(shop, now_ms, lambda: f"{now_ms:032x}"))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    rows = [
        RevisionRow(PROGRAMME, read_programme(text).programme, 1, 0, text, 0)
        for text in programmes(OFFERED)
    ]

    def begin(connection: Connection) -> None:
        revisions.add_revisions(connection, rows)

    database.run(begin)
    found(made, STORE, "First", KEY)
    found(made, SISTER, "Sister", SISTERS_KEY)
    yield made
    made.close()
    database.close()


def first_store(chain: Store) -> Place:
    return Place(chain)


def sister_store(chain: Store) -> Place:
    return Place(chain, SISTER, SISTERS_KEY)


def test_a_card_of_the_sister_is_genuine_with_the_line_down(chain: Store) -> None:
    here, there = first_store(chain), sister_store(chain)
    chain.sync()
    code = there.sell_card(5000)
    here.up = False

    view = here.pay(code)

    assert told(view) is NoticeKind.BEARER_UNKNOWN
    assert [one.known for one in view.bearers] == [False]


def test_a_card_of_the_sister_pays_here(chain: Store) -> None:
    here, there = first_store(chain), sister_store(chain)
    chain.sync()
    code = there.sell_card(5000)
    chain.sync()

    assert here.pay(code).stage is Stage.DONE
    assert_all_agree(chain)
    assert card_at_server(chain).balance == 3000


def test_what_nobody_of_the_chain_signed_is_refused_with_the_line_down(chain: Store) -> None:
    here = first_store(chain)
    chain.sync()
    here.up = False
    genuine = voucher_code("7" * 32, key=code_key(SISTERS_KEY))
    forged = next(
        made
        for n in range(2_000)
        if (made := voucher_code("7" * 32, key=f"a key that somebody made up {n}".encode()))
        and _same_number(made, genuine)
    )
    here.checkout.scan(CODES[BOX.name])
    here.checkout.scan(forged)

    view = here.hear()
    assert told(view) is NoticeKind.BEARER_FOREIGN
    assert view.bearers == ()


def _same_number(one: str, other: str) -> bool:
    return number_of(one) == number_of(other)


def test_a_store_that_is_new_is_asked_for(chain: Store) -> None:
    here = first_store(chain)
    chain.sync()
    found(chain, "0c" * 16, "Third", b"the key of the third store's own")
    third = Place(chain, "0c" * 16, b"the key of the third store's own")
    code = third.sell_card(5000)
    chain.sync(third.till)

    here.up = False
    here.checkout.scan(CODES[BOX.name])
    here.checkout.scan(code)
    view = here.hear()
    assert told(view) is NoticeKind.BEARER_STORE_UNKNOWN
    assert view.bearers == ()

    here.up = True
    here.checkout.scan(code)
    view = here.hear()
    assert told(view) is NoticeKind.GIFT_CARD_SHOWN
    assert [one.balance for one in view.bearers] == [5000]
    here.checkout.finish()
    assert here.checkout.with_bearers(lambda keys: keys.pay(None)).stage is Stage.DONE
    assert_all_agree(chain)


def test_a_code_that_the_server_knows_nobody_for_is_foreign(chain: Store) -> None:
    here = first_store(chain)
    chain.sync()
    here.checkout.scan(voucher_code("7" * 32, key=b"a key that somebody made up 11"))
    assert told(here.hear()) is NoticeKind.BEARER_FOREIGN


def test_a_new_key_signs_from_tomorrow_on_and_what_was_signed_before_stays_good(
    chain: Store,
) -> None:
    here, there = first_store(chain), sister_store(chain)
    chain.sync()
    old = there.sell_card(5000)
    change_keys(chain, SISTER, renewed)
    chain.sync()
    own = there.till.code_keys.own

    assert own(unix_ms(chain.clock.now())) == code_key(SISTERS_KEY)
    new_key = own(unix_ms(chain.clock.now()) + HEARD_MS)
    assert new_key not in {None, code_key(SISTERS_KEY)}
    assert own(unix_ms(chain.later(hours=25))) == new_key

    here.checkout.scan(old)
    assert told(here.hear()) is NoticeKind.GIFT_CARD_SHOWN
    assert new_key is not None
    here.up = False
    here.checkout.scan(voucher_code("7" * 32, key=new_key))
    assert told(here.hear()) is NoticeKind.BEARER_UNKNOWN  # genuine, and nobody tells what is on it


def test_of_a_key_that_was_withdrawn_only_what_is_known_is_good(chain: Store) -> None:
    here, there = first_store(chain), sister_store(chain)
    chain.sync()
    sold = there.sell_card(5000)
    chain.sync()
    change_keys(chain, SISTER, withdrawn)
    chain.sync()

    forged = voucher_code("7" * 32, key=code_key(SISTERS_KEY))
    for place in (here, there):
        place.checkout.scan(forged)
        view = place.hear()
        assert told(view) is NoticeKind.BEARER_WITHDRAWN
        assert view.bearers == ()
    assert there.till.code_keys.own(unix_ms(chain.clock.now())) != code_key(SISTERS_KEY)

    assert here.pay(sold).stage is Stage.DONE
    assert_all_agree(chain)
    assert card_at_server(chain).balance == 3000


def test_a_store_knows_of_all_that_were_founded_before_it(chain: Store) -> None:
    sister = sister_store(chain)
    chain.sync()
    with sister.till.database.reading() as connection:
        stores = connection.execute("SELECT store FROM code_keys ORDER BY store").fetchall()
        assert stores == [(STORE,), (SISTER,)]


def test_a_shops_record_that_is_published_anew_keeps_its_keys(chain: Store) -> None:
    change_keys(chain, SISTER, renewed)
    with chain.database.reading() as connection:
        shop = shop_of(connection, SISTER)
    publish(chain, replace(shop, code_keys=(), address=("Elsewhere 1",)))
    with chain.database.reading() as connection:
        assert shop_of(connection, SISTER).code_keys == shop.code_keys


def test_a_till_whose_clock_is_behind_signs_with_no_key_that_was_withdrawn(chain: Store) -> None:
    there = sister_store(chain)
    chain.sync()
    change_keys(chain, SISTER, withdrawn)
    chain.sync()

    now_ms = unix_ms(chain.clock.now())
    new_key = there.till.code_keys.own(now_ms)
    assert new_key not in {None, code_key(SISTERS_KEY)}
    assert there.till.code_keys.own(now_ms - 3_600_000) == new_key


def test_what_a_restored_server_forgot_of_keys_is_known_where_it_was_heard(chain: Store) -> None:
    here, there = first_store(chain), sister_store(chain)
    chain.sync()
    with chain.database.reading() as connection:
        before = next(row.shop for row in registry.all_stores(connection) if row.id == SISTER)
    change_keys(chain, SISTER, withdrawn)
    chain.sync()
    sold = there.sell_card(5000)
    chain.sync()

    def restore(connection: Connection) -> None:
        statement = text("UPDATE stores SET shop = :shop WHERE id = :id")
        connection.execute(statement, {"shop": before, "id": SISTER})
        spread(connection, SISTER)

    chain.database.run(restore)
    chain.sync()

    here.checkout.scan(voucher_code("7" * 32, key=code_key(SISTERS_KEY)))
    assert told(here.hear()) is NoticeKind.BEARER_WITHDRAWN
    assert here.pay(sold).stage is Stage.DONE
