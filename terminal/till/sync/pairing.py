"""How a till meets its server: with a one-time code at a distant one, with the owner's key here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from terminal.till.sync.answers import Unfit, read_answer, read_refusal
from terminal.till.sync.link import Link, NobodyThere
from terminal.values import dataclass
from terminal.wire.registry_json import (
    CODES_PATH,
    PAIR_PATH,
    PUBLISH_PATH,
    CardSeries,
    CodeReply,
    CodeRequest,
    PairReply,
    PairRequest,
    PublishReply,
    PublishRequest,
    ShopRecord,
)
from terminal.wire.signing import OWNER_HEADER, SIGNATURE_HEADER, public_key_of, sign, squeeze
from terminal.wire.sync_json import write_message

LOCAL = "local:"
"""The address of the server beside the till; it listens wherever there is room."""
READ_MS = 30_000

M = TypeVar("M")


class NotPaired(Exception):
    """The till is not let in, or nobody could be asked; the message says why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a till says of itself."""

    incarnation: str
    lane: str
    app: str
    cards_taken: int = 0
    older: tuple[str, ...] = ()
    cards: CardSeries | None = None
    """Those that it made so far."""
    moves: bool = False
    """It comes from another server."""


def introduce(link: Link, who: Introduction, code: str, key: bytes) -> PairReply:
    """Show the code and be let in.

    Raises:
        NotPaired: the server refuses, or none of ours answers.
    """
    request = PairRequest(
        code=code.strip(),
        public_key=public_key_of(key).hex(),
        incarnation=who.incarnation,
        older=who.older,
        lane=who.lane,
        cards_taken=who.cards_taken,
        cards=who.cards,
        moves=who.moves,
        app=who.app,
    )
    body = squeeze(write_message(request))
    headers = {SIGNATURE_HEADER: sign(key, "POST", PAIR_PATH, body)}
    return _ask(link, PAIR_PATH, headers, body, PairReply)


def introduce_locally(
    link: Link,
    owner_key: str,
    who: Introduction,
    key: bytes,
    shop: ShopRecord,
    files: Sequence[tuple[str, str]],
) -> PairReply:
    """Found the shop at its own server, with all that the till knows, and be let in.

    It may be cut off anywhere and begin again: what is there already is told as the same.

    Raises:
        NotPaired: it did not come to the end.
    """
    owner = {OWNER_HEADER: owner_key}
    request = PublishRequest(shop=shop, files=tuple(files))
    published = _ask(link, PUBLISH_PATH, owner, squeeze(write_message(request)), PublishReply)
    if published.problems:
        file, problem = published.problems[0]
        raise NotPaired(f"The local server does not take {file}: {problem}")
    wish = squeeze(write_message(CodeRequest(store=shop.store)))
    code = _ask(link, CODES_PATH, owner, wish, CodeReply).code
    return introduce(link, who, code, key)


def _ask(link: Link, path: str, headers: dict[str, str], body: bytes, shape: type[M]) -> M:
    try:
        code, answer = link.send("POST", path, headers=headers, body=body, read_ms=READ_MS)
    except NobodyThere as error:
        raise NotPaired(words_of_nobody(link.url, stranger=error.stranger)) from error
    found: Any = read_answer(shape, code, answer)
    if not isinstance(found, Unfit):
        reply: M = found
        return reply
    raise NotPaired(_words(found, link.url, code, answer))


def words_of_nobody(url: str, *, stranger: bool) -> str:
    """What to tell where nobody answers, or a ``stranger`` whose certificate is not believed."""
    if stranger:
        return (
            f"{url} shows a certificate that this computer does not trust: it may be somebody "
            "else. Where it is your own: name the file of its authority with --ca."
        )
    return f"Nobody answers at {url}. Does the server run, and is there a line to it?"


def _words(why: Unfit, url: str, code: int, answer: bytes) -> str:
    refusal = read_refusal(answer)
    if refusal is not None and refusal.code == "bad_code":
        return (
            "This code opens nothing: it is mistyped, used already, or older than a quarter of an "
            "hour. `tenth server code` gives a fresh one."
        )
    if refusal is not None and refusal.code == "not_brought":
        return (
            f"{url} does not know this shop yet. It joins first where its own server stands: run "
            "this command there, on the till beside that server, and then here with another code."
        )
    match why:
        case Unfit.REPLAYED:
            return "The server knows this till's log already, so it cannot join once more."
        case Unfit.BUSY if refusal is not None:
            return f"The server asks for patience: {refusal.text}."
        case Unfit.BUSY | Unfit.FAILS:
            return f"The server at {url} fails just now ({code}). Nothing was changed; try again."
        case Unfit.NEWER:
            return f"The server at {url} is newer than this program: update this one first."
        case Unfit.STRANGER:
            return f"What answers at {url} is no Tenth server. Is the address right?"
        case _:
            told = refusal.text if refusal is not None else why.value
            return f"The server at {url} refuses: {told}."
