"""What is kept of an odd basket is judged anew in idle turns; nobody's key waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from terminal.bench.engine_workloads import BUSY, Asked, questions
from terminal.loyalty.engine.effort import DEFAULT_EFFORT
from terminal.loyalty.engine.run import Answer
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.unwinding import unwind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from tests.till.checkout.counter import BUTTER, Counter, fake_counter, told
from tests.till.checkout.test_refunds import do, record_of, shown, slip

SEARCHED = 3 * DEFAULT_EFFORT


@cache
def asked() -> Asked:
    """A basket that is searched long, and without one piece of its first line too."""
    at = fake_counter().clock.now()
    for one in questions(BUSY, 15):
        first, *others = one.basket.lines
        left = (replace(first, pieces=first.pieces - 1),) if first.pieces > 1 else ()
        kept = replace(one.basket, lines=(*left, *others))
        if all(_long(replace(one, basket=basket), at) for basket in (one.basket, kept)):
            return one
    raise AssertionError("every basket is easy")


def _long(one: Asked, at: Any) -> bool:
    answer = Answer(one.basket, NOBODY, one.programmes, at)
    answer.go(SEARCHED, small=True)
    return answer.effort >= SEARCHED


@pytest.fixture
def counter() -> Counter:
    """A shop that judges what is kept anew, and runs the rules of the bench."""
    made = fake_counter()
    made.programmes.known = {(one.programme, one.revision): one for one in asked().programmes}
    made.catalogue.put_products([line.product for line in asked().basket.lines])
    desk = made.checkout._rooms.desk
    desk.shop = replace(desk.shop, refund_law=RefundLaw.REEVALUATE)
    return made


@pytest.fixture
def sale(counter: Counter) -> str:
    """The basket, paid once its price was searched for."""
    for line in asked().basket.lines:
        view = counter.checkout.add_product(line.product.sku)
        if line.pieces > 1:
            counter.checkout.set_pieces(view.lines[-1].key, line.pieces)
    idle(counter)
    payment = counter.checkout.finish().payment
    assert payment is not None
    done = counter.checkout.tender(TenderKind.CASH, payment.cash_due).done
    assert done is not None
    counter.checkout.begin_next()
    assert counter.journal.load(done.sale).record.effort >= SEARCHED
    return done.sale


def idle(counter: Counter) -> int:
    """Nobody does anything for as long as there is anything to look for; returns the turns."""
    turns = 0
    while counter.checkout.pursue(_turn()):
        turns += 1
    return turns


def _turn(steps: int = 3) -> Callable[[], bool]:
    left: Iterator[int] = iter(range(steps))
    return lambda: next(left, None) is None


def one_comes_back(counter: Counter, sale: str) -> CheckoutView:
    """One piece of the first line."""
    key = shown(counter.scan(slip(sale))).lines[0].key
    return do(counter, lambda refunds: refunds.set_pieces(key, 1))


def test_a_key_does_not_search_and_idle_turns_find_what_the_server_will(
    counter: Counter, sale: str
) -> None:
    view = one_comes_back(counter, sale)
    waiting = shown(view)
    assert waiting.worked_out is False
    assert (waiting.chosen, waiting.money, waiting.can_confirm) == (1, 0, False)

    seen: list[CheckoutView] = []
    counter.checkout.listen(seen.append, lambda: None)
    assert idle(counter) > 1, "in more turns than one"
    (view,) = seen
    ready = shown(view)
    assert ready.worked_out
    record = counter.journal.load(sale).record
    back = {line.key: line.back for line in ready.lines}
    step = unwind(record, asked().programmes, [], back, RefundLaw.REEVALUATE)
    assert ready.money == step.due > 0

    refund = record_of(counter, counter.checkout.enter(""))
    assert (refund.due, refund.lines, refund.law) == (step.due, step.lines, RefundLaw.REEVALUATE)


def test_enter_records_nothing_that_nobody_has_seen(counter: Counter, sale: str) -> None:
    one_comes_back(counter, sale)
    view = counter.checkout.enter("")
    assert (view.stage, told(view)) == (Stage.RETURNING, NoticeKind.RETURN_WORKED_OUT)
    view = do(counter, Refunds.exchange)
    assert (view.stage, told(view)) == (Stage.RETURNING, NoticeKind.RETURN_WORKED_OUT)
    idle(counter)
    assert counter.checkout.view().stage is Stage.RETURNING
    assert counter.checkout.enter("").stage is Stage.DONE


def test_what_was_judged_is_not_judged_again(counter: Counter, sale: str) -> None:
    key = shown(one_comes_back(counter, sale)).lines[0].key
    idle(counter)
    money = shown(counter.checkout.view()).money
    do(counter, lambda refunds: refunds.set_pieces(key, 0))
    view = do(counter, lambda refunds: refunds.set_pieces(key, 1))
    assert (shown(view).worked_out, shown(view).money) == (True, money)
    view = do(counter, lambda refunds: refunds.pay_by(TenderKind.CARD))
    assert shown(view).tenders == (Tender(kind=TenderKind.CARD, amount=money),)
    do(counter, Refunds.exchange)
    assert counter.checkout.view().exchange == money
    counter.catalogue.put_products([BUTTER])
    counter.scan(BUTTER)
    payment = counter.checkout.finish().payment
    assert payment is None or payment.tenders[0].kind is TenderKind.EXCHANGE


def test_another_way_for_the_money_does_not_begin_anew(counter: Counter, sale: str) -> None:
    one_comes_back(counter, sale)
    turns = 0
    while counter.checkout.pursue(_turn()):
        do(counter, lambda refunds: refunds.pay_by(TenderKind.CARD))
        turns += 1
        assert turns < 10_000
    assert turns > 1
    assert shown(counter.checkout.view()).worked_out


def test_everything_comes_back_without_a_search(counter: Counter, sale: str) -> None:
    counter.scan(slip(sale))
    view = counter.checkout.enter("")
    assert shown(view).worked_out
    assert shown(view).money == shown(view).paid
    assert not counter.checkout.pursue(_turn())


def test_esc_ends_the_search(counter: Counter, sale: str) -> None:
    one_comes_back(counter, sale)
    assert counter.checkout.pursue(_turn())
    assert do(counter, Refunds.close).stage is Stage.SELLING
    assert not counter.checkout.pursue(_turn())
