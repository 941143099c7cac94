"""A scanner that types: tells its bursts of keys from the fingers of a person.

Times are milliseconds and come as arguments, so that every rhythm can be tried in a test. A key
is shown at once, whoever typed it; only when the run is surely a burst does the screen take the
first keys back. So nobody waits to find out whether the next key comes quickly.
"""

from __future__ import annotations

from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a scanner types. The defaults suit all that were measured; a shop can set its own."""

    average_ms: int = 35
    """The mean time between two keys of a burst is at most this."""
    keys_least: int = 6
    idle_ms: int = 80
    """A silence that ends a burst of a scanner that sends no Enter."""
    hesitation_ms: int = 50
    """A pause this long before a run is surely a burst was a person, and begins the run anew."""
    repeat_ms: int = 20
    """A held key repeats more slowly than this; a scanner's equal digits come faster."""


RUN_MOST = 4_096
"""Keys of one run that are kept: four times more than any code has."""

DEFAULT_RHYTHM = Rhythm()


class Wedge:
    """One run of keys in work, and whether it is a burst."""

    def __init__(self, rhythm: Rhythm = DEFAULT_RHYTHM) -> None:
        self._rhythm = rhythm
        self._keys: list[str] = []
        self._began = 0
        self._last = 0
        self._burst = False

    @property
    def length(self) -> int:
        """How many keys the run in work has."""
        return len(self._keys)

    @property
    def idle_ms(self) -> int:
        """After how long a silence ``rest`` should be asked."""
        return self._rhythm.idle_ms

    def key(self, text: str, at: int, *, repeated: bool = False) -> bool:
        """Take one key; True as soon as the run, this key included, is surely a burst.

        Ask ``rest`` with the same time before, or a burst that ended in silence is lost.
        """
        gap = at - self._last
        held_down = repeated and gap >= self._rhythm.repeat_ms
        if not self._keys or held_down or not 0 <= gap <= self._longest_gap:
            self._forget()
            self._began = at
        if len(self._keys) < RUN_MOST:
            self._keys.append(text)
        else:
            self._began += at - self._last  # a key that is not kept counts for no rhythm
        self._last = at
        steps = len(self._keys) - 1
        enough = len(self._keys) >= self._rhythm.keys_least
        if enough and at - self._began <= steps * self._rhythm.average_ms:
            self._burst = True
        return self._burst

    def runs_on(self, at: int) -> bool:
        """Whether a key at this time is a scanner's, so that it must not act by itself.

        Scanners press Del, Esc, Ctrl with a letter or F keys for control characters in a code.
        """
        gap = at - self._last
        if not self._keys or gap < 0:
            return False
        return gap <= (self._rhythm.idle_ms if self._burst else self._rhythm.average_ms)

    def rest(self, at: int) -> str | None:
        """The burst that was over before ``at`` because nothing followed, if there is one."""
        if self._burst and at - self._last > self._rhythm.idle_ms:
            return self.stop()
        return None

    def stop(self) -> str | None:
        """End the run, as Enter and Tab do: the burst's text, or None where a person typed."""
        text = "".join(self._keys) if self._burst else None
        self._forget()
        return text

    @property
    def _longest_gap(self) -> int:
        return self._rhythm.idle_ms if self._burst else self._rhythm.hesitation_ms

    def _forget(self) -> None:
        self._keys.clear()
        self._burst = False
