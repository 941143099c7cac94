"""Tiles grow with their room, their names are whole, and there is always a row of them."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from terminal.till.gui.balance_block import BalanceBlock
from terminal.till.gui.palette import CONTRAST, DARK, LIGHT, Palette, ink_on
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.gui.tile_board import TileButton
from tests.till.gui.conftest import make_window
from tests.till.gui.scripted import ANNA, GOODS, ScriptedTill
from tests.till.gui.settled import settled
from tests.till.gui.test_palette import contrast


@pytest.fixture(params=[(1024, 728), (1024, 768), (1280, 800)], ids=str)
def window(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[SaleWindow]:
    made = make_window(ScriptedTill())
    qtbot.addWidget(made)
    made.resize(*request.param)
    made.show()
    settled(made)
    yield made
    made.tap.disarm()


def tiles(window: SaleWindow) -> list[TileButton]:
    return [tile for tile in window.counter.tiles.findChildren(TileButton) if tile.isVisible()]


def test_names_of_eighteen_letters_are_whole(window: SaleWindow) -> None:
    window.counter.tiles.open_group("Bar")
    for tile in tiles(window):
        if len(tile.accessibleName().split(",")[0]) <= 18:
            assert not tile.cut, tile.accessibleName()


def test_tiles_use_the_room_that_is_there(window: SaleWindow) -> None:
    assert len(tiles(window)) == 9
    assert all(tile.height() >= window.look.mm(20) for tile in tiles(window))
    assert all(tile.height() <= window.look.mm(25.4) for tile in tiles(window))


def test_a_member_with_much_to_tell_leaves_a_whole_row(window: SaleWindow) -> None:
    till = window.steps._checkout
    assert isinstance(till, ScriptedTill)
    till.crowded = True
    for code in GOODS:
        window.scan(code)
    window.scan(ANNA)
    settled(window)
    board = window.counter.tiles.rect()
    shown = tiles(window)
    assert len(shown) >= 3
    assert all(board.contains(tile.geometry()) for tile in shown)
    assert all(tile.height() >= window.look.mm(15) for tile in shown)
    assert not any(tile.cut for tile in shown)


def test_a_member_with_less_to_tell_has_no_holes(window: SaleWindow) -> None:
    for code in GOODS:
        window.scan(code)
    window.scan(ANNA)
    window.take("reward")
    settled(window)
    for step in ("finish", "exact", "next_step"):
        window.take(step)
    window.scan(ANNA)
    settled(window)
    panel = window.counter.member
    for block in panel.findChildren(BalanceBlock):
        assert block.height() <= block.sizeHint().height() + 1


def test_the_first_frame_has_no_giant_tile(qtbot: QtBot) -> None:
    made = make_window(ScriptedTill())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.grab()
    highest = max(tile.height() for tile in made.counter.tiles.findChildren(TileButton))
    made.tap.disarm()
    assert highest <= made.look.mm(25.4)


def test_a_bar_of_the_window_manager_leaves_everything_on_the_screen(window: SaleWindow) -> None:
    assert window.minimumSizeHint().height() <= 728
    assert window.minimumSizeHint().width() <= 1024


@pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
@pytest.mark.parametrize(
    "colour", ["#4e342e", "#bf360c", "#33691e", "#ffffff", "#fbc02d", "#000000"]
)
def test_the_letter_of_a_tile_can_be_read(palette: Palette, colour: str) -> None:
    assert contrast(ink_on(colour, palette), colour) >= 4.5
