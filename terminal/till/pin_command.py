"""`tenth pin`: the shop's PIN is typed twice where nobody sees it, and kept as a hash."""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path

from terminal.till.settings import UnfitSettings, write_one_setting
from terminal.till.settings.pin import PIN_MAX, PIN_MIN, SALT_BYTES, hashed, is_plain


def pin(folder: Path, *, none: bool, as_json: bool) -> int:
    """Set the PIN of the shop in a folder, or take it away; a pipe is read instead of a person.

    Raises:
        UnfitSettings: it is no PIN, was not typed twice alike, or the file cannot be written.
    """
    kept = "" if none else hashed(_typed(), salt=os.urandom(SALT_BYTES))
    try:
        write_one_setting(folder, "refunds", "pin", kept)
    except OSError as error:
        raise UnfitSettings(f"{folder} cannot be written: {error.strerror}.") from error
    told = (
        "There is no PIN any more: nothing comes back without its slip."
        if none
        else "Goods come back without their slip by this PIN."
    )
    if as_json:
        sys.stdout.write(json.dumps({"pin": not none}) + "\n")
    else:
        sys.stdout.write(f"{told} A till that is open takes it over when it starts next.\n")
    return 0


def _typed() -> str:
    if not sys.stdin.isatty():
        first = again = sys.stdin.readline().strip()
    else:
        first = getpass.getpass("PIN of the shop: ").strip()
        again = getpass.getpass("Once more: ").strip()
    if not is_plain(first):
        raise UnfitSettings(f"A PIN has {PIN_MIN} to {PIN_MAX} digits.")
    if first != again:
        raise UnfitSettings("These were two different PINs; nothing was changed.")
    return first
