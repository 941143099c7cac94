"""The room of members on a real file: joining, birthdays, guesses, and why it is 85."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import IntegrityError

import pytest

from terminal.loyalty.consent import Purpose
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.database.rebuild import check
from terminal.till.member_port import Application, Objected, Objection
from terminal.till.membership.reception import FrontDesk, day_and_month
from terminal.till.ports import Member
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BOX,
    FIVE_OFF,
    Counter,
    real_counter,
    reception_of,
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Counter]:
    made = real_counter(tmp_path / "shop")
    yield made
    assert made.till is not None
    made.till.close()


@pytest.fixture
def desk(shop: Counter) -> FrontDesk:
    return reception_of(shop.members, shop.journal, shop.programmes, shop.clock, shop.ids)


def joined(desk: FrontDesk, number: str = "", **told: object) -> Member:
    member = desk.join(Application(**told), number)  # type: ignore[arg-type]
    assert isinstance(member, Member)
    return member


def objection(desk: FrontDesk, number: str = "", **told: object) -> Objection:
    found = desk.join(Application(**told), number)  # type: ignore[arg-type]
    assert isinstance(found, Objected)
    return found.objection


def test_who_joins_agrees_to_nothing_unless_they_say_so(desk: FrontDesk, shop: Counter) -> None:
    silent = joined(desk, BLANK)
    assert shop.members.by_id(silent.id).consents == ()
    told = joined(desk, phone="602 111 222", agreed=frozenset({Purpose.OFFERS}), text="1 pl")
    (kept,) = shop.members.by_id(told.id).consents
    assert (kept.purpose, kept.given, kept.text, kept.channel) == (
        Purpose.OFFERS,
        True,
        "1 pl",
        "till",
    )


@pytest.mark.parametrize(
    "half",
    [
        "INSERT ON main.facts WHEN NEW.kind = 'ConsentGiven'",
        "UPDATE ON main.members WHEN OLD.provisional AND NOT NEW.provisional",
    ],
)
def test_whoever_was_met_by_a_card_loses_no_yes_to_a_disk_that_fails(
    desk: FrontDesk, shop: Counter, half: str
) -> None:
    assert shop.till is not None
    shop.journal.meet_card(BLANK, shop.clock.now())
    with shop.till.database.database.writing() as connection:
        connection.execute(
            f"CREATE TEMP TRIGGER plug BEFORE {half} BEGIN SELECT raise(abort, 'pulled'); END"
        )
    told = Application(name="Celina", phone="602 111 222", agreed=frozenset({Purpose.OFFERS}))
    with pytest.raises(IntegrityError, match="pulled"):
        desk.join(told, BLANK)
    with shop.till.database.database.writing() as connection:
        connection.execute("DROP TRIGGER plug")
    shop.wait(minutes=1)
    member = desk.join(told, BLANK)
    assert isinstance(member, Member)
    kept = shop.members.by_card(BLANK).member
    assert (kept.id, kept.name, kept.provisional) == (member.id, "Celina", False)
    assert [(one.purpose, one.given) for one in kept.consents] == [(Purpose.OFFERS, True)]
    assert check(shop.till.database.database).clean


def test_a_birthday_has_no_year(desk: FrontDesk) -> None:
    assert joined(desk, BLANK, birthday="14.03").birthday == (3, 14)
    assert objection(desk, phone="602111222", birthday="14.03.1980") is Objection.BIRTHDAY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14.03", (3, 14)),
        ("14.3.", (3, 14)),
        ("1/2", (2, 1)),
        ("29 02", (2, 29)),
        ("1403", (3, 14)),
        ("31.02", None),
        ("13.13", None),
        ("143", None),
        ("soon", None),
    ],
)
def test_day_and_month_as_people_type_them(typed: str, kept: tuple[int, int] | None) -> None:
    assert day_and_month(typed) == kept


def test_nobody_joins_who_could_never_be_found(desk: FrontDesk) -> None:
    assert objection(desk, name="Celina") is Objection.NOTHING_TO_FIND_BY
    assert objection(desk, name="Celina", phone="12") is Objection.PHONE


def test_a_phone_that_somebody_has_is_asked_about_once(desk: FrontDesk) -> None:
    assert objection(desk, BLANK, phone="600 123 456") is Objection.PHONE_TAKEN
    member = desk.join(Application(phone="600 123 456"), BLANK, insisting=True)
    assert isinstance(member, Member)
    assert member.phone == ANNA.phone


def test_five_misses_slow_the_next_and_time_heals(desk: FrontDesk, shop: Counter) -> None:
    assert desk.proves(ANNA, "3456")
    assert not desk.proves(ANNA, "456")
    for _ in range(3):
        assert not desk.proves(ANNA, "0000")
    assert desk.pause_s() == 0
    desk.missed()
    assert desk.pause_s() == 30
    shop.wait(seconds=29)
    assert desk.pause_s() == 1
    shop.wait(seconds=1)
    assert desk.pause_s() == 0
    assert not desk.proves(ANNA, "1111")
    assert desk.pause_s() == 30
    shop.wait(minutes=10, seconds=1)
    assert desk.pause_s() == 0


# --- why 85? -------------------------------------------------------------------------------------


def test_the_story_ends_at_todays_figure_and_every_step_adds_up(
    desk: FrontDesk, shop: Counter
) -> None:
    shop.scan(ANNA, BOX)
    shop.checkout.toggle_reward(FIVE_OFF)
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CASH, 1500)
    story = desk.story(ANNA.id)
    points = next(one for one in story.units if one.unit == "points")
    assert (points.balance, points.before, points.whole) == (52, 0, True)
    assert [(row.kind, row.n, row.after) for row in points.rows] == [
        (EntryKind.EARN, 15, 52),
        (EntryKind.SPEND, -100, 37),
        (EntryKind.EARN, 137, 137),
    ]
    assert points.rows[1].rewards == (FIVE_OFF,)
    assert points.rows[0].number == points.rows[1].number > 0
    assert (points.rows[2].number, points.rows[2].fact) == (0, "UnitsAdjusted")


def test_each_unit_has_a_story_of_its_own(desk: FrontDesk, shop: Counter) -> None:
    shop.give(ANNA, 3, "stamps:coffee")
    story = desk.story(ANNA.id)
    stamps = next(one for one in story.units if one.unit == "stamps:coffee")
    assert [row.n for row in stamps.rows] == [3]
    assert {one.unit for one in story.units} >= {"points", "stamps:coffee", "stamps:wash"}


def test_who_has_nothing_has_an_empty_story(desk: FrontDesk) -> None:
    celina = joined(desk, BLANK)
    story = desk.story(celina.id)
    assert story.units
    assert all((one.rows, one.balance, one.whole) == ((), 0, True) for one in story.units)


def test_units_that_wait_are_told_and_change_nothing_yet(desk: FrontDesk, shop: Counter) -> None:
    wallet = shop.members.standing(ANNA.id).wallets[0]
    entry = Entry(Account(wallet, UnitId("points")), EntryKind.EARN_PENDING, 20)
    shop.journal.adjust([entry], "goodwill", ANNA.id)
    points = next(one for one in desk.story(ANNA.id).units if one.unit == "points")
    assert (points.balance, points.pending) == (137, 20)
    assert (points.rows[0].kind, points.rows[0].n, points.rows[0].after) == (
        EntryKind.EARN_PENDING,
        20,
        137,
    )
