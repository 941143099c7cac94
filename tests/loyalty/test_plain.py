"""Plain content: what is written is read back, what does not fit is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.history import PURCHASES, Counted, History
from terminal.loyalty.plain import from_plain, to_lean, to_plain
from terminal.loyalty.standing import Choices, Claim, Moment, RewardName, Standing

Name = NewType("Name", str)
WORDS = st.text(max_size=8)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Place(NamedTuple):
    row: int
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    kind: Literal["round"] = "round"
    radius: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    kind: Literal["square"] = "square"
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    flag: bool = True
    one: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    word: str
    number: int
    flag: bool
    day: date
    moment: datetime
    colour: Colour
    name: Name
    place: Place
    shape: Round | Square
    nothing: str | None = None
    row: tuple[int, ...] = ()
    pair: tuple[int, str] = (0, "")
    bag: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)


EVERYTHING = st.builds(
    Everything,
    word=WORDS,
    number=st.integers(),
    flag=st.booleans(),
    day=st.dates(),
    moment=st.datetimes(),
    colour=st.sampled_from(Colour),
    name=WORDS.map(Name),
    place=st.builds(Place, st.integers(), WORDS),
    shape=st.builds(Round, radius=st.integers()) | st.builds(Square, side=st.integers()),
    nothing=st.none() | WORDS,
    row=st.lists(st.integers(), max_size=3).map(tuple),
    pair=st.tuples(st.integers(), WORDS),
    bag=st.frozensets(WORDS, max_size=3),
    places=st.frozensets(st.builds(Place, st.integers(), WORDS), max_size=3),
    counts=st.dictionaries(WORDS, st.integers(), max_size=3),
)
SAMPLE = Everything(
    word="w",
    number=1,
    flag=True,
    day=date(2026, 3, 14),
    moment=datetime(2026, 3, 14, 10, 0),  # noqa: DTZ001  # local, as everywhere in the core
    colour=Colour.RED,
    name=Name("n"),
    place=Place(1, "a"),
    shape=Square(side=2),
)


@given(EVERYTHING)
def test_what_is_written_is_read_back(value: Everything) -> None:
    assert from_plain(Everything, to_plain(value)) == value


@given(EVERYTHING)
def test_what_is_written_without_its_defaults_is_read_back(value: Everything) -> None:
    assert from_plain(Everything, to_lean(value)) == value


def test_a_default_is_left_unsaid_and_a_kind_never() -> None:
    lean = to_lean(SAMPLE)

    assert "nothing" not in lean
    assert lean["shape"] == {"kind": "square", "side": 2}
    assert to_lean(Flagged(flag=True, one=True)) == {"one": True}


def test_a_shape_is_told_by_its_kind_and_not_by_luck() -> None:
    plain = to_plain(SAMPLE)

    assert plain["shape"] == {"kind": "square", "side": 2}
    assert from_plain(Everything, plain).shape == Square(side=2)


def test_a_set_is_written_in_an_order() -> None:
    bag = frozenset("zyxabc")

    assert to_plain(bag) == sorted(bag)


def test_a_key_from_tomorrow_is_left_alone_and_a_missing_one_takes_its_default() -> None:
    plain = to_plain(SAMPLE)
    for key in ("nothing", "row", "bag", "counts"):
        del plain[key]

    assert from_plain(Everything, {**plain, "planet": "Mars"}) == SAMPLE


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("word", 1),
        ("word", None),
        ("number", "1"),
        ("number", True),
        ("number", 1.0),
        ("flag", 1),
        ("day", "2026-02-30"),
        ("day", 20260314),
        ("moment", "yesterday"),
        ("colour", "green"),
        ("colour", ["red"]),
        ("name", 5),
        ("place", [1]),
        ("place", [1, "a", 2]),
        ("place", {"row": 1, "seat": "a"}),
        ("shape", {"kind": "round", "side": 2}),
        ("shape", {"kind": "oval", "side": 2}),
        ("shape", None),
        ("nothing", 1),
        ("row", 1),
        ("row", ["1"]),
        ("row", "12"),
        ("pair", [1]),
        ("bag", "abc"),
        ("bag", [1]),
        ("counts", []),
        ("counts", {"a": "1"}),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(key: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=r"Everything|not a valid|[Ii]nvalid|day is out of range"):
        from_plain(Everything, {**to_plain(SAMPLE), key: wrong})


def test_a_missing_key_without_a_default_is_named() -> None:
    plain = to_plain(SAMPLE)
    del plain["word"]

    with pytest.raises(ValueError, match="Everything: word is missing"):
        from_plain(Everything, plain)


@pytest.mark.parametrize("value", [1.5, b"x", object(), {1.5}])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)


def test_values_keep_their_own_rules_when_they_are_read() -> None:
    line = to_plain(Line(key=1, product=Product(sku="A", name="A", price=1, vat=0)))

    with pytest.raises(ValueError, match="1 to 100000 pieces"):
        from_plain(Line, {**line, "pieces": 0})


def test_a_basket_in_work_survives_the_night() -> None:
    basket = Basket(
        currency="PLN",
        lines=(
            Line(key=3, product=Product(sku="A", name="Ą", price=1, vat=0, gtin="4006381333931")),
            Line(key=4, product=Product(sku="B", name="B", price=999, vat=500), grams=350),
            Line(key=9, product=Product(sku="C", name="C", price=1, vat=0), pieces=3, price=0),
        ),
    )
    name = RewardName(1, "five-off")
    choices = Choices(claims=(Claim(name=name, times=2),), taken_off=frozenset({name}))
    at = Moment(
        local=datetime(2026, 3, 14, 15, 42),  # noqa: DTZ001
        offset_minutes=60,
        business_day=date(2026, 3, 14),
    )

    for shape, value in ((Basket, basket), (Choices, choices), (Moment, at)):
        assert from_plain(shape, to_plain(value)) == value
    history = History((Counted(PURCHASES, date(2026, 3, 1), 2),))
    standing = Standing(history=history)
    assert from_plain(Standing, to_plain(standing)) == standing


def test_the_order_of_a_set_does_not_hang_on_what_a_python_can_print() -> None:
    """A newer Unicode makes letters printable; ``repr`` wrote them otherwise before."""
    unassigned_in_2024, assigned = "\U0001f6d8", "\u9fff"

    assert to_plain(frozenset({unassigned_in_2024, assigned})) == [assigned, unassigned_in_2024]
    assert to_plain(frozenset({"~", unassigned_in_2024})) == [unassigned_in_2024, "~"]
