"""Do the sums of a sale add up: lines, shares, VAT, total, rounding, tenders?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale
from terminal.loyalty.engine.evaluation import Applied
from terminal.loyalty.money import CASH_ROUNDING, round_cash, tax_upon, tax_within
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.tender import TenderKind


def check_sums(sale: RecordedSale) -> Iterator[Finding]:
    """Everything that plain adding up shows."""
    yield from _lines(sale)
    yield from _shares(sale)
    yield from _vat(sale.record)
    yield from _totals(sale.record)
    yield from _rounding(sale.record)
    yield from _tenders(sale.record)


def _lines(sale: RecordedSale) -> Iterator[Finding]:
    off: Counter[int] = Counter()
    for one in sale.record.applied:
        for share in one.shares:
            off[share.line] += share.amount
    for line, sold in zip(sale.basket.lines, sale.record.lines, strict=True):
        if sold.gross != line.amount:
            yield Finding(
                kind=FindingKind.LINES,
                line=sold.key,
                expected=line.amount,
                found=sold.gross,
                cost=max(0, line.amount - sold.gross),
            )
        explained = off[sold.key]
        if sold.discount != explained or not 0 <= sold.discount <= sold.gross:
            yield Finding(
                kind=FindingKind.LINES,
                line=sold.key,
                expected=explained,
                found=sold.discount,
                cost=max(0, sold.discount - explained),
                text="discount",
            )


def _shares(sale: RecordedSale) -> Iterator[Finding]:
    keys = {line.key for line in sale.basket.lines}
    for one in sale.record.applied:
        whole = sum(share.amount for share in one.shares)
        nothing = _takes_nothing_off(sale, one)
        if whole != one.discount or (whole > 0) == nothing or _broken(one, keys):
            yield Finding(
                kind=FindingKind.SHARES,
                programme=one.name.programme,
                rule=one.name.reward,
                expected=one.discount,
                found=whole,
                cost=max(0, whole - one.discount),
            )


def _takes_nothing_off(sale: RecordedSale, one: Applied) -> bool:
    """Whether it is a gift: it has neither shares nor a discount."""
    terms = sale.terms(one.name, one.revision)
    gift = terms is not None and sale.reward(one.name, one.revision) is None
    return gift and not one.shares


def _broken(one: Applied, keys: set[int]) -> bool:
    lines = [share.line for share in one.shares]
    return (
        len(set(lines)) != len(lines)
        or not keys.issuperset(lines)
        or any(share.amount < 0 or share.pieces < 0 for share in one.shares)
    )


def _vat(record: SaleRecord) -> Iterator[Finding]:
    told = {one.rate: one for one in record.vat}
    rates = sorted({line.vat for line in record.lines})
    if [one.rate for one in record.vat] != rates:
        yield Finding(kind=FindingKind.VAT, text="rates")
    for rate in rates:
        one = told.get(rate)
        if one is None:
            continue
        lines = [line for line in record.lines if line.vat == rate]
        gross, discount = sum(line.gross for line in lines), sum(line.discount for line in lines)
        net = gross - discount
        inside = record.prices_include_tax
        tax = tax_within(net, rate) if inside else tax_upon(net, rate)
        expected = (gross, discount, net - tax if inside else net, tax)
        if (one.gross, one.discount, one.taxable, one.tax) != expected:
            yield Finding(
                kind=FindingKind.VAT,
                line=rate,
                expected=tax,
                found=one.tax,
                text="tax" if one.tax != tax else "amounts",
            )


def _totals(record: SaleRecord) -> Iterator[Finding]:
    gross = sum(line.gross for line in record.lines)
    discount = sum(line.discount for line in record.lines)
    total = sum(one.taxable + one.tax for one in record.vat)
    for name, expected, found in (
        ("gross", gross, record.gross),
        ("discount", discount, record.discount),
        ("total", total, record.total),
    ):
        if expected != found:
            yield Finding(
                kind=FindingKind.TOTAL,
                expected=expected,
                found=found,
                text=name,
                cost=max(0, expected - found) if name == "total" else 0,
            )


def _rounding(record: SaleRecord) -> Iterator[Finding]:
    """Nobody tells the country, so any step that the currency has anywhere is good."""
    cash = record.total - sum(
        one.amount for one in record.tenders if one.kind is not TenderKind.CASH
    )
    steps = {
        rule.step
        for rule in CASH_ROUNDING
        if rule.currency == record.currency and rule.since <= record.at.local.date()
    }
    allowed = {0} | {round_cash(cash, step) - cash for step in steps}
    if record.rounding not in allowed:
        yield Finding(
            kind=FindingKind.ROUNDING,
            found=record.rounding,
            cost=max(0, -record.rounding),
        )


def _tenders(record: SaleRecord) -> Iterator[Finding]:
    handed = sum(one.amount for one in record.tenders)
    cash = sum(one.amount for one in record.tenders if one.kind is TenderKind.CASH)
    # Change is given out of cash alone, and nothing is handed over twice or below zero.
    odd = not 0 <= record.change <= cash or any(one.amount < 0 for one in record.tenders)
    if odd or handed - record.change != record.due:
        yield Finding(
            kind=FindingKind.TENDERS,
            expected=record.due,
            found=handed - record.change,
            cost=max(0, record.due - handed + record.change),
        )
