"""Search by the words of a name, for members and products alike."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.engine import Connection

from terminal.till.database.folding import Word, after, best, folded_words, rank

CANDIDATES_MOST = 500
"""Rows that a search weighs; whoever types two letters in a town of members types a third."""

_OF = {
    "member": "SELECT id, name FROM members WHERE id IN ({})",
    "product": "SELECT sku, name FROM products WHERE sku IN ({})",
}
_WORDS = {
    "member": "SELECT member FROM member_words WHERE {}",
    "product": "SELECT sku FROM product_words WHERE {}",
}


def by_words(
    connection: Connection, whose: Literal["member", "product"], words: str, limit: int
) -> list[str]:
    """The ids of members or products whose name has all the words, best first."""
    asked = folded_words(words)
    if not asked:
        return []
    arguments = [bound for word in asked for one in word for bound in (one, after(one))]
    found = connection.exec_driver_sql(
        _OF[whose].format(_candidates(whose, asked)), (*arguments, CANDIDATES_MOST)
    )
    return best(((rank(asked, name), key) for key, name in found), limit)


def _candidates(whose: str, asked: tuple[Word, ...]) -> str:
    """The question for the ids; the words themselves are bound as arguments."""
    each = (
        _WORDS[whose].format(" OR ".join("(word >= ? AND word < ?)" for _ in word))
        for word in asked
    )
    return f"SELECT * FROM ({' INTERSECT '.join(each)}) LIMIT ?"  # noqa: S608 - our own words
