"""Bearer units: vouchers for the next visit, gift cards sold and loaded, with and without a card."""

from dataclasses import replace
from datetime import date
from typing import Any

from terminal.loyalty.benefits import AmountOff, GivenUnits, Target
from terminal.loyalty.checking.overshooting import limited, nth_given
from terminal.loyalty.conditions import Audience, Condition, Limit, Purchases
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.ledger import Sums
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import sale_record
from terminal.loyalty.sold_units import SoldBearer, codes_that_end
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Standing
from terminal.loyalty.units import ExpiresAfter, UnitKind
from tests.loyalty import shop
from tests.loyalty.members import CARD, FRESH, anna, showing, why
from tests.loyalty.selling import sell, settled

BASKET = Target(scope="basket")
COUNTER = replace(NOBODY, fresh=FRESH)
GIFT_CARD = shop.product("GIFT-CARD", 5000, "gift-cards", vat=0, rewardable=False)


def voucher(**other: Any) -> Programme:
    """From 30 zł on a voucher for the next visit; one voucher takes 10 zł off 40."""
    reward = shop.reward(
        **{
            "mode": "claimed",
            "cost": 1,
            "benefit": AmountOff(amount=1000),
            "target": BASKET,
            "condition": Condition(spend=4000),
            **other,
        }
    )
    terms = shop.unit("next", kind=UnitKind.VOUCHERS, held="bearer", expiry=ExpiresAfter(months=1))
    rule = EarnRule(id="rule", per=PerVisit(), minimum=3000)
    return shop.programme(1, unit=terms, earn=(rule,), rewards=(reward,))


CARDS = shop.programme(
    2,
    unit=shop.unit("gift", kind=UnitKind.MONEY, held="bearer"),
    earn=(
        EarnRule(id="sold", goods=shop.goods("gift-cards"), per=PerMoney(amount=1), base="gross"),
    ),
)


def swap(unit: str, n: int, cost: int) -> Programme:
    """So many points become so many units of another kind."""
    reward = shop.reward(
        "swap", mode="claimed", cost=cost, benefit=GivenUnits(unit=unit, n=n), target=BASKET
    )
    return shop.programme(3, unit=shop.unit(), rewards=(reward,))


