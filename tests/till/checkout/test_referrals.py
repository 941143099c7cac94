"""Who brings somebody new is written down by a scan of their card while the other one joins."""

from __future__ import annotations

from terminal.till.checkout.notice import NoticeKind
from tests.till.checkout.counter import ANNA, BLANK, BORYS, BREAD, Counter, told
from tests.till.checkout.test_history_and_budgets import buy, offers


def traits(counter: Counter) -> object:
    member = counter.checkout.view().member
    assert member is not None
    standing = counter.members.standing(member.id)
    return standing.traits


def test_a_card_shown_while_somebody_joins_is_that_of_who_brings_them(counter: Counter) -> None:
    counter.scan(BLANK)
    view = counter.scan(ANNA)
    assert told(view) is NoticeKind.BRINGS_SOMEBODY
    assert view.joining is not None
    assert view.joining.brought_by == ANNA.short_name
    assert view.member is None

    counter.checkout.join(name="Nowy")

    found = traits(counter)
    assert found.referred_by == ANNA.id  # type: ignore[attr-defined]
    (record,) = counter.members.search("Nowy", 5)
    assert record.referred_by == ANNA.id


def test_a_reward_for_those_who_were_brought_is_theirs_alone(counter: Counter) -> None:
    offers(counter, occasion={"kind": "referred"})
    counter.scan(BLANK, ANNA)
    counter.checkout.join(name="Nowy")

    assert buy(counter, BREAD) == 100
    assert buy(counter, BORYS, BREAD) == 0


def test_the_last_card_shown_counts_and_esc_leaves_everything_as_it_was(counter: Counter) -> None:
    counter.scan(BLANK, ANNA)
    view = counter.scan(BORYS)
    assert view.joining is not None
    assert view.joining.brought_by == BORYS.short_name

    view = counter.checkout.dismiss()

    assert view.joining is None
    assert view.member is None
    counter.wait(minutes=1)
    assert counter.scan(ANNA).member is not None


def test_where_nobody_joins_a_card_is_that_of_the_customer(counter: Counter) -> None:
    view = counter.scan(ANNA)
    assert view.member is not None
    assert view.joining is None
