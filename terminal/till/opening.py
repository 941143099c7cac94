"""Opens the till: first a frame on the screen, then the program behind it.

Most of a start is Python reading modules. So nothing is imported here that the first frame does not
need, and `running`, which imports all the rest, is imported when that frame is painted.
"""

from __future__ import annotations

import gc

from terminal.till.settings import Settings


def run(
    settings: Settings,
    *,
    language: str | None = None,
    full_screen: bool = False,
    size: tuple[int, int] | None = None,
    with_line: bool = True,
) -> int:
    """The program at the counter, until it is closed; returns the exit code."""
    # What a start makes stays until the end: to look for garbage in it takes an eighth of the time.
    gc.disable()
    try:
        return _run(
            settings, language=language, full_screen=full_screen, size=size, with_line=with_line
        )
    finally:
        gc.enable()


def _run(
    settings: Settings,
    *,
    language: str | None,
    full_screen: bool,
    size: tuple[int, int] | None,
    with_line: bool,
) -> int:
    from terminal.till.gui.first_frame import first_frame

    frame = first_frame(
        settings.screen.theme,
        left_handed=settings.screen.hand == "left",
        full_screen=full_screen,
        size=size,
    )
    from terminal.till import running
    from terminal.till.gui import garbage

    return running.run(
        settings,
        language=language,
        with_line=with_line,
        frame=frame,
        on_shown=garbage.begin,
    )
