"""Search by the words of a name, for members and products alike."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Literal

from terminal.till.database.folding import Word, after, best, folded_words, rank, spellings
from terminal.till.database.quick import Connection, Quick
from terminal.values import dataclass

Whose = Literal["member", "product"]

CANDIDATES_MOST = 150
"""Names that a search weighs; whoever types two letters in a town of members types a third."""
COUNTED_MOST = 4_000
"""A word that more have is common."""
LOOKED_AT_MOST = 1_500
"""Of the rarest word so many are asked whether they have the others: some 10 ms. Where that word is
commoner and those do not fill the panel, the next one's are asked too: among the first that begin
with ``bar`` all are called Baranek, and none of them is the Barbara Wilk who is asked for."""

_OF = {
    "member": "SELECT id, name FROM members WHERE id IN ({})",
    "product": "SELECT sku, name FROM products WHERE sku IN ({})",
}
_TABLE = {"member": ("member_words", "member"), "product": ("product_words", "sku")}
"""The table of words, and whose they are."""


_NAMES = {
    "member": "SELECT id, name FROM members ORDER BY id",
    "product": "SELECT sku, name FROM products ORDER BY sku",
}
_ALL_WORDS = {
    "member": "SELECT member, word FROM member_words ORDER BY member",
    "product": "SELECT sku, word FROM product_words ORDER BY sku",
}
_DROP_WORDS = {
    "member": "DELETE FROM member_words WHERE member = ?",
    "product": "DELETE FROM product_words WHERE sku = ?",
}
_PUT_WORD = {
    "member": "INSERT INTO member_words (member, word) VALUES (?, ?)",
    "product": "INSERT INTO product_words (sku, word) VALUES (?, ?)",
}


_NO_WORDS: tuple[str, Iterable[tuple[str, str]]] = ("", ())


@dataclass(frozen=True, slots=True)
class WrongWords:
    """The words of one name as they stand, and as they should."""

    key: str
    stored: frozenset[str]
    computed: frozenset[str]


def wrong_words(connection: Connection, whose: Whose) -> list[WrongWords]:
    """Whose words are not those of the name, so that a search finds too much or nothing.

    Names and words are read side by side in the order of their keys: of a town of a million no more
    than one name is held.
    """
    quick = Quick(connection)
    words = groupby(quick.each(_ALL_WORDS[whose]), itemgetter(0))
    wrong = []
    owner, group = next(words, _NO_WORDS)
    for key, name in quick.each(_NAMES[whose]):
        while owner and owner < key:  # words of nobody: who is gone takes their words along
            owner, group = next(words, _NO_WORDS)
        stored = frozenset(word for _, word in group) if owner == key else frozenset()
        computed = frozenset(spellings(name))
        if stored != computed:
            wrong.append(WrongWords(key, stored, computed))
    return wrong


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
    keys = _candidates(Quick(connection), whose, asked, limit)
    if not keys:
        return []
    marks = ", ".join("?" * len(keys))
    found = Quick(connection).rows(_OF[whose].format(marks), tuple(keys))
    return best(((rank(asked, name), key) for key, name in found), limit)


def _candidates(quick: Quick, whose: Whose, asked: tuple[Word, ...], limit: int) -> list[str]:
    """The ids of names that have all the words, so many at most.

    Whoever has the rarest word is asked for the others: where a town has 30,000 Annas and 300
    Szczerbaks, an intersection would look at all of them.
    """
    counts = [(0, 0, 0)]
    if len(asked) > 1:
        # Of two that are both common the one of which more was typed is the rarer.
        counts = [(_count(quick, whose, word), -len(word[0]), at) for at, word in enumerate(asked)]
        if min(counts)[0] == 0:
            return []
    found: dict[str, None] = {}
    for count, _, at in sorted(counts):
        others = asked[:at] + asked[at + 1 :]
        found |= dict.fromkeys(_with_others(quick, whose, asked[at], others))
        if count <= LOOKED_AT_MOST or len(found) >= limit:
            break
    return list(found)


def _with_others(quick: Quick, whose: Whose, word: Word, others: tuple[Word, ...]) -> list[str]:
    """Of the first who have a word those who have the others, too."""
    table, key = _TABLE[whose]
    has_others = "".join(
        f" AND EXISTS (SELECT 1 FROM {table} o WHERE o.{key} = d.{key} AND ({_ranges('+o', other)}))"  # noqa: S608
        for other in others
    )
    question = (
        f"SELECT DISTINCT d.{key} FROM (SELECT {key} FROM {table} d"  # noqa: S608 - our own words
        f" WHERE {_ranges('d', word)} LIMIT ?) d WHERE 1{has_others} LIMIT ?"
    )
    bounds = (bound for other in others for bound in _bounds(other))
    arguments = (*_bounds(word), LOOKED_AT_MOST, *bounds, CANDIDATES_MOST)
    return [found for (found,) in quick.rows(question, arguments)]


def _count(quick: Quick, whose: Whose, word: Word) -> int:
    """How many have a word, as far as it is worth counting."""
    table, _ = _TABLE[whose]
    question = f"SELECT count(*) FROM (SELECT 1 FROM {table} d WHERE {_ranges('d', word)} LIMIT ?)"  # noqa: S608
    row = quick.row(question, (*_bounds(word), COUNTED_MOST))
    assert row is not None
    return int(row[0])


def _ranges(alias: str, word: Word) -> str:
    """Whether a word begins so; with a plus before it, no index of words is used for that."""
    return " OR ".join(f"({alias}.word >= ? AND {alias}.word < ?)" for _ in word)


def _bounds(word: Word) -> tuple[str, ...]:
    return tuple(bound for one in word for bound in (one, after(one)))