class TestVoucherForNextTime:
    """Printed on the slip, good for whoever brings it."""

    def test_a_large_basket_brings_one_without_a_card(self) -> None:
        sold = sell(shop.basket((shop.CAKE, 2)), voucher(), to=COUNTER)

        (one,) = sold.earned
        assert (one.account, one.n, one.day) == ((FRESH[0], "next"), 1, date(2026, 4, 14))

    def test_a_small_one_says_how_much_is_missing(self) -> None:
        reason = why(sell(shop.basket(shop.CAKE), voucher(), to=COUNTER), "rule")
        assert (reason.why, reason.amount) == (Why.SPEND_MISSING, 1500)

    def test_shown_before_any_goods_it_says_for_how_much_it_is(self) -> None:
        reason = why(sell(shop.basket(), voucher(), to=showing(COUNTER, "next", 1)))
        assert (reason.why, reason.amount) == (Why.SPEND_MISSING, 4000)

    def test_the_voucher_takes_its_ten_off_and_is_gone(self) -> None:
        who = showing(COUNTER, "next", 1)
        sold = sell(shop.basket((shop.CAKE, 3)), voucher(), to=who, choices=shop.claims("reward"))

        assert sold.discount == 1000
        assert [(one.account, one.n) for one in sold.spent] == [((CARD, "next"), 1)]
        assert [one.account.wallet for one in sold.earned] == [FRESH[0]]

    def test_two_for_the_first_purchase_are_one_thing_that_a_member_had(self) -> None:
        plain = voucher()
        rule = EarnRule(
            id="rule",
            audience=Audience(members=True),
            per=PerPiece(),
            occasion=Purchases(number=1),
            limits=(Limit(most=5),),
        )
        programme = replace(plain, earn=(rule,))
        basket, who = shop.basket((shop.CAKE, 2)), replace(anna(), fresh=FRESH)
        sold = sell(basket, programme, to=who)
        record = sale_record(settled(sold, basket, who, NO_CHOICES))

        assert [one.account.wallet for one in record.earned] == [*FRESH[:2]]
        assert [one.given for one in limited(record, [programme])] == [2]
        assert [one.number for one in nth_given(record, [programme])] == [1]

    def test_a_voucher_that_is_shown_says_what_it_is_good_for(self) -> None:
        who = showing(COUNTER, "next", 1)

        (offer,) = sell(shop.basket((shop.CAKE, 3)), voucher(), to=who).offers
        assert (offer.worth, offer.reason.why) == (1000, Why.READY)
        (offer,) = sell(shop.basket(shop.CAKE), voucher(), to=who).offers
        assert (offer.reason.why, offer.reason.amount) == (Why.SPEND_MISSING, 2500)

    def test_without_its_code_it_is_asked_for(self) -> None:
        for who in (COUNTER, anna()):
            assert why(sell(shop.basket((shop.CAKE, 3)), voucher(), to=who)).why is (
                Why.VOUCHER_MISSING
            )

    def test_a_used_one_is_no_voucher_any_more(self) -> None:
        (held,) = showing(COUNTER, "next", 1).holdings
        gone = replace(held, sums=Sums(earned=((None, 1),), used=1), spendable=0)
        used = replace(showing(COUNTER, "next", 1), holdings=(gone,))
        reason = why(sell(shop.basket((shop.CAKE, 3)), voucher(), to=used))
        assert (reason.why, reason.units, reason.times) == (Why.UNITS_MISSING, 1, 1)

    def test_one_whose_right_is_elsewhere_is_told_so(self) -> None:
        who = showing(COUNTER, "next", 1, here=0)
        assert why(sell(shop.basket((shop.CAKE, 3)), voucher(), to=who)).why is Why.UNITS_ELSEWHERE

    def test_a_voucher_for_three_times_is_a_count(self) -> None:
        who = showing(COUNTER, "next", 3)
        sold = sell(
            shop.basket((shop.CAKE, 4)),
            voucher(condition=Condition()),
            to=who,
            choices=shop.claims("reward", 2),
        )
        assert (sold.discount, sum(one.n for one in sold.spent)) == (2000, 2)

    def test_a_personal_one_lies_in_the_members_wallet(self) -> None:
        personal = voucher()
        assert personal.unit is not None
        personal = replace(personal, unit=replace(personal.unit, held="member"))

        sold = sell(
            shop.basket((shop.CAKE, 3)),
            personal,
            to=anna(units={"next": 1}),
            choices=shop.claims("reward"),
        )
        assert (sold.discount, sold.earned[0].account) == (1000, (shop.ANNAS, "next"))
        assert why(sell(shop.basket((shop.CAKE, 3)), personal, to=COUNTER)).why is Why.MEMBERS_ONLY

    def test_points_buy_a_voucher_for_a_friend(self) -> None:
        who = replace(anna(units={"points": 50}), fresh=FRESH)
        sold = sell(
            shop.basket(shop.TEA),
            voucher(),
            swap("next", 1, 50),
            to=who,
            choices=shop.claims("swap", of=3),
        )
        assert [(one.account.wallet, one.by_reward) for one in sold.earned] == [(FRESH[0], True)]

    def test_a_rule_and_a_gift_of_one_unit_have_a_code_each(self) -> None:
        welcome = shop.programme(
            3, rewards=(shop.reward("gift", benefit=GivenUnits(unit="next", n=2), target=BASKET),)
        )
        sold = sell(shop.basket((shop.CAKE, 2)), voucher(), welcome, to=COUNTER)
        assert [(one.account.wallet, one.n) for one in sold.earned] == [
            (FRESH[0], 1),
            (FRESH[1], 2),
        ]

    def by_money(self) -> Programme:
        """A voucher for each full 30 zł."""
        plain = voucher()
        return replace(plain, earn=(replace(plain.earn[0], per=PerMoney(amount=3000)),))

    def test_two_vouchers_of_one_sale_have_a_code_each(self) -> None:
        sold = sell(shop.basket((shop.CAKE, 5)), self.by_money(), to=COUNTER)
        assert [(one.account.wallet, one.n) for one in sold.earned] == [
            (FRESH[0], 1),
            (FRESH[1], 1),
        ]

    def test_a_voucher_for_three_times_stays_one_voucher(self) -> None:
        plain = voucher()
        thrice = replace(plain, earn=(EarnRule(id="rule", per=PerPiece(), units=3),))
        sold = sell(shop.basket((shop.CAKE, 2)), thrice, to=COUNTER)
        assert [(one.account.wallet, one.n) for one in sold.earned] == [
            (FRESH[0], 3),
            (FRESH[1], 3),
        ]

    def test_nobody_gets_a_metre_of_paper(self) -> None:
        sold = sell(shop.basket((shop.CAKE, 20)), self.by_money(), to=COUNTER)
        assert [(one.account.wallet, one.n) for one in sold.earned] == [(FRESH[0], 10)]

    def test_stamps_behind_a_code_stay_together(self) -> None:
        stamps = shop.unit("stamps", kind=UnitKind.STAMPS, held="bearer")
        rule = EarnRule(id="rule", per=PerPiece())
        sold = sell(
            shop.basket((shop.CAKE, 3)), shop.programme(3, unit=stamps, earn=(rule,)), to=COUNTER
        )
        assert [(one.account.wallet, one.n) for one in sold.earned] == [(FRESH[0], 3)]

    def test_members_may_be_the_only_ones_to_have_it(self) -> None:
        members = voucher()
        rule = replace(members.earn[0], audience=Audience(members=True))
        members = replace(members, earn=(rule,))

        reason = why(sell(shop.basket((shop.CAKE, 2)), members, to=COUNTER), "rule")
        assert (reason.why, reason.units) == (Why.MEMBERS_ONLY, 1)

    def test_points_behind_a_code_may_be_spent_by_whoever_shows_it(self) -> None:
        sold = sell(
            shop.basket(shop.CAKE),
            shop.points(rewards=(replace(shop.points().rewards[0], audience=Audience()),)),
            to=showing(COUNTER, "points", 137),
            choices=shop.claims("five-off"),
        )
        assert (sold.discount, sold.spent[0].account) == (500, (CARD, "points"))


