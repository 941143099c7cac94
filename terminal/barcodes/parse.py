"""What a scanned text may mean. Never raises, whatever the scanner sends; time grows with length.

`parse` gives candidates in the order in which the till should look them up; which of them is true
only the catalogue and the members can tell. A number that is a card here may be goods elsewhere.
"""

import re
from collections.abc import Iterator

from terminal.barcodes import card_number, gtin, slip_code, voucher_code
from terminal.barcodes.gs1 import GOODS, is_address, read_digital_link, read_elements
from terminal.barcodes.keyboard_layout import american, has_cyrillic
from terminal.barcodes.reading import (
    BearerCode,
    CardNumber,
    ForeignCard,
    Gtin,
    Reading,
    ShortCode,
    Sku,
    Slip,
    Unreadable,
    WeighedLabel,
    Why,
    shown,
)
from terminal.barcodes.rules import GROUP_SEPARATOR, CodeRules

TEXT_LENGTH_MAX = 1_024
"""Longer than any code a counter sees; what is longer is a burst gone wrong."""

SKU_LENGTH_MAX = 32
OLDER_CARD = "older card"
"""The form of cards that the shop made with another prefix or key."""

# Control characters and blanks at the ends are the scanner's prefix and suffix (STX, CR, LF, TAB),
# never the code's; only the separator of GS1 means something at the beginning.
_NOISE = "".join(map(chr, range(0x21))).replace(GROUP_SEPARATOR, "") + "\x7f\u00a0\u200b\ufeff"

# AIM symbology identifier, ISO/IEC 15424: `]`, a letter for the symbology, a modifier.
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_AIM_GS1 = {"C1", "e0", "d2", "Q3", "J1"}
_AIM_EAN_8 = "E4"

_CARD_PATH = re.compile(r"/c/([0-9]{13})(?![0-9])", re.IGNORECASE)
_SKU = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/+-]*")
_DIGIT = re.compile(r"[0-9]")
_LETTER = re.compile(r"[A-Za-z]")


def parse(text: str, rules: CodeRules) -> tuple[Reading, ...]:
    """All that `text` may mean in this shop, the likeliest first; `Unreadable` alone where nothing.

    Never empty, never raises. Strips what a scanner puts round a code, AIM identifiers included,
    and undoes a Cyrillic keyboard layout.
    """
    if len(text) > TEXT_LENGTH_MAX:
        return (Unreadable(shown(text), Why.TOO_LONG),)
    bare = text.strip(_NOISE)
    readings = list(_read(bare, rules))
    if has_cyrillic(bare):
        bare = american(bare)
        readings += _read(bare, rules)
    if not readings:
        return (Unreadable(shown(text.strip(_NOISE)), _why(_without_aim(bare)[1])),)
    # The same candidate may be found twice; the first place counts.
    return tuple(dict.fromkeys(readings))


def _read(bare: str, rules: CodeRules) -> Iterator[Reading]:
    aim, code = _without_aim(bare)
    if is_address(code):
        yield from _read_address(code, rules)
        return
    sale_id = slip_code.sale_of(code)
    if sale_id is not None:
        yield Slip(sale_id)
    if voucher_code.looks_like_voucher(code):
        # Nothing else is so long, so one with a wrong digit is no goods either.
        genuine = voucher_code.is_genuine(code, rules.bearer_keys)
        wallet = voucher_code.wallet_of(code)
        yield BearerCode(wallet or "" if genuine else "", genuine, "" if wallet is None else code)
    goods = _read_goods(code, aim, rules)
    cards = _read_cards(code, rules)
    yield from (*cards, *goods) if rules.cards_first else (*goods, *cards)
    yield from _read_label(code, rules)
    if gtin.is_digits(code):
        if len(code) <= rules.short_code_digits_max:
            yield ShortCode(code)
    elif rules.skus_with_letters and _is_sku(code):
        yield Sku(code)


def _without_aim(bare: str) -> tuple[str, str]:
    """The AIM identifier (two signs, or empty) and the code behind it."""
    match = _AIM.match(bare)
    return (match[1], bare[match.end() :]) if match else ("", bare)


def _read_address(address: str, rules: CodeRules) -> Iterator[Reading]:
    for number in _CARD_PATH.findall(address):
        yield from _read_own_card(number, rules)
    goods = read_digital_link(address)
    if goods is not None:
        yield goods


def _read_goods(code: str, aim: str, rules: CodeRules) -> Iterator[Reading]:
    if gtin.is_gtin(code):
        yield Gtin(gtin.normal(code))
    if aim != _AIM_EAN_8:
        full = gtin.expand_upc_e(code)
        if full is not None:
            yield Gtin(gtin.normal(full))
    goods = read_elements(code, sure=aim in _AIM_GS1, separators=rules.separators)
    if goods is not None:
        yield goods


def _read_label(code: str, rules: CodeRules) -> Iterator[Reading]:
    for pattern in rules.scale_labels:
        # A scanner may leave out the zero before a number of twelve digits.
        label = pattern.read(code) or pattern.read("0" + code)
        if label is not None:
            yield WeighedLabel(label.goods, label.number, label.grams, label.amount)


def _read_cards(code: str, rules: CodeRules) -> Iterator[Reading]:
    yield from _read_own_card(code, rules)
    for form in rules.foreign_cards:
        number = form.number_in(code)
        if number is not None:
            yield ForeignCard(number, form.name)


def _read_own_card(code: str, rules: CodeRules) -> Iterator[Reading]:
    # A card whose prefix begins with 0 is printed as EAN-13 and read as UPC-A, without that zero;
    # a scanner set to GTIN-14 puts one in front.
    digits = gtin.shortest(code).zfill(card_number.LENGTH) if gtin.is_gtin(code) else code
    prefix = rules.card_prefix
    if len(code) < card_number.LENGTH - 1:
        return
    # A made-up number hardly ever passes for an older card, so where it does it is one.
    if any(older.has(digits) for older in rules.older_cards):
        yield ForeignCard(digits, OLDER_CARD)
    if not prefix:
        return
    if card_number.is_card_number(digits, prefix=prefix):
        key = rules.card_key
        counter = None if key is None else card_number.counter_of(digits, key=key, prefix=prefix)
        yield CardNumber(digits, counter)


def _is_sku(code: str) -> bool:
    """Whether it may be an article code with letters: letters and digits, no blanks."""
    return (
        len(code) <= SKU_LENGTH_MAX
        and _SKU.fullmatch(code) is not None
        and _DIGIT.search(code) is not None
        and _LETTER.search(code) is not None
    )


def _why(code: str) -> Why:
    """Why a text that nothing fits is no code."""
    if not code:
        return Why.TOO_SHORT
    longest = max(gtin.LENGTHS)
    if code.startswith(GOODS) and gtin.is_digits(code[:16]) and len(code) >= len(GOODS) + longest:
        return Why.WRONG_CHECK_DIGIT
    if not gtin.is_digits(code):
        return Why.NOT_A_CODE
    if len(code) in gtin.LENGTHS or slip_code.looks_like_slip(code):
        return Why.WRONG_CHECK_DIGIT
    return Why.TOO_SHORT if len(code) < longest else Why.TOO_LONG
