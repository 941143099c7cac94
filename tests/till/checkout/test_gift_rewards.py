"""Rewards that take nothing off, by the same key."""

from datetime import datetime, timedelta, timezone

from terminal.loyalty.benefits import GivenUnits, Target
from terminal.loyalty.conditions import Audience
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.notice import NoticeKind
from terminal.wire.programme_json import write_programme
from tests.till.checkout.counter import ANNA, BUTTER, Counter, told

MILES = RewardName(9, "miles")
SKY = Programme(
    programme=9,
    revision=1,
    holds_from=datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    name={"en": "Sky"},
    unit=UnitTerms(id="sky", kind=UnitKind.POINTS, name={"en": "sky points"}),
    rewards=(
        Reward(
            id="miles",
            name={"en": "250 miles"},
            mode="claimed",
            audience=Audience(members=True),
            cost=100,
            benefit=GivenUnits(unit="miles", n=250),
            target=Target(scope="basket"),
        ),
    ),
)


def test_one_key_gives_a_gift_once_and_takes_it_back(counter: Counter) -> None:
    counter.programmes.put([write_programme(SKY)])
    counter.give(ANNA, 350, "sky")
    view = counter.scan(ANNA, BUTTER)
    assert view.member is not None
    offer = next(one for one in view.member.offers if one.name == MILES)
    assert (offer.times, offer.times_most, offer.units) == (1, 3, 100)
    assert offer.brings is not None
    assert (offer.brings.why, offer.brings.units) == (Why.EXCHANGED, 250)

    view = counter.checkout.toggle_reward(MILES)
    assert told(view) is NoticeKind.REWARD_ON
    assert [(one.account.unit, one.n) for one in view.evaluation.earned if one.by_reward] == [
        ("miles", 250)
    ]
    assert [(one.account.unit, one.n) for one in view.evaluation.spent] == [("sky", 100)]
    assert counter.checkout.toggle_reward(MILES).evaluation.spent == ()


def test_more_of_a_gift_is_said_in_numbers(counter: Counter) -> None:
    counter.programmes.put([write_programme(SKY)])
    counter.give(ANNA, 350, "sky")
    counter.scan(ANNA, BUTTER)
    view = counter.checkout.claim_part(MILES, 2)
    assert sum(one.n for one in view.evaluation.earned if one.by_reward) == 500
