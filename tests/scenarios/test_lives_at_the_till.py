"""Lives by chance, lived once in memory and once by the keys of a till with its server: both tell
the same after every step, and what is on both files can be folded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from terminal.loyalty.story import playing
from terminal.loyalty.story.shop import StoryShop
from terminal.loyalty.story.steps import Step, Story
from terminal.loyalty.story.told import Told
from terminal.server.database.connection import open_database
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from tests.fakes import FakeClock
from tests.loyalty.lives import Life
from tests.scenarios.story_server import StoryChain
from tests.scenarios.two_tills import Store

STEPS = 12


@pytest.mark.parametrize("seed", range(3))
def test_a_life_is_the_same_at_a_till_with_its_server(seed: int, tmp_path: Path) -> None:
    story, in_memory = lived(seed)
    clock = FakeClock(story.start, story.offset_minutes)
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    chain = StoryChain(story, tmp_path / "shop", clock, store=Store(database, tmp_path, clock))
    try:
        for step, here, there in zip(story.steps, in_memory, chain.play(), strict=True):
            assert told(there) == told(here), step
        assert rebuilding.check(database).clean
        assert rebuild.check(chain.till.database.database).clean
    finally:
        chain.close()
        database.close()


def lived(seed: int) -> tuple[Story, Sequence[Told]]:
    """A life in memory, without what was refused there."""
    life = Life(Random(seed))
    shop = StoryShop(life.story, life.story.start, list(life.programmes))
    shop.fund_budgets(life.programmes)
    steps: list[Step] = [*life.joining()]
    happened = [playing._told(shop, 0, step) for step in steps]
    for _ in range(STEPS):
        step = life.next_step(shop, happened[-1])
        one = playing._told(shop, 0, step)
        life.happened(step, one)
        if not one.refused:
            steps.append(step)
            happened.append(one)
    return replace(life.story, steps=tuple(steps)), happened


def told(one: Told) -> dict[str, Any]:
    """What can be told of a step wherever it happens."""
    judged, refund = one.evaluation, one.refund
    seen: dict[str, Any] = {
        "refused": bool(one.refused),
        "wallets": {name: units for name, units in one.wallets.items() if units},
        "pending": {name: units for name, units in one.pending.items() if units},
        "owed": {name: units for name, units in one.owed.items() if units},
        "lots": {
            name: {unit: {lot.until: lot.n for lot in lots} for unit, lots in units.items() if lots}
            for name, units in one.lots.items()
            if any(units.values())
        },
        "tiers": one.tiers,
        "findings": one.findings,
    }
    if judged is not None:
        seen["paid"] = (judged.total, one.change, one.rounding, [line.net for line in judged.lines])
        seen["earned"] = sorted((it.rule, it.account.unit, it.n) for it in judged.earned)
        seen["spent"] = sorted((it.account.unit, it.n) for it in judged.spent)
    if refund is not None:
        seen["back"] = (refund.due, refund.rounding, refund.remainder, refund.vat)
        seen["lines"] = [(line.key, line.pieces, line.back) for line in refund.lines]
        seen["tenders"] = [(tender.kind, tender.amount) for tender in refund.tenders]
        seen["taken"] = [(it.rule, it.account.unit, it.day, it.n, it.lost) for it in refund.taken]
        seen["given"] = [(it.name, it.account.unit, it.n) for it in refund.given]
        seen["counts"] = sorted(refund.counts)
    return seen
