"""The code on a slip leads to its sale, for as long as somebody keeps the slip."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes import gtin
from terminal.barcodes.slip_code import LENGTH, PREFIX, sale_of, slip_code

SALES = st.builds(
    lambda bits: UUID(int=bits & ~(0xF << 76) & ~(0b11 << 62) | (7 << 76) | (0b10 << 62)),
    st.integers(0, 2**128 - 1),
)


@pytest.mark.parametrize(
    ("sale", "code"),
    [
        ("00000000-0000-7000-8000-000000000000", "9700000000000000000000000000000000000006"),
        ("ffffffff-ffff-7fff-bfff-ffffffffffff", "9753169119831396634916152282411213783039"),
        ("0199c0de-0000-7abc-8123-456789abcdef", "9700332431441630864821744347401418050399"),
    ],
)
def test_slips_printed_long_ago_stay_good(sale: str, code: str) -> None:
    """Frozen: a change here makes the slips in people's drawers worthless."""
    assert slip_code(UUID(sale)) == code
    assert sale_of(code) == UUID(sale)


@given(SALES)
def test_every_sale_has_a_code_of_forty_digits_that_leads_back(sale: UUID) -> None:
    code = slip_code(sale)
    assert len(code) == LENGTH
    assert gtin.has_check_digit(code)
    assert sale_of(code) == sale


def test_only_our_kind_of_id_has_a_code() -> None:
    with pytest.raises(ValueError, match="version 7"):
        slip_code(uuid4())


def test_digits_that_hold_too_large_a_number_are_no_slip() -> None:
    body = PREFIX + "9" * 37
    assert sale_of(body + gtin.check_digit(body)) is None


@given(st.text())
def test_no_text_makes_trouble(text: str) -> None:
    sale_of(text)
