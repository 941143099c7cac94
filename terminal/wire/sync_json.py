"""The one message pair of sync: what a till sends, what the server answers.

``POST /sync`` carries facts and records up, and acknowledgements, statements, records, revisions
and rights down. Everything is one round trip that the till settles in one transaction; a reply
that got lost costs nothing, the next one says the same again.

Types are strict. Unknown keys are passed over, because the other side may be of another year;
a key that a reader must understand raises ``needs`` above what the reader knows (``upgrade``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from terminal.loyalty.statement import Grant, Statement
from terminal.loyalty.wallet import UnitId, WalletId
from terminal.values import dataclass
from terminal.wire.limits import Count, Hash, Incarnation, Key, Number, Within
from terminal.wire.record_json import MemberRecord
from terminal.wire.registry_json import Operator, Pricing, ShopRecord, StoreKeys

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1
SYNC_PATH = "/sync"
WAKE_PATH = "/wake"
RECOVER_PATH = "/recover"


class BadMessage(ValueError):
    """Not a message of this format; ``problems`` are (path, what is wrong)."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{path or 'message'}: {text}" for path, text in problems))
        self.problems = problems


# --- up ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """How far a log goes: facts 1 to ``seq``. ``hash`` is that of the last, when it is told."""

    incarnation: Incarnation
    seq: Number
    hash: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueFact:
    """A fact that cannot travel as text, or that the server failed over: its bytes in base64."""

    incarnation: Incarnation
    seq: Annotated[int, Within(ge=1)]
    base64: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A right that the till would like to have, now."""

    wallet: WalletId
    unit: UnitId
    n: Count


class AskKind(StrEnum):
    """What a till may look for at the server."""

    MEMBER_BY_CARD = "member_by_card"
    MEMBER_BY_PHONE = "member_by_phone"
    """By the whole number as the world writes it (E.164), never by its end."""
    MEMBER_BY_ID = "member_by_id"
    WALLET = "wallet"
    """A voucher or a gift card by its wallet: its statement, and the right to what is in it."""
    SALE = "sale"
    """A sale of another till by the id on its slip, with what came back of it."""
    CODE_KEYS = "code_keys"
    """The stores that have a key for codes of this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that this till does not know."""

    kind: AskKind
    key: Annotated[str, Within(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """The till's clock as the request was made."""

    wall_ms: int
    offset_minutes: int
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """What a till sends. One request of an incarnation is in flight at a time.

    ``request`` counts up and is on the till's disk before the request leaves; ``random`` tells a
    repeated message from a reused number; ``nonce`` is the last one that the server gave.
    ``facts`` are stored bytes as text, each log's in order and without a gap from what the
    server acknowledged. ``logs`` are the till's own log (first) and older ones of its terminal.
    """

    format: int = FORMAT
    incarnation: Incarnation
    request: Annotated[int, Within(ge=1)]
    random: Key
    nonce: str
    timeline: Number
    cursor: Number
    logs: tuple[LogMark, ...]
    acknowledged: tuple[LogMark, ...] = ()
    """What the till believes the server to hold of each log; more than it holds means that the
    server was restored."""
    replaces: Incarnation | None = None
    """In the first request of a new incarnation: the one it follows."""
    facts: tuple[str, ...] = ()
    opaque: tuple[OpaqueFact, ...] = ()
    records: tuple[MemberRecord, ...] = ()
    wants: tuple[Want, ...] = ()
    asks: tuple[Ask, ...] = ()
    clock: ClockReading
    app: str
    cards_left: int | None = None
    """Counters of blank cards that this till may still give out; None where it makes no cards."""
    knows: int = FORMAT
    """The newest ``needs`` that this till understands."""
    feed_most: Annotated[int, Within(ge=0, le=1000)] = 200
    """Wallets and records that the till wants to settle at once."""
    sales_marks: tuple[LogMark, ...] | None = None
    """How far the till heard the logs of the store's other tills; None if it does not ask now."""


