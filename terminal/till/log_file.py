"""A log beside the data: bounded, and without keys, codes and members' names."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path


@contextmanager
def log_kept(file: Path, *, most_bytes: int, copies: int) -> Iterator[None]:
    """Write what the program tells of itself to a file, and to so many older ones, within."""
    try:
        to_file: logging.Handler = RotatingFileHandler(
            file, maxBytes=most_bytes, backupCount=copies, encoding="utf-8"
        )
    except OSError:
        to_file = logging.StreamHandler()  # a full disk must not keep anybody from working
        to_file.setLevel(logging.WARNING)
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log = logging.getLogger("terminal")
    log.addHandler(to_file)
    try:
        yield
    finally:
        log.removeHandler(to_file)
        to_file.close()
