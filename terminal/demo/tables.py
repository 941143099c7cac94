"""Reading the tables of `resources/demo`, so that a mistake in one is told with file and line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from terminal import resources

Read = TypeVar("Read")


def rows(file: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table by the names of its columns.

    Raises:
        ValueError: a row has not as many columns as the head; says which.
    """
    with resources.path("demo", file).open(encoding="utf-8", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), start=2):
            if None in row or None in row.values():
                raise ValueError(f"{file}, line {number}: not as many columns as the head has")
            yield row


def each(file: str, read: Callable[[Mapping[str, str]], Read]) -> Iterator[Read]:
    """What each row of a table tells.

    Raises:
        ValueError: a row tells nonsense; says which.
    """
    for number, row in enumerate(rows(file), start=2):
        try:
            yield read(row)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(f"{file}, line {number}: {error}") from error


def minor(price: str) -> int:
    """Minor units of a price such as 7.99; never a float, which would lose a grosz.

    Raises:
        ValueError: it is no price, or has more than two decimal places.
    """
    try:
        exact = Decimal(price) * 100
    except ArithmeticError:
        raise ValueError(f"a price is written like 7.99, not {price!r}") from None
    if exact != int(exact):
        raise ValueError(f"a price has at most two decimal places, not {price!r}")
    return int(exact)