# --- down ----------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What the server makes of a request that was well formed and signed."""

    OK = "ok"
    TIMELINE = "timeline"
    """The server was restored: take its timeline over, send what it lost, ask again."""
    REENROL = "reenrol"
    """This log has two futures (a restored or copied till): fetch ``/recover``, begin anew."""
    UPGRADE = "upgrade"
    """The server speaks in a way that this till does not know. Its facts were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedFact:
    """A fact that the server keeps and could not apply; the till goes on folding it itself."""

    incarnation: Incarnation
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Rights that the server asks back; the till returns what it holds and does not need now."""

    wallet: WalletId
    unit: UnitId
    n: Count
    reason: str
    """``recalled`` (somebody else asks for them, or they end) or ``over_cap``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an ask found: the member's id (the record comes with the reply), or None.

    Of a phone that several have there are several answers, one for each.
    """

    kind: AskKind
    key: str
    member: Key | None
    too_often: bool = False
    """This till asked for too many phones within some minutes: nobody was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSale:
    """A sale of another till, and the refunds of it that the server knows: facts as stored."""

    id: Key
    fact: str
    refunds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSales:
    """Sales and refunds of the store's other tills of the last 30 days: facts as stored."""

    facts: tuple[str, ...] = ()
    marks: tuple[LogMark, ...] = ()
    """How far they are told with this reply."""
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBlock:
    """Counters of blank cards that this till alone gives out: first to last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReply:
    """What the server answers. The till takes it only for the request that it waits for."""

    format: int = FORMAT
    needs: int = FORMAT
    request: int
    random: Key
    verdict: Verdict = Verdict.OK
    timeline: Number
    nonce: str
    acknowledged: tuple[LogMark, ...] = ()
    """Highest fact of each log that is durably stored, with all before it."""
    contradicted: tuple[LogMark, ...] = ()
    """Older logs of the till of which the server holds another future, from this fact on: what
    the till has in its place is recorded again in its present log."""
    archived: tuple[LogMark, ...] = ()
    """Up to here the server has a backup too: what a till may ever prune."""
    includes: tuple[LogMark, ...] = ()
    """Facts of the till's logs that are in the statements of this reply (or parked)."""
    parked: tuple[ParkedFact, ...] = ()
    """All parked facts within ``includes``."""
    cursor: Number
    more: bool = False
    """The feed goes on beyond ``cursor``: ask again at once."""
    statements: tuple[Statement, ...] = ()
    members: tuple[MemberRecord, ...] = ()
    gone: tuple[Key, ...] = ()
    """Members whose records are erased."""
    records_taken: tuple[Key, ...] = ()
    shop: ShopRecord | None = None
    pricings: tuple[Pricing, ...] = ()
    programmes: tuple[dict[str, Any], ...] = ()
    """Revisions as in their files; see ``programme_json``."""
    operators: tuple[Operator, ...] | None = None
    """Everybody who may sign on in this store, when that changed."""
    code_keys: tuple[StoreKeys, ...] = ()
    """Of stores of the chain, this one too, whose keys for codes changed or were asked for."""
    grants: tuple[Grant, ...] = ()
    """All grants on their way to this incarnation; those received before are known by name."""
    recalls: tuple[Recall, ...] = ()
    answers: tuple[Answer, ...] = ()
    sales: tuple[ToldSale, ...] = ()
    """Those that were asked for and are here."""
    store_sales: StoreSales | None = None
    cards: tuple[CardBlock, ...] = ()
    """Blocks given to this terminal with this reply."""
    cards_issued: int = 0
    """How many counters of the store's cards any till was given: a genuine card has less."""
    only_till: bool = False
    """Nobody else serves this store: nothing is asked back over the cap."""
    value_most: int | None = None
    """The owner's cap on what this till may hold, minor units; None where there is none."""
    server_ms: int


# --- getting a lost tail back --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverRequest:
    """A till whose log has two futures asks what the server holds of it after ``after``."""

    format: int = FORMAT
    incarnation: Incarnation
    request: Annotated[int, Within(ge=1)]
    random: Key
    after: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverReply:
    """Facts of the log, in order; ``grants`` all that were ever given to the incarnation."""

    format: int = FORMAT
    random: Key
    facts: tuple[str, ...] = ()
    opaque: tuple[OpaqueFact, ...] = ()
    grants: tuple[Grant, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The body of a 4xx or 5xx answer: a code for programs, a sentence for a log."""

    code: str
    """``malformed``, ``too_large``, ``unsigned``, ``unknown_terminal``, ``replayed``,
    ``retired``, ``bad_code``, ``busy``, ``failed``, ``not_found``, ``not_allowed``,
    ``wrong_content``, ``not_brought``."""
    text: str
    problems: tuple[tuple[str, str], ...] = ()
    """(place, what is wrong); with ``replayed``, (``request``, the highest number seen)."""


M = TypeVar("M")


def read_message(shape: type[M], plain: bytes) -> M:
    """Read a message of this module or of ``registry_json``.

    Raises:
        BadMessage: it is no JSON, or not of this shape; says where.
    """
    from pydantic import ValidationError

    try:
        message: M = _adapter(shape).validate_json(plain, strict=True)
        return message
    except ValidationError as error:
        raise BadMessage(
            tuple(
                (".".join(str(step) for step in one["loc"]), str(one["msg"]))
                for one in error.errors(include_url=False, include_input=False)[:20]
            )
        ) from error


def write_message(message: Any) -> bytes:
    """JSON bytes of a message; defaults are left out."""
    return _adapter(type(message)).dump_json(message, exclude_defaults=True)


def message_schema(shape: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a message, for the published OpenAPI."""
    return _adapter(shape).json_schema(ref_template="#/components/schemas/{model}")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(shape: Any) -> TypeAdapter[Any]:
    """Made once for each shape, and only for those that are used: a till starts quicker."""
    from pydantic import TypeAdapter

    known = _ADAPTERS.get(shape)
    if known is None:
        known = _ADAPTERS[shape] = TypeAdapter(shape)
    return known
