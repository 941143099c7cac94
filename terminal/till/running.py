"""The program at the counter: its data opened, its window shown, both closed, its log kept."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.loyalty.money import Currency
from terminal.till.app import OpenTill, courier_line, open_till, open_window
from terminal.till.database.erasing import is_due_at_close, sweep_at_close
from terminal.till.database.only_till import only_till
from terminal.till.devices.sound_player import SoundPlayer
from terminal.till.gui.displays import has_display
from terminal.till.log_file import log_kept
from terminal.till.settings import Settings, UnfitSettings, hide_pin
from terminal.till.settings.pin import SALT_BYTES
from terminal.till.trouble import Trouble
from terminal.wording.labels import Label
from terminal.wording.languages import ENGLISH, LANGUAGES
from terminal.wording.record_troubles import SETTINGS_UNFIT
from terminal.wording.words import Words

if TYPE_CHECKING:
    from terminal.till.gui.first_frame import FirstFrame

_LOG = logging.getLogger(__name__)

LOG_BYTES = 1_000_000


def run(
    settings: Settings,
    *,
    language: str | None = None,
    with_line: bool = True,
    frame: FirstFrame,
    on_shown: Callable[[], None] = lambda: None,
) -> int:
    """The program at the counter, in a frame that stands already, until it is closed.

    Returns the exit code. ``opening.run`` is how it is begun; ``on_shown`` is called when the
    window is there and nothing more is to be loaded.
    """
    from terminal.till.gui.mailbox import Mailbox
    from terminal.till.gui.program import run_window

    with ExitStack() as until_closed:
        until_closed.enter_context(
            log_kept(settings.folder / "till.log", most_bytes=LOG_BYTES, copies=3)
        )
        try:
            until_closed.enter_context(only_till(settings.folder))
            line = courier_line(settings, Mailbox().post) if with_line else None
            till = open_till(settings, language=language, line=line)
        except Trouble as trouble:
            _LOG.exception("the till cannot start")
            frame.close()
            words = Words(language or settings.cashier_language, Currency(settings.shop.currency))
            details = str(settings.folder), trouble.detail
            tell_why_closed(words, trouble.kind.value, details, has_window=True)
            return 1
        until_closed.callback(till.close)
        if line is not None:
            until_closed.callback(line.close)

        def shown() -> None:
            # Only now: whatever starts beside the window takes the processor from it.
            if line is not None:
                line.begin()
            _hide_pin(settings.folder)
            on_shown()

        voice = SoundPlayer()
        until_closed.callback(voice.close)
        code = run_window(open_window(till, voice), frame, shown)
        if line is not None:
            line.close()  # from here on nobody else is at work on the file
        _wipe_traces(till)
        return code


def tell_why_closed(
    words: Words, trouble: str, details: Iterable[str], *, has_window: bool = False
) -> None:
    """Why the till does not open: on the shell, and in a window for those who have none.

    ``has_window``: there was one already, so there is a display.
    """
    heading, sentence = words.cannot_open(trouble)
    sys.stderr.write(f"{sentence}\n")
    if not sys.stderr.isatty() and (has_window or has_display()):
        from terminal.till.gui.program import show_why_closed

        show_why_closed(heading, sentence, details, words.label(Label.CLOSE))


def tell_unfit_settings(why: str, language: str | None) -> None:
    """The same where a shop's settings cannot be used: then nobody knows the shop's language."""
    from terminal.till.gui.program import has_started, language_of_system

    words = Words(language or language_of_system(LANGUAGES) or ENGLISH, Currency("EUR"))
    tell_why_closed(words, SETTINGS_UNFIT, (why,), has_window=has_started())


def _wipe_traces(till: OpenTill) -> None:
    """What erased members left in a large file, with a word on the screen meanwhile."""
    from terminal.till.gui.program import show_while

    database, words = till.database.database, till.words

    def wipe() -> None:
        try:
            sweep_at_close(database)
        except Trouble as trouble:
            _LOG.warning("traces of erased members wait for the next close: %s", trouble)

    try:
        due = is_due_at_close(database)
    except Trouble:
        return  # the cashier was told long ago
    if due:
        title, sentence = words.label(Label.WINDOW_TITLE), words.label(Label.WIPING)
        show_while(title, sentence, wipe, database.stop_sweeping)


def _hide_pin(folder: Path) -> None:
    """A PIN that somebody wrote into the settings stands there in clear until the first start."""
    try:
        hide_pin(folder, salt=os.urandom(SALT_BYTES))
    except (OSError, UnfitSettings) as error:
        # It goes on working as it is; the next start tries again.
        _LOG.warning("the shop's PIN could not be hashed: %s", type(error).__name__)
