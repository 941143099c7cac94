"""A card number typed by hand earns; it spends when the last digits of the phone are told.

Numbers stand on receipts and are read aloud, so whoever types one may not be its member.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from terminal.loyalty.standing import RewardName
from terminal.till.checkout import rewards
from terminal.till.checkout.desk import Desk, Proving
from terminal.till.checkout.notice import NoticeKind, Sound, Weight


class Proofs:
    """Who must prove that a typed card is theirs, and how that goes."""

    def __init__(self, desk: Desk, top_up: Callable[[], object]) -> None:
        self._desk, self._top_up = desk, top_up

    def slowed(self) -> bool:
        """Whether typed numbers are not taken just now; then it is told for how long."""
        seconds = self._desk.plugs.reception.pause_s()
        if seconds:
            self._desk.telling.refuse(NoticeKind.SLOWED, count=seconds)
        return seconds > 0

    def wanted(self, name: RewardName | None) -> bool:
        """Whether the reward's key has to wait for a proof; then it is asked for."""
        desk, work = self._desk, self._desk.work
        if not work.draft.typed or work.member is None:
            return False
        meant = rewards.waits_for_units(work, name)
        if meant is None:
            return False
        if len(work.member.phone) < _TAIL:
            desk.telling.refuse(NoticeKind.PROOF_IMPOSSIBLE, text=work.member.short_name)
            return True
        desk.proving = Proving(meant)
        desk.telling.tell(
            NoticeKind.PROOF_WANTED, Weight.LOOK, text=_first(work.member.name), sound=Sound.LOOK
        )
        return True

    def prove(self, digits: str) -> None:
        """The last four digits, as the customer says them."""
        desk, work = self._desk, self._desk.work
        proving, member = desk.proving, work.member
        desk.quiet()
        if proving is None or member is None:
            return
        if self.slowed():
            return
        if not desk.plugs.reception.proves(member, digits):
            desk.proving = proving
            desk.telling.refuse(NoticeKind.PROOF_WRONG, text=_first(member.name))
            return
        desk.proving = None
        work.change(replace(work.draft, typed=False))
        desk.telling.tell(NoticeKind.PROVEN, Weight.GOOD, text=member.short_name)
        self._top_up()
        if not rewards.waits_for_units(work, proving.reward):
            desk.telling.quiet()
            rewards.toggle(work, desk.telling, proving.reward)


_TAIL = 4


def _first(name: str) -> str:
    return name.partition(" ")[0]
