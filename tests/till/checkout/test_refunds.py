"""Goods come back at a real till: three actions, offline, and everything is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from terminal import resources
from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.refund import RefundLaw, RefundReason
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.app import open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.printing import Printing
from terminal.till.checkout.refund_view import RefundState, RefundView
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database.rebuild import check
from terminal.till.line_port import LineTrouble
from terminal.till.settings import RefundsTable
from terminal.till.settings.pin import SALT_BYTES, hashed
from terminal.till.trouble import Trouble, TroubleKind
from tests.fakes.printers import FakePrinter
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    BREAD,
    BUTTER,
    CHOC,
    CODES,
    COFFEE,
    FIVE_OFF,
    Counter,
    fake_counter,
    real_counter,
    settings,
    told,
)


def sell(
    counter: Counter, *goods: Any, by: TenderKind = TenderKind.CASH, reward: bool = False
) -> str:
    counter.scan(*goods)
    if reward:
        counter.checkout.toggle_reward(FIVE_OFF)
    due = counter.checkout.finish().payment
    assert due is not None
    done = counter.checkout.tender(by, due.cash_due).done
    assert done is not None
    counter.checkout.begin_next()
    return done.sale


def slip(sale: str) -> str:
    return slip_code(UUID(sale))


def shown(view: CheckoutView) -> RefundView:
    assert view.refund is not None
    return view.refund


def do(counter: Counter, step: Callable[[Refunds], None]) -> CheckoutView:
    return counter.checkout.with_refunds(step)


def taken_back(counter: Counter, sale: str) -> CheckoutView:
    counter.scan(slip(sale))
    counter.checkout.enter("")
    return counter.checkout.enter("")


def record_of(counter: Counter, view: CheckoutView) -> Any:
    assert view.done is not None
    found = counter.journal.load_refund(view.done.sale)
    assert found is not None
    return found.record


# --- three actions ----------------------------------------------------------------------------


def test_scan_enter_confirm_and_everything_is_as_it_was(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD)
    assert counter.balance(ANNA) > 137
    first = shown(counter.scan(slip(sale)))
    assert (first.state, first.chosen, first.paid) == (RefundState.CHOOSING, 0, 1149)
    second = shown(counter.checkout.enter(""))
    assert (second.chosen, second.money) == (2, 1149)
    third = counter.checkout.enter("")
    assert third.stage is Stage.DONE
    assert third.done is not None
    assert (third.done.refund, third.done.due) == (True, 1149)
    assert third.done.back == (Tender(kind=TenderKind.CASH, amount=1149),)
    assert counter.balance(ANNA) == 137


def test_goods_are_scanned_instead_of_everything(counter: Counter) -> None:
    sale = sell(counter, BUTTER, BUTTER, BREAD)
    counter.scan(slip(sale))
    view = shown(counter.scan(BUTTER))
    assert [(line.name, line.back, line.left) for line in view.lines] == [
        ("Butter", 1, 2),
        ("Bread", 0, 1),
    ]
    done = counter.checkout.enter("").done
    assert done is not None
    assert done.due == 799
    again = shown(counter.scan(slip(sale)))
    assert [line.left for line in again.lines] == [1, 1]


def test_the_basket_waits_meanwhile(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(BREAD)
    view = taken_back(counter, sale)
    assert [line.name for line in view.lines] == ["Bread"]
    view = counter.checkout.begin_next()
    assert (view.stage, [line.name for line in view.lines]) == (Stage.SELLING, ["Bread"])


def test_esc_leaves_and_nothing_happened(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER)
    balance = counter.balance(ANNA)
    counter.scan(slip(sale))
    counter.checkout.enter("")
    view = counter.checkout.dismiss()
    assert (view.stage, view.refund) == (Stage.SELLING, None)
    assert counter.balance(ANNA) == balance
    assert shown(counter.scan(slip(sale))).chosen == 0


def test_the_number_on_the_slip_does_for_its_code(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    asked = do(counter, Refunds.begin)
    assert shown(asked).state is RefundState.ASKING
    seq = counter.journal.load(sale).recorded.seq
    view = shown(counter.checkout.enter(f"{seq:06d}"))
    assert (view.sale, view.seq) == (sale, seq)


def test_a_number_that_is_no_slip_is_told(counter: Counter) -> None:
    do(counter, Refunds.begin)
    assert told(counter.checkout.enter("999999")) is NoticeKind.SLIP_NUMBER_UNKNOWN
    assert shown(counter.checkout.view()).state is RefundState.ASKING


# --- what is undone ---------------------------------------------------------------------------


def test_spent_points_are_given_back_and_earned_ones_taken(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD, reward=True)
    counter.scan(slip(sale))
    view = shown(counter.checkout.enter(""))
    (points,) = [one for one in view.units if one.unit == "points"]
    assert (points.given, points.after) == (100, 137)
    assert points.taken > 0
    counter.checkout.enter("")
    assert counter.balance(ANNA) == 137


def test_points_that_were_spent_since_are_owed_and_said_before(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD)
    earned = counter.balance(ANNA) - 137
    counter.take(ANNA, counter.balance(ANNA))
    counter.scan(slip(sale))
    view = shown(counter.checkout.enter(""))
    assert [(one.taken, one.owed, one.after) for one in view.units if one.unit == "points"] == [
        (earned, earned, 0)
    ]
    counter.checkout.enter("")
    assert counter.members.standing(ANNA.id).of("points")[0].sums.debt == earned


def test_points_that_go_between_the_look_and_the_yes_are_looked_at_again(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD)
    counter.scan(slip(sale))
    counter.checkout.enter("")
    counter.take(ANNA, counter.balance(ANNA))
    view = counter.checkout.enter("")
    assert (view.stage, told(view)) == (Stage.RETURNING, NoticeKind.RETURN_CHANGED)
    assert counter.checkout.enter("").stage is Stage.DONE


def test_points_that_are_elsewhere_are_fetched_before_they_would_be_owed() -> None:
    counter = fake_counter()
    counter.line.pair()
    sale = sell(counter, ANNA, BUTTER, BREAD)
    points = counter.members.standing(ANNA.id).of("points")[0].account
    there = counter.members.rights[points]
    counter.members.rights[points] = 0
    seen: list[CheckoutView] = []
    counter.checkout.listen(seen.append, lambda: None)
    while counter.line.open_questions > 0:
        counter.line.leave_unanswered()
    before = len(counter.line.questions)
    counter.scan(slip(sale))
    view = shown(counter.checkout.enter(""))
    owed = view.units[0].owed
    assert owed == view.units[0].taken
    wanted = [one.wants for one in counter.line.questions[before:] if one.wants]
    assert wanted == [((points, owed),)]
    while counter.line.open_questions > 0:
        counter.line.answer(lambda: counter.members.rights.update({points: there}))
    assert shown(seen[-1]).units[0].owed == 0
    assert counter.checkout.enter("").stage is Stage.DONE


def test_a_shop_may_judge_what_is_kept_anew(tmp_path: Path) -> None:
    counter = real_counter(tmp_path / "shop")
    assert counter.till is not None
    counter.till.close()
    wanted = replace(
        settings(tmp_path / "shop"), refunds=RefundsTable(law=RefundLaw.REEVALUATE.value)
    )
    till = open_till(wanted, clock=counter.clock, ids=counter.ids)
    counter = replace(counter, till=till, checkout=till.checkout, journal=till.database.journal)
    sale = sell(counter, CHOC, CHOC, CHOC)
    counter.scan(slip(sale))
    view = shown(counter.scan(CHOC))
    assert (view.money, view.remainder) == (0, 0), "two bars cost what three did"
    record = record_of(counter, counter.checkout.enter(""))
    assert record.law is RefundLaw.REEVALUATE
    counter.scan(slip(sale))
    assert shown(counter.scan(CHOC)).money == 600
    till.close()


# --- money ------------------------------------------------------------------------------------


def test_money_goes_back_as_it_came_or_as_the_cashier_says(counter: Counter) -> None:
    sale = sell(counter, BUTTER, by=TenderKind.CARD)
    counter.scan(slip(sale))
    view = shown(counter.checkout.enter(""))
    assert view.tenders == (Tender(kind=TenderKind.CARD, amount=799),)
    view = shown(do(counter, lambda refunds: refunds.pay_by(TenderKind.CASH)))
    assert (view.way, view.tenders) == (
        TenderKind.CASH,
        (Tender(kind=TenderKind.CASH, amount=799),),
    )
    assert shown(do(counter, lambda refunds: refunds.pay_by(TenderKind.CASH))).way is None


def test_money_may_stay_in_the_shop_as_the_members_store_credit(counter: Counter) -> None:
    counter.programmes.put([resources.path("programmes", "store-credit.json").read_text("utf-8")])
    sale = sell(counter, ANNA, BUTTER)
    counter.scan(slip(sale))
    view = shown(counter.checkout.enter(""))
    assert TenderKind.STORE_CREDIT in view.ways
    view = shown(do(counter, lambda refunds: refunds.pay_by(TenderKind.STORE_CREDIT)))
    paid = view.paid
    assert view.tenders == (Tender(kind=TenderKind.STORE_CREDIT, amount=paid),)
    record = record_of(counter, counter.checkout.enter(""))
    (credited,) = record.credited
    assert (credited.n, counter.balance(ANNA, credited.account.unit)) == (paid, paid)
    counter.scan(slip(sale))
    assert shown(counter.checkout.view()).state is RefundState.RETURNED
    assert counter.till is not None
    assert check(counter.till.database.database).clean


def test_without_a_member_there_is_no_store_credit(counter: Counter) -> None:
    counter.programmes.put([resources.path("programmes", "store-credit.json").read_text("utf-8")])
    counter.scan(slip(sell(counter, BUTTER)))
    assert TenderKind.STORE_CREDIT not in shown(counter.checkout.enter("")).ways


def test_coins_are_rounded_as_on_the_day_of_the_sale(tmp_path: Path) -> None:
    counter = real_counter(tmp_path / "shop", "UA", "UAH")
    sale = sell(counter, BUTTER)
    paid = counter.journal.load(sale).record.due
    view = taken_back(counter, sale)
    assert view.done is not None
    assert (paid % 50, view.done.due) == (0, paid)
    assert counter.till is not None
    counter.till.close()


# --- states that are no return ----------------------------------------------------------------


def test_a_slip_whose_goods_are_all_back_says_so(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    taken_back(counter, sale)
    view = counter.scan(slip(sale))
    assert (shown(view).state, told(view)) == (RefundState.RETURNED, NoticeKind.RETURNED_ALREADY)
    assert counter.checkout.enter("").stage is Stage.SELLING


def test_a_slip_of_another_till_is_said_to_be_that(counter: Counter) -> None:
    view = counter.scan(slip("01980000000070008000000000fffff0"))
    assert (told(view), view.refund) == (NoticeKind.SLIP_UNKNOWN, None)


def test_without_a_line_a_slip_that_is_not_known_here_waits_for_it() -> None:
    counter = fake_counter()
    counter.line.pair()
    counter.line.change(trouble=LineTrouble.NO_LINE)
    seen: list[CheckoutView] = []
    counter.checkout.listen(seen.append, lambda: None)
    counter.scan(slip("01980000000070008000000000fffff0"))
    while counter.line.open_questions > 0:
        counter.line.leave_unanswered()
    assert told(counter.checkout.view()) is NoticeKind.SLIP_NOT_HERE


def test_goods_that_are_not_on_the_slip_change_nothing(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(slip(sale))
    view = counter.scan(BREAD)
    assert (told(view), shown(view).chosen) == (NoticeKind.NOT_ON_SLIP, 0)


def test_one_piece_more_than_was_sold_is_refused(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(slip(sale), BUTTER)
    view = counter.scan(BUTTER)
    assert (told(view), shown(view).chosen) == (NoticeKind.RETURN_TOO_MANY, 1)


def test_a_card_that_is_shown_meanwhile_is_for_later(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(slip(sale))
    view = counter.scan(ANNA)
    assert (told(view), shown(view).sale, view.member) == (NoticeKind.RETURN_OPEN, sale, None)


def test_a_disk_that_fails_keeps_the_return_in_hand() -> None:
    counter = fake_counter()
    sale = sell(counter, ANNA, BUTTER)
    counter.scan(slip(sale))
    counter.checkout.enter("")
    counter.journal.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = counter.checkout.enter("")
    assert (told(view), shown(view).chosen) == (NoticeKind.TROUBLE, 1)
    assert counter.checkout.enter("").stage is Stage.DONE
    assert len(counter.journal.refunds) == 1


# --- right after a sale -----------------------------------------------------------------------


def test_the_sale_that_was_just_finished_is_undone_whole(counter: Counter) -> None:
    counter.scan(ANNA, BUTTER, BREAD)
    due = counter.checkout.finish().payment
    assert due is not None
    counter.checkout.tender(TenderKind.CASH, due.cash_due)
    view = shown(do(counter, Refunds.begin))
    assert (view.voids, view.chosen) == (True, 2)
    record = record_of(counter, counter.checkout.enter(""))
    assert record.reason is RefundReason.VOIDED
    assert counter.balance(ANNA) == 137


def test_a_part_of_the_sale_just_finished_is_a_return_and_undoes_nothing_else(
    counter: Counter,
) -> None:
    counter.scan(ANNA, BUTTER, BREAD)
    due = counter.checkout.finish().payment
    assert due is not None
    counter.checkout.tender(TenderKind.CASH, due.cash_due)
    kept = shown(do(counter, Refunds.begin)).lines[0].key
    view = shown(do(counter, lambda refunds: refunds.set_pieces(kept, 0)))
    assert (view.voids, view.chosen) == (False, 1)
    assert shown(do(counter, lambda refunds: refunds.set_pieces(kept, 1))).voids
    do(counter, lambda refunds: refunds.set_pieces(kept, 0))
    record = record_of(counter, counter.checkout.enter(""))
    assert record.reason is RefundReason.RETURNED


def just_sold(counter: Counter, *goods: Any) -> RefundView:
    """F8 right after a sale: everything of it is chosen."""
    counter.scan(*goods)
    due = counter.checkout.finish().payment
    assert due is not None
    counter.checkout.tender(TenderKind.CASH, due.cash_due)
    return shown(do(counter, Refunds.begin))


def backs(view: CheckoutView) -> list[tuple[str, int]]:
    return [(line.name, line.back) for line in shown(view).lines]


def test_who_scans_goods_of_the_sale_just_finished_means_these_alone(counter: Counter) -> None:
    just_sold(counter, BUTTER, BUTTER, BREAD)

    view = counter.scan(BUTTER)
    assert backs(view) == [("Butter", 1), ("Bread", 0)]
    assert (shown(view).voids, view.notice) == (False, None)
    view = counter.scan(BREAD)
    assert backs(view) == [("Butter", 1), ("Bread", 1)]

    done = counter.checkout.enter("").done
    assert done is not None
    assert done.due == 1299


def test_several_scanned_at_once_are_these_alone_too(counter: Counter) -> None:
    just_sold(counter, BUTTER, BUTTER, BREAD)

    assert backs(counter.scan(f"2*{CODES['Butter']}")) == [("Butter", 2), ("Bread", 0)]


def test_goods_of_another_sale_leave_everything_chosen(counter: Counter) -> None:
    just_sold(counter, BUTTER, BREAD)

    view = counter.scan(BOX)
    assert (told(view), backs(view)) == (NoticeKind.NOT_ON_SLIP, [("Butter", 1), ("Bread", 1)])
    assert backs(counter.scan(BREAD)) == [("Butter", 0), ("Bread", 1)]


def test_what_the_cashier_chose_is_added_to(counter: Counter) -> None:
    """One piece less was the cashier's word: the next scan is one more, not the first one."""
    view = just_sold(counter, BUTTER, BUTTER, BREAD)
    key = view.lines[0].key
    do(counter, lambda refunds: refunds.add_pieces(key, -1))

    assert backs(counter.scan(BUTTER)) == [("Butter", 2), ("Bread", 1)]
    assert told(counter.scan(BREAD)) is NoticeKind.RETURN_TOO_MANY


