"""The little chain that every world is about: its price list, its programmes, its cards.

Three programmes on three units reach every kind of entry: points that an automatic and a claimed
reward spend and that soon expire, stamps, and points of a club that are pending for some days. In
some worlds two more are behind codes: gift cards, and vouchers for the next visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from terminal.barcodes.card_number import card_number
from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import (
    Audience,
    Budget,
    Condition,
    GoodsFilter,
    Limit,
    Need,
    Period,
)
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.programme import Programme, Reward, Stacking, UnitTerms
from terminal.loyalty.units import ExpiresAfter, NeverExpires, UnitKind
from terminal.loyalty.wallet import UnitId

CURRENCY = "EUR"
COUNTRY = "DE"
CARD_KEY = bytes(range(1, 33))
CARD_PREFIX = "2600"

COFFEE = Product(
    sku="10", name="Coffee", price=250, vat=1900, category="drinks/coffee", gtin="4006381333931"
)
BREAD = Product(sku="11", name="Bread", price=320, vat=700, category="bakery")
CHEESE = Product(sku="12", name="Cheese", price=599, vat=700, category="dairy")
WINE = Product(sku="13", name="Wine", price=1290, vat=1900, category="drinks/wine")
PRODUCTS: tuple[Product, ...] = (COFFEE, BREAD, CHEESE, WINE)
GIFT_CARD = Product(
    sku="14", name="Gift card", price=1000, vat=0, category="gift-cards", rewardable=False
)

FRIENDS = 7
GIFT_CARDS, VOUCHERS = 5, 6
"""The programmes of what is behind codes."""
GIFT_CARD_MONEY, VOUCHER = UnitId("gift-card"), UnitId("voucher")
CODE_UNITS = frozenset({GIFT_CARD_MONEY, VOUCHER})

BUDGET_TIMES = 25
"""Of the offer for the first ones; the same in all revisions, as a restored server may have forgotten
the last one until it is published again."""

HOLDS = datetime(2024, 1, 1, tzinfo=UTC)
_MEMBERS = Audience(members=True)


def points(revision: int = 1, *, timeless: bool = False) -> Programme:
    """Two points a euro, good for a month; 60 of them are 1 € off bread, 100 are 2 € off all."""
    return Programme(
        programme=1,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Points {revision}"},
        unit=UnitTerms(
            id="points",
            kind=UnitKind.POINTS,
            name={"en": "points"},
            expiry=NeverExpires() if timeless else ExpiresAfter(months=1),
        ),
        earn=(EarnRule(id="spend", audience=_MEMBERS, per=PerMoney(amount=50 + revision % 2)),),
        rewards=(
            Reward(
                id="bread",
                name={"en": "1 € off bread"},
                mode="automatic",
                audience=_MEMBERS,
                cost=60,
                condition=Condition(
                    needs=(Need(goods=GoodsFilter(skus=("11",)), pieces=1),), spend=900
                ),
                benefit=AmountOff(amount=100),
                target=Target(scope="set"),
                limit=1,
            ),
            Reward(
                id="two-euros",
                name={"en": "2 € off"},
                mode="claimed",
                audience=_MEMBERS,
                cost=40,
                benefit=AmountOff(amount=200),
                target=Target(scope="basket"),
                limit=3,
            ),
        ),
    )


def stamps(revision: int = 1) -> Programme:
    """A stamp a coffee; the fourth is free."""
    return Programme(
        programme=2,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Coffee card {revision}"},
        unit=UnitTerms(id="stamps:coffee", kind=UnitKind.STAMPS, name={"en": "stamps"}),
        earn=(
            EarnRule(
                id="cup", audience=_MEMBERS, goods=GoodsFilter(skus=("10",)), per=PerPiece(pieces=1)
            ),
        ),
        rewards=(
            Reward(
                id="free",
                name={"en": "Free coffee"},
                mode="claimed",
                audience=_MEMBERS,
                cost=3,
                condition=Condition(needs=(Need(goods=GoodsFilter(skus=("10",)), pieces=1),)),
                benefit=PercentOff(basis_points=10_000),
                target=Target(scope="set"),
            ),
        ),
    )


def club(revision: int = 1, *, timeless: bool = False) -> Programme:
    """A club point a piece of cheese, spendable after three days; 4 are half off a cheese."""
    return Programme(
        programme=3,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Cheese club {revision}"},
        unit=UnitTerms(
            id="club",
            kind=UnitKind.POINTS,
            name={"en": "club points"},
            expiry=NeverExpires() if timeless else ExpiresAfter(months=2),
            vesting_days=0 if timeless else 3,
        ),
        earn=(
            EarnRule(
                id="piece",
                audience=_MEMBERS,
                goods=GoodsFilter(skus=("12",)),
                per=PerPiece(pieces=1),
                units=2,
            ),
        ),
        rewards=(
            Reward(
                id="half",
                name={"en": "Cheese half off"},
                mode="claimed",
                audience=_MEMBERS,
                cost=4,
                condition=Condition(needs=(Need(goods=GoodsFilter(skus=("12",)), pieces=1),)),
                benefit=PercentOff(basis_points=5000),
                target=Target(scope="set"),
            ),
        ),
    )


def first_ones(revision: int = 1) -> Programme:
    """Half a euro off for the first so many, with a card or without, but three times a day each."""
    return Programme(
        programme=4,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"For the first {revision}"},
        rewards=(
            Reward(
                id="first",
                name={"en": "0.50 € off"},
                benefit=AmountOff(amount=50),
                target=Target(scope="basket"),
                limits=(Limit(most=3, period=Period(kind="day")),),
                budget=Budget(of="times", amount=BUDGET_TIMES),
            ),
        ),
    )


def gift_cards(revision: int = 1) -> Programme:
    """What is paid for a gift card is on it."""
    return Programme(
        programme=GIFT_CARDS,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Gift card {revision}"},
        unit=UnitTerms(
            id=GIFT_CARD_MONEY, kind=UnitKind.MONEY, name={"en": "gift card"}, held="bearer"
        ),
        earn=(
            EarnRule(
                id="load",
                goods=GoodsFilter(categories=(GIFT_CARD.category,)),
                per=PerMoney(amount=1),
                base="gross",
            ),
        ),
    )


def vouchers(revision: int = 1) -> Programme:
    """Who pays 12 € gets a voucher of 1.50 € for the next visit, good for two months."""
    return Programme(
        programme=VOUCHERS,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Come again {revision}"},
        unit=UnitTerms(
            id=VOUCHER,
            kind=UnitKind.VOUCHERS,
            name={"en": "voucher"},
            held="bearer",
            expiry=ExpiresAfter(months=2),
        ),
        earn=(
            EarnRule(
                id="print",
                goods=GoodsFilter(except_categories=(GIFT_CARD.category,)),
                per=PerVisit(),
                minimum=1200,
            ),
        ),
        rewards=(
            Reward(
                id="off",
                name={"en": "1.50 € off"},
                cost=1,
                limit=1,
                condition=Condition(spend=300),
                benefit=AmountOff(amount=150),
                target=Target(scope="basket"),
            ),
        ),
    )


def friends(revision: int = 1) -> Programme:
    """Who brings somebody is thanked, and so is who comes; and everybody has 15 % off, 3 € at most,
    of what is left after all that is taken off besides.
    """
    rules = (("referral", 30), ("referred", 20))
    return Programme(
        programme=FRIENDS,
        revision=revision,
        holds_from=HOLDS,
        name={"en": f"Friends {revision}"},
        unit=UnitTerms(id="friends", kind=UnitKind.POINTS, name={"en": "thanks"}),
        earn=tuple(
            EarnRule(id=on, on=on, audience=_MEMBERS, per=PerVisit(), units=n)  # type: ignore[arg-type]
            for on, n in rules
        ),
        rewards=(
            Reward(
                id="share",
                name={"en": "15 % off, up to 3 €"},
                benefit=PercentOff(basis_points=1500, at_most=300),
                target=Target(scope="basket"),
            ),
            Reward(
                id="thanks",
                name={"en": "1 € off"},
                mode="claimed",
                audience=_MEMBERS,
                cost=10,
                benefit=AmountOff(amount=100),
                target=Target(scope="basket"),
                limit=1,
            ),
        ),
        stacking=Stacking(percent_of="after_amounts"),
    )


def has_friends(seed: int, *, timeless: bool) -> bool:
    """Whether members bring each other in a seed's world, where goods come back: by its number.

    The server thanks by its calendar, so there is none where clocks must change nothing.
    """
    return takes_back(seed) and seed % 4 == 2 and not timeless


def has_budgets(seed: int, *, timeless: bool) -> bool:
    """Whether a seed's world has an offer for the first ones.

    By the seed's number, so that the worlds of seeds that were kept for what they show stay as they
    were. Who is first hangs on the clock, so there is none where clocks must change nothing.
    """
    return seed > 100 and seed % 5 == 3 and not timeless


def takes_back(seed: int) -> bool:
    """Whether goods come back in a seed's world: by its number, for the same reason."""
    return seed > 100 and seed % 5 == 4


