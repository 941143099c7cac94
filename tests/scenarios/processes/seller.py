"""A till in a process of its own, without a screen, that sells until somebody ends it or kills it.

Run as ``python seller.py FOLDER SEED PAUSE_MS``. It reads a word per line from stdin: ``sell``,
``rest``, ``enrol N``, ``stand``, ``end``; the end of stdin is ``end``. Every line on stdout is one
JSON object, and ``recorded`` is told only after the checkout showed a sale as done.
"""

from __future__ import annotations

import json
import os
import queue
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from terminal.barcodes.card_number import card_number
from terminal.loyalty.tender import TenderKind
from terminal.till.app import OpenTill, open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database.only_till import only_till
from terminal.till.settings import read_settings
from terminal.till.sync.child import CourierChild, program

PATIENCE_S = 1.5
"""For an answer of the server, as the window has it."""
LOCK_S = 10
STAYS = 0.35
"""How often the same customer comes right again: to another till, mostly."""


def tell(what: str, **told: object) -> None:
    """One line, whole or not at all, flushed before anything else happens."""
    os.write(1, (json.dumps({"what": what, **told}) + "\n").encode())


class Posts:
    """The thread of the counter: what other threads have to say to it, in order."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, task: Callable[[], None]) -> None:
        """Have it called later, by the counter."""
        self._tasks.put(task)

    def serve(self, seconds: float, over: Callable[[], bool] = lambda: False) -> None:
        """Call what was posted for a while, or until something is over."""
        ends = time.monotonic() + seconds
        while not over():
            left = ends - time.monotonic()
            try:
                self._tasks.get(timeout=max(0.0, left))()
            except queue.Empty:
                return
            if left <= 0:
                return


class Seller:
    """Whoever stands at the counter, by a seed."""

    def __init__(self, till: OpenTill, line: CourierChild, posts: Posts, seed: str) -> None:
        self._till, self._checkout = till, till.checkout
        self._line, self._posts = line, posts
        self._chance = random.Random(seed)
        self.count: Counter[str] = Counter()

    def sale(self) -> None:
        """One customer, with a card mostly."""
        chance, checkout = self._chance, self._checkout
        begins = self._take_card if chance.random() < 0.9 else None
        if begins is not None and chance.random() < 0.5:
            begins()
            begins = None
        goods = self._goods()
        for _ in range(chance.randint(1, 3)):
            checkout.add_product(chance.choice(goods))
        if begins is not None:
            begins()
        view = checkout.view()
        if view.member is not None and chance.random() < 0.85:
            for offer in chance.sample(view.member.offers, len(view.member.offers)):
                view = self._wish(partial(checkout.toggle_reward, offer.name))
                self.count[f"reward {view.notice.kind.value if view.notice else 'none'}"] += 1
        self._pay()

    def _goods(self) -> list[str]:
        """What is on sale now: another price list may hold since the last customer.

        Nothing that must be weighed, or whose price is typed, before anybody pays.
        """
        products = self._till.database.catalogue.all_products()
        return sorted(one.sku for one in products if not (one.by_weight or one.open_price))

    def enrol(self) -> None:
        """Somebody joins with a card that this till gave out."""
        try:
            (counter,) = self._till.database.cards.take(1)
        except ValueError:
            self.count["no cards left"] += 1
            return
        view = self._checkout.scan(self._card(counter))
        if not view.joining:
            self.count["card is out already"] += 1  # made up below, before it was given out
            return
        view = self._checkout.join(f"Member {counter} of {self._till.settings.lane.name}")
        assert view.member is not None, view.notice
        tell("enrolled", member=view.member.id, card=self._card(counter))

    def stand(self) -> None:
        """How things stand."""
        contact = self._line.contact()
        tell(
            "stands",
            trouble=contact.trouble.value,
            waiting=contact.waiting,
            parked=contact.parked,
            count=dict(self.count),
        )

    def _take_card(self) -> None:
        """A card of the shop, perhaps one that was never seen here, perhaps nobody's."""
        chance, cards = self._chance, self._till.database.cards
        if chance.random() < 0.06:
            self.enrol()
            return
        issued = cards.issued()
        # The first ones most: they shall be wanted at every till.
        counter = int(issued * chance.random() ** 3) if issued else 0
        if chance.random() < 0.8:
            counter %= 6
        view = self._wish(lambda: self._checkout.scan(self._card(counter)))
        self.count[f"card {view.notice.kind.value if view.notice else 'none'}"] += 1
        if view.joining:
            view = self._checkout.join(f"Member {counter} met at {self._till.settings.lane.name}")
            assert view.member is not None, view.notice

    def _card(self, counter: int) -> str:
        settings = self._till.settings
        assert settings.card_key is not None
        return card_number(counter, key=settings.card_key, prefix=settings.cards.prefix)

    def _wish(self, step: Callable[[], CheckoutView]) -> CheckoutView:
        """A step that the server may have to be asked for; whoever waits too long goes without."""
        view = step()
        if view.asking is None:
            return view
        begun = time.monotonic()
        self._posts.serve(PATIENCE_S, lambda: self._checkout.view().asking is None)
        took_ms = int((time.monotonic() - begun) * 1000)
        view = self._checkout.view()
        self.count["asked"] += 1
        if view.asking is not None:
            self.count["asked in vain"] += 1
            view = self._checkout.give_up_asking()
        tell("asked", ms=took_ms, notice=view.notice.kind.value if view.notice else "")
        return view

    def _pay(self) -> None:
        checkout, view = self._checkout, self._checkout.view()
        for _ in range(5):
            view = checkout.finish()
            if view.payment is not None:
                view = checkout.tender(TenderKind.CARD, view.payment.remaining)
            if view.stage is not Stage.SELLING or not self._is_short(view):
                break
        assert view.stage is Stage.DONE, f"not done: {view.stage}, {view.notice}"
        assert view.done is not None
        tell("recorded", sale=view.done.sale, seq=view.done.seq)
        self.count["sales"] += 1
        checkout.begin_next()

    def _is_short(self, view: CheckoutView) -> bool:
        """Units were asked back while the reward was on; the sale goes on without it."""
        if view.notice is None or view.notice.kind is not NoticeKind.RIGHTS_MISSING:
            return False
        self.count["rights missing"] += 1
        return True


