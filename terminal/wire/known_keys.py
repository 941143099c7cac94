"""Keys of files that people write: what a misspelt one means, and where a misplaced one belongs.

Only a key of the very object is suggested. ``percent`` in a benefit means nothing that an earn rule
calls nearly so; but whoever wrote it may have seen it in a multiplier, and is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from itertools import takewhile
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from terminal.wire.hand_written import VERY_CLOSE, did_you_mean

Location = tuple[int | str, ...]
"""Where the strict reader is, with the names of the alternatives that it tries."""

_KINDS: Final = ("kind", "do")
"""By which of its keys an object is one of several alternatives."""
_TOLD: Final = 3
"""So many places of a key are told, if it has more that are as near."""


class Place(NamedTuple):
    """An object of a file."""

    path: tuple[str, ...]
    """From the top, such as ``rewards[]`` and ``benefit``; empty: the top."""
    kind: str
    """Which of several alternatives; empty: it is always this one."""

    def __str__(self) -> str:
        path = ".".join(self.path)
        return f"{path} ({self.kind})" if self.kind else path


class KnownKeys:
    """What may stand where in a file, by the class that it is read into."""

    def __init__(
        self,
        root: type[Any],
        top: str,
        *,
        called: Mapping[str, str] | None = None,
        programme: type[Any] | None = None,
    ) -> None:
        """``top`` is what the whole file is, ``called`` what its keys are called otherwise.

        ``programme`` is what stands in ``programmes`` and is read by itself.
        """
        self._root, self._top = root, top
        self._called = called or {}
        self._programme = programme

    def meant(self, location: Location) -> str:
        """What to do with the unknown key at a location, to be put behind a sentence."""
        key = str(location[-1])
        known = self._places.get(key, ())
        if shape := _shape_at(self._root, location[:-1]):
            own = {self._called.get(one.name, one.name) for one in fields(shape)}
            own |= {"format"} if shape is self._root else set()
            close = did_you_mean(key, own, VERY_CLOSE) if known else did_you_mean(key, own)
            if close:
                return close
        here = _path_of(location[:-1])
        places = sorted(known, key=lambda one: _farness(one, here))
        nearest = [one for one in places if _farness(one, here) == _farness(places[0], here)]
        told = dict.fromkeys(str(one) or f"the {self._top} itself" for one in nearest)
        return f"; it belongs in {' or '.join([*told][:_TOLD])}" if told else ""

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        """Where each key may stand."""
        found: dict[str, list[Place]] = {}
        shapes = list(_objects_in(self._root, Place((), "")))
        if self._programme is not None:
            shapes += _objects_in(self._programme, Place(("programmes[]",), ""))
        for place, shape in shapes:
            for one in fields(shape):
                key = one.name if place.path else self._called.get(one.name, one.name)
                if key not in _KINDS:
                    found.setdefault(key, []).append(place)
        return found


def _farness(place: Place, here: tuple[str, ...]) -> tuple[int, int]:
    """Least for places in the same part of the file, and of these for the uppermost."""
    shared = takewhile(lambda both: both[0] == both[1], zip(place.path, here, strict=False))
    return (-len(list(shared)), len(place.path))


def _path_of(location: Location) -> tuple[str, ...]:
    path: list[str] = []
    for step in location:
        if isinstance(step, int):
            path[-1:] = [f"{path[-1]}[]"] if path else []
        elif not step[:1].isupper():
            path.append(step)
    return tuple(path)


def _shape_at(root: type[Any], location: Location) -> type[Any] | None:
    """The class of the object at a location; None where it is none of ours."""
    here: list[Any] = [root]
    for step in location:
        if named := [one for one in here if is_dataclass(one) and _name(one) == step]:
            here = named
            continue
        inner: list[Any] = []
        for one in here:
            if is_dataclass(one):
                hint = get_type_hints(one, include_extras=True).get(str(step))
                inner += [] if hint is None else _alternatives(hint)
            elif _holds_others(one):
                inner += _alternatives(_item(one))
        here = inner
    found = [one for one in here if is_dataclass(one)]
    return found[0] if len(found) == 1 and isinstance(found[0], type) else None


def _objects_in(shape: type[Any], place: Place) -> Iterator[tuple[Place, type[Any]]]:
    """An object and all that may stand in it."""
    yield place, shape
    for key, hint in get_type_hints(shape, include_extras=True).items():
        yield from _objects_of(hint, (*place.path, key))


def _objects_of(hint: Any, path: tuple[str, ...]) -> Iterator[tuple[Place, type[Any]]]:
    alternatives = _alternatives(hint)
    shapes: list[Any] = [one for one in alternatives if is_dataclass(one)]
    for one in shapes:
        yield from _objects_in(one, Place(path, _kind(one) if len(shapes) > 1 else ""))
    for one in alternatives:
        if _holds_others(one):
            mark = ".*" if issubclass(get_origin(one) or object, Mapping) else "[]"
            yield from _objects_of(_item(one), (*path[:-1], path[-1] + mark))


def _holds_others(hint: Any) -> bool:
    """Whether it is a list or a map."""
    return isinstance(get_origin(hint), type)


def _name(shape: Any) -> str:
    return str(shape.__name__)


def _kind(shape: type[Any]) -> str:
    return next((str(one.default) for one in fields(shape) if one.name in _KINDS), "")


def _alternatives(hint: Any) -> list[Any]:
    """What a type may be, without what is said of it in brackets."""
    if get_origin(hint) is Annotated:
        return _alternatives(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return [inner for one in get_args(hint) for inner in _alternatives(one)]
    return [hint]


def _item(container: Any) -> Any:
    """What stands in a list, or behind the names of a map."""
    inner = get_args(container)
    return inner[1] if issubclass(get_origin(container) or object, Mapping) else inner[0]
