"""A world: tills, people, a server and the network between them, as one seed tells it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from terminal.barcodes.voucher_code import code_key
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.wallet import Account
from terminal.simulation.chance import Chance, Clockwork
from terminal.simulation.clocks import BEGINNING_MS, DAY_MS, moment_at
from terminal.simulation.counter import Person
from terminal.simulation.crashes import ProcessGone
from terminal.simulation.disk import Disk
from terminal.simulation.founding import Founding, found
from terminal.simulation.invariants import demand
from terminal.simulation.mixture import Fault, Mixture, mixture_of
from terminal.simulation.network import Network, Reply, Request
from terminal.simulation.office import Office
from terminal.simulation.scenario import (
    CARD_KEY,
    card,
    has_budgets,
    has_codes,
    has_forgers,
    has_friends,
    names,
    programmes,
)
from terminal.simulation.tills import Copy, Till
from terminal.simulation.watcher import Watcher
from terminal.till.database import rebuild
from terminal.till.line_port import Question
from terminal.till.sync.errands import Message
from terminal.till.trouble import Trouble, TroubleKind

COPIES_MOST = 6
DIES_OVER_ANSWER = 0.05
"""Of so many answers a till dies while it takes one over, in worlds where tills die at all."""


def founded(seed: int, steps: int | None = None, *, timeless: bool = False) -> Founding:
    """The beginning of a seed's world."""
    mixture = mixture_of(Chance(f"world {seed}").stream("mixture"), steps)
    return found(
        mixture.stores,
        mixture.tills,
        timeless,
        has_budgets(seed, timeless=timeless),
        has_codes(seed, timeless=timeless),
        has_friends(seed, timeless=timeless),
    )


