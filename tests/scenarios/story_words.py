"""What the pages that play stories at tills have in common."""

from __future__ import annotations

KEY = b"a key for the cards of a story"
PREFIX = "29"
PIN = "4711"
"""The shop's: with it goods come back without their slip."""


class NotAtThisTill(Exception):
    """No key of a till, and nothing behind it, does this."""


class StoryRefused(Exception):
    """The till did not let a step happen; the message is in the words of stories."""
