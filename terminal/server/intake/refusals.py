"""What is said to a request that is not taken: a code for programs, a sentence for a log."""

from __future__ import annotations

from terminal.wire.sync_json import Refusal


class Refused(Exception):
    """The request changes nothing; ``http`` is the code under which that is answered."""

    def __init__(
        self,
        code: str,
        http: int,
        text: str,
        problems: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.http = http
        self.text = text
        self.problems = problems

    @property
    def refusal(self) -> Refusal:
        """As it travels."""
        return Refusal(code=self.code, text=self.text, problems=self.problems)


def unsigned(text: str) -> Refused:
    """Nobody of ours signed this."""
    return Refused("unsigned", 401, text)


def unknown_terminal(text: str) -> Refused:
    """Nobody of ours is called so."""
    return Refused("unknown_terminal", 401, text)


def retired(text: str) -> Refused:
    """It was one of ours and is not any more: it may pair again with a code."""
    return Refused("retired", 403, text)


def too_large(text: str) -> Refused:
    """More than one request may bring."""
    return Refused("too_large", 413, text)


def malformed(text: str, problems: tuple[tuple[str, str], ...] = ()) -> Refused:
    """Not such a message."""
    return Refused("malformed", 400, text, problems)


def replayed(highest: int) -> Refused:
    """The number was used before: nothing is done a second time.

    The highest number is told, because a till whose disk was restored counts far behind.
    """
    text = f"requests up to {highest} were taken already"
    return Refused("replayed", 409, text, (("request", str(highest)),))


def failed() -> Refused:
    """The server failed over it; nothing was stored."""
    return Refused("failed", 500, "the server failed over this request, nothing of it was stored")
