"""The slip: what stands on it, that it adds up, and that it fits its columns whatever happens."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.conditions import Audience, Condition, Window
from terminal.loyalty.earning import Multiplier, PerMoney
from terminal.loyalty.money import LARGEST_AMOUNT, Currency
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Confirmed
from terminal.loyalty.tender import Tender, TenderKind
from terminal.paper.columns import pair
from terminal.paper.slip import SlipContent, compose_slip
from terminal.wording.words import Words
from tests.paper.golden_text import assert_golden
from tests.paper.sample_sales import (
    AT,
    HAPPY_HOUR,
    LUNCH_SET,
    POINTS_PROGRAMME,
    cafe,
    grocer,
    met,
    nearly,
    record_of,
    sold,
    stale,
    stranger,
    stranger_nearly,
)

PLN = Currency("PLN")
DOUBLE = Multiplier(percent=200)
POLISH = Words("pl", PLN)
ENGLISH = Words("en", PLN)
MONEY = {
    "en": PLN,
    "pl": PLN,
    "uk": Currency("UAH"),
    "ru": Currency("EUR"),
    "ro": Currency("RON"),
    "lv": Currency("EUR"),
}
"""The languages of slips, each with the money of a country where it is spoken."""


@pytest.mark.parametrize("columns", [42, 32])
@pytest.mark.parametrize("language", MONEY)
@pytest.mark.parametrize("sale", [grocer, cafe, stranger, stale, met, nearly, stranger_nearly])
def test_slips_are_as_they_were_looked_at(
    sale: Callable[[str], SlipContent], language: str, columns: int
) -> None:
    lines = compose_slip(sale(language), Words(language, MONEY[language]), columns)
    assert max(map(len, lines)) <= columns
    assert_golden(f"{sale.__name__}.{language}.{columns}.txt", lines)


def figure(lines: tuple[str, ...], start: str) -> int:
    """The number at the end of the line that begins so, in grosz or units."""
    line = next(line for line in lines if line.startswith(start))
    found = re.search(r"([-+]?\d+(?: \d{3})*(?:,\d\d)?)(?: zł| pkt)?$", line)
    assert found, line
    return int(found[1].replace(" ", "").replace(",", ""))


def test_goods_that_count_double_say_so() -> None:
    content = grocer("en")
    rule = POINTS_PROGRAMME.earn[0]
    more = (Multiplier(percent=200), Multiplier(percent=300))
    earned = content.record.earned[0]
    reason = replace(earned.reason, percent=0)
    record = replace(content.record, earned=(replace(earned, n=60, reason=reason),))

    def told(*multipliers: Multiplier) -> list[str]:
        programme = replace(POINTS_PROGRAMME, earn=(replace(rule, multipliers=multipliers),))
        slip = compose_slip(replace(content, record=record, programmes=(programme,)), ENGLISH)
        return [line for line in slip if line.endswith(("+48", "+12"))]

    plain = "For purchases: PLN 48.49, PLN 1 = 1 pt +48"
    assert told(more[0]) == [plain, "Some goods count × 2".ljust(39) + "+12"]
    assert told(*more) == [plain, "Some goods at another rate".ljust(39) + "+12"]


def test_what_a_limit_cut_stands_on_one_line_that_says_so() -> None:
    content = grocer("en")
    earned = content.record.earned[0]
    reason = replace(earned.reason, percent=0, most=20)
    record = replace(content.record, earned=(replace(earned, n=20, reason=reason),))

    slip = compose_slip(replace(content, record=record), ENGLISH)

    told = " ".join(" ".join(line.split()) for line in slip)
    assert "some goods at another rate, of which the limit leaves 20 pts +20 " in told
    assert "-" not in told.partition("the limit leaves")[2][:20]


def test_full_amounts_say_so_and_what_counts_double_stands_apart() -> None:
    content = grocer("en")
    rule = replace(POINTS_PROGRAMME.earn[0], per=PerMoney(amount=1000, full=True), units=10)
    programme = replace(POINTS_PROGRAMME, earn=(replace(rule, multipliers=(DOUBLE,)),))
    earned = content.record.earned[0]

    def told(n: int, percent: int, left: int = 0) -> str:
        reason = replace(earned.reason, per=1000, units=10, percent=percent, full=True, left=left)
        one = replace(earned, n=n, reason=reason, counted=1 if left else 0)
        record = replace(content.record, earned=(one,))
        slip = compose_slip(replace(content, record=record, programmes=(programme,)), ENGLISH)
        return " ".join(" ".join(line.split()) for line in slip)

    full = "For purchases: PLN 48.49, each full PLN 10 = 10 pts"
    assert f"{full} +40 " in told(40, 100)
    assert f"{full} +40 Some goods count × 2 +12 " in told(52, 0)
    carried = "For purchases: PLN 48.49 and PLN 9.99 left over, each full PLN 10 = 10 pts"
    assert f"{carried} +50 " in told(50, 100, left=999)
    assert f"{carried}, some goods at another rate +60 " in told(60, 0, left=999)


def test_a_price_and_a_sum_stand_apart() -> None:
    line = sold(1, "Czekolada gorzka 70% 100 g", 699, pieces=3, gross=2097)
    record = record_of((line,), Tender(kind=TenderKind.CASH, amount=2097))
    slip = compose_slip(replace(grocer("pl"), record=record), POLISH)
    assert not any(re.search(r"6,99 20,97", text) for text in slip), slip


def test_money_adds_up_from_top_to_bottom() -> None:
    slip = compose_slip(grocer("pl"), POLISH)
    goods = sum(figure(slip, name) for name in ("Masło", "Kawa", "Jabłka"))
    assert goods == figure(slip, "SUMA")
    assert figure(slip, "SUMA") + figure(slip, "NAGRODA") == figure(slip, "DO ZAPŁATY")
    assert figure(slip, "Gotówka") - figure(slip, "Reszta") == figure(slip, "DO ZAPŁATY")


def test_points_add_up_from_top_to_bottom() -> None:
    slip = compose_slip(grocer("pl"), POLISH)
    moved = ("Było przed", "Użyte na", "Za zakupy")
    assert sum(figure(slip, start) for start in moved) == figure(slip, "MASZ TERAZ")


def test_goods_that_count_double_have_their_own_line_and_it_still_adds_up() -> None:
    content = grocer("pl")
    earned = content.record.earned[0]
    earned = replace(earned, n=87, reason=replace(earned.reason, percent=0))
    balance = replace(content.record.balances[0], earned=87, after=124)
    record = replace(content.record, earned=(earned,), balances=(balance,))
    slip = compose_slip(replace(content, record=record), POLISH)
    assert figure(slip, "Za zakupy: 48,49 zł, 1 zł = 1 pkt") == 48
    assert figure(slip, "Część towarów") == 39
    moved = ("Było przed", "Użyte na", "Za zakupy", "Część towarów")
    assert sum(figure(slip, start) for start in moved) == figure(slip, "MASZ TERAZ")


def test_a_rule_that_names_its_percent_does_not_say_it_twice() -> None:
    content = cafe("en")
    cakes = replace(HAPPY_HOUR.rewards[0], name={"en": "Cakes −15 %"})
    programmes = (POINTS_PROGRAMME, replace(HAPPY_HOUR, rewards=(cakes,)))
    slip = compose_slip(replace(content, programmes=programmes), ENGLISH)
    assert "  Cakes -15 %                        -2.40" in slip


def with_balance(after: int, *, programme: Programme | None = None) -> str:
    content = grocer("en")
    balance = replace(content.record.balances[0], after=after)
    content = replace(content, record=replace(content.record, balances=(balance,)))
    if programme is not None:
        content = replace(content, programmes=(programme,))
    return " ".join(" ".join(compose_slip(content, ENGLISH)).split())


@pytest.mark.parametrize(("after", "worth"), [(100, "5.00"), (199, "5.00"), (200, "10.00")])
def test_only_whole_rewards_are_worth_money(after: int, worth: str) -> None:
    assert f"That is PLN {worth} off" in with_balance(after)


def test_a_balance_below_a_reward_has_no_worth_but_a_way_there() -> None:
    slip = with_balance(99)
    assert "That is" not in slip
    assert "1 more pt needed – spend PLN 1.00 to get there" in slip


@pytest.mark.parametrize("condition", [Condition(spend=5000), Condition(pieces=3)])
def test_money_off_that_asks_for_more_than_points_is_told_by_its_name(
    condition: Condition,
) -> None:
    name = {"en": "Five off, sometimes"}
    reward = replace(POINTS_PROGRAMME.rewards[0], name=name, condition=condition)
    slip = with_balance(200, programme=replace(POINTS_PROGRAMME, rewards=(reward,)))
    assert "Yours when you like: Five off, sometimes." in slip
    assert "100 pts = Five off, sometimes." in slip
    assert "That is" not in slip


def test_where_reduced_goods_bring_nothing_no_sum_is_promised_to_get_there() -> None:
    rule = replace(POINTS_PROGRAMME.earn[0], reduced=False)
    slip = with_balance(99, programme=replace(POINTS_PROGRAMME, earn=(rule,)))
    assert "1 more pt needed" in slip
    assert "to get there" not in slip


def test_a_limit_per_basket_bounds_the_worth() -> None:
    reward = replace(POINTS_PROGRAMME.rewards[0], limit=1)
    assert "PLN 5.00 off when" in with_balance(
        500, programme=replace(POINTS_PROGRAMME, rewards=(reward,))
    )


@pytest.mark.parametrize(
    "change",
    [
        {"audience": Audience(tiers=("gold",))},
        {"window": Window(last_day=date(2026, 3, 14))},
        {"window": Window(first_day=date(2026, 4, 1))},
    ],
    ids=["another tier", "ended today", "not begun"],
)
def test_what_cannot_be_spent_is_not_promised(change: dict[str, object]) -> None:
    reward = replace(POINTS_PROGRAMME.rewards[0], **change)  # type: ignore[arg-type]
    slip = with_balance(500, programme=replace(POINTS_PROGRAMME, rewards=(reward,)))
    assert "off when" not in slip
    assert "100 pts = PLN 5 off." not in slip


CONFIRMED_AT = AT.utc - timedelta(hours=24)


@pytest.mark.parametrize(
    ("confirmed", "certain"),
    [
        (Confirmed(), True),
        (Confirmed(utc=CONFIRMED_AT), True),
        (Confirmed(utc=AT.utc + timedelta(days=3)), True),  # a clock that was put back
        (Confirmed(utc=CONFIRMED_AT - timedelta(seconds=1)), False),
        (Confirmed(untold=True), False),
        (Confirmed(met=True), False),
        (Confirmed(utc=AT.utc, met=True), False),
    ],
)
def test_only_what_is_certain_is_said_for_certain(confirmed: Confirmed, certain: bool) -> None:
    content = grocer("en")
    balance = replace(content.record.balances[0], after=100)
    record = replace(content.record, confirmed=confirmed, balances=(balance,))
    slip = " ".join(" ".join(compose_slip(replace(content, record=record), ENGLISH)).split())
    assert ("YOU NOW HAVE" in slip) == certain
    assert ("AS KNOWN HERE" in slip) == (not certain)
    assert ("That is PLN 5.00 off" in slip) == certain
    assert "Use by 31 Aug 2026" in slip


def test_the_shop_says_after_how_long_it_doubts() -> None:
    content = stale("en")
    patient = compose_slip(replace(content, fresh_hours=72), ENGLISH)
    assert any(line.startswith("YOU NOW HAVE") for line in patient)


def test_a_doubt_names_the_time_of_the_shop() -> None:
    slip = " ".join(" ".join(compose_slip(stale("en"), ENGLISH)).split())
    assert "Balance last confirmed on 12 Mar 2026, 5:37" in slip.replace("17:37", "5:37")


def test_a_copy_says_so_at_its_top() -> None:
    slip = compose_slip(replace(grocer("pl"), copy=True), POLISH)
    assert "*** KOPIA ***" in [line.strip() for line in slip[:5]]
    assert not any("KOPIA" in line for line in compose_slip(grocer("pl"), POLISH))


@pytest.mark.parametrize("columns", [42, 32])
def test_two_hundred_lines_and_the_longest_names_lose_no_figure(columns: int) -> None:
    name = "Ręcznik papierowy dwuwarstwowy „Niezwykle-Długa-Nazwa-Bez-Końca” 4 rolki " * 3
    lines = tuple(sold(key, name, 1_234_567, pieces=99) for key in range(1, 201))
    record = record_of(lines, Tender(kind=TenderKind.CASH, amount=200 * 99 * 1_234_567))
    slip = compose_slip(replace(grocer("pl"), record=record), POLISH, columns)
    assert max(map(len, slip)) <= columns
    gross = POLISH.amount(99 * 1_234_567).replace("\N{NO-BREAK SPACE}", " ")
    assert sum(line.endswith(gross) for line in slip) == 200


def test_a_closed_programme_promises_nothing() -> None:
    assert "off when" not in with_balance(500, programme=replace(POINTS_PROGRAMME, closed=True))


def test_a_debt_is_named_and_not_a_balance_below_zero() -> None:
    slip = with_balance(-12)
    assert "STILL OWED 12 pts" in slip
    assert "YOU NOW HAVE" not in slip
    assert "112 more pts needed" in slip


def test_what_expires_is_never_more_than_what_is_left() -> None:
    assert "Use by 31 Aug 2026: 20 pts." in with_balance(20)


def test_a_unit_that_no_programme_knows_still_shows_its_numbers() -> None:
    slip = compose_slip(replace(grocer("en"), programmes=()), ENGLISH)
    assert any(line.startswith("YOU NOW HAVE") for line in slip)


def test_a_stranger_sees_no_balance_and_no_promise_that_nobody_worked_out() -> None:
    slip = compose_slip(replace(stranger("en"), not_applied=()), ENGLISH)
    assert not any("card" in line or "HAVE" in line for line in slip)


def test_prices_without_tax_get_it_on_top() -> None:
    from terminal.loyalty.engine.evaluation import VatPrice

    record = record_of((sold(1, "Nails", 10_000),), Tender(kind=TenderKind.CARD, amount=12_300))
    vat = (VatPrice(rate=2300, gross=10_000, discount=0, taxable=10_000, tax=2_300),)
    record = replace(record, prices_include_tax=False, vat=vat, total=12_300, change=0)
    slip = compose_slip(SlipContent(shop="Shop", lane="1", seq=1, record=record), ENGLISH)
    squeezed = [" ".join(line.split()) for line in slip]
    assert squeezed[-4:] == [
        "SUM 100.00",
        "Tax on top +23.00",
        "TO PAY PLN 123.00",
        "Payment card 123.00",
    ]


def test_what_is_missing_is_never_cut_off_however_long_the_name_is() -> None:
    long = {"en": "The offer of the year for " + "really " * 30 + "everybody"}
    content = nearly("en")
    reward = replace(LUNCH_SET.rewards[0], name=long)
    others = tuple(one for one in content.programmes if one is not LUNCH_SET)
    content = replace(content, programmes=(*others, replace(LUNCH_SET, rewards=(reward,))))
    for columns in (24, 32, 42):
        slip = compose_slip(content, ENGLISH, columns)
        at = slip.index("OTHER OFFERS")
        assert slip[at + 1].startswith("The offer of the year")
        assert slip[at + 2].endswith("…")
        assert slip[at + 3] == "  1 more piece"


def test_an_offer_whose_rules_are_not_here_any_more_is_left_out() -> None:
    content = replace(nearly("en"), programmes=(POINTS_PROGRAMME,))
    assert "OTHER OFFERS" not in compose_slip(content, ENGLISH)


def test_too_few_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="24 columns"):
        compose_slip(grocer("en"), ENGLISH, 20)


def test_a_long_name_goes_on_below_and_its_price_stands_at_the_end() -> None:
    assert pair("Cheesecake with dried fruit", "16.00", 20) == [
        "Cheesecake with",
        "dried fruit    16.00",
    ]


def test_a_price_that_fits_behind_no_word_takes_its_own_line() -> None:
    assert pair("Cheesecakecake", "16.00", 18) == ["Cheesecakecake", "             16.00"]


TEXT = st.text(max_size=120)


@settings(deadline=None)  # the machine may be busy
@given(
    name=TEXT,
    shop=TEXT,
    lane=TEXT,
    member=TEXT,
    footer=TEXT,
    price=st.integers(0, LARGEST_AMOUNT),
    pieces=st.integers(1, 100_000),
    columns=st.integers(24, 60),
    language=st.sampled_from(["en", "pl"]),
)
def test_no_line_is_ever_too_long_and_no_amount_is_cut(
    name: str,
    shop: str,
    lane: str,
    member: str,
    footer: str,
    price: int,
    pieces: int,
    columns: int,
    language: str,
) -> None:
    words = Words(language, PLN)
    line = sold(1, name, price, pieces=pieces)
    record = replace(
        record_of((line,), Tender(kind=TenderKind.CASH, amount=line.gross)), member="m1"
    )
    content = SlipContent(
        shop=shop,
        address=(shop,),
        lane=lane,
        seq=2**40,
        record=record,
        programmes=(POINTS_PROGRAMME,),
        member=member,
        card_tail="0000",
        footer=(footer,),
    )
    lines = compose_slip(content, words, columns)
    assert max(map(len, lines)) <= columns
    assert not {unicodedata.category(one) for line in lines for one in line} & {"Cc", "Cf", "Zl"}
    squeezed = "".join("".join(lines).split())
    assert "".join(words.money(line.gross).split()) in squeezed
