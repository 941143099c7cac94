"""Gift cards and vouchers at several tills, copies of their codes at two at once: never overspent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.simulation import bearers
from terminal.simulation.disk import scratch_folder
from terminal.simulation.run import play, run_seed
from terminal.simulation.scenario import GIFT_CARD, GIFT_CARD_MONEY, has_codes
from terminal.simulation.world import World

SEEDS = (122, 129, 143)
"""To the second goods come back besides, the third has budgets too."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_behind_codes_is_conserved(seed: int) -> None:
    assert has_codes(seed, timeless=False)

    outcome = run_seed(seed, steps_most=160)

    assert outcome.good, outcome.sentences
    for figure in ("codes sold", "loaded", "paid by code", "codes at two tills", "codes asked for"):
        assert outcome.figures[figure] > 0, figure


@pytest.fixture(scope="module")
def healed() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(SEEDS[0], Path(folder), steps=100)
        play(world)
        yield world
        world.close()


def _change(world: World, statement: str) -> None:
    world.office.database.run(lambda connection: connection.exec_driver_sql(statement))


@pytest.mark.slow
def test_a_card_of_which_the_server_keeps_another_sum_than_the_slips_is_found(
    healed: World,
) -> None:
    assert not list(bearers.conserved(healed))
    some = f"WHERE unit = '{GIFT_CARD_MONEY}'"
    _change(healed, f"UPDATE accounts SET used = used + 1 {some}")
    found = list(bearers.conserved(healed))
    _change(healed, f"UPDATE accounts SET used = used - 1 {some}")
    assert found
    assert "are left by the slips" in found[0]


@pytest.mark.slow
def test_two_cards_with_one_code_are_found_and_one_with_too_little_on_it(healed: World) -> None:
    assert not list(bearers.each_its_own(healed))
    at, sale = next(
        (at, one)
        for at, one in enumerate(healed.sold)
        if sum(line.pieces for line in one.lines if line.category == GIFT_CARD.category) > 1
        and all(each.fresh for each in one.bearers)
    )
    cards = [one for one in sale.earned if one.account.unit == GIFT_CARD_MONEY]
    one_code = tuple(replace(one, account=cards[0].account) for one in cards)
    healed.sold[at] = replace(sale, earned=one_code)
    assert list(bearers.each_its_own(healed)) == [
        f"sale {sale.id}: {len(cards)} gift cards have 1 codes"
    ]
    healed.sold[at] = replace(sale, earned=tuple(cards[1:]))
    assert any("were paid for gift cards" in one for one in bearers.each_its_own(healed))
    healed.sold[at] = sale


@pytest.mark.slow
def test_a_debt_behind_a_code_is_found(healed: World) -> None:
    harmed, healed.watcher.harmed = healed.watcher.harmed, False
    some = f"WHERE unit = '{GIFT_CARD_MONEY}'"
    before = list(bearers.nobody_owes(healed))
    _change(healed, f"UPDATE accounts SET debt = debt + 1 {some}")
    found = list(bearers.nobody_owes(healed))
    _change(healed, f"UPDATE accounts SET debt = debt - 1 {some}")
    healed.watcher.harmed = harmed
    assert not before
    assert found
