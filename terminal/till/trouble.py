"""The world failed: disk, printer, network. Not a refusal (a value) and not a bug of ours."""

from __future__ import annotations

from enum import StrEnum


class TroubleKind(StrEnum):
    """What failed, as far as the cashier can do something about it."""

    DISK_FULL = "disk_full"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_LOCKED = "database_locked"
    DATABASE_TOO_NEW = "database_too_new"
    """Written by a later version of this program."""
    DATABASE_FAILED = "database_failed"
    PRINTER_FAILED = "printer_failed"


class Trouble(Exception):
    """The environment failed. ``detail`` is for the log; the screen has words for the kind."""

    def __init__(self, kind: TroubleKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else str(kind))
        self.kind = kind
        self.detail = detail
