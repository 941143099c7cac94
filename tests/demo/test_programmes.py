"""The ready programmes in the demo shop: what they promise is what the till does."""

from dataclasses import replace
from datetime import datetime

import pytest

from terminal.demo.history import moment_of
from terminal.demo.shop import DemoShop, read_demo_shop
from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Sums
from terminal.loyalty.standing import NOBODY, Choices, Claim, Holding, RewardName, Standing, Traits
from terminal.loyalty.wallet import Account, UnitId, WalletId

MORNING = moment_of(datetime.fromisoformat("2026-03-11T10:00"))
HAPPY_HOUR = moment_of(datetime.fromisoformat("2026-03-11T15:30"))
WALLET = WalletId("0" * 31 + "1")
CODE = WalletId("0" * 31 + "2")


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return read_demo_shop("en")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["PLN\xa05 off", "Voucher: PLN\xa010 off"]),
        ("pl", ["5\xa0zł taniej", "Bon: 10\xa0zł taniej"]),
        ("uk", ["Знижка 50\xa0грн", "Ваучер: −100\xa0грн"]),
        ("lv", ["1\xa0€ atlaide", "Kupons: −2\xa0€"]),
    ],
)
def test_a_reward_is_called_in_the_shops_money_as_its_language_writes_that(
    language: str, told: list[str]
) -> None:
    rewards = [reward for one in read_demo_shop(language).programmes for reward in one.rewards]
    called = [reward.name[language] for reward in rewards if isinstance(reward.benefit, AmountOff)]
    assert called == told


def member(**units: int) -> Standing:
    named = {"points": "points", "coffee": "stamps:coffee", "washes": "stamps:wash"}
    return Standing(
        traits=Traits(member="anna"),
        wallets=(WALLET,),
        holdings=tuple(
            Holding(
                account=Account(WALLET, UnitId(named[unit])),
                sums=Sums(earned=((None, n),)),
                spendable=n,
            )
            for unit, n in units.items()
        ),
    )


def price(
    shop: DemoShop, skus: str, standing: Standing = NOBODY, *claims: RewardName, at: object = None
) -> Evaluation:
    basket = Basket(
        currency="PLN",
        lines=tuple(
            Line(key=key, product=shop.product(sku)) for key, sku in enumerate(skus.split(), 1)
        ),
    )
    choices = Choices(claims=tuple(Claim(name=name) for name in claims))
    moment = HAPPY_HOUR if at is HAPPY_HOUR else MORNING
    return evaluate(basket, standing, shop.programmes, moment, choices)


def earned(evaluation: Evaluation, unit: str) -> int:
    return sum(one.n for one in evaluation.earned if one.account.unit == unit)


def test_one_zloty_is_a_point_and_coffee_counts_double(shop: DemoShop) -> None:
    assert earned(price(shop, "HOM-05", member()), "points") == 14
    assert earned(price(shop, "CUP-03", member()), "points") == 26


def test_a_hundred_points_take_5_zloty_off_as_often_as_they_suffice(shop: DemoShop) -> None:
    five_off = RewardName(1, "five-off")

    assert price(shop, "HOM-08", member(points=250)).discount == 0
    assert price(shop, "HOM-08", member(points=250), five_off).discount == 1000


def test_the_tenth_coffee_is_free(shop: DemoShop) -> None:
    evaluation = price(shop, "CUP-05 BUN-01", member(coffee=9), RewardName(2, "free-coffee"))

    assert evaluation.discount == shop.product("CUP-05").price
    assert earned(evaluation, "stamps:coffee") == 0


def test_the_sixth_wash_is_free_without_a_key(shop: DemoShop) -> None:
    assert price(shop, "CAR-02", member(washes=4)).discount == 0
    assert price(shop, "CAR-02", member(washes=5)).discount == shop.product("CAR-02").price


def test_happy_hour_is_for_every_bun_and_for_everybody(shop: DemoShop) -> None:
    """Two different buns are two classes of pieces under one reward."""
    full = shop.product("BUN-01").price + shop.product("BUN-02").price

    assert price(shop, "BUN-01 BUN-02").discount == 0
    assert price(shop, "BUN-01 BUN-02", at=HAPPY_HOUR).discount == full // 5


def test_of_three_chocolates_the_cheapest_is_free(shop: DemoShop) -> None:
    evaluation = price(shop, "SWE-01 SWE-02 SWE-04")

    assert evaluation.discount == shop.product("SWE-04").price


def test_members_pay_less_for_butter(shop: DemoShop) -> None:
    assert price(shop, "DAI-01").total == 799
    assert price(shop, "DAI-01", member()).total == 649


@pytest.mark.parametrize("language", ["en", "uk", "ro", "lv"])
def test_a_gift_card_holds_what_was_paid_for_it_in_every_country(language: str) -> None:
    shop = read_demo_shop(language)
    sold = evaluate(
        Basket(
            currency=shop.currency, lines=(Line(key=1, product=shop.product("908"), price=20_000),)
        ),
        replace(member(), fresh=(CODE,)),
        shop.programmes,
        MORNING,
        Choices(),
    )
    assert [(one.account.wallet, one.n) for one in sold.earned] == [(CODE, 20_000)]
    assert sold.discount == 0


@pytest.mark.parametrize(
    ("language", "worth"), [("pl", "10 zł"), ("uk", "100 грн"), ("ro", "10 lei"), ("lv", "2 €")]
)
def test_a_voucher_for_the_next_visit_is_told_in_the_countrys_money(
    language: str, worth: str
) -> None:
    shop = read_demo_shop(language)
    (voucher,) = [one for one in shop.programmes if one.programme == 8]
    (reward,) = voucher.rewards
    assert isinstance(reward.benefit, AmountOff)
    off = reward.benefit.amount
    assert worth.replace(" ", "\N{NO-BREAK SPACE}") in reward.name[language]
    assert worth.split(maxsplit=1)[0] == str(off // 100)
    assert (voucher.earn[0].minimum, reward.condition.spend) == (10 * off, 5 * off)
