"""The watcher: looks at every disk that changed, keeps the truth, and demands the invariants."""

from __future__ import annotations

import json
from collections import Counter

from terminal.loyalty.facts import Fact, FactKind, decode
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.simulation import invariants
from terminal.simulation.invariants import demand
from terminal.simulation.looks import ServerLook, TillLook
from terminal.simulation.office import Office
from terminal.simulation.tills import Till
from terminal.simulation.truth import Truth, add_rights

_MINTED = """SELECT f.incarnation, f.seq, f.hash, f.stored FROM facts f
JOIN logs l ON l.incarnation = f.incarnation WHERE l.role = 'server' ORDER BY 1, 2"""
_FACT = "SELECT hash, stored FROM facts WHERE incarnation = ? AND seq = ?"
_HASH = "SELECT hash FROM facts WHERE incarnation = ? AND seq = ?"


class Watcher:
    """Sees all, changes nothing."""

    def __init__(self, office: Office) -> None:
        self.truth = Truth()
        self.checks = 0
        self.harmed = False
        """Whether a till's disk was ever restored, cloned, lost or fenced here."""
        self._office = office
        self._server: ServerLook | None = None
        self._tills: dict[str, TillLook] = {}
        self._versions: dict[str, int] = {}
        self._minted: dict[str, int] = {}
        self._facts: dict[str, Fact] = {}
        self._seen: set[str] = set()
        """Hashes of all facts that a server ever wrote of its own."""
        self._forgetful: int | None = None
        """The timeline of a backup that was put back, whose server may not have noticed."""

    def read(self, known_hash: str, stored: bytes) -> Fact:
        """A fact, read once for each content.

        Raises:
            UnreadableFact: it is none.
        """
        fact = self._facts.get(known_hash)
        if fact is None:
            fact = self._facts[known_hash] = decode(bytes(stored))
        return fact

    @property
    def server(self) -> ServerLook:
        """The server as of the last look."""
        assert self._server is not None, "nobody looked yet"
        return self._server

    def till(self, name: str) -> TillLook:
        """A till as of the last look."""
        return self._tills[name]

    def forget_server(self) -> None:
        """The server was restored: what it minted since is not so any more."""
        self.truth.restored_servers += 1
        self._minted.clear()
        self.truth.minted.clear()
        self._server = None
        self._forgetful = self._office.look().timeline

    def forget_till(self, name: str) -> None:
        """The till's disk is gone, or another one."""
        self._tills.pop(name, None)
        self._versions.pop(name, None)

    def look(self, tills: list[Till]) -> None:
        """Look at what changed, and demand what must hold after every step.

        Raises:
            Violation: it does not.
        """
        before, was = self._server, dict(self._tills)
        changed = self._look_at_tills(tills)
        if self._office.changed or before is None:
            self._server = self._look_at_server()
            self._office.changed = False
        elif not changed:
            return
        self.checks += 1
        self._demand(before, was, changed, [self._tills[till.name] for till in tills])

    def _look_at_tills(self, tills: list[Till]) -> list[Till]:
        changed = []
        for till in tills:
            (version,) = till.disk.row("PRAGMA data_version")
            if till.name in self._tills and self._versions.get(till.name) == version:
                continue
            self._versions[till.name] = version
            look = till.look()
            earlier = self._tills.get(till.name)
            till.tell(
                self.truth,
                self.read,
                anew=earlier is None or earlier.incarnation != look.incarnation,
            )
            self._tills[till.name] = look
            changed.append(till)
        return changed

    def _look_at_server(self) -> ServerLook:
        look = self._office.look()
        ours = {name: log for name, log in look.logs.items() if log.role == "server"}
        if any(log.stored > self._minted.get(name, 0) for name, log in ours.items()):
            for incarnation, seq, known_hash, stored in self._office.rows(_MINTED):
                if seq > self._minted.get(incarnation, 0):
                    self._minted[incarnation] = seq
                    is_news = known_hash not in self._seen
                    self._seen.add(known_hash)
                    self._take_minted(self.read(known_hash, stored), known_hash, is_news=is_news)
        return look

    def _take_minted(self, fact: Fact, fact_hash: str, *, is_news: bool) -> None:
        if fact.kind == FactKind.UNITS_VESTED:
            self.truth.vest(fact)
            return
        if fact.kind == FactKind.COUNTED_ONCE:
            # Both together are nothing that happened, but for what had to be owed.
            body = json.loads(fact.body)
            ((_, stored),) = self._office.rows(_FACT, body["incarnation"], body["seq"])
            add_rights(self.truth.minted, decode(bytes(stored)).entries)
        if fact.kind == FactKind.RIGHTS_WRITTEN_OFF:
            lost = json.loads(fact.body)["rights"]
            self.truth.book(
                "written off",
                ((Account(WalletId(wallet), UnitId(unit)), n) for wallet, unit, n in lost),
            )
        self.truth.mint(fact, fact_hash, is_news=is_news)

    def _demand(
        self,
        before: ServerLook | None,
        was: dict[str, TillLook],
        changed: list[Till],
        looks: list[TillLook],
    ) -> None:
        server, truth = self.server, self.truth
        self._book_unnoticed(before)
        demand("nothing overdrawn", invariants.nothing_overdrawn(truth))
        demand("rights conserved", invariants.rights_are_conserved(server))
        demand("nothing below zero", invariants.nothing_below_zero(server, truth))
        demand(
            "potential covered",
            invariants.potential_is_covered(server, looks, truth, forgetful=self._forgetful),
        )
        if before is not None:
            demand("fenced get nothing", invariants.fenced_logs_get_nothing(before, server))
            demand("feed dense", invariants.feed_is_dense(before, server))
        heads = {name: log.head for name, log in server.logs.items()}
        demand("contents fenced", invariants.contents_are_fenced(server, truth, heads))
        for till in changed:
            after = self._tills[till.name]
            demand(
                "acknowledged is stored",
                invariants.acknowledged_is_stored(server, after, forgetful=self._forgetful),
            )
            earlier = was.get(till.name)
            if earlier is not None:
                demand(
                    "cursor moves on",
                    invariants.cursor_moves_on(earlier, after, server, forgetful=self._forgetful),
                )
                demand("new incarnations", invariants.incarnations_are_new(earlier, after, truth))
                demand("forks have causes", self._causes(earlier, after))
            truth.incarnations.setdefault(after.incarnation, till.name)
            demand("one content", self._same_content(till, after))

    def _book_unnoticed(self, before: ServerLook | None) -> None:
        """A server that does not know that it was put back gives rights out a second time."""
        if self._forgetful != self.server.timeline:
            return
        known = {grant.name for grant in before.sent} if before is not None else set()
        self.truth.book(
            "given before a restore was noticed",
            ((one.account, one.n) for one in self.server.sent if one.name not in known),
        )

    def _causes(self, before: TillLook, after: TillLook) -> list[str]:
        """A log begins anew only where a till was restored, cloned or fenced."""
        if before.incarnation == after.incarnation or self.harmed:
            return []
        return [f"{after.till} began anew, and no till was ever harmed"]

    def _same_content(self, till: Till, look: TillLook) -> list[str]:
        """7: what was acknowledged to a till stands on the server byte for byte."""
        log = self.server.logs.get(look.incarnation)
        if (
            log is None
            or log.standing != "active"
            or look.timeline != self.server.timeline
            or look.timeline == self._forgetful
            or not 0 < look.acknowledged <= log.stored
        ):
            return []
        place = (look.incarnation, look.acknowledged)
        here = till.disk.row(_HASH, *place)
        there = self._office.rows(_HASH, *place)
        if here is None or not there or here[0] != there[0][0]:
            return [f"{look.till}: {place} is {here} here and {there} at the server"]
        return []


def spends_of(facts: list[Fact]) -> Counter[Account]:
    """By how much facts reduce rights: what is lost with them may be given out again."""
    lost: Counter[Account] = Counter()
    for fact in facts:
        taken: Counter[Account] = Counter()
        add_rights(taken, fact.entries)
        for account, n in taken.items():
            if n < 0:
                lost[account] -= n
    return lost
