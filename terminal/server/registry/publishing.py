"""Publishing: what an owner wrote becomes numbered revisions that never change again.

All files of one publication hold together or not at all: a problem in one publishes nothing. What
would change is told line by line, and a dry run stops there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple, TypeAlias

from terminal.barcodes.card_number import KEY_BYTES_MIN, PREFIX_DIGITS_MAX
from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.server.database import registry, revisions
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import CODE_KEYS
from terminal.server.database.revisions import OPERATORS, PRICING, PROGRAMME, RevisionRow
from terminal.server.registry import among_published, by_weight, price_list
from terminal.server.registry.code_keys import feed_key as shelf_of
from terminal.server.registry.code_keys import keys_of
from terminal.server.registry.local_days import known_zone
from terminal.server.registry.revisions import SHOP, everything, feed_key, pricings
from terminal.server.registry.revisions import operators as operators_now
from terminal.server.registry.stores import begin
from terminal.wire.programme_json import read_programme
from terminal.wire.published_files import (
    BadFile,
    instant_ms,
    read_published,
    read_shop,
    write_operators,
    write_pricing,
    write_shop,
)
from terminal.wire.registry_json import (
    CatalogueFile,
    OperatorsFile,
    PublishedChange,
    PublishReply,
    PublishRequest,
    ShopRecord,
)
from terminal.wire.small_rates import small_rates
from terminal.wording.languages import LANGUAGES

Tell: TypeAlias = Callable[[Connection, Sequence[tuple[str, str, Sequence[str]]]], object]
"""Writes (kind, key, stores) into those stores' feeds."""

SHOP_FILE = "shop"
"""What changes of a shop's record, which came in no file, are said to be in."""
SECRET = frozenset({"card_key", "older_cards", "code_keys"})

_UNCHANGING = (
    "revision: {} of programme {} is published and never changes; "
    "give what you changed the revision {}"
)


class _File(NamedTuple):
    """A file as it was read; None where it has problems."""

    name: str
    text: str
    content: Programme | CatalogueFile | OperatorsFile | None
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """What one publication would do."""

    changes: list[PublishedChange] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    rows: list[RevisionRow] = field(default_factory=list)
    founded: ShopRecord | None = None
    shop: ShopRecord | None = None
    new_keys: bool = False
    """Whether the shop signs vouchers and gift cards with other keys now."""

    @property
    def writes(self) -> bool:
        return bool(self.rows or self.founded or self.shop)


def publish(
    database: ServerDatabase,
    request: PublishRequest,
    now_ms: int,
    *,
    tell: Tell,
    chance: Callable[[], str],
) -> PublishReply:
    """Publish files and a shop's record, or say what would change, or what is wrong."""
    # A long list takes seconds to read, and tills wait for whoever holds the database.
    files = [_read(name, text) for name, text in request.files]
    if request.dry_run:
        with database.reading() as connection:
            draft = _draft(connection, request.shop, files, now_ms)
        return _with_hints(database, _reply(draft, published=False), files, now_ms)

    def work(connection: Connection) -> PublishReply:
        begin(connection, chance)
        registry.lock_server(connection)
        draft = _draft(connection, request.shop, files, now_ms)
        if not draft.problems and draft.writes:
            for store in _write(connection, draft, tell):
                database.bell.ring(connection, store)
        return _reply(draft, published=not draft.problems)

    return _with_hints(database, database.run(work), files, now_ms)


def _with_hints(
    database: ServerDatabase, reply: PublishReply, files: Sequence[_File], now_ms: int
) -> PublishReply:
    """The reply with what may be meant otherwise; of goods only the price list can tell it."""
    told = {one.file for one in reply.changes if one.change != "same"}
    new = [
        (one.name, one.content)
        for one in files
        if isinstance(one.content, Programme) and one.name in told
    ]
    if reply.problems or not new:
        return reply
    with database.reading() as connection:
        hints = among_published.unknown_tiers(connection, new)
    hints += [(name, f"{path}: {why}") for name, one in new for path, why in small_rates(one)]
    if not any(by_weight.is_for_bags(one) for _, one in new):
        return replace(reply, hints=tuple(hints))
    products: list[Product] = []
    for one in files:
        if isinstance(one.content, CatalogueFile):
            products += one.content.catalogue
    with database.reading() as connection:
        products += price_list.list_at(pricings(connection), now_ms).products.values()
    hints += [(name, hint) for name, one in new for hint in by_weight.hints(one, products)]
    return replace(reply, hints=tuple(hints))


def _reply(draft: _Draft, *, published: bool) -> PublishReply:
    return PublishReply(
        published=published, changes=tuple(draft.changes), problems=tuple(draft.problems)
    )


