"""What the scanner sends, and what the till may take it for."""

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terminal.barcodes import gtin
from terminal.barcodes.card_number import card_number
from terminal.barcodes.entry import read_entry
from terminal.barcodes.parse import TEXT_LENGTH_MAX, parse
from terminal.barcodes.reading import (
    SHOWN_MAX,
    BearerCode,
    CardNumber,
    ForeignCard,
    Gtin,
    Reading,
    ShortCode,
    Sku,
    Slip,
    Unreadable,
    Why,
)
from terminal.barcodes.rules import CodeRules, ForeignCards, OlderCards, has_luhn_digit
from terminal.barcodes.slip_code import slip_code
from terminal.barcodes.voucher_code import code_key, in_groups, voucher_code

KEY = bytes(range(32))
SHOP = CodeRules("25", KEY)
CARD = card_number(7, key=KEY, prefix="25")
PEN = "4006381333931"
THE_PEN = Gtin("04006381333931")
SALE = UUID("0199c0de-0000-7abc-8123-456789abcdef")
CLUB = ForeignCards("club", 10, 12, prefix="91")
BANK_LIKE = ForeignCards("bank", 16, 19, luhn=True)
STRIPE = ForeignCards("stripe", 6, 12, before=";", after="=")
LETTERED = ForeignCards("lettered", 6, 8, prefix="AB", letters=True)


def only(text: str, rules: CodeRules = SHOP) -> Reading:
    """The one reading that a text has."""
    (reading,) = parse(text, rules)
    return reading


def refusal(text: str, rules: CodeRules = SHOP) -> Why:
    reading = only(text, rules)
    assert isinstance(reading, Unreadable)
    return reading.why


# Goods


@pytest.mark.parametrize(
    "sent",
    [
        PEN,
        PEN + "\r",
        PEN + "\r\n",
        PEN + "\t",
        "\x02" + PEN + "\x03",
        "  " + PEN,
        "]E0" + PEN,
        "]E0" + PEN + "\r\n",
        "ъУ0" + PEN,  # the same on a Russian layout
        "їУ0" + PEN,  # and on a Ukrainian one
        "0" + PEN,
        "]C1010" + PEN,
        "]d2010" + PEN,
        "\x1d010" + PEN,
        "(01)0" + PEN,
        "https://id.gs1.org/01/0" + PEN,
        "https://shop.example/goods/01/" + PEN + "?x=1#top",
        "HTTPS://ID.GS1.ORG/01/0" + PEN,
    ],
)
def test_goods_are_goods_however_the_scanner_wraps_them(sent: str) -> None:
    assert only(sent) == THE_PEN


def test_american_goods_are_found_with_and_without_the_zero() -> None:
    assert only("036000291452") == only("0036000291452") == Gtin("00036000291452")


def test_small_goods_carry_eight_digits() -> None:
    assert only("]E496385074") == Gtin("00000096385074")
    assert only("04252614") == Gtin("00042100005264")


def test_eight_digits_may_be_two_kinds_of_code_and_the_look_up_decides() -> None:
    both = next(
        code
        for body in range(123_450, 1_000_000)
        for code in [f"0{body:06d}" + gtin.check_digit(f"0{body:06d}")]
        if gtin.expand_upc_e(code)
    )
    full = gtin.expand_upc_e(both)
    assert full is not None
    assert parse(both, SHOP) == (Gtin(gtin.normal(both)), Gtin(gtin.normal(full)))
    assert parse("]E4" + both, SHOP) == (Gtin(gtin.normal(both)),)


def test_a_rich_code_also_tells_batch_weight_and_last_day() -> None:
    assert only("]d20109506000134352" + "17271130" + "3103001250" + "10AB-7\x1d21S1") == Gtin(
        "09506000134352", batch="AB-7", serial="S1", expires="271130", net_weight_mg=1_250_000
    )


def test_a_short_number_is_the_shops_own_and_keeps_its_zeros() -> None:
    assert only("4011") == ShortCode("4011")
    assert only("007") == ShortCode("007")


def test_a_shop_without_short_numbers_takes_them_for_half_a_code() -> None:
    assert refusal("4011", CodeRules("25", short_code_digits_max=0)) is Why.TOO_SHORT


def test_article_codes_may_have_letters() -> None:
    assert only("AB-1234") == Sku("AB-1234")
    assert only("]C0TEA/250g") == Sku("TEA/250g")
    assert refusal("AB-1234", CodeRules("25", skus_with_letters=False)) is Why.NOT_A_CODE


# Cards


@pytest.mark.parametrize(
    "sent",
    [
        CARD,
        "]E0" + CARD + "\r",
        "]C0" + CARD,
        "https://anna.example/c/" + CARD,
        "https://anna.example/shop/c/" + CARD + "?s=Zm9v",
        "HTTPS://ANNA.EXAMPLE/C/" + CARD + "/ZM9V",
        "реезыЖ..фттф.учфьздуюсщь.с." + CARD,  # typed blindly on a Russian layout
        "реезіЖ..фттф.учфьздуюсщь.с." + CARD,  # and on a Ukrainian one
    ],
)
def test_the_shops_card_is_known_with_its_counter(sent: str) -> None:
    assert parse(sent, SHOP)[0] == CardNumber(CARD, 7)


