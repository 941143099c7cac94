"""The ledger: entries add up in any order, and nobody's units get lost or are counted twice."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.ledger import (
    DATED,
    NOTHING,
    RIGHT_SIGN,
    Entry,
    EntryKind,
    Lot,
    Sums,
    accrual,
    apply,
    apply_all,
    check_entry,
    expirable,
    expired_too_much,
    fold,
    lots,
    rights_of,
    spendable_lots,
    taking_back,
    uncovered,
    undone,
)
from terminal.loyalty.wallet import Account, UnitId, WalletId, wallet_id

ANNA = Account(wallet_id(1), UnitId("points"))
APRIL, MAY, DECEMBER = date(2026, 4, 30), date(2026, 5, 31), date(2026, 12, 31)
DAYS = st.sampled_from([None, APRIL, MAY, DECEMBER, date.max])
ACCOUNTS = st.sampled_from([ANNA, Account(wallet_id(2), UnitId("points"))])
WRITERS = st.sampled_from(["server", "till 1", "till 2"])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(EntryKind))
    day = draw(DAYS) if kind in DATED else None
    return Entry(draw(ACCOUNTS), kind, draw(st.integers(1, 50)), day)


MANY = st.lists(entries(), max_size=25)


def after(*moved: Entry, onto: Sums = NOTHING) -> Sums:
    return fold(moved, {ANNA: onto})[ANNA]


def anna(kind: EntryKind, n: int, day: date | None = None) -> Entry:
    return Entry(ANNA, kind, n, day)


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(moved: list[Entry], chance: object) -> None:
    shuffled = list(moved)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert fold(shuffled) == fold(moved)
    for account, sums in fold(moved).items():
        assert lots(fold(shuffled)[account]) == lots(sums)


@given(MANY, MANY)
def test_own_facts_fold_onto_a_statement_as_if_all_were_folded_at_once(
    before: list[Entry], since: list[Entry]
) -> None:
    assert fold(since, fold(before)) == fold([*before, *since])


@given(MANY, MANY)
def test_what_one_account_got_may_be_folded_in_one_go(
    there: list[Entry], came: list[Entry]
) -> None:
    sums = after(*(one for one in there if one.account == ANNA))
    own = [one for one in came if one.account == ANNA]
    expected = sums
    for one in own:
        expected = apply(expected, one)
    assert apply_all(sums, own) == expected


@given(st.lists(st.tuples(WRITERS, entries()), max_size=25))
def test_all_rights_together_are_what_the_sums_say(moved: list[tuple[str, Entry]]) -> None:
    """A right received left the pool; a right released came back to it."""
    everywhere: dict[Account, int] = {}
    for writer in ("server", "till 1", "till 2"):
        own = [entry for who, entry in moved if who == writer]
        for account, n in rights_of(own).items():
            everywhere[account] = everywhere.get(account, 0) + n
    for _, entry in moved:
        if entry.kind in (EntryKind.RECEIVE, EntryKind.RELEASE):
            everywhere[entry.account] -= RIGHT_SIGN[entry.kind] * entry.n

    for account, sums in fold(entry for _, entry in moved).items():
        assert everywhere.get(account, 0) == sums.rights_in_all


@given(MANY)
def test_lots_sum_to_what_is_left(moved: list[Entry]) -> None:
    for sums in fold(moved).values():
        if sums.used >= 0:
            left = sums.earned_in_all - sums.expired_in_all - sums.used
            assert sum(lot.n for lot in lots(sums)) == max(0, left)
        days = [lot.day or date.max for lot in lots(sums)]
        assert days == sorted(days)
        assert all(lot.n > 0 for lot in lots(sums))


@given(MANY)
def test_spendable_lots_are_the_lots_without_what_is_pending(moved: list[Entry]) -> None:
    for sums in fold(moved).values():
        whole = dict(lots(sums))
        spendable = spendable_lots(sums)
        assert sum(lot.n for lot in spendable) == max(0, sum(whole.values()) - max(0, sums.pending))
        assert all(lot.n <= whole[lot.day] for lot in spendable)


@given(MANY, st.integers(1, 99), DAYS)
@pytest.mark.parametrize(
    ("there", "back"),
    [
        (EntryKind.EARN, EntryKind.UNEARN),
        (EntryKind.SPEND, EntryKind.UNSPEND),
        (EntryKind.EXPIRE, EntryKind.UNEXPIRE),
        (EntryKind.OWE, EntryKind.REPAY),
        (EntryKind.RECEIVE, EntryKind.RELEASE),
    ],
)
def test_each_movement_has_its_inverse(
    there: EntryKind, back: EntryKind, moved: list[Entry], n: int, day: date | None
) -> None:
    sums = fold(moved).get(ANNA, NOTHING)
    day = day if there in DATED else None

    assert apply(apply(sums, anna(there, n, day)), anna(back, n, day)) == sums
    assert RIGHT_SIGN[there] == -RIGHT_SIGN[back]


@given(MANY, entries())
def test_what_is_undone_leaves_sums_and_rights_as_they_were(
    moved: list[Entry], done: Entry
) -> None:
    if done.kind in {EntryKind.RECEIVE, EntryKind.RELEASE}:
        assert undone(done) == ()
        return
    both = [done, *undone(done)]

    assert fold([*moved, *both]).get(done.account) == fold(moved).get(done.account, NOTHING)
    assert not rights_of(both).get(done.account)


def test_every_kind_of_entry_says_what_it_does_to_a_right() -> None:
    assert set(RIGHT_SIGN) == set(EntryKind)


@pytest.mark.parametrize("n", [0, -5, 10**12 + 1])
def test_an_entry_moves_at_least_one_unit_and_no_absurd_number(n: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000000000000"):
        check_entry(anna(EntryKind.EARN, n))


def test_units_that_never_expire_stand_after_the_last_day_of_the_calendar() -> None:
    never, far = anna(EntryKind.EARN, 1), anna(EntryKind.EARN, 2, date.max)

    assert after(never, far) == after(far, never)
    assert lots(after(never, far)) == (Lot(date.max, 2), Lot(None, 1))


def test_what_ends_first_is_used_first() -> None:
    sums = after(
        anna(EntryKind.EARN, 60, DECEMBER),
        anna(EntryKind.EARN, 5),
        anna(EntryKind.EARN, 40, APRIL),
        anna(EntryKind.SPEND, 50),
    )

    assert lots(sums) == (Lot(DECEMBER, 50), Lot(None, 5))


def test_units_given_back_have_their_old_last_day() -> None:
    sums = after(
        anna(EntryKind.EARN, 40, APRIL),
        anna(EntryKind.EARN, 60, DECEMBER),
        anna(EntryKind.SPEND, 50),
        anna(EntryKind.UNSPEND, 50),
    )

    assert lots(sums) == (Lot(APRIL, 40), Lot(DECEMBER, 60))


class TestDebt:
    """Anna's purchase is refunded after she spent its points."""

    def owing(self) -> Sums:
        return after(
            anna(EntryKind.EARN, 100, APRIL),
            anna(EntryKind.SPEND, 80),
            *taking_back(ANNA, 100, APRIL, rights_here=20),
        )

    def test_what_no_right_covers_is_owed(self) -> None:
        sums = self.owing()

        assert sums.debt == 80
        assert sums.balance == -80
        assert sums.rights_in_all == 0
        assert lots(sums) == ()

    def test_later_accruals_repay_it_before_they_make_a_right(self) -> None:
        first = accrual(ANNA, 50, DECEMBER, debt=80)
        second = accrual(ANNA, 50, DECEMBER, debt=30)

        assert rights_of(first).get(ANNA, 0) == 0
        assert rights_of(second) == {ANNA: 20}
        sums = after(*first, *second, onto=self.owing())
        assert (sums.debt, sums.balance, sums.rights_in_all) == (0, 20, 20)
        assert lots(sums) == (Lot(DECEMBER, 20),)

    def test_repaid_at_two_tills_at_once_it_is_seen_and_goes_back_to_the_pool(self) -> None:
        at_both = [*accrual(ANNA, 80, DECEMBER, debt=80), *accrual(ANNA, 80, DECEMBER, debt=80)]

        sums = after(*at_both, onto=self.owing())

        assert sums.debt == -80
        assert (sums.balance, sums.rights_in_all) == (80, 0)
        settled = apply(sums, anna(EntryKind.OWE, -sums.debt))
        assert (settled.debt, settled.balance, settled.rights_in_all) == (0, 80, 80)

    def test_nothing_is_owed_that_a_right_covers(self) -> None:
        assert taking_back(ANNA, 5, APRIL, rights_here=5) == (anna(EntryKind.UNEARN, 5, APRIL),)
        assert taking_back(ANNA, 5, APRIL, rights_here=-3) == (
            anna(EntryKind.UNEARN, 5, APRIL),
            anna(EntryKind.OWE, 5),
        )

    def test_what_several_entries_take_is_owed_once_as_far_as_rights_are_short(self) -> None:
        back = [anna(EntryKind.UNEARN, 30, APRIL), anna(EntryKind.UNEARN, 20, MAY)]
        assert uncovered(back, {ANNA: 50}) == ()
        assert uncovered(back, {ANNA: 15}) == (anna(EntryKind.OWE, 35),)
        assert uncovered(back, {}) == (anna(EntryKind.OWE, 50),)
        assert uncovered(back, {ANNA: -9}) == (anna(EntryKind.OWE, 50),), "what was short before"

    @given(st.integers(1, 99), st.integers(-9, 99))
    def test_taking_back_never_takes_more_right_than_there_is(self, n: int, here: int) -> None:
        taken = -rights_of(taking_back(ANNA, n, APRIL, rights_here=here)).get(ANNA, 0)

        assert taken == max(0, min(n, here))


