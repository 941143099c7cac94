"""What the till tells the cashier after a step: one notice that stays, and a sound."""

from __future__ import annotations

from terminal.loyalty.standing import RewardName
from terminal.till.checkout.notice import Notice, NoticeKind, Sound, Weight, Whereabouts
from terminal.till.trouble import Trouble

_LOUDER = frozenset({NoticeKind.TROUBLE, NoticeKind.REWARD_GONE})


class Telling:
    """The notice and the sound of the last step."""

    def __init__(self) -> None:
        self.notice: Notice | None = None
        self.sound = Sound.NONE
        self._asked: object = None
        self._asked_before: object = None

    @property
    def asks_for_date(self) -> bool:
        """Whether Enter alone says that the date is right."""
        return self.notice is not None and self.notice.kind is NoticeKind.DATE_ASKED

    def quiet(self) -> None:
        """A new step begins; what was told is over."""
        self.notice, self.sound = None, Sound.NONE
        self._asked_before, self._asked = self._asked, None

    def is_said_twice(self, what: object) -> bool:
        """Whether the step before asked about the very same; else this one does."""
        if self._asked_before == what:
            return True
        self._asked = what
        return False

    def tell(
        self,
        kind: NoticeKind,
        weight: Weight = Weight.QUIET,
        *,
        text: str = "",
        tail: str = "",
        amount: int = 0,
        count: int = 0,
        name: RewardName | None = None,
        reason: object = None,
        rest: Whereabouts | None = None,
        sound: Sound = Sound.NONE,
    ) -> None:
        """One notice. Trouble or a lost reward of the same step stays readable instead."""
        if self.notice is None or self.notice.kind not in _LOUDER or kind is NoticeKind.REWARD_ON:
            self.notice = Notice(
                kind=kind,
                weight=weight,
                text=text,
                tail=tail,
                amount=amount,
                count=count,
                name=name,
                reason=reason,
                rest=rest,
            )
            self.sound = sound

    def refuse(
        self,
        kind: NoticeKind,
        *,
        text: str = "",
        amount: int = 0,
        count: int = 0,
        name: RewardName | None = None,
        reason: object = None,
        rest: Whereabouts | None = None,
    ) -> None:
        """An expected no: nothing changed, and the sale goes on."""
        self.tell(
            kind,
            Weight.REFUSED,
            text=text,
            amount=amount,
            count=count,
            name=name,
            reason=reason,
            rest=rest,
            sound=Sound.REFUSED,
        )

    def gone(self, name: RewardName, reason: object) -> None:
        """A reward fell away by itself; the customer counts on it."""
        if self.notice is None or self.notice.kind is not NoticeKind.TROUBLE:
            self.notice = None
            self.tell(
                NoticeKind.REWARD_GONE, Weight.LOOK, name=name, reason=reason, sound=Sound.LOOK
            )

    def trouble(self, trouble: Trouble) -> None:
        """The world failed; this is told before anything else."""
        self.notice = None
        self.refuse(NoticeKind.TROUBLE, text=trouble.kind.value)
