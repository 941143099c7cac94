"""What a shop in a story knows: its members, their wallets, what was sold, and the clock.

It is a till that nobody else serves beside and a server in one, so every right is here. Sums,
counts and lots are kept by the same functions as in a real shop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.conditions import Period
from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.expiry import (
    EndingAccount,
    Expire,
    Extend,
    Told,
    at_the_end,
    lots_to_warn,
    warned_days,
)
from terminal.loyalty.giving import giving
from terminal.loyalty.history import NO_HISTORY, PURCHASES, Counted, History
from terminal.loyalty.ledger import (
    NOTHING,
    Entry,
    EntryKind,
    Sums,
    fold,
    rights_of,
    vesting,
)
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, Moment, Standing, Traits
from terminal.loyalty.statement import AccountStatement
from terminal.loyalty.story.steps import Story
from terminal.loyalty.tiers import NO_TIER, TierHeld, raised, tier_on
from terminal.loyalty.units import UnitKind, renewed_to
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId, wallet_id
from terminal.values import dataclass


class StoryStops(ValueError):
    """A step cannot happen; the message says why, for whoever wrote the story."""


class Waiting(NamedTuple):
    """Units that vest on a day, and the sale that brought them; empty where none did."""

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


@dataclass(slots=True)
class StoryShop:
    """One shop, while its story is played."""

    story: Story
    clock: datetime
    programmes: list[Programme]
    members: dict[str, StoryMember] = field(default_factory=dict)
    codes: dict[str, WalletId] = field(default_factory=dict)
    """Vouchers and gift cards by the story's names for them."""
    sales: dict[str, SaleRecord] = field(default_factory=dict)
    refunds: dict[str, list[RefundRecord]] = field(default_factory=dict)
    entries: list[tuple[date, Entry]] = field(default_factory=list)
    """Everything that moved, with its business day."""
    sums: dict[Account, Sums] = field(default_factory=dict)
    rights: dict[Account, int] = field(default_factory=dict)
    histories: dict[WalletId, History] = field(default_factory=dict)
    """What was counted before, by the wallet that sales went to."""
    operator_history: History = NO_HISTORY
    warnings: dict[Account, list[tuple[Told, date]]] = field(default_factory=dict)
    extended: dict[Account, dict[date, date]] = field(default_factory=dict)
    to_vest: list[Waiting] = field(default_factory=list)
    wallets_made: int = 0

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

    def in_force(self) -> tuple[Programme, ...]:
        """The revisions that hold now."""
        return in_force(self.programmes, self.at.utc)

    def new_wallet(self) -> WalletId:
        """A wallet that nobody has yet; stories mint them in order."""
        self.wallets_made += 1
        return wallet_id(self.wallets_made)

    @property
    def next_refund(self) -> str:
        """The id of the refund that comes next; no sale has one like it."""
        return f"{1:016x}{sum(map(len, self.refunds.values())) + 1:016x}"

    def member(self, name: str) -> StoryMember:
        """Somebody who joined before.

        Raises:
            StoryStops: nobody of that name has.
        """
        if name not in self.members:
            raise StoryStops(f"{name!r} has not joined")
        return self.members[name]

    def standing(self, name: str, shown: Iterable[str], fresh: int) -> Standing:
        """What the till knows of a customer; ``name`` is empty where nobody showed a card."""
        member = self.member(name) if name else None
        unknown = [code for code in shown if code not in self.codes]
        if unknown:
            raise StoryStops(f"no sale gave the code {unknown[0]!r}")
        bearers = tuple(self.codes[code] for code in shown)
        wallets = (member.wallet,) if member else ()
        return Standing(
            traits=self._traits(member) if member else None,
            wallets=wallets,
            holdings=tuple(self._holdings((*wallets, *bearers))),
            bearers=bearers,
            history=self.history_of(member) if member else NO_HISTORY,
            operator_history=self.operator_history,
            budgets=tuple(
                Holding(account=account, sums=sums, spendable=max(0, self.rights.get(account, 0)))
                for account, sums in self.sums.items()
                if account.unit == BUDGET_UNIT
            ),
            fresh=tuple(wallet_id(self.wallets_made + 1 + n) for n in range(fresh)),
        )

    def _traits(self, member: StoryMember) -> Traits:
        return replace(member.traits, tier=self.tier(member))

    def _holdings(self, wallets: Iterable[WalletId]) -> Iterator[Holding]:
        for wallet in dict.fromkeys(wallets):
            for account, sums in self.sums.items():
                if account.wallet == wallet:
                    right = max(0, self.rights.get(account, 0))
                    yield Holding(account=account, sums=sums, spendable=right)

    def codes_of(self, record: SaleRecord) -> Iterator[Holding]:
        """The accounts behind the codes that a sale gave, loaded or used."""
        return self._holdings(WalletId(one.wallet) for one in record.bearers)

    def move(self, entries: Iterable[Entry]) -> None:
        """Book entries of today."""
        moved = tuple(entries)
        self.entries += [(self.today, one) for one in moved]
        self.sums = fold(moved, self.sums)
        for account, n in rights_of(moved).items():
            self.rights[account] = self.rights.get(account, 0) + n

    def keep_pending(self, earned: Iterable[Earned], sale: str = "") -> None:
        """Remember what vests later."""
        self.to_vest += [
            Waiting(one.vests, one.account, one.n, sale) for one in earned if one.vests
        ]

    def take_pending(self, sale: str, entries: Iterable[Entry]) -> None:
        """What a return took of a sale before it vested vests no more; what else waits does."""
        taken: Counter[Account] = Counter()
        for one in entries:
            if one.kind is EntryKind.VEST:
                taken[one.account] += one.n
        for at, waits in enumerate(self.to_vest):
            n = min(waits.n, taken[waits.account]) if waits.sale == sale else 0
            taken[waits.account] -= n
            self.to_vest[at] = waits._replace(n=waits.n - n)

    def count(self, counts: Iterable[Counted], name: str, *, served: bool = True) -> None:
        """Add what a step counts to the member's past and, if somebody served, to the shop's."""
        counts = tuple(counts)
        if served:
            self.operator_history = self.operator_history.plus(counts)
        if name:
            member = self.members[name]
            self.histories[member.wallet] = self.history_of(member).plus(counts)

    def give(
        self,
        name: str,
        on: Literal["enrolment", "referral", "referred", "feedback", "goodwill"],
        programme: int | None = None,
    ) -> tuple[Earned, ...]:
        """What the rules for something that is no purchase bring a member, booked."""
        programmes = [one for one in self.in_force() if programme in (None, one.programme)]
        gift = giving(on, programmes, self.standing(name, (), 0), self.at)
        if gift is None:
            return ()
        self.move(gift.entries)
        # For having brought somebody the server gives, and nobody serves.
        self.count(gift.counts, name, served=on not in ("referral", "referred"))
        self.keep_pending(gift.earned)
        self.raise_tiers()
        return gift.earned

    def thank_who_brought(self, name: str) -> tuple[Earned, ...]:
        """What a member's first purchase brings them and whoever brought them."""
        member = self.members[name]
        purchases = self.history_of(member).total(PURCHASES, Period(), self.today)
        if not member.traits.referred_by or purchases != 1:
            return ()
        return (*self.give(name, "referred"), *self.give(member.traits.referred_by, "referral"))

    def history_of(self, member: StoryMember) -> History:
        """What a member's wallet counts."""
        return self.histories.get(member.wallet, NO_HISTORY)

    def tier(self, member: StoryMember) -> str:
        """The tier that counts: what was earned, or what the story gave."""
        return member.tier.tier or member.given_tier

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

    def fund_budgets(self, programmes: Iterable[Programme]) -> None:
        """Put what a revision gives an offer more than the one before into its budget."""
        for account, amount in budgets_of(programmes).items():
            there = self.sums.get(account, NOTHING).earned_in_all
            if amount > there:
                self.move([Entry(account, EntryKind.EARN, amount - there)])

    def warn(self, wallets: Iterable[WalletId]) -> None:
        """The slip of a sale tells what ends soon."""
        for account in self.sums:
            if account.wallet not in wallets:
                continue
            told = self.warnings.setdefault(account, [])
            for lot in lots_to_warn(self._stated(account), self.today, [one for one, _ in told]):
                told.append((lot.told, self.today))

    def raise_tiers(self) -> None:
        """Who earned enough goes up at once."""
        for programme in self.in_force():
            for member in self.members.values() if programme.tiers else ():
                member.tier = raised(programme, self.history_of(member), self.today, member.tier)

    def pass_to(self, until: datetime) -> None:
        """Let time pass, day by day: vesting, expiry and tiers go as the calendar goes."""
        if until < self.clock:
            raise StoryStops(f"the story's clock stands at {self.clock}; it does not go back")
        while self.today < until.date():
            self.clock = datetime.combine(self.today + timedelta(days=1), self.clock.time())
            self._new_day()
        self.clock = until

    def _new_day(self) -> None:
        due = [one for one in self.to_vest if one.vests <= self.today]
        self.to_vest = [one for one in self.to_vest if one.vests > self.today]
        for _, account, n, _ in due:
            debt = max(0, self.sums.get(account, NOTHING).debt)
            self.move(vesting(account, min(n, self.sums[account].pending), debt=debt))
        for account in list(self.sums):
            self._end(account)
        for programme in self.in_force():
            for member in self.members.values() if programme.tiers else ():
                member.tier = tier_on(programme, self.history_of(member), self.today, member.tier)

    def _stated(self, account: Account) -> AccountStatement:
        until = dict(self.extended.get(account, {}))
        renewed = self._renewed_to(account)
        for day, _ in self.sums[account].earned if renewed else ():
            if day and renewed and renewed > until.get(day, day):
                until[day] = renewed
        extended = tuple(sorted(until.items()))
        return AccountStatement(
            unit=account.unit,
            sums=self.sums[account],
            extended=extended,
            warned=warned_days(self.warnings.get(account, []), extended),
        )

    def _renewed_to(self, account: Account) -> date | None:
        history = self.histories.get(account.wallet, NO_HISTORY)
        policies = [
            one.unit.expiry for one in self.in_force() if one.unit and one.unit.id == account.unit
        ]
        bought = history.last_day(PURCHASES)
        return renewed_to(policies[0], bought) if policies else None

    def _end(self, account: Account) -> None:
        ending = EndingAccount(
            stated=self._stated(account),
            pool=max(0, self.rights.get(account, 0)),
            rights_out=0,
            renewed_to=self._renewed_to(account),
            given_back=tuple(
                (day, entry.n)
                for day, entry in self.entries
                if entry.account == account and entry.kind is EntryKind.UNSPEND
            ),
        )
        for one in at_the_end(ending, self.today):
            if isinstance(one, Expire):
                self.move([Entry(account, EntryKind.EXPIRE, one.n, one.day)])
            elif isinstance(one, Extend):
                self.extended.setdefault(account, {})[one.day] = one.until