class TestPending:
    """Units of a purchase that can still be returned."""

    PENDING = (anna(EntryKind.EARN, 10, APRIL), anna(EntryKind.EARN_PENDING, 50, DECEMBER))

    def test_they_are_there_but_cannot_be_spent(self) -> None:
        sums = after(*self.PENDING)

        assert (sums.balance, sums.pending, sums.rights_in_all) == (10, 50, 10)
        assert lots(sums) == (Lot(APRIL, 10), Lot(DECEMBER, 50))
        assert spendable_lots(sums) == (Lot(APRIL, 10),)

    def test_once_vested_they_can(self) -> None:
        sums = after(*self.PENDING, anna(EntryKind.VEST, 50))

        assert (sums.balance, sums.pending, sums.rights_in_all) == (60, 0, 60)
        assert spendable_lots(sums) == lots(sums)

    def test_taking_them_back_touches_no_right(self) -> None:
        back = (anna(EntryKind.UNEARN, 50, DECEMBER), anna(EntryKind.VEST, 50))

        assert rights_of(back).get(ANNA, 0) == 0
        assert after(*self.PENDING, *back) == after(anna(EntryKind.EARN, 10, APRIL))


@given(MANY, st.integers(0, 200), st.integers(0, 200))
def test_expiry_never_takes_more_than_the_pool_or_what_may_be_spent_elsewhere(
    moved: list[Entry], pool: int, out: int
) -> None:
    sums = fold(moved).get(ANNA, NOTHING)

    n = expirable(sums, up_to=APRIL, pool=pool, rights_out=out)

    assert 0 <= n <= pool
    ends = sum(count for day, count in sums.earned if day is not None and day <= APRIL)
    gone = sum(count for day, count in sums.expired if day is not None and day <= APRIL)
    assert n == 0 or n + gone + sums.used + out <= ends
    if n and sums.used >= 0:
        expired = apply(sums, anna(EntryKind.EXPIRE, n, APRIL))
        assert expirable(expired, up_to=APRIL, pool=pool, rights_out=out) == 0
        assert sum(lot.n for lot in lots(expired)) == sum(lot.n for lot in lots(sums)) - n


