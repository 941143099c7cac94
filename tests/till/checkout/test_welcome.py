"""Whoever joins gets what the rules give for it, at once and offline."""

from __future__ import annotations

import json
from typing import Any

from terminal.loyalty.conditions import Period
from terminal.loyalty.history import brought
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind
from tests.till.checkout.counter import BLANK, BOX, Counter, programmes, told

EVER = Period()


def with_welcome(counter: Counter, **rule: Any) -> None:
    content = json.loads(programmes(["welcome-gift"])[0])
    content["earn"][0] |= rule
    counter.programmes.put([json.dumps(content)])


def test_a_welcome_gift_is_there_as_soon_as_somebody_joins(counter: Counter) -> None:
    with_welcome(counter)
    counter.scan(BLANK)
    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.ENROLLED
    member = counter.members.by_card(BLANK).member
    assert counter.balance(member, "welcome") == 50
    history = counter.members.standing(member.id).history
    assert history.total(brought(28, "joined"), EVER, counter.clock.now().business_day) == 50


def test_a_sale_brings_no_second_welcome(counter: Counter) -> None:
    with_welcome(counter)
    counter.scan(BLANK)
    counter.checkout.enter("")
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)

    assert counter.balance(counter.members.by_card(BLANK).member, "welcome") == 50


def test_who_agreed_to_letters_gets_more(counter: Counter) -> None:
    with_welcome(counter, audience={"consents": ["marketing"]})
    counter.scan(BLANK)
    counter.checkout.enter("")

    assert counter.balance(counter.members.by_card(BLANK).member, "welcome") == 0


def test_without_its_budget_one_joins_all_the_same(counter: Counter) -> None:
    with_welcome(counter, budget={"of": "units", "amount": 1000})
    counter.scan(BLANK)
    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.ENROLLED
    assert counter.balance(counter.members.by_card(BLANK).member, "welcome") == 0
