"""Refunds: whatever comes back in whatever steps, the sums are those of the sale."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terminal.loyalty import history
from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, Need
from terminal.loyalty.counting import counted
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.history import History
from terminal.loyalty.ledger import Entry, EntryKind, Sums, fold, rights_of
from terminal.loyalty.money import round_cash
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import (
    RefundLaw,
    RefundRecord,
    pieces_left,
    read_refund_body,
    refund_body,
)
from terminal.loyalty.refund_entries import unit_entries
from terminal.loyalty.refunding import CodeSpent, Refund, Wish, plan
from terminal.loyalty.sale import Sale, SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Holding, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.unwinding import unwind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.test_sale import SALE_ID, of_chance

BOTH = st.sampled_from(RefundLaw)
POINTS = Account(shop.ANNAS, UnitId("points"))
CARD = WalletId("c" * 32)
LATER = shop.moment("2026-03-15T09:00")


class Till:
    """One sale and its refunds, with the member's sums and the rights that this till holds."""

    def __init__(
        self, sale: Sale, programmes: Sequence[Programme], *, step: int = 1, seen: bool = True
    ) -> None:
        self.programmes = tuple(programmes)
        self.record: SaleRecord = sale_record(sale)
        self.step = step
        self.standing = sale.standing
        self.sums = {one.account: one.sums for one in sale.standing.holdings}
        self.rights = {one.account: one.spendable for one in sale.standing.holdings}
        self.refunds: list[RefundRecord] = []
        self.before = (dict(self.sums), dict(self.rights))
        self.move(sale_entries(sale))

    def move(self, entries: Sequence[Entry]) -> None:
        self.sums = fold(entries, self.sums)
        for account, n in rights_of(entries).items():
            self.rights[account] = self.rights.get(account, 0) + n
            assert self.rights[account] >= 0, "a right below zero"

    def holdings(self) -> tuple[Holding, ...]:
        return tuple(
            Holding(account=account, sums=sums, spendable=self.rights.get(account, 0))
            for account, sums in self.sums.items()
        )

    def plan(self, back: Mapping[int, int], law: RefundLaw, **more: Any) -> Refund | CodeSpent:
        return plan(
            Wish(
                id=SALE_ID,
                at=more.pop("at", LATER),
                sale=self.record,
                programmes=self.programmes,
                earlier=tuple(self.refunds),
                back=back,
                law=law,
                standing=replace(self.standing, holdings=self.holdings()),
                cash_step=self.step,
                **more,
            )
        )

    def take_back(self, back: Mapping[int, int], law: RefundLaw, **more: Any) -> RefundRecord:
        refund = self.plan(back, law, **more)
        assert isinstance(refund, Refund)
        assert read_refund_body(refund_body(refund.record)) == refund.record
        self.move(refund.entries)
        self.refunds.append(refund.record)
        self.sane()
        return refund.record

    def everything(self, law: RefundLaw, **more: Any) -> RefundRecord:
        return self.take_back(pieces_left(self.record, self.refunds), law, **more)

    def sane(self) -> None:
        """What holds after every refund."""
        one, record = self.refunds[-1], self.record
        assert one.due >= 0
        assert one.remainder == 0 or one.due == 0
        assert sum(past.due for past in self.refunds) <= record.total
        assert sum(past.paid_back for past in self.refunds) <= record.due
        assert sum(tender.amount for tender in one.tenders) == one.paid_back
        assert all(tender.amount > 0 for tender in one.tenders)
        assert sum(rate.taxable + rate.tax for rate in one.vat) == one.due
        by_rate = {rate.rate: rate.gross for rate in one.vat}
        for rate in {line.vat for line in one.lines}:
            assert sum(line.back for line in one.lines if line.vat == rate) == by_rate.get(rate, 0)
        for sold in record.lines:
            back = sum(
                line.pieces for past in self.refunds for line in past.lines if line.key == sold.key
            )
            assert 0 <= back <= sold.pieces

    def in_all(self) -> dict[object, int]:
        """What all refunds come to."""
        sums: dict[object, int] = {}

        def add(key: object, n: int) -> None:
            sums[key] = sums.get(key, 0) + n
            if not sums[key]:
                del sums[key]

        for one in self.refunds:
            add("due", one.due)
            add("paid back", one.paid_back)
            for line in one.lines:
                add(("net", line.key), line.back)
                add(("pieces", line.key), line.pieces)
            for rate in one.vat:
                add(("taxable", rate.rate), rate.taxable)
                add(("tax", rate.rate), rate.tax)
            for tender in one.tenders:
                add(tender.kind, tender.amount)
            for taken in one.taken:
                add((taken.programme, taken.rule, taken.account, taken.day), taken.n)
            for back in one.given:
                add((back.name, back.account), back.n)
            for one_count in one.counts:
                add((one_count.name, one_count.day), one_count.n)
        return sums


