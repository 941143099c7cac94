"""The basket in work: what the cashier has done so far, as one frozen value.

Every action makes a new draft, so undo is a list of drafts and a crash loses nothing that was
saved. Lines with an unknown code stand in it too; they have no product until they get a price.
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from terminal.loyalty.basket import LARGEST_PIECES, Basket, Line, Product
from terminal.loyalty.plain import from_plain, to_plain
from terminal.loyalty.standing import NO_CHOICES, Choices
from terminal.loyalty.tender import Tender
from terminal.loyalty.wallet import WalletId
from terminal.values import dataclass

_FORMAT = 1

TOTAL_SKU = "AMOUNT"
"""The article number of a purchase that is known by its total only; no price list has it."""


class Waiting(StrEnum):
    """What a row still needs before it can be paid for."""

    NOTHING = ""
    GOODS = "goods"
    """A code that no price list knows: a price for it, or the product that it belongs to."""
    PRICE = "price"
    """Goods of a kind, whose price is typed each time."""
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One row: a product, or a scanned code that nobody knows and that has no price yet.

    Weighed goods have ``grams``, and then a price is one of a kilogram; without, it is that of
    the piece, as a scale's label or the cashier says.
    """

    key: int
    code: str
    product: Product | None
    pieces: int = 1
    price: int | None = None
    """A price that the cashier entered or a scale's label says."""
    grams: int | None = None
    printed: int | None = None
    """What the label on goods that nobody knows says they cost; it counts once they are known."""

    @property
    def waits_for(self) -> Waiting:
        """What blocks payment."""
        if self.price is not None:
            return Waiting.NOTHING
        if self.product is None:
            return Waiting.GOODS
        if self.product.open_price:
            return Waiting.PRICE
        weighed = self.product.by_weight and self.grams is None
        return Waiting.WEIGHT if weighed else Waiting.NOTHING

    @property
    def is_weighed(self) -> bool:
        """Whether it is so many grams of something that is sold by weight."""
        return self.grams is not None and self.product is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Lines, customer, choices; ``selected`` is the key of the line that keys act on."""

    lines: tuple[DraftLine, ...] = ()
    next_key: int = 1
    selected: int | None = None
    member: str | None = None
    card: str | None = None
    card_number: str = ""
    typed: bool = False
    """The card's number was typed and nobody has proved yet whose it is: it spends nothing."""
    choices: Choices = NO_CHOICES
    next_pieces: int = 1
    tenders: tuple[Tender, ...] = ()
    """Money that was taken for it already; a crash must not lose it."""
    effort: int = 0
    """How much search the price took that the money was taken for: after a crash it is the same."""
    bearers: tuple[WalletId, ...] = ()
    """Wallets of the vouchers and gift cards that were shown, in that order."""

    def line(self, key: int) -> DraftLine | None:
        """The row of this key."""
        return next((line for line in self.lines if line.key == key), None)

    @property
    def pieces(self) -> int:
        """How many things lie on the counter."""
        return sum(line.pieces for line in self.lines)

    @property
    def blocked(self) -> tuple[int, ...]:
        """Keys of the rows that wait for something."""
        return tuple(line.key for line in self.lines if line.waits_for)

    def with_product(
        self,
        code: str,
        product: Product | None,
        pieces: int,
        *,
        grams: int | None = None,
        price: int | None = None,
        printed: int | None = None,
    ) -> Draft | None:
        """One more product; None if a row cannot have so many pieces.

        Equal products share a row, and so does a code that nobody knows while its row waits;
        weighed ones and those with a price of their own do not.
        """
        if price is None and grams is None and printed is None:
            same = self._row_to_share(code, product)
            if same is not None:
                if same.pieces + pieces > LARGEST_PIECES:
                    return None
                return self.with_line(replace(same, pieces=same.pieces + pieces))
        if grams is not None and pieces != 1:
            return None
        line = DraftLine(
            key=self.next_key,
            code=code,
            product=product,
            pieces=pieces,
            price=price,
            grams=grams,
            printed=printed,
        )
        return replace(
            self,
            lines=(*self.lines, line),
            next_key=self.next_key + 1,
            selected=line.key,
            next_pieces=1,
        )

    def _row_to_share(self, code: str, product: Product | None) -> DraftLine | None:
        if product is None:
            waiting = (line for line in self.lines if line.waits_for is Waiting.GOODS)
            bare = (line for line in waiting if line.grams is None and line.printed is None)
            return next((line for line in bare if line.code == code), None)
        if not _is_counted(product):
            return None
        own = (line for line in self.lines if line.product == product)
        return next((line for line in own if line.price is None), None)

    def with_line(self, changed: DraftLine) -> Draft:
        """A row changed, and selected."""
        lines = tuple(changed if line.key == changed.key else line for line in self.lines)
        return replace(self, lines=lines, selected=changed.key, next_pieces=1)

    def without_line(self, key: int) -> Draft:
        """A row gone; the one below it, or else the last, is selected."""
        keys = [line.key for line in self.lines]
        place = keys.index(key)
        lines = self.lines[:place] + self.lines[place + 1 :]
        left = lines[min(place, len(lines) - 1)].key if lines else None
        return replace(self, lines=lines, selected=left)

    def basket(self, currency: str, *, prices_include_tax: bool, unknown_vat: int) -> Basket:
        """What can be paid for: every row that has a price."""
        return Basket(
            currency=currency,
            prices_include_tax=prices_include_tax,
            lines=tuple(
                Line(
                    key=line.key,
                    product=line.product or _of_code(line.code, unknown_vat),
                    pieces=line.pieces,
                    grams=line.grams if line.product else None,
                    price=line.price,
                )
                for line in self.lines
                if not line.waits_for
            ),
        )


