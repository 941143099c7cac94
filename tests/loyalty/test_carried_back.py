"""What a rule that carries on counted comes back with the goods, to the last part of a unit.

Whatever is bought and brought back in whatever order: for what is kept there are as many units as
it would have brought at once, and what is given too much for a while is made up for by what comes.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty import history
from terminal.loyalty.basket import Product
from terminal.loyalty.conditions import Limit, Period
from terminal.loyalty.counting import counted
from terminal.loyalty.earning import EarnRule, Multiplier, Per, PerMoney, PerPiece, PerVisit
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.loyalty.ledger import Entry, fold, rights_of
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundLaw, RefundRecord, pieces_left
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, Holding
from terminal.loyalty.wallet import Account, UnitId
from tests.loyalty import shop
from tests.loyalty.members import anna
from tests.loyalty.selling import sell, settled

STAMPS = Account(shop.ANNAS, UnitId("stamps"))
LEFT = history.rest(1, "rule")
LAWS = st.sampled_from(RefundLaw)
THIRD_BUN = EarnRule(id="rule", per=PerPiece(pieces=3), carry=True)


def card(rule: EarnRule = THIRD_BUN) -> Programme:
    return shop.programme(1, unit=shop.unit("stamps"), earn=(rule,))


class Visits:
    """Anna's visits to one till, one after the other."""

    def __init__(self, offer: Programme) -> None:
        self.offer = offer
        self.history: History = NO_HISTORY
        self.sums = fold(())
        self.rights: dict[Account, int] = {}
        self.sales: list[SaleRecord] = []
        self.refunds: dict[int, list[RefundRecord]] = {}

    def buys(self, *goods: Product | tuple[Product, int], knowing: History | None = None) -> int:
        """Buys, and returns the units that it brought; ``knowing`` is what a till knows of her."""
        known = self.history if knowing is None else knowing
        to, basket = replace(anna(known), holdings=self._holdings()), shop.basket(*goods)
        sold = sell(basket, self.offer, to=to)
        sale = settled(sold, basket, to, NO_CHOICES)
        self.sales.append(sale_record(sale))
        self._move(sale_entries(sale))
        self.history = self.history.plus(counted(self.sales[-1]))
        return shop.earned(sold)

    def returns(
        self, number: int, pieces: dict[int, int], law: RefundLaw = RefundLaw.PRO_RATA
    ) -> int:
        """Brings goods of a sale back, and returns the units that were taken for them."""
        sale, earlier = self.sales[number], self.refunds.setdefault(number, [])
        wish = Wish(
            id=f"{len(earlier) + 1:032x}",
            at=shop.moment("2026-03-15T09:00"),
            sale=sale,
            programmes=(self.offer,),
            earlier=tuple(earlier),
            back=pieces,
            law=law,
            standing=replace(anna(self.history), holdings=self._holdings()),
        )
        refund = plan(wish)
        assert isinstance(refund, Refund)
        self._move(refund.entries)
        earlier.append(refund.record)
        self.history = self.history.plus(refund.record.counts)
        return sum(one.n for one in refund.record.taken)

    def returns_all(self, number: int, law: RefundLaw = RefundLaw.PRO_RATA) -> int:
        left = pieces_left(self.sales[number], self.refunds.get(number, []))
        return self.returns(number, {key: n for key, n in left.items() if n}, law)

    @property
    def left(self) -> int:
        """Parts of a unit that count on."""
        return self.history.total(LEFT, Period(), shop.moment().business_day)

    @property
    def stamps(self) -> int:
        """What she has; what she owes is below zero."""
        return self.sums[STAMPS].balance if STAMPS in self.sums else 0

    def kept(self, product: Product) -> int:
        """Pieces that she did not bring back."""
        return sum(
            left
            for number, sale in enumerate(self.sales)
            for line in sale.lines
            if line.sku == product.sku
            for left in [pieces_left(sale, self.refunds.get(number, []))[line.key]]
        )

    def _holdings(self) -> tuple[Holding, ...]:
        return tuple(
            Holding(account=account, sums=sums, spendable=self.rights.get(account, 0))
            for account, sums in self.sums.items()
        )

    def _move(self, entries: Sequence[Entry]) -> None:
        self.sums = fold(entries, self.sums)
        for account, n in rights_of(entries).items():
            self.rights[account] = self.rights.get(account, 0) + n


# --- in the shop's words --------------------------------------------------------------------------


def test_of_two_buns_without_a_stamp_one_comes_back_and_counts_no_more() -> None:
    visits = Visits(card())
    visits.buys((shop.BUN, 2))
    visits.returns(0, {1: 1})

    assert visits.buys(shop.BUN) == 0, "she kept two"
    assert visits.buys(shop.BUN) == 1


def test_of_four_buns_two_come_back_with_the_stamp() -> None:
    visits = Visits(card())
    assert visits.buys((shop.BUN, 4)) == 1
    assert visits.returns(0, {1: 2}) == 1

    assert visits.buys(shop.BUN) == 1, "that is the third bun"


def test_buns_that_brought_no_stamp_of_their_own_do_not_make_others_dearer_to_the_shop() -> None:
    """Two buns, one more for the stamp; the two come back: for the next stamp she buys five."""
    visits = Visits(card())
    visits.buys((shop.BUN, 2))
    assert visits.buys(shop.BUN) == 1
    assert visits.returns_all(0) == 0

    assert visits.buys((shop.BUN, 4)) == 0
    assert visits.buys(shop.BUN) == 1
    assert (visits.kept(shop.BUN), visits.stamps) == (6, 2)


