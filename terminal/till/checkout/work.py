"""The basket in work with its customer and its price: changed, judged, saved, undone together.

One rule keeps them in step: whoever changes the draft comes through here, so that the member is
read again, the engine is asked and the draft is kept on disk before anything is painted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import Evaluation, NotApplied, Offer, Reason
from terminal.loyalty.engine.memory import Memory
from terminal.loyalty.engine.run import EFFORT_MOST, Answer, evaluate
from terminal.loyalty.ledger import Entry
from terminal.loyalty.other_offers import other_offers
from terminal.loyalty.programme import Programme, Reward, in_force
from terminal.loyalty.refund_entries import standing_after
from terminal.loyalty.standing import NOBODY, Choices, Moment, RewardName, Standing
from terminal.loyalty.tender import PaidWith, Tender
from terminal.loyalty.wallet import Account
from terminal.till.checkout.countable import countable, without_rights
from terminal.till.checkout.deeds import Deed
from terminal.till.checkout.draft import EMPTY, Draft, restored, stored
from terminal.till.checkout.left_to_give import with_what_is_left
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.undoing import Undoing
from terminal.till.checkout.wallets import Wallets
from terminal.till.ports import (
    CardState,
    Clock,
    Member,
    Members,
    Programmes,
    WorkingBasket,
)
from terminal.till.trouble import Trouble


class BasketInWork:
    """A draft, the drafts before and after it, and what the engine says of it."""

    draft: Draft
    evaluation: Evaluation
    at: Moment
    """When the engine was asked last."""

    def __init__(
        self,
        shop: Shop,
        members: Members,
        programmes: Programmes,
        kept: WorkingBasket,
        clock: Clock,
        wallets: Wallets,
    ) -> None:
        self._shop = shop
        self._members = members
        self._all_programmes = programmes
        self._kept = kept
        self._clock = clock
        self._wallets = wallets
        self._undoing = Undoing()
        self.returned: tuple[Entry, ...] = ()
        """What a return that is recorded with this sale moves before it."""
        self.programmes: tuple[Programme, ...] = ()
        """Those in force when the basket was begun; new revisions begin with the next basket."""
        self.member: Member | None = None
        self.standing: Standing = NOBODY
        self.on_trouble: Callable[[Trouble], None] = _raise
        self.on_gone: Callable[[RewardName, Reason | None], None] = _tell_nobody
        self.draft = EMPTY
        self.at = clock.now()
        self._memory = Memory()
        """So that one more scan does not start from nothing."""
        self._answer = Answer(self.basket(), NOBODY, (), self.at)
        self.evaluation = self._answer.evaluation()
        self._judge(restored(kept.load()))
        if self.draft.effort:
            # Somebody pays already, and saw what was found with so much.
            self._answer.go(self.draft.effort, small=True)
            self.evaluation = self._answer.evaluation()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self._undoing.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self._undoing.can_redo

    @property
    def unconfirmed_ms(self) -> int | None:
        """How long ago the server confirmed the balances, in whole hours; None if not too long."""
        confirmed = self.standing.confirmed.utc
        if confirmed is None:
            return None
        hours = (self.at.utc - confirmed) // timedelta(hours=1)
        return hours * 3_600_000 if hours >= max(1, self._shop.balance_hours) else None

    @property
    def countable(self) -> Standing:
        """What rewards and payments may count on."""
        return countable(self.standing, self.draft)

    def basket(self) -> Basket:
        """What can be paid for."""
        return self._basket_of(self.draft)

    def _basket_of(self, draft: Draft) -> Basket:
        return draft.basket(
            self._shop.currency,
            prices_include_tax=self._shop.prices_include_tax,
            unknown_vat=self._shop.unknown_vat,
        )

    def offer(self, name: RewardName) -> Offer | None:
        """The offer of a reward to this member."""
        return next((one for one in self.evaluation.offers if one.name == name), None)

    def change(self, draft: Draft, deed: Deed | None = None) -> None:
        """A step that can be undone; no step if only another row is selected.

        Raises:
            Trouble: the member could not be read or the deed be done; nothing changed.
        """
        before = replace(self.draft, next_pieces=1)
        if deed is None and replace(draft, selected=before.selected, next_pieces=1) == before:
            self.draft = draft
            return
        self._put(draft, deed.do if deed else None)
        self._undoing.took(before, deed)

    def complete(self, draft: Draft) -> None:
        """The rest of the step before, which became known only now: no step of its own."""
        self._put(draft)

    def show_payer(self, draft: Draft) -> None:
        """A gift card that was shown while money is taken: the price stands, whatever it brings.

        Raises:
            Trouble: it could not be read; nothing changed.
        """
        _, standing = self._read(draft)
        self.draft = draft
        self.standing = self._wallets.prepared(standing, self.programmes, draft.pieces)
        self._save(stored(self.draft))

    def paid_with(self, paid: PaidWith) -> tuple[Choices, Evaluation]:
        """The choices and the judgement once it is known how all was paid: some money earns less.

        The price is that of the basket as it stands.
        """
        choices = self.draft.choices
        rules = (rule for one in self.programmes for rule in one.earn)
        if not any(rule.not_paid_with for rule in rules):
            return choices, self.evaluation
        choices = replace(choices, paid_with=paid)
        asked = (self.basket(), self.countable, self.programmes, self.at, choices)
        answer = Answer(*asked, memory=self._memory)
        answer.keep_to(self._answer)
        return choices, answer.evaluation()

    def keep_tenders(self, tenders: tuple[Tender, ...]) -> None:
        """Money that was taken, or handed back: no step, and safe through a crash."""
        effort = self.evaluation.effort if tenders else 0
        self.draft = replace(self.draft, tenders=tenders, effort=effort)
        self._save(stored(self.draft))

    def choose(self, choices: Choices) -> None:
        """A step that claims or takes off rewards."""
        self.change(replace(self.draft, choices=choices))

    def would_apply(self, name: RewardName, choices: Choices) -> bool:
        """Whether a reward would be on with these choices. Nothing changes."""
        asked = (self.basket(), self.countable, self.programmes, self.at, choices)
        judged = evaluate(*asked, memory=self._memory)
        return any(one.name == name for one in judged.applied)

    def change_member(self, member: str | None, **card: Any) -> None:
        """Somebody else at the counter, or nobody: what was chosen for the one before is over."""
        choices = self.draft.choices
        if member != self.draft.member:
            anybody = {name for name, reward in self._rewards() if _is_for_anybody(reward)}
            anybody |= {name for name, _ in self._rewards() if self._is_of_code(name)}
            choices = Choices(
                claims=tuple(one for one in choices.claims if one.name in anybody),
                taken_off=choices.taken_off & anybody,
            )
        self.change(replace(self.draft, member=member, choices=choices, **card))

    def give_back(self, units: Collection[str]) -> tuple[RewardName, ...]:
        """Rewards whose units are not here any more go back; tells which."""
        lost = tuple(one.name for one in self.evaluation.applied if one.unit in units)
        choices = self.draft.choices
        claims = tuple(one for one in choices.claims if one.name not in lost)
        self.choose(replace(choices, claims=claims))
        self.refresh()
        still = {one.name for one in self.evaluation.applied if one.unit in units}
        if still:
            self.choose(replace(self.draft.choices, taken_off=choices.taken_off | still))
        return lost

    def offers_of(self, budgets: Collection[Account]) -> tuple[RewardName, ...]:
        """The rewards that are on and cost one of these budgets."""
        spent = (one.name for one in self.evaluation.spent if one.account in budgets)
        on = {one.name for one in self.evaluation.applied if not one.units}
        return tuple(name for name in dict.fromkeys(spent) if name in on)

    def reward(self, name: RewardName) -> Reward | None:
        """The reward of this name, if its programme is in force."""
        return next((reward for known, reward in self._rewards() if known == name), None)

    def adjust(self, draft: Draft) -> None:
        """A change that is no step: which row is selected, how often the next product counts."""
        self.draft = draft

    def undo(self) -> bool:
        """Back to the step before; False if there is none.

        Raises:
            Trouble: it could not be undone; everything is as it was.
        """
        return self._undoing.step(self.draft, self._put, back=True)

    def redo(self) -> bool:
        """On to the step that was undone; False if there is none.

        Raises:
            Trouble: it could not be done again; everything is as it was.
        """
        return self._undoing.step(self.draft, self._put, back=False)

    def forget_steps(self) -> None:
        """What led here cannot be undone."""
        self._undoing.forget()

    @property
    def is_open(self) -> bool:
        """Whether more effort might find a better price than the one on the screen."""
        answer = self._answer
        return answer.is_small and not answer.finished and answer.effort < EFFORT_MOST

    def pursue(self, enough: Callable[[], bool]) -> Evaluation | None:
        """Look for a better price until ``enough`` says so; once all is done, what stands then.

        Until then the price on the screen stays.
        """
        answer = self._answer
        while self.is_open and not enough():
            answer.go(answer.effort + 1, small=True)
        if self.is_open:
            return None
        self.evaluation = answer.evaluation()
        return self.evaluation

    def begin(self) -> None:
        """An empty basket; what was kept on disk went with the recorded sale."""
        self._undoing.forget()
        self._wallets.forget_fresh()
        try:
            self._judge(EMPTY)
        except Trouble as trouble:
            # The rules could not be read: those of the last basket are good until they can.
            self.draft, self.member, self.standing = EMPTY, None, NOBODY
            self._answer = Answer(self.basket(), NOBODY, self.programmes, self.at)
            self.evaluation = self._answer.evaluation()
            self.on_trouble(trouble)

    def look_again(self) -> bool:
        """Take over what the database knows of the member by now; whether that is anything new.

        What the cashier selected, chose and may undo stays. A provisional member gives way to
        whoever the card turned out to belong to.

        Raises:
            Trouble: the member could not be read; nothing changed.
        """
        draft = self.draft
        if (draft.member is None or self.member is None) and not draft.bearers:
            return False
        if self.member is not None and self.member.provisional and draft.card_number:
            card = self._members.by_card(draft.card_number)
            if card is not None and card.state is CardState.ACTIVE:
                draft = replace(draft, member=card.member.id, card=card.id)
        member, standing = self._read(draft)
        standing = self._wallets.prepared(standing, self.programmes, draft.pieces)
        if (member, self._with_offers(standing, self.programmes)) == (self.member, self.standing):
            return False
        self._judge(draft, anew=True)
        return True

    def refresh(self) -> None:
        """Read the member and what they have, and ask the engine anew, as of now.

        Raises:
            Trouble: the member could not be read; nothing changed.
        """
        self._judge(self.draft, anew=True)

    def _judge(self, draft: Draft, *, anew: bool = False) -> None:
        """Take a draft over with all that hangs on it, or nothing of it."""
        member, standing = self.member, self.standing
        known = (self.draft.member, self.draft.bearers)
        fresh = anew or (draft.member, draft.bearers) != known
        if fresh:
            member, standing = self._read(draft)
        at = self._clock.now()
        programmes = self.programmes
        if not self.draft.lines:
            # Here a basket begins. New revisions never change one that is in work.
            programmes = in_force(self._all_programmes.revisions(), at.utc)
        standing = self._wallets.prepared(standing, programmes, draft.pieces)
        if fresh or not self.draft.lines:
            standing = self._with_offers(standing, programmes)
        if member is None:
            draft = replace(draft, member=None, card=None, card_number="", typed=False)
        else:
            draft = replace(draft, member=member.id)  # whoever was merged has another one now
        counted = countable(standing, draft)
        asked = (self._basket_of(draft), counted, programmes, at, draft.choices)
        answer = Answer(*asked, memory=self._memory)
        answer.go_on_from(self._answer)
        judged = answer.evaluation()
        before, was = self.draft, self.evaluation
        self.draft, self.member, self.standing = draft, member, standing
        self.at, self.programmes, self.evaluation = at, programmes, judged
        self._answer = answer
        self._tell_what_is_gone(before, was)

    def _read(self, draft: Draft) -> tuple[Member | None, Standing]:
        """A member, followed through a merge, with what they have and may spend here.

        What was shown of vouchers and gift cards is in the standing, member or none.
        """
        member = self._members.by_id(draft.member) if draft.member else None
        standing = NOBODY if member is None else self._members.standing(member.id)
        if member is not None and member.provisional:
            # Whose the units are is not known, so nobody may spend them yet.
            standing = without_rights(standing)
        standing = self._wallets.read(standing, draft.bearers)
        return member, standing_after(standing, self.returned)

    def _with_offers(self, standing: Standing, programmes: tuple[Programme, ...]) -> Standing:
        today = self._clock.now().business_day
        return with_what_is_left(standing, self._all_programmes, programmes, today)

    def _tell_what_is_gone(self, before: Draft, was: Evaluation) -> None:
        """Rewards that nobody took off: claimed ones always, others if the basket is the same."""
        same = (before.lines, before.member) == (self.draft.lines, self.draft.member)
        now = {one.name for one in self.evaluation.applied}
        for one in was.applied:
            stays = self.draft.choices.claim(one.name) if one.claimed else same
            if stays and one.name not in now and one.name not in self.draft.choices.taken_off:
                self.on_gone(one.name, self.why_not(one.name))

    def why_not(self, name: RewardName) -> Reason | None:
        """Why a reward is not on; None if it is, or if there is none of this name."""
        away = (one for one in self.evaluation.not_applied if not one.earns)
        return next((one.reason for one in away if (one.programme, one.rule) == name), None)

    def others(self, most: int, paid: Evaluation | None = None) -> tuple[NotApplied, ...]:
        """Offers that stayed away and that the customer may read of, nearest first.

        ``paid``: what is said once all is paid for. Of a card whose number was only typed nothing
        is told that a member alone would know.
        """
        if not most or self.draft.typed:
            return ()
        card = self.countable.traits is not None
        judged, afterwards = paid or self.evaluation, paid is not None
        basket, rules = self.basket(), self.programmes
        return other_offers(judged, rules, basket, self.at, most, card=card, afterwards=afterwards)

    def _is_of_code(self, name: RewardName) -> bool:
        """Whether a voucher pays for a reward, whoever shows it."""
        units = (one.unit for one in self.programmes if one.programme == name.programme)
        return any(unit is not None and unit.held == "bearer" for unit in units)

    def _rewards(self) -> Iterator[tuple[RewardName, Reward]]:
        for programme in self.programmes:
            for reward in programme.rewards:
                yield RewardName(programme.programme, reward.id), reward

    def _put(self, draft: Draft, act: Callable[[bytes], None] | None = None) -> None:
        """Take a draft over and keep it; ``act`` keeps it together with something else."""
        picture = (self.draft, self.member, self.standing, self.at, self.programmes)
        evaluation, answer = self.evaluation, self._answer
        self._judge(draft)
        if act is None:
            self._save(stored(self.draft))
            return
        try:
            act(stored(self.draft))
        except Trouble:
            self.draft, self.member, self.standing, self.at, self.programmes = picture
            self.evaluation, self._answer = evaluation, answer
            raise

    def _save(self, kept: bytes) -> None:
        try:
            self._kept.save(kept)
        except Trouble as trouble:
            self.on_trouble(trouble)


def _is_for_anybody(reward: Reward) -> bool:
    return not reward.cost and not reward.audience.members_only


def _tell_nobody(_name: RewardName, _reason: Reason | None) -> None:
    """Until somebody listens."""


def _raise(trouble: Trouble) -> None:
    raise trouble