def test_nothing_that_never_ends_expires() -> None:
    sums = after(anna(EntryKind.EARN, 100))

    assert expirable(sums, up_to=date.max, pool=100, rights_out=0) == 0


def test_a_later_day_expires_only_what_an_earlier_one_and_the_spending_left() -> None:
    sums = after(
        anna(EntryKind.EARN, 40, APRIL),
        anna(EntryKind.EARN, 60, MAY),
        anna(EntryKind.EARN, 100, DECEMBER),
        anna(EntryKind.EXPIRE, 40, APRIL),
        anna(EntryKind.SPEND, 50),
    )

    assert expirable(sums, up_to=MAY, pool=110, rights_out=0) == 10
    assert lots(sums) == (Lot(MAY, 10), Lot(DECEMBER, 100))


def test_too_much_expired_is_brought_back_when_an_older_sale_arrives_late() -> None:
    """A till earned 50 and spent 50 in April, and told of it in May, when 40 had expired."""
    expired = after(anna(EntryKind.EARN, 40, APRIL), anna(EntryKind.EXPIRE, 40, APRIL))
    late = (anna(EntryKind.EARN, 50, DECEMBER), anna(EntryKind.SPEND, 50))

    sums = after(*late, onto=expired)

    assert expired_too_much(expired, up_to=APRIL) == 0
    assert expired_too_much(sums, up_to=APRIL) == 40
    back = apply(sums, anna(EntryKind.UNEXPIRE, 40, APRIL))
    assert expired_too_much(back, up_to=APRIL) == 0
    assert lots(back) == (Lot(DECEMBER, 40),)
    assert back.rights_in_all == 40


def test_spending_after_the_last_day_brings_nothing_back() -> None:
    """So the sums for ``expired_too_much`` are those of the facts dated up to the day."""
    in_april = after(
        anna(EntryKind.EARN, 40, APRIL),
        anna(EntryKind.EARN, 60, DECEMBER),
        anna(EntryKind.EXPIRE, 40, APRIL),
    )
    may = anna(EntryKind.SPEND, 50)

    assert expired_too_much(in_april, up_to=APRIL) == 0
    assert lots(apply(in_april, may)) == (Lot(DECEMBER, 10),)


