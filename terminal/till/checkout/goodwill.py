"""Units that somebody at the counter gives: for a wait, for goods that were not right, for an opinion.

How much, how often and to whom is the programme's to say; who may is the shop's (its PIN). It is
a fact at once, offline like a sale, and taken back by another one while nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from terminal.loyalty.engine.accruals import granted, not_granted
from terminal.loyalty.giving import BY_HAND, WHYS, Gift, Giving, fact_name, giving, taking_back
from terminal.loyalty.ledger import RIGHT_SIGN
from terminal.loyalty.programme import in_force
from terminal.loyalty.standing import Moment, RewardName, Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import BUDGET_UNIT, Account
from terminal.till.checkout.approval import Approval
from terminal.till.checkout.care_view import GiftView, GivenView, GoodwillView
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.left_to_give import with_what_is_left
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import Stage
from terminal.till.journal_port import Shortfall
from terminal.till.ports import Member

GIVEN_MOST = 4
"""What was given lately is there to be taken back, and this is not the member's story."""
WORDS_LONGEST = 200


class Goodwill:
    """What may be given to the member on the sale, and what was."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._approval = Approval(desk)
        self._view: GoodwillView | None = None
        self._of: str | None = None
        """The member whom it is about."""
        self._just: set[str] = set()
        """What was given since it was opened, which is all that the key for undo takes back."""
        self._deed = ("", "")
        """What was done last since then, and with which unit."""

    @property
    def view(self) -> GoodwillView | None:
        """What the screen shows; None while nothing is given."""
        if self._view is None or not self._on_sale() or self._desk.work.draft.member != self._of:
            return None
        deed, unit = self._deed
        return replace(self._view, wants_pin=self._approval.waits, deed=deed, unit=unit)

    def begin(self) -> None:
        """Show what may be given to the member on the sale."""
        desk = self._desk
        self.close()
        desk.put_away()  # Enter must not hand out a card that another panel hides
        if not self._on_sale():
            desk.telling.refuse(NoticeKind.GOODWILL_FOR_WHOM)
            return
        self._look()
        if self._view is not None and not self._view.choices:
            self.close()
            desk.telling.refuse(NoticeKind.GOODWILL_NO_RULE)

    def close(self) -> None:
        """Nothing more is given."""
        self._view = None
        self._just.clear()
        self._deed = ("", "")
        self._approval.forget()

    def mark(self, name: RewardName) -> None:
        """Which of several rules a reason gives by."""
        if self._view is not None:
            at = [one.name for one in self._view.choices].index(name)
            self._view = replace(self._view, marked=at)

    def give(self, why: str, words: str = "") -> None:
        """Give what is marked, for this reason; what somebody typed is kept beside the fact."""
        view = self.view
        if why not in WHYS:
            raise ValueError(why)
        if view is None:
            return
        if view.marked is None:
            goodwill = [one for one in view.choices if one.on == "goodwill"]
            self._refuse(goodwill[0] if goodwill else None)
        else:
            self._give(view.choices[view.marked], why, words)

    def thank(self, name: RewardName) -> None:
        """Give what the rule for an opinion gives."""
        view = self.view
        for one in view.choices if view is not None else ():
            if one.name == name and one.on != "goodwill":
                self._give(one, "", "")

    def typed(self, text: str) -> None:
        """The PIN where it is waited for, the number of a reason, or a reason in somebody's words."""
        if self._approval.waits:
            self._approval.typed(text)
        elif text.strip() in _NUMBERS:
            self.give(_NUMBERS[text.strip()])
        else:
            self.give(WHYS[-1], " ".join(text.split())[:WORDS_LONGEST])

    def undo(self) -> None:
        """Take back the latest of what was given a moment ago; what is older has its own button."""
        view = self.view
        given = view.given if view is not None else ()
        just = (one.key for one in given if one.undoable and one.key in self._just)
        self.take_back(next(just, ""))

    def take_back(self, key: str) -> None:
        """Take back what was given by mistake."""
        view = self.view
        for one in view.given if view is not None else ():
            if one.undoable and key == one.key:
                self._take_back(key)
                return
        self._desk.telling.refuse(NoticeKind.GOODWILL_USED)

    # --- one after the other -----------------------------------------------------------------

    def _give(self, choice: GiftView, why: str, words: str) -> None:
        desk, member = self._desk, self._desk.work.member
        if member is None:
            return
        if not choice.n:
            self._refuse(choice)
            return

        def record(approver: str) -> None:
            now = desk.plugs.clock.now()
            standing = self._standing(member, now)
            programmes = in_force(desk.plugs.programmes.revisions(), now.utc)
            gift = giving(choice.on, programmes, standing, now, only=choice.name, why=why)
            recorded = (
                desk.plugs.journal.give(gift, member.id, now, approver=approver, words=words)
                if gift is not None
                else None
            )
            if gift is None or recorded is None or isinstance(recorded, Shortfall):
                self._look()
                self._refuse(choice)
                return
            fact = fact_name(recorded.incarnation, recorded.seq)
            self._just.add(fact)
            self._deed = (fact, gift.earned[0].account.unit)
            self._recorded(member, NoticeKind.GOODWILL_GIVEN, choice.name, choice.n)

        self._approval.ask(record, wanted=desk.shop.pin_for_goodwill)

    def _refuse(self, choice: GiftView | None) -> None:
        """Nothing is given: why, as far as a rule says."""
        desk, member = self._desk, self._desk.work.member
        reason = None
        if choice is not None and member is not None:
            now = desk.plugs.clock.now()
            standing = self._standing(member, now)
            programmes = in_force(desk.plugs.programmes.revisions(), now.utc)
            away = not_granted(programmes, choice.on, standing, now, only=choice.name)
            reason = away[0].reason if away else None
        desk.telling.refuse(NoticeKind.GOODWILL_USED_UP, reason=reason)

    def _take_back(self, key: str) -> None:
        desk, member = self._desk, self._desk.work.member
        assert member is not None
        found = next(one for one in self._gifts(member) if one.name == key)
        now = desk.plugs.clock.now()
        back = taking_back(found, self._standing(member, now), now.business_day)
        assert back is not None, "a gift that can be taken back says so"
        recorded = desk.plugs.journal.give(back, member.id, now)
        if isinstance(recorded, Shortfall):
            self._look()
            desk.telling.refuse(NoticeKind.GOODWILL_USED)
            return
        self._deed = (fact_name(recorded.incarnation, recorded.seq), found.unit)
        self._recorded(member, NoticeKind.GOODWILL_TAKEN_BACK, None, found.units)

    def _recorded(
        self, member: Member, kind: NoticeKind, name: RewardName | None, count: int
    ) -> None:
        desk = self._desk
        desk.plugs.line.recorded()
        desk.work.look_again()
        self._look()
        desk.telling.tell(
            kind, Weight.GOOD, text=member.short_name, name=name, count=count, sound=Sound.MEMBER
        )

    # --- what is there -----------------------------------------------------------------------

    def _on_sale(self) -> bool:
        desk = self._desk
        return desk.work.member is not None and desk.stage is Stage.SELLING

    def _look(self) -> None:
        """Read anew what may be given, and what was.

        Raises:
            Trouble: it could not be read.
        """
        desk, member = self._desk, self._desk.work.member
        assert member is not None
        now = desk.plugs.clock.now()
        standing = self._standing(member, now)
        choices = tuple(self._choices(standing, now))
        self._of = member.id
        shown = self._view
        before = None if shown is None or shown.marked is None else shown.choices[shown.marked].name
        goodwill = [at for at, one in enumerate(choices) if one.on == "goodwill" and one.n]
        same = [at for at in goodwill if choices[at].name == before]
        self._view = GoodwillView(
            member=member.short_name,
            choices=choices,
            marked=next(iter((*same, *goodwill)), None),
            given=tuple(self._given(self._gifts(member), standing, now)),
        )

    def _standing(self, member: Member, now: Moment) -> Standing:
        plugs = self._desk.plugs
        programmes = in_force(plugs.programmes.revisions(), now.utc)
        known = plugs.members.standing(member.id)
        return with_what_is_left(known, plugs.programmes, programmes, now.business_day)

    def _choices(self, standing: Standing, now: Moment) -> Iterable[GiftView]:
        programmes = in_force(self._desk.plugs.programmes.revisions(), now.utc)
        for programme in programmes:
            for rule in programme.earn if programme.unit is not None else ():
                if rule.on not in BY_HAND:
                    continue
                name = RewardName(programme.programme, rule.id)
                earned = granted(programmes, rule.on, standing, now, only=name)
                yield GiftView(
                    name=name,
                    on=rule.on,
                    title=programme.name,
                    kind=programme.unit.kind if programme.unit else UnitKind.POINTS,
                    counted=programme.unit.counted if programme.unit else {},
                    n=sum(one.n for one in earned),
                )

    def _gifts(self, member: Member) -> list[Gift]:
        return list(self._desk.plugs.past.gifts(member.id, GIVEN_MOST))

    def _given(self, gifts: Iterable[Gift], standing: Standing, now: Moment) -> Iterable[GivenView]:
        units = {
            one.unit.id: one.unit
            for one in self._desk.plugs.programmes.revisions()
            if one.unit is not None
        }
        here = {one.account: one.spendable for one in standing.holdings}
        for one in gifts:
            back = taking_back(one, standing, now.business_day)
            unit = units.get(one.unit)
            yield GivenView(
                key=one.name,
                local=_local(one.wall_ms, now),
                kind=unit.kind if unit else UnitKind.POINTS,
                counted=unit.counted if unit else {},
                n=one.units,
                on=one.body.reason,
                why=one.body.why,
                words=one.words,
                taken_back=one.taken_back,
                undoable=not one.taken_back and back is not None and _covered(back, here),
            )


_NUMBERS = {str(at): why for at, why in enumerate(WHYS[:-1], start=1)}


def _covered(back: Giving, here: dict[Account, int]) -> bool:
    """Whether the rights that taking back needs are at this till."""
    wanted: dict[Account, int] = {}
    for one in back.entries:
        if one.account.unit != BUDGET_UNIT:
            change = -RIGHT_SIGN[one.kind] * one.n
            wanted[one.account] = wanted.get(one.account, 0) + change
    return all(here.get(account, 0) >= n for account, n in wanted.items())


def _local(wall_ms: int, now: Moment) -> datetime:
    """An instant as the clock on the wall shows it today; for eyes only."""
    utc = datetime.fromtimestamp(wall_ms / 1000, UTC).replace(tzinfo=None)
    return utc + timedelta(minutes=now.offset_minutes)
