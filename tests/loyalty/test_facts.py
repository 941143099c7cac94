"""Facts: frozen bytes. The golden ones below were written on the first day and never change."""

import json
from dataclasses import fields, replace
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.facts import (
    FIRST_HASH,
    ClockQuality,
    Fact,
    FactKind,
    UnreadableFact,
    canonical,
    decode,
    encode,
    fact_hash,
)
from terminal.loyalty.ledger import DATED, Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId

ANNA = Account(WalletId("0123456789abcdef0123456789abcdef"), UnitId("points"))
PLAIN = Fact(
    incarnation="00000000000000a1",
    seq=1,
    before=FIRST_HASH,
    kind=FactKind.CARD_REPLACED,
    wall_ms=1773500000000,
    offset_minutes=60,
    clock=ClockQuality.TRUSTED,
    business_day=date(2026, 3, 14),
    entries=(),
    body=b"{}",
)
FULL = replace(
    PLAIN,
    seq=2,
    before="ab" * 32,
    kind=FactKind.SALE_RECORDED,
    clock=ClockQuality.SUSPECT,
    offset_minutes=-210,
    entries=(
        # The kinds of the first day; those added later need a golden fact of their own.
        *(
            Entry(ANNA, kind, n, date(2027, 3, 31) if kind in DATED else None)
            for n, kind in enumerate(islice(EntryKind, 12), start=1)
        ),
        Entry(ANNA, EntryKind.EARN, 10**12, None),
    ),
    body='{"łódź":"їжак"}'.encode(),
    operator="op-7",
    shift="shift-3",
    approver="op-1",
    hardware_counter=99,
)
UNKNOWN = replace(PLAIN, kind="PlanetDiscovered", body=b"\x00\xff no JSON at all\n\n{")

GOLDEN = {
    "plain": (
        PLAIN,
        (
            b'{"approver":null,"before":"0000000000000000000000000000000000000000000000000000000000000000",'
            b'"business_day":"2026-03-14","clock":"trusted","entries":[],'
            b'"hardware_counter":null,"incarnation":"00000000000000a1",'
            b'"kind":"CardReplaced",'
            b'"offset_minutes":60,"operator":null,"seq":1,"shift":null,"v":1,"wall_ms":1773500000000}\n{}'
        ),
    ),
    "full": (
        FULL,
        (
            b'{"approver":"op-1",'
            b'"before":"abababababababababababababababababababababababababababababababab",'
            b'"business_day":"2026-03-14","clock":"suspect",'
            b'"entries":[["0123456789abcdef0123456789abcdef","points","earn",1,"2027-03-31"],'
            b'["0123456789abcdef0123456789abcdef","points","earn_pending",2,"2027-03-31"],'
            b'["0123456789abcdef0123456789abcdef","points","vest",3,null],'
            b'["0123456789abcdef0123456789abcdef","points","unearn",4,"2027-03-31"],'
            b'["0123456789abcdef0123456789abcdef","points","spend",5,null],'
            b'["0123456789abcdef0123456789abcdef","points","unspend",6,null],'
            b'["0123456789abcdef0123456789abcdef","points","expire",7,"2027-03-31"],'
            b'["0123456789abcdef0123456789abcdef","points","unexpire",8,"2027-03-31"],'
            b'["0123456789abcdef0123456789abcdef","points","owe",9,null],'
            b'["0123456789abcdef0123456789abcdef","points","repay",10,null],'
            b'["0123456789abcdef0123456789abcdef","points","receive",11,null],'
            b'["0123456789abcdef0123456789abcdef","points","release",12,null],'
            b'["0123456789abcdef0123456789abcdef","points","earn",1000000000000,null]],'
            b'"hardware_counter":99,"incarnation":"00000000000000a1","kind":"SaleRecorded",'
            b'"offset_minutes":-210,"operator":"op-7","seq":2,"shift":"shift-3",'
            b'"v":1,"wall_ms":1773500000000}\n{"\xc5\x82\xc3\xb3d\xc5\xba":"\xd1\x97\xd0\xb6\xd0\xb0\xd0\xba"}'
        ),
    ),
    "unknown": (
        UNKNOWN,
        (
            b'{"approver":null,"before":"0000000000000000000000000000000000000000000000000000000000000000",'
            b'"business_day":"2026-03-14","clock":"trusted","entries":[],'
            b'"hardware_counter":null,"incarnation":"00000000000000a1",'
            b'"kind":"PlanetDiscovered",'
            b'"offset_minutes":60,"operator":null,"seq":1,"shift":null,"v":1,"wall_ms":1773500000000}\n\x00\xff no JSON at all\n\n{'
        ),
    ),
}
GOLDEN_HASHES = {
    "plain": "bda6035e0a78edb459e8ba7fe6d5b30d26a4aed7afb8e4318a1c189db1e7ced6",
    "full": "3f1664679130859fc33026afaed18c4b60292fef4f5408217b114f7a779d6e3c",
    "unknown": "926a08dc0fe5afd7a1e12cbc2134b078200d2e389a0855b7f59e17945bf308e7",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_bytes_of_a_fact_are_frozen(name: str) -> None:
    fact, stored = GOLDEN[name]

    assert encode(fact) == stored
    assert decode(stored) == fact
    assert fact_hash(stored) == GOLDEN_HASHES[name]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DAYS = st.dates(date(2000, 1, 1), date.max)
ACCOUNTS = st.builds(Account, WORDS.map(WalletId), WORDS.map(UnitId))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(EntryKind))
    day = draw(st.none() | DAYS) if kind in DATED else None
    return Entry(draw(ACCOUNTS), kind, draw(st.integers(1, 10**12)), day)


