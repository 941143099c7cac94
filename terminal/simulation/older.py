"""A server of an older version: what some sales say is beyond it, so it parks them.

They stand in its tables and in nobody's sums, and it tells their tills so: each till counts its
own on top of what it is told, until the server is updated and tries them again.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from terminal.loyalty.facts import Fact, FactKind
from terminal.server.ledger import applying
from terminal.server.ledger.ready import ReadyFact, Unfit, ready
from terminal.simulation.replacing import replaced

BEYOND_EVERY = 4
"""Of so many sales one says something new."""


def older_version() -> AbstractContextManager[None]:
    """Within this the server is of the older version."""
    return replaced(applying, "ready", _ready)


def is_beyond(fact: Fact) -> bool:
    """Whether an older version cannot read a fact."""
    says_new = (int(fact.incarnation, 16) + fact.seq) % BEYOND_EVERY == 0
    return fact.kind == FactKind.SALE_RECORDED and says_new


def _ready(fact: Fact, role: str) -> ReadyFact:
    if is_beyond(fact):
        raise Unfit("body: of a newer version")
    return ready(fact, role)
