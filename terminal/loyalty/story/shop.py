"""What is known at one place of a story: at the tills on the line and their server, or at a till
without one. Members, wallets, what was sold, and the clock.

Everything on the line is one place, so every right that no till took with it is here. Sums, counts
and lots are kept by the same functions as in a real shop; what days bring is in ``days``, what a
till without the line does and how the others hear of it in ``places``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from terminal.loyalty.activity import bought_on, moved_on, moved_on_by, with_last_days
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.engine.accruals import not_granted
from terminal.loyalty.engine.evaluation import Earned, NotApplied
from terminal.loyalty.expiry import Told as LastDayTold
from terminal.loyalty.expiry import warned_days
from terminal.loyalty.giving import Gift, Giving, giving
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.loyalty.last_days import Extended, extended_until, until_of
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums, fold, rights_of
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, Moment, Standing, Traits
from terminal.loyalty.statement import AccountStatement, last_day_of
from terminal.loyalty.story.steps import Park, Story
from terminal.loyalty.tiers import NO_TIER, TierHeld, higher, raised
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId, wallet_id
from terminal.values import dataclass


class StoryStops(ValueError):
    """A step cannot happen; the message says why, for whoever wrote the story."""


class Waiting(NamedTuple):
    """Units that vest on a day, and the sale or gift that brought them."""

    vests: date
    account: Account
    n: int
    sale: str = ""


@dataclass(slots=True)
class StoryMember:
    """Somebody with a card."""

    traits: Traits
    wallet: WalletId
    tier: TierHeld = NO_TIER
    given_tier: str = ""
    """A tier that the story gave, which no counting takes away."""
    household: str = ""
    """Members with the same one use each other's wallets; empty: they are on their own."""
    cards: frozenset[int] = frozenset({1})
    """Numbers of their cards that are good."""


@dataclass(slots=True)
class Names:
    """What the story's names mean, and how many of each there are: one for all places."""

    codes: dict[str, WalletId] = field(default_factory=dict)
    """Vouchers and gift cards by the story's names for them."""
    wallets: dict[str, WalletId] = field(default_factory=dict)
    """Of everybody who ever joined."""
    forgotten: set[str] = field(default_factory=set)
    sold_at: dict[str, str] = field(default_factory=dict)
    """The till of each sale."""
    last_sale: dict[str, str] = field(default_factory=dict)
    """By till, the sale that it finished last, while nothing else happened there."""
    gifts: dict[str, tuple[str, Gift]] = field(default_factory=dict)
    """(till, what it gave) by name; what was taken back is not among them."""
    gifts_taken_back: set[str] = field(default_factory=set)
    cards: dict[str, int] = field(default_factory=dict)
    """How many cards a member got, if more than one."""
    parked: dict[tuple[str, str], Park] = field(default_factory=dict)
    """Baskets that were put aside, by till and name."""
    operators: dict[str, History] = field(default_factory=dict)
    """What whoever serves at a till gave there."""
    wallets_made: int = 0
    sales_made: int = 0
    refunds_made: int = 0
    gifts_made: int = 0
    thanks_made: int = 0


