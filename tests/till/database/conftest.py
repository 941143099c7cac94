"""A till on a real file, and the ways in which the world may fail it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, connect

import pytest

from terminal.till.database.till_database import TillDatabase, open_database
from tests.fakes import FakeClock, FakeIds


class Files:
    """Makes, opens and copies the till's files of one test; closes what is left open."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "till.db"
        self.clock = FakeClock()
        self.ids = FakeIds()
        self._folder = folder
        self._open: list[TillDatabase] = []

    def open(self, path: Path | None = None) -> TillDatabase:
        opened = open_database(path or self.path, clock=self.clock, ids=self.ids)
        self._open.append(opened)
        return opened

    def copy(self, name: str) -> Path:
        """A copy of the closed file."""
        return Path(shutil.copy(self.path, self._folder / name))

    def close(self) -> None:
        while self._open:
            self._open.pop().close()


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    files = Files(tmp_path)
    yield files
    files.close()


@pytest.fixture
def till(files: Files) -> TillDatabase:
    return files.open()


@contextmanager
def by_hand(path: Path) -> Iterator[Connection]:
    """The file as somebody with a database tool sees it."""
    with closing(connect(path, isolation_level=None)) as connection:
        yield connection


@pytest.fixture(name="by_hand")
def _by_hand() -> object:
    return by_hand
