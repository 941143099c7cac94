"""What a customer did before, and what an offer may still cost, are known at the counter, offline."""

from __future__ import annotations

import json
from typing import Any

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import budget_account
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.journal_port import Recorded
from tests.till.checkout.counter import ANNA, BOX, BREAD, BUTTER, Counter, told

OFFER = budget_account(40, "one-off")
ONE_OFF = RewardName(40, "one-off")


def offers(counter: Counter, **reward: Any) -> None:
    """One złoty off the basket, with whatever is asked of it."""
    content = {
        "format": 1,
        "programme": 40,
        "revision": 1,
        "holds_from": "2026-01-01T00:00:00+01:00",
        "name": {"en": "One off"},
        "rewards": [
            {
                "id": "one-off",
                "name": {"en": "1.00 off"},
                "benefit": {"kind": "amount_off", "amount": 100},
                "target": {"scope": "basket"},
                **reward,
            }
        ],
    }
    counter.programmes.put([json.dumps(content)])


def fund(counter: Counter, n: int) -> None:
    """The server gave this till so much of the budget."""
    kind = EntryKind.EARN if n > 0 else EntryKind.SPEND
    given = counter.journal.adjust([Entry(OFFER, kind, abs(n))], "budget", "")
    assert isinstance(given, Recorded)


def pay(counter: Counter) -> CheckoutView:
    counter.checkout.finish()
    view = counter.checkout.view()
    assert view.payment is not None
    return counter.checkout.tender(TenderKind.CARD, view.payment.remaining)


def buy(counter: Counter, *goods: Any) -> int:
    """What came off."""
    counter.scan(*goods)
    view = pay(counter)
    assert view.stage is Stage.DONE
    assert view.done is not None
    counter.checkout.begin_next()
    return view.done.off


def test_a_reward_for_the_first_purchase_is_had_once(counter: Counter) -> None:
    offers(counter, occasion={"kind": "purchases", "number": 1})

    assert [buy(counter, ANNA, BREAD) for _ in range(3)] == [100, 0, 0]


def test_a_reward_that_one_may_have_once_a_day_is_had_again_tomorrow(counter: Counter) -> None:
    limit = {"most": 1, "per": "member", "period": {"kind": "day"}}
    offers(counter, limits=[limit], audience={"members": True})

    assert [buy(counter, ANNA, BREAD) for _ in range(2)] == [100, 0]
    counter.wait(days=1)
    assert buy(counter, ANNA, BREAD) == 100


def test_with_nobodys_card_the_budget_here_is_given_out_and_no_more(counter: Counter) -> None:
    offers(counter, budget={"of": "times", "amount": 1000})
    assert buy(counter, BUTTER) == 0
    fund(counter, 2)

    assert [buy(counter, BUTTER) for _ in range(4)] == [100, 100, 0, 0]


def test_a_budget_of_money_pays_what_is_left_of_it_never_more(counter: Counter) -> None:
    offers(counter, budget={"of": "money", "amount": 1000})
    fund(counter, 250)

    assert [buy(counter, BUTTER) for _ in range(4)] == [100, 100, 0, 0]


def test_a_budget_that_goes_while_somebody_pays_takes_the_offer_back(counter: Counter) -> None:
    offers(counter, budget={"of": "times", "amount": 1000})
    fund(counter, 1)
    counter.scan(BUTTER)
    counter.checkout.finish()
    before = counter.checkout.view()
    fund(counter, -1)  # asked back, and returned, in this very moment

    view = counter.checkout.tender(TenderKind.CARD, before.total)

    assert view.stage is not Stage.DONE
    assert told(view) is NoticeKind.REWARD_GONE
    assert view.notice is not None
    assert view.notice.name == ONE_OFF
    assert view.total == before.total + 100
    assert pay(counter).stage is Stage.DONE


def test_the_slip_of_a_sale_says_nothing_of_the_shops_budget(counter: Counter) -> None:
    offers(counter, budget={"of": "times", "amount": 1000})
    fund(counter, 5)
    buy(counter, ANNA, BOX)

    (sale,) = counter.journal.last_sales(counter.clock.now().business_day, 1)

    assert "budget" not in {one.unit for one in sale.record.balances}
    assert [one.account for one in sale.record.spent if one.account == OFFER] == [OFFER]
