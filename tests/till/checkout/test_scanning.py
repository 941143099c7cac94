"""One scan, no question: whatever is scanned or typed, on whatever screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes.reading import SHOWN_MAX
from terminal.barcodes.rules import ForeignCards
from terminal.loyalty.basket import LARGEST_PIECES
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind, Sound
from terminal.till.checkout.view import CheckoutView, LineState, Stage
from tests.till.checkout.counter import (
    ANNA,
    APPLES,
    BLANK,
    BORYS,
    BOX,
    BREAD,
    BUTTER,
    CARD_LIKE,
    CARDS,
    CODES,
    COFFEE,
    FOREIGN,
    OLD_ANNA,
    STRANGE,
    UNKNOWN,
    Counter,
    blank,
    card,
    fake_counter,
    rows,
    told,
    with_state,
)


def test_goods_scanned_become_lines_and_equal_ones_share_a_row(counter: Counter) -> None:
    view = counter.scan(BUTTER, BOX, BUTTER)
    assert rows(view) == [("Butter", 2), ("Large box", 1)]
    assert view.total == 799 * 2 + 2000
    assert view.selected == view.lines[0].key
    assert view.notice is None
    assert view.sound is Sound.NONE


def test_the_same_goods_within_a_blink_count_twice(counter: Counter) -> None:
    assert rows(counter.scan(BUTTER, BUTTER, BUTTER)) == [("Butter", 3)]


def test_pieces_typed_right_before_a_scan_count_even_in_one_burst(counter: Counter) -> None:
    assert rows(counter.scan(f"3*{CODES[BUTTER.name]}")) == [("Butter", 3)]
    view = counter.scan(f"2*{UNKNOWN}")
    assert [line.pieces for line in view.lines] == [3, 2]


def test_a_name_or_a_phone_from_quick_fingers_is_no_lost_scan(counter: Counter) -> None:
    member = counter.scan("Anna K").member
    assert member is not None
    assert member.name == "Anna K."
    assert told(counter.scan("nobody at all")) is NoticeKind.UNREADABLE_CODE


def test_a_card_puts_its_member_on_the_sale_in_one_action(counter: Counter) -> None:
    view = counter.scan(ANNA)
    assert view.member is not None
    assert view.member.name == "Anna K."
    assert view.member.card_tail == CARDS[ANNA.id][-4:]
    assert told(view) is NoticeKind.MEMBER_ATTACHED
    assert view.sound is Sound.MEMBER


def test_a_balance_is_one_scan_on_an_empty_basket(counter: Counter) -> None:
    view = counter.scan(ANNA)
    assert view.member is not None
    points = next(one for one in view.member.balances if one.unit == "points")
    assert (points.balance, points.spendable, points.worth) == (137, 137, 500)


def test_a_card_read_twice_in_one_movement_is_one_card(counter: Counter) -> None:
    counter.scan(ANNA)
    counter.wait(seconds=2)
    view = counter.scan(ANNA)
    assert told(view) is NoticeKind.SAME_CARD_AGAIN
    counter.wait(seconds=3)
    assert told(counter.scan(ANNA)) is NoticeKind.MEMBER_ATTACHED
    counter.checkout.undo()
    assert counter.checkout.view().member is None, "reading it again was no step"


def test_another_card_takes_the_place_of_the_first(counter: Counter) -> None:
    view = counter.scan(ANNA, BORYS)
    assert view.member is not None
    assert view.member.name == "Borys"
    assert view.member.birthday


def test_a_card_taken_off_and_read_again_at_once_is_back(counter: Counter) -> None:
    counter.scan(ANNA)
    assert counter.checkout.remove_member().member is None
    assert told(counter.scan(ANNA)) is NoticeKind.MEMBER_ATTACHED


def test_a_blank_card_offers_a_membership(counter: Counter) -> None:
    view = counter.scan(BLANK)
    assert told(view) is NoticeKind.NEW_CARD
    assert blank(view) == BLANK
    assert not view.lines


def test_a_number_that_the_shop_never_gave_out_is_refused(counter: Counter) -> None:
    view = counter.scan(STRANGE)
    assert told(view) is NoticeKind.CARD_UNKNOWN
    assert view.sound is Sound.REFUSED
    assert (blank(view), view.member, view.lines) == ("", None, ())


def test_a_replaced_card_names_its_member_and_waits_for_enter(counter: Counter) -> None:
    with_state(counter, ANNA, "replaced")
    view = counter.scan(ANNA)
    assert told(view) is NoticeKind.CARD_REPLACED
    assert view.notice is not None
    assert view.notice.text == "Anna K."
    assert view.member is None
    view = counter.checkout.enter("")
    assert view.member is not None
    assert view.member.id == ANNA.id


def test_esc_puts_a_replaced_card_away(counter: Counter) -> None:
    with_state(counter, ANNA, "replaced")
    counter.scan(ANNA)
    counter.checkout.dismiss()
    assert counter.checkout.enter("").member is None


def test_goods_scanned_in_between_put_a_replaced_card_away(counter: Counter) -> None:
    with_state(counter, ANNA, "replaced")
    counter.scan(ANNA, BUTTER)
    assert counter.checkout.enter("").member is None


def test_a_blocked_card_changes_nothing(counter: Counter) -> None:
    with_state(counter, ANNA, "blocked")
    view = counter.scan(BORYS, ANNA)
    assert told(view) is NoticeKind.CARD_BLOCKED
    assert view.member is not None
    assert view.member.name == "Borys"


def test_a_card_of_others_can_be_joined_with_and_is_known_afterwards() -> None:
    counter = fake_counter([ForeignCards(name="old", length_min=8, length_max=8, prefix="77")])
    assert blank(counter.scan(FOREIGN)) == FOREIGN
    assert counter.checkout.enter("").member is not None
    counter.checkout.remove_member()
    assert told(counter.scan(FOREIGN)) is NoticeKind.MEMBER_ATTACHED


def test_a_number_that_is_goods_and_could_be_a_blank_card_is_goods(counter: Counter) -> None:
    assert rows(counter.scan(card(900))) == [(CARD_LIKE.name, 1)]


def test_a_number_that_is_goods_and_somebodys_card_is_the_card(counter: Counter) -> None:
    counter.till.database.catalogue.put_products(  # type: ignore[union-attr]
        [CARD_LIKE], {"0" + CARDS[BORYS.id]: CARD_LIKE.sku}
    )
    view = counter.scan(BORYS)
    assert view.member is not None
    assert not view.lines


# --- quantities ----------------------------------------------------------------------------------


def test_three_star_counts_for_the_next_goods_only(counter: Counter) -> None:
    view = counter.checkout.enter("3*")
    assert (told(view), view.next_pieces) == (NoticeKind.QUANTITY_SET, 3)
    counter.scan(ANNA)
    assert rows(counter.scan(BUTTER, BOX)) == [("Butter", 3), ("Large box", 1)]


def test_three_star_and_a_code_in_one_go(counter: Counter) -> None:
    assert rows(counter.checkout.enter(f"3*{CODES['Butter']}")) == [("Butter", 3)]
    assert rows(counter.checkout.enter("2 * 101"))[1] == ("Cappuccino", 2)
    assert counter.checkout.enter(f"4*{UNKNOWN}").lines[2].pieces == 4


def test_esc_takes_the_quantity_back(counter: Counter) -> None:
    counter.checkout.enter("3*")
    counter.checkout.dismiss()
    assert rows(counter.scan(BUTTER)) == [("Butter", 1)]


@pytest.mark.parametrize("absurd", ["0*", "10000*", "99999999999999999999*", "0*101", "12345*101"])
def test_absurd_quantities_are_refused_as_such(counter: Counter, absurd: str) -> None:
    view = counter.checkout.enter(absurd)
    assert told(view) is NoticeKind.QUANTITY_REFUSED
    assert (view.lines, view.next_pieces) == ((), 1)


def test_goods_that_no_row_can_hold_are_refused_and_not_lost_in_silence(counter: Counter) -> None:
    line = counter.scan(BUTTER).lines[0]
    for _ in range(2):  # so many are asked about once
        counter.checkout.set_pieces(line.key, LARGEST_PIECES)
    view = counter.scan(BUTTER)
    assert told(view) is NoticeKind.QUANTITY_REFUSED
    assert view.lines[0].pieces == LARGEST_PIECES
    assert told(counter.checkout.add_pieces(line.key, 1)) is NoticeKind.QUANTITY_REFUSED


# --- typing --------------------------------------------------------------------------------------


def test_a_typed_code_and_a_plu_are_goods(counter: Counter) -> None:
    counter.checkout.enter(CODES["Butter"])
    view = counter.checkout.enter("101")
    assert rows(view) == [("Butter", 1), ("Cappuccino", 1)]
    assert rows(counter.checkout.enter("WASH-1"))[2] == ("Car wash", 1)


def test_a_typed_card_number_is_the_card(counter: Counter) -> None:
    number = CARDS[ANNA.id]
    view = counter.checkout.enter(f"{number[0]} {number[1:7]} {number[7:]}")
    assert view.member is not None
    assert view.member.id == ANNA.id


@pytest.mark.parametrize("typed", ["600123456", "600 123 456", "+48 600 123 456", "123456"])
def test_a_phone_finds_its_member_in_two_actions(counter: Counter, typed: str) -> None:
    view = counter.checkout.enter(typed)
    assert view.member is not None
    assert view.member.id == ANNA.id


def test_the_last_four_digits_that_fit_two_give_a_choice(counter: Counter) -> None:
    view = counter.checkout.enter("3456")
    assert told(view) is NoticeKind.SEVERAL_FOUND
    assert {one.name for one in view.member_choices} == {"Anna Kowalska", "Borys"}
    assert view.member is None
    view = counter.checkout.pick_member(BORYS.id)
    assert view.member is not None
    assert not view.member_choices


def test_names_find_members_and_goods(counter: Counter) -> None:
    view = counter.checkout.enter("borys")
    assert view.member is not None
    assert {one.id for one in counter.checkout.enter("anna").member_choices} == {
        ANNA.id,
        OLD_ANNA.id,
    }
    assert rows(counter.checkout.enter("choc")) == [("Milk chocolate", 1)]
    view = counter.checkout.enter("b")
    assert {one.name for one in view.product_choices} == {"Butter", "Bread", "Large box"}
    assert [one.name for one in view.member_choices] == ["Borys"]
    assert rows(counter.checkout.add_product(BREAD.sku))[1] == ("Bread", 1)


def test_nothing_found_says_so_and_changes_nothing(counter: Counter) -> None:
    for typed in ("nobody", "99988", "9999"):
        view = counter.checkout.enter(typed)
        assert told(view) is NoticeKind.NOBODY_FOUND
        assert not view.lines
    assert told(counter.checkout.add_product("no such sku")) is NoticeKind.NO_PRODUCT_FOUND
    assert told(counter.checkout.pick_member("x")) is NoticeKind.NOBODY_FOUND


# --- codes that nobody knows ---------------------------------------------------------------------


def test_an_unknown_code_is_a_line_that_blocks_payment(counter: Counter) -> None:
    view = counter.scan(BUTTER, UNKNOWN)
    assert told(view) is NoticeKind.UNKNOWN_CODE
    assert view.sound is Sound.REFUSED
    line = view.lines[1]
    assert (line.code, line.state) == (UNKNOWN, LineState.UNKNOWN_CODE)
    assert view.blocked == (line.key,)
    assert not view.can_pay
    counter.scan(BOX)
    view = counter.checkout.finish()
    assert view.stage is Stage.SELLING
    assert told(view) is NoticeKind.PAYMENT_BLOCKED
    assert view.selected == line.key


def test_a_price_an_undo_and_a_void_resolve_it(counter: Counter) -> None:
    line = counter.scan(UNKNOWN).lines[0]
    view = counter.checkout.set_price(line.key, 450)
    assert (view.total, view.can_pay, view.lines[0].state) == (450, True, LineState.READY)
    view = counter.checkout.undo()
    assert not view.can_pay
    view = counter.checkout.void(line.key)
    assert told(view) is NoticeKind.LINE_VOIDED
    assert not view.lines
    assert rows(counter.checkout.undo()) == [(UNKNOWN, 1)]


@pytest.mark.parametrize("price", [0, -1, 10**15])
def test_a_price_that_cannot_be_is_refused(counter: Counter, price: int) -> None:
    line = counter.scan(UNKNOWN).lines[0]
    view = counter.checkout.set_price(line.key, price)
    assert told(view) is NoticeKind.PRICE_REFUSED
    assert view.blocked


def test_a_wrong_check_digit_is_a_line_when_scanned_and_a_word_when_typed(counter: Counter) -> None:
    wrong = CODES["Butter"][:-1] + str((int(CODES["Butter"][-1]) + 1) % 10)
    assert rows(counter.scan(wrong)) == [(wrong, 1)]
    view = counter.checkout.enter(wrong)
    assert told(view) is NoticeKind.UNREADABLE_CODE
    assert len(view.lines) == 1


def test_goods_by_weight_wait_for_their_price(counter: Counter) -> None:
    view = counter.checkout.add_product(APPLES.sku)
    assert view.blocked
    view = counter.checkout.set_price(view.lines[0].key, 560)
    assert (view.total, view.can_pay) == (560, True)


# --- on every screen -----------------------------------------------------------------------------


SALE = [one for one in Stage if one is not Stage.RETURNING]
"""While goods come back, what is scanned is what comes back; see test_refunds."""


def at(counter: Counter, stage: Stage) -> None:
    counter.scan(BOX)
    if stage is not Stage.SELLING:
        counter.checkout.finish()
    if stage is Stage.DONE:
        counter.checkout.tender(TenderKind.CASH, 2000)
    assert counter.checkout.view().stage is stage


@pytest.mark.parametrize("stage", SALE)
@pytest.mark.parametrize("text", [CODES["Butter"], CARDS[ANNA.id], BLANK, UNKNOWN])
def test_a_scan_counts_on_every_screen(counter: Counter, stage: Stage, text: str) -> None:
    at(counter, stage)
    view = counter.scan(text)
    assert view.stage is Stage.SELLING
    assert view.payment is None
    assert view.done is None
    assert view.member or view.joining or view.lines[-1].code in text
    assert (("Large box", 1) in rows(view)) is (stage is not Stage.DONE)


@pytest.mark.parametrize("stage", SALE)
@pytest.mark.parametrize("text", ["", "???", STRANGE, "https://example.org/", "\x00"])
def test_a_scan_that_means_nothing_leaves_the_screen(
    counter: Counter, stage: Stage, text: str
) -> None:
    at(counter, stage)
    view = counter.scan(text)
    assert view.stage is stage, "change still to be given must not vanish from the screen"
    assert view.notice is not None


def test_a_card_read_again_leaves_the_payment_alone(counter: Counter) -> None:
    counter.scan(BOX, ANNA)
    counter.checkout.finish()
    assert counter.scan(ANNA).stage is Stage.PAYING


def test_a_scan_never_forgets_money_that_was_taken(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CARD, 1500)
    for text in (CODES["Butter"], CARDS[ANNA.id], BLANK):
        view = counter.scan(text)
        assert told(view) is NoticeKind.MONEY_TAKEN
        assert view.payment is not None
        assert view.payment.remaining == 500
    assert told(counter.checkout.add_product(BREAD.sku)) is NoticeKind.MONEY_TAKEN
    assert told(counter.checkout.pick_member(ANNA.id)) is NoticeKind.MONEY_TAKEN
    assert counter.checkout.tender(TenderKind.CASH, 500).stage is Stage.DONE


# --- hostile texts -------------------------------------------------------------------------------

PIECES_OF_TEXT = st.sampled_from(
    [CODES["Butter"], CARDS[ANNA.id], BLANK, UNKNOWN, STRANGE, "3*", "*", "+48", "]E0", "\x1d", "/"]
)
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("0123456789*×+-. "), max_size=45),
    st.lists(st.one_of(PIECES_OF_TEXT, st.text(max_size=3)), max_size=5).map("".join),
)
SHARED = fake_counter()


def means_something(before: CheckoutView, after: CheckoutView) -> bool:
    return after.notice is not None or after.lines != before.lines


@given(HOSTILE)
def test_whatever_is_scanned_means_something_or_is_told(text: str) -> None:
    SHARED.checkout.dismiss()
    before = SHARED.checkout.view()
    assert means_something(before, SHARED.checkout.scan(text))


@given(HOSTILE)
def test_whatever_is_typed_means_something_or_is_told(text: str) -> None:
    SHARED.checkout.dismiss()
    before = SHARED.checkout.view()
    after = SHARED.checkout.enter(text)
    assert not text.strip() or means_something(before, after)


def test_tiles_put_goods_into_the_basket(counter: Counter) -> None:
    assert rows(counter.checkout.add_product(COFFEE.sku)) == [("Cappuccino", 1)]


def test_what_is_quoted_of_a_typed_text_fits_a_line(counter: Counter) -> None:
    for typed in ("18\x1c59", "zzq " * 3_000):
        for step in (counter.checkout.enter, counter.checkout.find_goods):
            notice = step(typed).notice
            assert notice is not None
            assert notice.text.isprintable()
            assert len(notice.text) <= SHOWN_MAX
