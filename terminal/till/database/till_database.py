"""One door to the till's file: whatever the program asks of its database stands behind it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.till.database import facts
from terminal.till.database.bearers import StoredBearers
from terminal.till.database.catalogue import StoredCatalogue
from terminal.till.database.code_keys import StoredCodeKeys
from terminal.till.database.connection import Database, open_file
from terminal.till.database.journal import StoredJournal
from terminal.till.database.members import StoredMembers
from terminal.till.database.notes import CardCounter, StoredSettings
from terminal.till.database.parked import StoredParkedBaskets
from terminal.till.database.programmes import StoredProgrammes
from terminal.till.database.slip_prints import StoredSlipPrints
from terminal.till.database.working_basket import StoredWorkingBasket
from terminal.till.ports import Clock, Ids

if TYPE_CHECKING:
    from terminal.till.database.sync_store import StoredSync


class TillDatabase:
    """The open database; its parts are the ports of the headless till."""

    def __init__(self, database: Database, *, clock: Clock, ids: Ids) -> None:
        self.database = database
        self.members = StoredMembers(database)
        self.bearers = StoredBearers(database)
        self.code_keys = StoredCodeKeys(database)
        self.catalogue = StoredCatalogue(database)
        self.programmes = StoredProgrammes(database)
        self.working_basket = StoredWorkingBasket(database)
        self.parked = StoredParkedBaskets(database)
        self.settings = StoredSettings(database)
        self.cards = CardCounter(database)
        self.journal = StoredJournal(database, clock=clock, ids=ids)
        self.slip_prints = StoredSlipPrints(database, clock, self.programmes)
        self._clock = clock

    @cached_property
    def sync(self) -> StoredSync:
        """The line's side, which lives in a process of its own: the window never asks for it."""
        from terminal.till.database.sync_store import StoredSync

        return StoredSync(self.database, clock=self._clock)

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()


def open_database(path: Path, *, clock: Clock, ids: Ids, lane: str = "1") -> TillDatabase:
    """Open the till's file, or make a new one with an incarnation and the lane's name.

    Raises:
        Trouble: the file is damaged, of another program, of a later version, or out of reach.
    """
    database = open_file(path)
    try:
        with database.reading() as connection:
            fresh = not facts.has_identity(connection)
        if fresh:
            with database.writing() as connection:
                # 64 random bits name one life of one journal; pairing adopts them.
                facts.begin(connection, incarnation=ids.random_id()[-16:], lane=lane)
    except BaseException:
        database.close()
        raise
    return TillDatabase(database, clock=clock, ids=ids)
