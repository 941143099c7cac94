"""The panels that a cashier opens and closes; the till knows nothing of them."""

from __future__ import annotations

from enum import StrEnum


class Open(StrEnum):
    """Which one is open."""

    NOTHING = "nothing"
    HELP = "help"
    WHY = "why"
    FIND = "find"
    PART = "part"
    LINE = "line"
    SLIP = "slip"
    SETTINGS = "settings"
    STORY = "story"
    CONSENTS = "consents"

    @property
    def is_read_over_basket(self) -> bool:
        """Whether it is there to be read: whoever goes on selling wants to see the basket."""
        return self in _READ_OVER


_READ_OVER = frozenset({Open.HELP, Open.WHY, Open.LINE, Open.SLIP, Open.STORY, Open.CONSENTS})
