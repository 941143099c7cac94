"""The head of every slip: whose shop, what this paper is, when and where, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from terminal.paper.columns import centred, pair, wrapped
from terminal.wording.card_labels import CardLabel
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words


class Headed(Protocol):
    """What a slip tells of itself."""

    @property
    def shop(self) -> str: ...

    @property
    def address(self) -> Sequence[str]: ...

    @property
    def lane(self) -> str: ...

    @property
    def seq(self) -> int:
        """Its number in the till's journal; 0 for a paper that is no record."""
        ...

    @property
    def copy(self) -> bool: ...

    @property
    def card_tail(self) -> str: ...

    @property
    def member(self) -> str: ...


def heading(
    content: Headed, at: datetime, words: Words, columns: int, *, title: str = "", below: str = ""
) -> list[str]:
    """The lines above the goods. ``title`` stands above the words that it is no fiscal receipt,
    ``below`` under the line with the instant.
    """
    place = content.lane
    if content.seq:
        place += f"  {words.label(SlipLabel.NUMBER, seq=f'{content.seq:06d}')}"
    lines = centred(content.shop, columns)
    for text in content.address:
        lines += centred(text, columns)
    lines += [
        *(centred(title, columns) if title else ()),
        *centred(words.label(SlipLabel.NON_FISCAL), columns),
        *(centred(words.label(SlipLabel.COPY), columns) if content.copy else ()),
        "-" * columns,
        *pair(f"{words.date(at.date())} {words.time(at)}", place, columns),
        *(wrapped(below, columns) if below else ()),
    ]
    if content.card_tail:
        card = words.label(SlipLabel.CARD, tail=content.card_tail)
        lines += pair(card, content.member, columns)
    elif content.member:
        lines += pair(words.label(SlipLabel.MEMBER), content.member, columns)
    return lines


def training_mark(words: Words, columns: int) -> list[str]:
    """What stands at the top and at the bottom of papers that a till in training prints."""
    return centred(f"*** {words.label(CardLabel.TRAINING)} ***", columns)
