"""Questions to the server while somebody stands at the counter: more rights, an unknown card or phone.

Nothing here waits. A question goes out, selling goes on, and when the answer comes the member is
read anew. A reward, a card or a phone that hangs on it is waited for visibly, until the window's patience
ends or Esc goes on without.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.standing import RewardName
from terminal.loyalty.wallet import WalletId
from terminal.till.checkout import rewards
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import AskingView, Stage
from terminal.till.checkout.whereabouts import rights_to_ask_for, whereabouts
from terminal.till.line_port import LineTrouble, Question
from terminal.till.ports import Member
from terminal.till.trouble import Trouble
from terminal.values import dataclass

_TO_ACT_ON = frozenset({Weight.LOOK, Weight.REFUSED})
_OVERTAKEN = frozenset({NoticeKind.RIGHTS_ELSEWHERE, NoticeKind.CARD_MET})
"""What was told because no answer came; good news takes its place."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """What somebody at the counter waits for, and who stood there when it began."""

    view: AskingView
    member: str | None
    came: Callable[[bool], Question | None] | None = None
    """Goes on with a code or a slip, answered or not; a further question is asked."""


class Asking:
    """The questions that are out, and what hangs on their answers.

    ``card_answered`` and ``card_unanswered`` go on with a card that was asked for, ``card_nobodys``
    with one that was met before and that the server knows nobody of; ``phone_asked`` goes on
    with a phone, answered or not; ``changed`` is called when the picture is another one without
    any step of the cashier.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        card_answered: Callable[[str], None],
        card_unanswered: Callable[[str], None],
        card_nobodys: Callable[[str], None],
        phone_asked: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._card_answered = card_answered
        self._card_unanswered = card_unanswered
        self._card_nobodys = card_nobodys
        self._phone_asked = phone_asked
        self._changed = changed
        self._wait: _Wait | None = None
        self._asked = 0
        self._out_for: tuple[str | None, tuple[WalletId, ...]] | None = None
        """For whom, and for which codes, rights are asked at this moment."""
        self._unanswered: int | None = None
        """When the server had answered last before it left a question for rights unanswered."""

    @property
    def current(self) -> AskingView | None:
        """What is waited for; whoever takes another way does not wait any more."""
        desk, wait = self._desk, self._wait
        stages = {Stage.SELLING}
        if wait and wait.view.sale:
            stages |= {Stage.RETURNING, Stage.DONE}
        elif wait and wait.came:
            stages |= {Stage.PAYING}
        if wait and (desk.stage not in stages or wait.member != desk.work.draft.member):
            self._wait = wait = None
        return wait.view if wait else None

    def forget(self) -> None:
        """Nobody waits any more; a late answer is welcome all the same."""
        self._wait = None

    # Rights

    def top_up(self) -> bool:
        """Ask for what the member has and may not spend here; whether a question is out."""
        work, line = self._desk.work, self._desk.plugs.line
        member = work.member
        if member is not None and (member.provisional or work.draft.typed):
            member = None  # only what codes opened is asked for
        whom = (member.id if member else None, work.draft.bearers)
        if self._out_for == whom:
            return True
        wants = rights_to_ask_for(
            work.standing, work.programmes, (*work.standing.bearers,) if member is None else None
        )
        if not wants or not line.contact().is_paired:
            return False
        self._out_for = whom
        question = Question(wants=wants, member=member.id if member else "")
        line.ask(question, lambda got: self._rights_came(whom, got))
        return self._out_for == whom

    def wait_for_reward(self, name: RewardName) -> None:
        """The reward's key while its units are elsewhere: it goes on as soon as they are here."""
        current = self.current
        if current is not None and current.reward == name:
            return
        member = self._desk.work.member
        if member is not None and member.provisional:
            self._desk.telling.refuse(NoticeKind.CARD_MET)
        elif self.top_up():
            self._begin(reward=name)
        else:
            self._tell_rest(name, offline=True)

    def _rights_came(self, whom: tuple[str | None, tuple[WalletId, ...]], answered: bool) -> None:
        if self._out_for != whom:
            return
        self._out_for = None
        desk = self._desk
        self._unanswered = None if answered else desk.plugs.line.contact().last_ms or 0
        here = desk.work.draft
        if (here.member, here.bearers) != (whom[0] or here.member, whom[1]):
            return
        if desk.stage is not Stage.SELLING:
            return
        waiting = self.current
        self._look_again()
        if waiting is not None and waiting.reward is not None:
            self._wait = None
            self._settle(waiting.reward, answered)
        self._changed()

    def _settle(self, name: RewardName, answered: bool) -> None:
        """The answer is here: the reward goes on, or it is told where its units are."""
        work, telling = self._desk.work, self._desk.telling
        if rewards.is_elsewhere(work, name):
            self._tell_rest(name, offline=not answered)
            return
        try:
            rewards.turn_on(work, telling, name)
        except Trouble as trouble:
            telling.trouble(trouble)
            return
        if telling.notice is not None and telling.notice.kind is NoticeKind.REWARD_ON:
            telling.sound = Sound.REWARD_READY

    def _tell_rest(self, name: RewardName, *, offline: bool) -> None:
        offer = self._desk.work.offer(name)
        rest = whereabouts(self._desk.work, offer.unit, offline=offline) if offer else None
        self._desk.telling.tell(
            NoticeKind.RIGHTS_ELSEWHERE, Weight.LOOK, name=name, rest=rest, sound=Sound.LOOK
        )

    # Cards

    def ask_for_card(self, number: str) -> None:
        """A genuine card that nobody here knows: perhaps the server does."""
        current = self.current
        if current is not None and current.card == number:
            return
        line = self._desk.plugs.line
        if not line.contact().is_paired:
            self._card_unanswered(number)
            return
        asked = self._begin(card=number)
        line.ask(Question(card=number), lambda got: self._card_came(asked, number, got))

    def ask_who_it_is(self, number: str) -> None:
        """A card that is known as a card only, shown again: nobody waits for the answer."""
        line = self._desk.plugs.line
        if line.contact().is_paired:
            line.ask(Question(card=number), lambda got: self._card_came(0, number, got))

    def _card_came(self, asked: int, number: str, answered: bool) -> None:
        current = self.current
        try:
            if current is not None and current.number == asked:
                self._wait = None
                (self._card_answered if answered else self._card_unanswered)(number)
            else:
                again = self._look_again()
                if answered and self._is_nobodys(number):
                    self._card_nobodys(number)
                elif not again:
                    return
        except Trouble as trouble:
            self._desk.telling.trouble(trouble)
        self._changed()

    def _is_nobodys(self, number: str) -> bool:
        """Whether a card on this sale is known as a card only, and nothing else is to be acted on."""
        desk, member = self._desk, self._desk.work.member
        here = desk.stage is Stage.SELLING and desk.work.draft.card_number == number
        return here and self._may_mention() and member is not None and member.provisional

    # Phones

    def ask_for_phone(self, phone: str) -> None:
        """A whole phone that nobody here has: perhaps a member of another store."""
        current = self.current
        if current is not None and current.phone == phone:
            return
        line = self._desk.plugs.line
        if not line.contact().is_paired:
            self._phone_asked(phone)
            return
        asked = self._begin(phone=phone)
        line.ask(Question(phone=phone), lambda _got: self._phone_came(asked, phone))

    def _phone_came(self, asked: int, phone: str) -> None:
        current = self.current
        if current is None or current.number != asked:
            return  # whoever it was is a member here from now on, and is found the next time
        self._wait = None
        try:
            self._phone_asked(phone)
        except Trouble as trouble:
            self._desk.telling.trouble(trouble)
        self._changed()

    # Vouchers and gift cards

    def ask_for_wallet(
        self, wallet: WalletId, question: Question, came: Callable[[bool], Question | None]
    ) -> bool:
        """Ask about a code; False where there is nobody to ask.

        ``came`` is told whether the server answered, and may answer with a further question, for
        which the same patience waits.
        """
        if not self._desk.plugs.line.contact().is_paired:
            return False
        asked = self._begin(wallet=wallet, came=came)
        self._ask_on(asked, question)
        return True

    def _ask_on(self, asked: int, question: Question) -> None:
        line = self._desk.plugs.line
        line.ask(question, lambda got: self._wallet_came(asked, got))

    def _wallet_came(self, asked: int, answered: bool) -> None:
        current, wait = self.current, self._wait
        try:
            if current is not None and current.number == asked and wait and wait.came:
                more = wait.came(answered)
                if more is not None:
                    self._ask_on(asked, more)
                    return
                self._wait = None
            elif not self._look_again():
                return
        except Trouble as trouble:
            self._wait = None
            self._desk.telling.trouble(trouble)
        self._changed()

    # Slips of other tills

    def ask_for_sale(self, sale: str, came: Callable[[], None]) -> bool:
        """Ask for a sale of another till; False where there is nobody to ask.

        ``came`` is called once, when there is an answer or nobody waits for one any more.
        """
        if not self._desk.plugs.line.contact().is_paired:
            return False
        current = self.current
        if current is not None and current.sale == sale:
            return True

        def tell(_answered: bool) -> None:
            came()

        self._ask_on(self._begin(sale=sale, came=tell), Question(sale=sale))
        return True

    # Patience, and what comes by itself

    def give_up(self) -> bool:
        """Go on without the answer; False if nothing was waited for.

        Raises:
            Trouble: the card could not be noted; nothing changed.
        """
        current, wait = self.current, self._wait
        self._wait = None
        if current is None:
            return False
        unanswered = False
        if wait is not None and wait.came is not None:
            wait.came(unanswered)
        elif current.reward is not None:
            self._tell_rest(current.reward, offline=True)
        elif current.phone:
            self._phone_asked(current.phone)
        else:
            self._card_unanswered(current.card)
        return True

    def line_changed(self) -> bool:
        """Something came up or down; whether the picture is another one.

        Where the server left a question unanswered and has answered since, it is asked again.
        """
        changed = self._look_again()
        contact = self._desk.plugs.line.contact()
        back = contact.trouble is LineTrouble.NONE and (contact.last_ms or 0)
        if self._unanswered is not None and back and back > self._unanswered:
            self._unanswered = None
            self.top_up()
        return changed

    def _look_again(self) -> bool:
        """Read the member anew if the database knows better by now; the price of a payment stands."""
        desk = self._desk
        if desk.stage is not Stage.SELLING:
            return False
        before, usable = desk.work.member, rewards.usable(desk.work)
        try:
            changed = desk.work.look_again()
        except Trouble:
            return False  # nobody asked for it; the next step tells if the trouble stays
        after = desk.work.member
        if changed and after is None and rewards.usable(desk.work) - usable:
            self._desk.telling.sound = Sound.REWARD_READY
        if not changed or before is None or after is None:
            return changed
        if before.provisional and not after.provisional:
            self._mention(NoticeKind.CARD_KNOWN, after, Sound.MEMBER)
            self._wait = None
            self.top_up()
        elif rewards.usable(desk.work) - usable:
            self._mention(NoticeKind.RIGHTS_HERE, after, Sound.REWARD_READY)
        return changed

    def _mention(self, kind: NoticeKind, member: Member, sound: Sound) -> None:
        """Good news that nobody asked for; what the cashier must act on stays readable."""
        if self._may_mention():
            self._desk.telling.tell(kind, Weight.GOOD, text=member.short_name, sound=sound)

    def _may_mention(self) -> bool:
        notice = self._desk.telling.notice
        return notice is None or notice.weight not in _TO_ACT_ON or notice.kind in _OVERTAKEN

    def _begin(
        self,
        *,
        reward: RewardName | None = None,
        card: str = "",
        phone: str = "",
        wallet: str = "",
        sale: str = "",
        came: Callable[[bool], Question | None] | None = None,
    ) -> int:
        self._asked += 1
        view = AskingView(
            number=self._asked, reward=reward, card=card, phone=phone, wallet=wallet, sale=sale
        )
        self._wait = _Wait(view, self._desk.work.draft.member, came)
        return self._asked
