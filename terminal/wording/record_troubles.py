"""What trouble with the till's own records means: while it is open, and where it cannot open.

Longer than the line of a notice: what happened, what it means and what to do, in that order.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.wording.marks import sentence
from terminal.wording.speech import Speech

SETTINGS_UNFIT = "settings_unfit"
"""No trouble of the records, but as hard a stop: the shop's settings cannot be used."""

_CANNOT_OPEN = sentence("The till cannot open")
_AT_START: Mapping[str, str] = {
    "disk_full": sentence(
        "The disk of this computer is full, and a till has to write. Nothing is lost. Free some "
        "space, then start again."
    ),
    "database_damaged": sentence(
        "The shop's records on this computer are damaged. Nothing was changed. Delete nothing, copy "
        "nothing over them, and call support."
    ),
    "database_locked": sentence(
        "The shop's records are open in another window or program. Nothing is lost. Go on there, "
        "or close it and start again."
    ),
    "database_too_new": sentence(
        "The records are from a newer version of this program. Update it, then start again."
    ),
    SETTINGS_UNFIT: sentence(
        "The settings of this shop cannot be used as they are written. Nothing was changed. Mend "
        "the file, then start again."
    ),
}
_NOT_AT_START = sentence(
    "The shop's records cannot be read or written on this computer. Nothing was changed. Check that "
    "the disk is there and that you may write into the folder, then start again."
)
_WHILE_OPEN: Mapping[str, str] = {
    "disk_full": sentence(
        "The disk of this computer is full, so nothing can be recorded. What was sold is safe, and "
        "the basket stays on the screen. Free some space, then go on."
    ),
    "database_damaged": sentence(
        "The shop's records on this computer are damaged, so nothing can be recorded. Leave the "
        "basket on the screen, change nothing on the disk and call support."
    ),
    "database_locked": sentence(
        "Another window or program holds the shop's records, so nothing can be recorded here. "
        "Close it, then go on."
    ),
}
_NOT_WHILE_OPEN = sentence(
    "The shop's records cannot be written on this computer. What was sold is safe, and the basket "
    "stays on the screen. Check that the disk is there and may be written, then try again, or call "
    "support."
)


def cannot_open(speech: Speech, trouble: str) -> tuple[str, str]:
    """That the till does not open, and why; ``trouble`` is a kind of trouble, by its value."""
    return speech.text(_CANNOT_OPEN), speech.text(_AT_START.get(trouble, _NOT_AT_START))


def trouble_story(speech: Speech, trouble: str) -> str:
    """Why an open till cannot record anything."""
    return speech.text(_WHILE_OPEN.get(trouble, _NOT_WHILE_OPEN))
