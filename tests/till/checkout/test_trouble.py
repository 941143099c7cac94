"""The disk fails, rights are spent elsewhere, the program dies: the basket and the money are safe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import PercentOff, Target
from terminal.loyalty.conditions import Condition, GoodsFilter, Need
from terminal.loyalty.engine.run import Answer
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import NO_CHOICES
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wanted import product_name
from terminal.till.checkout import work
from terminal.till.checkout.draft import EMPTY, Draft, DraftLine, restored, stored
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.trouble import Trouble, TroubleKind
from terminal.wire.programme_json import write_programme
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BOX,
    BREAD,
    BUTTER,
    CHOC,
    CODES,
    FIVE_OFF,
    FREE_WASH,
    UNKNOWN,
    WASH,
    Counter,
    blank,
    fake_counter,
    real_counter,
    rows,
    told,
)
from tests.till.statements import before_each_statement

FULL = Trouble(TroubleKind.DISK_FULL)


@contextmanager
def full_disk(counter: Counter) -> Iterator[None]:
    """Nothing can be written; what is there can be read."""
    assert counter.till is not None
    with _failing(counter, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def dead_disk(counter: Counter) -> Iterator[None]:
    """Nothing can be read either."""
    with _failing(counter, ""):
        yield


@contextmanager
def _failing(counter: Counter, beginning: str) -> Iterator[None]:
    assert counter.till is not None

    def refuse(statement: str) -> None:
        if statement.startswith(beginning):
            raise FULL

    with before_each_statement(refuse):
        yield


def test_a_full_disk_keeps_the_sale_in_hand_and_a_second_try_records_it_once(
    counter: Counter,
) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.finish()
    with full_disk(counter):
        view = counter.checkout.tender(TenderKind.CASH, 2000)
    assert told(view) is NoticeKind.TROUBLE
    assert view.notice is not None
    assert view.notice.text == "disk_full"
    assert (view.stage, rows(view)) == (Stage.PAYING, [("Large box", 1)])
    view = counter.checkout.tender(TenderKind.CASH, 2000)
    assert view.stage is Stage.DONE
    assert len(counter.journal.last_sales(counter.clock.now().business_day, 9)) == 1
    assert counter.balance(ANNA) == 157


def test_a_sale_that_was_recorded_before_the_trouble_is_not_recorded_again() -> None:
    counter = fake_counter()
    counter.scan(ANNA, BOX)
    counter.checkout.finish()
    record = counter.journal.record_sale

    def lost(sale: Any) -> Any:
        record(sale)
        raise FULL

    counter.journal.record_sale = lost
    counter.checkout.tender(TenderKind.CASH, 2000)
    counter.journal.record_sale = record
    counter.checkout.back()
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 2000).stage is Stage.DONE
    assert len(counter.journal.sales) == 1


def test_another_basket_after_trouble_is_another_sale() -> None:
    counter = fake_counter()
    counter.scan(BOX)
    counter.checkout.finish()
    counter.journal.trouble = FULL
    counter.checkout.tender(TenderKind.CASH, 2000)
    counter.checkout.back()
    counter.scan(BUTTER)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2799)
    (sale,) = counter.journal.sales.values()
    assert sale.record.total == 2799


def test_what_costs_nothing_can_be_tried_again(counter: Counter) -> None:
    counter.give(ANNA, 5, "stamps:wash")
    counter.scan(ANNA, WASH)
    with full_disk(counter):
        assert told(counter.checkout.finish()) is NoticeKind.TROUBLE
    assert counter.checkout.tender(TenderKind.CASH, 0).stage is Stage.DONE


def test_a_basket_that_cannot_be_kept_goes_on_and_says_so(counter: Counter) -> None:
    with full_disk(counter):
        view = counter.scan(BOX, BUTTER)
        assert told(view) is NoticeKind.TROUBLE
        assert rows(view) == [("Large box", 1), ("Butter", 1)]
        assert told(counter.scan(UNKNOWN)) is NoticeKind.TROUBLE
        assert told(counter.checkout.undo()) is NoticeKind.TROUBLE
    assert told(counter.scan(ANNA)) is NoticeKind.MEMBER_ATTACHED
    assert counter.checkout.finish().stage is Stage.PAYING


def test_a_joining_that_fails_waits_for_another_try(counter: Counter) -> None:
    counter.scan(BLANK)
    with full_disk(counter):
        view = counter.checkout.enter("")
    assert (told(view), blank(view)) == (NoticeKind.TROUBLE, BLANK)
    assert told(counter.checkout.enter("")) is NoticeKind.ENROLLED


def test_a_disk_that_cannot_be_read_never_raises_and_never_loses_the_basket(
    counter: Counter,
) -> None:
    before = counter.scan(ANNA, BOX)
    with dead_disk(counter):
        steps: tuple[Callable[[], CheckoutView], ...] = (
            lambda: counter.scan(BUTTER),
            lambda: counter.scan(BORYS),
            lambda: counter.checkout.enter("anna"),
            lambda: counter.checkout.add_product(CHOC.sku),
            lambda: counter.checkout.pick_member(BORYS.id),
            counter.checkout.finish,
        )
        for step in steps:
            view = step()
            assert told(view) is NoticeKind.TROUBLE
            assert (view.lines, view.member) == (before.lines, before.member)
            assert view.stage is Stage.SELLING
    assert counter.checkout.finish().stage is Stage.PAYING


def test_a_step_back_to_another_member_that_cannot_be_read_is_not_taken(counter: Counter) -> None:
    counter.scan(ANNA, BORYS)
    with dead_disk(counter):
        view = counter.checkout.undo()
        assert told(view) is NoticeKind.TROUBLE
    assert view.member is not None
    assert view.member.id == BORYS.id
    view = counter.checkout.undo()
    assert view.member is not None
    assert view.member.id == ANNA.id


def test_rights_that_were_spent_elsewhere_go_back_to_the_basket_with_words(
    counter: Counter,
) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    assert counter.checkout.finish().total == 1500
    counter.take(ANNA, 100)
    view = counter.checkout.tender(TenderKind.CASH, 1500)
    assert (view.stage, told(view)) == (Stage.SELLING, NoticeKind.RIGHTS_MISSING)
    assert view.notice is not None
    assert view.notice.name == FIVE_OFF
    assert (view.total, rows(view)) == (2000, [("Large box", 1)])
    assert view.member is not None
    assert view.member.balances[0].balance == 37
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 2000).stage is Stage.DONE


def test_an_automatic_reward_whose_stamps_are_gone_goes_back_too(counter: Counter) -> None:
    counter.give(ANNA, 5, "stamps:wash")
    counter.scan(ANNA, WASH, BOX)
    counter.checkout.finish()
    counter.take(ANNA, 5, "stamps:wash")
    view = counter.checkout.tender(TenderKind.CASH, 2000)
    assert told(view) is NoticeKind.RIGHTS_MISSING
    assert view.notice is not None
    assert view.notice.name == FREE_WASH
    assert view.total == 4500
    assert counter.checkout._work.draft.choices == NO_CHOICES
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 4500).stage is Stage.DONE


# --- the program dies ----------------------------------------------------------------------------


def test_after_a_crash_the_basket_is_there_with_everything(tmp_path: Path) -> None:
    first = real_counter(tmp_path / "shop")
    first.scan(ANNA, BOX, BUTTER, BUTTER, UNKNOWN)
    first.checkout.set_price(3, 250)
    first.checkout.claim_part(FIVE_OFF, 1)
    before = first.checkout.view()
    # No goodbye: the file is what it is at this moment.
    second = real_counter(tmp_path / "shop", clock=first.clock, ids=first.ids)
    after = second.checkout.view()
    assert told(after) is NoticeKind.BASKET_RESTORED
    assert (after.lines, after.total, after.member) == (before.lines, before.total, before.member)
    second.checkout.finish()
    assert second.checkout.tender(TenderKind.CASH, before.total).stage is Stage.DONE
    third = real_counter(tmp_path / "shop", clock=first.clock, ids=first.ids)
    assert not third.checkout.view().lines
    assert third.checkout.view().notice is None
    for one in (first, second, third):
        assert one.till is not None
        one.till.close()


def test_a_member_who_is_gone_after_the_crash_is_off_the_sale() -> None:
    counter = fake_counter()
    counter.scan(ANNA, BOX)
    del counter.members.members[ANNA.id]
    again = fake_counter(like=counter)
    assert again.checkout.view().member is None
    assert again.checkout._work.draft.card is None
    assert rows(again.checkout.view()) == [("Large box", 1)]


SOUND = Draft(
    lines=(DraftLine(key=1, code=CODES["Butter"], product=BUTTER, pieces=2),),
    next_key=2,
    selected=1,
)


def spoiled(**changes: Any) -> bytes:
    content = json.loads(stored(SOUND))
    for place, value in changes.items():
        here = content
        *path, last = place.split("__")
        for step in path:
            here = here[int(step) if step.isdigit() else step]
        here[last] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "kept",
    [
        b"\x00\xff",
        b"{}",
        b"[]",
        b"7",
        b"null",
        b"[" * 100_000,
        b'{"format": 2, "draft": {}}',
        b'{"format": 1, "draft": []}',
        spoiled(draft__next_key=1),
        spoiled(draft__selected=9),
        spoiled(draft__next_pieces=0),
        spoiled(draft__lines__0__pieces=0),
        spoiled(draft__lines__0__pieces=10**9),
        spoiled(draft__lines__0__price=-1),
        spoiled(draft__lines__0__code=""),
        spoiled(draft__lines__0__product__price=10**18),
        spoiled(draft__lines=json.loads(stored(SOUND))["draft"]["lines"] * 2),
    ],
)
def test_a_damaged_basket_is_an_empty_one(kept: bytes) -> None:
    assert restored(kept) == EMPTY
    counter = fake_counter()
    counter.kept.save(kept)
    assert not fake_counter(like=counter).checkout.view().lines


def test_a_sound_basket_is_read_back() -> None:
    assert restored(stored(SOUND)) == SOUND
    assert stored(EMPTY) == b""


# --- no wasted work ------------------------------------------------------------------------------


def test_a_scan_asks_the_engine_once_and_reads_only_what_it_needs(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.scan(ANNA, BOX)
    asked: list[Basket] = []

    def counting(basket: Basket, *more: Any, **memory: Any) -> Any:
        asked.append(basket)
        return Answer(basket, *more, **memory)

    monkeypatch.setattr(work, "Answer", counting)
    statements: list[str] = []
    with before_each_statement(statements.append):
        counter.scan(BUTTER)
    assert len(asked) == 1
    selects = [one for one in statements if one.startswith("SELECT")]
    assert len(selects) <= 2, selects


def put_breakfast(counter: Counter) -> None:
    """Bread and chocolate together for half the price; products, so that they are told by name."""
    needs = tuple(Need(goods=GoodsFilter(skus=(one.sku,))) for one in (BREAD, CHOC))
    reward = Reward(
        id="breakfast",
        name={"en": "Breakfast"},
        benefit=PercentOff(basis_points=5000),
        target=Target(scope="set"),
        condition=Condition(needs=needs),
    )
    offer = Programme(
        programme=9,
        revision=1,
        holds_from=datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        name={"en": "Breakfast"},
        rewards=(reward,),
    )
    counter.programmes.put([write_programme(offer)])


def test_the_name_of_a_product_that_an_offer_wants_is_read_once(counter: Counter) -> None:
    put_breakfast(counter)
    name = product_name(CHOC.sku)
    assert counter.scan(BREAD).names[name] == {"": CHOC.name}
    statements: list[str] = []
    with before_each_statement(statements.append):
        assert counter.scan(BREAD).names[name] == {"": CHOC.name}
        counter.checkout.view()
    assert len([one for one in statements if one.startswith("SELECT")]) <= 2, statements


def test_a_picture_is_there_though_no_name_can_be_read(counter: Counter) -> None:
    put_breakfast(counter)
    read = counter.checkout._rooms._product_names
    counter.scan(BREAD)
    read._read.clear()
    with dead_disk(counter):
        view = counter.checkout.view()
    assert view.total == BREAD.price
    assert product_name(CHOC.sku) not in view.names
    assert product_name(CHOC.sku) in counter.checkout.view().names


def test_one_more_scan_finds_what_the_one_before_left(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    memory = counter.checkout._desk.work._memory
    looks = memory.customers[-1]
    known = looks.known(counter.checkout._desk.work.basket())

    counter.scan(BUTTER)

    assert memory.customers[-1] is looks
    now = looks.known(counter.checkout._desk.work.basket())
    assert None not in known
    assert [one for number, one in enumerate(now) if one is known[number]]
