"""A sale: what it moves, what its fact keeps, what the slip says of the units."""

import json
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import (
    Entry,
    EntryKind,
    Sums,
    check_entry,
    fold,
    rights_of,
)
from terminal.loyalty.plain import to_plain
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import (
    Sale,
    SaleRecord,
    read_sale_body,
    sale_body,
    sale_entries,
    sale_record,
)
from terminal.loyalty.sold_units import SoldBalance
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Holding, Standing, Traits
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters

POINTS = Account(shop.ANNAS, UnitId("points"))
SALE_ID = "0195937b6c0a7c3e8d1f000000000001"


def paid(
    basket: Basket,
    *programmes: Programme,
    by: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
) -> Sale:
    evaluation = evaluate(basket, by, programmes, shop.NOON, choices)
    return Sale(
        id=SALE_ID,
        at=shop.NOON,
        basket=basket,
        standing=by,
        choices=choices,
        evaluation=evaluation,
        tenders=(Tender(kind=TenderKind.CASH, amount=evaluation.total),),
    )


def annas(sums: Sums, spendable: int) -> Standing:
    holding = Holding(account=POINTS, sums=sums, spendable=spendable)
    return replace(shop.anna(), holdings=(holding,))


def of_chance(counter: Counter, evaluation: Evaluation) -> Sale:
    return Sale(
        id=SALE_ID,
        at=counter.at,
        basket=counter.basket,
        standing=counter.standing,
        choices=counter.choices,
        evaluation=evaluation,
        tenders=(
            Tender(kind=TenderKind.CARD, amount=evaluation.total // 2),
            Tender(kind=TenderKind.CASH, amount=evaluation.total - evaluation.total // 2 + 7),
        ),
        change=7,
    )


@settings(max_examples=100)
@given(counters(lines=5, pieces=3, offers=4, with_tax=None))
def test_every_sale_moves_what_its_evaluation_says_and_is_read_back(counter: Counter) -> None:
    evaluation = evaluate(
        counter.basket, counter.standing, counter.programmes, counter.at, counter.choices
    )
    sale = of_chance(counter, evaluation)
    entries = sale_entries(sale)
    record = sale_record(sale)

    for entry in entries:
        check_entry(entry)
    assert len({entry[:2] + entry[3:] for entry in entries}) == len(entries)

    def moved(*kinds: EntryKind) -> int:
        return sum(entry.n for entry in entries if entry.kind in kinds)

    assert moved(EntryKind.SPEND) == sum(one.n for one in evaluation.spent)
    assert moved(EntryKind.EARN, EntryKind.EARN_PENDING) == sum(one.n for one in evaluation.earned)
    assert read_sale_body(sale_body(record)) == record
    assert sum(line.gross - line.discount for line in record.lines) == (
        record.gross - record.discount
    )
    before = {one.account: one.sums for one in counter.standing.holdings}
    after = fold(entries, before)
    for balance in record.balances:
        left = [sums for account, sums in after.items() if account.unit == balance.unit]
        assert balance.after == sum(sums.balance for sums in left)
        assert balance.after == balance.before - balance.spent + balance.earned
        assert balance.pending_after == sum(sums.pending for sums in left)
    held = {one.account: one.spendable for one in counter.standing.holdings}
    assert all(held.get(account, 0) + n >= 0 for account, n in rights_of(entries).items())


def test_137_points_become_37_and_what_the_purchase_brings() -> None:
    sale = paid(
        shop.basket(shop.CAKE),
        shop.points(),
        by=shop.anna({"points": 137}),
        choices=shop.claims("five-off"),
    )

    assert sale_entries(sale) == (
        Entry(POINTS, EntryKind.SPEND, 100),
        Entry(POINTS, EntryKind.EARN, 10),
    )
    assert sale_record(sale).balances == (
        SoldBalance(
            unit="points",
            before=137,
            spent=100,
            earned=10,
            earned_pending=0,
            repaid=0,
            after=47,
            pending_after=0,
            debt_after=0,
            next_day=None,
            next_n=0,
        ),
    )


def test_debts_are_repaid_first() -> None:
    owing = Sums(earned=((date(2026, 12, 31), 20),), used=50, debt=30)

    sale = paid(shop.basket(shop.CAKE), shop.points(), by=annas(owing, 0))

    assert sale_entries(sale) == (
        Entry(POINTS, EntryKind.EARN, 15),
        Entry(POINTS, EntryKind.REPAY, 15),
    )
    (balance,) = sale_record(sale).balances
    assert (balance.before, balance.after) == (-30, -15)
    assert (balance.repaid, balance.debt_after) == (15, 15)


def test_two_rules_that_earn_together_repay_a_debt_only_once() -> None:
    two = shop.points(
        earn=tuple(EarnRule(id=name, per=PerMoney(amount=100)) for name in ("one", "two"))
    )
    owing = Sums(used=20, debt=20)

    sale = paid(shop.basket(shop.CAKE), two, by=annas(owing, 0))

    assert sale_entries(sale) == (
        Entry(POINTS, EntryKind.EARN, 30),
        Entry(POINTS, EntryKind.REPAY, 20),
    )


def test_pending_units_repay_nothing_yet() -> None:
    slow = shop.points(unit=shop.unit(vesting_days=14))

    sale = paid(shop.basket(shop.CAKE), slow, by=annas(Sums(used=20, debt=20), 0))

    assert sale_entries(sale) == (Entry(POINTS, EntryKind.EARN_PENDING, 15),)
    (balance,) = sale_record(sale).balances
    assert (balance.earned, balance.earned_pending, balance.pending_after) == (0, 15, 15)


def test_the_slip_names_the_next_units_to_end() -> None:
    sums = Sums(earned=((date(2026, 4, 30), 40), (date(2026, 12, 31), 60)))

    sale = paid(shop.basket(shop.TEA), by=annas(sums, 100))

    (balance,) = sale_record(sale).balances
    assert (balance.next_day, balance.next_n) == (date(2026, 4, 30), 40)


def test_a_sale_without_a_card_moves_nothing() -> None:
    sale = paid(shop.basket(shop.CAKE), shop.points())

    assert sale_entries(sale) == ()
    record = sale_record(sale)
    assert (record.member, record.card, record.balances) == (None, None, ())


@pytest.mark.parametrize(
    ("handed", "change", "rounding"), [(1499, 0, 0), (1501, 0, 0), (2000, 400, 0)]
)
def test_tenders_less_change_come_to_the_total(handed: int, change: int, rounding: int) -> None:
    sale = paid(shop.basket(shop.CAKE))

    with pytest.raises(ValueError, match="come to the total"):
        replace(
            sale,
            tenders=(Tender(kind=TenderKind.CASH, amount=handed),),
            change=change,
            rounding=rounding,
        )


def test_cash_is_rounded_after_everything_else() -> None:
    sale = replace(
        paid(shop.basket(shop.product("A", 1024))),
        tenders=(Tender(kind=TenderKind.CASH, amount=2000),),
        rounding=-24,
        change=1000,
    )

    assert sale.due == sale_record(sale).due == 1000
    assert sale_record(sale).total == 1024


def test_the_body_names_the_revisions_and_no_person() -> None:
    sale = replace(
        paid(shop.basket(shop.CAKE), shop.points(), by=shop.anna({"points": 5}, birthday=(3, 14))),
        card="card-id",
    )

    record = sale_record(sale)

    assert record.revisions == ((1, 1),)
    assert (record.member, record.card) == ("anna", "card-id")
    assert b"birthday" not in sale_body(record)
    assert "standing" not in json.loads(sale_body(record))


def test_the_body_holds_all_that_the_engine_was_told_of_the_goods() -> None:
    """A refund is worked out by the rules of the day of sale, by nothing but the body."""
    lines = (
        Line(key=1, product=shop.CAKE, pieces=3, price=1200),
        Line(key=2, product=replace(shop.TEA, rewardable=False, earning=False)),
        Line(key=3, product=replace(shop.MILK, by_weight=True), grams=250),
    )
    sale = paid(Basket(currency="PLN", lines=lines), shop.points(), by=shop.anna({"points": 5}))

    record = read_sale_body(sale_body(sale_record(sale)))

    again = tuple(
        Line(
            key=sold.key,
            product=Product(
                sku=sold.sku,
                name=sold.name,
                price=sold.unit_price if sold.shelf_price is None else sold.shelf_price,
                vat=sold.vat,
                category=sold.category,
                brand=sold.brand,
                supplier=sold.supplier,
                gtin=sold.gtin,
                by_weight=sold.grams is not None,
                rewardable=sold.rewardable,
                earning=sold.earning,
            ),
            pieces=sold.pieces,
            grams=sold.grams,
            price=None if sold.shelf_price is None else sold.unit_price,
        )
        for sold in record.lines
    )
    assert again == lines


def test_the_body_says_as_whom_the_member_was_judged_and_how_far_the_search_went() -> None:
    gold = replace(
        shop.anna({"points": 5}),
        traits=Traits(member="anna", tier="gold", segments=frozenset({"students", "early"})),
    )
    sale = paid(shop.basket(shop.CAKE), shop.points(), by=gold)

    record = read_sale_body(sale_body(sale_record(sale)))

    assert (record.tier, record.segments) == ("gold", frozenset({"students", "early"}))
    assert (record.bound, record.proven, record.steps) == (
        sale.evaluation.bound,
        sale.evaluation.proven,
        sale.evaluation.steps,
    )


def test_a_body_that_was_stored_is_read_for_ever() -> None:
    """The golden body was written on the first day: what it says is never renamed or lost."""
    stored = (Path(__file__).parent / "golden" / "sale_body.json").read_bytes()

    read = read_sale_body(stored)

    assert _kept(json.loads(stored), to_plain(read))
    assert read_sale_body(sale_body(read)) == read


def _kept(old: Any, new: Any) -> bool:
    """Whether all of the old content is in the new one, which may say more."""
    if isinstance(old, dict):
        return all(key in new and _kept(content, new[key]) for key, content in old.items())
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_kept, old, new))
    return bool(old == new)


