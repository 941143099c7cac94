"""How a notice is filled: what there is to quote, and sentences that need some of it.

The sentences themselves stand in `notices`.
"""

from __future__ import annotations

from terminal.values import dataclass
from terminal.wording.fitting import shortened
from terminal.wording.marks import Plural
from terminal.wording.rights import RestLike
from terminal.wording.speech import Speech

REASON_CHARACTERS_MAX = 54


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice says, written out in words; empty where there is nothing to quote."""

    text: str = ""
    tail: str = ""
    amount: str = ""
    name: str = ""
    reason: str = ""
    count: int = 0
    rest: RestLike | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence that needs some of the values, and the one to use if they are not there."""

    full: str
    needs: tuple[str, ...] = ()
    plain: str = ""

    def say(self, speech: Speech, told: Told) -> str:
        """The sentence with what was told."""
        if self.plain and not all(getattr(told, need) for need in self.needs):
            return speech.text(self.plain, tail=told.tail)
        return speech.text(
            self.full,
            text=shortened(told.text),
            tail=told.tail,
            amount=told.amount,
            name=shortened(told.name),
            reason=shortened(told.reason, REASON_CHARACTERS_MAX),
        )


@dataclass(frozen=True, slots=True)
class Counting:
    """A sentence about so many of something."""

    counted: Plural
    plain: str

    def say(self, speech: Speech, told: Told) -> str:
        """The sentence in the form that the number asks for."""
        if told.count < 1:
            return speech.text(self.plain)
        return speech.counted(self.counted, told.count, text=shortened(told.text))
