"""A gift card sold at one till and spent at others, with a real server between them, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.ledger import Sums
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts, revisions
from terminal.server.database.connection import open_database
from terminal.server.database.revisions import PROGRAMME, RevisionRow
from terminal.server.ledger import rebuilding
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database import rebuild
from terminal.wire.programme_json import read_programme
from tests.fakes import FakeIds
from tests.scenarios.two_tills import STORE, Store
from tests.till.checkout.counter import ALL, BOX, CODES, KEY, Counter, programmes, told, with_line
from tests.till.checkout.test_gift_cards import CARD_PRODUCT

GIFT = UnitId("gift-card")
OFFERED = ("gift-card", "voucher-next-visit")


class Place:
    """A till with a cashier: its line is up as long as nobody cuts it."""

    def __init__(self, chain: Store, store: str = STORE, key: bytes = KEY) -> None:
        self.chain, self.till, self.key = chain, chain.open_till(store), key
        self.up = True
        ids = FakeIds()
        ids._last = len(chain.tills) << 44
        self.till.catalogue.put_products([*ALL, CARD_PRODUCT])
        self.till.programmes.put(programmes(OFFERED))
        opened: Any = SimpleNamespace(database=self.till)
        counter = Counter(
            self.till,  # type: ignore[arg-type]  # replaced below
            chain.clock,
            ids,
            self.till.journal,
            self.till.members,
            self.till.programmes,
            self.till.working_basket,
            self.till.catalogue,
            till=opened,
        )
        counter = with_line(counter, key)
        self.checkout, self.line = counter.checkout, counter.line
        self.line.pair()

    def sell_card(self, amount: int) -> str:
        """A gift card for so much; its code."""
        self.checkout.add_product("GIFT", amount=amount)
        self.checkout.finish()
        assert self.checkout.tender(TenderKind.CASH, amount).stage is Stage.DONE
        self.checkout.begin_next()
        (sale,) = self.till.journal.last_sales(self.chain.clock.now().business_day, 1)
        (bearer,) = sale.record.bearers
        return voucher_code(bearer.wallet, key=code_key(self.key))

    def pay(self, code: str, goods: int = 1) -> CheckoutView:
        """So many boxes at 20.00, paid with the card as far as it reaches."""
        for _ in range(goods):
            self.checkout.scan(CODES[BOX.name])
        self.checkout.finish()
        self.checkout.scan(code)
        return self.hear()

    def hear(self) -> CheckoutView:
        """Whatever is asked is answered by the server, or by nobody."""
        for _ in range(6):
            if not self.line.open_questions:
                break
            question = self.line.questions[-self.line.open_questions]
            if not self.up:
                self.line.leave_unanswered()
                continue
            self.chain.sync(self.till, question=question)
            if question.wants:  # the bell: others have heard that it is wanted
                self.chain.sync(*(one for one in self.chain.tills if one is not self.till))
                self.chain.sync(self.till, question=question)
            self.line.answer()
        return self.checkout.view()

    def leave(self) -> None:
        """The customer goes."""
        if self.checkout.view().stage is Stage.DONE:
            self.checkout.begin_next()
        else:
            self.checkout.back()


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    rows = [
        RevisionRow(PROGRAMME, read_programme(text).programme, 1, 0, text, 0)
        for text in programmes(OFFERED)
    ]
    database.run(lambda connection: revisions.add_revisions(connection, rows))
    yield made
    made.close()
    database.close()


def card_at_server(chain: Store) -> Sums:
    with chain.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT wallet FROM wallets").scalars().all()
        sums = accounts.accounts_of(connection, rows)
    (found,) = [sums[one][0] for one in sums if one.unit == GIFT]
    return found


def assert_all_agree(chain: Store) -> None:
    chain.sync()
    assert rebuilding.check(chain.database).differences == ()
    for till in chain.tills:
        assert rebuild.check(till.database).differences == ()


def test_sold_here_spent_there_and_the_rest_here_again(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    code = first.sell_card(5000)
    chain.sync()

    view = second.pay(code)
    assert view.stage is Stage.DONE
    second.leave()
    chain.sync()
    assert card_at_server(chain).balance == 3000

    view = first.pay(code, goods=2)
    assert view.payment is not None
    assert view.payment.remaining == 1000
    assert first.checkout.tender(TenderKind.CASH, 1000).stage is Stage.DONE
    chain.sync()
    assert card_at_server(chain).balance == 0
    first.leave()
    first.checkout.scan(code)
    assert told(first.hear()) is NoticeKind.GIFT_CARD_EMPTY
    assert_all_agree(chain)


def test_another_till_that_never_heard_of_the_card_asks_for_it(chain: Store) -> None:
    first = Place(chain)
    code = first.sell_card(5000)
    chain.sync()
    late = Place(chain)
    view = late.pay(code)
    assert view.stage is Stage.DONE
    assert_all_agree(chain)
    assert card_at_server(chain).balance == 3000


def test_with_the_line_down_only_who_holds_the_right_spends(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    code = first.sell_card(4000)
    chain.sync()
    first.up = second.up = False

    at_second = second.pay(code)
    assert at_second.stage is Stage.PAYING
    assert told(at_second) is NoticeKind.RIGHTS_ELSEWHERE
    assert at_second.payment is not None
    assert at_second.payment.purses == ()

    at_first = first.pay(code)
    assert at_first.stage is Stage.DONE
    first.leave()
    assert first.pay(code).stage is Stage.DONE

    assert_all_agree(chain)
    sums = card_at_server(chain)
    assert (sums.balance, sums.used) == (0, 4000)


def test_whoever_was_refused_pays_with_the_card_once_the_line_is_back(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    code = first.sell_card(4000)
    chain.sync()
    second.up = False
    assert second.pay(code).stage is Stage.PAYING
    second.up = True
    second.checkout.scan(code)
    assert second.hear().stage is Stage.DONE
    assert_all_agree(chain)
    assert card_at_server(chain).balance == 2000


def test_a_card_shown_in_a_basket_here_is_not_taken_away_from_it(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    code = first.sell_card(4000)
    chain.sync()
    first.checkout.scan(CODES[BOX.name])
    first.checkout.scan(code)
    assert second.pay(code).stage is Stage.PAYING
    first.checkout.finish()
    assert first.checkout.with_bearers(lambda keys: keys.pay(None)).stage is Stage.DONE
    assert_all_agree(chain)


def test_what_a_code_holds_is_never_told_of_a_members_wallet(chain: Store) -> None:
    """Whoever made a code out of a member's wallet would learn nothing by it."""
    from terminal.till.line_port import Question
    from terminal.till.ports import Member

    first, second = Place(chain), Place(chain)
    first.till.journal.enrol(Member(id="a" * 32, name="Anna"), "", chain.clock.now())
    wallet = first.till.members.standing("a" * 32).wallets[0]
    chain.sync()
    second.chain.sync(second.till, question=Question(wallet=wallet))
    assert second.till.bearers.standing((WalletId(wallet),)).holdings == ()
    assert Account(wallet, GIFT) not in {
        one.account for one in first.till.bearers.standing((wallet,)).holdings
    }
