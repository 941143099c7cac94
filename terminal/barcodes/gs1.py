"""GS1's richer codes: element strings (GS1-128, DataMatrix, QR, DataBar) and Digital Link.

Only what a shop counter needs is read: the goods' number, batch, serial number, last day of use
and net weight. Fields beyond these are stepped over.

Sources: GS1 General Specifications, section 3 (application identifiers), section 7.8 (element
strings, fields of predefined length); GS1 Digital Link Standard: URI Syntax
(`https://…/01/<gtin>/10/<batch>?17=<day>`).
"""

import re
from dataclasses import field
from urllib.parse import unquote

from terminal.barcodes import gtin
from terminal.barcodes.reading import Gtin
from terminal.barcodes.rules import GROUP_SEPARATOR
from terminal.values import dataclass

GOODS = "01"
BATCH = "10"
EXPIRES = "17"
SERIAL = "21"
_NET_WEIGHT_KG = "310"

_VALUE_LENGTH_MAX = {GOODS: 14, BATCH: 20, EXPIRES: 6, SERIAL: 20}

# Digits of identifier and value together, by the first two digits of the identifier: no separator
# follows these (General Specifications 7.8.5). All others run up to the separator.
_PREDEFINED = {
    "00": 20,
    **dict.fromkeys(("01", "02", "03"), 16),
    "04": 18,
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
    "20": 4,
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10),
    "41": 16,
}

_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_WEIGHT = re.compile(r"310[0-5]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_DAY_LENGTH = 6


@dataclass(slots=True)
class _Marks:
    """The fields found so far; the first of each kind counts."""

    found: dict[str, str] = field(default_factory=dict)

    def note(self, identifier: str, value: str) -> None:
        length_max = _VALUE_LENGTH_MAX.get(identifier, _DAY_LENGTH)
        known = identifier in _VALUE_LENGTH_MAX or _WEIGHT.fullmatch(identifier)
        if known and 0 < len(value) <= length_max:
            self.found.setdefault(identifier, value)

    def reading(self) -> Gtin | None:
        number = self.found.get(GOODS, "")
        if not gtin.is_gtin(number):
            return None
        return Gtin(
            gtin.normal(number),
            batch=self.found.get(BATCH, ""),
            serial=self.found.get(SERIAL, ""),
            expires=_six_digits(self.found.get(EXPIRES, "")),
            net_weight_mg=self._net_weight_mg(),
        )

    def _net_weight_mg(self) -> int | None:
        for identifier, value in self.found.items():
            if identifier.startswith(_NET_WEIGHT_KG) and _six_digits(value):
                decimals = int(identifier[-1])
                return int(value) * int(10 ** (6 - decimals))
        return None


def read_elements(text: str, *, sure: bool, separators: tuple[str, ...] = ()) -> Gtin | None:
    """The goods that an element string names; None where it names none.

    `text` is `01…` with separators as the scanner sends it, or `(01)…` as people read it. `sure`:
    the scanner said that it is a GS1 code, so that the goods' number may stand behind other
    fields. `separators` are what the scanner may send for the separator.
    """
    if text.startswith("("):
        return _read_bracketed(text)
    for separator in separators:
        text = text.replace(separator, GROUP_SEPARATOR)
    # Some scanners send the FNC1 that begins every GS1 code as a separator.
    sure = sure or text.startswith(GROUP_SEPARATOR)
    text = text.lstrip(GROUP_SEPARATOR)
    if not sure and not text.startswith(GOODS):
        return None
    marks = _Marks()
    while text:
        length = _PREDEFINED.get(text[:2])
        if length is None:
            element, _, text = text.partition(GROUP_SEPARATOR)
        else:
            element, text = text[:length], text[length:].lstrip(GROUP_SEPARATOR)
        width = 4 if element.startswith(_NET_WEIGHT_KG) else 2
        marks.note(element[:width], element[width:])
    return marks.reading()


def read_digital_link(address: str) -> Gtin | None:
    """The goods that a web address names by GS1 Digital Link; None where it names none."""
    if not is_address(address):
        return None
    path, _, query = address.partition("://")[2].partition("#")[0].partition("?")
    steps = [unquote(step) for step in path.split("/")[1:]]
    marks = _Marks()
    for place, step in enumerate(steps[:-1]):
        if step == GOODS and gtin.is_gtin(steps[place + 1]):
            for identifier, value in zip(steps[place::2], steps[place + 1 :: 2], strict=False):
                marks.note(identifier, value)
            break
    for parameter in re.split("[&;]", query):
        identifier, _, value = parameter.partition("=")
        if identifier != GOODS:
            marks.note(identifier, unquote(value))
    return marks.reading()


def is_address(text: str) -> bool:
    """Whether the text is a web address."""
    return _ADDRESS.match(text) is not None


def _read_bracketed(text: str) -> Gtin | None:
    marks = _Marks()
    for identifier, value in _BRACKETED.findall(text):
        marks.note(identifier, value.strip())
    return marks.reading()


def _six_digits(value: str) -> str:
    return value if len(value) == _DAY_LENGTH and gtin.is_digits(value) else ""
