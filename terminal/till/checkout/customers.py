"""Who stands at the counter: cards, names from a list, joining, and cards that nobody here knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from terminal.loyalty.engine.evaluation import Why
from terminal.till.checkout.asking import Asking
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.joining import Joining
from terminal.till.checkout.lookup import FOUND_MOST, Hits
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.proving import Proofs
from terminal.till.checkout.view import Stage
from terminal.till.member_port import Application
from terminal.till.ports import Card, CardState, Member

SAME_CARD_WITHIN = timedelta(seconds=2)
"""A card that the scanner reads twice in one movement is one card."""


class Customers:
    """What cards and lists of names do."""

    def __init__(self, desk: Desk, changed: Callable[[], None]) -> None:
        self._desk = desk
        self.asking = Asking(
            desk,
            card_answered=self.take_answered_card,
            card_unanswered=self.meet_card,
            card_nobodys=self.offer_joining,
            phone_asked=self.take_asked_phone,
            changed=changed,
        )
        self.joining = Joining(desk, self, self.asking.top_up)
        self.proofs = Proofs(desk, self.asking.top_up)
        self._seen_card: tuple[str, datetime] | None = None

    @property
    def waits_for_yes(self) -> bool:
        """Whether Enter alone does something here."""
        desk = self._desk
        return bool(desk.joining or desk.replacing or desk.offered)

    def take_card(self, card: Card, *, typed: bool = False) -> None:
        """A card that the till knows, in whatever state; ``typed``: nobody has shown it."""
        telling, name = self._desk.telling, card.member.short_name
        if card.state is CardState.BLOCKED:
            telling.tell(NoticeKind.CARD_BLOCKED, Weight.LOOK, text=name, sound=Sound.LOOK)
            return
        if self._is_same_again(card.number):
            telling.tell(NoticeKind.SAME_CARD_AGAIN)
            return
        self.asking.forget()
        if not typed and card.state is CardState.ACTIVE and self.joining.bring(card.member):
            return
        self._desk.open_for_goods()
        if card.state is CardState.REPLACED:
            # Whoever found a lost card must not spend with it, so it takes the cashier's Enter.
            self._desk.offered = card
            tail = card.member.card_number[-4:]
            telling.tell(
                NoticeKind.CARD_REPLACED, Weight.LOOK, text=name, tail=tail, sound=Sound.LOOK
            )
            return
        self.attach(card.member, card=card.id, number=card.number, typed=typed)
        if card.member.provisional:
            self._desk.telling.tell(NoticeKind.CARD_MET, Weight.LOOK, sound=Sound.MEMBER)
            self.asking.ask_who_it_is(card.number)

    def take_blank_card(self, number: str) -> None:
        """A card that nobody has yet: Enter makes a member."""
        self.asking.forget()
        self.joining.offer_card(number)

    def take_unknown_card(self, number: str) -> None:
        """A genuine card that is not known here: the server is asked."""
        self._desk.open_for_goods()
        self.asking.ask_for_card(number)

    def take_answered_card(self, number: str) -> None:
        """The server answered: what it knows of the card is here now."""
        card = self._desk.plugs.members.by_card(number)
        if card is None:
            self.take_blank_card(number)
        else:
            self.take_card(card)

    def take_unknown_phone(self, phone: str) -> None:
        """A whole phone that nobody here has: the server is asked for members of other stores."""
        self._desk.open_for_goods()
        self.asking.ask_for_phone(phone)

    def take_asked_phone(self, phone: str) -> None:
        """The server answered or did not: what it knows of the phone is here now.

        Raises:
            Trouble: the members could not be read.
        """
        found = tuple(
            one for one in self._desk.plugs.members.search(phone, FOUND_MOST) if one.phone == phone
        )
        if len(found) == 1:
            self.attach(found[0], card=None, number=found[0].card_number)
        elif found:
            self._desk.hits = Hits(phone, found)
            self._desk.telling.tell(NoticeKind.SEVERAL_FOUND, text=phone, count=len(found))
        else:
            self.joining.offer_joining(phone=phone)

    def meet_card(self, number: str) -> None:
        """Nobody answered: the card earns from now on, and is joined to its member later.

        Raises:
            Trouble: the card could not be noted; nothing changed.
        """
        desk = self._desk
        member = desk.plugs.journal.meet_card(number, desk.plugs.clock.now())
        desk.plugs.line.recorded()
        self.attach_card_of(member, number)
        if member.provisional:
            desk.telling.tell(NoticeKind.CARD_MET, Weight.LOOK, sound=Sound.MEMBER)

    def offer_joining(self, number: str) -> None:
        """The server answered that a card on this sale is nobody's: it was met while nobody knew."""
        card = self._desk.plugs.members.by_card(number)
        if card is not None and card.member.provisional:
            self._desk.offered = card
            self._desk.telling.tell(NoticeKind.CARD_NOBODYS, Weight.LOOK, sound=Sound.LOOK)

    def confirm(self) -> None:
        """Enter alone: what the notice offers."""
        if self._desk.joining:
            self.joining.join(Application(phone=self._desk.joining.phone))
            return
        if self._desk.replacing:
            self.joining.replace()
            return
        card, self._desk.offered = self._desk.offered, None
        if card is not None and card.member.provisional:
            self.joining.offer_joining(card=card.number)
        elif card is not None:
            # The notice may have stood there long: they may have been erased or got another card.
            member = self._desk.plugs.members.by_id(card.member.id)
            if member is None:
                self._desk.telling.quiet()
                self._desk.telling.refuse(NoticeKind.MEMBER_GONE)
            else:
                self.attach(member, card=None, number=member.card_number)

    def pick(self, member_id: str) -> None:
        """A member from a list of hits."""
        member = self._desk.plugs.members.by_id(member_id)
        if member is None:
            self._desk.telling.refuse(NoticeKind.NOBODY_FOUND)
        else:
            self.attach(member, card=None, number=member.card_number)

    def remove(self) -> None:
        """The card is taken off the sale, with the rewards that hung on it."""
        work = self._desk.work
        member = work.member
        if member is None or self._desk.stage is not Stage.SELLING:
            return
        work.change_member(None, card=None, card_number="", typed=False)
        self._desk.telling.tell(NoticeKind.MEMBER_REMOVED, text=member.short_name)

    def attach_card_of(self, member: Member, number: str) -> None:
        """A member whose card was recorded just now."""
        card = self._desk.plugs.members.by_card(number)
        self.attach(member, card=card.id if card else None, number=number)

    def attach(self, member: Member, *, card: str | None, number: str, typed: bool = False) -> None:
        """Somebody is on this sale; what they may not spend here is asked for behind the scenes."""
        desk, work = self._desk, self._desk.work
        desk.telling.quiet()
        if desk.money_taken:
            desk.telling.refuse(NoticeKind.MONEY_TAKEN)
            return
        desk.open_for_goods()
        work.change_member(member.id, card=card, card_number=number, typed=typed)
        ready = any(
            offer.applied or offer.reason.why is Why.READY for offer in work.evaluation.offers
        )
        sound = Sound.REWARD_READY if ready else Sound.MEMBER
        name = member.name.partition(" ")[0] if typed else member.short_name
        desk.telling.tell(NoticeKind.MEMBER_ATTACHED, Weight.GOOD, text=name, sound=sound)
        self.asking.top_up()

    def _is_same_again(self, number: str) -> bool:
        now = self._desk.plugs.clock.now().local
        before, self._seen_card = self._seen_card, (number, now)
        return (
            before is not None
            and not self._desk.work.draft.typed
            and before[0] == number == self._desk.work.draft.card_number
            and timedelta(0) <= now - before[1] <= SAME_CARD_WITHIN
        )

    def forget_seen(self) -> None:
        """The next customer's card is never the same card again."""
        self._seen_card = None
