"""Programmes by chance with everything that may be asked, limited, given and carried on."""

from dataclasses import replace
from datetime import date
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Product
from terminal.loyalty.benefits import (
    AmountOff,
    Benefit,
    Donation,
    FixedPrice,
    GivenUnits,
    MoneyOff,
    PercentOff,
    Privilege,
    Step,
    Target,
)
from terminal.loyalty.conditions import (
    Audience,
    Away,
    Birthday,
    Budget,
    Condition,
    Draw,
    Enrolled,
    Experiment,
    Limit,
    Need,
    Occasion,
    Period,
    Purchases,
    Referred,
    Spending,
)
from terminal.loyalty.earning import EarnRule, Multiplier, Per, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.history import History
from terminal.loyalty.programme import Programme, Reward, Stacking
from terminal.loyalty.standing import NOBODY, Choices, Claim, RewardName, Standing
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import ExpiresAfter, UnitKind
from tests.loyalty import shop
from tests.loyalty.chance import FILTERS, PRODUCTS
from tests.loyalty.members import FRESH, anna, past, showing, with_budget

PERIODS = st.sampled_from(
    [Period(), Period(kind="day"), Period(kind="month"), Period(kind="days", days=10)]
)
OCCASIONS: st.SearchStrategy[Occasion | None] = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.builds(Birthday, days_before=st.sampled_from([0, 7])),
    st.builds(Purchases, number=st.integers(1, 4), repeat=st.booleans(), period=PERIODS),
    st.builds(Spending, amount=st.sampled_from([1, 5000]), period=PERIODS),
    st.builds(Away, days=st.sampled_from([1, 30])),
    st.builds(Enrolled, days=st.sampled_from([0, 30])),
    st.just(Referred()),
    st.just(Draw(id="egg", basis_points=5000)),
)
AUDIENCES = st.sampled_from(
    [
        *[Audience()] * 4,
        Audience(members=True),
        Audience(named=("anna",)),
        Audience(consents=("marketing",)),
        Audience(experiment=Experiment(id="spring", last=5000)),
        Audience(experiment=Experiment(id="spring", first=5001, last=9999)),
    ]
)
LIMITS = st.lists(
    st.builds(
        Limit,
        most=st.integers(1, 5),
        per=st.sampled_from(["member", "operator"]),
        period=PERIODS,
    ),
    max_size=2,
).map(tuple)
OFF: st.SearchStrategy[MoneyOff] = st.sampled_from(
    [
        PercentOff(basis_points=1500),
        PercentOff(basis_points=10_000),
        AmountOff(amount=333),
        FixedPrice(price=250),
    ]
)
UNITS = {
    1: shop.unit("points"),
    2: shop.unit("stamps", kind=UnitKind.STAMPS, expiry=ExpiresAfter(days=90)),
    3: shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer"),
    4: shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
}
GIVEN: st.SearchStrategy[Benefit] = st.one_of(
    st.builds(
        GivenUnits,
        unit=st.sampled_from(["points", "stamps", "next", "gift", "miles"]),
        n=st.integers(1, 60),
        bearer=st.booleans(),
    ),
    st.just(Donation(cause="shelter", amount=100)),
    st.just(Privilege(words={"en": "Free delivery"})),
)


@st.composite
def rewards(draw: st.DrawFn, name: str) -> Reward:
    gives = draw(st.integers(0, 2)) == 0
    condition: dict[str, Any] = {"spend": draw(st.sampled_from([0, 0, 1500]))}
    budgets: list[Budget | None] = [None, None, Budget(of="times", amount=1000)]
    benefit: Benefit
    if gives:
        benefit = draw(GIVEN)
        target = Target(scope="basket", goods=draw(FILTERS))
        if isinstance(benefit, GivenUnits):
            budgets.append(Budget(of="units", amount=1000))
        if isinstance(benefit, Donation):
            budgets.append(Budget(of="money", amount=1000))
    else:
        benefit = draw(OFF)
        budgets += [Budget(of="money", amount=1000)] * 2
        scope: Literal["piece", "set", "basket"] = draw(
            st.sampled_from(["piece", "piece", "basket", "set"])
        )
        target = Target(scope=scope, goods=draw(FILTERS), pieces=1 if scope == "set" else 0)
        if scope == "set":
            condition["needs"] = (Need(goods=draw(FILTERS), pieces=2),)
        else:
            condition["pieces"] = draw(st.sampled_from([0, 0, 2]))
    step = st.builds(Step, pieces=st.integers(1, 5), spend=st.just(0), benefit=OFF)
    return Reward(
        id=name,
        name={"en": name},
        mode=draw(st.sampled_from(["automatic", "automatic", "claimed"])),
        audience=draw(AUDIENCES),
        cost=draw(st.sampled_from([0, 0, 0, 1, 4])),
        condition=Condition(**condition),
        benefit=benefit,
        target=target,
        limit=draw(st.sampled_from([None, None, 2])),
        occasion=draw(OCCASIONS),
        limits=draw(LIMITS),
        budget=draw(st.sampled_from(budgets)),
        steps=() if gives else tuple(draw(st.lists(step, max_size=2))),
    )


