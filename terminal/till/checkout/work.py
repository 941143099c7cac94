"""The basket in work with its customer and its price: changed, judged, saved, undone together.

One rule keeps them in step: whoever changes the draft comes through here, so that the member is
read again, the engine is asked and the draft is kept on disk before anything is painted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import Evaluation, Offer
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.standing import NOBODY, Choices, Moment, RewardName, Standing
from terminal.till.checkout.draft import EMPTY, Draft, restored, stored
from terminal.till.ports import Clock, Member, Members, Programmes, WorkingBasket
from terminal.till.trouble import Trouble

UNDO_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What the checkout must know of the shop."""

    currency: str
    country: str
    prices_include_tax: bool = True
    unknown_vat: int = 0
    """VAT in basis points of goods that no price list knows; the standard rate is the safe one."""


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
    ) -> None:
        self._shop = shop
        self._members = members
        self._all_programmes = programmes
        self._kept = kept
        self._clock = clock
        self._past: list[Draft] = []
        self._future: list[Draft] = []
        self.programmes: tuple[Programme, ...] = ()
        """Those in force when the basket was begun; new revisions begin with the next basket."""
        self.member: Member | None = None
        self.standing: Standing = NOBODY
        self.on_trouble: Callable[[Trouble], None] = _raise
        self.draft = restored(kept.load())
        self.refresh()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return bool(self._future)

    def basket(self) -> Basket:
        """What can be paid for."""
        return self.draft.basket(
            self._shop.currency,
            prices_include_tax=self._shop.prices_include_tax,
            unknown_vat=self._shop.unknown_vat,
        )

    def offer(self, name: RewardName) -> Offer | None:
        """The offer of a reward to this member."""
        return next((one for one in self.evaluation.offers if one.name == name), None)

    def change(self, draft: Draft) -> None:
        """A step that can be undone."""
        if draft == self.draft:
            return
        self._past.append(replace(self.draft, next_pieces=1))
        del self._past[:-UNDO_MOST]
        self._future.clear()
        self._put(draft)

    def choose(self, choices: Choices) -> None:
        """A step that claims or takes off rewards."""
        self.change(replace(self.draft, choices=choices))

    def adjust(self, draft: Draft) -> None:
        """A change that is no step: which row is selected, how often the next product counts."""
        self.draft = draft

    def undo(self) -> bool:
        """Back to the step before; False if there is none."""
        return self._step(self._past, self._future)

    def redo(self) -> bool:
        """On to the step that was undone; False if there is none."""
        return self._step(self._future, self._past)

    def take_back(self) -> None:
        """The last step never was: it turned out not to be possible."""
        self._put(self._past.pop())

    def begin(self) -> None:
        """An empty basket; what was kept on disk went with the recorded sale."""
        self._past, self._future, self.draft = [], [], EMPTY
        self.refresh()

    def refresh(self) -> None:
        """Read the member and what they have, and ask the engine anew, as of now."""
        key = self.draft.member
        self.member = self._members.by_id(key) if key else None
        self.standing = self._members.standing(key) if key and self.member else NOBODY
        self.at = self._clock.now()
        if not self.draft.lines or not self.programmes:
            self.programmes = in_force(self._all_programmes.revisions(), self.at.utc)
        self.evaluation = evaluate(
            self.basket(), self.standing, self.programmes, self.at, self.draft.choices
        )

    def _step(self, source: list[Draft], target: list[Draft]) -> bool:
        if not source:
            return False
        target.append(self.draft)
        self._put(source.pop())
        return True

    def _put(self, draft: Draft) -> None:
        self.draft = draft
        self.refresh()
        try:
            self._kept.save(stored(draft))
        except Trouble as trouble:
            self.on_trouble(trouble)


def _raise(trouble: Trouble) -> None:
    raise trouble
