"""What every journal promises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import sale_record
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.journal_port import Journal, PastSales, Recorded, Shortfall
from terminal.till.ports import Member
from terminal.wire.programme_json import write_programme
from tests.fakes.paid_sale import paid_sale

Shop = Any  # the fixture's class stands in conftest, which is no module to import from
FOREVER = None


def points(shop: Shop, member: str) -> Account:
    return Account(shop.members.standing(member).wallets[0], UnitId("points"))


def test_it_is_a_journal(shop: Shop) -> None:
    journal: Journal = shop.journal
    past: PastSales = shop.journal
    assert journal.record_sale is not None
    assert past.load("0" * 32) is None


def test_facts_are_numbered_from_one_without_a_gap(shop: Shop) -> None:
    anna = Member(id="a" * 32, name="Anna")
    first = shop.journal.enrol(anna, "5012345678900", shop.clock.now())
    second = shop.journal.record_sale(shop.sale())
    third = shop.journal.record_sale(shop.sale())
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert len({first.incarnation, second.incarnation, third.incarnation}) == 1
    assert len(first.incarnation) == 16


def test_what_a_sale_earns_may_be_spent_in_the_next(shop: Shop) -> None:
    anna = shop.enrol()
    shop.sell(shop.members.standing(anna), earn=100)
    standing = shop.members.standing(anna)
    assert standing.spendable("points") == standing.balance("points") == 100
    shop.sell(standing, spend=60, earn=5)
    assert shop.members.standing(anna).spendable("points") == 45


def test_pending_units_are_seen_and_not_spent(shop: Shop) -> None:
    anna = shop.enrol()
    shop.sell(shop.members.standing(anna), earn_pending=100)
    (holding,) = shop.members.standing(anna).holdings
    assert holding.sums.pending == 100
    assert holding.spendable == 0


def test_rights_that_are_gone_are_a_shortfall_and_nothing_is_recorded(shop: Shop) -> None:
    anna = shop.enrol()
    shop.sell(shop.members.standing(anna), earn=100)
    seen = shop.members.standing(anna)
    shop.sell(seen, spend=70)
    late = shop.sale(seen, spend=70)
    answer = shop.journal.record_sale(late)
    assert answer == Shortfall(missing=((points(shop, anna), 40),))
    assert shop.journal.load(late.id) is None
    assert shop.members.standing(anna).spendable("points") == 30
    assert shop.journal.record_sale(shop.sale()).seq == 4


def test_what_a_sale_earns_cannot_be_spent_in_itself(shop: Shop) -> None:
    anna = shop.enrol()
    shop.sell(shop.members.standing(anna), earn=10)
    answer = shop.journal.record_sale(shop.sale(shop.members.standing(anna), spend=15, earn=50))
    assert answer == Shortfall(missing=((points(shop, anna), 5),))


def test_a_sale_tried_twice_is_recorded_once(shop: Shop) -> None:
    anna = shop.enrol()
    sale = shop.sale(shop.members.standing(anna), earn=10)
    first = shop.journal.record_sale(sale)
    assert shop.journal.record_sale(sale) == first
    assert shop.members.standing(anna).balance("points") == 10


def test_a_recorded_sale_forgets_the_basket_in_work(shop: Shop) -> None:
    shop.working_basket.save(b"two coffees")
    shop.sell()
    assert shop.working_basket.load() == b""


def test_a_shortfall_keeps_the_basket_in_work(shop: Shop) -> None:
    anna = shop.enrol()
    shop.working_basket.save(b"two coffees")
    assert isinstance(
        shop.journal.record_sale(shop.sale(shop.members.standing(anna), spend=1)), Shortfall
    )
    assert shop.working_basket.load() == b"two coffees"


def test_debts_are_repaid_before_anything_may_be_spent(shop: Shop) -> None:
    anna = shop.enrol()
    account = points(shop, anna)
    shop.journal.adjust([Entry(account, EntryKind.OWE, 30)], "test", anna)
    shop.journal.adjust([Entry(account, EntryKind.EARN, 1)], "test", anna)
    before = shop.members.standing(anna).spendable("points")
    shop.sell(shop.members.standing(anna), earn=40)
    (holding,) = shop.members.standing(anna).holdings
    assert holding.sums.debt == 0
    assert holding.spendable == before + 10


def test_an_adjustment_moves_units(shop: Shop) -> None:
    anna = shop.enrol()
    account = points(shop, anna)
    day = date(2027, 12, 31)
    recorded = shop.journal.adjust([Entry(account, EntryKind.EARN, 50, day)], "goodwill", anna)
    assert isinstance(recorded, Recorded)
    (holding,) = shop.members.standing(anna).holdings
    assert holding.sums.earned == ((day, 50),)
    assert holding.spendable == 50


def test_an_adjustment_takes_no_more_than_is_here(shop: Shop) -> None:
    anna = shop.enrol()
    account = points(shop, anna)
    answer = shop.journal.adjust([Entry(account, EntryKind.SPEND, 5)], "test", anna)
    assert answer == Shortfall(missing=((account, 5),))
    with pytest.raises(ValueError, match="moves units"):
        shop.journal.adjust([], "test", anna)


def test_a_card_belongs_to_one_member(shop: Shop) -> None:
    shop.enrol("Anna", card="5012345678900")
    with pytest.raises(ValueError, match="belongs to somebody"):
        shop.enrol("Borys", card="5012345678900")
    assert [one.name for one in shop.members.search("borys", 5)] == []
    assert shop.journal.record_sale(shop.sale()).seq == 2


def test_nobody_is_enrolled_twice(shop: Shop) -> None:
    anna = Member(id="a" * 32, name="Anna")
    shop.journal.enrol(anna, "5012345678900", shop.clock.now())
    with pytest.raises(ValueError, match="member already"):
        shop.journal.enrol(anna, "5012345678917", shop.clock.now())


def test_a_sale_is_read_back_as_it_was_sold(shop: Shop) -> None:
    anna = shop.enrol()
    sale = shop.sale(shop.members.standing(anna), lines=3, earn=7)
    recorded = shop.journal.record_sale(sale)
    found = shop.journal.load(sale.id)
    assert found is not None
    assert found.recorded == recorded
    assert found.record == sale_record(sale)
    assert shop.journal.load("0" * 32) is None


def test_a_sale_names_the_revisions_that_judged_it_not_those_in_force_now(shop: Shop) -> None:
    holds_from = shop.clock.now().local.astimezone() - timedelta(days=30)
    newer = Programme(programme=3, revision=2, holds_from=holds_from, name={"en": "Coffee"})
    shop.programmes.put([write_programme(newer)])
    sale = paid_sale(shop.ids.sale_id(), shop.clock.now(), revisions=((3, 1),))
    shop.journal.record_sale(sale)
    found = shop.journal.load(sale.id)
    assert found is not None
    assert found.record.revisions == ((3, 1),)


def test_the_day_s_sales_are_listed_latest_first(shop: Shop) -> None:
    monday = [shop.sell() for _ in range(3)]
    today = shop.clock.now().business_day
    shop.clock.advance(days=1)
    tuesday = shop.sell()
    listed = shop.journal.last_sales(today, 10)
    assert [one.record.id for one in listed] == [sale.id for sale in reversed(monday)]
    assert list(shop.journal.last_sales(today, 10, skip=1)) == list(listed)[1:]
    assert [one.record.id for one in shop.journal.last_sales(today, 2)] == [
        monday[2].id,
        monday[1].id,
    ]
    (one,) = shop.journal.last_sales(shop.clock.now().business_day, 10)
    assert one.record.id == tuesday.id


def test_movements_tell_where_the_points_came_from(shop: Shop) -> None:
    anna, borys = shop.enrol("Anna"), shop.enrol("Borys")
    first = shop.sell(shop.members.standing(anna), earn=100)
    shop.sell(shop.members.standing(borys), earn=11)
    second = shop.sell(shop.members.standing(anna), spend=20, earn=5)
    told = shop.journal.movements(anna, 10)
    assert [(one.sale_id, one.entry.kind, one.entry.n) for one in told] == [
        (second.id, EntryKind.SPEND, 20),
        (second.id, EntryKind.EARN, 5),
        (first.id, EntryKind.EARN, 100),
    ]
    assert {one.kind for one in told} == {"SaleRecorded"}
    assert told[0].recorded.seq == 5
    assert told[0].business_day == shop.clock.now().business_day
    assert len(shop.journal.movements(anna, 1)) == 1
    assert shop.journal.movements("nobody", 5) == ()