def test_everything_that_was_asked_for_stays_everything(counter: Counter) -> None:
    counter.scan(slip(sell(counter, BUTTER, BREAD)))
    counter.checkout.enter("")

    view = counter.scan(BUTTER)
    assert (told(view), shown(view).chosen) == (NoticeKind.RETURN_TOO_MANY, 2)


# --- without a slip ---------------------------------------------------------------------------


HASHED = hashed("2468", salt=bytes(SALT_BYTES))


def with_pin(tmp_path: Path, pin: str = HASHED) -> Counter:
    counter = real_counter(tmp_path / "shop")
    assert counter.till is not None
    counter.till.close()
    wanted = replace(settings(tmp_path / "shop"), refunds=RefundsTable(pin=pin))
    till = open_till(wanted, clock=counter.clock, ids=counter.ids)
    return replace(counter, till=till, checkout=till.checkout, journal=till.database.journal)


@pytest.mark.parametrize("pin", [HASHED, "2468"])
def test_without_a_slip_the_shops_pin_lets_the_basket_come_back(tmp_path: Path, pin: str) -> None:
    counter = with_pin(tmp_path, pin)
    counter.scan(BUTTER, COFFEE)
    view = do(counter, Refunds.without_slip)
    assert (shown(view).state, shown(view).money) == (RefundState.APPROVING, 1799)
    assert told(counter.checkout.enter("1111")) is NoticeKind.SHOP_PIN_WRONG
    view = counter.checkout.enter("2468")
    record = record_of(counter, view)
    assert (record.sale, record.settled, record.due) == ("", False, 1799)
    assert [line.back for line in record.lines] == [799, 1000]
    assert view.lines == ()
    assert counter.till is not None
    counter.till.close()


