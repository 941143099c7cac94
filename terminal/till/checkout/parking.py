"""Baskets put aside while somebody fetches the milk: parked, listed, brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from terminal.till.checkout.deeds import Exchange
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import EMPTY, TOTAL_SKU, Draft, restored, stored
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import ParkedView, Stage
from terminal.till.ports import ParkedBasket


class Parking:
    """What F4 and F5 do. Both are steps: undo brings everything back, on disk too."""

    def __init__(self, desk: Desk, leave: Callable[[], None]) -> None:
        """``leave``: whoever stands there now is not waited for any more."""
        self._desk, self._leave = desk, leave
        self._waiting: tuple[ParkedBasket, ...] = ()
        self._fitting: tuple[ParkedBasket, ...] = ()
        """Those that this till can show: goods where it sells goods, totals where it counts them."""
        self.read_again()
        self.listed = False
        """Whether the cashier is choosing one of several."""

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._fitting)

    def views(self) -> tuple[ParkedView, ...]:
        """The list to choose from; empty while nobody chooses."""
        return tuple(self._view(one) for one in self._fitting) if self.listed else ()

    def park(self) -> None:
        """Put the basket aside.

        Raises:
            Trouble: it could not be put aside; it is still in hand.
        """
        desk = self._desk
        put = self._as_parked()
        if put is None:
            desk.telling.refuse(NoticeKind.NOTHING_TO_PARK)
            return
        pieces = desk.work.draft.pieces
        desk.work.change(EMPTY, Exchange(desk.plugs.parked, put=put))
        self._leave()
        self.read_again()
        desk.telling.tell(NoticeKind.PARKED, Weight.GOOD, count=pieces)

    def set_aside(self) -> bool:
        """Put aside what was begun before this till counted totals only, or goods again.

        It would be counted unseen: such a till shows none of it. Tells whether there was any.

        Raises:
            Trouble: it could not be put aside.
        """
        desk, draft = self._desk, self._desk.work.draft
        put = None if draft.tenders or self._is_of_this_till(draft) else self._as_parked()
        if put is None:
            return False
        desk.work.change(EMPTY, Exchange(desk.plugs.parked, put=put))
        desk.work.forget_steps()
        self.read_again()
        kind = NoticeKind.GOODS_SET_ASIDE if desk.shop.amounts_only else NoticeKind.TOTAL_SET_ASIDE
        desk.telling.tell(kind, Weight.LOOK, sound=Sound.LOOK)
        return True

    def recall(self, key: str | None) -> None:
        """Bring one back: of several, none is the question which. One in work is parked for it.

        Raises:
            Trouble: nothing changed.
        """
        desk = self._desk
        self.read_again()
        wanted = [one for one in self._fitting if key in (None, one.id)]
        if not wanted:
            others = NoticeKind.OTHERS_PARKED if self._waiting else NoticeKind.NOTHING_PARKED
            desk.telling.refuse(others)
            return
        desk.open_for_goods(keep=True)
        if len(wanted) > 1:
            self.listed = True
            return
        put, take = self._as_parked(), wanted[0]
        draft = restored(take.stored)
        if not draft.lines and draft.member is None:
            # Of a program that wrote it in another way: it stays where it is, untouched.
            desk.telling.refuse(NoticeKind.PARKED_UNREADABLE)
            return
        desk.work.change(draft, Exchange(desk.plugs.parked, put=put, take=take))
        self._leave()
        self.read_again()
        kind = NoticeKind.RECALLED_AND_PARKED if put else NoticeKind.RECALLED
        desk.telling.tell(kind, Weight.GOOD, count=desk.work.draft.pieces)
        self._tell_lost_claims()

    def read_again(self) -> None:
        """Undo and redo put and take too."""
        self._waiting = tuple(self._desk.plugs.parked.waiting())
        self._fitting = tuple(
            one for one in self._waiting if self._is_of_this_till(restored(one.stored))
        )

    def _tell_lost_claims(self) -> None:
        """What was claimed before and cannot be had now; the customer counts on it."""
        work = self._desk.work
        on = {one.name for one in work.evaluation.applied}
        for claim in work.draft.choices.claims:
            if claim.name not in on:
                self._desk.telling.gone(claim.name, work.why_not(claim.name))

    def _is_of_this_till(self, draft: Draft) -> bool:
        totals = self._desk.shop.amounts_only
        return all((line.code == TOTAL_SKU) is totals for line in draft.lines)

    def _as_parked(self) -> ParkedBasket | None:
        work, plugs = self._desk.work, self._desk.plugs
        if self._desk.stage is not Stage.SELLING:
            return None
        if not work.draft.lines and work.draft.member is None:
            return None
        now = plugs.clock.now()
        return ParkedBasket(
            id=plugs.ids.random_id(),
            local=now.local,
            business_day=now.business_day,
            total=work.evaluation.total,
            stored=stored(replace(work.draft, next_pieces=1)),
        )

    def _view(self, parked: ParkedBasket) -> ParkedView:
        draft = restored(parked.stored)
        today = self._desk.plugs.clock.now().business_day
        return ParkedView(
            key=parked.id,
            local=parked.local,
            of_today=parked.business_day == today,
            member=self._name(draft),
            pieces=draft.pieces,
            total=parked.total,
        )

    def _name(self, draft: Draft) -> str:
        member = self._desk.plugs.members.by_id(draft.member) if draft.member else None
        return member.short_name if member else ""