def test_what_a_stored_sale_leaves_unsaid_means_the_same_for_ever() -> None:
    """The golden text has every default that a body relies on: none is changed or taken away."""
    golden = json.loads(
        (Path(__file__).parent / "golden" / "sale_defaults.json").read_text("utf-8")
    )

    now = {shape.__name__: _defaults_of(shape) for shape in _shapes_within(SaleRecord)}

    assert _kept(golden, now)


def _shapes_within(shape: Any) -> list[Any]:
    """A dataclass and all that it may hold, by name."""
    found = {}
    todo = [shape]
    while todo:
        one: Any = todo.pop()
        if not is_dataclass(one):
            todo += get_args(one)
        elif (name := getattr(one, "__name__", "")) not in found:
            found[name] = one
            todo += get_type_hints(one).values()
    return [found[name] for name in sorted(found)]


def _defaults_of(shape: Any) -> dict[str, Any]:
    plain = {}
    for one in fields(shape):
        if one.default is not MISSING:
            plain[one.name] = to_plain(one.default)
        elif one.default_factory is not MISSING:
            plain[one.name] = to_plain(one.default_factory())
    return plain


def test_a_body_says_only_what_is_worth_saying() -> None:
    body = sale_body(sale_record(paid(shop.basket(shop.CAKE))))

    unsaid = (b'"discount":0', b'"grams":null', b'"member":null', b'"claims"')
    assert not [part for part in unsaid if part in body]