def till_of(counter: Counter) -> Till:
    evaluation = evaluate(
        counter.basket, counter.standing, counter.programmes, counter.at, counter.choices
    )
    return Till(of_chance(counter, evaluation), counter.programmes)


def sold(
    basket: Basket,
    *programmes: Programme,
    to: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
    paid: Sequence[Tender] | None = None,
    step: int = 1,
) -> Till:
    evaluation = evaluate(basket, to, programmes, shop.NOON, choices)
    due = round_cash(evaluation.total, step)
    tenders = tuple(paid) if paid is not None else (Tender(kind=TenderKind.CASH, amount=due),)
    handed = sum(one.amount for one in tenders)
    rounding = handed - evaluation.total if paid is not None else due - evaluation.total
    sale = Sale(
        id=SALE_ID,
        at=shop.NOON,
        basket=basket,
        standing=to,
        choices=choices,
        evaluation=evaluation,
        tenders=tenders,
        rounding=rounding,
    )
    return Till(sale, programmes, step=step)


COUNTERS = counters(lines=4, pieces=3, offers=3, with_tax=None)


@st.composite
def steps(draw: st.DrawFn, pieces: Mapping[int, int]) -> list[dict[int, int]]:
    """All pieces, some now and some later, in any order."""
    single = [key for key, n in pieces.items() for _ in range(n)]
    order = draw(st.permutations(single))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=4)))
    parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    return [{key: part.count(key) for key in part} for part in parts if part]


# --- the laws ---------------------------------------------------------------------------------


@settings(max_examples=150)
@given(COUNTERS, BOTH)
def test_all_back_at_once_undoes_all(counter: Counter, law: RefundLaw) -> None:
    till = till_of(counter)
    record = till.record
    refund = till.everything(law)
    assert refund.due == record.total
    assert refund.paid_back == record.due
    assert {line.key: line.back for line in refund.lines} == {
        line.key: line.net for line in record.lines
    }
    assert {(one.rate, one.taxable, one.tax) for one in refund.vat} == {
        (one.rate, one.taxable, one.tax) for one in record.vat if one.taxable or one.tax
    }
    assert sum(one.n for one in refund.taken) == sum(one.n for one in record.earned)
    assert sum(one.n for one in refund.given) == sum(one.n for one in record.spent)
    assert refund.remainder == 0
    assert History().plus(counted(record)).plus(refund.counts) == History()
    assert till.sums == fold((), till.before[0]) | {
        account: sums for account, sums in till.sums.items() if account not in till.before[0]
    }
    assert all(till.sums[one] == Sums() for one in till.sums if one not in till.before[0])
    assert {a: n for a, n in till.rights.items() if n} == {
        a: n for a, n in till.before[1].items() if n
    }


@settings(max_examples=150)
@given(COUNTERS, BOTH, st.data())
def test_however_it_is_split_everything_comes_back_to_the_last_unit(
    counter: Counter, law: RefundLaw, data: st.DataObject
) -> None:
    at_once, split = till_of(counter), till_of(counter)
    at_once.everything(law)
    for part in data.draw(steps({line.key: line.pieces for line in split.record.lines})):
        split.take_back(part, law)
    assert split.in_all() == at_once.in_all()
    assert split.sums == at_once.sums
    assert split.rights == at_once.rights


