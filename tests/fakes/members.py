"""Members and what they have, in dictionaries; the fake journal writes into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from terminal.loyalty.consent import given
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.loyalty.ledger import NOTHING, Entry, Sums, fold, rights_of
from terminal.loyalty.standing import CERTAIN, Holding, Standing, Traits
from terminal.loyalty.statement import PlacedRight
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.database.folding import best, folded_words, phone_digits, rank
from terminal.till.ports import Card, CardState, Member


class FakeMembers:
    """``ports.Members``."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.cards: dict[str, Card] = {}
        """By number, in the order in which they were issued."""
        self.wallets: dict[str, tuple[WalletId, ...]] = {}
        self.sums: dict[Account, Sums] = {}
        self.rights: dict[Account, int] = {}
        self.history: dict[str, History] = {}
        """By wallet."""
        self.elsewhere: tuple[PlacedRight, ...] = ()
        """What the server told of rights that are not here; of whoever is asked for."""
        self.confirmed = CERTAIN
        """How far balances may be believed; of whoever is asked for."""
        self.merged: dict[str, str] = {}
        """A provisional member, and whose card it turned out to be."""

    def by_card(self, number: str) -> Card | None:
        card = self.cards.get(number)
        return card and replace(card, member=self._with_card(card.member))

    def by_id(self, member: str) -> Member | None:
        found = self.members.get(self.merged.get(member, member))
        return found and self._with_card(found)

    def search(self, words: str, limit: int) -> Sequence[Member]:
        digits, asked = phone_digits(words), folded_words(words)
        everybody = self.members.values()
        if digits:
            found = [one for one in everybody if one.phone.endswith(digits)]
            keys = [one.id for one in sorted(found, key=lambda one: (one.name, one.id))]
        elif asked:
            keys = best(((rank(asked, one.name), one.id) for one in everybody), limit)
        else:
            keys = []
        return tuple(self._with_card(self.members[key]) for key in keys[:limit])

    def cards_of(self, member: str) -> Sequence[Card]:
        found = [one for one in self.cards.values() if one.member.id == member]
        return tuple(replace(one, member=self._with_card(one.member)) for one in reversed(found))

    def fellows(self, member: str) -> Sequence[Member]:
        known = self.members[self.merged.get(member, member)]
        return tuple(
            self._with_card(one)
            for key, one in sorted(self.members.items())
            if one.household and one.household == known.household and key != known.id
        )

    def wallets_used(self, member: str) -> tuple[WalletId, ...]:
        """Their own, and those of the household."""
        fellows = self.fellows(member)
        return self.wallets[member] + tuple(w for one in fellows for w in self.wallets[one.id])

    def standing(self, member: str) -> Standing:
        known = self.members[member]
        wallets = self.wallets_used(member)
        accounts = sorted(
            (account for account in self.sums if account.wallet in wallets),
            key=lambda one: (wallets.index(one.wallet), one.unit),
        )
        return Standing(
            traits=Traits(
                member=member,
                tier=known.tier,
                segments=known.segments,
                birthday=known.birthday,
                consents=frozenset(map(str, given(known.consents))),
                enrolled=known.joined,
                referred_by=known.referred_by,
            ),
            history=NO_HISTORY.plus(
                one for wallet in wallets for one in self.history.get(wallet, NO_HISTORY).counted
            ),
            wallets=wallets,
            holdings=tuple(
                Holding(
                    account=account,
                    sums=self.sums.get(account, NOTHING),
                    spendable=0 if known.provisional else self.rights.get(account, 0),
                )
                for account in accounts
            ),
            elsewhere=self.elsewhere,
            confirmed=self.confirmed,
        )

    def change(self, member: Member) -> None:
        if member.id not in self.members:
            raise KeyError(member.id)
        self.members[member.id] = replace(member, provisional=False)
        for number, card in self.cards.items():
            if card.member.id == member.id:
                self.cards[number] = replace(card, member=self.members[member.id])

    def add(self, member: Member, *, wallet: str, card: str, number: str) -> None:
        """Somebody new, with a card and a wallet."""
        self.members[member.id] = member
        self.wallets[member.id] = (WalletId(wallet),)
        if number:
            self.give_card(member, card=card, number=number)

    def give_card(self, member: Member, *, card: str, number: str) -> None:
        """A further card."""
        self.cards[number] = Card(id=card, number=number, state=CardState.ACTIVE, member=member)

    def add_up(self, entries: tuple[Entry, ...]) -> None:
        """What a fact moves."""
        self.sums = fold(entries, self.sums)
        for account, n in rights_of(entries).items():
            self.rights[account] = self.rights.get(account, 0) + n

    def count(self, wallet: str, counts: Iterable[Counted]) -> None:
        """What a fact counts."""
        self.history[wallet] = self.history.get(wallet, NO_HISTORY).plus(counts)

    def _with_card(self, member: Member) -> Member:
        active = [
            card.number
            for card in self.cards.values()
            if card.member.id == member.id and card.state is CardState.ACTIVE
        ]
        return replace(member, card_number=active[-1] if active else "")
