"""What members agree to: three purposes, each with its evidence, and the last word holds."""

from __future__ import annotations

import pytest

from terminal.loyalty import consent
from terminal.loyalty.consent import Consent, Purpose

YES = Consent(purpose=Purpose.MARKETING, given=True, text="1 pl", at_ms=1_776_672_000_000)


def test_evidence_is_read_back_as_it_was_written() -> None:
    stored = consent.evidence(YES)
    assert stored == (
        '{"at":1776672000000,"channel":"till","given":true,"operator":"","text":"1 pl"}'
    )
    assert consent.read_evidence(Purpose.MARKETING, stored) == YES


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"at":"x"}', "{", '{"at":true}'])
def test_what_is_no_evidence_is_no_consent_and_gives_way_to_any(text: str | None) -> None:
    assert consent.read_evidence(Purpose.OFFERS, text) is None
    assert consent.rank(text) < consent.rank(consent.evidence(YES))


def test_only_a_plain_yes_is_one() -> None:
    text = '{"at":1,"channel":"till","given":"yes","operator":"","text":"1 pl"}'
    found = consent.read_evidence(Purpose.PROFILING, text)
    assert found is not None
    assert not found.given


def test_each_purpose_has_a_field_of_its_own() -> None:
    assert consent.FIELDS == ("consent_marketing", "consent_profiling", "consent_offers")
    assert all(consent.is_evidence(one) for one in consent.FIELDS)
    assert not consent.is_evidence("name")
