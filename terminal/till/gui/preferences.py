"""What the cashier chose for this till: kept in its settings, and at hand while it runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from terminal.till.settings import ScreenTable, Settings, SoundTable, UnfitSettings

_LOG = logging.getLogger(__name__)

Keep = Callable[[str, str, object], Settings]
"""(table, setting, value): writes one setting; raises `UnfitSettings` or `OSError`."""


class Preferences:
    """The tables [screen] and [sound], and the language of the screens.

    Without ``keep`` a change holds until the program ends.
    """

    def __init__(
        self,
        screen: ScreenTable | None = None,
        sound: SoundTable | None = None,
        *,
        keep: Keep | None = None,
    ) -> None:
        self.screen = screen or ScreenTable()
        self.sound = sound or SoundTable()
        self._keep = keep

    def change_screen(self, setting: str, value: object) -> bool:
        """Change one of [screen]; False if it holds only until the program ends."""
        changes: dict[str, Any] = {setting: value}
        self.screen = replace(self.screen, **changes)
        return self._kept("screen", setting, value)

    def change_sound(self, setting: str, value: object) -> bool:
        """Change one of [sound]; False if it holds only until the program ends."""
        changes: dict[str, Any] = {setting: value}
        self.sound = replace(self.sound, **changes)
        return self._kept("sound", setting, value)

    def keep_language(self, language: str) -> bool:
        """Keep the language of the screens; False if it holds only until the program ends."""
        return self._kept("lane", "language", language)

    def _kept(self, table: str, setting: str, value: object) -> bool:
        if self._keep is None:
            return False
        try:
            self._keep(table, setting, value)
        except (OSError, UnfitSettings):
            # The screen has changed; only the file has not, and the till sells on.
            _LOG.exception("the setting %s.%s was not kept", table, setting)
            return False
        return True