@settings(max_examples=150)
@given(COUNTERS, st.data())
def test_pro_rata_the_same_pieces_come_to_the_same_by_any_way(
    counter: Counter, data: st.DataObject
) -> None:
    at_once, split = till_of(counter), till_of(counter)
    some = {
        line.key: data.draw(st.integers(0, line.pieces), label=f"of line {line.key}")
        for line in split.record.lines
    }
    assume(any(some.values()))
    at_once.take_back(some, RefundLaw.PRO_RATA)
    for part in data.draw(steps({key: n for key, n in some.items() if n})):
        split.take_back(part, RefundLaw.PRO_RATA)
    assert split.in_all() == at_once.in_all()
    assert split.sums == at_once.sums


@settings(max_examples=100)
@given(COUNTERS, st.data())
def test_a_law_that_changes_half_way_pays_nothing_twice(
    counter: Counter, data: st.DataObject
) -> None:
    at_once, mixed = till_of(counter), till_of(counter)
    at_once.everything(RefundLaw.PRO_RATA)
    for part in data.draw(steps({line.key: line.pieces for line in mixed.record.lines})):
        mixed.take_back(part, data.draw(BOTH))
    assert mixed.in_all() == at_once.in_all()


@settings(max_examples=100)
@given(COUNTERS, BOTH, st.data())
def test_a_piece_that_comes_back_twice_pays_nothing_and_is_owed(
    counter: Counter, law: RefundLaw, data: st.DataObject
) -> None:
    till = till_of(counter)
    key = data.draw(st.sampled_from([line.key for line in till.record.lines]))
    till.everything(law)
    again = unwind(till.record, till.programmes, till.refunds, {key: 1}, law)
    assert again.due == 0
    assert again.given == ()
    assert [(one.line, one.pieces) for one in again.twice] == [(key, 1)]
    entries, _ = unit_entries(
        till.record, again, (), today=LATER.business_day, pending={}, rights={}, debts={}
    )
    assert sum(one.n for one in entries if one.kind is EntryKind.OWE) == sum(
        one.n for one in again.taken
    )


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
    st.sampled_from([1, 5, 10, 50]),
    st.integers(0, 1500),
    st.data(),
)
def test_coins_come_to_what_was_paid_however_cash_is_split(
    pieces: list[int], step: int, by_card: int, data: st.DataObject
) -> None:
    goods = [shop.product(f"P{n}", 333 + 7 * n) for n in range(len(pieces))]
    bought = shop.basket(*zip(goods, pieces, strict=True))
    card = min(by_card, bought.amount)
    cash = round_cash(bought.amount - card, step)
    paid = [
        Tender(kind=kind, amount=n)
        for kind, n in ((TenderKind.CARD, card), (TenderKind.CASH, cash))
        if n
    ]
    till = sold(bought, paid=paid, step=step)
    for part in data.draw(steps({line.key: line.pieces for line in till.record.lines})):
        instead = data.draw(st.sampled_from([None, None, TenderKind.CASH, TenderKind.CARD]))
        given_back = till.take_back(part, RefundLaw.PRO_RATA, instead=instead)
        coins = sum(one.amount for one in given_back.tenders if one.kind is TenderKind.CASH)
        assert coins % step == 0
    assert sum(past.due for past in till.refunds) == till.record.total


# --- in the shop's words ----------------------------------------------------------------------

PER_ZLOTY = EarnRule(id="per-zloty", per=PerMoney(amount=100))


def points(**other: Any) -> Programme:
    return shop.programme(**{"unit": shop.unit(), "earn": (PER_ZLOTY,), **other})


FIVE_OFF = shop.programme(
    unit=shop.unit(),
    earn=(PER_ZLOTY,),
    rewards=(
        shop.reward(
            "five-off",
            mode="claimed",
            cost=100,
            benefit=AmountOff(amount=500),
            target=Target(scope="basket"),
        ),
    ),
)
CLAIMED = shop.claims("five-off")


def test_points_of_a_piece_that_comes_back_are_taken_back() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), points(), to=shop.anna())
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert refund.due == 1300
    assert [(one.n, one.account) for one in refund.taken] == [(13, POINTS)]
    assert till.sums[POINTS].balance == 26


def test_spent_points_come_back_with_the_goods_that_they_paid() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 2)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    half = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert (half.due, sum(one.n for one in half.given)) == (1050, 50)
    rest = till.everything(RefundLaw.PRO_RATA)
    assert (rest.due, sum(one.n for one in rest.given)) == (1050, 50)
    assert till.sums[POINTS] == till.before[0][POINTS]


