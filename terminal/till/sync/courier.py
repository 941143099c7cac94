"""The courier: what to send next, and what to make of the answer.

It has no clock, thread, chance or HTTP of its own: whoever drives it (``line_loop`` with a real
line, the simulator with an invented one) tells the time in steady milliseconds, carries its
messages and brings the answers. One request is in flight at a time; a lost one costs nothing, as
the next says the same again under a new number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from terminal.till.line_port import PATIENCE_MS, Contact, LineTrouble, Question
from terminal.till.ports import Clock
from terminal.till.sync.answers import Unfit, highest_seen, read_answer
from terminal.till.sync.errands import READ_MS, Answered, Changed, Message, Pause
from terminal.till.sync.pace import (
    LONGEST_RETRY_MS,
    SLOW_MS,
    SOON_MS,
    WAKE_SPREAD_MS,
    Batch,
    Pace,
)
from terminal.till.sync.questions import Asked, Questions
from terminal.till.sync.recovery import Recovery
from terminal.till.sync_port import Settled, SyncStore
from terminal.till.trouble import Trouble
from terminal.values import dataclass
from terminal.wire.signing import (
    INCARNATION_HEADER,
    REPLACES_HEADER,
    SIGNATURE_HEADER,
    signed_bytes,
    squeeze,
)
from terminal.wire.sync_json import (
    FORMAT,
    RECOVER_PATH,
    SYNC_PATH,
    WAKE_PATH,
    RecoverReply,
    RecoverRequest,
    SyncReply,
    SyncRequest,
    Verdict,
    write_message,
)

BELL_READ_MS = 35_000
"""Longer than the server holds a line on which it does not ring."""
LOST_MS = 5_000
"""After that and this much more a request is taken for lost, whoever carries it."""
QUESTION_FEED = 20
"""News that come along with the answer to a question: few, somebody waits."""
UNPAIRED_MS = 1_000
TURN_MS = 15_000
"""How late a price list may hold after its instant."""
TOLD_MS = 600_000
"""How long the screen says that the till began anew."""
SKIP_MOST = 100_000_000
"""Request numbers that a single answer may use up; at one a second they last three years."""
ROUNDS_MOST = 8
"""Requests at once that bring nothing further; then it pauses like after a failure."""
RUSH_MS = 250
"""Between two halves of a batch that the server failed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """The request in flight."""

    request: SyncRequest | RecoverRequest
    sent_ms: int
    read_ms: int = READ_MS
    asked: Asked | None = None

    @property
    def ends_ms(self) -> int:
        return self.sent_ms + self.read_ms + LOST_MS