class Server:
    """What a server knows: the facts that arrived, and the rights that it gave."""

    def __init__(self) -> None:
        self.sums = NOTHING
        self.out = {"A": 0, "B": 0}

    @property
    def pool(self) -> int:
        return self.sums.rights_in_all - sum(self.out.values())

    def mint(self, entry: Entry) -> None:
        self.sums = apply(self.sums, entry)

    def give(self, till: str, n: int) -> None:
        assert n <= self.pool
        self.out[till] += n

    def hear(self, till: str, moved: Iterable[Entry]) -> None:
        for entry in moved:
            self.sums = apply(self.sums, entry)
            if entry.kind is not EntryKind.RECEIVE:  # given already
                self.out[till] += RIGHT_SIGN[entry.kind] * entry.n

    def expire(self) -> None:
        out = sum(self.out.values())
        n = expirable(self.sums, up_to=APRIL, pool=self.pool, rights_out=max(0, out))
        if n:
            self.mint(anna(EntryKind.EXPIRE, n, APRIL))

    def bring_back(self) -> None:
        n = expired_too_much(self.sums, up_to=APRIL)
        if n:
            self.mint(anna(EntryKind.UNEXPIRE, n, APRIL))

    def check(self) -> None:
        assert self.pool >= 0
        assert all(n >= 0 for n in self.out.values())


@pytest.mark.parametrize("runs", range(8), ids=lambda runs: f"expiry runs {runs:03b}")
@pytest.mark.parametrize("first", ["A", "B"])
def test_the_story_of_two_tills_that_spend_one_card_without_a_line(first: str, runs: int) -> None:
    """100 points of which 40 end in April: 60 spent at A, 30 at B, B's sale refunded at A."""
    server = Server()
    server.mint(anna(EntryKind.EARN, 40, APRIL))
    server.mint(anna(EntryKind.EARN, 60, DECEMBER))
    server.give("A", 60)
    server.give("B", 30)
    sales = {
        "A": (anna(EntryKind.RECEIVE, 60), anna(EntryKind.SPEND, 60)),
        "B": (anna(EntryKind.RECEIVE, 30), anna(EntryKind.SPEND, 30)),
    }

    for moment, till in enumerate((first, "B" if first == "A" else "A")):
        if runs & 1 << moment:
            server.expire()
        server.hear(till, sales[till])
        server.check()
    assert (server.sums.used, server.pool) == (90, 10)
    assert lots(server.sums) == (Lot(DECEMBER, 10),)
    if runs & 4:
        server.expire()

    server.mint(anna(EntryKind.UNSPEND, 30))  # RefundSettled, now that B's facts are there
    server.expire()

    assert server.sums.expired == ()
    assert lots(server.sums) == (Lot(DECEMBER, 40),)
    assert server.pool == server.sums.rights_in_all == 40
    assert expired_too_much(server.sums, up_to=APRIL) == 0


@st.composite
def tills_own_facts(draw: st.DrawFn, given_rights: int) -> list[Entry]:
    """What one till writes by the end of April, in its order; in the end all rights go back."""
    rights = given_rights
    written = [anna(EntryKind.RECEIVE, given_rights)] if given_rights else []
    for _ in range(draw(st.integers(0, 4))):
        earns = rights == 0 or draw(st.booleans())
        n = draw(st.integers(1, 40 if earns else rights))
        day = draw(st.sampled_from([APRIL, DECEMBER]))
        written.append(anna(EntryKind.EARN, n, day) if earns else anna(EntryKind.SPEND, n))
        rights += n if earns else -n
    return written + ([anna(EntryKind.RELEASE, rights)] if rights else [])


@given(st.data())
def test_in_every_order_of_arrival_the_same_units_expire(data: st.DataObject) -> None:
    to_a, to_b = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 40))
    own = {"A": data.draw(tills_own_facts(to_a)), "B": data.draw(tills_own_facts(to_b))}
    ends = []
    for _ in range(2):
        server = Server()
        server.mint(anna(EntryKind.EARN, 40, APRIL))
        server.mint(anna(EntryKind.EARN, 60, DECEMBER))
        server.give("A", to_a)
        server.give("B", to_b)
        order = data.draw(st.permutations(["A"] * len(own["A"]) + ["B"] * len(own["B"])))
        waiting = {till: iter(facts) for till, facts in own.items()}
        for till in order:
            if data.draw(st.booleans()):
                out_before = dict(server.out)
                server.expire()
                assert server.sums.rights_in_all >= sum(out_before.values())
            server.hear(till, [next(waiting[till])])
            server.check()
        server.bring_back()
        server.expire()
        server.check()
        ends.append((server.sums, lots(server.sums)))

    assert ends[0] == ends[1]
    assert all(lot.day != APRIL for lot in ends[0][1])


def test_a_wallet_is_128_bits_and_says_nothing_of_its_holder() -> None:
    assert wallet_id(255) == WalletId("0" * 30 + "ff")
    for bits in (-1, 2**128):
        with pytest.raises(ValueError, match="128 bits"):
            wallet_id(bits)