def test_the_part_of_a_point_that_was_spent_comes_back_with_the_last_goods() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 3)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    given = [
        sum(one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).given) for _ in range(3)
    ]
    assert given == [33, 33, 34]


def test_points_that_were_spent_meanwhile_are_owed_and_the_balance_stays_at_nothing() -> None:
    till = sold(shop.basket((shop.COFFEE, 2)), points(), to=shop.anna())
    till.move((Entry(POINTS, EntryKind.SPEND, 20),))
    refund = till.everything(RefundLaw.PRO_RATA)
    (balance,) = refund.balances
    assert (balance.taken, balance.owed, balance.after, balance.debt_after) == (26, 20, 0, 20)
    assert till.sums[POINTS].rights_in_all == 0
    assert till.rights[POINTS] == 0


def test_pending_points_are_taken_back_without_touching_any_right() -> None:
    waits = points(unit=shop.unit(vesting_days=14))
    till = sold(shop.basket((shop.COFFEE, 2)), waits, to=shop.anna({"points": 7}))
    till.everything(RefundLaw.PRO_RATA)
    assert till.sums[POINTS] == till.before[0][POINTS]
    assert till.rights[POINTS] == 7


def test_after_vesting_a_refund_needs_the_right_like_any_other() -> None:
    waits = points(unit=shop.unit(vesting_days=14))
    till = sold(shop.basket((shop.COFFEE, 2)), waits, to=shop.anna({"points": 0}))
    till.move((Entry(POINTS, EntryKind.VEST, 26), Entry(POINTS, EntryKind.SPEND, 26)))
    refund = till.everything(RefundLaw.PRO_RATA, at=shop.moment("2026-04-20T10:00"))
    assert refund.balances[0].owed == 26
    assert till.sums[POINTS].pending == 0


def test_points_that_expired_before_the_goods_came_back_are_owed() -> None:
    till = sold(shop.basket((shop.COFFEE, 1)), points(), to=shop.anna())
    day = till.record.earned[0].day
    till.move((Entry(POINTS, EntryKind.RELEASE, 13),))  # the server ends them at its own pool
    till.sums = fold((Entry(POINTS, EntryKind.EXPIRE, 13, day),), till.sums)
    refund = till.everything(RefundLaw.PRO_RATA)
    assert refund.balances[0].owed == 13
    assert refund.balances[0].after == 0


def test_a_debt_from_before_stays_as_it_is() -> None:
    in_debt = Standing(
        traits=shop.anna().traits,
        wallets=(shop.ANNAS,),
        holdings=(
            Holding(account=POINTS, sums=Sums(earned=((None, 40),), used=50, debt=10), spendable=0),
        ),
    )
    till = sold(shop.basket((shop.COFFEE, 1)), points(), to=in_debt)
    assert till.sums[POINTS].debt == 0
    till.everything(RefundLaw.PRO_RATA)
    assert till.sums == till.before[0]
    assert till.rights[POINTS] == 0


def test_goods_that_earned_double_take_double_back() -> None:
    double = EarnRule(
        id="per-zloty",
        per=PerMoney(amount=100),
        multipliers=(Multiplier(percent=200, goods=shop.goods("drinks")),),
    )
    till = sold(shop.basket(shop.COFFEE, shop.CAKE), points(earn=(double,)), to=shop.anna())
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert [one.n for one in refund.taken] == [26]


def test_a_stamp_for_the_visit_goes_with_what_was_paid() -> None:
    visit = EarnRule(id="visit", per=PerVisit())
    till = sold(shop.basket(shop.COFFEE, shop.BUN), points(earn=(visit,)), to=shop.anna())
    assert till.take_back({2: 1}, RefundLaw.PRO_RATA).taken == ()
    assert [one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).taken] == [1]


THREE_FOR_TWO = shop.programme(2, rewards=(shop.third_free(shop.goods("drinks")),))


def test_kept_goods_pay_their_full_price_where_the_offer_holds_no_longer() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), THREE_FOR_TWO)
    assert till.record.total == 2600
    first = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert (first.due, first.remainder) == (0, 0), "two coffees cost 26.00 by themselves"
    second = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert second.due == 1300
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 1300


