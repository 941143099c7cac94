"""[server]: where the shop's server is.

[server]
url = "https://tenth.example"  # "" is the server beside the till, on this computer
"""

from terminal.till.settings.unfit import demand
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTable:
    """Which server this till works with."""

    url: str = ""
    """Empty: the server beside the till."""

    def __post_init__(self) -> None:
        fits = not self.url or self.url.startswith(("https://", "http://"))
        demand(fits, "server.url", "https://…, or empty for the server beside the till")
