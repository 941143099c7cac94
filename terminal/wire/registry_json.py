"""What the registry says to tills, and pairing: shop, price list, operators, one-time codes.

A *pricing* is an immutable revision of the price list: what changed, and the instant from which
it holds. Files that an owner publishes are read here too.
"""

from __future__ import annotations

from typing import Annotated

from terminal.loyalty.basket import Product
from terminal.values import dataclass
from terminal.wire.limits import Within

FORMAT = 1
PAIR_PATH = "/pair"
CODES_PATH = "/codes"
PUBLISH_PATH = "/publish"

CODE_BITS = 64
CODE_MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeries:
    """Cards of one prefix and key (hex); counters from 0 to one less than ``issued`` are out."""

    prefix: str
    key: str
    issued: Annotated[int, Within(ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeKey:
    """A key with which a store signs vouchers and gift cards (see ``barcodes/voucher_code``)."""

    key: Annotated[str, Within(pattern="^[0-9a-f]{32,128}$")]
    """Hex."""
    signs_from_ms: Annotated[int, Within(ge=0)] = 0
    """From this instant (Unix ms) on the store signs with it, unless a newer one does."""
    withdrawn_ms: Annotated[int, Within(ge=0)] | None = None
    """Since this instant nothing new is signed with it: somebody else may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKeys:
    """All keys for codes that a store ever had."""

    store: str
    keys: tuple[CodeKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRecord:
    """What a till must know of its store, as ``settings`` keeps it. ``card_key`` is hex."""

    store: str
    """32 hex digits."""
    name: str
    address: tuple[str, ...] = ()
    country: str
    currency: str
    language: str
    prices_include_tax: bool = True
    card_prefix: str = ""
    card_key: str = ""
    older_cards: tuple[CardSeries, ...] = ()
    """Cards that were made before the shop joined this server; they stay in use."""
    code_keys: tuple[CodeKey, ...] = ()
    """Keys for codes besides those that come of the keys of its cards; or such a one withdrawn."""
    time_zone: str = ""
    """By its IANA name, such as Europe/Warsaw; empty: its country's, or else the server's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRecord:
    """A tile of the touch screen."""

    sku: str
    tab: str
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """One revision of the price list: added or changed products, removed ones, all tiles.

    ``tiles`` None leaves them as they are. ``codes`` are further GTINs: (gtin, sku).
    """

    number: Annotated[int, Within(ge=1)]
    holds_from_ms: int
    products: tuple[Product, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    tiles: tuple[TileRecord, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who may sign on. ``role`` is ``cashier`` or ``manager``."""

    id: str
    name: str
    role: str = "cashier"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFile:
    """A price list as an owner publishes it: the whole of it, from an instant on.

    What is not in it is taken off sale. ``holds_from`` is ISO 8601 with its offset; None is now.
    """

    format: int
    catalogue: tuple[Product, ...]
    codes: tuple[tuple[str, str], ...] = ()
    tiles: tuple[TileRecord, ...] | None = None
    holds_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsFile:
    """Everybody who may sign on, as an owner publishes it."""

    format: int
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRequest:
    """A till shows a one-time code, its public key and its log so far; signed by that key.

    ``incarnation`` is minted by the till (64 random bits); pairing adopts it with its whole log.
    ``older`` are further logs that it brings: its own earlier ones, or a local server's.
    """

    format: int = FORMAT
    code: Annotated[str, Within(min_length=1, max_length=64)]
    public_key: Annotated[str, Within(pattern="^[0-9a-f]{64}$")]
    incarnation: Annotated[str, Within(pattern="^[0-9a-f]{16}$")]
    older: tuple[str, ...] = ()
    lane: Annotated[str, Within(min_length=1, max_length=40)]
    cards_taken: int = 0
    """Counters that this till gave out before it met a server: 0 to one less are used up."""
    cards: CardSeries | None = None
    """The cards that it made so far; where the server has another key they stay in use."""
    moves: bool = False
    """It comes from another server: let it in only where its shop was brought (``moving_json``)."""
    app: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairReply:
    """The till is in: who it is, and what it needs to open its shop."""

    format: int = FORMAT
    terminal: str
    timeline: int
    nonce: str
    shop: ShopRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """The owner asks for a one-time code with which one more till may join a store."""

    store: str | None = None
    """None where the server has one store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReply:
    """The code as people type it, and the instant (Unix ms) after which it opens nothing."""

    code: str
    ends_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """What an owner publishes: the texts of files, as ``tenth server publish`` reads them.

    ``shop`` founds the store where there is none yet, or changes its record.
    """

    format: int = FORMAT
    shop: ShopRecord | None = None
    files: tuple[tuple[str, str], ...] = ()
    """(name, text): programmes, price lists, operators."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedChange:
    """One line of the difference that a publication makes."""

    file: str
    what: str
    """``programme``, ``product``, ``tiles``, ``operator`` or ``shop``."""
    key: str
    change: str
    """``added``, ``changed``, ``removed`` or ``same``."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReply:
    """What was published, or would be."""

    format: int = FORMAT
    published: bool
    changes: tuple[PublishedChange, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    """(file, what is wrong); with any, nothing was published."""
    hints: tuple[tuple[str, str], ...] = ()
    """(file, what may be meant otherwise); nothing is held up by these."""