@dataclass(slots=True)
class StoryShop:
    """One place, while the story is played."""

    story: Story
    clock: datetime
    programmes: list[Programme]
    names: Names = field(default_factory=Names)
    at_till: str = ""
    """Where the step in hand happens."""
    members: dict[str, StoryMember] = field(default_factory=dict)
    sales: dict[str, SaleRecord] = field(default_factory=dict)
    refunds: dict[str, list[RefundRecord]] = field(default_factory=dict)
    slipless: list[RefundRecord] = field(default_factory=list)
    """Goods that came back without a slip, and whose purchase is still looked for."""
    entries: list[tuple[date, Entry]] = field(default_factory=list)
    """Everything that moved, with its business day."""
    sums: dict[Account, Sums] = field(default_factory=dict)
    rights: dict[Account, int] = field(default_factory=dict)
    histories: dict[WalletId, History] = field(default_factory=dict)
    """What was counted before, by the wallet that sales went to."""
    warnings: dict[Account, list[tuple[LastDayTold, date]]] = field(default_factory=dict)
    extended: dict[Account, dict[date, date]] = field(default_factory=dict)
    to_vest: list[Waiting] = field(default_factory=list)
    thanks: dict[str, list[Gift]] = field(default_factory=dict)
    """What both sides were given for the coming of a member, by the member's name."""
    away: dict[str, StoryShop] = field(default_factory=dict)
    """Tills without the line, by name."""
    took: dict[Account, int] = field(default_factory=dict)
    """Of a till without the line: the rights that it went with."""
    untold: list[Callable[[StoryShop], None]] | None = None
    """Of a till without the line: what it did, to be done again where it is heard of."""
    found: list[Finding] = field(default_factory=list)
    """What the owner is told of the step in hand."""
    overshot: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """By wallet, count and period how much beyond a limit was told already."""

    @property
    def today(self) -> date:
        """The business day: the day of the clock."""
        return self.clock.date()

    @property
    def at(self) -> Moment:
        """Now."""
        return Moment(
            local=self.clock, offset_minutes=self.story.offset_minutes, business_day=self.today
        )

    @property
    def hears(self) -> bool:
        """Whether the server hears at once of what happens here."""
        return self.untold is None

    def in_force(self) -> tuple[Programme, ...]:
        """The revisions that hold now."""
        return in_force(self.programmes, self.at.utc)

    def later(self, again: Callable[[StoryShop], None]) -> None:
        """What happened here happens again where it is heard of."""
        if self.untold is not None:
            self.untold.append(again)

    # --- who is at the counter ------------------------------------------------------------------

    def new_wallet(self) -> WalletId:
        """A wallet that nobody has yet; stories mint them in order."""
        self.names.wallets_made += 1
        return wallet_id(self.names.wallets_made)

    def next_refund(self) -> str:
        """The id of the refund that comes next; no sale has one like it."""
        return f"{1:016x}{self.names.refunds_made + 1:016x}"

    def member(self, name: str) -> StoryMember:
        """Somebody who joined before, and is known here.

        Raises:
            StoryStops: nobody of that name has.
        """
        if name not in self.members:
            if name in self.names.forgotten:
                raise StoryStops(f"{name!r} was forgotten")
            if name in self.names.wallets:
                raise StoryStops(f"{name!r} is not known here: their till has no line")
            raise StoryStops(f"{name!r} has not joined")
        return self.members[name]

    def wallets_of(self, name: str) -> tuple[WalletId, ...]:
        """The wallets that a member uses: their own, then those of their household."""
        own = self.members[name]
        fellows = (
            other.wallet
            for key, other in sorted(self.members.items())
            if own.household and other.household == own.household and key != name
        )
        return (own.wallet, *fellows)

    def standing(self, name: str, shown: Iterable[str], fresh: int) -> Standing:
        """What the till knows of a customer; ``name`` is empty where nobody showed a card."""
        unknown = [code for code in shown if code not in self.names.codes]
        if unknown:
            raise StoryStops(f"no sale gave the code {unknown[0]!r}")
        bearers = tuple(self.names.codes[code] for code in shown)
        traits, wallets = self._customer(name)
        standing = Standing(
            traits=traits,
            wallets=wallets,
            holdings=tuple(self.holdings((*wallets, *bearers))),
            bearers=bearers,
            history=self.history_of(wallets),
            operator_history=self.names.operators.get(self.at_till, NO_HISTORY),
            budgets=tuple(
                Holding(account=account, sums=sums, spendable=max(0, self.rights.get(account, 0)))
                for account, sums in self.sums.items()
                if account.unit == BUDGET_UNIT
            ),
            fresh=tuple(wallet_id(self.names.wallets_made + 1 + n) for n in range(fresh)),
        )
        return with_last_days(standing, self.programmes, self.today)

    def _customer(self, name: str) -> tuple[Traits | None, tuple[WalletId, ...]]:
        if not name:
            return None, ()
        if name not in self.members and name in self.names.wallets:
            if name in self.names.forgotten:
                raise StoryStops(f"{name!r} was forgotten")
            # A card that was handed out where nobody heard of it: it earns, and that is all.
            return Traits(member=name), (self.names.wallets[name],)
        member = self.member(name)
        return replace(member.traits, tier=self.tier(member)), self.wallets_of(name)

    def holdings(self, wallets: Iterable[WalletId]) -> Iterator[Holding]:
        """The accounts of some wallets as a till shows them, with the right to them that is here."""
        for wallet in dict.fromkeys(wallets):
            for account in self.sums:
                if account.wallet == wallet:
                    yield Holding(
                        account=account,
                        sums=self.sums[account],
                        spendable=max(0, self.rights.get(account, 0)),
                        extended=self.told_to_stay(account),
                    )

    def codes_of(self, record: SaleRecord) -> Iterator[Holding]:
        """The accounts behind the codes that a sale gave, loaded or used."""
        return self.holdings(WalletId(one.wallet) for one in record.bearers)

    def history_of(self, wallets: Iterable[WalletId]) -> History:
        """What some wallets count together."""
        history = NO_HISTORY
        for wallet in wallets:
            history = history.plus(self.histories.get(wallet, NO_HISTORY).counted)
        return history

    def tier(self, member: StoryMember) -> str:
        """The tier that counts: what was earned by what is known here, or what the story gave.

        The higher of both: who was gold when they came is not silver for what they buy here.
        """
        held = member.tier
        for programme in self.in_force():
            if programme.tiers:
                history = self.history_of(self.wallets_of(member.traits.member))
                held = raised(programme, history, self.today, held)
                held = higher(programme.tiers, held, member.given_tier)
        return held.tier or member.given_tier

    def money_in(self, wallet: WalletId) -> Account:
        """The account of a gift card or of store credit.

        Raises:
            StoryStops: there is no money in the wallet.
        """
        units = {
            one.unit.id
            for one in self.programmes
            if one.unit is not None and one.unit.kind is UnitKind.MONEY
        }
        for account in self.sums:
            if account.wallet == wallet and account.unit in units:
                return account
        raise StoryStops("no money is in this wallet")

    # --- what is booked -------------------------------------------------------------------------

    def move(self, entries: Iterable[Entry], on: date | None = None) -> None:
        """Book entries of a business day, today if nothing else is said."""
        moved = tuple(entries)
        self.entries += [(on or self.today, one) for one in moved]
        self.sums = fold(moved, self.sums)
        for account, n in rights_of(moved).items():
            self.rights[account] = self.rights.get(account, 0) + n

    def keep_pending(self, earned: Iterable[Earned], sale: str = "") -> None:
        """Remember what vests later."""
        self.to_vest += [
            Waiting(one.vests, one.account, one.n, sale) for one in earned if one.vests
        ]

    def take_pending(self, sale: str, entries: Iterable[Entry]) -> None:
        """What was taken back of a sale before it vested vests no more; what else waits does."""
        taken: Counter[Account] = Counter()
        for one in entries:
            if one.kind is EntryKind.VEST:
                taken[one.account] += one.n
        for at, waits in enumerate(self.to_vest):
            n = min(waits.n, taken[waits.account]) if waits.sale == sale else 0
            taken[waits.account] -= n
            self.to_vest[at] = waits._replace(n=waits.n - n)

    def count(self, counts: Iterable[Counted], wallet: str) -> None:
        """Add what a step counts to the past of the wallet; empty: nobody showed a card."""
        if wallet:
            before = self.histories.get(WalletId(wallet), NO_HISTORY)
            self.histories[WalletId(wallet)] = before.plus(counts)

    def count_served(self, counts: Iterable[Counted]) -> None:
        """Add it to what whoever serves at this till gave."""
        operators = self.names.operators
        operators[self.at_till] = operators.get(self.at_till, NO_HISTORY).plus(counts)

    def give(
        self,
        name: str,
        on: Literal["enrolment", "feedback", "goodwill"],
        programme: int | None = None,
        gift: str = "",
    ) -> tuple[Earned, ...]:
        """What the rules for something that is no purchase bring a member, booked."""
        programmes = [one for one in self.in_force() if programme in (None, one.programme)]
        given = giving(on, programmes, self.standing(name, (), 0), self.at)
        if given is None:
            return ()
        self.count_served(given.counts)
        if gift:
            self.names.gifts_made += 1
            body = given.body(name)
            made = Gift(
                incarnation=self.at_till or "till",
                seq=self.names.gifts_made,
                wall_ms=0,
                body=body,
                entries=given.entries,
            )
            self.names.gifts[gift] = (self.at_till, made)
        self.book_gift(given, gift)
        return given.earned

    def not_given(
        self, name: str, on: Literal["feedback", "goodwill"], programme: int | None
    ) -> tuple[NotApplied, ...]:
        """By which of these rules a member gets nothing now, and why."""
        programmes = [one for one in self.in_force() if programme in (None, one.programme)]
        return not_granted(programmes, on, self.standing(name, (), 0), self.at)

    def book_gift(self, given: Giving, gift: str) -> None:
        """Let units that come without a purchase move; ``gift`` names what stands or goes."""
        day = self.today
        self.later(lambda shop: shop.take_gift(given, gift, day))
        self.take_gift(given, gift, day)

    def take_gift(self, given: Giving, gift: str, day: date) -> None:
        """The same, here or where it is heard of."""
        self.move(given.entries, day)
        self.count(given.counts, given.wallet)
        self.keep_pending(given.earned, f"gift {gift}")
        if given.undoes:
            self.take_pending(f"gift {gift}", given.entries)

    def fund_budgets(self, programmes: Iterable[Programme]) -> None:
        """Put what a revision gives an offer more than the one before into its budget."""
        for account, amount in budgets_of(programmes).items():
            there = self.sums.get(account, NOTHING).earned_in_all
            if amount > there:
                self.move([Entry(account, EntryKind.EARN, amount - there)])

    # --- lots; who was told of them is in `warning` ----------------------------------------------

    def stated(self, account: Account) -> AccountStatement:
        """An account with the days that hold, and what its member was warned of."""
        until = self.renewed_to(account)
        told = self.told_to_stay(account)
        extended = extended_until(self.sums[account], told, until)
        return AccountStatement(
            unit=account.unit,
            sums=self.sums[account],
            extended=extended,
            warned=warned_days(
                self.warnings.get(account, []), extended, self._shown_by_purchases(account)
            ),
        )

    def told_to_stay(self, account: Account) -> Extended:
        """Lots of an account that the calendar lets stay for longer."""
        return tuple(sorted(self.extended.get(account, {}).items()))

    def renewed_to(self, account: Account) -> date | None:
        """The last day that purchases give all units of an account."""
        history = self.history_of(self._used_with(account.wallet))
        return until_of(moved_on(self.programmes, history), account.unit)

    def active_on(self, account: Account, day: date) -> date | None:
        """The last day that purchases before a day give all units of an account."""
        bought = bought_on(self.history_of(self._used_with(account.wallet)))
        before = {one for one in bought if one < day}
        return until_of(moved_on_by(self.programmes, before), account.unit)

    def _shown_by_purchases(self, account: Account) -> list[tuple[date, date]]:
        """(last day, when) of all purchases that moved units on, those that came back included."""
        wallets = {str(one) for one in self._used_with(account.wallet)}
        days = {one.at.business_day for one in self.sales.values() if one.wallet in wallets}
        told = ((until_of(moved_on_by(self.programmes, {on}), account.unit), on) for on in days)
        return [(until, on) for until, on in told if until is not None]

    def _used_with(self, wallet: WalletId) -> tuple[WalletId, ...]:
        """All wallets that the holder of one uses; the one alone where nobody is known here."""
        for name, member in self.members.items():
            if member.wallet == wallet:
                return self.wallets_of(name)
        return (wallet,)

    def was_warned(self, stated: AccountStatement, until: date) -> bool:
        """Whether a member knows that units end on a day."""
        return any(last_day_of(stated, day) == until for day in stated.warned)

    def tomorrow(self) -> None:
        """The clock goes on by a day, here and at every till without the line."""
        self.set_clock(datetime.combine(self.today + timedelta(days=1), self.clock.time()))

    def set_clock(self, clock: datetime) -> None:
        """The clock goes on, here and at every till without the line."""
        self.clock = clock
        for one in self.away.values():
            one.clock = clock
