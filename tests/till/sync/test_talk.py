"""What till and courier say to each other comes over whole, and nonsense is passed over."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.line_port import Contact, LineTrouble, Question
from terminal.till.sync.talk import (
    Ask,
    Recorded,
    Renewed,
    Said,
    Stands,
    Told,
    read_line,
    write_line,
)

whole = st.integers(min_value=-(2**60), max_value=2**60)
accounts = st.builds(
    Account, st.text(max_size=32).map(WalletId), st.text(min_size=1, max_size=64).map(UnitId)
)
questions = st.builds(
    Question,
    wants=st.lists(
        st.tuples(accounts, st.integers(min_value=1, max_value=LARGEST_COUNT)), max_size=3
    ).map(tuple),
    card=st.text(max_size=64),
    member=st.text(max_size=32),
    phone=st.text(max_size=32),
)
contacts = st.builds(
    Contact,
    trouble=st.sampled_from(LineTrouble),
    waiting=whole,
    last_ms=st.none() | whole,
    clock_ahead_ms=whole,
    parked=whole,
)
words = st.one_of(
    st.builds(Ask, whole, questions),
    st.just(Recorded()),
    st.builds(Told, whole, st.booleans()),
    st.builds(Stands, contacts),
    st.just(Renewed()),
)


@given(words)
def test_everything_said_is_heard_as_it_was_said(said: Said) -> None:
    line = write_line(said)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_line(line) == said


@given(st.binary(max_size=200))
def test_noise_is_passed_over(noise: bytes) -> None:
    read_line(noise)


json_values = st.recursive(
    st.none() | st.booleans() | whole | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
keys = st.sampled_from(["ask", "wants", "card", "member", "told", "contact", "last_ms", "waiting"])


@given(st.dictionaries(keys, json_values))
def test_half_sentences_are_passed_over(plain: dict[str, object]) -> None:
    read_line(json.dumps(plain).encode())


@pytest.mark.parametrize("n", [0, -1, LARGEST_COUNT + 1, "5", 1.5, True])
def test_a_want_is_a_number_of_units(n: object) -> None:
    plain = {"ask": 1, "wants": [["w", "points", n]], "card": "", "member": ""}

    assert read_line(json.dumps(plain).encode()) is None
