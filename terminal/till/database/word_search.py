"""Search by the words of a name, for members and products alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.engine import Connection

from terminal.till.database.folding import Word, after, best, folded_words, rank, spellings
from terminal.till.database.quick import Quick

Whose = Literal["member", "product"]

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


_NAMES = {
    "member": "SELECT id, name FROM members",
    "product": "SELECT sku, name FROM products",
}
_ALL_WORDS = {
    "member": "SELECT member, word FROM member_words",
    "product": "SELECT sku, word FROM product_words",
}
_DROP_WORDS = {
    "member": "DELETE FROM member_words WHERE member = ?",
    "product": "DELETE FROM product_words WHERE sku = ?",
}
_PUT_WORD = {
    "member": "INSERT INTO member_words (member, word) VALUES (?, ?)",
    "product": "INSERT INTO product_words (sku, word) VALUES (?, ?)",
}


@dataclass(frozen=True, slots=True)
class WrongWords:
    """The words of one name as they stand, and as they should."""

    key: str
    stored: frozenset[str]
    computed: frozenset[str]


def wrong_words(connection: Connection, whose: Whose) -> list[WrongWords]:
    """Whose words are not those of the name, so that a search finds too much or nothing."""
    stored: dict[str, set[str]] = {}
    for key, word in connection.exec_driver_sql(_ALL_WORDS[whose]):
        stored.setdefault(key, set()).add(word)
    found = (
        WrongWords(key, frozenset(stored.get(key, ())), frozenset(spellings(name)))
        for key, name in connection.exec_driver_sql(_NAMES[whose])
    )
    return [one for one in found if one.stored != one.computed]


def mend_words(connection: Connection, whose: Whose) -> None:
    """Write the words anew where they are wrong."""
    quick = Quick(connection)
    for wrong in wrong_words(connection, whose):
        quick.run(_DROP_WORDS[whose], (wrong.key,))
        quick.run_many(_PUT_WORD[whose], [(wrong.key, word) for word in sorted(wrong.computed)])


def by_words(connection: Connection, whose: Whose, words: str, limit: int) -> list[str]:
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
