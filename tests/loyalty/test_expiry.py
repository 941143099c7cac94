"""No units end in silence: who is warned when, and what happens on the day after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.expiry import (
    Because,
    Decide,
    EndingAccount,
    Expire,
    ExpiryTerms,
    Extend,
    LotToWarn,
    Outcome,
    Recall,
    Told,
    at_the_end,
    ended_while_active,
    lots_to_warn,
    warned_days,
)
from terminal.loyalty.ledger import (
    Entry,
    EntryKind,
    Sums,
    fold,
    lots,
    rights_of,
    taking_back,
    taking_back_pending,
    vested_twice,
    vesting,
)
from terminal.loyalty.ledger import apply as apply_entry
from terminal.loyalty.statement import AccountStatement
from terminal.loyalty.wallet import Account, UnitId, wallet_id

ACCOUNT = Account(wallet_id(1), UnitId("points"))
APRIL = date(2026, 4, 30)
MAY = date(2026, 5, 30)
YEAR_END = date(2026, 12, 31)
FIRST_OF_MAY = date(2026, 5, 1)


def stated(sums: Sums, **other: object) -> AccountStatement:
    return AccountStatement(unit=ACCOUNT.unit, sums=sums, **other)  # type: ignore[arg-type]


def ending(sums: Sums, *, pool: int | None = None, **other: object) -> EndingAccount:
    """An account whose rights are all in the pool, unless it is said otherwise."""
    out = sums.rights_in_all - (sums.rights_in_all if pool is None else pool)
    return EndingAccount(
        stated=stated(sums, **{key: other[key] for key in ("warned", "extended") if key in other}),
        pool=sums.rights_in_all if pool is None else pool,
        rights_out=out,
        given_back=other.get("given_back", ()),  # type: ignore[arg-type]
    )


HUNDRED = Sums(earned=((APRIL, 40), (YEAR_END, 60)))


# --- warning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        (APRIL - timedelta(days=91), False),
        (APRIL - timedelta(days=90), True),
        (date(2026, 3, 14), True),
        (APRIL - timedelta(days=14), True),
        (APRIL - timedelta(days=13), False),
        (FIRST_OF_MAY, False),
    ],
)
def test_a_till_warns_from_ninety_days_to_fourteen_days_before(today: date, warned: bool) -> None:
    expected = (LotToWarn(day=APRIL, last_day=APRIL, n=40),) if warned else ()

    assert lots_to_warn(stated(HUNDRED), today) == expected


def test_a_lot_is_warned_of_once() -> None:
    march = date(2026, 3, 14)

    assert lots_to_warn(stated(HUNDRED, warned=(APRIL,)), march) == ()
    assert lots_to_warn(stated(HUNDRED), march, {Told(APRIL, APRIL)}) == ()


def test_what_is_spent_or_still_pending_or_never_ends_is_not_warned_of() -> None:
    march = date(2026, 3, 14)

    assert lots_to_warn(stated(Sums(earned=((APRIL, 40),), used=40)), march) == ()
    assert lots_to_warn(stated(Sums(earned=((APRIL, 40),), pending=40)), march) == ()
    assert lots_to_warn(stated(Sums(earned=((None, 40),))), march) == ()


def test_an_extended_lot_is_warned_of_again_with_its_new_last_day() -> None:
    extended = stated(HUNDRED, extended=((APRIL, MAY),))
    told_the_old_day = {Told(APRIL, APRIL)}

    assert lots_to_warn(extended, date(2026, 5, 5), told_the_old_day) == (
        LotToWarn(day=APRIL, last_day=MAY, n=40),
    )


def test_a_warning_counts_if_it_told_the_last_day_that_holds_now() -> None:
    told = (Told(APRIL, APRIL), date(2026, 4, 1))
    too_late = (Told(APRIL, APRIL), date(2026, 4, 20))
    anew = (Told(APRIL, MAY), date(2026, 5, 5))

    assert warned_days([told], ()) == (APRIL,)
    assert warned_days([too_late], ()) == ()
    assert warned_days([told], [(APRIL, MAY)]) == ()
    assert warned_days([told, anew], [(APRIL, MAY)]) == (APRIL,)


# --- the day after -------------------------------------------------------------------------------


def test_points_that_their_member_was_warned_of_expire_on_the_first_of_may() -> None:
    warned = ending(HUNDRED, warned=(APRIL,))

    assert at_the_end(warned, APRIL) == ()
    assert at_the_end(warned, FIRST_OF_MAY) == (Expire(APRIL, 40),)


def test_points_that_nobody_was_warned_of_stay_until_the_thirtieth_of_may() -> None:
    assert at_the_end(ending(HUNDRED), FIRST_OF_MAY) == (Extend(APRIL, MAY, Because.NOT_WARNED),)
    extended = ending(HUNDRED, extended=((APRIL, MAY),))
    assert at_the_end(extended, MAY) == ()
    assert at_the_end(extended, date(2026, 5, 31)) == (
        Extend(APRIL, date(2026, 6, 29), Because.NOT_WARNED),
    )


def test_an_extension_leaves_time_to_tell_the_new_day_however_late_it_comes() -> None:
    assert at_the_end(ending(HUNDRED), date(2026, 5, 20)) == (
        Extend(APRIL, date(2026, 6, 29), Because.NOT_WARNED),
    )


def test_after_a_year_a_person_decides() -> None:
    nearly_a_year = APRIL + timedelta(days=12 * 30)
    held = ending(HUNDRED, extended=((APRIL, nearly_a_year),))

    assert at_the_end(held, nearly_a_year + timedelta(days=1)) == (
        Decide(APRIL, 40),
        Extend(YEAR_END, date(2027, 5, 30), Because.NOT_WARNED),
    )


def test_the_owner_sets_how_long_units_stay() -> None:
    terms = ExpiryTerms(step_days=20, months_most=1)
    first = ending(HUNDRED)
    second = ending(HUNDRED, extended=((APRIL, date(2026, 5, 20)),))

    assert at_the_end(first, FIRST_OF_MAY, terms) == (
        Extend(APRIL, date(2026, 5, 20), Because.NOT_WARNED),
    )
    assert at_the_end(second, date(2026, 5, 21), terms) == (Decide(APRIL, 40),)


def test_rights_that_are_out_are_recalled_and_their_units_wait() -> None:
    """80 of the rights are at tills: all 40 of April may be spent already."""
    waiting = ending(HUNDRED, pool=20, warned=(APRIL,))

    assert at_the_end(waiting, FIRST_OF_MAY) == (Recall(80),)


def test_some_rights_out_let_some_units_expire() -> None:
    waiting = ending(HUNDRED, pool=75, warned=(APRIL,))

    assert at_the_end(waiting, FIRST_OF_MAY) == (Expire(APRIL, 15), Recall(25))


def test_units_given_back_too_late_to_warn_of_stay() -> None:
    """40 of April and 10 later were spent; 25 came back on 20 April: 15 of them are of April."""
    sums = Sums(earned=((APRIL, 40), (YEAR_END, 60)), used=25)
    late = ending(sums, warned=(APRIL,), given_back=((date(2026, 4, 20), 25),))
    early = ending(sums, warned=(APRIL,), given_back=((date(2026, 4, 10), 25),))

    assert at_the_end(late, FIRST_OF_MAY) == (Extend(APRIL, MAY, Because.GIVEN_BACK_LATE),)
    assert at_the_end(early, FIRST_OF_MAY) == (Expire(APRIL, 15),)


def test_only_what_was_given_back_late_stays() -> None:
    sums = Sums(earned=((APRIL, 40),), used=10)
    late = ending(sums, warned=(APRIL,), given_back=((date(2026, 4, 20), 5),))

    assert at_the_end(late, FIRST_OF_MAY) == (
        Expire(APRIL, 25),
        Extend(APRIL, MAY, Because.GIVEN_BACK_LATE),
    )


def test_a_lot_that_ends_beside_an_extended_one_leaves_that_alone() -> None:
    middle = date(2026, 5, 15)
    sums = Sums(earned=((APRIL, 40), (middle, 30), (YEAR_END, 30)), used=5)
    held = ending(sums, warned=(middle,), extended=((APRIL, MAY),))

    assert at_the_end(held, date(2026, 5, 16)) == (Expire(middle, 30),)


# --- what holds for all accounts -----------------------------------------------------------------

DAYS = st.sampled_from([date(2026, 3, 1), APRIL, date(2026, 5, 15), YEAR_END])
BY_DAY = st.dictionaries(DAYS, st.integers(1, 50), max_size=4).map(
    lambda found: tuple(sorted(found.items()))
)


@st.composite
def endings(draw: st.DrawFn) -> EndingAccount:
    earned = draw(BY_DAY)
    whole = sum(n for _, n in earned)
    used = draw(st.integers(0, whole))
    sums = Sums(earned=earned, used=used)
    pool = draw(st.integers(0, sums.rights_in_all))
    given = draw(st.lists(st.tuples(st.dates(date(2026, 2, 1), MAY), st.integers(1, 20))))
    return ending(
        sums,
        pool=pool,
        warned=tuple(draw(st.sets(DAYS))),
        extended=tuple(draw(st.dictionaries(st.just(APRIL), st.just(MAY))).items()),
        given_back=tuple(given),
    )


def after(held: EndingAccount, outcomes: tuple[Outcome, ...], *, back: int = 0) -> EndingAccount:
    """The account once the outcomes are recorded and so many rights have come back."""
    sums, extended, pool = held.stated.sums, dict(held.stated.extended), held.pool + back
    for one in outcomes:
        if isinstance(one, Expire):
            sums = apply_entry(sums, Entry(ACCOUNT, EntryKind.EXPIRE, one.n, one.day))
            pool -= one.n
        if isinstance(one, Extend):
            extended[one.day] = one.until
    return EndingAccount(
        stated=stated(sums, warned=held.stated.warned, extended=tuple(extended.items())),
        pool=pool,
        rights_out=held.rights_out - back,
        given_back=held.given_back,
    )


@given(endings(), st.dates(date(2026, 2, 1), date(2027, 12, 31)))
def test_nothing_ends_that_was_not_warned_of_and_rights_never_run_short(
    held: EndingAccount, today: date
) -> None:
    outcomes = at_the_end(held, today)
    once = after(held, outcomes)

    before = {lot.day: lot.n for lot in lots(held.stated.sums)}
    for one in outcomes:
        if isinstance(one, Expire):
            assert one.day in held.stated.warned
            assert one.day < today
            assert 0 < one.n <= before[one.day]
        if isinstance(one, Extend):
            assert one.until >= today + timedelta(days=14)
    assert once.pool >= 0
    assert once.pool + once.rights_out == once.stated.sums.rights_in_all
    # Whatever the rights that are out were spent on, the sums can bear it.
    spent = apply_entry(once.stated.sums, Entry(ACCOUNT, EntryKind.SPEND, max(1, once.rights_out)))
    if once.rights_out:
        assert spent.rights_in_all == once.pool
        assert sum(lot.n for lot in lots(spent)) == spent.rights_in_all


@given(endings(), st.dates(date(2026, 2, 1), date(2027, 12, 31)))
def test_asking_again_gives_nothing_new_until_rights_come_back(
    held: EndingAccount, today: date
) -> None:
    outcomes = at_the_end(held, today)
    asked = sum(one.n for one in outcomes if isinstance(one, Recall))
    again = at_the_end(after(held, outcomes), today)

    assert [one for one in again if isinstance(one, Expire | Extend)] == []
    assert sum(one.n for one in again if isinstance(one, Recall)) == asked
    final = at_the_end(after(held, outcomes, back=asked), today)
    assert not any(isinstance(one, Recall) for one in final)


def test_a_day_that_a_purchase_gave_is_written_down_though_it_is_over_by_now() -> None:
    """The server slept through it. What was used until then was used of this lot."""
    held = EndingAccount(
        stated=stated(Sums(earned=((APRIL, 40),)), warned=(APRIL,)),
        pool=40,
        rights_out=0,
        renewed_to=MAY,
    )

    assert at_the_end(held, MAY) == (Extend(APRIL, MAY, Because.ACTIVE),)
    assert at_the_end(held, MAY + timedelta(days=1)) == (
        Extend(APRIL, MAY, Because.ACTIVE),
        Expire(APRIL, 40),
    )


def test_what_ended_of_somebody_who_was_active_comes_back_once() -> None:
    ended = (Entry(ACCOUNT, EntryKind.EXPIRE, 40, APRIL), FIRST_OF_MAY)
    back = Entry(ACCOUNT, EntryKind.UNEXPIRE, 40, APRIL)

    assert ended_while_active([ended], lambda _on: MAY) == (back,)
    assert ended_while_active([ended], lambda _on: FIRST_OF_MAY) == (back,)
    assert ended_while_active([ended], lambda _on: APRIL) == ()
    assert ended_while_active([ended], lambda _on: None) == ()
    assert ended_while_active([ended, (back, MAY)], lambda _on: MAY) == ()
    part = (back._replace(n=15), MAY)
    assert ended_while_active([ended, part], lambda _on: MAY) == (back._replace(n=25),)


def test_what_ended_a_second_time_and_rightly_does_not_come_back() -> None:
    june = date(2026, 6, 1)
    entries = [
        (Entry(ACCOUNT, EntryKind.EXPIRE, 40, APRIL), FIRST_OF_MAY),
        (Entry(ACCOUNT, EntryKind.UNEXPIRE, 40, APRIL), date(2026, 5, 9)),
        (Entry(ACCOUNT, EntryKind.EXPIRE, 40, APRIL), june),
    ]

    assert ended_while_active(entries, lambda _on: MAY) == ()


def test_what_came_too_late_to_tell_of_its_end_stays() -> None:
    """Ten of the forty were earned on the twentieth of April, and a warning of March is none."""
    came = (Entry(ACCOUNT, EntryKind.EARN, 10, APRIL), date(2026, 4, 20))
    sums = Sums(earned=((APRIL, 40),))
    held = replace(ending(sums, warned=(APRIL,)), came=(came,))

    assert at_the_end(held, FIRST_OF_MAY) == (
        Expire(APRIL, 30),
        Extend(APRIL, MAY, Because.NOT_WARNED),
    )
    early = (Entry(ACCOUNT, EntryKind.EARN, 10, APRIL), date(2026, 4, 16))
    assert at_the_end(replace(held, came=(early,)), FIRST_OF_MAY) == (Expire(APRIL, 40),)
    rights_out = replace(held, pool=0, rights_out=40)
    assert at_the_end(rights_out, FIRST_OF_MAY) == (Recall(30),)


# --- vesting beside taking back ------------------------------------------------------------------


def test_taking_back_before_vesting_touches_no_right() -> None:
    sale = [Entry(ACCOUNT, EntryKind.EARN_PENDING, 10, APRIL)]
    back = taking_back_pending(ACCOUNT, 10, APRIL)

    assert fold([*sale, *back])[ACCOUNT] == Sums()
    assert rights_of(back).get(ACCOUNT, 0) == 0


def test_taking_back_after_vesting_costs_the_right() -> None:
    sale = [Entry(ACCOUNT, EntryKind.EARN_PENDING, 10, APRIL)]
    vested = vesting(ACCOUNT, 10, debt=0)
    back = taking_back(ACCOUNT, 10, APRIL, rights_here=4)

    sums = fold([*sale, *vested, *back])[ACCOUNT]

    assert (sums.balance, sums.debt, sums.pending) == (0, 6, 0)
    assert rights_of(vested)[ACCOUNT] + rights_of(back)[ACCOUNT] == sums.rights_in_all == 6


def test_what_vests_repays_what_is_owed_first() -> None:
    assert vesting(ACCOUNT, 10, debt=6) == (
        Entry(ACCOUNT, EntryKind.VEST, 10),
        Entry(ACCOUNT, EntryKind.REPAY, 6),
    )


@pytest.mark.parametrize("pool_left", [0, 3, 10])
def test_units_vested_here_and_taken_back_as_pending_there_come_to_nothing(pool_left: int) -> None:
    """``pool_left`` of the 10 rights are still at the server, the others were spent."""
    spent = 10 - pool_left
    entries = [
        Entry(ACCOUNT, EntryKind.EARN_PENDING, 10, APRIL),
        *vesting(ACCOUNT, 10, debt=0),
        *([Entry(ACCOUNT, EntryKind.SPEND, spent)] if spent else []),
        *taking_back_pending(ACCOUNT, 10, APRIL),
        *vested_twice(ACCOUNT, 10, rights_here=pool_left),
    ]

    sums = fold(entries)[ACCOUNT]

    assert sums == Sums(used=spent, debt=spent)
    assert rights_of(entries).get(ACCOUNT, 0) == sums.rights_in_all == 0


def test_a_correction_before_the_sale_itself_arrives_comes_to_nothing_too() -> None:
    back = taking_back_pending(ACCOUNT, 10, APRIL)
    corrected = vested_twice(ACCOUNT, 10, rights_here=0)
    late_sale = (Entry(ACCOUNT, EntryKind.EARN_PENDING, 10, APRIL),)
    owed = fold([*back, *corrected, *late_sale])[ACCOUNT].debt

    entries = [*back, *corrected, *late_sale, *vesting(ACCOUNT, 10, debt=owed)]

    assert fold(entries)[ACCOUNT] == Sums()
    assert rights_of(entries).get(ACCOUNT, 0) == 0
