"""Dataclasses whose methods are written when somebody asks for them.

``dataclasses`` writes the source of up to seven methods for each class and compiles it, whether
they are ever called or not. A till that opens reads more than two hundred such classes, which took
a fifth of the time until its first scan. Here a class gets its fields and slots at once, and each
method on its first use: from then on it is the very function that ``dataclasses`` writes, so no
value is slower for it. To a type checker this is ``dataclasses.dataclass`` and nothing else.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

_WRITTEN = ("__init__", "__repr__", "__eq__", "__hash__")

_FIELDS_MANY = 6
"""A frozen value with so many fields is open while they are set; see ``_opening``."""

_become = object.__dict__["__class__"].__set__


def _dataclass(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False
) -> Callable[[type[T]], type[T]]:
    """As ``dataclasses.dataclass``, with the options that values need."""

    def made(plain: type[T]) -> type[T]:
        # It would write a signature into the place of a docstring, and look for it long.
        plain.__doc__ = plain.__doc__ or plain.__name__
        own = frozenset(vars(plain))
        # What is compiled has its fields in the object already, and one with slots would be another
        # class than the compiled methods know.
        compiled = hasattr(plain, "__mypyc_attrs__")
        value: type[T] = dataclasses.dataclass(
            init=False, repr=False, eq=False, slots=slots and not compiled, kw_only=kw_only
        )(plain)
        methods: dict[str, object] = {
            name: _Unwritten(value, name, frozen=frozen, slots=slots) for name in _WRITTEN
        }
        if not frozen:
            methods["__hash__"] = None  # what is equal now may differ later
        if frozen:
            methods.update(_FROZEN)
        for name, method in methods.items():
            if name not in own:
                setattr(value, name, method)
        return value

    return made


class _Unwritten:
    """Stands where a method will be; whoever asks for the method, asks for it to be written."""

    __slots__ = ("_frozen", "_name", "_slots", "_value")

    def __init__(self, value: type, name: str, *, frozen: bool, slots: bool) -> None:
        self._value, self._name, self._frozen, self._slots = value, name, frozen, slots

    def __get__(self, instance: object, owner: type) -> object:
        if self._name == "__init__":
            method = _written_init(self._value, frozen=self._frozen, slots=self._slots)
        else:
            method = self._write()
        setattr(self._value, self._name, method)
        # Not by its name: the owner may be a heir with a method of its own, who asks for ours.
        return method.__get__(instance, owner)

    def _write(self) -> Any:
        """Let ``dataclasses`` write this method alone, for a class with the same fields."""
        fields = dataclasses.fields(self._value)
        body: dict[str, Any] = {
            "__module__": self._value.__module__,
            "__qualname__": self._value.__qualname__,
            "__doc__": self._value.__doc__,
            "__annotations__": {field.name: field.type for field in fields},
            **{field.name: field for field in fields},
        }
        twin: type = dataclasses.dataclass(
            init=False,
            repr=self._name == "__repr__",
            eq=self._name in ("__eq__", "__hash__"),
            unsafe_hash=self._name == "__hash__",  # safe: only frozen ones come here for it
        )(type(self._value.__name__, (), body))
        return vars(twin)[self._name]


def _written_init(value: type, *, frozen: bool, slots: bool) -> Any:
    """The ``__init__`` that ``dataclasses`` would write.

    It is the one method that most values need before the first scan, and ``dataclasses`` writes
    one for a frozen class only together with two others that nobody ever calls.
    """
    fields = dataclasses.fields(value)
    known: dict[str, Any] = {"_set": object.__setattr__, "_made": _MADE}
    given: list[str] = []
    named: list[str] = []
    opened = frozen and _may_open(value)
    lines = _opening(value, known) if opened else []
    for field in fields:
        name, content = field.name, field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"_new_{name}"] = field.default_factory
            content = f"_new_{name}()"
            if field.init:
                content += f" if {name} is _made else {name}"
        elif not field.init:
            if field.default is dataclasses.MISSING or not slots:
                continue
            content = f"_default_{name}"
        parameter = name
        if field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            parameter = f"{name}=_made"
        if field.init:
            (named if field.kw_only else given).append(parameter)
        if opened or not frozen:
            lines.append(f"self.{name} = {content}")
        else:
            lines.append(_put(value, name, content, known))
    if opened:
        lines.append("self.__class__ = frozen_as")
    if hasattr(value, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join(["self", *given, *(["*", *named] if named else [])])
    source = f"def write({', '.join(known)}):\n def __init__({parameters}):\n  "
    source += "\n  ".join(lines or ["pass"]) + "\n return __init__"
    written: dict[str, Any] = {}
    # As ``dataclasses`` does: all of it are names of fields, and it knows what their module knows.
    exec(source, vars(sys.modules[value.__module__]), written)  # noqa: S102
    init = written["write"](**known)
    init.__qualname__ = f"{value.__qualname__}.__init__"
    init.__annotations__ = {field.name: field.type for field in fields if field.init}
    init.__annotations__["return"] = None
    return init


def _may_open(value: type) -> bool:
    """Whether a class of its own, with the same slots and many fields, can stand in for a value."""
    many = len(dataclasses.fields(value)) >= _FIELDS_MANY
    return many and value.__bases__ == (object,) and "__slots__" in vars(value)


def _opening(value: type, known: dict[str, Any]) -> list[str]:
    """The lines that let fields be set as in a value that is not frozen.

    For so long it is of a class with the same slots that is not: so a reason with its twenty
    fields is made in a third of the time.
    """
    known["_open"] = type(value.__name__, (), {"__slots__": vars(value)["__slots__"]})
    known["_become"] = _become
    return ["frozen_as = self.__class__", "_become(self, _open)"]


def _put(value: type, name: str, content: str, known: dict[str, Any]) -> str:
    """The line that sets a field of a frozen value."""
    place = getattr(value, name, None)
    if isinstance(place, MemberDescriptorType | GetSetDescriptorType):
        # Straight to its place takes half as long as asking the class for it.
        known[f"_put_{name}"] = place.__set__
        return f"_put_{name}(self, {content})"
    return f"_set(self, {name!r}, {content})"


class _Made:
    """Stands for a default that is made anew for each value."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE = _Made()


class _Frozen:
    """What is the same for all frozen ones."""

    def __setattr__(self, name: str, value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    # Copying and pickling would set the fields one by one.
    def __getstate__(self) -> list[object]:
        return [getattr(self, field.name) for field in dataclasses.fields(self)]  # type: ignore[arg-type]

    def __setstate__(self, kept: list[object]) -> None:
        for field, value in zip(dataclasses.fields(self), kept, strict=True):  # type: ignore[arg-type]
            object.__setattr__(self, field.name, value)


_FROZEN = {name: one for name, one in vars(_Frozen).items() if isinstance(one, FunctionType)}

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass

__all__ = ["dataclass"]