def _write(connection: Connection, draft: _Draft, tell: Tell) -> set[str]:
    """Add what is new and tell every store; a store's own row is locked last. Returns the told."""
    revisions.add_revisions(connection, draft.rows)
    known = [row.id for row in registry.all_stores(connection)]
    told = dict.fromkeys(
        (one.kind, feed_key(one.kind, one.number, one.revision)) for one in draft.rows
    )
    news: list[tuple[str, str, Sequence[str]]] = [(kind, key, known) for kind, key in told]
    if draft.shop is not None:
        news.append((SHOP, draft.shop.store, [draft.shop.store]))
        if draft.new_keys:
            news.append((CODE_KEYS, shelf_of(draft.shop.store), known))
    if draft.founded is not None:
        store = draft.founded.store
        registry.add_store(connection, store, write_shop(draft.founded))
        news += [(kind, key, [store]) for kind, key in everything(connection)]
        news.append((CODE_KEYS, shelf_of(store), [*known, store]))
    if known or draft.founded is not None:
        tell(connection, news)
    if draft.shop is not None:
        registry.change_shop(connection, draft.shop.store, write_shop(draft.shop))
    return {store for _, _, stores in news for store in stores}


def _read(name: str, text: str) -> _File:
    try:
        return _File(name, text, read_published(text), ())
    except BadFile as error:
        return _File(name, text, None, error.problems)


def _draft(
    connection: Connection, shop: ShopRecord | None, files: Sequence[_File], now_ms: int
) -> _Draft:
    draft = _Draft()
    if shop is not None:
        _draft_shop(connection, shop, draft)
    seen: dict[object, str] = {}
    for name, text, content, problems in files:
        if content is None:
            draft.problems += [(name, problem) for problem in problems]
            continue
        subject = (
            (content.programme, content.revision)
            if isinstance(content, Programme)
            else type(content).__name__
        )
        if subject in seen:
            draft.problems.append((name, f"{seen[subject]} is about the same"))
            continue
        seen[subject] = name
        if isinstance(content, CatalogueFile):
            _draft_prices(connection, name, content, draft, now_ms)
        elif isinstance(content, OperatorsFile):
            _draft_operators(connection, name, content, draft, now_ms)
        else:
            _draft_programme(connection, name, text, content, draft, now_ms)
    new = [(one.name, one.content) for one in files if isinstance(one.content, Programme)]
    if new:
        # One that cannot be read may have the unit that another gives.
        complete = all(one.content is not None for one in files)
        draft.problems += among_published.problems(connection, new, complete=complete)
    return draft


# --- the shop's record ---------------------------------------------------------------------------


def _draft_shop(connection: Connection, shop: ShopRecord, draft: _Draft) -> None:
    problems = [(SHOP_FILE, problem) for problem in _shop_problems(shop)]
    if problems:
        draft.problems += problems
        return
    row = registry.find_store(connection, shop.store)
    if row is None:
        draft.founded = shop
        draft.changes.append(_change(SHOP_FILE, SHOP, shop.store, "added", after=shop.name))
        return
    known = read_shop(row.shop)
    # Whoever writes a shop's record may not know which cards it brought, or that its zone was told.
    shop = replace(
        shop,
        older_cards=shop.older_cards or known.older_cards,
        code_keys=shop.code_keys or known.code_keys,
        time_zone=shop.time_zone or known.time_zone,
    )
    if (known.card_key and shop.card_key != known.card_key) or (
        known.card_prefix and shop.card_prefix != known.card_prefix
    ):
        draft.problems.append(
            (SHOP_FILE, "cards.key and prefix cannot change: the cards that are out have them")
        )
    differing = [
        one.name
        for one in fields(ShopRecord)
        if getattr(known, one.name) != getattr(shop, one.name)
    ]
    for name in differing:
        secret = name in SECRET
        draft.changes.append(
            _change(
                SHOP_FILE,
                SHOP,
                name,
                "changed",
                before="" if secret else str(getattr(known, name)),
                after="" if secret else str(getattr(shop, name)),
            )
        )
    if differing:
        draft.shop = shop
        draft.new_keys = keys_of(shop) != keys_of(known)
    else:
        draft.changes.append(_change(SHOP_FILE, SHOP, shop.store, "same"))


def _shop_problems(shop: ShopRecord) -> Iterable[str]:
    if len(shop.store) != 32 or not set(shop.store) <= set("0123456789abcdef"):
        yield "store: 32 hex digits"
    if not shop.name.strip():
        yield "name: a shop needs a name"
    for key, length, such in (("country", 2, "PL"), ("currency", 3, "PLN")):
        text = getattr(shop, key)
        if not (len(text) == length and text.isascii() and text.isalpha() and text.isupper()):
            yield f"{key}: {length} capital letters, such as {such}"
    if shop.language not in LANGUAGES:
        yield f"language: one of {', '.join(LANGUAGES)}"
    if shop.time_zone and known_zone(shop.time_zone) is None:
        yield "time_zone: the name of a time zone, such as Europe/Warsaw"
    prefix = shop.card_prefix
    if prefix and not (prefix.isascii() and prefix.isdigit() and len(prefix) <= PREFIX_DIGITS_MAX):
        yield f"card_prefix: 1 to {PREFIX_DIGITS_MAX} digits, or empty for no cards"
    try:
        fits = not shop.card_key or len(bytes.fromhex(shop.card_key)) >= KEY_BYTES_MIN
    except ValueError:
        fits = False
    if not fits:
        yield f"card_key: {KEY_BYTES_MIN} bytes or more in hex digits"
    if "\0" in "".join(str(getattr(shop, one.name)) for one in fields(ShopRecord)):
        yield "shop: a text with a sign that is none"


