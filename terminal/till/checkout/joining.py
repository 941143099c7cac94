"""Who becomes a member, who gets another card, and what a member agrees to: at the counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from terminal.loyalty.consent import Purpose
from terminal.till.checkout.desk import Desk, Enrolling, Replacing
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import Stage
from terminal.till.member_port import Application, Objected, Objection
from terminal.till.ports import Card, Member
from terminal.till.trouble import Trouble

_OBJECTIONS = {
    Objection.PHONE: NoticeKind.PHONE_REFUSED,
    Objection.BIRTHDAY: NoticeKind.BIRTHDAY_REFUSED,
    Objection.NOTHING_TO_FIND_BY: NoticeKind.NOTHING_TO_FIND_BY,
    Objection.PHONE_TAKEN: NoticeKind.PHONE_TAKEN,
}


class Customers(Protocol):
    """Who brings somebody onto the sale."""

    def attach_card_of(self, member: Member, number: str) -> None: ...
    def attach(self, member: Member, *, card: str | None, number: str) -> None: ...
    def take_card(self, card: Card) -> None: ...


class Joining:
    """A blank card or a phone that nobody has, and what it may be for."""

    def __init__(self, desk: Desk, customers: Customers, top_up: Callable[[], object]) -> None:
        self._desk, self._customers, self._top_up = desk, customers, top_up

    # What a card or a phone offers

    def offer_card(self, number: str) -> None:
        """A card that nobody has: for whoever is on this sale, or else for somebody new."""
        desk = self._desk
        member = desk.work.member if desk.stage is Stage.SELLING else None
        desk.open_for_goods()
        if member is None or member.provisional:
            self.offer_joining(card=number)
            return
        lost = desk.plugs.reception.lost_card(member.id)
        desk.replacing = Replacing(member=member, lost=lost, number=number)
        kind = NoticeKind.REPLACE_CARD if lost else NoticeKind.GIVE_CARD
        desk.telling.tell(kind, Weight.LOOK, text=member.short_name, sound=Sound.LOOK)

    def offer_joining(self, *, card: str = "", phone: str = "") -> None:
        """Enter makes the holder of this card, or of this phone, a member."""
        desk = self._desk
        desk.open_for_goods()
        desk.joining = Enrolling(card=card, phone=phone)
        if card:
            desk.telling.tell(NoticeKind.NEW_CARD, Weight.LOOK, text=card, sound=Sound.LOOK)
        elif phone:
            desk.telling.tell(NoticeKind.NEW_PHONE, Weight.LOOK, text=phone, sound=Sound.LOOK)

    def new_instead(self) -> None:
        """The blank card is for somebody new, not for whoever is on this sale."""
        replacing = self._desk.replacing
        if replacing is not None:
            self.offer_joining(card=replacing.number)

    def bring(self, member: Member) -> bool:
        """A member's card while somebody joins: they brought them. False where nobody joins.

        Only where a blank card or a phone says that somebody does. The same card once more means
        that it is this member's own purchase, and nobody joins.
        """
        desk = self._desk
        joining = desk.joining if desk.stage is Stage.SELLING else None
        if joining is None or not (joining.card or joining.phone) or member.provisional:
            return False
        if joining.brought_by is not None and joining.brought_by.id == member.id:
            return False
        desk.joining = replace(joining, brought_by=member)
        desk.telling.tell(
            NoticeKind.BRINGS_SOMEBODY, Weight.LOOK, text=member.short_name, sound=Sound.MEMBER
        )
        return True

    # What becomes of it

    def join(self, application: Application) -> None:
        """The holder of the card or of the phone becomes a member, offline, now."""
        desk = self._desk
        enrolling, desk.joining = desk.joining, None
        desk.quiet()
        if enrolling is None:
            desk.telling.refuse(NoticeKind.NOBODY_FOUND)
            return
        if enrolling.brought_by is not None:
            application = replace(application, referred_by=enrolling.brought_by.id)
        try:
            joined = desk.plugs.reception.join(
                application, enrolling.card, insisting=enrolling.objected == application.phone
            )
        except Trouble:
            desk.joining = enrolling
            raise
        match joined:
            case Card():
                self._customers.take_card(joined)
            case Objected():
                self._object(joined, enrolling, application)
            case Member():
                self._welcome(joined, enrolling.card)

    def replace(self) -> None:
        """The member on this sale has the blank card from now on; the one before is blocked."""
        desk = self._desk
        replacing, desk.replacing = desk.replacing, None
        if replacing is None:
            return
        desk.quiet()
        try:
            member = desk.plugs.reception.replace_card(replacing.member.id, replacing.number)
        except Trouble:
            desk.replacing = replacing
            raise
        if isinstance(member, Card):
            self._customers.take_card(member)
            return
        desk.plugs.line.recorded()
        self._customers.attach_card_of(member, replacing.number)
        kind = NoticeKind.CARD_HANDED_OUT if replacing.lost else NoticeKind.CARD_GIVEN
        desk.telling.tell(
            kind,
            Weight.GOOD,
            text=member.short_name,
            tail=replacing.number[-4:],
            sound=Sound.MEMBER,
        )

    def explain_undo(self) -> bool:
        """A card that was handed out stays so: Undo right after it says what to do instead."""
        telling = self._desk.telling
        notice = telling.notice
        if notice is None or notice.kind not in (NoticeKind.CARD_HANDED_OUT, NoticeKind.CARD_GIVEN):
            return False
        telling.quiet()
        telling.tell(
            NoticeKind.REPLACED_STAYS,
            Weight.LOOK,
            text=notice.text,
            tail=notice.tail,
            sound=Sound.LOOK,
        )
        return True

    def decide(self, purpose: Purpose, *, agreed: bool, text: str) -> None:
        """The member on this sale agrees to something, or does no longer."""
        desk = self._desk
        member = desk.work.member
        if member is None or member.provisional:
            desk.telling.refuse(NoticeKind.NOBODY_FOUND)
            return
        desk.plugs.reception.decide(member.id, purpose, agreed=agreed, text=text)
        desk.plugs.line.recorded()
        desk.work.look_again()
        kind = NoticeKind.CONSENT_GIVEN if agreed else NoticeKind.CONSENT_WITHDRAWN
        desk.telling.tell(kind, Weight.GOOD, text=member.short_name)

    def _object(self, why: Objected, enrolling: Enrolling, application: Application) -> None:
        taken = why.objection is Objection.PHONE_TAKEN
        self._desk.joining = Enrolling(
            card=enrolling.card,
            phone=enrolling.phone,
            objected=application.phone if taken else None,
            brought_by=enrolling.brought_by,
        )
        self._desk.telling.refuse(
            _OBJECTIONS[why.objection],
            text=why.holder.short_name if why.holder else application.phone,
        )

    def _welcome(self, member: Member, number: str) -> None:
        desk = self._desk
        desk.plugs.line.recorded()
        if number:
            self._customers.attach_card_of(member, number)
        else:
            self._customers.attach(member, card=None, number="")
        desk.work.look_again()  # who was on this sale as a card only is somebody now
        desk.telling.tell(NoticeKind.ENROLLED, Weight.GOOD, text=member.name, sound=Sound.MEMBER)
        self._top_up()