FACTS = st.builds(
    Fact,
    incarnation=WORDS,
    seq=st.integers(1, 2**63),
    before=WORDS,
    kind=st.sampled_from(FactKind) | WORDS,
    wall_ms=st.integers(-(2**40), 2**45),
    offset_minutes=st.integers(-14 * 60, 14 * 60),
    clock=st.sampled_from(ClockQuality) | WORDS,
    business_day=DAYS,
    entries=st.lists(entries(), max_size=5).map(tuple),
    body=st.binary(max_size=50),
    operator=st.none() | WORDS,
    shift=st.none() | WORDS,
    approver=st.none() | WORDS,
    hardware_counter=st.none() | st.integers(0, 2**64),
)


@given(FACTS)
def test_a_fact_is_read_back_as_it_was_written(fact: Fact) -> None:
    stored = encode(fact)

    assert decode(stored) == fact
    assert encode(decode(stored)) == stored


@given(FACTS, st.data())
def test_any_other_byte_is_another_hash_and_breaks_the_chain(
    fact: Fact, data: st.DataObject
) -> None:
    stored = bytearray(encode(fact))
    following = encode(replace(PLAIN, seq=2, before=fact_hash(bytes(stored))))

    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))

    assert decode(following).before != fact_hash(bytes(stored))


@given(FACTS, st.data())
def test_damaged_bytes_are_unreadable_and_nothing_worse(fact: Fact, data: st.DataObject) -> None:
    stored = bytearray(encode(fact))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(stored) - 1))
        stored[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(stored)))

    for damaged in (bytes(stored), bytes(stored[:cut])):
        try:
            decode(damaged)
        except UnreadableFact:
            continue


def envelope(**changes: object) -> bytes:
    head = json.loads(GOLDEN["full"][1].partition(b"\n")[0])
    return canonical({**head, **changes}) + b"\n{}"


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\n",
        b"{}",
        b"{}\n{}",
        b"[]\n{}",
        b"null\n",
        b"\xff\xfe\n{}",
        b"[" * 100_000 + b"\n{}",
        PLAIN.body,
        envelope(v=2),
        envelope(v=None),
        envelope(v=True),
        envelope(seq="1"),
        envelope(seq=True),
        envelope(seq=1.5),
        envelope(kind=None),
        envelope(business_day=20260314),
        envelope(business_day="2026-02-30"),
        envelope(operator=7),
        envelope(shift=["x"]),
        envelope(approver=False),
        envelope(hardware_counter="1"),
        envelope(entries=None),
        envelope(entries=[[]]),
        envelope(entries=[["w", "points", "earn", 0, None]]),
        envelope(entries=[["w", "points", "earn", 10**12 + 1, None]]),
        envelope(entries=[["w", "points", "earn", 1.0, None]]),
        envelope(entries=[["w", "points", "conjure", 1, None]]),
        envelope(entries=[["w", "points", "spend", 1, "2026-03-14"]]),
        envelope(entries=[["w", 1, "spend", 1, None]]),
        envelope(entries=[["w", "points", "earn", 1, 5]]),
        envelope(entries=["wpe1x"]),
    ],
    ids=lambda stored: stored[-60:].decode(errors="replace"),
)
def test_what_is_no_fact_is_kept_and_not_applied(stored: bytes) -> None:
    with pytest.raises(UnreadableFact):
        decode(stored)


@pytest.mark.parametrize(
    "entry",
    [
        Entry(ANNA, EntryKind.EARN, 0),
        Entry(ANNA, EntryKind.EARN, -1),
        Entry(ANNA, EntryKind.EARN, 10**12 + 1),
        Entry(ANNA, EntryKind.SPEND, 1, date(2026, 3, 14)),
    ],
)
def test_an_entry_that_no_fact_may_carry_is_not_written(entry: Entry) -> None:
    with pytest.raises(ValueError, match="entr"):
        encode(replace(PLAIN, entries=(entry,)))


def test_a_fact_from_tomorrow_is_kept_byte_for_byte() -> None:
    stored = GOLDEN["unknown"][1]

    assert decode(stored).kind == "PlanetDiscovered"
    assert decode(stored).body == UNKNOWN.body
    assert encode(decode(stored)) == stored


def test_a_key_from_tomorrow_is_left_alone() -> None:
    assert decode(envelope(planet="Mars")) == replace(FULL, body=b"{}")


def test_the_envelope_has_no_place_for_a_person() -> None:
    assert [one.name for one in fields(Fact)] == [
        "incarnation",
        "seq",
        "before",
        "kind",
        "wall_ms",
        "offset_minutes",
        "clock",
        "business_day",
        "entries",
        "body",
        "operator",
        "shift",
        "approver",
        "hardware_counter",
    ]
    assert set(json.loads(GOLDEN["full"][1].partition(b"\n")[0])) == {
        "v",
        *(one.name for one in fields(Fact) if one.name != "body"),
    }


def test_half_a_surrogate_pair_does_not_stop_a_sale() -> None:
    written = canonical({"name": "Caf\ud83d e \udc80", "\udfff": "\U0001f600"})

    assert json.loads(written) == {"name": "Caf\ufffd e \ufffd", "\ufffd": "\U0001f600"}


def test_bytes_are_the_same_on_every_python() -> None:
    assert canonical({"b": '\x7f\u2028\u0085/"\\', "a": [1, None, True, "\x00\n"]}) == (
        b'{"a":[1,null,true,"\\u0000\\n"],"b":"\x7f\xe2\x80\xa8\xc2\x85/\\"\\\\"}'
    )
