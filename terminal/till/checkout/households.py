"""Members who share: two cards and a yes, offline like all else; no unit moves.

From then on each uses what all of them have, their own first. Whoever leaves takes along what is
left of what they brought and earned.
"""

from __future__ import annotations

from dataclasses import replace

from terminal.till.checkout.approval import Approval
from terminal.till.checkout.care_view import FellowView, HouseholdView
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import Stage
from terminal.till.ports import Card, CardState, Member

HOUSEHOLD_MOST = 8
"""More than these are nobody's family."""


class Households:
    """Who shares with the member on the sale."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._approval = Approval(desk)
        self._view: HouseholdView | None = None
        self._of: str | None = None
        """The member whom it is about."""
        self._partner: Member | None = None

    @property
    def view(self) -> HouseholdView | None:
        """What the screen shows; None while nobody asked for it."""
        if self._view is None or not self._on_sale() or self._desk.work.draft.member != self._of:
            return None
        return replace(self._view, wants_pin=self._approval.waits)

    @property
    def waits_for_yes(self) -> bool:
        """Whether Enter alone does something."""
        view = self.view
        return view is not None and view.asks

    def begin(self) -> None:
        """Show who shares with the member on the sale; the next card that is shown may, too."""
        desk, member = self._desk, self._desk.work.member
        self.close()
        desk.put_away()  # Enter must not hand out a card that another panel hides
        if not self._on_sale() or member is None or member.provisional:
            desk.telling.refuse(NoticeKind.HOUSEHOLD_OF_WHOM)
            return
        self._look(member)

    def close(self) -> None:
        """Nothing changes."""
        self._view = self._partner = None
        self._approval.forget()

    def bring(self, card: Card, *, typed: bool) -> bool:
        """A card while the household is shown: they share from now on, if Enter says so.

        False where nobody asked for the household, so that the card is its customer's.
        """
        desk, member, view = self._desk, self._desk.work.member, self.view
        if view is None or member is None:
            return False
        partner = card.member
        self._approval.forget()
        if self._unproven(typed=typed):
            desk.telling.refuse(NoticeKind.HOUSEHOLD_SHOW_CARDS)
        elif card.state is not CardState.ACTIVE and partner.id != member.id:
            desk.telling.refuse(NoticeKind.HOUSEHOLD_OF_WHOM)
        elif not self._refuses(member, partner):
            self._partner = partner
            self._view = replace(
                view, partner=partner.short_name, partner_id=partner.id, leaving=False
            )
            desk.telling.tell(
                NoticeKind.HOUSEHOLD_ASKED,
                Weight.LOOK,
                text=f"{member.short_name} + {partner.short_name}",
                sound=Sound.LOOK,
            )
        return True

    def leave(self) -> None:
        """The member on the sale shares no longer, if Enter says so."""
        view = self.view
        if view is not None and view.fellows:
            self._partner = None
            self._view = replace(view, partner="", partner_id="", leaving=True)
            self._approval.forget()
            self._desk.telling.tell(NoticeKind.HOUSEHOLD_LEAVING, Weight.LOOK, text=view.member)

    def confirm(self) -> None:
        """Enter: what was asked."""
        view = self.view
        if view is not None and self.waits_for_yes:
            self._approval.ask(self._change, wanted=self._desk.shop.pin_for_household)

    def typed(self, text: str) -> bool:
        """The shop's PIN, where it is waited for; else it is none of this room's."""
        if not self._approval.waits:
            return False
        self._approval.typed(text)
        return True

    # --- what happens ------------------------------------------------------------------------

    def _refuses(self, member: Member, partner: Member | None) -> bool:
        """Whether these two cannot share; then it is told why."""
        members, refuse = self._desk.plugs.members, self._desk.telling.refuse
        if partner is None or partner.provisional:
            refuse(NoticeKind.HOUSEHOLD_OF_WHOM)
            return True
        ours, theirs = members.fellows(member.id), members.fellows(partner.id)
        if partner.id == member.id:
            refuse(NoticeKind.HOUSEHOLD_SAME_CARD)
        elif partner.household and partner.household == member.household:
            refuse(NoticeKind.HOUSEHOLD_ALREADY, text=partner.short_name)
        elif ours and theirs:
            refuse(NoticeKind.HOUSEHOLD_OTHER, text=partner.short_name)
        elif len(ours) + 2 + len(theirs) > HOUSEHOLD_MOST:
            refuse(NoticeKind.HOUSEHOLD_FULL, count=HOUSEHOLD_MOST)
        else:
            return False
        return True

    def _change(self, approver: str) -> None:
        desk, member = self._desk, self._desk.work.member
        if member is None:
            return
        if self._partner is None:
            self._share([member], "", approver)
            kind, name = NoticeKind.HOUSEHOLD_LEFT, member.short_name
        else:
            # Meanwhile they may have been erased, or have found others: nobody looks at them again.
            partner = desk.plugs.members.by_id(self._partner.id)
            if self._refuses(member, partner):
                self.close()
                return
            assert partner is not None
            # A name of its own each time: who was left behind in an older one never agreed to this.
            # Of the same two linked at two tills without a line both records take the same name.
            household = self._shared(member) or self._shared(partner)
            household = household or desk.plugs.ids.random_id()
            self._share([member, partner], household, approver)
            kind, name = NoticeKind.HOUSEHOLD_JOINED, f"{member.short_name} + {partner.short_name}"
        desk.plugs.line.recorded()
        desk.work.look_again()
        # The next card is the next customer's: nobody waits for a third one here.
        self.close()
        desk.telling.tell(kind, Weight.GOOD, text=name, sound=Sound.MEMBER)

    def _share(self, members: list[Member], household: str, approver: str) -> None:
        now = self._desk.plugs.clock.now()
        ids = [one.id for one in members]
        self._desk.plugs.journal.share(ids, household, now, approver=approver)

    def _shared(self, member: Member) -> str:
        """A household of one is none: who was left alone in it may begin another."""
        return member.household if self._desk.plugs.members.fellows(member.id) else ""

    def _unproven(self, *, typed: bool) -> bool:
        """A number that was only typed proves nobody's wish; the shop's PIN would."""
        desk = self._desk
        asks_for_pin = self._approval.needed(desk.shop.pin_for_household)
        return not asks_for_pin and (typed or desk.work.draft.typed)

    def _on_sale(self) -> bool:
        return self._desk.work.member is not None and self._desk.stage is Stage.SELLING

    def _look(self, member: Member) -> None:
        fellows = self._desk.plugs.members.fellows(member.id)
        self._of = member.id
        self._view = HouseholdView(
            member=member.short_name,
            fellows=tuple(FellowView(id=one.id, name=one.short_name) for one in fellows),
        )
