"""Members' records: merged field by field as they arrive, sent whole, erased for good.

A card's number belongs to one person, and so does a wallet. Whoever turns up with one that somebody
has already is that person: their ids and wallets are linked, nothing is added up. A provisional member (met
by a card that the till did not know) always gives way; else who arrived first stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from terminal.loyalty.wallet import WalletId
from terminal.server.database import feeds, people
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import Telling
from terminal.server.database.people import ACTIVE, ERASED, PROVISIONAL, CardRow, MemberRow
from terminal.server.database.registry import lock_server
from terminal.server.members import fields, interests
from terminal.wire.record_json import CardRecord, MemberRecord

_USABLE = ("active", "replaced", "blocked")
"""A card only ever goes on in this order."""


class Link(NamedTuple):
    """What a MemberEnrolled or CardMet fact says."""

    member: str
    wallet: str
    card: str
    provisional: bool
    """CardMet: nobody knows who it is."""


def link(connection: Connection, links: Iterable[Link], *, store: str) -> list[Telling]:
    """Link wallets and cards to members, as facts of a store say; returns what to tell whom.

    Call it before locking the wallets; telling comes last.
    """
    wanted = sorted(set(links))
    if not wanted:
        return []
    rows = people.rows_of(connection, {one.member for one in wanted}, lock=True)
    heads = people.rows_of(connection, {row.final for row in rows.values()}, lock=True)
    changed: dict[str, MemberRow] = {}
    for one in wanted:
        row = heads.get(rows[one.member].final) if one.member in rows else None
        if row is None:
            row = MemberRow(one.member, "{}", "", store, PROVISIONAL, "")
            rows[one.member] = heads[one.member] = changed[one.member] = row
        if row.standing == PROVISIONAL and not one.provisional:
            heads[row.id] = changed[row.id] = row._replace(standing=ACTIVE)
    people.save_members(connection, changed.values())
    named = {one.card: one.member for one in wanted if one.card}
    known = people.cards_named(connection, named)
    unknown = {card: CardRow(card, "", member, "active") for card, member in named.items()}
    people.save_cards(connection, (row for card, row in unknown.items() if card not in known))
    known_as = {member: heads[row.final] for member, row in rows.items()}
    joined = _join_holders(
        connection, [(one.wallet, one.member) for one in wanted], known_as, _Joined()
    )
    given = [(one.wallet, joined.final(known_as, one.member), store) for one in wanted]
    people.give_wallets(connection, given)
    feeds.add_interests(connection, [(wallet, store) for wallet, _, _ in given])
    return interests.spread(connection, {member for _, member, _ in given})


def merge_records(
    connection: Connection, records: Sequence[MemberRecord], *, store: str
) -> list[Telling]:
    """Take records in that a till of this store sent; returns what to tell whom.

    What is known already changes nothing, in whatever order it comes. Records of erased members
    are dropped.
    """
    if not records:
        return []
    # One at a time: two tills that meet the same card number at once must see each other.
    lock_server(connection)
    ids = [one.id for one in records]
    rows = people.rows_of(connection, ids, lock=True)
    living = [one for one in records if one.id not in rows or rows[one.id].standing != ERASED]
    changed = _with_fields(rows, living, store)
    people.save_members(connection, changed.values())
    rows |= changed
    heads = _heads(connection, rows)
    claimed = [(wallet, one.id) for one in living for wallet in one.wallets]
    joined = _join_holders(connection, claimed, heads, _take_cards(connection, living, heads))
    given = {
        wallet: (wallet, joined.final(heads, one.id), store)
        for one in living
        for wallet in one.wallets
    }
    news = _not_told_of(connection, given, store)
    people.give_wallets(connection, given.values())
    feeds.add_interests(connection, [(wallet, store) for wallet in given])
    touched = {joined.final(heads, one.id) for one in living} | set(joined.into.values())
    told = [Telling(feeds.MEMBER, member, (store,)) for member in sorted(touched)]
    told += [Telling(feeds.WALLET, wallet, (store,)) for wallet in news]
    return told + interests.spread(connection, touched)


def _not_told_of(connection: Connection, wallets: Collection[str], store: str) -> list[str]:
    """The wallets that are here already, and of which this store was never told.

    A restored server learns from a till's record what it forgot to have told it; of the other
    wallets it tells when their first fact is applied.
    """
    known = feeds.interested_stores(connection, wallets)
    news = [one for one in wallets if store not in known.get(one, ())]
    return sorted(people.members_of(connection, news))


def _with_fields(
    rows: dict[str, MemberRow], records: Iterable[MemberRecord], store: str
) -> dict[str, MemberRow]:
    """The rows that these records change, or that are new."""
    changed: dict[str, MemberRow] = {}
    for one in records:
        before = changed.get(one.id) or rows.get(one.id)
        row = before or MemberRow(one.id, "{}", "", store, PROVISIONAL, "")
        now = fields.together(fields.from_json(row.fields), fields.from_wire(one.fields))
        phone = fields.digits_backwards(now.get("phone", (None, 0))[0])
        household = now.get("household", (None, 0))[0] or ""
        row = row._replace(fields=fields.to_json(now), phone=phone, household=household)
        if row.standing == PROVISIONAL and fields.names_somebody(now):
            row = row._replace(standing=ACTIVE)
        if row != before:
            changed[one.id] = row
    return changed


def _heads(connection: Connection, rows: dict[str, MemberRow]) -> dict[str, MemberRow]:
    """By each id the row of the member whom it means now."""
    others = {row.merged_into for row in rows.values() if row.merged_into} - set(rows)
    known = rows | people.rows_of(connection, others, lock=True)
    found = {one: known[row.final] for one, row in rows.items()}
    for one, head in found.items():
        own = rows[one]
        if head.standing == PROVISIONAL and fields.names_somebody(fields.from_json(own.fields)):
            # Somebody known turned up behind a card that was met: now this member is known.
            found[one] = head._replace(standing=ACTIVE)
            people.save_members(connection, [found[one]])
    return found


# --- one number, one person ----------------------------------------------------------------------


class _Joined:
    """Who turned out to be whom while these records were taken in."""

    def __init__(self) -> None:
        self.into: dict[str, str] = {}

    def final(self, heads: dict[str, MemberRow], member: str) -> str:
        known = heads[member].id
        while known in self.into:
            known = self.into[known]
        return known


def _take_cards(
    connection: Connection, records: Sequence[MemberRecord], heads: dict[str, MemberRow]
) -> _Joined:
    """Take cards in, and join those who show the same number."""
    brought = [(one.id, card) for one in records for card in one.cards]
    known = people.cards_named(connection, {card.id for _, card in brought})
    changed: dict[str, CardRow] = {}
    for member, card in brought:
        before = changed.get(card.id) or known.get(card.id)
        row = _card_now(before, member, card)
        if row != before:
            changed[card.id] = row
    people.save_cards(connection, changed.values())
    return _join_owners(connection, list(changed.values()), heads)


def _card_now(before: CardRow | None, member: str, card: CardRecord) -> CardRow:
    usable = card.usable if card.usable in _USABLE else _USABLE[0]
    if before is None:
        return CardRow(card.id, card.number, member, usable)
    return before._replace(
        number=max(before.number, card.number),
        usable=max(before.usable, usable, key=_USABLE.index),
    )


def _join_owners(
    connection: Connection, arrived: list[CardRow], heads: dict[str, MemberRow]
) -> _Joined:
    joined = _Joined()
    new = {card.id for card in arrived}
    owners = people.cards_numbered(connection, {card.number for card in arrived})
    strangers = {card.member for card in owners} - set(heads)
    if strangers:
        heads.update(_heads(connection, people.rows_of(connection, strangers, lock=True)))
    # Cards that were here before count first, then the new ones as they came.
    in_order = [card for card in owners if card.id not in new] + arrived
    first_with: dict[str, str] = {}
    for card in in_order:
        if card.member not in heads or heads[card.member].standing == ERASED:
            continue
        here = joined.final(heads, card.member)
        there = joined.final(heads, first_with.setdefault(card.number, card.member))
        if here != there:
            _join(connection, joined, heads, owner=there, other=here)
    return joined


def _join_holders(
    connection: Connection,
    claimed: Sequence[tuple[str, str]],
    heads: dict[str, MemberRow],
    joined: _Joined,
) -> _Joined:
    """Join whoever has one (wallet, member) in common: a wallet belongs to one person.

    So a server that was restored, and forgot by which number two were found to be one, learns it
    from the next till that names the wallets of both; a fact still names the other one.
    """
    holders = people.members_of(connection, {wallet for wallet, _ in claimed})
    strangers = set(holders.values()) - set(heads) - {""}
    if strangers:
        heads.update(_heads(connection, people.rows_of(connection, strangers, lock=True)))
    for wallet, member in claimed:
        holder = holders.get(wallet) or member
        holders[wallet] = holder
        if holder not in heads or ERASED in (heads[holder].standing, heads[member].standing):
            continue
        here, there = joined.final(heads, member), joined.final(heads, holder)
        if here != there:
            _join(connection, joined, heads, owner=there, other=here)
    return joined


def _join(
    connection: Connection,
    joined: _Joined,
    heads: dict[str, MemberRow],
    *,
    owner: str,
    other: str,
) -> None:
    by_id = {row.id: row for row in heads.values()}
    if by_id[owner].standing == PROVISIONAL and by_id[other].standing == ACTIVE:
        owner, other = other, owner
    people.point_to(connection, other, owner)
    joined.into[other] = owner


# --- down ----------------------------------------------------------------------------------------


def member_records(connection: Connection, members: Iterable[str]) -> tuple[MemberRecord, ...]:
    """The whole records of members, by id; an old id gives the member whom it means now.

    Erased and unknown ones have none.
    """
    rows = people.meant_by(connection, members)
    heads = {one: row for one, row in rows.items() if row.standing != ERASED}
    others: dict[str, list[MemberRow]] = {one: [] for one in heads}
    for row in people.merged_into(connection, heads):
        others[row.merged_into].append(row)
    meaning = {row.id: head for head, some in others.items() for row in some}
    meaning |= {head: head for head in heads}
    cards: dict[str, list[CardRow]] = {one: [] for one in heads}
    for card in people.cards_of(connection, meaning):
        cards[meaning[card.member]].append(card)
    wallets = people.wallets_of(connection, heads)
    return tuple(
        _record(row, others[one], wallets.get(one, []), cards[one])
        for one, row in sorted(heads.items())
    )


def _record(
    row: MemberRow, others: list[MemberRow], wallets: list[str], cards: list[CardRow]
) -> MemberRecord:
    merged = fields.of_one_person(
        fields.from_json(row.fields), (fields.from_json(one.fields) for one in others)
    )
    # A number that was met under several ids is one card: that of the member, if there is one.
    # Replaced is replaced, under whichever id that was told.
    by_number: dict[str, CardRow] = {}
    for card in sorted(cards, key=lambda one: (one.member != row.id, one.id)):
        if card.number:
            first = by_number.setdefault(card.number, card)
            usable = max(first.usable, card.usable, key=_USABLE.index)
            by_number[card.number] = first._replace(usable=usable)
    return MemberRecord(
        id=row.id,
        fields=fields.to_wire(merged),
        wallets=tuple(wallets),
        cards=tuple(
            CardRecord(id=card.id, number=card.number, usable=card.usable)
            for card in sorted(by_number.values())
        ),
        merged=tuple(one.id for one in others),
    )


def records_as_kept(connection: Connection, rows: Sequence[MemberRow]) -> tuple[MemberRecord, ...]:
    """The records of these rows, each under its own id: another server joins them as this one did."""
    ids = [row.id for row in rows]
    cards: dict[str, list[CardRecord]] = {one: [] for one in ids}
    for card in people.cards_of(connection, ids):
        if card.number:
            record = CardRecord(id=card.id, number=card.number, usable=card.usable)
            cards[card.member].append(record)
    wallets = people.wallets_of(connection, ids)
    return tuple(
        MemberRecord(
            id=row.id,
            fields=fields.to_wire(fields.from_json(row.fields)),
            wallets=tuple(WalletId(one) for one in wallets.get(row.id, ())),
            cards=tuple(cards[row.id]),
        )
        for row in rows
    )


# --- erasure -------------------------------------------------------------------------------------


def erase(connection: Connection, member: str) -> list[Telling]:
    """Delete what is known of a person, under every id; returns whom to tell that they are gone.

    Their wallets stay, as facts name them; nobody can tell any more whose they were.
    """
    final = people.finals(connection, [member]).get(member)
    if final is None:
        return []
    rows = [*people.rows_of(connection, [final], lock=True).values()]
    rows += people.merged_into(connection, [final])
    ids = sorted(row.id for row in rows)
    people.save_members(
        connection,
        [row._replace(fields="{}", phone="", standing=ERASED, household="") for row in rows],
    )
    people.save_cards(
        connection, [card._replace(number="") for card in people.cards_of(connection, ids)]
    )
    wallets = people.wallets_of(connection, [final]).get(final, [])
    told = feeds.interested_stores(connection, wallets)
    stores = sorted(frozenset().union(*told.values(), {row.store for row in rows}))
    return [Telling(feeds.GONE, one, stores) for one in ids]


def stay_erased(connection: Connection, members: Iterable[str], *, store: str) -> list[Telling]:
    """Records of these members were erased at another server: they are not taken in here either."""
    wanted = sorted(set(members))
    known = people.rows_of(connection, wanted, lock=True)
    people.save_members(
        connection,
        [MemberRow(one, "{}", "", store, ERASED, "") for one in wanted if one not in known],
    )
    living = [one for one, row in known.items() if row.standing != ERASED]
    return [telling for one in living for telling in erase(connection, one)]
