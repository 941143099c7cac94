"""Bursts are told from fingers at every rhythm."""

from hypothesis import given
from hypothesis import strategies as st

from terminal.till.devices.wedge import Wedge

CODES = st.text("0123456789ABCXYZ-\x1d", min_size=6, max_size=60)
FINGERS = st.integers(56, 2_000)


def typed(wedge: Wedge, text: str, gaps: list[int], at: int) -> int:
    for sign, gap in zip(text, gaps, strict=True):
        at += gap
        assert wedge.rest(at) is None
        assert not wedge.key(sign, at)
    return at


@given(CODES, st.integers(0, 35))
def test_a_burst_is_given_back_whole(code: str, gap: int) -> None:
    wedge = Wedge()
    sure = [wedge.key(sign, 1_000 + gap * count) for count, sign in enumerate(code)]
    assert sure == [False] * 5 + [True] * (len(code) - 5)
    assert wedge.stop() == code
    assert wedge.length == 0


@given(st.data(), st.text("0123456789abc*", max_size=30))
def test_fingers_are_never_a_burst(draw: st.DataObject, text: str) -> None:
    wedge = Wedge()
    gaps = draw.draw(st.lists(FINGERS, min_size=len(text), max_size=len(text)))
    typed(wedge, text, gaps, 1_000)
    assert wedge.stop() is None


@given(st.data(), st.text("0123456789", max_size=8), CODES)
def test_a_burst_after_typing_holds_nothing_that_was_typed(
    draw: st.DataObject, before: str, code: str
) -> None:
    wedge = Wedge()
    gaps = draw.draw(st.lists(FINGERS, min_size=len(before), max_size=len(before)))
    at = typed(wedge, before, gaps, 1_000) + draw.draw(st.integers(51, 500))
    for sign in code:
        wedge.rest(at)
        wedge.key(sign, at)
        at += draw.draw(st.integers(0, 30))
    assert wedge.stop() == code


@given(CODES)
def test_a_burst_without_enter_ends_in_silence(code: str) -> None:
    wedge, at = Wedge(), 1_000
    for sign in code:
        at += 5
        wedge.key(sign, at)
    assert wedge.rest(at + 80) is None
    assert wedge.rest(at + 81) == code
    assert wedge.rest(at + 500) is None


def test_fewer_than_six_keys_are_never_a_burst() -> None:
    wedge = Wedge()
    for at, sign in enumerate("12345"):
        assert not wedge.key(sign, 1_000 + at)
    assert wedge.stop() is None


def test_a_key_held_down_is_a_person() -> None:
    wedge = Wedge()
    for count in range(30):
        assert not wedge.key("1", 1_000 + 30 * count, repeated=count > 0)
    assert wedge.stop() is None


def test_equal_digits_of_a_scanner_are_not_a_key_held_down() -> None:
    wedge = Wedge()
    for count in range(8):
        wedge.key("0", 1_000 + 4 * count, repeated=count > 0)
    assert wedge.stop() == "00000000"


def test_two_bursts_with_silence_between_are_two() -> None:
    wedge = Wedge()
    for at, sign in enumerate("123456"):
        wedge.key(sign, 1_000 + at)
    assert wedge.rest(1_200) == "123456"
    for at, sign in enumerate("654321"):
        wedge.key(sign, 1_200 + at)
    assert wedge.stop() == "654321"


def test_a_clock_that_goes_back_begins_a_run() -> None:
    wedge = Wedge()
    wedge.key("1", 1_000)
    wedge.key("2", 10)
    assert wedge.length == 1