def has_codes(seed: int, *, timeless: bool) -> bool:
    """Whether there are gift cards and vouchers in a seed's world: by its number, as above.

    Vouchers end by the clock, so there are none where clocks must change nothing.
    """
    return seed > 100 and seed % 7 == 3 and not timeless


def has_forgers(seed: int, *, timeless: bool) -> bool:
    """Whether somebody makes codes up in a seed's world, and keys are withdrawn: by its number."""
    return has_codes(seed, timeless=timeless) and seed % 5 == 0


def programmes(
    revision: int = 1,
    *,
    timeless: bool = False,
    budgets: bool = False,
    codes: bool = False,
    thanks: bool = False,
) -> tuple[Programme, ...]:
    """All programmes in one of their revisions, which differ a little in what they give.

    ``timeless``: nothing ends and nothing waits, so that no clock may change a balance.
    ``budgets``: there is an offer that all tills together may give so often.
    ``codes``: there are gift cards and vouchers.
    ``thanks``: members bring each other.
    """
    usual: tuple[Programme, ...] = (
        points(revision, timeless=timeless),
        stamps(revision),
        club(revision, timeless=timeless),
    )
    if budgets:
        usual += (first_ones(revision),)
    if thanks:
        usual += (friends(revision),)
    return (*usual, gift_cards(revision), vouchers(revision)) if codes else usual


def price_list(offered: Iterable[Programme]) -> tuple[Product, ...]:
    """What is on sale where these programmes are offered."""
    sells_cards = any(one.programme == GIFT_CARDS for one in offered)
    return (*PRODUCTS, GIFT_CARD) if sells_cards else PRODUCTS


_NUMBERS: dict[int, str] = {}


def card(counter: int) -> str:
    """The number of a card of the chain; made once, because ten rounds of HMAC take their time."""
    known = _NUMBERS.get(counter)
    if known is None:
        known = _NUMBERS[counter] = card_number(counter, key=CARD_KEY, prefix=CARD_PREFIX)
    return known


def names(n: int) -> Sequence[str]:
    """Names of people who join."""
    return [f"Member {number}" for number in range(1, n + 1)]