def test_the_bun_that_made_the_stamp_comes_back_and_the_next_one_makes_it_again() -> None:
    """Whoever kept three buns has a stamp, whichever of four came back."""
    visits = Visits(card())
    visits.buys((shop.BUN, 2))
    assert visits.buys(shop.BUN) == 1
    assert visits.buys((shop.BUN, 2)) == 0
    assert visits.returns_all(1) == 1

    assert visits.buys(shop.BUN) == 1
    assert (visits.kept(shop.BUN), visits.stamps) == (5, 1)


def test_what_two_tills_without_a_line_brought_is_made_up_for() -> None:
    """Both tills know of two buns and both sell the third: that was one stamp too much."""
    visits = Visits(card())
    visits.buys((shop.BUN, 2))
    known = visits.history
    assert (visits.buys(shop.BUN, knowing=known), visits.buys(shop.BUN, knowing=known)) == (1, 1)

    assert visits.buys(shop.BUN) == 0, "the fifth"
    assert visits.buys(shop.BUN) == 0, "the sixth: the stamp for it is there already"
    assert visits.buys((shop.BUN, 3)) == 1


def test_what_two_tills_without_a_line_did_not_see_is_brought_with_the_next_bun() -> None:
    visits = Visits(card(replace(THIRD_BUN, goods=shop.goods("bakery"))))
    assert visits.buys((shop.BUN, 2), knowing=NO_HISTORY) == 0
    assert visits.buys((shop.BUN, 2), knowing=NO_HISTORY) == 0

    assert visits.buys(shop.TEA) == 0, "no bun, no stamp"
    assert visits.buys(shop.BUN) == 1


def test_what_a_limit_cut_off_is_not_made_up_for_later() -> None:
    once_a_day = Limit(per="member", most=1, period=Period(kind="days", days=1))
    visits = Visits(card(replace(THIRD_BUN, limits=(once_a_day,))))
    assert visits.buys((shop.BUN, 11)) == 1
    assert visits.left == 200
    visits.returns_all(0)
    assert (visits.left, visits.stamps) == (0, 0)


@pytest.mark.parametrize("law", RefundLaw)
def test_a_sale_from_before_is_undone_by_what_it_says(law: RefundLaw) -> None:
    """Its body tells what the rule counted, and no revision of the rule is known here any more."""
    visits = Visits(card())
    visits.buys(shop.BUN)
    visits.buys((shop.BUN, 5))
    visits.offer = replace(visits.offer, revision=2)
    assert visits.returns_all(1, law) == 2
    assert (visits.left, visits.stamps) == (100, 0)


# --- the law --------------------------------------------------------------------------------------

BOUGHT = st.lists(
    st.tuples(st.sampled_from([shop.BUN, shop.TEA]), st.integers(1, 6)), min_size=1, max_size=3
)


@settings(max_examples=120)
@given(st.data(), LAWS, st.integers(1, 5), st.integers(1, 3))
def test_whatever_comes_back_what_is_kept_has_its_units_and_no_more(
    data: st.DataObject, law: RefundLaw, size: int, units: int
) -> None:
    rule = replace(THIRD_BUN, per=PerPiece(pieces=size), units=units)
    visits = Visits(card(rule))
    for _ in range(data.draw(st.integers(1, 7))):
        open_sales = [
            number
            for number, sale in enumerate(visits.sales)
            if any(pieces_left(sale, visits.refunds.get(number, [])).values())
        ]
        if data.draw(st.sampled_from((True, False)), label="brings back") and open_sales:
            number = data.draw(st.sampled_from(open_sales), label="of sale")
            left = pieces_left(visits.sales[number], visits.refunds.get(number, []))
            some = {
                key: data.draw(st.integers(0, n), label=f"line {key}") for key, n in left.items()
            }
            if any(some.values()):
                visits.returns(number, some, law)
        else:
            visits.buys(*data.draw(BOUGHT))
        each = size * 100
        kept = (visits.kept(shop.BUN) + visits.kept(shop.TEA)) * 100 * units
        assert visits.stamps * each + visits.left == kept
    visits.buys((shop.BUN, 40))
    kept = visits.kept(shop.BUN) + visits.kept(shop.TEA)
    assert visits.stamps == kept * units // size


@settings(max_examples=80)
@given(
    st.data(),
    LAWS,
    st.sampled_from([PerMoney(amount=333), PerPiece(pieces=2), PerVisit()]),
    st.sampled_from([100, 150, 33]),
)
def test_whatever_it_counts_by_all_back_leaves_her_as_she_was(
    data: st.DataObject, law: RefundLaw, per: Per, percent: int
) -> None:
    more = Multiplier(percent=percent, goods=shop.goods("bakery"))
    visits = Visits(card(replace(THIRD_BUN, per=per, multipliers=(more,))))
    visits.history = visits.history.plus([Counted(LEFT, shop.moment().business_day, 70)])
    for _ in range(data.draw(st.integers(1, 3))):
        visits.buys(*data.draw(BOUGHT))
    before = visits.history
    single = [
        (number, line.key)
        for number, sale in enumerate(visits.sales)
        for line in sale.lines
        for _ in range(line.pieces)
    ]
    for number, key in data.draw(st.permutations(single)):
        visits.returns(number, {key: 1}, law)
    assert visits.stamps == 0
    assert visits.history == NO_HISTORY.plus([Counted(LEFT, shop.moment().business_day, 70)])
    assert before != visits.history or not single