def test_what_was_paid_too_much_is_shown_and_carried_to_the_next_refund() -> None:
    ten_percent = shop.programme(
        2,
        rewards=(
            shop.reward(
                "from-50",
                benefit=PercentOff(basis_points=1000),
                condition=Condition(spend=5000),
                target=Target(scope="basket"),
            ),
        ),
    )
    till = sold(shop.basket((shop.COFFEE, 3), (shop.BUN, 3)), ten_percent)
    assert till.record.total == 4725
    first = till.take_back({2: 1}, RefundLaw.REEVALUATE)
    # 3 coffees and 2 buns come to 48.00 without the tenth off.
    assert (first.due, first.remainder) == (0, 75)
    second = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert (second.due, second.remainder) == (4725 - 2 * 1300 - 2 * 450, 0)
    assert till.everything(RefundLaw.REEVALUATE).due == 2 * 1300 + 2 * 450


def test_a_line_that_is_kept_tells_that_it_costs_more_now() -> None:
    pair = shop.reward(
        "pair",
        condition=Condition(
            needs=(Need(goods=shop.goods("drinks")), Need(goods=shop.goods("bakery")))
        ),
        benefit=AmountOff(amount=400),
        target=Target(scope="set"),
    )
    till = sold(shop.basket(shop.COFFEE, shop.CAKE), shop.programme(2, rewards=(pair,)))
    refund = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    back = {line.key: (line.pieces, line.back) for line in refund.lines}
    cake_off = next(line.discount for line in till.record.lines if line.key == 2)
    assert cake_off > 0
    assert back[2] == (0, -cake_off)
    assert refund.due == 2400 - 1500


def test_an_offer_that_was_for_this_customer_too_holds_for_what_is_kept() -> None:
    agreed = shop.pieces_off(
        "fifth-off",
        2000,
        shop.goods("drinks"),
        audience=Audience(consents=("marketing",)),
    )
    anna = shop.anna(consents=frozenset({"marketing"}))
    rules = (THREE_FOR_TWO, shop.programme(3, rewards=(agreed,)))
    till = sold(shop.basket((shop.COFFEE, 3)), *rules, to=anna)
    assert till.record.total == 2600
    # Two coffees are no three, and by themselves they would have been a fifth off.
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 2600 - 2080
    assert till.everything(RefundLaw.REEVALUATE).due == 2080


def test_without_the_rules_of_the_day_each_piece_brings_its_part() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), THREE_FOR_TWO)
    till.programmes = ()
    refund = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert refund.law is RefundLaw.PRO_RATA
    assert refund.due == 867


def test_a_gift_card_takes_its_money_back() -> None:
    card = Account(CARD, UnitId("gift"))
    shown = Holding(account=card, sums=Sums(earned=((None, 2000),)), spendable=2000)
    till = sold(
        shop.basket((shop.COFFEE, 2)),
        to=Standing(holdings=(shown,), bearers=(CARD,)),
        paid=(
            Tender(kind=TenderKind.GIFT_CARD, amount=2000, account=card),
            Tender(kind=TenderKind.CASH, amount=600),
        ),
    )
    half = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert half.tenders == (Tender(kind=TenderKind.GIFT_CARD, amount=1300, account=card),)
    assert till.rights[card] == 1300
    rest = till.take_back({1: 1}, RefundLaw.PRO_RATA, instead=TenderKind.CARD)
    assert [(one.kind, one.amount) for one in rest.tenders] == [
        (TenderKind.GIFT_CARD, 700),
        (TenderKind.CARD, 600),
    ]


def gift_card_sale() -> tuple[Till, Account]:
    """A gift card of 50.00, as a sale brings it: money units in a wallet of its own."""
    card = Account(CARD, UnitId("gift"))
    gifts = shop.programme(
        3,
        unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
        earn=(EarnRule(id="loaded", per=PerMoney(amount=1), base="gross"),),
    )
    plastic = shop.product("GIFT50", 5000, vat=0, rewardable=False)
    till = sold(shop.basket(plastic), gifts, to=replace(shop.anna(), fresh=(CARD,)))
    assert till.rights == {card: 5000}
    return till, card


