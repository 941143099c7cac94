"""A value is a dataclass like any other; only its methods are written later."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, fields, replace
from types import FunctionType
from typing import Any

import pytest

from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tea:
    """A tea of the shop."""

    name: str
    price: int = 450
    codes: tuple[str, ...] = field(default_factory=tuple)
    shelf: str = field(default="B", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Weighed(Tea):
    """One that is sold by weight."""

    grams: int = 100

    def __post_init__(self) -> None:
        if self.grams <= 0:
            raise ValueError("tea without weight")


@dataclass(slots=True)
class Basket:
    lines: list[Tea] = field(default_factory=list)
    total: int = 0
    counted: int = field(default=0, init=False, repr=False)
    notes: list[str] = field(default_factory=list, init=False)


@dataclass(frozen=True, slots=True)
class Secret:
    pin: str

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret)

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True)
class Loose:
    name: str


def twin(value: type, *, frozen: bool) -> Any:
    """The same class as the library makes it."""
    body: dict[str, Any] = {
        "__annotations__": {one.name: one.type for one in fields(value)},
        "__qualname__": value.__qualname__,
        "__module__": value.__module__,
    }
    body.update({one.name: one for one in fields(value)})
    return dataclasses.dataclass(frozen=frozen, slots=True)(type(value.__name__, (), body))


def test_no_method_is_written_before_somebody_asks_for_it() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Coffee:
        name: str

    written = {name for name, one in vars(Coffee).items() if isinstance(one, FunctionType)}
    assert not written & {"__init__", "__repr__", "__eq__", "__hash__"}

    Coffee(name="Lungo")

    written = {name for name, one in vars(Coffee).items() if isinstance(one, FunctionType)}
    assert written & {"__init__", "__repr__", "__eq__", "__hash__"} == {"__init__"}


@pytest.mark.parametrize(("value", "frozen"), [(Tea, True), (Basket, False)])
def test_it_is_called_and_read_as_the_library_makes_it(value: Any, frozen: bool) -> None:
    other = twin(value, frozen=frozen)

    assert str(inspect.signature(value)) == str(inspect.signature(other))
    assert value.__match_args__ == other.__match_args__
    assert (value.__hash__ is None) is (other.__hash__ is None)
    wishes = {"name": "Assam"} if value is Tea else {"total": 3}
    assert repr(value(**wishes)) == repr(other(**wishes))
    if frozen:
        assert hash(value(**wishes)) == hash(other(**wishes))
    with pytest.raises(TypeError) as ours:
        value(colour="green")
    with pytest.raises(TypeError) as theirs:
        other(colour="green")
    assert str(ours.value) == str(theirs.value)


def test_equal_are_those_of_one_kind_with_equal_fields() -> None:
    assert Tea(name="Assam") == Tea(name="Assam", shelf="C")
    assert Tea(name="Assam") != Tea(name="Assam", price=1)
    assert Tea(name="Assam") != Weighed(name="Assam")
    assert len({Tea(name="Assam"), Tea(name="Assam"), Tea(name="Darjeeling")}) == 2
    assert Basket() == Basket()
    assert Basket() != Basket(total=1)


def test_defaults_are_made_anew_for_each() -> None:
    one, other = Basket(), Basket()

    one.lines.append(Tea(name="Assam"))

    assert other.lines == []
    assert (other.counted, other.notes) == (0, [])
    assert Tea(name="Assam").codes == ()


def test_what_is_frozen_is_not_changed() -> None:
    tea = Tea(name="Assam")

    with pytest.raises(FrozenInstanceError, match="'price'"):
        tea.price = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="'price'"):
        del tea.price
    with pytest.raises(FrozenInstanceError):
        tea.colour = "green"  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        Loose("Assam").name = "Darjeeling"  # type: ignore[misc]
    assert tea == Tea(name="Assam")


def test_an_heir_has_all_fields_and_its_own_check() -> None:
    assert Weighed(name="Assam", grams=50).price == 450
    assert repr(Weighed(3, name="Assam")) == "Weighed(name='Assam', price=450, codes=(), grams=3)"
    with pytest.raises(ValueError, match="without weight"):
        Weighed(name="Assam", grams=0)
    with pytest.raises(ValueError, match="without weight"):
        replace(Weighed(name="Assam"), grams=0)


def test_an_heir_may_ask_for_the_method_of_its_forebear() -> None:
    class Named(Loose):
        def __init__(self, name: str) -> None:
            super().__init__(name.title())

        def __repr__(self) -> str:
            return "a " + super().__repr__().rpartition(".")[2]

    assert repr(Named("assam")) == "a Named(name='Assam')"
    assert Named("assam") == Named("Assam")


def test_methods_of_ones_own_stay() -> None:
    assert repr(Secret("1234")) == "Secret(…)"
    assert Secret("1234") == Secret("4321")
    assert hash(Secret("1234")) == 7


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value)), replace],
    ids=["copy", "deepcopy", "pickle", "replace"],
)
@pytest.mark.parametrize(
    "value", [Tea(name="Assam", codes=("1",), shelf="C"), Basket(total=3), Loose("Assam")]
)
def test_copies_are_equal(copied: Any, value: Any) -> None:
    made = copied(value)

    assert made is not value
    assert [getattr(made, one.name) for one in fields(value)] == [
        getattr(value, one.name) for one in fields(value)
    ]


def test_a_default_that_all_would_share_is_refused() -> None:
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(slots=True)
        class Shared:
            lines: list[int] = []  # noqa: RUF012 - what is refused


def test_it_has_slots_and_nothing_beside_them() -> None:
    assert not hasattr(Tea(name="Assam"), "__dict__")
    with pytest.raises(AttributeError):
        Basket().colour = "green"  # type: ignore[attr-defined]
    match Loose("Assam"):
        case Loose(name):
            assert name == "Assam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A value with many fields, which are set in another way than few."""

    number: int
    till: str = "1"
    lines: tuple[str, ...] = field(default_factory=tuple)
    total: int = 0
    words: str = field(default="", compare=False)
    copies: int = 1
    checked: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        if self.total < 0:
            raise ValueError("a slip below zero")
        object.__setattr__(self, "checked", True)


def test_a_value_with_many_fields_is_as_frozen_as_one_with_few() -> None:
    slip = Slip(number=7, total=450)

    assert type(slip) is Slip
    assert slip == Slip(number=7, total=450, words="other words")
    assert (slip.till, slip.lines, slip.copies, slip.checked) == ("1", (), 1, True)
    assert copy.copy(slip) == slip == pickle.loads(pickle.dumps(slip))
    assert replace(slip, copies=2).copies == 2
    with pytest.raises(FrozenInstanceError):
        slip.total = 0  # type: ignore[misc]
    with pytest.raises(ValueError, match="below zero"):
        Slip(number=8, total=-1)


def test_who_inherits_from_a_value_with_many_fields_stays_who_it_is() -> None:
    class Copied(Slip):
        __slots__ = ()

    copied = Copied(number=7)

    assert type(copied) is Copied
    with pytest.raises(FrozenInstanceError):
        copied.total = 1  # type: ignore[misc]
