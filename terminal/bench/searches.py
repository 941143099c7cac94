"""Searches for members: by words of names and by the end of phones, as a counter asks for them."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from time import perf_counter_ns, process_time_ns

from terminal.bench.report import Figure, Progress, spread
from terminal.till.app import OpenTill
from terminal.till.database.folding import folded_words

SEARCH_MS = 50.0
HITS = 8
"""So many the panel shows."""
SEED = 50
_PEOPLE = "SELECT name, phone FROM members WHERE rowid IN ({})"


def search_figures(till: OpenTill, searches: int, progress: Progress) -> list[Figure]:
    """Both kinds of search: whole names, names begun by two letters or more, two words that are
    begun, and names in other letters than they are written in.
    """
    names, phones = _asked(till, searches)
    members = till.database.members
    figures: list[Figure] = []
    for name, asked in (("search by name", names), ("search by phone", phones)):
        times, spent = [], []
        for done, words in enumerate(asked):
            began, before = perf_counter_ns(), process_time_ns()
            found = members.search(words, HITS)
            times.append(perf_counter_ns() - began)
            spent.append(process_time_ns() - before)
            assert found or len(words) < 4, f"{name}: nobody was found"
            progress(name, done + 1, len(asked))
        figures += spread(name, times, goal=SEARCH_MS)
        figures += spread(f"{name}, processor time", spent)
    return figures


def _asked(till: OpenTill, searches: int) -> tuple[list[str], list[str]]:
    chance = random.Random(SEED)  # noqa: S311 - repeatable
    with closing(sqlite3.connect(till.settings.database)) as plain:
        (last,) = plain.execute("SELECT max(rowid) FROM members").fetchone()
        rows = [str(chance.randint(1, last)) for _ in range(searches)]
        people = plain.execute(_PEOPLE.format(", ".join(rows))).fetchall()
    names, phones = [], []
    for number, (name, phone) in enumerate(people):
        first, _, other = name.partition(" ")
        begun = (other or first)[: chance.randint(2, 5)]
        plain_words = " ".join(chance.choice(word) for word in folded_words(name))
        names.append((f"{first} {other}", begun, f"{first[:3]} {begun}", plain_words)[number % 4])
        if len(phone) >= 6:
            phones.append(phone[-chance.choice((4, 6, 9)) :])
    return names, phones