def test_a_body_of_a_sale_from_before_those_fields_is_read() -> None:
    record = sale_record(paid(shop.basket(shop.CAKE)))
    plain = json.loads(sale_body(record))
    for name in ("tier", "segments", "bound", "proven", "steps"):
        plain.pop(name, None)
    for line in plain["lines"]:
        for name in ("rewardable", "earning", "shelf_price"):
            line.pop(name, None)

    old = read_sale_body(json.dumps(plain).encode())

    assert old.lines == record.lines
    assert (old.tier, old.segments, old.proven) == ("", frozenset(), False)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"id":1}'])
def test_what_is_no_body_of_a_sale_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"SaleRecord|Expecting|decode"):
        read_sale_body(body)


@given(st.integers(1, 10**6), st.integers(0, 2000))
def test_what_is_earned_less_what_is_repaid_becomes_a_right(price: int, debt: int) -> None:
    sale = paid(
        shop.basket(shop.product("A", price)),
        shop.points(),
        by=annas(Sums(used=debt, debt=debt), 0),
    )

    here = rights_of(sale_entries(sale)).get(POINTS, 0)

    assert here == max(0, price // 100 - debt)
    assert (
        fold(sale_entries(sale), {POINTS: Sums(used=debt, debt=debt)})[POINTS].rights_in_all == here
    )
