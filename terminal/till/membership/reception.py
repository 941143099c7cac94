"""The room's front desk: ``member_port.Reception``, offline and without a screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil

from terminal.barcodes.entry import NAME_LENGTH_MAX
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.consent import Consent, Purpose, given
from terminal.loyalty.giving import Giving, giving
from terminal.loyalty.programme import in_force
from terminal.loyalty.standing import Moment, Standing, Traits
from terminal.loyalty.wallet import WalletId
from terminal.till.journal_port import Journal, PastSales
from terminal.till.member_port import Application, MemberStory, Objected, Objection
from terminal.till.membership.misses import Misses
from terminal.till.membership.movements import story
from terminal.till.membership.phones import whole_numbers
from terminal.till.ports import Card, CardState, Clock, Ids, Member, Members, Programmes
from terminal.values import dataclass

PROOF_DIGITS = 4
_BIRTHDAY = re.compile(r"(\d{1,2})\s*[./ -]\s*(\d{1,2})\.?|(\d{2})(\d{2})")
_LEAP = 2000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDeskPlugs:
    """What the room is plugged into."""

    country: str
    """The shop's, ISO 3166: phones are typed as people say them there."""
    members: Members
    journal: Journal
    past: PastSales
    programmes: Programmes
    clock: Clock
    ids: Ids


class FrontDesk:
    """``member_port.Reception``."""

    def __init__(self, desk: FrontDeskPlugs) -> None:
        self._desk = desk
        self._misses = Misses(desk.clock)

    def phones(self, text: str) -> Sequence[str]:
        """The whole numbers (E.164) that a typed phone may be, the likeliest first."""
        return whole_numbers(text, self._desk.country)

    # Joining, and cards

    def join(
        self, application: Application, number: str, *, insisting: bool = False
    ) -> Member | Card | Objected:
        """Make the holder of a blank card, or of a phone, a member."""
        desk, now = self._desk, self._desk.clock.now()
        member = self._applicant(application, number, now)
        if isinstance(member, Objected):
            return member
        if member.phone and not insisting:
            holder = self._holder_of(member.phone)
            if holder is not None:
                return Objected(objection=Objection.PHONE_TAKEN, holder=holder)
        met = desk.members.by_card(number) if number else None
        if met is not None and met.member.provisional:
            return self._named(met.member.id, member, now)
        try:
            desk.journal.enrol(
                member, number, now, welcome=lambda wallet: self._welcome(member, wallet, now)
            )
        except ValueError:
            taken = desk.members.by_card(number)
            if taken is None:
                raise
            return taken
        return member

    def _named(self, key: str, told: Member, now: Moment) -> Member:
        """Whoever was met by a card only is somebody now.

        What they agree to comes first: where the second half fails they are nobody yet, and
        whoever joins them again loses none of it.
        """
        desk = self._desk
        if told.consents:
            desk.journal.decide(key, told.consents, now)
        member = replace(told, id=key, consents=self._member(key).consents)
        desk.members.change(member)
        wallets = desk.members.standing(key).wallets
        gift = self._welcome(member, wallets[0], now) if wallets else None
        if gift is not None:
            desk.journal.give(gift, key, now)
        return member

    def _welcome(self, member: Member, wallet: WalletId, now: Moment) -> Giving | None:
        """What the rules of the day give whoever joins."""
        programmes = in_force(self._desk.programmes.revisions(), now.utc)
        standing = Standing(
            traits=Traits(
                member=member.id,
                birthday=member.birthday,
                consents=frozenset(map(str, given(member.consents))),
                enrolled=now.business_day,
            ),
            wallets=(wallet,),
            budgets=tuple(self._desk.programmes.budgets(sorted(budgets_of(programmes)))),
        )
        return giving("enrolment", programmes, standing, now)

    def lost_card(self, member: str) -> Card | None:
        """The newest card that still works."""
        cards = self._desk.members.cards_of(member)
        return next((one for one in cards if one.state is CardState.ACTIVE), None)

    def replace_card(self, member: str, number: str) -> Member | Card:
        """Give a member a further card, and block the one before."""
        desk = self._desk
        lost = self.lost_card(member)
        try:
            desk.journal.replace_card(
                member, number, desk.clock.now(), before=lost.id if lost else ""
            )
        except ValueError:
            taken = desk.members.by_card(number)
            if taken is None:
                raise
            return taken
        return self._member(member)

    def decide(self, member: str, purpose: Purpose, *, agreed: bool, text: str) -> Member:
        """Write down what a member agrees to, or does no longer."""
        now = self._desk.clock.now()
        decision = _decision(purpose, given=agreed, text=text, at=now)
        self._desk.journal.decide(member, [decision], now)
        return self._member(member)

    # Why 85?

    def story(self, member: str) -> MemberStory:
        """Where a member's units came from and went."""
        desk = self._desk
        return story(
            self._member(member),
            desk.members.standing(member),
            desk.past,
            desk.programmes.revisions(),
            desk.clock.now(),
        )

    # Typed numbers

    def proves(self, member: Member, digits: str) -> bool:
        """Whether these are the last four digits of the member's phone."""
        typed = "".join(one for one in digits if one.isdigit())
        right = len(typed) >= PROOF_DIGITS and bool(member.phone) and member.phone.endswith(typed)
        if not right:
            self._misses.add()
        return right

    def missed(self) -> None:
        """Somebody typed a card number that is nobody's."""
        self._misses.add()

    def pause_s(self) -> int:
        """Seconds for which typed numbers are not taken."""
        return ceil(self._misses.pause().total_seconds())

    def _member(self, key: str) -> Member:
        member = self._desk.members.by_id(key)
        if member is None:
            raise KeyError(key)
        return member

    def _applicant(self, told: Application, number: str, now: Moment) -> Member | Objected:
        phone = ""
        if told.phone.strip():
            phone = next(iter(self.phones(told.phone)), "")
            if not phone:
                return Objected(objection=Objection.PHONE)
        if not number and not phone:
            return Objected(objection=Objection.NOTHING_TO_FIND_BY)
        birthday = None
        if told.birthday.strip():
            birthday = day_and_month(told.birthday)
            if birthday is None:
                return Objected(objection=Objection.BIRTHDAY)
        shown = "".join(sign if sign.isprintable() else " " for sign in told.name)
        return Member(
            id=self._desk.ids.random_id(),
            name=" ".join(shown.split())[:NAME_LENGTH_MAX],
            phone=phone,
            birthday=birthday,
            joined=now.local.date(),
            referred_by=told.referred_by,
            card_number=number,
            consents=tuple(
                _decision(one, given=True, text=told.text, at=now)
                for one in Purpose
                if one in told.agreed
            ),
        )

    def _holder_of(self, phone: str) -> Member | None:
        found = self._desk.members.search(phone, 1)
        return next((one for one in found if one.phone == phone), None)


def day_and_month(text: str) -> tuple[int, int] | None:
    """A birthday as (month, day) from ``14.3``, ``14/03`` or ``1403``; day first, as people say it."""
    found = _BIRTHDAY.fullmatch(text.strip())
    if found is None:
        return None
    day, month = (int(one) for one in found.groups() if one is not None)
    try:
        date(_LEAP, month, day)  # 29 February is a birthday
    except ValueError:
        return None
    return month, day


def _decision(purpose: Purpose, *, given: bool, text: str, at: Moment) -> Consent:
    ms = (at.utc - _EPOCH) // timedelta(milliseconds=1)
    return Consent(purpose=purpose, given=given, text=text, at_ms=ms)
