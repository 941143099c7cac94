"""The server beside the till: found if it runs, started if it does not, ended with its courier.

A server holds a lock on its folder and writes `address.json` when it listens. So the way to know
whether one runs is to start one: either it takes the lock and its own number stands in the file,
or it ends at once, and the file tells of the one that holds the lock.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from terminal.till.sync.child import start
from terminal.till.sync.link import UnfitAddress, fit_url

ADDRESS_FILE = "address.json"
OWNER_KEY_FILE = "owner.key"
START_S = 30.0
"""A slow computer imports a server for some seconds."""
END_S = 4.0
AGAIN_S = 10.0
LOOK_S = 0.05

_LOG = logging.getLogger(__name__)


def own_address(folder: Path) -> str | None:
    """Where the server in a folder listens, by its own words; None where it does not run."""
    try:
        told = json.loads((folder / ADDRESS_FILE).read_text(encoding="utf-8"))
        return fit_url(told["url"])
    except (OSError, ValueError, KeyError, TypeError, UnfitAddress):
        return None


class LocalServer:
    """The server in one folder. One that somebody else started is left to them: where it ends,
    nobody starts another, because they had a reason.
    """

    def __init__(self, folder: Path, program: Sequence[str]) -> None:
        """``program`` is how `tenth` is started."""
        self._folder = folder
        self._command = (*program, "server", "--folder", str(folder), "--until-stdin-closes")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._foreign = False
        self._tried = float("-inf")

    def url(self) -> str | None:
        """Where it listens. Started if nobody else's runs; None while it does not come up."""
        with self._lock:
            process = self._process
            if process is not None and process.poll() is None:
                return self._address(process.pid)
            if self._foreign:
                return self._address(None)
            if time.monotonic() < self._tried + AGAIN_S:
                return None
            return self._start()

    def owner_key(self) -> str | None:
        """What shows that we are its owner; None where there is no such file yet."""
        try:
            return (self._folder / OWNER_KEY_FILE).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        """End it, if it was started here."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            _LOG.warning("the local server does not end by itself")
            process.kill()
            process.wait()

    def _start(self) -> str | None:
        self._tried = time.monotonic()
        self.close()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            process = start(self._command, errors=self._folder / "start.log")
        except OSError:
            _LOG.exception("the local server cannot be started")
            return None
        self._process = process
        while time.monotonic() < self._tried + START_S:
            found = self._address(process.pid)
            if found is not None:
                return found
            if process.poll() is not None:
                self.close()
                return self._after_its_end(process.returncode)
            time.sleep(LOOK_S)
        _LOG.warning("the local server does not come up")
        return None

    def _after_its_end(self, code: int) -> str | None:
        """Another one holds the folder, or this one is broken and the file is a leftover."""
        found = self._address(None) if self._other_lives() else None
        self._foreign = found is not None
        _LOG.warning("the local server ended with %d; address: %s", code, found)
        return found

    def _other_lives(self) -> bool:
        try:
            told = json.loads((self._folder / ADDRESS_FILE).read_text(encoding="utf-8"))
            if os.name == "posix":
                os.kill(int(told["pid"]), 0)
        except PermissionError:
            return True  # somebody else's process, and there it is
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def _address(self, pid: int | None) -> str | None:
        """What the file says, of the process that is meant."""
        try:
            told = json.loads((self._folder / ADDRESS_FILE).read_text(encoding="utf-8"))
            if pid is not None and told["pid"] != pid:
                return None
            return fit_url(told["url"])
        except (OSError, ValueError, KeyError, TypeError, UnfitAddress):
            return None