def words() -> queue.SimpleQueue[str]:
    """What the parent says, line by line."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            said.put(line.strip())
        said.put("end")

    threading.Thread(target=listen, daemon=True).start()
    return said


def obey(seller: Seller, posts: Posts, pause_s: float, chance: random.Random) -> None:
    """Do what is said until the end."""
    said, selling = words(), False
    while True:
        try:
            word = said.get(timeout=0.0 if selling else 0.02)
        except queue.Empty:
            word = ""
        match word.split():
            case ["sell"]:
                selling = True
            case ["rest"]:
                selling = False
            case ["enrol", number]:
                for _ in range(int(number)):
                    seller.enrol()
                    seller._checkout.remove_member()
            case ["stand"]:
                seller.stand()
            case ["end"]:
                return
            case _:
                pass
        posts.serve(chance.uniform(0, pause_s * 2) if selling else 0.01)
        if selling:
            seller.sale()


def main(folder: str, seed: str, pause_ms: str) -> None:
    """Open the shop and serve."""
    settings, posts = read_settings(Path(folder)), Posts()
    with only_till(settings.folder, wait_s=LOCK_S):
        command = (*program(), "courier", "--folder", str(settings.folder))
        line = CourierChild(
            command,
            post=posts.post,
            errors=settings.folder / "courier.start.log",
            longest_again_s=0.5,  # here couriers die all the time
        )
        till = open_till(settings, line=line)
        line.begin()
        tell("ready")
        try:
            obey(Seller(till, line, posts, seed), posts, int(pause_ms) / 1000, random.Random(seed))
        finally:
            line.close()
            till.close()
    tell("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
