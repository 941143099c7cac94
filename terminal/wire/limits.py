"""What a number or a text of a message may be, beside its type.

pydantic reads these when a message is read or written. They are not pydantic's own, because a till
that opens needs the shapes of records long before it reads a message, and pydantic takes as long
to import as the whole sale screen.
"""

from __future__ import annotations

from typing import Annotated, Any

from terminal.loyalty.units import LARGEST_COUNT


class Within:
    """Bounds by pydantic's names: ``ge``, ``le``, ``min_length``, ``max_length``, ``pattern``."""

    def __init__(self, **bounds: int | str) -> None:
        self._bounds = bounds

    def __get_pydantic_core_schema__(self, source: Any, rest: Any) -> Any:
        return {**rest(source), **self._bounds}


Incarnation = Annotated[str, Within(pattern="^[0-9a-f]{16}$")]
Key = Annotated[str, Within(pattern="^[0-9a-f]{32}$")]
"""128 random bits as hex."""
Hash = Annotated[str, Within(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Within(ge=1, le=LARGEST_COUNT)]
Number = Annotated[int, Within(ge=0, le=2**63 - 1)]
