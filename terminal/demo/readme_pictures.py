"""The pictures that README shows, taken from the real window in a demo shop of a fixed day.

They are taken again by one command whenever the screens change, and differ only where the screens
do: day and hour stand still, and the past is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt

from terminal.demo.build import build_demo_shop
from terminal.demo.fingers import Fingers
from terminal.demo.history import moment_of
from terminal.demo.play import Play
from terminal.demo.screen import silence_offscreen
from terminal.demo.shop import DemoShop, read_demo_shop
from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment
from terminal.till.app import OpenTill, open_till, open_window
from terminal.till.card_printing import Wanted, print_member
from terminal.till.checkout.view import Stage
from terminal.till.gui.program import application
from terminal.till.gui.tick_button import TickButton
from terminal.till.settings import read_settings
from terminal.wording.labels import Label
from terminal.wording.settings_labels import SettingsLabel

DAY = date(2026, 3, 14)
HOUR = datetime.combine(DAY, time(12, 42))
COLOURS = 256
"""As many as a screen of ours needs; a picture of all colours is three times as large."""

_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class SaturdayClock:
    """Moves on by some minutes when somebody has paid, and not else: ``ports.Clock``."""

    def __init__(self) -> None:
        self._at = HOUR

    def go_on(self) -> None:
        """The next customer."""
        self._at += timedelta(minutes=4)

    def now(self) -> Moment:
        """A Saturday about noon."""
        return moment_of(self._at)

    def quality(self) -> ClockQuality:
        """It is not wrong: nobody asked it for the time of today."""
        return ClockQuality.TRUSTED


def take_pictures(
    home: Path, language: str, folder: Path, tell: Callable[[str], None]
) -> tuple[Path, ...]:
    """Build a shop in ``home``, serve some customers, and save what README shows.

    Raises:
        WentWrong: a screen did not come; the message says which.
        Trouble: the database cannot be used.
        OSError: a file cannot be written.
    """
    application()
    silence_offscreen()
    build_demo_shop(home / "demo", language, today=DAY)
    settings = read_settings(home / "demo")
    shop = read_demo_shop(language)
    camera = _Camera(folder, tell)
    clock = SaturdayClock()
    till = open_till(settings, clock=clock)
    try:
        window = open_window(till)
        window.resize(application().primaryScreen().availableSize())
        window.show()
        play = Play(shop, window, till.words, home, tell, Fingers(window))
        try:
            play.fingers.settle()
            _Day(play, camera, clock).serve()
        finally:
            window.close()
        camera.keep("card", _card(till, shop, home / "cards"))
    finally:
        till.close()
    return tuple(camera.taken)


@dataclass(slots=True)
class _Camera:
    """Keeps pictures small and tells of each."""

    folder: Path
    tell: Callable[[str], None]
    taken: list[Path] = field(default_factory=list)

    def keep(self, name: str, file: Path) -> None:
        """Save a picture under the name that README has for it."""
        goal = self.folder / f"{name}.png"
        with Image.open(file) as picture:
            flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            flat.save(goal, "PNG", optimize=True)
        self.taken.append(goal)
        self.tell(f"{goal} ({goal.stat().st_size // 1000} kB)")

    def take(self, name: str, play: Play) -> None:
        """Save what the window shows."""
        play.fingers.settle()
        play.fingers.settle()
        play.picture(name)
        self.keep(name, play.pictures[-1])


@dataclass(slots=True)
class _Day:
    """The customers of that Saturday."""

    play: Play
    camera: _Camera
    clock: SaturdayClock

    def serve(self) -> None:
        self._clock_on_the_screen()
        self._reward()
        self._join()
        self._balance()
        self._slips()
        self._screens()

    def _reward(self) -> None:
        play, fingers = self.play, self.play.fingers
        play.scan_goods("DAI-01", "SWE-01", "SWE-02", "SWE-04")
        fingers.typed("4065")
        fingers.typed("1.245")
        fingers.typed("CUP-03")
        fingers.scan(play.shop.ready("points").card)
        fingers.press(Qt.Key.Key_F6)
        play.expect(len(play.view.lines) == 6 and play.view.evaluation.discount > 0, "a reward")
        self.camera.take("sale", play)
        self.camera.keep("display", self._display())
        fingers.press(Qt.Key.Key_W, _ALT)
        self.camera.take("why", play)
        fingers.press(Qt.Key.Key_Escape)
        self._paid()

    def _display(self) -> Path:
        """What the customer sees meanwhile."""
        play, customer = self.play, self.play.window.customer
        palette, file = play.window.look.palette, play.screens / "display.png"
        customer.renew("window", palette)
        customer.show_now()
        display = customer.display
        assert display is not None, "a display was asked for"
        display.grab().save(str(file))
        customer.renew("second", palette)
        return file

    def _join(self) -> None:
        play, fingers, panel = self.play, self.play.fingers, self.play.window.counter.join
        play.scan_goods("DAI-09", "PAN-08")
        fingers.typed(play.shop.free_phone)
        play.expect(play.view.joining is not None, "an unknown phone number may join")
        fingers.go_to(panel.name_field)
        fingers.write("Hanna")
        fingers.go_to(panel.findChildren(TickButton)[0])
        fingers.press(Qt.Key.Key_Space)
        self.camera.take("join", play)
        fingers.go_to(panel.name_field)
        fingers.press(Qt.Key.Key_Return)
        self._paid()

    def _balance(self) -> None:
        play, fingers = self.play, self.play.fingers
        fingers.scan(play.shop.ready("coffee").card)
        fingers.press(Qt.Key.Key_M, _ALT)
        self.camera.take("movements", play)
        fingers.press(Qt.Key.Key_Escape)
        fingers.press(Qt.Key.Key_F3, _SHIFT)

    def _slips(self) -> None:
        play, fingers = self.play, self.play.fingers
        for skus in (("DRI-03", "BAK-01"), ("HOM-16", "DRU-05", "PET-01")):
            play.scan_goods(*skus)
            self._paid()
        fingers.press(Qt.Key.Key_Escape)
        fingers.press(Qt.Key.Key_F11)
        for _ in range(3):
            fingers.press(Qt.Key.Key_Down)
        self.camera.take("slips", play)
        fingers.press(Qt.Key.Key_Escape)

    def _screens(self) -> None:
        """The keyboard on the screen, then the settings in dark."""
        play, fingers = self.play, self.play.fingers
        play.scan_goods("SWE-06", "BAK-01")
        fingers.press(Qt.Key.Key_K, _ALT)
        fingers.tap(play.words.label(Label.TOUCH_LETTERS))
        self.camera.take("touch", play)
        fingers.press(Qt.Key.Key_K, _ALT)
        fingers.press(Qt.Key.Key_S, _ALT)
        fingers.tap(play.words.label(SettingsLabel.THEME_DARK))
        self._clock_on_the_screen()
        self.camera.take("settings", play)

    def _paid(self) -> None:
        play = self.play
        play.fingers.press(Qt.Key.Key_F9)
        play.fingers.press(Qt.Key.Key_F10)
        play.expect(play.view.stage is Stage.DONE, "the sale is recorded")
        self.clock.go_on()
        self._clock_on_the_screen()

    def _clock_on_the_screen(self) -> None:
        self.play.window.counter.show_clock(lambda: self.clock.now().local)


def _card(till: OpenTill, shop: DemoShop, folder: Path) -> Path:
    """The card of a member, as a printer of cards gets it."""
    card = till.database.members.by_card(shop.ready("points").card)
    assert card is not None, "the members of the stories have cards"
    print_member(
        till.settings, till.database, till.clock, card.member, Wanted(pdf=False, folder=folder)
    )
    return next(folder.rglob("*.png"))
