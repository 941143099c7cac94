"""Units by the cashier's hand: how much the rules say, who the shop says, and back by mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terminal.loyalty.conditions import Period
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.history import brought
from terminal.loyalty.ledger import NOTHING, EntryKind
from terminal.loyalty.standing import RewardName
from terminal.till.checkout.care_view import GoodwillView
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import (
    ANNA,
    BORYS,
    BOX,
    BUTTER,
    FIVE_OFF,
    Counter,
    fake_counter,
    programmes,
    told,
)

SORRY = RewardName(35, "sorry")
THANKS = RewardName(35, "thanks")
PIN = "4711"


def with_rules(counter: Counter, **rule: Any) -> None:
    content = json.loads(programmes(["goodwill"])[0])
    content["earn"][0] |= rule
    counter.programmes.put([json.dumps(content)])


def begin(counter: Counter) -> CheckoutView:
    return counter.checkout.with_care(lambda care: care.begin_goodwill())


def shown(view: CheckoutView) -> GoodwillView:
    assert view.goodwill is not None, view.notice
    return view.goodwill


@pytest.fixture
def sorry(counter: Counter) -> Counter:
    with_rules(counter)
    counter.scan(ANNA)
    return counter


def test_a_reason_gives_what_the_rule_says_and_no_more_than_its_limit(sorry: Counter) -> None:
    view = begin(sorry)
    assert [(one.name, one.n) for one in shown(view).choices] == [(SORRY, 30), (THANKS, 10)]

    view = sorry.checkout.enter("1")
    assert told(view) is NoticeKind.GOODWILL_GIVEN
    sorry.clock.advance(seconds=1)
    sorry.checkout.enter("2")
    view = sorry.checkout.enter("3")

    assert told(view) is NoticeKind.GOODWILL_USED_UP
    assert view.notice is not None
    assert isinstance(view.notice.reason, Reason)
    assert view.notice.reason.why is Why.USED_UP
    assert view.notice.reason.day is not None
    assert shown(view).marked is None
    assert sorry.balance(ANNA, "sorry") == 60
    assert [one.why for one in shown(view).given] == ["goods", "wait"]


def test_an_opinion_has_a_rule_of_its_own(sorry: Counter) -> None:
    begin(sorry)
    view = sorry.checkout.with_care(lambda care: care.goodwill.thank(THANKS))

    assert sorry.balance(ANNA, "sorry") == 10
    assert [(one.on, one.why) for one in shown(view).given] == [("feedback", "")]


def test_somebodys_words_stand_beside_the_fact_and_never_in_it(sorry: Counter) -> None:
    begin(sorry)
    view = sorry.checkout.enter("the coffee of Anna Kowalska was cold")

    (given,) = shown(view).given
    assert given.words == "the coffee of Anna Kowalska was cold"
    (gift,) = sorry.journal.gifts(ANNA.id, 5)
    assert gift.body.why == "other"
    assert "Kowalska" not in repr(gift.body)


def test_what_was_given_by_mistake_is_taken_back_whole(sorry: Counter) -> None:
    begin(sorry)
    sorry.checkout.enter("1")
    sorry.clock.advance(seconds=1)

    view = sorry.checkout.undo()

    assert told(view) is NoticeKind.GOODWILL_TAKEN_BACK
    assert sorry.balance(ANNA, "sorry") == 0
    assert [one.taken_back for one in shown(view).given] == [True]
    assert [one.n for one in shown(view).choices] == [30, 10], "the limit has it back"
    history = sorry.members.standing(ANNA.id).history
    today = sorry.clock.now().business_day
    assert history.total(brought(35, "sorry"), Period(), today) == 0
    assert told(sorry.checkout.undo()) is NoticeKind.GOODWILL_USED, "there is nothing more"


def test_what_has_to_wait_is_taken_back_whole_too(counter: Counter) -> None:
    content = json.loads(programmes(["goodwill"])[0])
    content["unit"]["vesting_days"] = 14
    counter.programmes.put([json.dumps(content)])
    counter.scan(ANNA)
    begin(counter)
    counter.checkout.enter("1")
    (held,) = counter.members.standing(ANNA.id).of("sorry")
    assert (held.sums.pending, held.spendable) == (30, 0)
    counter.clock.advance(seconds=1)

    view = counter.checkout.undo()

    assert told(view) is NoticeKind.GOODWILL_TAKEN_BACK
    assert [(one.n, one.taken_back) for one in shown(view).given] == [(30, True)]
    (held,) = counter.members.standing(ANNA.id).of("sorry")
    assert held.sums == NOTHING
    assert held.spendable == 0


def test_what_was_given_before_it_vested_needs_its_right_afterwards(counter: Counter) -> None:
    content = json.loads(programmes(["goodwill"])[0])
    content["unit"]["vesting_days"] = 14
    counter.programmes.put([json.dumps(content)])
    counter.scan(ANNA)
    begin(counter)
    counter.checkout.enter("1")
    begin(counter)
    counter.clock.advance(minutes=15 * 24 * 60)

    view = begin(counter)

    assert [one.undoable for one in shown(view).given] == [False], "the server has vested it by now"


def test_what_is_used_is_not_taken_back(counter: Counter) -> None:
    content = json.loads(programmes(["points"])[0])
    content |= {"revision": 2, "earn": [
        {"id": "sorry", "on": "goodwill", "per": {"kind": "visit"}, "units": 100}
    ]}  # fmt: skip
    counter.programmes.put([json.dumps(content)])
    counter.scan(ANNA)
    before = counter.balance(ANNA)
    begin(counter)
    counter.checkout.enter("1")
    counter.scan(BOX)
    for _ in range((before + 100) // 100):
        counter.checkout.claim_part(FIVE_OFF, (before + 100) // 100)
    counter.checkout.finish()
    view = counter.checkout.view()
    assert view.payment is not None
    from terminal.loyalty.tender import TenderKind

    counter.checkout.tender(TenderKind.CASH, view.payment.remaining)
    counter.checkout.begin_next()
    counter.scan(ANNA)
    left = counter.balance(ANNA)

    view = begin(counter)

    assert left < 100
    assert [one.undoable for one in shown(view).given] == [False]
    assert told(counter.checkout.undo()) is NoticeKind.GOODWILL_USED
    assert counter.balance(ANNA) == left


def test_a_scan_goes_on_with_the_sale(sorry: Counter) -> None:
    begin(sorry)
    view = sorry.scan(BUTTER)
    assert view.goodwill is None
    assert [line.name for line in view.lines] == ["Butter"]
    begin(sorry)
    assert sorry.scan(BORYS).goodwill is None, "another customer"


def test_nobody_and_nothing_to_give(counter: Counter) -> None:
    assert told(begin(counter)) is NoticeKind.GOODWILL_FOR_WHOM
    counter.scan(ANNA)
    assert told(begin(counter)) is NoticeKind.GOODWILL_NO_RULE


def test_the_budget_is_a_limit_too(counter: Counter) -> None:
    with_rules(counter, budget={"of": "units", "amount": 1000}, limits=[])
    counter.scan(ANNA)
    assert [one.n for one in shown(begin(counter)).choices] == [0, 10], "no budget came here yet"


def test_it_waits_for_the_shops_pin(sorry: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = sorry.checkout._desk.shop
    object.__setattr__(shop, "refund_pin", PIN)
    begin(sorry)
    view = sorry.checkout.enter("1")
    assert (told(view), shown(view).wants_pin) == (NoticeKind.PIN_FIRST, True)
    assert view.notice is not None
    assert view.notice.weight is Weight.LOOK, "no news of a better price goes before it"
    assert sorry.balance(ANNA, "sorry") == 0

    assert told(sorry.checkout.enter("0000")) is NoticeKind.SHOP_PIN_WRONG
    view = sorry.checkout.enter(PIN)

    assert told(view) is NoticeKind.GOODWILL_GIVEN
    assert sorry.balance(ANNA, "sorry") == 30
    object.__setattr__(shop, "refund_pin", "")


def test_after_trouble_it_is_told_that_the_second_try_gave_it() -> None:
    fake = fake_counter()
    with_rules(fake)
    fake.scan(ANNA)
    begin(fake)
    fake.journal.trouble = Trouble(TroubleKind.DISK_FULL)
    assert told(fake.checkout.enter("1")) is NoticeKind.TROUBLE
    assert fake.balance(ANNA, "sorry") == 0

    view = fake.checkout.enter("1")

    assert told(view) is NoticeKind.GOODWILL_GIVEN
    assert fake.balance(ANNA, "sorry") == 30


def test_a_return_of_goods_closes_it(sorry: Counter) -> None:
    begin(sorry)
    sorry.checkout.with_refunds(Refunds.begin)
    view = sorry.checkout.with_refunds(Refunds.begin)
    assert view.stage is Stage.SELLING
    assert view.goodwill is None


def test_the_story_says_what_for(sorry: Counter) -> None:
    begin(sorry)
    sorry.checkout.enter("1")
    story = sorry.checkout.story()
    assert story is not None
    rows = [one for unit in story.units if unit.unit == "sorry" for one in unit.rows]
    assert [(one.kind, one.n) for one in rows] == [(EntryKind.EARN, 30)]


def test_undo_takes_back_nothing_of_another_visit(sorry: Counter) -> None:
    begin(sorry)
    sorry.checkout.enter("1")
    begin(sorry)  # closed
    sorry.clock.advance(seconds=1)
    view = begin(sorry)
    (given,) = shown(view).given

    assert told(sorry.checkout.undo()) is NoticeKind.GOODWILL_USED
    assert sorry.balance(ANNA, "sorry") == 30

    sorry.checkout.with_care(lambda care: care.goodwill.take_back(given.key))
    assert sorry.balance(ANNA, "sorry") == 0