def test_a_card_that_could_be_goods_comes_first_unless_the_shop_says_otherwise() -> None:
    as_goods = Gtin(gtin.normal(CARD))
    as_card = CardNumber(CARD, 7)
    assert parse(CARD, SHOP) == (as_card, as_goods)
    assert parse(CARD, CodeRules("25", KEY, cards_first=False)) == (as_goods, as_card)


def test_without_the_key_a_card_is_a_card_but_nobody_knows_whether_it_is_genuine() -> None:
    assert parse(CARD, CodeRules("25"))[0] == CardNumber(CARD, None)


def test_a_card_that_begins_with_a_zero_is_read_as_american_goods_and_still_found() -> None:
    number = card_number(3, key=KEY, prefix="04")
    assert parse(number[1:], CodeRules("04", KEY))[0] == CardNumber(number, 3)


def test_a_shop_without_cards_of_its_own_sees_only_goods() -> None:
    assert only(CARD, CodeRules("")) == Gtin(gtin.normal(CARD))


def test_another_shops_card_is_no_card_here() -> None:
    foreign = card_number(7, key=KEY, prefix="26")
    assert CardNumber not in {type(reading) for reading in parse(foreign, SHOP)}
    assert refusal("https://other.example/c/" + foreign) is Why.NOT_A_CODE


def test_cards_of_others_are_known_by_their_form() -> None:
    rules = CodeRules("25", KEY, (CLUB, BANK_LIKE, STRIPE, LETTERED))
    assert only("9112345678", rules) == ForeignCard("9112345678", "club")
    assert only("4242424242424242", rules) == ForeignCard("4242424242424242", "bank")
    assert only(";00123456=2512101?", rules) == ForeignCard("00123456", "stripe")
    assert parse("ab12345", rules) == (ForeignCard("AB12345", "lettered"), Sku("ab12345"))
    assert refusal("4242424242424243", rules) is Why.TOO_LONG


def test_a_foreign_card_may_look_like_goods() -> None:
    rules = CodeRules("25", foreign_cards=(ForeignCards("old", 13, 13, prefix="40"),))
    assert parse(PEN, rules) == (ForeignCard(PEN, "old"), THE_PEN)


@pytest.mark.parametrize(("number", "right"), [("79927398713", True), ("79927398714", False)])
def test_luhn(number: str, right: bool) -> None:
    assert has_luhn_digit(number) is right
    assert not has_luhn_digit("7")
    assert not has_luhn_digit("7x")


# Slips


def test_a_slip_leads_to_its_sale() -> None:
    assert only(slip_code(SALE)) == Slip(SALE)
    assert only("]C0" + slip_code(SALE) + "\r\n") == Slip(SALE)


def test_a_slip_with_a_wrong_digit_is_refused_as_mistyped() -> None:
    code = slip_code(SALE)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert refusal(wrong) is Why.WRONG_CHECK_DIGIT


# What is no code


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("", Why.TOO_SHORT),
        ("\r\n", Why.TOO_SHORT),
        ("]E0", Why.TOO_SHORT),
        ("400638133", Why.TOO_SHORT),
        ("4006381333932", Why.WRONG_CHECK_DIGIT),
        ("96385075", Why.WRONG_CHECK_DIGIT),
        ("]C10109506000134353", Why.WRONG_CHECK_DIGIT),
        (PEN + PEN, Why.TOO_LONG),
        (PEN[:6] + CARD, Why.TOO_LONG),
        ("9" * 10_000, Why.TOO_LONG),
        ("butter", Why.NOT_A_CODE),
        ("масло", Why.NOT_A_CODE),
        ("https://example.org/menu", Why.NOT_A_CODE),
        ("\x00\x01\x1d\x1b[2J", Why.NOT_A_CODE),
        ("４００６３８１３３３９３１", Why.NOT_A_CODE),
        ("4006381\x003931", Why.NOT_A_CODE),
    ],
)
def test_a_refusal_says_why(sent: str, why: Why) -> None:
    assert refusal(sent) is why


def test_a_refused_text_is_fit_to_be_shown() -> None:
    reading = only("a\x1b[2J" + "\ud800" + "long " * 40)
    assert isinstance(reading, Unreadable)
    assert reading.text.startswith("a·[2J·long")
    assert len(reading.text) == SHOWN_MAX
    assert reading.text.isprintable()


SIGNS = st.one_of(
    st.sampled_from([*"0123456789]EC(01)/:;=?*+\r\n\t\x1d\x00\x7f", "https://", "/c/25", "01"]),
    st.characters(),
    st.sampled_from("абвгґіїйъыэюяЁ№"),
)
RULES = st.sampled_from(
    [
        SHOP,
        CodeRules(""),
        CodeRules("0", KEY, (CLUB, BANK_LIKE, STRIPE, LETTERED), cards_first=False),
    ]
)