ON: list[Literal["purchase", "enrolment"]] = [*["purchase"] * 6, "enrolment"]  # type: ignore[list-item]


@st.composite
def earn_rules(draw: st.DrawFn, *, is_card: bool) -> EarnRule:
    pers: list[Per] = [
        PerMoney(amount=333),
        PerMoney(amount=1),
        PerMoney(amount=333, full=True),
        PerPiece(pieces=2),
    ]
    bonus = st.builds(Multiplier, percent=st.sampled_from([50, 200]), occasion=OCCASIONS)
    return EarnRule(
        id="rule",
        on=draw(st.sampled_from(ON)) if (visit := draw(st.booleans())) else "purchase",
        audience=draw(AUDIENCES),
        goods=draw(FILTERS),
        per=PerVisit() if visit else draw(st.sampled_from(pers)),
        units=draw(st.integers(1, 3)),
        minimum=draw(st.sampled_from([0, 0, 2000])),
        base=draw(st.sampled_from(["net", "gross"])),
        reduced=is_card or draw(st.sampled_from([True, True, False])),
        not_paid_with=draw(st.sampled_from([(), (TenderKind.GIFT_CARD,)])),
        carry=draw(st.booleans()),
        multipliers=tuple(draw(st.lists(bonus, max_size=1))),
        occasion=draw(OCCASIONS),
        limits=draw(LIMITS),
        at_most=draw(st.sampled_from([None, None, None, 2, 5])),
        budget=draw(
            st.sampled_from(
                [None, None, Budget(of="units", amount=99), Budget(of="times", amount=99)]
            )
        ),
    )


@st.composite
def programmes(draw: st.DrawFn, number: int) -> Programme:
    return shop.programme(
        number,
        unit=UNITS[number],
        earn=tuple(draw(st.lists(earn_rules(is_card=number == 4), max_size=1))),
        rewards=(draw(rewards("reward")), *draw(st.lists(rewards("more"), max_size=1))),
        stacking=draw(
            st.sampled_from(
                [
                    *[Stacking()] * 4,
                    Stacking(mode="alone"),
                    Stacking(group="g"),
                    Stacking(group="h", pick="priority", priority=number % 3),
                ]
            )
        ),
    )


COUNTS = st.dictionaries(
    st.sampled_from(["2026-03-14", "2026-03-10", "2026-02-20", "2025-03-01"]), st.integers(0, 3)
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    counts = {"purchases": draw(COUNTS), "spent": draw(COUNTS)}
    for number in UNITS:
        for name in ("reward", "more"):
            counts[f"had:{number}/{name}"] = draw(COUNTS)
        counts[f"brought:{number}/rule"] = draw(COUNTS)
        counts[f"left:{number}/rule"] = draw(COUNTS)
    return past(**counts)


@st.composite
def customers(draw: st.DrawFn) -> Standing:
    """Anna or nobody, perhaps with a voucher or a gift card in hand."""
    standing = NOBODY
    if draw(st.integers(0, 3)):
        standing = anna(
            draw(histories()),
            {"points": draw(st.integers(0, 9)), "stamps": draw(st.integers(0, 9))},
            birthday=draw(st.sampled_from([None, (3, 14), (3, 20)])),
            consents=draw(st.sampled_from([frozenset(), frozenset({"marketing"})])),
            enrolled=draw(st.sampled_from([None, date(2026, 3, 1)])),
            referred_by=draw(st.sampled_from(["", "ben"])),
        )
    standing = replace(standing, operator_history=draw(histories()), fresh=FRESH)
    if draw(st.booleans()):
        standing = showing(
            standing, draw(st.sampled_from(["next", "gift"])), draw(st.integers(0, 3))
        )
    for number in UNITS:
        for name in ("reward", "more", "rule"):
            left = draw(st.sampled_from([0, 2, 700, 10_000]))
            standing = with_budget(standing, left, name, number)
    return standing


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    names = [RewardName(number, name) for number in UNITS for name in ("reward", "more")]
    claimed = draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
    paid = draw(st.sampled_from([0, 0, 500]))
    return Choices(
        claims=tuple(
            Claim(name=name, times=draw(st.sampled_from([None, 1, 2]))) for name in claimed
        ),
        taken_off=draw(st.sampled_from([frozenset(), frozenset(names[:1])])),
        paid_with=((TenderKind.GIFT_CARD, paid),) if paid else (),
    )


class Visit(NamedTuple):
    """Somebody buys something on a day in March, and the cashier chooses for them."""

    bought: list[tuple[Product, int]]
    offers: tuple[Programme, ...]
    to: Standing
    chosen: Choices

    @property
    def basket(self) -> Basket:
        return shop.basket(*self.bought)

    def judged(self) -> Evaluation:
        return evaluate(self.basket, self.to, self.offers, shop.moment(AT), self.chosen)


AT = "2026-03-14T15:30"
VISITS = st.builds(
    Visit,
    bought=st.lists(
        st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 3)), min_size=1, max_size=4
    ),
    offers=st.tuples(*(programmes(number) for number in UNITS)),
    to=customers(),
    chosen=choices(),
)