def test_a_gift_card_is_money_spent_when_it_buys_something_and_not_when_it_is_sold() -> None:
    till, _ = gift_card_sale()
    record = replace(till.record, member="a" * 32, wallet=WalletId("a" * 32))
    counts = {one.name: one.n for one in counted(record)}
    assert counts[history.PURCHASES] == 1
    assert history.SPENT not in counts


def test_an_unspent_gift_card_comes_back() -> None:
    till, card = gift_card_sale()
    codes = (Holding(account=card, sums=till.sums[card], spendable=till.rights[card]),)
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA, codes=codes)
    assert refund.due == 5000
    assert till.rights[card] == 0


def test_a_gift_card_that_was_used_does_not_come_back() -> None:
    till, card = gift_card_sale()
    till.move((Entry(card, EntryKind.SPEND, 1200),))
    refused = till.plan({1: 1}, RefundLaw.PRO_RATA)
    assert refused == CodeSpent(card, 5000, 3800)


def test_a_code_that_was_a_gift_and_is_used_is_lost_and_the_goods_come_back() -> None:
    giving = shop.programme(
        3,
        unit=shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer"),
        earn=(EarnRule(id="next-visit", per=PerVisit(), minimum=1000),),
    )
    till = sold(shop.basket(shop.COFFEE), giving, to=Standing(fresh=(CARD,)))
    code = Account(CARD, UnitId("next"))
    assert till.rights == {code: 1}
    till.move((Entry(code, EntryKind.SPEND, 1),))
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert refund.due == 1300
    assert [(one.n, one.lost) for one in refund.taken] == [(1, 1)]
    assert till.sums[code].debt == 0


def test_the_history_loses_what_the_sale_added_on_its_own_day() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 2)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    first = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    names = {one.name: one.n for one in first.counts}
    assert {one.day for one in first.counts} == {till.record.at.business_day}
    assert names == {history.SPENT: -1050, history.brought(1, "per-zloty"): -11}
    rest = {one.name: one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).counts}
    assert rest[history.PURCHASES] == -1
    assert rest[history.had(1, "five-off")] == -1


def test_pieces_of_a_stamp_card_go_back_one_by_one() -> None:
    stamps = points(earn=(EarnRule(id="stamp", per=PerPiece()),))
    till = sold(shop.basket((shop.COFFEE, 3)), stamps, to=shop.anna())
    assert [till.take_back({1: 1}, RefundLaw.PRO_RATA).taken[0].n for _ in range(3)] == [1, 1, 1]


def test_a_refund_takes_back_what_was_sold_and_nothing_else() -> None:
    till = sold(shop.basket(shop.COFFEE))
    for back in ({}, {1: 0}, {2: 1}, {1: -1}):
        with pytest.raises(ValueError, match="takes back"):
            till.plan(back, RefundLaw.PRO_RATA)


def test_before_any_refund_all_is_left() -> None:
    till = sold(shop.basket((shop.COFFEE, 2), shop.BUN))
    till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert pieces_left(till.record, till.refunds) == {1: 1, 2: 1}
    assert date(2026, 3, 14) == till.record.at.business_day


def gift_cards(codes: int = 3, to: Standing = NOBODY) -> tuple[Till, list[Account]]:
    """Two gift cards of 50.00 and one of 100.00 in one sale, behind so many codes."""
    gifts = shop.programme(
        3,
        unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
        earn=(EarnRule(id="loaded", per=PerMoney(amount=1), base="gross"),),
    )
    plastic = shop.product("GIFT50", 5000, vat=0, rewardable=False)
    large = shop.product("GIFT100", 10_000, vat=0, rewardable=False)
    wallets = tuple(WalletId(f"{0xA1 + n:032x}") for n in range(codes))
    till = sold(shop.basket((plastic, 2), large), gifts, to=replace(to, fresh=wallets))
    return till, [Account(one, UnitId("gift")) for one in wallets]


def two_gift_cards() -> tuple[Till, list[Account]]:
    """The same, each behind a code of its own."""
    till, cards = gift_cards()
    assert till.rights == {cards[0]: 5000, cards[1]: 5000, cards[2]: 10_000}
    return till, cards


