"""Wipes the last traces of members who were erased.

What is deleted is overwritten where it stands (``secure_delete``). Copies of it may stand in the log
of writes, and beside other rows on pages that were split before. The log is emptied in the next idle
moment. For the pages the file is written anew, which holds up whoever writes meanwhile: at once where
that takes less than a second, else when the window is closed and nobody waits.
"""

from __future__ import annotations

from terminal.till.database import working_basket
from terminal.till.database.connection import Database
from terminal.till.database.notes import DROP_SETTING, PUT_SETTING, SETTING, SWEEP_DUE
from terminal.till.database.quick import Quick

AT_ONCE_LARGEST = 32 * 2**20
"""Bytes of a file that is written anew while the till is open."""

_AT_CLOSE = "at close"


def sweep(database: Database) -> bool:
    """Leave no trace, unless a basket is in work or the file is large; tells whether.

    Of a large file the log is emptied, and ``sweep_at_close`` is due.

    Raises:
        Trouble: somebody else is at work on the file; it is still due.
    """
    with database.reading() as connection:
        due = Quick(connection).row(SETTING, (SWEEP_DUE,))
        if due is None or working_basket.kept(connection):
            return False
    if database.path.stat().st_size <= AT_ONCE_LARGEST:
        sweep_at_close(database)
        return True
    if due != (_AT_CLOSE,):
        database.empty_log()
        with database.writing() as connection:
            Quick(connection).run(PUT_SETTING, (SWEEP_DUE, _AT_CLOSE))
    return False


def is_due_at_close(database: Database) -> bool:
    """Whether the file has to be written anew when nobody works with it any more."""
    with database.reading() as connection:
        return Quick(connection).row(SETTING, (SWEEP_DUE,)) is not None


def sweep_at_close(database: Database) -> None:
    """Write the file anew; of a million members it takes minutes.

    Raises:
        Trouble: it was stopped, there is no room, or somebody is at work on the file; still due.
    """
    database.sweep()
    with database.writing() as connection:
        Quick(connection).run(DROP_SETTING, (SWEEP_DUE,))
