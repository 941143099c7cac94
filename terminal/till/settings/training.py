"""[training]: whether this folder is one to practise in. The till writes it when it makes one.

[training]
on = true                      # nothing here counts; see `terminal.till.training`
"""

from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTable:
    """Whether all that happens in this folder is practice."""

    on: bool = False
