"""How long a sentence may be, and how a name is cut so that the sentence fits."""

NOTICE_CHARACTERS_MAX = 90
NAME_CHARACTERS_MAX = 22
"""A longer name or code is cut, so that what to do never falls off the line."""


def shortened(name: str, most: int = NAME_CHARACTERS_MAX) -> str:
    """A name or code cut to fit, with an ellipsis to show it."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def behind_colon(sentence: str) -> str:
    """A sentence as it stands behind a name and a colon: it does not begin in capitals there.

    None of them begins with somebody's name; what is all in capitals stays so.
    """
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]
