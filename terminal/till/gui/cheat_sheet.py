"""The keys that hold now, as rows of key and words: what F1 shows, to print."""

from __future__ import annotations

from terminal.till.gui.help_panel import SHEET
from terminal.till.gui.keys import KeyMap
from terminal.wording.words import Words

SCANNER = "⣿"
"""Stands for the scanner in the table."""


def sheet_rows(words: Words, keys: KeyMap) -> tuple[tuple[str, str], ...]:
    """Key and what it does, in the cashier's language and with keys of one's own."""
    return tuple(
        (keys.told(key).replace(SCANNER, "▮▯▮"), keys.told(words.label(label)))
        for key, label in SHEET
    )
