"""What stands in the journal after a sale, and on its slip."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.database.rebuild import check
from tests.till.checkout.counter import ANNA, BLANK, BOX, CARDS, COFFEE, Counter, rows, told


def sell(counter: Counter) -> str:
    view = counter.checkout.finish()
    assert view.payment is not None
    view = counter.checkout.tender(TenderKind.CASH, view.payment.cash_due)
    assert view.done is not None
    return view.done.sale


def test_balances_move_by_what_was_spent_and_earned(counter: Counter) -> None:
    counter.scan(ANNA, BOX, COFFEE)
    view = counter.checkout.toggle_reward()
    assert view.member is not None
    points = next(one for one in view.member.balances if one.unit == "points")
    sale = sell(counter)
    moved = [
        (one.entry.kind, one.entry.n)
        for one in counter.journal.movements(ANNA.id, 20)
        if one.sale_id == sale and one.entry.account.unit == "points"
    ]
    assert moved == [(EntryKind.SPEND, points.spends), (EntryKind.EARN, points.earns)]
    assert counter.balance(ANNA) == 137 - 100 + points.earns
    assert counter.balance(ANNA, "stamps:coffee") == 1
    assert check(counter.till.database.database).clean  # type: ignore[union-attr]


def test_the_sale_keeps_its_card_its_member_and_its_rules(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    record = counter.journal.load(sell(counter)).record
    assert record.member == ANNA.id
    assert record.card == counter.members.by_card(CARDS[ANNA.id]).id
    assert record.revisions == tuple((number, 1) for number in range(1, 7))


def test_a_slip_lies_ready_and_comes_out_the_same_again(counter: Counter) -> None:
    assert counter.checkout.slip() == ()
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    sale = sell(counter)
    slip = counter.checkout.slip(None)
    assert any("Large box" in line for line in slip)
    assert any("Anna" in line for line in slip)
    assert all(len(line) <= 42 for line in slip)
    counter.wait(minutes=3)
    assert counter.checkout.slip(sale) == slip == counter.checkout.slip(None)


def test_a_slip_names_the_rules_of_the_day_of_sale(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    sale = sell(counter)
    slip = counter.checkout.slip(sale)
    counter.scan(BOX)
    sell(counter)
    assert counter.checkout.slip(sale) == slip != counter.checkout.slip(None)


# --- how many actions a job takes ----------------------------------------------------------------


class Actions:
    """Counts what a cashier does: a scan, a key, a typed text."""

    def __init__(self, counter: Counter) -> None:
        self.till: Checkout = counter.checkout
        self.done = 0

    def scan(self, text: str) -> CheckoutView:
        self.done += 1
        return self.till.scan(text)

    def enter(self, text: str) -> CheckoutView:
        self.done += 2 if text else 1  # the text, and Enter
        return self.till.enter(text)

    def key(self, step: Callable[[], CheckoutView]) -> CheckoutView:
        self.done += 1
        return step()


def test_identify_by_card_is_one(counter: Counter) -> None:
    cashier = Actions(counter)
    cashier.scan(CARDS[ANNA.id])
    assert counter.checkout.view().member
    assert cashier.done == 1


def test_identify_by_phone_is_two(counter: Counter) -> None:
    cashier = Actions(counter)
    cashier.enter("600123456")
    assert counter.checkout.view().member
    assert cashier.done == 2


def test_joining_is_two(counter: Counter) -> None:
    cashier = Actions(counter)
    cashier.scan(BLANK)
    cashier.enter("")
    assert counter.checkout.view().member
    assert cashier.done == 2


def test_redeeming_is_one_and_so_is_taking_it_back(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    cashier = Actions(counter)
    cashier.key(cashier.till.toggle_reward)
    assert counter.checkout.view().total == 1500
    assert cashier.done == 1
    cashier.key(cashier.till.toggle_reward)
    assert counter.checkout.view().total == 2000


def test_a_balance_is_one(counter: Counter) -> None:
    cashier = Actions(counter)
    cashier.scan(CARDS[ANNA.id])
    member = counter.checkout.view().member
    assert member is not None
    assert member.balances[0].balance == 137
    assert cashier.done == 1


def test_undo_is_one(counter: Counter) -> None:
    counter.scan(BOX)
    cashier = Actions(counter)
    cashier.key(cashier.till.undo)
    assert not counter.checkout.view().lines
    assert cashier.done == 1


def test_an_unknown_code_interrupts_nobody_and_is_cleared_with_one(counter: Counter) -> None:
    counter.scan("2009999999997", BOX)
    assert rows(counter.checkout.view())[1] == ("Large box", 1)
    cashier = Actions(counter)
    cashier.key(lambda: cashier.till.void(1))
    assert counter.checkout.view().can_pay
    assert cashier.done == 1
    assert told(counter.checkout.view()) is NoticeKind.LINE_VOIDED