class Courier:
    """Brings facts up and what the server says down; see the module."""

    def __init__(
        self,
        store: SyncStore,
        *,
        sign: Callable[[bytes], str],
        chance: Callable[[], str],
        clock: Clock,
        jitter: Callable[[], float],
        longest_ms: int = LONGEST_RETRY_MS,
    ) -> None:
        """``chance`` gives 128 random bits as 32 hex digits, ``jitter`` a number in [0, 1)."""
        self._store = store
        self._sign = sign
        self._chance = chance
        self._clock = clock
        self._pace = Pace(jitter, longest_ms)
        self._batch = Batch()
        self._questions = Questions(self._question_closed)
        self._pending: _Pending | None = None
        self._recovery: Recovery | None = None
        self._paired = False
        self._trouble = LineTrouble.NO_LINE
        self._begun_until: int | None = None
        self._turn_ms = 0
        self._rounds = 0
        self._woken = self._recorded = False
        self._incarnation = ""
        self._replaces: str | None = None
        self._after = 0
        self._contact = Contact()
        self._news: list[Answered | Changed] = []

    # --- what happens around it --------------------------------------------------------------

    def recorded(self, now_ms: int) -> None:
        """Something was recorded: up with it soon. A server that fails is left its pause."""
        if self._pending is not None:
            self._recorded = True
        elif self._trouble in {LineTrouble.NONE, LineTrouble.NO_LINE}:
            self._pace.within(now_ms, SOON_MS)

    def hurry(self, now_ms: int) -> None:
        """The till is about to close: what waits goes up now."""
        self._pace.within(now_ms, 0)

    def woken(self, now_ms: int) -> None:
        """The server rang: there is news."""
        self._questions.bell()
        if self._pending is not None:
            self._woken = True
        else:
            self._pace.spread(now_ms, WAKE_SPREAD_MS)

    def ask(self, question: Question) -> int:
        """Somebody at the counter waits for this; its ticket comes back in the news."""
        return self._questions.ask(question)

    def news(self) -> tuple[Answered | Changed, ...]:
        """What happened since the last time."""
        news, self._news = tuple(self._news), []
        return news

    def contact(self) -> Contact:
        """How the till stands with its server."""
        try:
            stored = self._store.contact()
        except Trouble:
            self._contact = replace(self._contact, trouble=LineTrouble.LOCAL_DISK)
            return self._contact
        trouble = self._trouble
        if stored.trouble is LineTrouble.NOT_PAIRED:
            trouble = LineTrouble.NOT_PAIRED
        elif trouble is LineTrouble.NONE and self._begun_until is not None:
            trouble = LineTrouble.BEGUN_ANEW
        self._contact = replace(stored, trouble=trouble)
        return self._contact

    def wake(self) -> Message | None:
        """The long wait for the bell, for a second connection; None before the first request."""
        if not self._incarnation or self._trouble is not LineTrouble.NONE:
            return None
        return self._message(WAKE_PATH, b"", method="GET", read_ms=BELL_READ_MS)

    # --- what to send ------------------------------------------------------------------------

    def next(self, now_ms: int) -> Message | Pause:
        """The next message, or how long to wait for something to happen."""
        if self._pending is not None and now_ms >= self._pending.ends_ms:
            self.failed(now_ms)
        self._questions.pass_time(now_ms)
        if self._begun_until is not None and now_ms >= self._begun_until:
            self._begun_until = None
        try:
            message = self._compose(now_ms)
        except Trouble:
            self._stumbled(now_ms)
            message = None
        return message or Pause(self._wait_ms(now_ms))

    def _compose(self, now_ms: int) -> Message | None:
        if not self._paired:
            self._paired = self._store.paired() is not None
            if not self._paired:
                self._questions.close_all()
                return None
        if self._pending is not None:
            return None
        if now_ms >= self._turn_ms:
            self._turn_ms = now_ms + TURN_MS
            self._tell(self._store.turn_revisions(self._clock.now()))
        due = now_ms >= self._pace.due_ms
        if self._recovery is not None:
            self._questions.close_all()
            return self._recover(self._recovery, now_ms) if due else None
        asked = self._questions.next()
        if asked is not None:
            return self._send_question(asked, now_ms)
        return self._send_batch(now_ms) if due else None

    def _send_batch(self, now_ms: int) -> Message:
        batch = self._batch
        request = self._prepare(Question(), batch.most_facts, batch.most_bytes, batch.opaque)
        return self._sent(_Pending(request=request, sent_ms=now_ms))

    def _send_question(self, asked: Asked, now_ms: int) -> Message:
        """A small request of its own: what waits to go up must not keep somebody waiting."""
        request = replace(self._prepare(asked.question, 0, 0), feed_most=QUESTION_FEED)
        return self._sent(
            _Pending(request=request, sent_ms=now_ms, read_ms=PATIENCE_MS, asked=asked)
        )

    def _recover(self, recovery: Recovery, now_ms: int) -> Message:
        request = recovery.ask(self._prepare(Question(), 0, 0))
        return self._sent(_Pending(request=request, sent_ms=now_ms))

    def _prepare(
        self, question: Question, most_facts: int, most_bytes: int, opaque: bool = False
    ) -> SyncRequest:
        request = self._store.prepare(
            random=self._chance(),
            question=question,
            most_facts=most_facts,
            most_bytes=most_bytes,
            at=self._clock.now(),
            opaque=opaque,
            after=self._after,
        )
        self._incarnation, self._replaces = request.incarnation, request.replaces
        return request

    def _sent(self, pending: _Pending) -> Message:
        self._pending = pending
        path = RECOVER_PATH if isinstance(pending.request, RecoverRequest) else SYNC_PATH
        body = squeeze(write_message(pending.request))
        return self._message(path, body, read_ms=pending.read_ms)

    def _message(
        self, path: str, body: bytes, *, method: str = "POST", read_ms: int = READ_MS
    ) -> Message:
        headers = {
            INCARNATION_HEADER: self._incarnation,
            SIGNATURE_HEADER: self._sign(signed_bytes(method, path, body)),
        }
        if self._replaces is not None:
            headers[REPLACES_HEADER] = self._replaces
        return Message(method=method, path=path, headers=headers, body=body, read_ms=read_ms)

    def _wait_ms(self, now_ms: int) -> int:
        if not self._paired:
            return UNPAIRED_MS
        until = self._pending.ends_ms - now_ms if self._pending else self._pace.wait_ms(now_ms)
        waits = [until] if self._pending else [until, self._turn_ms - now_ms]
        asked = self._questions.wait_ms(now_ms)
        if asked is not None:
            waits.append(asked)
        return max(1, min(waits))

    # --- what came back ----------------------------------------------------------------------

    def failed(self, now_ms: int, *, stranger: bool = False) -> None:
        """Nobody answered, or a ``stranger`` whose certificate is not our server's."""
        pending = self._pending
        took_long = pending and now_ms - pending.sent_ms >= SLOW_MS
        if took_long and pending and isinstance(pending.request, SyncRequest):
            self._batch.lighten(_facts_in(pending.request))
        self._trouble = LineTrouble.UNTRUSTED if stranger else LineTrouble.NO_LINE
        self._give_up()
        self._pace.back_off(now_ms)

    def answered(self, code: int, body: bytes, now_ms: int) -> None:
        """Somebody answered, with this HTTP code and body. Late answers are dropped."""
        pending = self._pending
        if pending is None:
            return
        if code == 409:
            self._skip(pending.request.request, body)
        if isinstance(pending.request, RecoverRequest):
            page = read_answer(RecoverReply, code, body)
            if isinstance(page, Unfit):
                self._refused(page, 0, now_ms)
            elif page.random == pending.request.random:
                self._pending = None
                self._recovered(page, now_ms)
            return
        reply = read_answer(SyncReply, code, body)
        if isinstance(reply, Unfit):
            if code == 408:
                self._batch.lighten(_facts_in(pending.request))
            self._refused(reply, _facts_in(pending.request), now_ms)
        elif (reply.request, reply.random) == (pending.request.request, pending.request.random):
            self._replied(pending, pending.request, reply, now_ms)

    def _refused(self, why: Unfit, sent: int, now_ms: int) -> None:
        is_question = self._pending is not None and self._pending.asked is not None
        self._give_up()
        if why is Unfit.REPLAYED:
            self._go_on(now_ms)
            return
        if why is Unfit.NEWER:
            # What stands in it would be misread; the server keeps what it was sent.
            self._trouble = LineTrouble.OLD_TILL
            self._pace.slowest(now_ms)
            return
        if why in {Unfit.FAILS, Unfit.TOO_LARGE, Unfit.MALFORMED}:
            self._trouble = {Unfit.MALFORMED: LineTrouble.OLD_SERVER}.get(
                why, LineTrouble.SERVER_FAILS
            )
            if not is_question and self._batch.cut(sent):
                self._pace.due_ms = now_ms + RUSH_MS
                return
        elif why is Unfit.REVOKED:
            self._trouble = LineTrouble.REVOKED
        elif why is Unfit.BUSY:
            self._trouble = LineTrouble.SERVER_FAILS
        else:
            self._trouble = LineTrouble.NOT_OUR_SERVER
        self._pace.back_off(now_ms)

    def _skip(self, used: int, body: bytes) -> None:
        """A disk that was restored counts behind: go on after what the server has seen."""
        seen = highest_seen(body)
        if used <= seen <= used + SKIP_MOST:
            self._after = seen

    def _replied(
        self, pending: _Pending, request: SyncRequest, reply: SyncReply, now_ms: int
    ) -> None:
        if reply.needs > FORMAT:
            self._refused(Unfit.NEWER, 0, now_ms)
        elif reply.verdict is Verdict.REENROL:
            self._give_up()
            self._recovery = Recovery(request)
            self._go_on(now_ms)
        else:
            self._settle(pending, request, reply, now_ms)

    def _settle(
        self, pending: _Pending, request: SyncRequest, reply: SyncReply, now_ms: int
    ) -> None:
        try:
            settled = self._store.settle(request, reply, at=self._clock.now())
        except Trouble:
            self._stumbled(now_ms)
            return
        except ValueError:
            # Well formed and signed for, and still not what this till can take: ask again later.
            self._give_up()
            self._trouble = LineTrouble.SERVER_FAILS
            self._pace.back_off(now_ms)
            return
        self._pending = None
        self._trouble = LineTrouble.NONE
        self._tell(settled)
        asked = pending.asked
        if asked is None:
            self._batch.grow()
        else:
            self._questions.settled(asked, reply)
        self._plan(request, reply, settled, now_ms)
        if reply.store_sales is not None and reply.store_sales.more:
            self._pace.at_leisure(now_ms, now_ms - pending.sent_ms)

    def _plan(self, request: SyncRequest, reply: SyncReply, settled: Settled, now_ms: int) -> None:
        """When to speak again, after all went well."""
        if reply.verdict is Verdict.UPGRADE:
            self._trouble = LineTrouble.OLD_TILL
            self._pace.slowest(now_ms)
            return
        if _brought_something(request, reply):
            self._rounds = 0
        if reply.verdict is Verdict.TIMELINE or settled.more:
            self._go_on(now_ms)
            return
        self._rounds = 0
        self._pace.idle(now_ms)
        if self._recorded:
            self._pace.within(now_ms, SOON_MS)
        if self._woken:
            self._pace.spread(now_ms, WAKE_SPREAD_MS)
        self._woken = self._recorded = False

    def _go_on(self, now_ms: int) -> None:
        """At once, unless that leads nowhere again and again."""
        self._rounds += 1
        if self._rounds > ROUNDS_MOST:
            self._pace.back_off(now_ms)
        else:
            self._pace.at_once(now_ms)

    def _recovered(self, page: RecoverReply, now_ms: int) -> None:
        recovery = self._recovery
        assert recovery is not None, "pages come only while a log is fetched"
        try:
            more = recovery.take(page)
        except ValueError:
            self._trouble = LineTrouble.SERVER_FAILS
            self._pace.back_off(now_ms)
            return
        self._pace.at_once(now_ms)
        if not more:
            self._begin_anew(recovery, now_ms)

    def _begin_anew(self, recovery: Recovery, now_ms: int) -> None:
        self._recovery = None
        try:
            self._store.begin_anew(
                recovery.held,
                recovery.grants,
                incarnation=self._chance()[-16:],
                at=self._clock.now(),
            )
        except Trouble:
            self._stumbled(now_ms)  # the server will say so again
            return
        except ValueError:
            if recovery.from_the_start():
                self._recovery = recovery
                self._pace.at_once(now_ms)
                return
            self._trouble = LineTrouble.SERVER_FAILS
            self._pace.back_off(now_ms)
            return
        self._begun_until = now_ms + TOLD_MS
        self._tell(Settled(rights=True))

    # --- both ways ---------------------------------------------------------------------------

    def _stumbled(self, now_ms: int) -> None:
        """The disk of this computer failed; what came is asked for again."""
        self._give_up()
        self._trouble = LineTrouble.LOCAL_DISK
        self._questions.close_all()
        self._pace.back_off(now_ms)

    def _give_up(self) -> None:
        """Nothing is in flight any more; who asked is told."""
        pending, self._pending = self._pending, None
        if pending is not None and pending.asked is not None:
            self._questions.close(pending.asked)

    def _question_closed(self, ticket: int, reached: bool) -> None:
        self._news.append(Answered(ticket, reached))

    def _tell(self, settled: Settled) -> None:
        if settled != Settled(more=settled.more):
            self._news.append(Changed(settled))


def _brought_something(request: SyncRequest, reply: SyncReply) -> bool:
    """Whether the round was worth it, so that another at once is no idle loop."""
    sent = request.facts or request.opaque or request.records
    acknowledged = set(reply.acknowledged) - set(request.acknowledged)
    return reply.cursor > request.cursor or bool(sent and (acknowledged or reply.records_taken))


def _facts_in(request: SyncRequest) -> int:
    return len(request.facts) + len(request.opaque)