EMPTY = Draft()


def _is_counted(product: Product) -> bool:
    return not product.by_weight and not product.open_price


def _of_code(code: str, vat: int) -> Product:
    """A product that no price list knows. It earns like any other; rules by category miss it."""
    return Product(sku=code, name=code, price=0, vat=vat)


def stored(draft: Draft) -> bytes:
    """The bytes that keep a draft through a crash; none for an empty one."""
    if draft == EMPTY or not (draft.lines or draft.member is not None or draft.bearers):
        return b""
    rest = to_plain(replace(draft, lines=()))
    del rest["lines"]
    lines = ",".join(map(_line_text, draft.lines))
    return f'{{"format":{_FORMAT},"draft":{{"lines":[{lines}],{_text(rest)[1:]}}}'.encode()


@lru_cache(maxsize=1024)
def _line_text(line: DraftLine) -> str:
    """A row as JSON; a scan changes one of two hundred, so the others are not written anew."""
    return _text(to_plain(line))


def _text(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def restored(kept: bytes) -> Draft:
    """The draft of kept bytes; an empty one if an older program cannot be understood."""
    if not kept:
        return EMPTY
    try:
        content = json.loads(kept)
        draft = from_plain(Draft, content["draft"]) if content["format"] == _FORMAT else EMPTY
        # A price that no line may have would stop the till at every start.
        draft.basket("PLN", prices_include_tax=True, unknown_vat=0)
    except (ValueError, KeyError, TypeError, RecursionError):
        return EMPTY
    return draft if _is_sound(draft) else EMPTY


def _is_sound(draft: Draft) -> bool:
    """Whether rows can be told apart, now and with the next one."""
    keys = {line.key for line in draft.lines}
    return (
        len(keys) == len(draft.lines)
        and all(0 < key < draft.next_key for key in keys)
        and all(1 <= line.pieces <= LARGEST_PIECES and line.code for line in draft.lines)
        and (draft.selected is None or draft.selected in keys)
        and 1 <= draft.next_pieces <= LARGEST_PIECES
        and draft.effort >= 0
    )