class TestGiftCards:
    """A card of 50 zł is sold as goods, and earns its money."""

    def sold(self, to: Standing = COUNTER) -> object:
        (one,) = sell(shop.basket(GIFT_CARD), CARDS, to=to).earned
        return one.account.wallet, one.n

    def test_what_was_paid_for_it_stands_behind_a_fresh_code(self) -> None:
        assert self.sold() == (FRESH[0], 5000)

    def test_a_card_that_is_shown_is_loaded(self) -> None:
        assert self.sold(showing(COUNTER, "gift", 1200)) == (CARD, 5000)
        assert self.sold(showing(COUNTER, "gift", 0)) == (CARD, 5000)

    def test_a_voucher_that_is_shown_is_no_card_to_load(self) -> None:
        assert self.sold(showing(COUNTER, "next", 1)) == (FRESH[0], 5000)

    def test_the_last_card_that_was_shown_is_the_one(self) -> None:
        first = showing(COUNTER, "gift", 100, wallet=FRESH[7])
        assert self.sold(showing(first, "gift", 100)) == (CARD, 5000)

    def test_each_piece_is_a_card_of_its_own(self) -> None:
        large = replace(GIFT_CARD, sku="GIFT-CARD-100", price=10_000)
        sold = sell(shop.basket((GIFT_CARD, 2), large), CARDS, to=COUNTER)
        assert [(one.account.wallet, one.n, one.reason.amount) for one in sold.earned] == [
            (FRESH[0], 5000, 5000),
            (FRESH[1], 5000, 5000),
            (FRESH[2], 10_000, 10_000),
        ]

    def test_blank_cards_that_are_shown_are_filled_one_by_one(self) -> None:
        both = showing(showing(COUNTER, "gift", 0), "gift", 0, wallet=FRESH[7])
        sold = sell(shop.basket((GIFT_CARD, 3)), CARDS, to=replace(both, fresh=FRESH[:3]))
        assert [one.account.wallet for one in sold.earned] == [CARD, FRESH[7], FRESH[0]]

    def test_a_card_that_is_loaded_again_gets_it_all(self) -> None:
        sold = sell(shop.basket((GIFT_CARD, 2)), CARDS, to=showing(COUNTER, "gift", 1200))
        assert [(one.account.wallet, one.n) for one in sold.earned] == [(CARD, 10_000)]

    def test_without_codes_enough_the_last_one_has_the_rest(self) -> None:
        sold = sell(shop.basket((GIFT_CARD, 4)), CARDS, to=replace(COUNTER, fresh=FRESH[:2]))
        assert [(one.account.wallet, one.n) for one in sold.earned] == [
            (FRESH[0], 5000),
            (FRESH[1], 15_000),
        ]

    def test_no_offer_takes_anything_off_it_and_it_brings_no_points(self) -> None:
        half = shop.programme(3, rewards=(shop.reward("half"),))
        rule = EarnRule(
            id="purchase",
            per=PerMoney(amount=100),
            goods=shop.goods(except_categories=("gift-cards",)),
        )
        points = shop.programme(4, unit=shop.unit(), earn=(rule,))
        who = replace(anna(), fresh=FRESH)
        sold = sell(shop.basket(GIFT_CARD, shop.CAKE), CARDS, half, points, to=who)

        assert (sold.discount, sold.total) == (150, 6350)
        assert [(one.rule, one.n) for one in sold.earned] == [("sold", 5000), ("purchase", 13)]

    def test_a_voucher_and_a_card_have_a_code_each(self) -> None:
        sold = sell(shop.basket(GIFT_CARD, (shop.CAKE, 3)), voucher(), CARDS, to=COUNTER)
        assert [one.account for one in sold.earned] == [(FRESH[0], "next"), (FRESH[1], "gift")]

    def test_a_gift_card_earned_with_points(self) -> None:
        who = replace(anna(units={"points": 450}), fresh=FRESH)
        sold = sell(
            shop.basket(shop.TEA),
            CARDS,
            swap("gift", 1000, 200),
            to=who,
            choices=shop.claims("swap", of=3),
        )

        (one,) = sold.earned
        assert (one.account, one.n, one.by_reward) == ((FRESH[0], "gift"), 2000, True)
        assert sum(spent.n for spent in sold.spent) == 400


def test_the_paper_of_a_new_code_tells_its_last_day_and_nobody_is_told_of_a_code_they_had() -> None:
    code = SoldBearer(wallet=CARD, unit="next", next_day=date(2026, 6, 30), next_n=1, fresh=True)
    today = date(2026, 3, 14)

    assert list(codes_that_end([code], today)) == [(code, date(2026, 6, 30))]
    assert list(codes_that_end([replace(code, fresh=False)], today)) == []
    assert list(codes_that_end([replace(code, next_n=0)], today)) == []
    assert list(codes_that_end([code], date(2026, 6, 16))) == [(code, date(2026, 6, 30))]
    assert list(codes_that_end([code], date(2026, 6, 17))) == [], "that leaves no 14 days"
