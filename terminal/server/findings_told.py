"""`tenth server findings`: what the checks of sales and refunds found, in words and as data.

Each says what is not as it should be, and what it may mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.money import Currency
from terminal.server.commands import Told, in_words, open_server
from terminal.server.database import findings, overview
from terminal.server.failures import NotDone
from terminal.server.registry.stores import all_shops
from terminal.server.settings import Settings
from terminal.wording.words import Words

COUNTED_TWICE = "counted_twice"
"""Kept beside the kinds of checks: see `ledger/counting_once.py`."""

_OTHER_RULES = "The sale was judged otherwise than the rules that it names would have it: "
_WORDS: Mapping[str, str] = {
    FindingKind.UNREADABLE: "It cannot be judged here: of a newer program, or damaged.",
    FindingKind.LINES: "A line does not come to its pieces at its price, less what came off.",
    FindingKind.SHARES: "What a reward took off the lines does not come to its discount.",
    FindingKind.VAT: "The VAT does not come to what the lines say.",
    FindingKind.TOTAL: "The total does not come to what the lines say.",
    FindingKind.ROUNDING: "The coins were rounded otherwise than the country has it.",
    FindingKind.TENDERS: "What was paid less the change does not come to what was due.",
    FindingKind.OUTDATED: "The till did not have the newest rules yet.",
    FindingKind.REVISION: "It names rules that nobody published.",
    FindingKind.AUDIENCE: _OTHER_RULES + "it was for others.",
    FindingKind.WINDOW: _OTHER_RULES + "it was not the time for it.",
    FindingKind.OCCASION: _OTHER_RULES + "it was not the occasion for it.",
    FindingKind.CONDITION: _OTHER_RULES + "the basket did not hold what the reward asks for.",
    FindingKind.NOT_CLAIMED: _OTHER_RULES + "nobody had claimed it.",
    FindingKind.TAKEN_OFF: _OTHER_RULES + "the cashier had taken it off.",
    FindingKind.LIMIT: _OTHER_RULES + "it was had more often than one sale may.",
    FindingKind.STACKING: _OTHER_RULES + "it may not be had beside another one.",
    FindingKind.GOODS: _OTHER_RULES + "it came off goods that it is not about.",
    FindingKind.PIECES: _OTHER_RULES + "a piece took part twice.",
    FindingKind.BENEFIT: _OTHER_RULES + "another amount came off than the reward gives.",
    FindingKind.SPENT: _OTHER_RULES + "other units were spent than the rewards cost.",
    FindingKind.BUDGET: _OTHER_RULES + "budgets gave something else than the rules cost them.",
    FindingKind.EARNED: _OTHER_RULES + "other units were earned than the rules give.",
    FindingKind.ENTRIES: "The fact moves other units than its sale says.",
    FindingKind.REFUNDED_TWICE: (
        "Goods came back that had come back before, at tills that did not know of each other. "
        "The money is gone; the units were taken back twice and are owed."
    ),
    FindingKind.REFUND_PAID: "More money went back than the refunds of the sale come to.",
    FindingKind.CODE_USED: (
        "The gift card that was sold with the goods had been used; that part could not be taken "
        "back."
    ),
    FindingKind.OVERSHOT: (
        "A member had {found} in one period ({text}) where {expected} are allowed: tills that did "
        "not hear of each other gave it in good faith. Nothing is taken from the member."
    ),
    FindingKind.NTH_AGAIN: (
        "What is for one purchase of a member ({text}) was given {found} times: by tills that did "
        "not hear of each other, or after a purchase before it came back. Nothing is taken from "
        "the member."
    ),
    FindingKind.NO_PURCHASE: (
        "Goods came back without a slip for a member who is not known to have bought them. "
        "Nothing was taken back; ask who approved it."
    ),
    FindingKind.CHEAPER: "A note: the rules would have allowed a better price.",
    COUNTED_TWICE: "The same sale came in two logs of one copied disk; it counts once.",
}
_UNKNOWN = "A finding of a newer program."


def told(settings: Settings, first: date, last: date, kind: str = "") -> Told:
    """Everything that was found in sales and refunds of these business days, both included.

    Raises:
        NotDone: the last day is before the first, or the database does not open.
    """
    if last < first:
        raise NotDone(f"{last} is before {first}: --first FIRST --last LAST, both included.")
    with in_words(), open_server(settings) as database, database.reading() as connection:
        rows = findings.of_days(connection, first.isoformat(), last.isoformat())
        lanes = {row.incarnation: row.lane for row in overview.read_tills(connection)}
        shops = {shop.store: shop for shop in all_shops(connection)}
    lines: list[str] = []
    plain: list[dict[str, object]] = []
    for row, day, store in rows:
        if kind and row.kind != kind:
            continue
        detail = json.loads(row.detail)
        shop = shops.get(store)
        words = Words("en", Currency(shop.currency if shop else "EUR"))
        sentence = words_of(row.kind, detail)
        rule = f" Programme {detail['programme']}, {detail['rule']}." if "rule" in detail else ""
        cost = f" It cost {words.money(row.cost)}." if row.cost else ""
        where = ", ".join(
            filter(None, (day, shop.name if shop else "", lanes.get(row.incarnation, "")))
        )
        lines.append(f"{where}, no. {row.seq}: {sentence}{rule}{cost}")
        plain.append({**row._asdict(), "detail": detail, "day": day, "words": sentence})
    if not lines:
        lines = [f"From {first} to {last} nothing was found."]
    return Told(tuple(lines), {"first": str(first), "last": str(last), "findings": plain})


def words_of(kind: str, detail: Mapping[str, Any]) -> str:
    """A finding in words; ``detail`` is what it says beside its kind and cost."""
    named = {name: detail.get(name, 0) for name in ("found", "expected")}
    return _WORDS.get(kind, _UNKNOWN).format(**named, text=detail.get("text", ""))
