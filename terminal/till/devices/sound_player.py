"""Plays the till's short sounds by a small program of the system; a machine without one is silent.

Nobody waits for a sound: a thread of its own starts the player, and a sound that comes while
another one is heard ends that one. What cannot be played is no trouble, and is told by ``audible``.
"""

from __future__ import annotations

import array
import logging
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from terminal import resources

_LOG = logging.getLogger(__name__)
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
_LONGEST_S = 3.0
"""A player that is not through by then hangs, and is ended."""

Play = Callable[[Path], None]
"""Plays one file to its end. Raises `OSError` or `subprocess.SubprocessError` if it cannot."""


class SoundPlayer:
    """Give it the name of a sound and a volume; it answers at once.

    ``players`` are command lines to try, the first that is there and works is kept.
    """

    def __init__(self, players: Sequence[Sequence[str]] = _PLAYERS) -> None:
        self._players = [
            (program, *arguments)
            for name, *arguments in players
            if (program := shutil.which(name)) is not None
        ]
        self._heard: subprocess.Popen[bytes] | None = None
        self._wanted: queue.SimpleQueue[tuple[str, int] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._silent = sys.platform != "win32" and not self._players

    @property
    def audible(self) -> bool:
        """Whether there is anything to play with, as far as it was tried."""
        return not self._silent

    def play(self, name: str, volume: int) -> None:
        """Play a sound of ``resources/sounds`` at 1 to 100 percent, soon; ends the one before."""
        if self._silent or volume <= 0:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sounds", daemon=True)
            self._thread.start()
        heard = self._heard
        if heard is not None:
            heard.terminate()
        self._wanted.put((name, volume))

    def close(self) -> None:
        """Let go of the player and its files."""
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join(_LONGEST_S + 1)
            self._thread = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    # --- in the thread -----------------------------------------------------------------------

    def _work(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            while not self._wanted.empty():
                later = self._wanted.get()
                if later is None:
                    return
                wanted = later  # whoever scans fast hears the last one
            try:
                self._play(self._file(*wanted))
            except (OSError, ValueError, wave.Error) as error:
                _LOG.warning("no sound %s: %s", wanted[0], error)

    def _file(self, name: str, volume: int) -> Path:
        """The sound at this volume, written once."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tenth-sounds-")
        made = Path(self._folder.name) / f"{name}-{volume}.wav"
        if not made.exists():
            made.write_bytes(b"")
            with wave.open(str(resources.path("sounds", f"{name}.wav")), "rb") as source:
                samples = at_volume(source.readframes(source.getnframes()), volume)
                with wave.open(str(made), "wb") as scaled:
                    scaled.setparams(source.getparams())
                    scaled.writeframes(samples)
        return made

    def _play(self, file: Path) -> None:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
            return
        while self._players:
            if self._played([*self._players[0], str(file)]):
                return
            self._players.pop(0)
        self._silent = True
        _LOG.info("there is nothing to play sounds with")

    def _played(self, command: Sequence[str]) -> bool:
        """Whether this player works; one that was ended by us does."""
        nothing = subprocess.DEVNULL
        try:
            self._heard = subprocess.Popen(  # noqa: S603 - a player of the system, our own file
                command, stdin=nothing, stdout=nothing, stderr=nothing
            )
        except OSError:
            return False
        try:
            return self._heard.wait(_LONGEST_S) <= 0
        except subprocess.TimeoutExpired:
            self._heard.kill()
            self._heard.wait()
            return True
        finally:
            self._heard = None


def at_volume(samples: bytes, volume: int) -> bytes:
    """16-bit samples at 0 to 100 percent; ears hear squares, so half way is a quarter."""
    loud = (volume / 100) ** 2
    heard = array.array("h", samples)
    if sys.byteorder == "big":
        heard.byteswap()
    scaled = array.array("h", (round(sample * loud) for sample in heard))
    if sys.byteorder == "big":
        scaled.byteswap()
    return scaled.tobytes()
