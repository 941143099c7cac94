"""Labels of shop scales: an in-store number that tells which goods, and how much or for how much.

What stands where is national and even the shop's own affair (GS1 General Specifications, 2.1.11
and 2.1.12: restricted circulation numbers 02, 20 to 29), so a shop says it as a pattern:

    23IIIIIWWWWWK kg 3      23, five digits of the goods, grams in five digits, check digit
    23IIIIIMMMMMK price 2   the same with money, in hundredths
    20IIIICMMMMMK price 2   the money has a check digit of its own before it

Digits are the prefix that tells these labels from other codes, `I` the number of the goods, `W`
the weight, `M` the money, `C` the check digit of that field, `K` the check digit of the whole,
`X` any digit that means nothing here. The number behind is how many decimals of a kilogram or of
the currency's unit the field has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from terminal.barcodes import gtin
from terminal.values import dataclass

LENGTHS = (8, 12, 13, 14)
_PATTERN = re.compile(r"([0-9]+)([IWMCKX]+) *(kg|price) *([0-4])")
_GOODS_MAX, _FIELD_MAX = 7, 6
_GRAM_DECIMALS = 3

PRESETS: Mapping[str, tuple[str, ...]] = {
    "lv": ("23IIIIIWWWWWK kg 3", "24IIIIIWWWWWK kg 2", "25IIIIIWWWWWK kg 1"),
    "odoo": ("21IIIIIWWWWWK kg 3", "23IIIIIMMMMMK price 2"),
}
"""Patterns by name. `lv`: GS1 Latvia, weight under 23, 24 and 25 with 3, 2 and 1 decimals.