def codes_of(till: Till) -> tuple[Holding, ...]:
    return tuple(
        Holding(account=one, sums=till.sums[one], spendable=n) for one, n in till.rights.items()
    )


@pytest.mark.parametrize("law", RefundLaw)
def test_of_several_gift_cards_the_one_that_was_shown_comes_back(law: RefundLaw) -> None:
    till, cards = two_gift_cards()
    refund = till.take_back({1: 1}, law, codes=codes_of(till), shown=(cards[1].wallet,))
    assert refund.due == 5000
    assert [(one.account, one.n) for one in refund.taken] == [(cards[1], 5000)]
    assert till.rights == {cards[0]: 5000, cards[1]: 0, cards[2]: 10_000}
    rest = till.take_back({1: 1, 2: 1}, law, codes=codes_of(till))
    assert [(one.account, one.n) for one in rest.taken] == [(cards[0], 5000), (cards[2], 10_000)]


@pytest.mark.parametrize("law", RefundLaw)
def test_cards_that_share_the_last_code_come_back_by_their_lines(law: RefundLaw) -> None:
    till, (one, last) = gift_cards(codes=2, to=shop.anna())
    assert (till.rights[one], till.rights[last]) == (5000, 15_000)
    somebodys = replace(till.record, member="a" * 32, wallet=WalletId("a" * 32))
    assert history.SPENT not in {count.name for count in counted(somebodys)}

    refund = till.take_back({1: 2}, law, codes=codes_of(till))

    assert refund.due == 10_000
    assert (till.rights[one], till.rights[last]) == (0, 10_000)
    till.take_back({2: 1}, law, codes=codes_of(till))
    assert (till.rights[one], till.rights[last]) == (0, 0)


def test_of_several_gift_cards_one_that_nobody_used_comes_back() -> None:
    till, cards = two_gift_cards()
    till.move((Entry(cards[0], EntryKind.SPEND, 1200),))
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA, codes=codes_of(till))
    assert [one.account for one in refund.taken] == [cards[1]]
    refused = till.plan({1: 1}, RefundLaw.PRO_RATA, codes=codes_of(till))
    assert refused == CodeSpent(cards[0], 5000, 3800)


@pytest.mark.parametrize("law", RefundLaw)
def test_cards_come_back_one_by_one_after_goods_that_earned_points(law: RefundLaw) -> None:
    coffee = replace(shop.COFFEE, rewardable=False)
    plastic = shop.product("GIFT50", 5000, vat=0, rewardable=False)
    cards = shop.programme(
        3,
        unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
        earn=(
            EarnRule(
                id="loaded",
                goods=shop.goods(skus=("GIFT50",)),
                per=PerMoney(amount=1),
                base="gross",
            ),
        ),
    )
    wallets = tuple(WalletId(f"{0xA1 + n:032x}") for n in range(3))
    to = replace(shop.anna(), fresh=wallets)
    till = sold(shop.basket((coffee, 3), (plastic, 3)), points(), cards, to=to)
    for _ in range(3):
        till.take_back({1: 1}, law)

    refunds = [till.take_back({2: 1}, law) for _ in range(3)]

    taken = [
        [one.account.wallet for one in past.taken if one.account != POINTS] for past in refunds
    ]
    assert taken == [[wallet] for wallet in wallets]


@pytest.mark.parametrize("law", RefundLaw)
def test_with_half_of_the_goods_one_of_two_vouchers_comes_back_whole(law: RefundLaw) -> None:
    giving = shop.programme(
        3,
        unit=shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer"),
        earn=(EarnRule(id="next-visit", per=PerPiece(), units=3),),
    )
    wallets = (WalletId(f"{0xA1:032x}"), WalletId(f"{0xA2:032x}"))
    till = sold(shop.basket((shop.COFFEE, 2)), giving, to=Standing(fresh=wallets))
    first, second = (Account(one, UnitId("next")) for one in wallets)
    assert till.rights == {first: 3, second: 3}
    till.move((Entry(first, EntryKind.SPEND, 1),))
    refund = till.take_back({1: 1}, law, codes=codes_of(till))
    assert [(one.account, one.n, one.lost) for one in refund.taken] == [(second, 3, 0)]