# --- files ---------------------------------------------------------------------------------------


def _draft_prices(
    connection: Connection, name: str, file: CatalogueFile, draft: _Draft, now_ms: int
) -> None:
    holds_from = now_ms if file.holds_from is None else instant_ms(file.holds_from)
    published = pricings(connection)
    before = price_list.list_at(published, holds_from)
    tiles = before.tiles if file.tiles is None else file.tiles
    if file.tiles is None:
        kept = {product.sku for product in file.catalogue}
        tiles = tuple(tile for tile in tiles if tile.sku in kept)
    wanted = price_list.price_list(file.catalogue, file.codes, tiles)
    added = price_list.pricings_for(published, wanted, holds_from_ms=holds_from)
    draft.rows += [
        RevisionRow(PRICING, one.number, 0, one.holds_from_ms, write_pricing(one), now_ms)
        for one in added
    ]
    for one in price_list.changes(before, wanted):
        kind = "added" if one.before is None else "removed" if one.after is None else "changed"
        draft.changes.append(
            _change(
                name,
                "product",
                one.sku,
                kind,
                before=price_list.words_of(one.before, one.after),
                after=price_list.words_of(one.after, one.before),
            )
        )
    if tiles != before.tiles:
        counts = f"{len(before.tiles)} tiles", f"{len(tiles)} tiles"
        draft.changes.append(
            _change(name, "tiles", "", "changed", before=counts[0], after=counts[1])
        )
    if not added:
        draft.changes.append(_change(name, "product", "", "same"))


def _draft_operators(
    connection: Connection, name: str, file: OperatorsFile, draft: _Draft, now_ms: int
) -> None:
    known = {one.id: one for one in operators_now(connection)}
    wanted = {one.id: one for one in file.operators}
    before = len(draft.changes)
    for key in sorted({*known, *wanted}):
        old, new = known.get(key), wanted.get(key)
        if old == new:
            continue
        kind = "added" if old is None else "removed" if new is None else "changed"
        draft.changes.append(
            _change(
                name,
                "operator",
                key,
                kind,
                before="" if old is None else f"{old.name}, {old.role}",
                after="" if new is None else f"{new.name}, {new.role}",
            )
        )
    if len(draft.changes) == before:
        draft.changes.append(_change(name, "operator", "", "same"))
        return
    latest = revisions.latest_revision(connection, OPERATORS, 0)
    revision = 1 if latest is None else latest.revision + 1
    draft.rows.append(RevisionRow(OPERATORS, 0, revision, now_ms, write_operators(file), now_ms))


def _draft_programme(
    connection: Connection,
    name: str,
    text: str,
    programme: Programme,
    draft: _Draft,
    now_ms: int,
) -> None:
    number, revision = programme.programme, programme.revision
    rows = revisions.revisions_by_number(connection, PROGRAMME, [number])
    known = {row.revision: row for row in rows}
    words = f"revision {revision} from {programme.holds_from.isoformat()}"
    if revision in known:
        if read_programme(known[revision].content) == programme:
            draft.changes.append(_change(name, PROGRAMME, str(number), "same", after=words))
        else:
            draft.problems.append((name, _UNCHANGING.format(revision, number, max(known) + 1)))
        return
    if known and revision < max(known):
        draft.problems.append(
            (name, f"revision: programme {number} has the revision {max(known)} already")
        )
        return
    latest = known.get(max(known)) if known else None
    before = "" if latest is None else f"revision {latest.revision}"
    draft.changes.append(
        _change(
            name,
            PROGRAMME,
            str(number),
            "added" if latest is None else "removed" if programme.closed else "changed",
            before=before,
            after=f"{words}, closed" if programme.closed else words,
        )
    )
    plain = json.dumps(json.loads(text), ensure_ascii=False)
    holds_from_ms = int(programme.holds_from.timestamp() * 1000)
    draft.rows.append(RevisionRow(PROGRAMME, number, revision, holds_from_ms, plain, now_ms))


def _change(
    file: str, what: str, key: str, change: str, *, before: str = "", after: str = ""
) -> PublishedChange:
    return PublishedChange(file=file, what=what, key=key, change=change, before=before, after=after)