def test_without_a_slip_goods_bring_back_what_the_screen_shows_and_no_more(
    tmp_path: Path,
) -> None:
    counter = with_pin(tmp_path)
    counter.scan(ANNA, BUTTER, COFFEE)
    counter.checkout.toggle_reward(FIVE_OFF)
    view = do(counter, Refunds.without_slip)
    assert shown(view).money == 649 + 1000 - 500
    record = record_of(counter, counter.checkout.enter("2468"))
    assert record.due == sum(line.back for line in record.lines) == 1149
    assert counter.till is not None
    counter.till.close()


def test_a_shop_without_a_pin_gives_nothing_back_without_a_slip(counter: Counter) -> None:
    counter.scan(BUTTER)
    view = do(counter, Refunds.without_slip)
    assert (told(view), view.stage) == (NoticeKind.NO_SHOP_PIN, Stage.SELLING)


def test_who_guesses_the_pin_waits(tmp_path: Path) -> None:
    counter = with_pin(tmp_path)
    counter.scan(BUTTER)
    do(counter, Refunds.without_slip)
    for _ in range(5):
        counter.checkout.enter("0000")
    assert told(counter.checkout.enter("2468")) is NoticeKind.SLOWED
    counter.wait(seconds=31)
    assert counter.checkout.enter("2468").stage is Stage.DONE
    assert counter.till is not None
    counter.till.close()


