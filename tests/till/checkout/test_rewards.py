"""Rewards on and off, whole and in part, and what happens when their ground goes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Literal

from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import Audience
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.wire.programme_json import write_programme
from tests.till.checkout.counter import (
    ANNA,
    BAKERY,
    BORYS,
    BOX,
    BREAD,
    BUTTER,
    CHOC,
    CHOCOLATE,
    COFFEE,
    FIVE_OFF,
    FREE_COFFEE,
    FREE_WASH,
    WASH,
    Counter,
    told,
)

STUDENTS = RewardName(9, "students")


def why(view: CheckoutView) -> Why | None:
    reason = view.notice.reason if view.notice else None
    return reason.why if isinstance(reason, Reason) else None


def spent(view: CheckoutView) -> int:
    return sum(one.n for one in view.evaluation.spent)


def put_students_discount(
    counter: Counter, *, scope: Literal["piece", "basket"] = "basket"
) -> None:
    """Ten percent for whoever says so: claimed, without a card, for nothing."""
    counter.programmes.put(
        [
            write_programme(
                Programme(
                    programme=9,
                    revision=1,
                    holds_from=datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))),
                    name={"en": "Students"},
                    rewards=(
                        Reward(
                            id="students",
                            name={"en": "Students' discount"},
                            mode="claimed",
                            audience=Audience(),
                            benefit=PercentOff(basis_points=1000),
                            target=Target(scope=scope),
                        ),
                    ),
                )
            )
        ]
    )


def test_one_key_puts_the_reward_on_and_the_same_key_takes_it_back(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    view = counter.checkout.toggle_reward()
    assert (view.total, spent(view)) == (1500, 100)
    assert told(view) is NoticeKind.REWARD_ON
    assert view.notice is not None
    assert (view.notice.name, view.notice.amount, view.notice.count) == (FIVE_OFF, 500, 100)
    view = counter.checkout.toggle_reward()
    assert (view.total, spent(view), told(view)) == (2000, 0, NoticeKind.REWARD_OFF)


def test_of_two_rewards_the_key_takes_the_one_that_brings_more(counter: Counter) -> None:
    counter.give(ANNA, 9, "stamps:coffee")
    member = counter.scan(ANNA, BOX, COFFEE).member
    assert member is not None
    assert [offer.name for offer in member.offers][:2] == [FREE_COFFEE, FIVE_OFF]
    assert counter.checkout.toggle_reward().total == 2000
    assert counter.checkout.toggle_reward().total == 3000, "the same key takes it back"


def test_a_ready_reward_is_heard_when_the_card_comes(counter: Counter) -> None:
    assert counter.scan(BOX, ANNA).sound is Sound.REWARD_READY


def test_of_137_points_only_the_hundred_is_spent(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    view = counter.checkout.claim_part(FIVE_OFF, 5)
    assert spent(view) == 100


def test_a_part_stays_that_part_while_the_basket_grows(counter: Counter) -> None:
    counter.give(ANNA, 300)
    counter.scan(ANNA, BOX)
    view = counter.checkout.claim_part(FIVE_OFF, 2)
    assert (spent(view), view.total) == (200, 1000)
    assert spent(counter.scan(BOX, BOX)) == 200


def test_as_often_as_possible_follows_a_growing_basket(counter: Counter) -> None:
    counter.give(ANNA, 300)
    counter.scan(ANNA, BUTTER)
    assert spent(counter.checkout.toggle_reward()) == 100
    assert spent(counter.scan(BOX)) == 400


def test_a_part_can_be_changed_and_taken_off(counter: Counter) -> None:
    counter.give(ANNA, 300)
    counter.scan(ANNA, BOX)
    for times, units in ((3, 300), (1, 100), (2, 200), (0, 0)):
        assert spent(counter.checkout.claim_part(FIVE_OFF, times)) == units


def test_a_reward_that_is_not_ready_says_why(counter: Counter) -> None:
    view = counter.scan(BORYS, BOX)
    assert view.total == 2000
    view = counter.checkout.toggle_reward()
    assert (told(view), why(view)) == (NoticeKind.REWARD_NOT_READY, Why.UNITS_MISSING)
    assert not counter.checkout.undo().lines, "a refusal is no step"


def test_without_a_card_there_is_no_reward_to_toggle(counter: Counter) -> None:
    counter.scan(BOX)
    assert told(counter.checkout.toggle_reward()) is NoticeKind.REWARD_NOT_READY
    assert told(counter.checkout.toggle_reward(RewardName(77, "x"))) is NoticeKind.REWARD_NOT_READY
    assert told(counter.checkout.claim_part(RewardName(77, "x"), 1)) is NoticeKind.REWARD_NOT_READY


def test_stamps_make_the_tenth_coffee_free(counter: Counter) -> None:
    counter.give(ANNA, 9, "stamps:coffee")
    counter.scan(ANNA, COFFEE)
    view = counter.checkout.toggle_reward(FREE_COFFEE)
    assert view.total == 0
    view = counter.checkout.finish()
    assert view.stage is Stage.DONE
    assert counter.balance(ANNA, "stamps:coffee") == 0


def test_the_sixth_wash_is_free_by_itself_and_can_be_kept_for_later(counter: Counter) -> None:
    counter.give(ANNA, 5, "stamps:wash")
    assert counter.scan(ANNA, WASH).total == 0
    view = counter.checkout.toggle_reward(FREE_WASH)
    assert (view.total, told(view)) == (2500, NoticeKind.REWARD_OFF)
    view = counter.checkout.toggle_reward(FREE_WASH)
    assert (view.total, told(view)) == (0, NoticeKind.REWARD_ON)
    assert counter.checkout.claim_part(FREE_WASH, 0).total == 2500
    assert counter.checkout.claim_part(FREE_WASH, 1).total == 0


def test_a_promotion_is_taken_off_and_stays_off_when_a_card_comes_and_goes(
    counter: Counter,
) -> None:
    counter.scan(CHOC, CHOC, CHOC)
    assert counter.checkout.view().total == 1200
    assert counter.checkout.toggle_reward(CHOCOLATE).total == 1800
    assert counter.scan(ANNA).total == 1800
    assert counter.checkout.remove_member().total == 1800
    assert counter.checkout.toggle_reward(CHOCOLATE).total == 1200


def test_a_promotion_that_is_not_on_cannot_be_taken_off(counter: Counter) -> None:
    counter.scan(CHOC, CHOC)
    view = counter.checkout.toggle_reward(CHOCOLATE)
    assert (told(view), why(view)) == (NoticeKind.REWARD_NOT_READY, Why.PIECES_MISSING)
    assert counter.scan(CHOC).total == 1200


def test_a_claimed_discount_without_a_card(counter: Counter) -> None:
    put_students_discount(counter)
    counter.scan(BOX)
    view = counter.checkout.toggle_reward(STUDENTS)
    assert (view.total, told(view)) == (1800, NoticeKind.REWARD_ON)
    assert counter.scan(ANNA).total == 1800, "it is for anybody, so it stays"
    assert counter.checkout.remove_member().total == 1800
    assert counter.checkout.toggle_reward(STUDENTS).total == 2000


def test_of_what_costs_no_units_so_many_are_had_as_were_said(counter: Counter) -> None:
    put_students_discount(counter, scope="piece")
    counter.scan(BOX, BOX, BOX)
    assert counter.checkout.claim_part(STUDENTS, 1).total == 5800
    assert counter.checkout.claim_part(STUDENTS, 2).total == 5600
    assert counter.checkout.claim_part(STUDENTS, 3).total == 5400
    assert counter.checkout.claim_part(STUDENTS, 0).total == 6000
    assert counter.checkout.toggle_reward(STUDENTS).total == 5400


# --- its ground goes -----------------------------------------------------------------------------


def test_a_reward_falls_away_with_the_goods_and_says_so(counter: Counter) -> None:
    counter.scan(ANNA, CHOC)
    box = counter.scan(BOX).selected
    assert counter.checkout.toggle_reward().total == 2100
    counter.checkout.void(counter.checkout.view().lines[0].key)
    assert box is not None
    counter.scan("2009999999997")
    view = counter.checkout.void(box)
    assert told(view) is NoticeKind.REWARD_GONE
    assert view.notice is not None
    assert (view.notice.name, view.notice.weight) == (FIVE_OFF, Weight.LOOK)
    assert spent(view) == 0
    assert spent(counter.scan(BOX)) == 100, "the customer still wants it"


def test_a_basket_too_small_says_what_is_missing(counter: Counter) -> None:
    butter, bread = counter.scan(BUTTER, ANNA, BREAD).lines
    counter.checkout.toggle_reward()
    counter.checkout.set_price(bread.key, 100)
    view = counter.checkout.void(butter.key)
    assert (told(view), why(view)) == (NoticeKind.REWARD_GONE, Why.SPEND_MISSING)


def test_with_the_member_the_rewards_go_and_nothing_is_spent(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    view = counter.checkout.remove_member()
    assert (view.total, spent(view), told(view)) == (2000, 0, NoticeKind.MEMBER_REMOVED)
    assert view.notice is not None
    assert view.notice.text == "Anna K."
    assert counter.scan(ANNA).total == 2000, "a new card is a new question"
    counter.checkout.undo()
    assert counter.checkout.undo().total == 1500


def test_one_members_claim_never_spends_anothers_points(counter: Counter) -> None:
    counter.give(BORYS, 500)
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    view = counter.scan(BORYS)
    assert (view.total, spent(view)) == (2000, 0)


def test_the_price_is_that_of_finish_and_stands_from_then_on(counter: Counter) -> None:
    counter.clock.local = datetime(2026, 6, 15, 16, 59, 30)  # noqa: DTZ001
    assert counter.scan(BREAD).total == 400
    assert counter.checkout.finish().total == 400
    counter.wait(minutes=5)
    assert counter.checkout.view().total == 400
    view = counter.checkout.tender(TenderKind.CASH, 400)
    assert view.stage is Stage.DONE
    assert view.done is not None
    assert counter.journal.load(view.done.sale).record.at.local.hour == 16


def test_an_hour_that_ends_before_finish_is_told(counter: Counter) -> None:
    counter.clock.local = datetime(2026, 6, 15, 16, 59, 30)  # noqa: DTZ001
    counter.scan(BREAD)
    counter.wait(minutes=1)
    view = counter.checkout.finish()
    assert (view.total, view.stage) == (500, Stage.PAYING)
    assert (told(view), why(view)) == (NoticeKind.REWARD_GONE, Why.UNTIL_TIME)
    assert view.notice is not None
    assert view.notice.name == BAKERY


# --- rules that change ---------------------------------------------------------------------------


def put_dearer_points(counter: Counter, holds_from: datetime) -> None:
    points = next(one for one in counter.programmes.revisions() if one.programme == 1)
    reward = points.rewards[0]
    changed = {
        **{name: getattr(points, name) for name in ("name", "unit", "earn", "stacking")},
        "programme": 1,
        "revision": 2,
        "holds_from": holds_from,
    }
    cheap = Reward(
        id=reward.id,
        name=reward.name,
        mode="claimed",
        audience=reward.audience,
        cost=100,
        benefit=AmountOff(amount=800),
        target=reward.target,
    )
    counter.programmes.put([write_programme(Programme(**changed, rewards=(cheap,)))])


def test_a_revision_that_begins_in_a_basket_waits_for_the_next(counter: Counter) -> None:
    summer = timezone(timedelta(hours=2))
    put_dearer_points(counter, datetime(2026, 6, 15, 12, 30, tzinfo=summer))
    counter.scan(ANNA, BOX)
    counter.wait(hours=1)
    view = counter.checkout.toggle_reward()
    assert view.total == 1500
    view = counter.checkout.finish()
    assert view.total == 1500
    view = counter.checkout.tender(TenderKind.CASH, 1500)
    assert view.done is not None
    assert (1, 1) in counter.journal.load(view.done.sale).record.revisions
    counter.give(ANNA, 100)
    counter.scan(ANNA, BOX)
    assert counter.checkout.toggle_reward().total == 1200
    counter.checkout.finish()
    view = counter.checkout.tender(TenderKind.CASH, 1200)
    assert view.done is not None
    assert (1, 2) in counter.journal.load(view.done.sale).record.revisions


def test_the_first_goods_of_the_morning_have_the_rules_of_the_morning(counter: Counter) -> None:
    put_dearer_points(counter, datetime(2026, 6, 16, 0, 0, tzinfo=timezone(timedelta(hours=2))))
    counter.checkout.view()
    counter.wait(hours=20)
    counter.scan(BOX, ANNA)
    assert counter.checkout.toggle_reward().total == 1200


def test_rules_that_arrive_while_the_till_is_idle_hold_for_the_next_basket(
    counter: Counter,
) -> None:
    counter.checkout.view()
    put_dearer_points(counter, datetime(2026, 6, 1, tzinfo=timezone(timedelta(hours=2))))
    counter.scan(BOX, ANNA)
    assert counter.checkout.toggle_reward().total == 1200
