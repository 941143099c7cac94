"""The basket in work, in a variable."""


class FakeWorkingBasket:
    """``ports.WorkingBasket``."""

    def __init__(self) -> None:
        self.stored = b""

    def save(self, stored: bytes) -> None:
        self.stored = stored

    def load(self) -> bytes:
        return self.stored
