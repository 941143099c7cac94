"""What counts of a sale is the same, whether all of its body is read or only a glance is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.counting import counts_of_fact, counts_of_plain
from terminal.loyalty.facts import Fact, FactKind, UnreadableFact, canonical, decode, encode
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.sale import sale_body, sale_record
from terminal.loyalty.wallet import Account, UnitId, wallet_id
from terminal.wire.glance import fact_glance, sale_glance
from tests.loyalty.chance_offers import AT, VISITS, Visit
from tests.loyalty.selling import settled

SALE = FactKind.SALE_RECORDED.value
GOLDEN = Path(__file__).parent / "golden/sale_body.json"


@settings(max_examples=60)
@given(VISITS)
def test_whatever_is_sold_a_glance_counts_the_same(visit: Visit) -> None:
    sold = visit.judged()
    if sum(n for _, n in visit.chosen.paid_with) > sold.total:
        return  # nobody pays more than that
    sale = settled(sold, visit.basket, visit.to, visit.chosen, AT)
    body = sale_body(sale_record(sale))

    seen = sale_glance(body)

    assert seen is not None
    assert counts_of_plain(SALE, seen) == counts_of_fact(SALE, body)


def test_what_older_programs_wrote_is_seen_too() -> None:
    body = GOLDEN.read_bytes().strip()

    seen = sale_glance(body)

    assert seen is not None
    counted = counts_of_plain(SALE, seen)
    assert counted is not None
    assert counted == counts_of_fact(SALE, body)


def test_what_only_people_read_is_passed_over() -> None:
    seen = sale_glance(GOLDEN.read_bytes().strip())

    assert seen is not None
    assert "currency" not in seen
    assert all(
        set(line) <= {"key", "gross", "vat", "discount", "earning"} for line in seen["lines"]
    )


@pytest.mark.parametrize(
    ("place", "strange"),
    [
        (("lines",), {}),
        (("at", "business_day"), 14),
        (("prices_include_tax",), 1),
        (("lines", 0, "gross"), "12"),
        (("lines", 0, "gross"), 12.5),
        (("lines", 0, "gross"), True),
    ],
)
def test_what_no_till_writes_is_left_to_who_reads_all(place: tuple[Any, ...], strange: Any) -> None:
    plain = json.loads(GOLDEN.read_bytes())
    inner = plain
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = strange

    assert sale_glance(canonical(plain)) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"\xff"', b"[" * 100_000])
def test_what_is_no_body_is_none(body: bytes) -> None:
    assert sale_glance(body) is None


# --- envelopes -----------------------------------------------------------------------------------

FACT = Fact(
    incarnation="0123456789abcdef",
    seq=7,
    before="f" * 64,
    kind=SALE,
    wall_ms=1_790_000_000_000,
    offset_minutes=120,
    clock="trusted",
    business_day=date(2026, 3, 14),
    entries=(
        Entry(Account(wallet_id(1), UnitId("points")), EntryKind.EARN, 5, date(2026, 12, 31)),
    ),
    body=b'{"id":"1"}',
    operator="anna",
)
ENVELOPE = json.loads(encode(FACT).partition(b"\n")[0])
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(), max_size=5),
    st.sampled_from(["2026-03-14", "20260314", "earn", 10**12, 10**12 + 1, 0, "\ud800", "\x00"]),
    st.lists(st.integers(), max_size=2),
)


def read(how: Callable[[bytes], Fact], stored: bytes) -> Fact | str:
    try:
        return how(stored)
    except UnreadableFact as error:
        return str(error)


@given(st.dictionaries(st.sampled_from([*ENVELOPE, "more"]), STRANGE, max_size=2))
def test_an_envelope_is_read_as_by_the_law(strange: dict[str, Any]) -> None:
    head = json.dumps(ENVELOPE | strange).encode()
    for stored in (head, head + b"\n{}", b" " + head + b" \n", head + b"}\n"):
        assert read(fact_glance, stored) == read(decode, stored)


@given(
    st.integers(0, 4),
    st.one_of(STRANGE, st.sampled_from([one.value for one in EntryKind])),
    st.integers(0, 2),
)
def test_entries_are_read_as_by_the_law(place: int, strange: Any, more: int) -> None:
    row = [*ENVELOPE["entries"][0], *range(more)]
    row[place] = strange
    stored = json.dumps(ENVELOPE | {"entries": [row]}).encode() + b"\n{}"
    assert read(fact_glance, stored) == read(decode, stored)


def test_bytes_that_are_no_text_are_left_to_the_law() -> None:
    for odd in (b"\xff", b'"\xff"', b'{"more":"\xff"}', b"\xed\xa0\x80", b""):
        for stored in (odd + b"\n{}", encode(FACT).replace(b"anna", odd)):
            assert read(fact_glance, stored) == read(decode, stored)
