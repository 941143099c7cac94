"""The laws of refunds: whatever comes back in whatever steps, the sums are those of the sale."""

from collections.abc import Mapping

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terminal.loyalty.counting import counted
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.history import History
from terminal.loyalty.ledger import EntryKind, Sums, fold
from terminal.loyalty.money import round_cash
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refund_entries import unit_entries
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.unwinding import unwind
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.refund_till import LATER, Till, sold
from tests.loyalty.test_sale import of_chance

BOTH = st.sampled_from(RefundLaw)
COUNTERS = counters(lines=4, pieces=3, offers=3, with_tax=None)


def till_of(counter: Counter) -> Till:
    evaluation = evaluate(
        counter.basket, counter.standing, counter.programmes, counter.at, counter.choices
    )
    return Till(of_chance(counter, evaluation), counter.programmes)


@st.composite
def steps(draw: st.DrawFn, pieces: Mapping[int, int]) -> list[dict[int, int]]:
    """All pieces, some now and some later, in any order."""
    single = [key for key, n in pieces.items() for _ in range(n)]
    order = draw(st.permutations(single))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=4)))
    parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    return [{key: part.count(key) for key in part} for part in parts if part]


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
