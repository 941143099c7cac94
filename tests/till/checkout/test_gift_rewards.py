"""Rewards that take nothing off, by the same key."""

from datetime import datetime, timedelta, timezone

from terminal.loyalty.benefits import GivenUnits, Target
from terminal.loyalty.conditions import Audience
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.money import Currency
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refunds import Refunds
from terminal.wire.programme_json import write_programme
from terminal.wording.words import Words
from tests.till.checkout.counter import ANNA, BUTTER, Counter, told
from tests.till.checkout.test_refunds import do

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

PARTNER = Programme(
    programme=10,
    revision=1,
    holds_from=SKY.holds_from,
    name={"en": "Partner's miles"},
    unit=UnitTerms(
        id="miles",
        kind=UnitKind.POINTS,
        name={"en": "miles"},
        counted={"en": ("mile", "miles")},
        partner="Sky Air",
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


def test_miles_are_called_miles_wherever_their_number_stands(counter: Counter) -> None:
    """The button, the balance, the return: nothing calls a partner's miles points."""
    counter.programmes.put([write_programme(SKY), write_programme(PARTNER)])
    counter.give(ANNA, 350, "sky")
    words = Words("en", Currency("PLN"))

    view = counter.scan(ANNA, BUTTER)
    assert view.member is not None
    offer = next(one for one in view.member.offers if one.name == MILES)
    unit = view.unit_kinds[MILES]
    assert offer.brings is not None
    assert plain(words.reason_short(offer.brings, view.names, unit)) == "+250 miles"
    assert plain(words.units(offer.units, unit)) == "100 pts"

    view = counter.checkout.toggle_reward(MILES)
    assert view.member is not None
    had = next(one for one in view.member.balances if one.unit == "miles")
    assert plain(words.units(had.earns, had)) == "250 miles"


def test_a_return_takes_miles_back(counter: Counter) -> None:
    counter.programmes.put([write_programme(SKY), write_programme(PARTNER)])
    counter.give(ANNA, 350, "sky")
    counter.scan(ANNA, BUTTER)
    counter.checkout.toggle_reward(MILES)
    due = counter.checkout.finish().payment
    assert due is not None
    counter.checkout.tender(TenderKind.CASH, due.cash_due)
    refund = do(counter, Refunds.begin).refund
    assert refund is not None
    taken = next(one for one in refund.units if one.unit == "miles")
    assert plain(Words("en", Currency("PLN")).units(taken.taken, taken)) == "250 miles"


def plain(told: str) -> str:
    return told.replace("\N{NO-BREAK SPACE}", " ")
