"""The rules, in a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Moment
from terminal.wire.programme_json import read_programme


class FakeProgrammes:
    """``ports.Programmes``; takes programmes as values or, like the real one, as JSON."""

    def __init__(self, programmes: Iterable[Programme] = ()) -> None:
        self.known = {(one.programme, one.revision): one for one in programmes}

    def revisions(self) -> Sequence[Programme]:
        return tuple(self.known[key] for key in sorted(self.known))

    def of_sale(self, revisions: Collection[tuple[int, int]], at: Moment) -> Sequence[Programme]:
        return tuple(self.known[key] for key in sorted(set(revisions) & self.known.keys()))

    def put(self, texts: Iterable[str]) -> int:
        given = {(one.programme, one.revision): one for one in map(read_programme, texts)}
        for key, programme in given.items():
            if self.known.get(key, programme) != programme:
                raise ValueError("programme {}, revision {} is another one".format(*key))
        added = len(given.keys() - self.known.keys())
        self.known |= given
        return added
