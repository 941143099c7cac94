"""Experiments with a control group, surprise draws, named members, consents: the same on any till."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.chance import arm_of
from terminal.loyalty.conditions import Audience, Draw, Experiment
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Standing, Traits
from tests.loyalty import shop
from tests.loyalty.members import why
from tests.loyalty.selling import sell


def member(name: str, **traits: Any) -> Standing:
    return Standing(traits=Traits(member=name, **traits), wallets=(shop.ANNAS,))


def tenth(**audience: Any) -> Programme:
    who = Audience(**audience)
    return shop.programme(1, rewards=(shop.reward(audience=who),))


def test_half_the_members_try_an_offer_and_the_others_are_the_control_group() -> None:
    trial = tenth(experiment=Experiment(id="spring", last=4_999))
    names = [f"member {n}" for n in range(400)]
    sold = {name: sell(shop.basket(shop.CAKE), trial, to=member(name)) for name in names}

    tried = [name for name, one in sold.items() if one.discount]
    assert 160 < len(tried) < 240
    others = {why(one).why for name, one in sold.items() if name not in tried}
    assert others == {Why.CONTROL_GROUP}


def test_the_arm_is_written_down_and_is_the_same_everywhere() -> None:
    trial = tenth(experiment=Experiment(id="spring", last=9_999))
    sold = sell(shop.basket(shop.CAKE), trial, to=member("anna"))

    assert sold.judged.arms == (("spring", arm_of("spring", "anna")),)
    assert arm_of("spring", "anna") == 5466


def test_who_is_in_one_trial_is_in_another_by_chance() -> None:
    both = sum(
        arm_of("spring", f"{n}") < 5000 and arm_of("summer", f"{n}") < 5000 for n in range(1000)
    )
    assert 200 < both < 300


def test_a_surprise_for_one_visit_in_ten_and_not_twice_a_day() -> None:
    surprise = shop.programme(1, rewards=(shop.reward(occasion=Draw(id="egg", basis_points=1000)),))
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(300)]
    drawn = []
    for day in days:
        morning, evening = (
            sell(shop.basket(shop.CAKE), surprise, to=member("anna"), at=f"{day}T{hour}:00")
            for hour in ("09", "18")
        )
        assert morning.discount == evening.discount
        drawn.append(bool(morning.discount))
        assert morning.discount or why(morning).why is Why.NOT_DRAWN
    assert 12 < sum(drawn) < 50


def test_an_offer_for_named_members() -> None:
    named = tenth(named=("anna", "ben"))

    assert sell(shop.basket(shop.CAKE), named, to=member("ben")).discount == 150
    other = sell(shop.basket(shop.CAKE), named, to=member("carl"))
    assert why(other).why is Why.NOT_FOR_THIS_MEMBER


def test_only_for_those_who_agreed_to_messages_and_to_surveys() -> None:
    agreed = tenth(consents=("marketing", "surveys"))
    both = member("anna", consents=frozenset({"marketing", "surveys", "photos"}))
    one = member("anna", consents=frozenset({"marketing"}))

    sold = sell(shop.basket(shop.CAKE), agreed, to=both)
    assert sold.discount == 150
    assert sold.judged.consents == {"marketing", "surveys"}
    assert why(sell(shop.basket(shop.CAKE), agreed, to=one)).why is Why.CONSENT_MISSING
    assert why(sell(shop.basket(shop.CAKE), agreed)).why is Why.MEMBERS_ONLY


def test_what_more_than_a_card_would_have_brought_is_not_promised() -> None:
    rule = EarnRule(id="rule", audience=Audience(tiers=("gold",)), per=PerMoney(amount=100))
    gold = shop.programme(1, unit=shop.unit(), earn=(rule,))

    reason = why(sell(shop.basket(shop.CAKE), gold), "rule")
    assert (reason.why, reason.units) == (Why.MEMBERS_ONLY, 0)


@given(name=st.text(min_size=1, max_size=40), trial=st.text(min_size=1, max_size=20))
def test_every_member_has_one_arm(name: str, trial: str) -> None:
    if trial.strip() != trial:
        return
    arm = arm_of(trial, name)
    inside = tenth(experiment=Experiment(id=trial, first=arm, last=arm))
    assert sell(shop.basket(shop.CAKE), inside, to=member(name)).discount == 150
