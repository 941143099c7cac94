"""What a till recorded is looked at again: a true sale has no findings, a bent one has its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff, Target
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.judging import cheaper, check_fact, check_sale
from terminal.loyalty.conditions import Audience, Condition, Need, Window
from terminal.loyalty.earning import EarnRule, PerPiece
from terminal.loyalty.engine.evaluation import Share
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.facts import FIRST_HASH, Fact, canonical
from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.money import round_cash
from terminal.loyalty.plain import to_plain
from terminal.loyalty.programme import Programme, Stacking, Worth
from terminal.loyalty.sale import (
    Sale,
    SaleRecord,
    read_sale_body,
    sale_body,
    sale_entries,
    sale_record,
)
from terminal.loyalty.standing import (
    NO_CHOICES,
    NOBODY,
    Choices,
    Claim,
    Holding,
    Moment,
    RewardName,
    Standing,
    Traits,
)
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId, wallet_id
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters


class Recorded(NamedTuple):
    record: SaleRecord
    entries: tuple[Entry, ...]
    programmes: tuple[Programme, ...]

    def findings(self) -> tuple[Finding, ...]:
        return check_sale(self.record, self.entries, self.programmes)

    def kinds(self) -> set[FindingKind]:
        return {one.kind for one in self.findings()}


def recorded(
    basket: Basket,
    *programmes: Programme,
    by: Standing = NOBODY,
    choices: Choices = NO_CHOICES,
    at: Moment = shop.NOON,
    effort: int = 400,
    handed: int | None = None,
    step: int = 1,
) -> Recorded:
    """Sold, paid in cash, and read back from its bytes."""
    evaluation = evaluate(basket, by, programmes, at, choices, effort)
    due = round_cash(evaluation.total, step)
    cash = due if handed is None else handed
    sale = Sale(
        id="0195937b6c0a7c3e8d1f000000000001",
        at=at,
        basket=basket,
        standing=by,
        choices=choices,
        evaluation=evaluation,
        tenders=(Tender(kind=TenderKind.CASH, amount=cash),),
        rounding=due - evaluation.total,
        change=cash - due,
    )
    record = read_sale_body(sale_body(sale_record(sale)))
    return Recorded(record, sale_entries(sale), programmes)


# --- true sales ----------------------------------------------------------------------------------


@settings(max_examples=400)
@given(
    counters(lines=5, pieces=3, offers=4, with_tax=None),
    st.sampled_from([3, 60, 400]),
    st.integers(0, 500),
)
def test_a_true_sale_has_no_findings(counter: Counter, effort: int, extra: int) -> None:
    first = recorded(
        counter.basket,
        *counter.programmes,
        by=counter.standing,
        choices=counter.choices,
        at=counter.at,
        effort=effort,
    )

    assert first.findings() == ()
    record = first.record
    more = replace(record, tenders=(Tender(kind=TenderKind.CASH, amount=record.due + extra),))
    assert check_sale(replace(more, change=extra), first.entries, first.programmes) == ()


@settings(max_examples=60)
@given(counters(lines=12, pieces=6, offers=6, largest_set=4))
def test_a_true_sale_of_many_goods_has_no_findings(counter: Counter) -> None:
    big = recorded(
        counter.basket, *counter.programmes, by=counter.standing, choices=counter.choices
    )

    assert big.findings() == ()


@settings(max_examples=100)
@given(counters(lines=4, pieces=2, offers=3, with_tax=None))
def test_what_was_proven_best_is_not_found_cheaper(counter: Counter) -> None:
    sold = recorded(
        counter.basket,
        *counter.programmes,
        by=counter.standing,
        choices=counter.choices,
        at=counter.at,
    )

    note = cheaper(sold.record, sold.programmes)

    assert note is None or not sold.record.proven


# --- a sale with something of everything, to be bent ----------------------------------------------

MEMBERS = Audience(members=True)
POINTS = Account(shop.ANNAS, UnitId("points"))
STAMPS = Account(shop.ANNAS, UnitId("stamps"))
FIVE_OFF = RewardName(1, "five-off")
THIRD = RewardName(2, "third-free")
CHOCOLATE = RewardName(3, "chocolate")
COFFEES = shop.goods("drinks/coffee")

PROGRAMMES = (
    shop.points(unit=shop.unit(worth=Worth(units=100, amount=500))),
    shop.programme(2, rewards=(shop.third_free(shop.goods("bakery"), limit=1),)),
    shop.programme(
        3,
        rewards=(
            shop.pieces_off(
                "chocolate",
                2000,
                shop.goods("sweets"),
                audience=Audience(tiers=("gold",)),
                window=Window(weekdays=(6,)),
                condition=Condition(spend=1000),
            ),
        ),
        stacking=Stacking(group="sweet"),
    ),
    shop.programme(
        4,
        unit=shop.unit("stamps", vesting_days=14),
        earn=(EarnRule(id="cup", per=PerPiece(), goods=COFFEES),),
    ),
    shop.programme(
        5, rewards=(shop.pieces_off("never", 10, COFFEES),), stacking=Stacking(group="sweet")
    ),
)
GOLD = Standing(
    traits=Traits(member="anna", tier="gold"),
    wallets=(shop.ANNAS,),
    holdings=(Holding(account=POINTS, sums=Sums(earned=((None, 150),), debt=5), spendable=150),),
)
BASKET = shop.basket(
    shop.BUN, shop.BUN, shop.CAKE, (shop.DARK, 2), shop.COFFEE, shop.TEA, shop.TOBACCO
)
BUNS, CAKE, DARK, COFFEE, TOBACCO = 1, 3, 4, 5, 7


def bought(**other: object) -> Recorded:
    choices = Choices(claims=(Claim(name=FIVE_OFF, times=1),))
    return recorded(BASKET, *PROGRAMMES, by=GOLD, choices=choices, **other)  # type: ignore[arg-type]


SOLD = bought(handed=20_000)


def test_the_sale_to_be_bent_is_true_and_has_something_of_everything() -> None:
    assert SOLD.findings() == ()
    assert {one.name for one in SOLD.record.applied} == {FIVE_OFF, THIRD, CHOCOLATE}
    assert {entry.kind for entry in SOLD.entries} == {
        EntryKind.SPEND,
        EntryKind.EARN,
        EntryKind.REPAY,
        EntryKind.EARN_PENDING,
    }


Bend = Callable[[Recorded], Recorded]


def body(**changed: object) -> Bend:
    return lambda it: it._replace(record=replace(it.record, **changed))  # type: ignore[arg-type]


def reward(which: RewardName, /, **changed: object) -> Bend:
    def bend(it: Recorded) -> Recorded:
        applied = tuple(
            replace(one, **changed) if one.name == which else one  # type: ignore[arg-type]
            for one in it.record.applied
        )
        return it._replace(record=replace(it.record, applied=applied))

    return bend


def line(which: int, /, **changed: object) -> Bend:
    def bend(it: Recorded) -> Recorded:
        lines = tuple(
            replace(one, **changed) if one.key == which else one  # type: ignore[arg-type]
            for one in it.record.lines
        )
        return it._replace(record=replace(it.record, lines=lines))

    return bend


def rule(number: int, **changed: object) -> Bend:
    """Another rule was published than the one that the sale obeys."""

    def bend(it: Recorded) -> Recorded:
        programmes = tuple(
            replace(one, **changed) if one.programme == number else one  # type: ignore[arg-type]
            for one in it.programmes
        )
        return it._replace(programmes=programmes)

    return bend


def rewards_with(number: int, **changed: object) -> Bend:
    found = next(one for one in PROGRAMMES if one.programme == number)
    return rule(
        number,
        rewards=tuple(replace(one, **changed) for one in found.rewards),  # type: ignore[arg-type]
    )


def earned(number: int, **changed: object) -> Bend:
    def bend(it: Recorded) -> Recorded:
        rows = tuple(
            replace(one, **changed) if one.programme == number else one  # type: ignore[arg-type]
            for one in it.record.earned
        )
        return it._replace(record=replace(it.record, earned=rows))

    return bend


def entries(change: Callable[[Entry], Entry | None]) -> Bend:
    return lambda it: it._replace(
        entries=tuple(new for old in it.entries if (new := change(old)) is not None)
    )


def one_more(kind: EntryKind) -> Bend:
    return entries(lambda old: old._replace(n=old.n + 1) if old.kind is kind else old)


def vat(**changed: object) -> Bend:
    def bend(it: Recorded) -> Recorded:
        first, *others = it.record.vat
        changed_one = replace(first, **changed)  # type: ignore[arg-type]
        return it._replace(record=replace(it.record, vat=(changed_one, *others)))

    return bend


R = SOLD.record
A_SALE = {one.name: one for one in R.applied}
K = FindingKind
LATER = replace(PROGRAMMES[2], revision=2)


def shares_of(name: RewardName, **changed: int) -> tuple[Share, ...]:
    first, *others = A_SALE[name].shares
    return (replace(first, **changed), *others)


BENDS: list[tuple[str, FindingKind, Bend]] = [
    ("a line costs less", K.LINES, line(COFFEE, gross=1200)),
    ("a line has another price", K.LINES, line(COFFEE, unit_price=1299)),
    ("a discount nobody gave", K.LINES, line(COFFEE, discount=100)),
    ("a discount below zero", K.LINES, line(COFFEE, discount=-100)),
    ("shares do not sum up", K.SHARES, reward(FIVE_OFF, discount=501)),
    ("a share on no line", K.SHARES, reward(THIRD, shares=shares_of(THIRD, line=99))),
    (
        "two shares on one line",
        K.SHARES,
        reward(FIVE_OFF, shares=(*A_SALE[FIVE_OFF].shares, *A_SALE[FIVE_OFF].shares[:1])),
    ),
    ("another tax", K.VAT, vat(tax=0)),
    ("another taxable amount", K.VAT, vat(taxable=0)),
    ("a rate is missing", K.VAT, body(vat=R.vat[1:])),
    ("another total", K.TOTAL, body(total=R.total - 1)),
    ("another discount in all", K.TOTAL, body(discount=R.discount + 1)),
    ("another gross in all", K.TOTAL, body(gross=R.gross - 1)),
    ("cash is rounded where it is not", K.ROUNDING, body(rounding=-1, change=R.change + 1)),
    ("too little was handed over", K.TENDERS, body(tenders=())),
    ("too much change", K.TENDERS, body(change=R.change + 100)),
    ("change below zero", K.TENDERS, body(change=-1)),
    (
        "a tender below zero",
        K.TENDERS,
        body(tenders=(*R.tenders, Tender(kind=TenderKind.CARD, amount=-5))),
    ),
    ("a rule too few", K.OUTDATED, body(revisions=R.revisions[:-1])),
    ("rules of tomorrow", K.OUTDATED, body(revisions=(*R.revisions[:-1], (5, 2)))),
    ("a newer revision held", K.OUTDATED, lambda it: it._replace(programmes=(*PROGRAMMES, LATER))),
    ("a reward of another revision", K.REVISION, reward(CHOCOLATE, revision=7)),
    (
        "a reward of no programme",
        K.REVISION,
        reward(CHOCOLATE, name=RewardName(77, "made-up")),
    ),
    ("units of another revision", K.REVISION, earned(1, revision=7)),
    ("for a tier that she has not", K.AUDIENCE, body(tier="")),
    ("for members, without one", K.AUDIENCE, body(member=None)),
    ("for others", K.AUDIENCE, rewards_with(3, audience=Audience(segments=("staff",)))),
    ("on another day of the week", K.WINDOW, rewards_with(3, window=Window(weekdays=(1,)))),
    ("at another hour", K.WINDOW, rewards_with(3, window=Window(from_time="12:00"))),
    ("too little was bought", K.CONDITION, rewards_with(3, condition=Condition(spend=100_000))),
    (
        "a set that is not there",
        K.CONDITION,
        rewards_with(2, condition=Condition(needs=(Need(goods=shop.goods("bakery"), pieces=4),))),
    ),
    ("nobody claimed it", K.NOT_CLAIMED, body(choices=NO_CHOICES)),
    ("automatic, told as claimed", K.NOT_CLAIMED, reward(THIRD, claimed=True)),
    (
        "the cashier took it off",
        K.TAKEN_OFF,
        body(choices=replace(R.choices, taken_off=frozenset({THIRD}))),
    ),
    ("had twice, allowed once", K.LIMIT, reward(THIRD, times=2)),
    ("claimed twice, wanted once", K.LIMIT, reward(FIVE_OFF, times=2)),
    ("had not at all", K.LIMIT, reward(THIRD, times=0)),
    (
        "told twice",
        K.LIMIT,
        body(applied=(*R.applied, A_SALE[FIVE_OFF])),
    ),
    ("stands alone", K.STACKING, rule(2, stacking=Stacking(mode="alone"))),
    ("two of a group", K.STACKING, rule(2, stacking=Stacking(group="sweet"))),
    ("the basket's before the goods'", K.STACKING, body(applied=R.applied[::-1])),
    (
        "off goods it is not about",
        K.GOODS,
        reward(CHOCOLATE, shares=shares_of(CHOCOLATE, line=COFFEE)),
    ),
    (
        "off tobacco",
        K.GOODS,
        reward(FIVE_OFF, shares=shares_of(FIVE_OFF, line=TOBACCO)),
    ),
    (
        "off more pieces than there are",
        K.PIECES,
        rewards_with(2, condition=Condition(needs=(Need(goods=shop.goods("bakery"), pieces=24),))),
    ),
    ("less is given", K.BENEFIT, rewards_with(3, benefit=PercentOff(basis_points=1900))),
    ("another amount is given", K.BENEFIT, rewards_with(1, benefit=AmountOff(amount=400))),
    ("half is free", K.BENEFIT, rewards_with(2, benefit=PercentOff(basis_points=5000))),
    (
        "the dearest is free",
        K.BENEFIT,
        rewards_with(2, target=Target(scope="set", pieces=1, pick="dearest")),
    ),
    ("a set costs so much", K.BENEFIT, rewards_with(2, benefit=FixedPrice(price=1))),
    ("costs more units", K.SPENT, rewards_with(1, cost=120)),
    ("units that were not spent", K.SPENT, body(spent=())),
    (
        "units of another reward",
        K.SPENT,
        body(spent=tuple(replace(one, name=THIRD) for one in R.spent)),
    ),
    (
        "units below zero",
        K.SPENT,
        body(spent=(*R.spent, replace(R.spent[0], n=5), replace(R.spent[0], n=-5))),
    ),
    ("more units earned", K.EARNED, earned(1, n=1000)),
    ("fewer units earned", K.EARNED, earned(1, n=1)),
    ("nothing earned", K.EARNED, body(earned=())),
    ("earned twice", K.EARNED, body(earned=(*R.earned, *R.earned[:1]))),
    ("units that end elsewhen", K.EARNED, earned(1, day=date(2099, 1, 1))),
    ("units that vest at once", K.EARNED, earned(4, vests=None)),
    ("more moves than is said", K.ENTRIES, one_more(EntryKind.EARN)),
    (
        "fewer are spent than is said",
        K.ENTRIES,
        entries(lambda old: old._replace(n=1) if old.kind is EntryKind.SPEND else old),
    ),
    (
        "nothing is spent",
        K.ENTRIES,
        entries(lambda old: None if old.kind is EntryKind.SPEND else old),
    ),
    (
        "pending units at once",
        K.ENTRIES,
        entries(
            lambda old: (
                old._replace(kind=EntryKind.EARN) if old.kind is EntryKind.EARN_PENDING else old
            )
        ),
    ),
    (
        "repaid more than earned",
        K.ENTRIES,
        entries(lambda old: old._replace(n=9999) if old.kind is EntryKind.REPAY else old),
    ),
    (
        "units for somebody else",
        K.ENTRIES,
        entries(
            lambda old: (
                old._replace(account=Account(wallet_id(9), old.account.unit))
                if old.kind is EntryKind.EARN
                else old
            )
        ),
    ),
    (
        "units out of nothing",
        K.ENTRIES,
        lambda it: it._replace(entries=(*it.entries, Entry(POINTS, EntryKind.UNSPEND, 5))),
    ),
    (
        "another balance on the slip",
        K.ENTRIES,
        body(balances=tuple(replace(one, after=one.after + 1) for one in R.balances)),
    ),
    ("no pieces on a line", K.UNREADABLE, line(COFFEE, pieces=0)),
    ("two lines of one key", K.UNREADABLE, line(COFFEE, key=BUNS)),
]


@pytest.mark.parametrize(
    ("kind", "bend"), [one[1:] for one in BENDS], ids=[one[0] for one in BENDS]
)
def test_a_bent_sale_is_found(kind: FindingKind, bend: Bend) -> None:
    assert kind in bend(SOLD).kinds()


def test_every_kind_of_finding_has_been_seen() -> None:
    elsewhere = {FindingKind.CHEAPER, FindingKind.OCCASION, FindingKind.BUDGET}
    # What becomes of a refund that another till took is looked at where it is settled.
    settled = {FindingKind.REFUNDED_TWICE, FindingKind.REFUND_PAID, FindingKind.CODE_USED}
    # And what tills did together.
    settled |= {FindingKind.NO_PURCHASE, FindingKind.OVERSHOT, FindingKind.NTH_AGAIN}
    assert {kind for _, kind, _ in BENDS} | elsewhere | settled == set(FindingKind)


@settings(max_examples=200)
@given(counters(lines=4, pieces=3, offers=3, with_tax=None), st.data())
def test_a_cent_or_a_unit_in_the_wrong_place_is_found(
    counter: Counter, data: st.DataObject
) -> None:
    sold = recorded(
        counter.basket, *counter.programmes, by=counter.standing, choices=counter.choices
    )
    record = sold.record
    bends: list[Recorded] = [
        sold._replace(record=replace(record, total=record.total - 1)),
        sold._replace(record=replace(record, change=record.change + 1)),
        sold._replace(record=replace(record, discount=record.discount + 1)),
    ]
    for place, one in enumerate(record.lines):
        cheap = replace(one, discount=one.discount + 1)
        lines = (*record.lines[:place], cheap, *record.lines[place + 1 :])
        bends.append(sold._replace(record=replace(record, lines=lines)))
    for place, more in enumerate(record.earned):
        rows = (*record.earned[:place], replace(more, n=more.n + 50), *record.earned[place + 1 :])
        bends.append(sold._replace(record=replace(record, earned=rows)))
    for place, had in enumerate(record.applied):
        for less in (replace(had, units=had.units + 1), replace(had, discount=had.discount + 1)):
            rows2 = (*record.applied[:place], less, *record.applied[place + 1 :])
            bends.append(sold._replace(record=replace(record, applied=rows2)))
    bends += [
        sold._replace(entries=sold.entries[:place] + sold.entries[place + 1 :])
        for place, entry in enumerate(sold.entries)
        if entry.kind is not EntryKind.REPAY
    ]

    assert data.draw(st.sampled_from(bends)).findings() != ()


# --- sets ----------------------------------------------------------------------------------------

SET_OF_THREE = shop.programme(2, rewards=(shop.third_free(shop.goods("bakery")),))


def test_a_piece_that_makes_two_sets_is_found() -> None:
    """Two rewards each want three of four buns; only one of them can have been."""
    other = shop.programme(
        9,
        rewards=(
            shop.reward(
                "pair",
                condition=Condition(needs=(Need(goods=shop.goods("bakery"), pieces=2),)),
                benefit=AmountOff(amount=100),
                target=Target(scope="set"),
            ),
        ),
    )
    basket = shop.basket((shop.BUN, 4))
    one = recorded(basket, SET_OF_THREE, other)
    both = evaluate(basket, NOBODY, (SET_OF_THREE,), shop.NOON).applied
    pair = evaluate(basket, NOBODY, (other,), shop.NOON).applied[0]
    once = replace(
        pair, times=1, discount=100, shares=(replace(pair.shares[0], amount=100, pieces=2),)
    )
    bent = one._replace(record=replace(one.record, applied=(*both, once)))

    assert one.findings() == ()
    assert FindingKind.PIECES in bent.kinds()


def test_sets_that_explain_an_amount_are_looked_for() -> None:
    """Three for 25.00, twice, on goods of different prices: which made a set is not recorded."""
    threes = shop.programme(
        2,
        rewards=(
            shop.reward(
                "threes",
                condition=Condition(needs=(Need(goods=shop.goods("bakery", "drinks"), pieces=3),)),
                benefit=FixedPrice(price=2500),
                target=Target(scope="set"),
            ),
        ),
    )
    sold = recorded(shop.basket((shop.CAKE, 2), (shop.COFFEE, 2), (shop.TEA, 2)), threes)
    (had,) = sold.record.applied
    more = replace(
        had,
        discount=had.discount + 10,
        shares=(replace(had.shares[0], amount=had.shares[0].amount + 10), *had.shares[1:]),
    )

    assert had.times == 2
    assert sold.findings() == ()
    bent = sold._replace(record=replace(sold.record, applied=(more,)))
    assert FindingKind.BENEFIT in bent.kinds()


# --- what it cost --------------------------------------------------------------------------------


def cost(bent: Recorded, kind: FindingKind) -> int:
    return sum(one.cost for one in bent.findings() if one.kind is kind)


def test_a_finding_tells_what_it_cost_the_shop() -> None:
    chocolate = A_SALE[CHOCOLATE].discount

    assert cost(body(tier="")(SOLD), K.AUDIENCE) == chocolate
    assert cost(rewards_with(1, benefit=AmountOff(amount=400))(SOLD), K.BENEFIT) == 100
    assert cost(rewards_with(3, benefit=PercentOff(basis_points=1000))(SOLD), K.BENEFIT) == (
        chocolate - chocolate // 2
    )
    assert cost(earned(1, n=R.earned[0].n + 20)(SOLD), K.EARNED) == 100
    assert cost(earned(1, n=1)(SOLD), K.EARNED) == 0
    assert cost(body(total=R.total - 1)(SOLD), K.TOTAL) == 1
    newer = SOLD._replace(programmes=(*PROGRAMMES, LATER))
    assert cost(newer, K.OUTDATED) == chocolate


# --- notes and newer programs --------------------------------------------------------------------


def test_a_better_price_is_a_note_and_no_fault() -> None:
    """The till did not find that three buns are two; nothing is wrong with its sale."""
    basket = shop.basket((shop.BUN, 3))
    dear = recorded(basket)
    knew = replace(dear.record, revisions=((2, 1),), proven=False)

    assert check_sale(knew, dear.entries, (SET_OF_THREE,)) == ()
    note = cheaper(knew, (SET_OF_THREE,))
    assert note is not None
    assert (note.kind, note.cost, note.expected, note.found) == (K.CHEAPER, 0, 900, 1350)


def fact(content: bytes, moved: tuple[Entry, ...] = SOLD.entries) -> Fact:
    return Fact(
        incarnation="0" * 16,
        seq=1,
        before=FIRST_HASH,
        kind="SaleRecorded",
        wall_ms=0,
        offset_minutes=60,
        clock="trusted",
        business_day=shop.NOON.business_day,
        entries=moved,
        body=content,
    )


def test_a_stored_fact_is_checked_by_its_body() -> None:
    assert check_fact(fact(sale_body(SOLD.record)), PROGRAMMES) == ()


def test_a_stored_fact_with_a_better_price_has_a_note() -> None:
    dear = recorded(shop.basket((shop.BUN, 3)))
    knew = replace(dear.record, revisions=((2, 1),), proven=False)

    (note,) = check_fact(fact(sale_body(knew), ()), (SET_OF_THREE,))

    assert note.kind is K.CHEAPER


def newer(**changed: object) -> bytes:
    return canonical({**to_plain(SOLD.record), **changed})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"[]",
        b"[" * 100_000,
        newer(tenders=[{"kind": "gold_bars", "amount": 5}]),
        newer(applied=[{**to_plain(R.applied[0]), "reason": {"why": "of_tomorrow"}}]),
        newer(
            at={"local": "0001-01-01T00:00:00", "offset_minutes": 0, "business_day": "2026-01-01"}
        ),
        newer(lines="none"),
        newer(earned=[[]]),
    ],
)
def test_what_a_newer_program_wrote_is_said_to_be_unreadable(content: bytes) -> None:
    (found,) = check_fact(fact(content), PROGRAMMES)

    assert found.kind is K.UNREADABLE


def test_keys_of_a_newer_program_are_passed_over() -> None:
    assert check_fact(fact(newer(of_tomorrow=[1, 2])), PROGRAMMES) == ()


def test_a_day_past_the_calendar_is_no_crash() -> None:
    last = Moment(local=shop.NOON.local, offset_minutes=60, business_day=date.max - timedelta(3))

    bent = SOLD._replace(record=replace(R, at=last))

    assert bent.findings() != ()
