"""The log beside the data keeps nobody from working."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from terminal.till.log_file import log_kept

_LOG = logging.getLogger("terminal.somewhere")


def test_what_goes_wrong_is_in_the_file_and_no_file_grows_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "till.log"
    with log_kept(file, most_bytes=2_000, copies=1):
        for n in range(100):
            _LOG.warning("a slip was not printed: %s", n)
    _LOG.warning("after it was closed")

    kept = sorted(tmp_path.iterdir())
    assert [one.name for one in kept] == ["till.log", "till.log.1"]
    assert all(one.stat().st_size <= 2_000 for one in kept)
    assert "not printed: 99" in file.read_text("utf-8")
    assert "after it was closed" not in file.read_text("utf-8")


def test_where_it_cannot_be_written_the_error_stream_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log_kept(tmp_path / "no folder" / "till.log", most_bytes=2_000, copies=1):
        _LOG.warning("the disk is full")
    assert "the disk is full" in capsys.readouterr().err
