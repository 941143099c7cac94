"""Bodies of facts: what is written is read back, and what was stored stays readable."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.bodies import (
    Body,
    CardMet,
    CardReplaced,
    ConsentGiven,
    ConsentWithdrawn,
    CountedOnce,
    DebtCorrected,
    HouseholdChanged,
    LotExpired,
    LotExtended,
    LotWarned,
    MemberEnrolled,
    RefundSettled,
    RightsReceived,
    RightsReturned,
    RightsWrittenOff,
    TierChanged,
    UnitsAdjusted,
    UnitsVested,
    Vesting,
    VestingCorrected,
    body_bytes,
    read_body,
)
from terminal.loyalty.facts import canonical
from terminal.loyalty.history import Counted
from terminal.loyalty.refund import Returned
from terminal.loyalty.statement import Grant
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, wallet_id

ANNAS = wallet_id(0xA)
POINTS = UnitId("points")
APRIL = date(2026, 4, 30)
MAY = date(2026, 5, 30)
HEX = "0123456789abcdef"

STORED: list[tuple[Body, str]] = [
    (
        MemberEnrolled(member="m", wallet=ANNAS, card="c"),
        f'{{"card":"c","member":"m","wallet":"{ANNAS}"}}',
    ),
    (
        CardMet(member="m", wallet=ANNAS, card="c"),
        f'{{"card":"c","member":"m","wallet":"{ANNAS}"}}',
    ),
    (
        CardReplaced(member="m", card="new", before="old"),
        '{"before":"old","card":"new","member":"m"}',
    ),
    (
        ConsentGiven(member="m", purpose="marketing", text="1 pl", channel="till"),
        '{"channel":"till","member":"m","purpose":"marketing","text":"1 pl"}',
    ),
    (
        ConsentWithdrawn(member="m", purpose="offers", text="1 pl", channel="till"),
        '{"channel":"till","member":"m","purpose":"offers","text":"1 pl"}',
    ),
    (HouseholdChanged(member="m", household="h"), '{"household":"h","member":"m"}'),
    (UnitsAdjusted(reason="goodwill", member="m"), '{"member":"m","reason":"goodwill"}'),
    (
        UnitsAdjusted(
            reason="enrolment", member="m", wallet=ANNAS, counts=(Counted("brought:1/a", APRIL, 5),)
        ),
        (
            '{"counts":[["brought:1/a","2026-04-30",5]],"member":"m","reason":"enrolment",'
            f'"wallet":"{ANNAS}"}}'
        ),
    ),
    (
        UnitsAdjusted(
            reason="enrolment",
            member="m",
            wallet=ANNAS,
            earned=(Vesting(account=Account(ANNAS, POINTS), n=5, vests=MAY),),
            newcomer="n",
        ),
        (
            f'{{"earned":[{{"account":["{ANNAS}","points"],"n":5,"vests":"2026-05-30"}}],'
            f'"member":"m","newcomer":"n","reason":"enrolment","wallet":"{ANNAS}"}}'
        ),
    ),
    (
        UnitsAdjusted(reason="goodwill", member="m", why="wait", undoes=f"{HEX}/7"),
        f'{{"member":"m","reason":"goodwill","undoes":"{HEX}/7","why":"wait"}}',
    ),
    (
        TierChanged(member="m", programme=1, before="", after="gold"),
        '{"after":"gold","before":"","member":"m","programme":1}',
    ),
    (RightsReceived(timeline=1, number=7), '{"number":7,"timeline":1}'),
    (RightsReturned(reason="recalled"), '{"reason":"recalled"}'),
    (
        LotWarned(wallet=ANNAS, unit=POINTS, day=APRIL, last_day=MAY, n=40, how="slip"),
        (
            f'{{"day":"2026-04-30","how":"slip","last_day":"2026-05-30","n":40,"unit":"points",'
            f'"wallet":"{ANNAS}"}}'
        ),
    ),
    (
        LotExtended(wallet=ANNAS, unit=POINTS, day=APRIL, until=MAY, reason="not_warned"),
        (
            f'{{"day":"2026-04-30","reason":"not_warned","unit":"points","until":"2026-05-30",'
            f'"wallet":"{ANNAS}"}}'
        ),
    ),
    (
        LotExpired(wallet=ANNAS, unit=POINTS, up_to=APRIL),
        f'{{"unit":"points","up_to":"2026-04-30","wallet":"{ANNAS}"}}',
    ),
    (
        UnitsVested(incarnation=HEX, seq=3, up_to=APRIL),
        f'{{"incarnation":"{HEX}","seq":3,"up_to":"2026-04-30"}}',
    ),
    (
        VestingCorrected(wallet=ANNAS, unit=POINTS),
        f'{{"unit":"points","wallet":"{ANNAS}"}}',
    ),
    (
        CountedOnce(incarnation=HEX, seq=3, first_incarnation=HEX, first_seq=2),
        f'{{"first_incarnation":"{HEX}","first_seq":2,"incarnation":"{HEX}","seq":3}}',
    ),
    (DebtCorrected(wallet=ANNAS, unit=POINTS), f'{{"unit":"points","wallet":"{ANNAS}"}}'),
    (
        RefundSettled(
            refund_incarnation=HEX, refund_seq=4, sale_incarnation=HEX, sale_seq=3, sale="s"
        ),
        (
            f'{{"given":[],"member":null,"refund_incarnation":"{HEX}","refund_seq":4,"sale":"s",'
            f'"sale_incarnation":"{HEX}","sale_seq":3,"taken":[],"twice":[]}}'
        ),
    ),
    (
        RefundSettled(
            refund_incarnation=HEX,
            refund_seq=4,
            sale_incarnation=HEX,
            sale_seq=3,
            sale="s",
            came=(Returned(line=1, pieces=2),),
            wallet=ANNAS,
            counts=(Counted("spent", APRIL, -5),),
        ),
        (
            '{"came":[[1,2]],"counts":[["spent","2026-04-30",-5]],"given":[],"member":null,'
            f'"refund_incarnation":"{HEX}","refund_seq":4,"sale":"s",'
            f'"sale_incarnation":"{HEX}","sale_seq":3,"taken":[],"twice":[],"wallet":"{ANNAS}"}}'
        ),
    ),
    (
        RightsWrittenOff(incarnation=HEX, reason="lost", rights=((ANNAS, POINTS, 40),)),
        f'{{"incarnation":"{HEX}","reason":"lost","rights":[["{ANNAS}","points",40]]}}',
    ),
]


@pytest.mark.parametrize(("body", "stored"), STORED, ids=lambda one: type(one).__name__)
def test_a_body_is_written_so_for_ever(body: Body, stored: str) -> None:
    assert body_bytes(body) == stored.encode()
    assert read_body(type(body), stored.encode()) == body


def test_every_kind_of_body_is_told_here() -> None:
    assert {type(body) for body, _ in STORED} == set(Body.__args__)


TEXT = st.text(max_size=20)
DAYS = st.dates()
WALLETS = st.integers(0, 2**128 - 1).map(wallet_id)
UNITS = TEXT.map(UnitId)
BODIES = st.one_of(
    st.builds(MemberEnrolled, member=TEXT, wallet=WALLETS, card=TEXT),
    st.builds(
        LotWarned, wallet=WALLETS, unit=UNITS, day=DAYS, last_day=DAYS, n=st.integers(), how=TEXT
    ),
    st.builds(LotExtended, wallet=WALLETS, unit=UNITS, day=DAYS, until=DAYS, reason=TEXT),
    st.builds(UnitsVested, incarnation=TEXT, seq=st.integers(), up_to=st.none() | DAYS),
    st.builds(
        RightsWrittenOff,
        incarnation=TEXT,
        reason=TEXT,
        rights=st.lists(st.tuples(WALLETS, UNITS, st.integers()), max_size=4).map(tuple),
    ),
)


@given(BODIES)
def test_what_is_written_is_read_back(body: Body) -> None:
    assert read_body(type(body), body_bytes(body)) == body


@pytest.mark.parametrize(("body", "stored"), STORED, ids=lambda one: type(one).__name__)
def test_keys_of_a_newer_program_are_passed_over(body: Body, stored: str) -> None:
    newer = canonical({**json.loads(stored), "of_tomorrow": {"x": 1}})

    assert read_body(type(body), newer) == body


def test_an_older_body_has_the_defaults_of_what_came_later() -> None:
    assert read_body(UnitsVested, b'{"incarnation":"a","seq":3}').up_to is None


@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b'{"timeline":"1","number":2}', b"\xff"])
def test_what_is_no_body_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_body(RightsReceived, stored)


@pytest.mark.parametrize("n", [0, -1, LARGEST_COUNT + 1])
def test_a_grant_is_of_some_units(n: int) -> None:
    with pytest.raises(ValueError, match="a grant of"):
        Grant(timeline=1, number=1, account=Account(ANNAS, POINTS), n=n)
