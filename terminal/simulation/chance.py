"""Chance that a seed tells: one stream for each subject, so that one draw more moves no other.

Python's ``random.Random`` seeded with text hashes it with SHA-512: the same on every computer and
in every process.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of chance that has a name, and further streams below it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._random = random.Random(name)

    def stream(self, name: str) -> Chance:
        """A stream of its own; the same name gives the same stream from its beginning."""
        return Chance(f"{self._name}/{name}")

    def happens(self, share: float) -> bool:
        """Whether something comes to pass that does so with this share."""
        return share > 0 and self._random.random() < share

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(least, most)

    def jitter(self) -> float:
        """From 0 to below 1."""
        return self._random.random()

    def pick(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self._random.randrange(len(among))]

    def weighted(self, among: Sequence[tuple[T, float]]) -> T:
        """One of them, by its weight."""
        things = [thing for thing, _ in among]
        return self._random.choices(things, weights=[weight for _, weight in among])[0]

    def some(self, among: Sequence[T], n: int) -> list[T]:
        """So many of them, in an order of chance."""
        return self._random.sample(list(among), n)

    def hex(self, bits: int = 128) -> str:
        """Random bits as hex digits."""
        return f"{self._random.getrandbits(bits):0{bits // 4}x}"

    def hex128(self) -> str:
        """128 random bits as 32 hex digits: what the programs ask chance for."""
        return self.hex()


class Ids:
    """``ports.Ids`` by a stream of chance; a sale's id begins with the time, as UUIDv7 do."""

    def __init__(self, chance: Chance, now_ms: Clockwork) -> None:
        self._chance = chance
        self._clockwork = now_ms

    def sale_id(self) -> str:
        """A fresh UUIDv7 as 32 hex digits."""
        bits = self._chance.hex(76)
        variant = "89ab"[int(bits[0], 16) % 4]
        return f"{self._clockwork.now_ms:012x}7{bits[1:4]}{variant}{bits[4:19]}"

    def random_id(self) -> str:
        """128 random bits as 32 hex digits."""
        return self._chance.hex()


class Clockwork:
    """The true time of the world, in Unix ms. Nobody in it can read it but by a clock."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def go_on(self, ms: int) -> None:
        """Time passes."""
        self.now_ms += ms
