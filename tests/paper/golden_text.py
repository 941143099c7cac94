"""Compares composed text with a file that somebody has looked at.

After a wanted change: ``TENTH_GOLDEN=write .venv/bin/pytest tests/paper``, then read the diff.
"""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, lines: Sequence[str]) -> None:
    path = FOLDER / name
    text = "\n".join(lines) + "\n"
    if os.environ.get("TENTH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    diff = difflib.unified_diff(
        known.splitlines(), text.splitlines(), f"golden/{name}", "composed now", lineterm=""
    )
    assert text == known, "\n" + "\n".join(diff)
