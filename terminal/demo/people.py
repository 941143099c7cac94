"""The people of the demo shop: some written by hand, the others put together from lists of names.

Who they are follows from the number of their card's counter alone, so that a shop with more
members has the same ones first.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from terminal.demo.tables import rows

SEED = "tenth"
PHONE_STEP = 1731
"""Between two telephone numbers, so that their last four digits differ as those of people do."""
PHONE_PERCENT, BIRTHDAY_PERCENT = 88, 70
"""How many of those who are put together gave a telephone number, and how many a birthday."""

PARTS = ("women", "men", "women's surnames", "men's surnames")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a card, without the card."""

    name: str
    phone: str
    birthday: tuple[int, int] | None
    story: str = ""


def written_people(shop: str) -> list[Person]:
    """Those who stand in ``members.csv``, in its order.

    Raises:
        ValueError: a birthday is none; says of whom.
    """
    return [_person(row) for row in rows("members.csv") if row["shop"] == shop]


def made_up_people(
    shares: Mapping[str, int], phones: str, known: Sequence[Person]
) -> Iterator[Person]:
    """Endless further people, none with a name that one of ``known`` or of themselves has.

    ``shares`` tells how many of a hundred have names of which kind, ``phones`` where the range of
    telephone numbers begins.

    Raises:
        KeyError: a kind of names does not stand in ``names.csv``.
    """
    names = {(row["people"], row["part"]): row["names"].split() for row in rows("names.csv")}
    kinds = [kind for kind, share in shares.items() for _ in range(share)]
    chance = random.Random(f"{SEED} {'+'.join(shares)}")  # noqa: S311 - the same people each time
    taken = {one.name for one in known}
    phone = int(phones)
    while True:
        kind, sex = chance.choice(kinds), chance.choice((0, 1))
        first, last = names[kind, PARTS[sex]], names[kind, PARTS[sex + 2]]
        name = f"{chance.choice(first)} {chance.choice(last)}"
        if name in taken:
            continue
        taken.add(name)
        phone += PHONE_STEP
        birthday = (chance.randint(1, 12), chance.randint(1, 28))
        yield Person(
            name=name,
            phone=f"+{phone}" if chance.randrange(100) < PHONE_PERCENT else "",
            birthday=birthday if chance.randrange(100) < BIRTHDAY_PERCENT else None,
        )


def people_of(shop: str, shares: Mapping[str, int], phones: str, count: int) -> tuple[Person, ...]:
    """So many people of a shop: those written by hand, then others."""
    known = written_people(shop)
    more = made_up_people(shares, phones, known)
    return (*known[:count], *islice(more, max(0, count - len(known))))


def _person(row: Mapping[str, str]) -> Person:
    month, _, day = row["birthday"].partition("-")
    if day and not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        raise ValueError(f"members.csv: {row['name']} has no birthday on {row['birthday']}")
    return Person(
        name=row["name"],
        phone=row["phone"],
        birthday=(int(month), int(day)) if day else None,
        story=row["story"],
    )
