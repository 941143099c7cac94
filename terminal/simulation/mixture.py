"""What a seed's world is made of: how many tills, which steps, and which faults how often.

Each seed switches most faults off and draws the rates of the others (a swarm): worlds with one
fault find what worlds with all of them at once hide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from terminal.simulation.chance import Chance


class Step(StrEnum):
    """What may happen next."""

    SELL = "sell"
    SELL_BEHIND = "sell behind the screen"
    """A sale judged earlier: its rights may have gone meanwhile."""
    ENROL = "enrol"
    MEET_CARD = "meet a card"
    ADJUST = "adjust"
    TOP_UP = "top up"
    SYNC = "sync"
    WAIT = "wait"
    BACKGROUND = "background"
    CALENDAR = "calendar"
    PUBLISH = "publish"
    JOIN = "a till joins"


class Fault(StrEnum):
    """What may go wrong."""

    CUT = "cut"
    """A till's line is down, one way or both, for minutes to days."""
    CRASH_TILL = "till crash"
    CRASH_SERVER = "server crash"
    COPY = "copy"
    """An image of a till's disk is put aside, for the faults that use one."""
    RESTORE_TILL = "till restored"
    CLONE = "clone"
    LOSE_TILL = "till lost"
    FENCE = "fenced"
    """The owner fences a till that is alive."""
    COPY_SERVER = "server copy"
    RESTORE_SERVER = "server restored"
    CLOCK = "clock"
    REPLAY = "replay"
    """An old request or reply comes once more."""
    FULL_DISK = "full disk"
    """A till's disk has room for a few pages more, for a while."""
    DISK_ERROR = "disk error"
    """A commit of a till fails; what it wrote is on the disk, or is not."""
    OLD_SERVER = "old server"
    """The server's program is older than the tills' for a while, and parks some of their sales."""


ORDINARY: Mapping[Step, float] = {
    Step.SELL: 40,
    Step.SELL_BEHIND: 5,
    Step.ENROL: 3,
    Step.MEET_CARD: 3,
    Step.ADJUST: 3,
    Step.TOP_UP: 8,
    Step.SYNC: 36,
    Step.WAIT: 12,
    Step.BACKGROUND: 3,
    Step.CALENDAR: 2,
    Step.PUBLISH: 1,
    Step.JOIN: 0.5,
}

RATES: Mapping[Fault, float] = {
    Fault.CUT: 3,
    Fault.CRASH_TILL: 4,
    Fault.CRASH_SERVER: 4,
    Fault.COPY: 2,
    Fault.RESTORE_TILL: 1,
    Fault.CLONE: 1,
    Fault.LOSE_TILL: 0.5,
    Fault.FENCE: 0.4,
    Fault.COPY_SERVER: 1.5,
    Fault.RESTORE_SERVER: 0.7,
    Fault.CLOCK: 1.5,
    Fault.REPLAY: 3,
}

_LATER: Mapping[Fault, float] = {
    Fault.OLD_SERVER: 1.5,
    Fault.FULL_DISK: 2,
    Fault.DISK_ERROR: 2,
}

NEEDS: Mapping[Fault, Fault] = {
    Fault.RESTORE_TILL: Fault.COPY,
    Fault.CLONE: Fault.COPY,
    Fault.RESTORE_SERVER: Fault.COPY_SERVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """One seed's world."""

    stores: int
    tills: int
    members: int
    steps: int
    ordinary: tuple[tuple[Step, float], ...]
    faults: tuple[tuple[Fault, float], ...]
    loss: float
    doubled: float
    slow: float
    """How often a message is on its way for long: minutes to days."""
    feed_most: int
    """Wallets and records that a till settles at once, however many it would."""

    @property
    def all_steps(self) -> tuple[tuple[Step | Fault, float], ...]:
        """Steps and faults with their weights."""
        return (*self.ordinary, *self.faults)

    def has(self, fault: Fault) -> bool:
        """Whether this world knows the fault."""
        return any(one is fault for one, _ in self.faults)


def mixture_of(chance: Chance, steps: int | None = None) -> Mixture:
    """What the seed's world is made of."""
    tills = chance.pick((2, 2, 3, 3, 4, 5))
    stores = min(tills, chance.pick((1, 1, 2, 3)))
    calm = chance.happens(0.1)
    share = 0.0 if calm else chance.pick((0.2, 0.4, 0.6, 0.8))
    chosen = {fault for fault in Fault if fault not in _LATER and chance.happens(share)}
    for fault, needed in NEEDS.items():
        if fault in chosen:
            chosen.add(needed)
    faults = tuple(
        (fault, RATES[fault] * chance.pick((0.5, 1, 2, 3))) for fault in Fault if fault in chosen
    )
    ordinary = tuple(
        (step, weight * chance.pick((0.3, 1, 1, 2))) for step, weight in ORDINARY.items()
    )
    bad_line = not calm and chance.happens(0.6)
    members = chance.between(2, 4)
    # Drawn in any case: a world that is told to be shorter is the same world for so long.
    drawn = chance.between(150, 250)
    # By a stream of its own, so that the worlds of all seeds did not change when it was thought of.
    later = chance.stream("later")
    if share and later.happens(share):
        faults += tuple((fault, rate * later.pick((0.5, 1, 2))) for fault, rate in _LATER.items())
    return Mixture(
        stores=stores,
        tills=tills,
        members=members,
        steps=steps or drawn,
        ordinary=ordinary,
        faults=faults,
        loss=chance.pick((0.02, 0.1, 0.3, 0.5)) if bad_line else 0.0,
        doubled=chance.pick((0.0, 0.05, 0.2)) if bad_line else 0.0,
        slow=chance.pick((0.0, 0.05, 0.2)) if bad_line else 0.0,
        feed_most=chance.pick((3, 8, 200, 200, 200)),
    )