@given(st.lists(SIGNS, max_size=60).map("".join), RULES)
@example("\ud800\udfff", SHOP)
@example("]", SHOP)
@example("https://[::1", SHOP)
@example("https://a/01/", SHOP)
@example("(01)", SHOP)
@example("\x1d" * 500, SHOP)
@example("0" * TEXT_LENGTH_MAX, SHOP)
def test_no_burst_makes_trouble_and_every_burst_has_an_answer(sent: str, rules: CodeRules) -> None:
    readings = parse(sent, rules)
    assert readings
    assert len(set(readings)) == len(readings)
    if any(isinstance(reading, Unreadable) for reading in readings):
        assert len(readings) == 1


@given(st.text(max_size=40), st.sampled_from(["\r", "\n", "\r\n", "\t", " ", "\x00"]))
def test_what_the_scanner_adds_at_the_end_changes_nothing(sent: str, suffix: str) -> None:
    assert parse(sent + suffix, SHOP) == parse(sent, SHOP)


@given(st.integers(0, 10**10 - 1))
def test_half_a_card_is_never_another_card(counter: int) -> None:
    number = card_number(counter, key=KEY, prefix="25")
    for length in range(len(number)):
        for half in (number[:length], number[-length:] if length else ""):
            assert not any(isinstance(reading, CardNumber) for reading in parse(half, SHOP))


@pytest.mark.parametrize(
    "unfit",
    [
        lambda: CodeRules("2500000"),
        lambda: CodeRules("25", b"short"),
        lambda: CodeRules("25", separators=("",)),
        lambda: OlderCards("2500000", KEY, 1),
        lambda: OlderCards("25", b"short", 1),
        lambda: ForeignCards("x", 0, 5),
        lambda: ForeignCards("x", 6, 5),
        lambda: ForeignCards("x", 6, 65),
        lambda: ForeignCards("x", 6, 8, luhn=True, letters=True),
    ],
)
def test_unfit_rules_are_refused_when_they_are_set_not_at_the_scan(unfit: object) -> None:
    assert callable(unfit)
    with pytest.raises(ValueError, match=r".+"):
        unfit()


def test_the_shops_key_does_not_show_in_a_log() -> None:
    assert "key" not in repr(SHOP)


@pytest.mark.parametrize("prefix", ["25", "29"])
def test_cards_made_with_an_older_key_stay_cards(prefix: str) -> None:
    old = OlderCards(prefix, bytes(range(1, 33)), issued=100)
    rules = CodeRules("25", KEY, older_cards=(old,))
    number = card_number(99, key=old.key, prefix=prefix)
    made_up = card_number(100, key=old.key, prefix=prefix)

    assert parse(number, rules)[0] == ForeignCard(number, "older card")
    assert ForeignCard(made_up, "older card") not in parse(made_up, rules)
    assert parse(CARD, rules)[0] == CardNumber(CARD, 7)
    assert parse(number, CodeRules("", older_cards=(old,)))[0] == ForeignCard(number, "older card")


# Vouchers and gift cards

WALLET = "0199c0de00007abc8123456789abcdef"
VOUCHER = voucher_code(WALLET, key=code_key(KEY))


@pytest.mark.parametrize("sent", [VOUCHER, "]Q1" + VOUCHER + "\r", "\x02" + VOUCHER + "\t"])
def test_a_voucher_names_its_wallet(sent: str) -> None:
    assert only(sent) == BearerCode(WALLET)


def test_a_voucher_of_the_key_before_is_genuine_still() -> None:
    before = bytes(range(32, 64))
    shop = CodeRules("25", KEY, older_cards=(OlderCards("26", before, 10),))
    assert only(voucher_code(WALLET, key=code_key(before)), shop) == BearerCode(WALLET)


def test_a_voucher_of_the_first_days_is_genuine_still() -> None:
    """Then the key of the cards itself signed; nobody gets their gift card printed anew."""
    before = bytes(range(32, 64))
    shop = CodeRules("25", KEY, older_cards=(OlderCards("26", before, 10),))
    for key in (KEY, before):
        assert only(voucher_code(WALLET, key=key), shop) == BearerCode(WALLET)


def test_a_made_up_voucher_leads_to_no_wallet() -> None:
    assert only(voucher_code(WALLET, key=b"somebody else's!")) == BearerCode("", genuine=False)
    assert only(VOUCHER, CodeRules("25")) == BearerCode("", genuine=False)


def test_a_voucher_with_a_digit_gone_wrong_is_no_goods() -> None:
    wrong = VOUCHER[:30] + str((int(VOUCHER[30]) + 1) % 10) + VOUCHER[31:]
    assert only(wrong) == BearerCode("", genuine=False)


def test_a_voucher_is_typed_in_the_groups_in_which_it_is_printed() -> None:
    assert read_entry(" ".join(in_groups(VOUCHER)), SHOP) == (BearerCode(WALLET),)
