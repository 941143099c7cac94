"""A code that opens a wallet: nobody makes one without the shop's key, and every till knows its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes import gtin
from terminal.barcodes.voucher_code import (
    LENGTH,
    PREFIX,
    in_groups,
    is_genuine,
    key_number,
    voucher_code,
    wallet_of,
)

KEY = b"the key of Anna's shop, 32 bytes"
OTHER = b"the key of another shop, 32 byte"
WALLETS = st.integers(0, 2**128 - 1).map("{:032x}".format)


@pytest.mark.parametrize(
    ("wallet", "code"),
    [
        ("0" * 32, "980000000000000000000000000000000000000023143880243839599101246"),
        ("f" * 32, "988034690221294951377709810461705813012610484290482472228064029"),
        (
            "0199c0de00007abc8123456789abcdef",
            "980050235619129902786286196275249479339741403473940364099980770",
        ),
    ],
)
def test_gift_cards_sold_long_ago_stay_good(wallet: str, code: str) -> None:
    """Frozen: a change here makes the gift cards in people's drawers worthless."""
    assert voucher_code(wallet, key=KEY) == code
    assert wallet_of(code) == wallet
    assert is_genuine(code, [KEY])


@given(WALLETS)
def test_every_wallet_has_a_code_that_leads_back(wallet: str) -> None:
    code = voucher_code(wallet, key=KEY)
    assert len(code) == LENGTH
    assert gtin.has_check_digit(code)
    assert wallet_of(code) == wallet
    assert is_genuine(code, [OTHER, KEY])


@given(WALLETS)
def test_another_shops_code_is_told_from_our_own(wallet: str) -> None:
    assert not is_genuine(voucher_code(wallet, key=OTHER), [KEY])


@given(WALLETS, st.integers(len(PREFIX), LENGTH - 2), st.integers(1, 9))
def test_a_code_with_a_digit_changed_is_not_genuine_even_with_its_check_digit_made_right(
    wallet: str, place: int, step: int
) -> None:
    code = voucher_code(wallet, key=KEY)
    digit = str((int(code[place]) + step) % 10)
    body = code[:place] + digit + code[place + 1 : -1]
    assert not is_genuine(body + gtin.check_digit(body), [KEY])
    assert not is_genuine(body + code[-1], [KEY])


def test_two_keys_of_one_number_are_both_tried() -> None:
    twin = next(
        key
        for n in range(10_000)
        if key_number(key := f"twin {n} of that key".encode()) == key_number(KEY)
    )
    code = voucher_code("1" * 32, key=KEY)
    assert is_genuine(code, [twin, KEY])
    assert not is_genuine(code, [twin])


def test_digits_that_hold_too_large_a_number_are_no_code() -> None:
    body = PREFIX + "9" * 60
    assert wallet_of(body + gtin.check_digit(body)) is None


def test_only_a_wallet_has_a_code() -> None:
    for wallet in ("", "a" * 31, "A" * 32, "g" * 32):
        with pytest.raises(ValueError, match="no wallet"):
            voucher_code(wallet, key=KEY)


def test_a_typist_reads_nine_groups_of_seven() -> None:
    groups = in_groups(voucher_code("0" * 32, key=KEY))
    assert [len(group) for group in groups] == [7] * 9


@given(st.text())
def test_no_text_makes_trouble(text: str) -> None:
    wallet_of(text)
    is_genuine(text, [KEY])
