"""[sound]: what the till lets be heard. The settings screen (Alt+S) writes it.

[sound]
volume = 70                    # percent; 0 is silent: then the edge of the screen lights up
off = []                       # sounds left out, such as ["finished"]
"""

from terminal.till.settings.unfit import demand
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTable:
    """How loud, and which."""

    volume: int = 70
    """Percent; 0 is silent."""
    off: tuple[str, ...] = ()
    """Names of sounds that are left out; unknown ones are passed over."""

    def __post_init__(self) -> None:
        demand(0 <= self.volume <= 100, "sound.volume", "0 to 100")
