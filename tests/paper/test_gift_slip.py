"""What a sale gives without taking anything off stands on the slip too."""

from dataclasses import replace

import pytest

from terminal.loyalty.benefits import Benefit, Donation, Privilege, Target
from terminal.loyalty.conditions import Occasion, Purchases
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Applied, Reason, Why
from terminal.loyalty.money import Currency
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import RewardName
from terminal.paper.slip import compose_slip
from terminal.wording.words import Words
from tests.paper.sample_sales import HAPPY_HOUR, POINTS_PROGRAMME, grocer

POLISH, ENGLISH = Words("pl", Currency("PLN")), Words("en", Currency("PLN"))
DELIVERY = Privilege(
    words={"en": "We bring it home for nothing", "pl": "Przywieziemy do domu gratis"}
)


def slip_with(benefit: Benefit, reason: Reason, words: Words, columns: int = 42) -> list[str]:
    gift = Reward(
        id="gift",
        name={"en": "For the shelter", "pl": "Dla schroniska"},
        benefit=benefit,
        target=Target(scope="basket"),
    )
    programme = replace(HAPPY_HOUR, programme=77, rewards=(gift,))
    content = grocer(words.language)
    had = Applied(
        name=RewardName(77, "gift"),
        revision=1,
        times=1,
        discount=0,
        shares=(),
        units=0,
        unit="",
        claimed=False,
        reason=reason,
    )
    record = replace(content.record, applied=(*content.record.applied, had))
    content = replace(content, record=record, programmes=(*content.programmes, programme))
    return list(compose_slip(content, words, columns))


@pytest.mark.parametrize("columns", [42, 32])
def test_a_privilege_stands_in_its_own_words(columns: int) -> None:
    for words, told in ((ENGLISH, DELIVERY.words["en"]), (POLISH, DELIVERY.words["pl"])):
        slip = slip_with(DELIVERY, Reason(why=Why.PRIVILEGE, times=1), words, columns)
        assert told in " ".join(" ".join(slip).split())
        assert all(len(line) <= columns for line in slip)


def test_what_goes_to_a_good_cause_is_named_with_its_sum() -> None:
    reason = Reason(why=Why.DONATED, amount=500, units=50, times=1)
    slip = slip_with(Donation(cause="shelter", amount=500), reason, POLISH)
    assert "  Dla schroniska: 5,00 zł na dobry cel" in [
        line.replace("\N{NO-BREAK SPACE}", " ") for line in slip
    ]


@pytest.mark.parametrize("occasion", [None, Purchases(number=2)])
def test_points_that_hang_on_an_occasion_are_promised_to_nobody(
    occasion: Occasion | None,
) -> None:
    content = grocer("en")
    balance = replace(content.record.balances[0], after=99)
    rule = EarnRule(id="purchase", per=PerMoney(amount=100), occasion=occasion)
    programme: Programme = replace(POINTS_PROGRAMME, earn=(rule,))
    content = replace(
        content, record=replace(content.record, balances=(balance,)), programmes=(programme,)
    )
    slip = " ".join(" ".join(compose_slip(content, ENGLISH)).split())
    assert ("to get there" in slip) is (occasion is None)