`odoo`: the default nomenclature of Odoo's point of sale, `21.....{NNDDD}` and `23.....{NNNDD}`.
For Poland, Romania and Ukraine there is no public rule that all scales keep: `learn` finds the
shop's own.
"""


class UnfitPattern(ValueError):
    """A pattern that no label can have; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says. Exactly one of ``grams`` and ``amount`` is there, unless it is zero."""

    goods: str
    """The number of the goods as printed, zeros included."""
    number: str
    """The same code with nothing in its field, by which price lists name such goods; 14 digits
    where it is a GTIN."""
    grams: int | None = None
    amount: int | None = None
    """Minor units of a currency with two decimals."""


@dataclass(frozen=True, slots=True)
class LabelPattern:
    """One kind of label. Raises `UnfitPattern` where the parts do not make one."""

    signs: str
    """A sign for each digit, the prefix as digits."""
    weight: bool
    decimals: int

    def __post_init__(self) -> None:
        for fault, why in (
            (len(self.signs) not in LENGTHS, "a label has 8, 12, 13 or 14 digits"),
            (len(self.prefix) < 1, "it begins with its prefix in digits"),
            (self._count("I") < 1 or not self._together("I"), "the goods' number is one run of I"),
            (
                not 1 <= self._count(self.sign) <= _FIELD_MAX or not self._together(self.sign),
                f"weight or money is one run of up to {_FIELD_MAX} W or M",
            ),
            (self._count("M" if self.weight else "W") > 0, "kg goes with W, price with M"),
            ("K" in self.signs[:-1], "K is the last digit"),
            (
                self._count("C") > 1
                or ("C" in self.signs and self._count(self.sign) not in (4, 5)),
                "one C may guard a field of 4 or 5 digits",
            ),
        ):
            if fault:
                raise UnfitPattern(f"{self.signs!r} is no label: {why}")

    @property
    def prefix(self) -> str:
        """The digits that tell these labels from other codes."""
        return self.signs[: len(self.signs) - len(self.signs.lstrip("0123456789"))]

    @property
    def sign(self) -> str:
        """The sign of the field: W or M."""
        return "W" if self.weight else "M"

    @property
    def text(self) -> str:
        """The pattern as it stands in settings."""
        return f"{self.signs} {'kg' if self.weight else 'price'} {self.decimals}"

    def read(self, code: str) -> Label | None:
        """What a code says if it is such a label, whole and without a wrong digit."""
        if not self._fits(code):
            return None
        field = self._digits(code, self.sign)
        guard = self._digits(code, "C")
        if guard and guard != field_check_digit(field):
            return None
        told = scaled(int(field), self.decimals, _GRAM_DECIMALS if self.weight else 2)
        if told is None:
            return None
        return Label(
            goods=self._digits(code, "I"),
            number=self._bare(code),
            grams=told if self.weight and told else None,
            amount=told if not self.weight and told else None,
        )

    def meets(self, prefix: str) -> bool:
        """Whether a code of 13 digits with another prefix could be such a label."""
        mine = self.prefix
        return bool(prefix) and (mine.startswith(prefix) or prefix.startswith(mine))

    def _fits(self, code: str) -> bool:
        return (
            len(code) == len(self.signs)
            and gtin.is_digits(code)
            and code.startswith(self.prefix)
            and ("K" not in self.signs or gtin.has_check_digit(code))
        )

    def _digits(self, code: str, sign: str) -> str:
        return "".join(digit for digit, one in zip(code, self.signs, strict=True) if one == sign)

    def _bare(self, code: str) -> str:
        """The code with zeros for weight or money, its check digit right again."""
        blank = "".join(
            "0" if one in (self.sign, "C") else digit
            for digit, one in zip(code, self.signs, strict=True)
        )
        if "K" not in self.signs:
            return blank
        return gtin.normal(blank[:-1] + gtin.check_digit(blank[:-1]))

    def _count(self, sign: str) -> int:
        return self.signs.count(sign)

    def _together(self, sign: str) -> bool:
        return sign * self._count(sign) in self.signs


def read_pattern(text: str) -> tuple[LabelPattern, ...]:
    """The patterns that a text of the settings stands for: one, or those of a preset's name.

    Raises:
        UnfitPattern: it is neither; says what is wrong.
    """
    named = PRESETS.get(text.strip().lower())
    if named is not None:
        return tuple(one for preset in named for one in read_pattern(preset))
    match = _PATTERN.fullmatch(text.strip().upper().replace("KG", "kg").replace("PRICE", "price"))
    if match is None:
        known = ", ".join(sorted(PRESETS))
        raise UnfitPattern(f"{text!r}: such as '23IIIIIWWWWWK kg 3', or one of {known}")
    prefix, signs, kind, decimals = match.groups()
    return (LabelPattern(prefix + signs, kind == "kg", int(decimals)),)


def scaled(figure: int, decimals: int, wanted: int) -> int | None:
    """A figure with so many decimals in units of the wanted ones; None where it is not whole.

    >>> scaled(1245, 3, 3), scaled(12, 1, 3), scaled(12345, 4, 3)
    (1245, 1200, None)
    """
    if decimals <= wanted:
        return int(figure * 10 ** (wanted - decimals))
    whole, rest = divmod(figure, 10 ** (decimals - wanted))
    return whole if rest == 0 else None


# GS1 General Specifications 7.9.2: what a digit weighs in the check digit of a price field.
_TWO_LESS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_MORE = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_LESS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


def field_check_digit(field: str) -> str:
    """The check digit of a price or weight field of 4 or 5 digits.

    GS1 General Specifications 7.9.3 (four digits) and 7.9.4 (five).

    >>> field_check_digit("2875"), field_check_digit("14685")
    ('9', '6')
    """
    four = (_TWO_LESS, _TWO_LESS, _THREE, _FIVE_LESS)
    five = (_FIVE_MORE, _TWO_LESS, _FIVE_LESS, _FIVE_MORE, _TWO_LESS)
    weights = four if len(field) == len(four) else five
    total = sum(weight[int(digit)] for weight, digit in zip(weights, field, strict=True))
    return str(total * 3 % 10) if weights is four else str(_FIVE_LESS.index(-total % 10))


# --- taught by example ---------------------------------------------------------------------------


def learn(
    code: str, *, grams: int | None = None, amount: int | None = None, goods: str = ""
) -> tuple[LabelPattern, ...]:
    """Patterns by which a label says so many grams, or so much money: the likeliest first.

    ``goods`` is the number of the goods where it is known, with or without zeros; it makes the
    answer surer. Empty where the label holds no such figure: perhaps it was mistyped.
    """
    told = grams if grams is not None else amount
    if told is None or told <= 0 or len(code) not in LENGTHS or not gtin.has_check_digit(code):
        return ()
    found = _candidates(code, told, grams is not None, goods.lstrip("0"))
    return tuple(pattern for _, pattern in sorted(found, key=lambda one: one[0]))


def agreeing(
    patterns: Iterable[LabelPattern], code: str, *, grams: int | None, amount: int | None
) -> tuple[LabelPattern, ...]:
    """Those patterns by which a second label says what is printed on it."""
    return tuple(
        one
        for one in patterns
        if (read := one.read(code)) is not None
        and (read.grams, read.amount) == (grams or None, amount or None)
    )


def _candidates(
    code: str, told: int, weight: bool, goods: str
) -> Iterator[tuple[tuple[int, ...], LabelPattern]]:
    wanted = _GRAM_DECIMALS if weight else 2
    sign = "W" if weight else "M"
    for start, end, decimals in _fields(code, told, wanted):
        for guarded in _guards(code, start, code[start:end]):
            number = code[2 : start - guarded]
            if not 3 <= len(number) <= _GOODS_MAX:
                continue
            behind = len(code) - 1 - end
            field = "C" * guarded + sign * (end - start) + "X" * behind
            # The field mostly stands last, has five digits and as many decimals as a scale
            # shows; five digits of goods are likelier than a check digit by chance.
            rank = (
                bool(goods) and number.lstrip("0") != goods,
                behind,
                abs(len(number) - 5),
                end - start != 5,
                wanted - decimals,
            )
            signs = code[:2] + "I" * len(number) + field + "K"
            yield rank, LabelPattern(signs, weight, decimals)


def _fields(code: str, told: int, wanted: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, decimals) of every run of digits that says the figure."""
    for wide in (5, 4, 6):
        for end in range(len(code) - 1, wide + 3, -1):
            for decimals in range(wanted + 1):
                if scaled(int(code[end - wide : end]), decimals, wanted) == told:
                    yield end - wide, end, decimals


def _guards(code: str, start: int, field: str) -> tuple[int, ...]:
    """Whether the digit before the field may be its check digit: 0 is no, 1 is yes."""
    may = len(field) in (4, 5) and code[start - 1] == field_check_digit(field)
    return (0, 1) if may else (0,)