# --- paper ------------------------------------------------------------------------------------


def printing(counter: Counter, printer: FakePrinter, **how: Any) -> Printing:
    assert counter.till is not None
    return Printing(counter.till.slips, counter.till.database.slip_prints, printer, **how)


def test_the_slip_of_a_return_tells_what_became_of_points(counter: Counter) -> None:
    sale = sell(counter, ANNA, BUTTER, BREAD, reward=True)
    view = taken_back(counter, sale)
    assert view.done is not None
    printer = FakePrinter()
    desk = printing(counter, printer)
    assert desk.print_slip(view.done.sale)
    text = "\n".join(printer.sheets[0].lines)
    for words in ("RETURN", "Butter", "Anna K."):
        assert words in text
    assert printer.sheets[0].code == slip(view.done.sale)
    assert desk.print_slip(view.done.sale)
    assert "COPY" in "\n".join(printer.sheets[1].lines)


def test_the_drawer_opens_for_cash_that_goes_out(counter: Counter) -> None:
    printer = FakePrinter()
    desk = printing(counter, printer, drawer=True)
    for kind, opens in ((TenderKind.CASH, 1), (TenderKind.CARD, 1)):
        done = taken_back(counter, sell(counter, BUTTER, by=kind)).done
        assert done is not None
        desk.sold(done.sale)
        assert sum(sheet.drawer for sheet in printer.sheets) == opens


def test_returns_stand_among_the_slips_of_the_day(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    done = taken_back(counter, sale).done
    assert done is not None
    rows = printing(counter, FakePrinter()).rows()
    assert [(row.sold.sale, row.sold.refund, row.sold.due) for row in rows] == [
        (done.sale, True, 799),
        (sale, False, 799),
    ]


def test_the_slip_of_a_return_can_be_scanned_to_see_it_again(counter: Counter) -> None:
    done = taken_back(counter, sell(counter, BUTTER)).done
    assert done is not None
    counter.checkout.begin_next()
    view = counter.scan(slip(done.sale))
    assert (view.slip, view.refund) == (done.sale, None)


def test_a_member_reads_of_the_return_among_the_movements(counter: Counter) -> None:
    taken_back(counter, sell(counter, ANNA, BUTTER))
    counter.checkout.begin_next()
    counter.scan(ANNA)
    story = counter.checkout.story()
    assert story is not None
    (points,) = [one for one in story.units if one.unit == "points"]
    assert points.rows[0].fact == "RefundRecorded"
    assert points.rows[0].number > 0
