"""Printing member cards: blank ones with numbers that were never used, or the card of a member.

What was printed is remembered as the counters that were taken: they are used up before the first
dot is drawn, so no number is ever printed twice, not even after a power cut.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from terminal.barcodes.card_number import card_number
from terminal.loyalty.money import Currency
from terminal.loyalty.programme import in_force
from terminal.paper.card_design import Canvas, CardDesign, CardText
from terminal.paper.card_face import CardPress
from terminal.paper.card_promise import promise_parts
from terminal.paper.card_sheet import sheet_pdf
from terminal.paper.symbols import Unprintable
from terminal.till.database.till_database import TillDatabase
from terminal.till.devices.card_folder import CardFolder
from terminal.till.ports import Clock, Member
from terminal.till.settings import Settings
from terminal.values import dataclass
from terminal.wording.card_labels import CardLabel
from terminal.wording.words import Words

CARDS_FOLDER = "cards"
SHEET_FILE = "cards.pdf"

_CANVAS = {
    "id1": Canvas.TRIM,
    "bleed": Canvas.BLEED,
    "ua89": Canvas.UA_89,
    "ua90": Canvas.UA_90,
}
_LOG = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


class Why(StrEnum):
    """Why no card was printed."""

    NO_OWN_CARDS = "no_own_cards"
    """The shop has no prefix or no key: it has no numbers of its own."""
    NO_NUMBERS = "no_numbers"
    """This till's blocks are used up; the server gives more when the line is there."""
    NO_CARD = "no_card"
    """The member has no card that is in use."""
    UNFIT = "unfit"
    """A text, a colour or the logo cannot be printed; the detail says which."""


class NotPrinted(Exception):
    """Nothing was printed; says why."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was printed, and where it lies."""

    folder: Path
    numbers: tuple[str, ...]

    @property
    def place(self) -> str:
        """The folder as people at the till are told it."""
        return f"{self.folder.parent.name}/{self.folder.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which files are made of the cards, and where they go."""

    png: bool = True
    """A picture for each card, 300 dots per inch."""
    pdf: bool = True
    """A4 pages of ten."""
    folder: Path | None = None
    """In place of the shop's own."""
    progress: Progress = lambda _done, _of: None


def print_blank(
    settings: Settings, database: TillDatabase, clock: Clock, count: int, wanted: Wanted
) -> Printed:
    """Print cards that nobody has yet; whoever scans one may join with it.

    Raises:
        NotPrinted: says why; nothing was printed.
        Trouble: the database or the folder cannot be written.
    """
    key, prefix = settings.card_key, settings.cards.prefix
    if not prefix or key is None:
        missing = "cards.prefix" if not prefix else f"the key file {settings.cards.key_file}"
        raise NotPrinted(
            Why.NO_OWN_CARDS, f"This shop has no card numbers of its own: {missing} is missing."
        )
    # Whatever is unfit is found out before numbers are used up for it.
    design = _design(settings, database, clock)
    _draw(design, settings, [CardText(card_number(0, key=key, prefix=prefix))], Wanted(pdf=False))
    try:
        counters = database.cards.take_from_all(count)
    except ValueError as error:
        raise NotPrinted(Why.NO_NUMBERS, f"Nothing was printed: {error}.") from error
    cards = [CardText(card_number(counter, key=key, prefix=prefix)) for counter in counters]
    return _print(design, settings, clock, f"blank-{count}", cards, wanted)


def print_member(
    settings: Settings,
    database: TillDatabase,
    clock: Clock,
    member: Member,
    wanted: Wanted,
    *,
    with_name: bool = True,
) -> Printed:
    """Print the newest card of a member again, or for the first time.

    Raises:
        NotPrinted: says why; nothing was printed.
        Trouble: the folder cannot be written.
    """
    if not member.card_number:
        raise NotPrinted(Why.NO_CARD, "This member has no card that is in use.")
    card = CardText(member.card_number, member.short_name if with_name else "")
    design = _design(settings, database, clock)
    return _print(design, settings, clock, f"card-{member.card_number[-4:]}", [card], wanted)


def print_number(
    settings: Settings, database: TillDatabase, clock: Clock, number: str, wanted: Wanted
) -> Printed:
    """Print a card by its number alone, without a name. Raises what `print_member` does."""
    design = _design(settings, database, clock)
    return _print(design, settings, clock, f"card-{number[-4:]}", [CardText(number)], wanted)


def _design(settings: Settings, database: TillDatabase, clock: Clock) -> CardDesign:
    words = Words(settings.shop.language, Currency(settings.shop.currency))
    own = settings.cards
    programmes = in_force(database.programmes.revisions(), clock.now().utc)
    promise = (own.promise,) if own.promise else promise_parts(programmes, words)
    try:
        logo = (settings.folder / own.logo).read_bytes() if own.logo else b""
    except OSError as error:
        raise NotPrinted(
            Why.UNFIT, f"The logo {own.logo} cannot be read: {error.strerror or error}."
        ) from error
    try:
        return CardDesign(
            shop=settings.shop.name,
            promise=promise,
            contact=tuple(one for one in (own.phone, own.site) if one),
            logo=logo,
            ground=own.ground,
            ink=own.ink,
            mark=words.label(CardLabel.TRAINING) if settings.training.on else "",
        )
    except Unprintable as error:
        raise NotPrinted(Why.UNFIT, f"The card cannot be printed: {error}.") from error


def _print(
    design: CardDesign,
    settings: Settings,
    clock: Clock,
    name: str,
    cards: Sequence[CardText],
    wanted: Wanted,
) -> Printed:
    files = _draw(design, settings, cards, wanted)
    folder = wanted.folder or settings.folder / CARDS_FOLDER
    place = CardFolder(folder).put(name, files, clock.now().local)
    return Printed(folder=place, numbers=tuple(card.number for card in cards))


def _draw(
    design: CardDesign, settings: Settings, cards: Sequence[CardText], wanted: Wanted
) -> dict[str, bytes]:
    """The files by their names."""
    files: dict[str, bytes] = {}
    try:
        if wanted.png:
            press = CardPress(design, _CANVAS[settings.cards.size])
            for done, card in enumerate(cards, start=1):
                files[f"{_file_name(card.number)}.png"] = press.png(card)
                wanted.progress(done, len(cards))
        if wanted.pdf:
            files[SHEET_FILE] = sheet_pdf(design.shop, design, cards)
    except Unprintable as error:
        _LOG.warning("a card cannot be printed: %s", error)
        raise NotPrinted(Why.UNFIT, f"The card cannot be printed: {error}.") from error
    return files


def _file_name(number: str) -> str:
    """A card that others made may have any sign in its number."""
    return "".join(sign if sign.isalnum() else "_" for sign in number)
