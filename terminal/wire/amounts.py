"""Amounts and rates as people write them in files: ``"12.40"`` beside 1240, ``"23%"`` beside 2300."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

MONEY = frozenset(
    (
        "price price_from price_to amount at_most for_each spend minimum"
        " total discount paid_back change rounding lines applied tax causes"
    ).split()
)
"""Keys whose numbers are money; those of ``BY_NAME`` are told name by name in ``expect``."""
BY_NAME = ("lines", "applied", "tax", "causes")
RATES = frozenset({"vat", "basis_points"})
NO_DIGITS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DIGITS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
"""Currencies whose minor unit is not a hundredth (ISO 4217, list one)."""
LEAST_RATE = 100
"""Basis points: a tax below one percent is told as a text, because who writes 23 means 23 %."""

_THREE_LETTERS = re.compile(r"[A-Za-z]{3}")
_DECIMAL = re.compile(r"-?\d+(?:[.,]\d+)?")
_PERCENT = re.compile(r"\d+(?:[.,]\d{1,2})?\s?%")


class BadAmount(ValueError):
    """What means no amount of its currency, or no rate that anybody meant."""


def minor_digits(currency: object) -> int:
    """How many decimals a currency's minor unit stands for (ISO 4217).

    Raises:
        BadAmount: three letters that are no currency, or are not written as one: ``jpy`` would be
            taken for one with cents, and each price for a hundred times as much.
    """
    if not isinstance(currency, str) or not _THREE_LETTERS.fullmatch(currency):
        return 2  # whoever reads the rest says what is wrong
    known = _currencies()
    if currency not in known:
        upper = currency.upper()
        meant = f"; did you mean {upper!r}?" if upper in known else ""
        raise BadAmount(f"currency: {currency!r} is no currency{meant}")
    if currency in NO_DIGITS:
        return 0
    return 3 if currency in THREE_DIGITS else 2


@cache
def _currencies() -> frozenset[str]:
    """All that are or were, as Babel knows them, which is loaded only where files are read."""
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


def in_minor_units(content: Any, digits: int, path: str = "") -> Any:
    """The same with every text that means money or a rate as the whole number that is meant.

    ``path`` is where the content stands in its file.

    Raises:
        BadAmount: an amount has more decimals than its currency, or a tax is a number below one
            percent, as if ``23`` meant 23 %; the message begins with the place.
    """
    return _whole(content, digits, "", path)


def _whole(content: Any, digits: int, key: str, path: str) -> Any:
    if isinstance(content, dict):
        inside = key in BY_NAME
        return {
            name: _whole(
                value, digits, key if inside else name, f"{path}.{name}" if path else str(name)
            )
            for name, value in content.items()
        }
    if isinstance(content, list):
        inside = key in BY_NAME
        return [
            _whole(one, digits, "" if inside else key, f"{path}[{place}]")
            for place, one in enumerate(content)
        ]
    if key == "vat" and type(content) is int and 0 < content < LEAST_RATE:
        raise BadAmount(
            f'{path}: {content} basis points are 0.{content:02} %; write "{content}%"'
            f' or {content * 100} if {content} % is meant, else "0.{content:02}%"'
        )
    if not isinstance(content, str):
        return content
    if key in MONEY and _DECIMAL.fullmatch(content):
        return _exactly(content.replace(",", "."), digits, path)
    if key in RATES and _PERCENT.fullmatch(content):
        return _exactly(content.rstrip("% ").replace(",", "."), 2, path)
    return content


def _exactly(text: str, digits: int, path: str) -> int:
    amount = Decimal(text).scaleb(digits)
    if amount != int(amount):
        raise BadAmount(f"{path}: {text}: more than {digits} decimals")
    return int(amount)


def with_written_amounts(schema: Any) -> Any:
    """A JSON Schema in which money and rates may be texts as well."""
    if isinstance(schema, list):
        return [with_written_amounts(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: with_written_amounts(value) for key, value in schema.items()}
    for key, shape in told.get("properties", {}).items() if "properties" in schema else ():
        pattern = _DECIMAL if key in MONEY else _PERCENT if key in RATES else None
        if pattern is not None:
            told["properties"][key] = _or_text(shape, pattern.pattern)
    return told


def _or_text(shape: dict[str, Any], pattern: str) -> dict[str, Any]:
    """A whole number, or a text that means one; maps and alternatives are gone into."""
    text = {"type": "string", "pattern": f"^({pattern})$"}
    if shape.get("type") == "integer":
        told = ("default", "title", "description")
        rest: dict[str, Any] = {key: shape[key] for key in told if key in shape}
        number = {key: value for key, value in shape.items() if key not in rest}
        return {"anyOf": [number, text], **rest}
    if "anyOf" in shape:
        return {**shape, "anyOf": [_or_text(one, pattern) for one in shape["anyOf"]]}
    if isinstance(shape.get("additionalProperties"), dict):
        inner = _or_text(shape["additionalProperties"], pattern)
        return {**shape, "additionalProperties": inner}
    return shape