class World:
    """Everything there is. Steps and faults change it, ``look`` demands the invariants."""

    def __init__(
        self,
        seed: int,
        folder: Path,
        *,
        steps: int | None = None,
        trace: Callable[[str], None] | None = None,
        clocks: int | None = None,
    ) -> None:
        """``clocks`` makes a world without dates, whose clocks are wrong in a way of that number."""
        self.seed = seed
        self.folder = folder
        self.chance = Chance(f"world {seed}")
        self.mixture: Mixture = mixture_of(self.chance.stream("mixture"), steps)
        self.clockwork = Clockwork(BEGINNING_MS)
        self.network = Network(self.clockwork, self.chance.stream("network"), self.mixture)
        self.office = Office(self.clockwork, self.chance.stream("office"))
        self.watcher = Watcher(self.office)
        self.tills: list[Till] = []
        self.names: set[str] = set()
        """Of all tills there ever were: a second one of a name would draw the same ids of chance."""
        self.people: list[Person] = []
        self.sold: list[SaleRecord] = []
        """Where goods come back: what was sold, as it stands on the slips."""
        self.codes: defaultdict[str, list[str]] = defaultdict(list)
        """Of gift cards and of vouchers, by unit: whoever saw one may have copied it."""
        self.copies: deque[Copy] = deque(maxlen=COPIES_MOST)
        self.server_copies: deque[tuple[int, bytes]] = deque(maxlen=COPIES_MOST)
        self.figures: Counter[str] = Counter()
        self.step = 0
        self.revision = 1
        self.forgotten: list[Counter[Account]] = []
        self.clocks = clocks
        self.timeless = clocks is not None
        self.has_codes = has_codes(seed, timeless=self.timeless)
        self.has_friends = has_friends(seed, timeless=self.timeless)
        self.has_forgers = has_forgers(seed, timeless=self.timeless)
        self.keys = {code_key(CARD_KEY)}
        """All that the stores ever signed codes with."""
        self._trace = trace
        self._digest = sha256()
        self.founding: Founding = founded(seed, steps, timeless=self.timeless)
        self._crashes = self.chance.stream("crashes")
        self._begin()

    def _begin(self) -> None:
        self.office.start(self.founding.server)
        for copy in self.founding.tills:
            self.add_till(copy, copy.till)
        self.founding_looks = tuple(till.look() for till in self.tills)
        for number, name in enumerate(names(self.mixture.members)):
            self.people.append(Person(name, card(number)))

    def add_till(self, copy: Copy, name: str) -> Till:
        """One more computer, with this image on its disk."""
        assert name not in self.names, f"there was a {name} before"
        self.names.add(name)
        till = Till(
            name=name,
            store=copy.store,
            key=copy.key,
            disk=Disk(self.folder / name / "till.sqlite"),
            clockwork=self.clockwork,
            chance=self.chance.stream(f"till {name}"),
            feed_most=self.mixture.feed_most,
        )
        if self.clocks is not None:
            astray = Chance(f"clocks {self.clocks} {self.seed} {name}")
            till.clock.set(astray.between(-40, 40) * DAY_MS + astray.between(0, DAY_MS))
        till.put(copy.image)
        till.start()
        self.tills.append(till)
        return till

    def remove_till(self, till: Till) -> None:
        """A computer is gone, with its disk."""
        till.stop()
        till.disk.let_go()
        self.tills.remove(till)
        self.watcher.forget_till(till.name)

    def close(self) -> None:
        """Let go of all files."""
        for till in self.tills:
            till.stop()
            till.disk.let_go()
        if self.office.runs:
            self.office.stop()

    # --- telling -----------------------------------------------------------------------------

    def tell(self, words: str) -> None:
        """What happened, for the trace and the hash by which two runs are compared."""
        self._digest.update(f"{self.step} {self.clockwork.now_ms} {words}\n".encode())
        if self._trace is not None:
            at = moment_at(self.clockwork.now_ms).local
            self._trace(f"{self.step:4d}  {at:%d %b %H:%M:%S}  {words}")

    @property
    def event_hash(self) -> str:
        """Of everything that was told so far."""
        return self._digest.hexdigest()

    def look(self) -> None:
        """Demand what must hold after every step."""
        self.watcher.look(self.tills)

    @property
    def _dies_over_answers(self) -> bool:
        return self.mixture.has(Fault.CRASH_TILL) and not self.network.healed

    # --- messages ----------------------------------------------------------------------------

    def offered(self, revision: int) -> tuple[Programme, ...]:
        """What this chain offers, in a revision."""
        budgets = has_budgets(self.seed, timeless=self.timeless)
        return programmes(
            revision,
            timeless=self.timeless,
            budgets=budgets,
            codes=self.has_codes,
            thanks=self.has_friends,
        )

    def deliver(self, until_ms: int, waiting: Till | None = None) -> None:
        """Bring what arrives until then; where a till waits for its answer, only until that."""
        while waiting is None or waiting.waiting is not None:
            message = self.network.next_due(until_ms)
            if message is None:
                self.clockwork.now_ms = max(self.clockwork.now_ms, until_ms)
                return
            if isinstance(message, Request):
                self._bring_request(message)
            else:
                self._bring_reply(message)

    def _bring_request(self, request: Request) -> None:
        reply = self.office.receive(request)
        self.figures["requests"] += 1
        if reply is None:
            self.figures["server crashes"] += 1
            self.tell(f"server: died over {request.till}'s request {request.number}")
            return
        digest = sha256(reply.body).hexdigest()[:12]
        self.tell(f"server: answers {request.till}'s {request.number}: {reply.code} {digest}")
        if not request.replayed:
            self.network.send(reply)

    def _bring_reply(self, reply: Reply) -> None:
        till = next((one for one in self.tills if one.name == reply.till), None)
        if till is None or not till.runs or till.run != reply.run or till.waiting != reply.number:
            return
        self.give(till, reply)

    def give(self, till: Till, reply: Reply) -> None:
        """A till's courier gets an answer."""
        till.waiting = None
        if self._dies_over_answers and self._crashes.happens(DIES_OVER_ANSWER):
            till.doom.strike(self._crashes.between(0, 3))
        with self.dying(till):
            till.courier.answered(reply.code, reply.body, self.clockwork.now_ms)
            till.courier.news()

    def exchange(self, till: Till, question: Question | None = None) -> bool:
        """One turn of a till's courier: send what is next, wait for the answer as long as it would.

        Says whether there was something to send.
        """
        if not till.runs:
            return False
        if question is not None:
            till.courier.ask(question)
        request, patience_ms = self.begin_request(till)
        if request is None:
            return False
        self.figures["messages"] += 1
        if self.network.send(request):
            self.deliver(self.clockwork.now_ms + patience_ms, till)
        if till.waiting is not None:
            till.waiting = None
            self.tell(f"{till.name}: no answer")
            till.courier.failed(self.clockwork.now_ms)
        return True

    def begin_request(self, till: Till) -> tuple[Request | None, int]:
        """The courier's next message, if it has one by now, and how long it waits for the answer."""
        message = self._next_message(till)
        if message is None:
            return None, 0
        till.number += 1
        till.waiting = till.number
        digest = sha256(message.body).hexdigest()[:12]
        self.tell(f"{till.name}: sends {till.number} {message.path} {digest}")
        request = Request(
            till=till.name,
            run=till.run,
            number=till.number,
            path=message.path,
            headers=tuple(message.headers.items()),
            body=message.body,
        )
        return request, message.read_ms

    def _next_message(self, till: Till) -> Message | None:
        """What the courier wants to send now, or within its pause."""
        for _ in range(2):
            with self.dying(till):
                found = till.courier.next(self.clockwork.now_ms)
                if isinstance(found, Message):
                    return found
                self.deliver(self.clockwork.now_ms + min(found.ms, 60_000))
            if not till.runs:
                return None
        return None

    def refused(self, till: Till, trouble: Trouble) -> bool:
        """A till's program said that its disk failed it; False where the disk did not.

        Raises:
            Violation: it left something half done.
        """
        full = trouble.kind is TroubleKind.DISK_FULL and till.room is not None
        failed = trouble.kind is TroubleKind.DATABASE_FAILED and till.doom.disk_failed
        if not (full or failed):
            return False
        found = rebuild.check(till.program.database).differences
        demand("nothing half done", (f"{till.name}: {one}" for one in found))
        self.figures["disk full" if full else "disk failed"] += 1
        self.tell(f"{till.name}: {trouble.kind.value}")
        if failed:
            till.stop()
            till.start()
        return True

    # --- crashes -----------------------------------------------------------------------------

    def dying(self, till: Till) -> Dying:
        """Within this the till's process may die; it is started anew on what is on its disk."""
        return Dying(self, till)


class Dying:
    """Catches the death of a till's process."""

    def __init__(self, world: World, till: Till) -> None:
        self._world = world
        self._till = till

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> bool:
        """Start the program anew if it died, or closed its file to writing."""
        world, till = self._world, self._till
        if isinstance(error, Trouble):
            return world.refused(till, error)
        if not isinstance(error, ProcessGone):
            return False
        till.stop()
        world.figures["till crashes"] += 1
        world.tell(f"{till.name}: died {error}")
        till.start()
        return True
