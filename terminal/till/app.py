"""The composition root: opens the shop's data, builds every part, ties callables, starts Qt.

``open_till`` is the whole till without a screen (tests, benches and the demo use it);
``open_window`` puts the window in front of it; ``running`` is the program.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING

from terminal.barcodes.rules import CodeRules, OlderCards
from terminal.barcodes.voucher_code import code_key
from terminal.loyalty.money import Currency
from terminal.loyalty.refund import RefundLaw
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.lookup import Lookup
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.printing import Printing, When
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.slips import Slips
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.devices.pictures import Pictures
from terminal.till.devices.press import ChildPress, DirectPress, stuck_s
from terminal.till.devices.printers import prints_at_once, slip_printer
from terminal.till.line_port import Line
from terminal.till.membership.reception import FrontDesk, FrontDeskPlugs
from terminal.till.on_file import CardsOnFile, SheetOnFile
from terminal.till.ports import Clock, Ids
from terminal.till.settings import Settings, write_one_setting
from terminal.till.sync.child import CourierChild, program, start
from terminal.till.sync.no_line import NoLine
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words

if TYPE_CHECKING:
    from terminal.till.checkout.statements import Statements
    from terminal.till.gui.customer_screen import Greeting
    from terminal.till.gui.edge import Voice
    from terminal.till.gui.extras import Extras
    from terminal.till.gui.sale_window import SaleWindow
    from terminal.till.member_port import MemberStory
    from terminal.till.printer_port import SlipPress

_LOG = logging.getLogger(__name__)

STANDARD_VAT = {"PL": 2300, "UA": 2000, "RO": 2100, "LV": 2100, "LT": 2100, "EE": 2400}
"""Standard rates of 2026 in basis points, for goods that no price list knows."""


@dataclass(slots=True)
class OpenTill:
    """A till that is ready, without a screen."""

    settings: Settings
    database: TillDatabase
    checkout: Checkout
    slips: Slips
    words: Words
    """In the cashier's language."""
    clock: Clock
    line: Line
    story: Callable[[str], MemberStory]
    """Where a member's units came from."""
    before_closing: list[Callable[[], None]] = field(default_factory=list)
    """What the window began and must be ended with the till."""

    def close(self) -> None:
        """Let go of the printer and the data."""
        while self.before_closing:
            self.before_closing.pop()()
        self.database.close()


def open_till(
    settings: Settings,
    *,
    language: str | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
    line: Line | None = None,
) -> OpenTill:
    """Open a shop's till. ``language`` is the cashier's, if it is not that of the settings.

    Without a ``line`` it has none; whoever gives one begins and ends it.

    Raises:
        Trouble: the database cannot be used; says how it failed.
    """
    clock, ids, line = clock or SystemClock(), ids or SystemIds(), line or NoLine()
    currency = Currency(settings.shop.currency)
    database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane.name)
    slips = _slips(settings, database, clock)
    rules = CodeRules(
        card_prefix=settings.cards.prefix,
        card_key=settings.card_key,
        older_cards=_older_cards(database),
        scale_labels=settings.scales.patterns,
    )
    reception = _reception(settings, database, clock, ids)
    lookup = Lookup(
        rules,
        database.catalogue,
        database.members,
        is_blank=database.cards.is_blank,
        # Only a server that ever spoke with this till knows of cards that others gave out.
        may_be_elsewhere=lambda counter: (
            line.contact().is_paired and (counter is None or counter < database.cards.issued())
        ),
        phones=reception.phones,
    )
    plugs = Plugs(
        catalogue=database.catalogue,
        members=database.members,
        bearers=database.bearers,
        programmes=database.programmes,
        journal=database.journal,
        working_basket=database.working_basket,
        parked=database.parked,
        clock=clock,
        ids=ids,
        line=line,
        reception=reception,
        past=database.journal,
        times=database.journal,
        slip=slips.lines,
        elsewhere=database.journal.told_sale,
        code_keys=database.code_keys,
        signs_codes=_code_key(settings, database, clock) is not None,
        picture=Pictures(settings.folder).of,
    )
    return OpenTill(
        settings=settings,
        database=database,
        checkout=Checkout(_shop(settings), lookup, plugs),
        slips=slips,
        words=Words(language or settings.cashier_language, currency),
        clock=clock,
        line=line,
        story=reception.story,
    )


def statements_of(till: OpenTill, press: SlipPress) -> Statements:
    """Statements of members on paper; no sale begins with one, so it is read when it is wanted."""
    from terminal.till.checkout.statements import Statements

    return Statements(till.slips, till.database.slip_prints, press, till.story)


def _slips(settings: Settings, database: TillDatabase, clock: Clock) -> Slips:
    """The slips of this till, in the shop's language."""
    return Slips(
        database.journal,
        database.members,
        database.programmes,
        clock,
        Words(settings.shop.language, Currency(settings.shop.currency)),
        shop=settings.shop.name,
        address=settings.shop.address,
        lane=settings.lane.name,
        columns=settings.printer.columns,
        fresh_hours=settings.printer.balance_hours,
        training=settings.training.on,
        code_key=lambda: _code_key(settings, database, clock),
        product=database.catalogue.by_sku,
    )


def _shop(settings: Settings) -> Shop:
    """What the checkout must know of the settings."""
    currency = Currency(settings.shop.currency)
    return Shop(
        currency=settings.shop.currency,
        country=settings.shop.country,
        prices_include_tax=settings.shop.prices_include_tax,
        unknown_vat=STANDARD_VAT.get(settings.shop.country, 0),
        balance_hours=settings.printer.balance_hours,
        ask_above=settings.shop.ask_above * currency.minor_per_major or None,
        amounts_only=settings.lane.mode == "amount",
        amount_name=Words(settings.shop.language, currency).label(SlipLabel.PURCHASE),
        refund_law=RefundLaw(settings.refunds.law),
        refund_pin=settings.refunds.pin,
        pin_for_goodwill=settings.care.pin_for_goodwill,
        pin_for_household=settings.care.pin_for_household,
        offers_on_slip=settings.printer.other_offers,
        offers_on_display=0 if settings.screen.customer == "off" else settings.screen.other_offers,
    )


def _reception(settings: Settings, database: TillDatabase, clock: Clock, ids: Ids) -> FrontDesk:
    """The room of members, with the phones of the shop's country."""
    return FrontDesk(
        FrontDeskPlugs(
            country=settings.shop.country,
            members=database.members,
            journal=database.journal,
            past=database.journal,
            programmes=database.programmes,
            clock=clock,
            ids=ids,
        )
    )


def _code_key(settings: Settings, database: TillDatabase, clock: Clock) -> bytes | None:
    """With what vouchers and gift cards are signed now: what the server told last, or our own."""
    told = database.code_keys.own(unix_ms(clock.now()))
    own = settings.card_key
    return told or (None if own is None else code_key(own))


def _older_cards(database: TillDatabase) -> tuple[OlderCards, ...]:
    """Cards that the shop made before it joined its server, with prefixes or keys of their own."""
    shop = database.settings.shop()
    return tuple(
        OlderCards(prefix=one.prefix, key=bytes.fromhex(one.key), issued=one.issued)
        for one in (shop.older_cards if shop else ())
    )


def courier_line(settings: Settings, post: Callable[[Callable[[], None]], None]) -> CourierChild:
    """The line of a shop's till: a courier in a process of its own, and with it the local server
    if there is no distant one. It begins with ``begin``, when the till's file is open.

    ``post`` runs a task later in the thread of the window.
    """
    command = (*program(), "courier", "--folder", str(settings.folder))
    return CourierChild(command, post=post, errors=settings.folder / "courier.start.log")


def slip_press(
    settings: Settings, post: Callable[[Callable[[], None]], None]
) -> DirectPress | ChildPress:
    """What prints the slips of a shop. Text files at once; whatever draws or waits does so in a
    process of its own, and ``post`` brings its answer into the thread of the window.
    """
    table = settings.printer
    if prints_at_once(table):
        return DirectPress(slip_printer(table, settings.folder))
    command = (*program(), "press", "--folder", str(settings.folder))
    errors = settings.folder / "press.start.log"
    return ChildPress(
        lambda: start(command, errors=errors, heard=True), post=post, stuck_s=stuck_s(table)
    )


def open_window(till: OpenTill, voice: Voice | None = None) -> SaleWindow:
    """The window in front of a till, silent without a ``voice``. Needs a QApplication."""
    from terminal.till.devices.wedge import Wedge
    from terminal.till.gui.mailbox import Mailbox
    from terminal.till.gui.preferences import Preferences
    from terminal.till.gui.sale_window import SaleWindow

    settings = till.settings
    keep = partial(write_one_setting, settings.folder)

    def keep_when(when: When) -> None:
        keep("printer", "when", when.value)

    press = slip_press(settings, Mailbox().post)
    till.before_closing.append(press.close)
    printing = Printing(
        till.slips,
        till.database.slip_prints,
        press,
        when=When(settings.printer.when),
        # Nobody practises with the money.
        drawer=settings.printer.drawer and not settings.training.on,
        keep_when=keep_when,
        statements=lambda: statements_of(till, press),
    )
    return SaleWindow(
        till.checkout,
        till.words,
        listen=Wedge(),
        till_name=till.settings.lane.name,
        printing=printing,
        local_time=lambda: till.clock.now().local,
        preferences=Preferences(settings.screen, settings.sound, keep=keep),
        voice=voice,
        extras=_extras(till),
    )


def _extras(till: OpenTill) -> Extras:
    """What the till does beside selling. What it needs is imported when it is asked for."""
    from terminal.till.gui.extras import Extras

    folder = till.settings.folder

    def training(language: str) -> Sequence[str]:
        return (*program(), "till", "--training", "--folder", str(folder), "--language", language)

    return Extras(
        cards=CardsOnFile(till.settings, till.database, till.clock),
        print_keys=SheetOnFile(till.settings, till.clock).print_keys,
        training=training,
        in_training=till.settings.training.on,
        greeting=None if till.settings.training.on else _greeting(till.settings),
    )


def _greeting(settings: Settings) -> Greeting:
    """Who speaks on the customer's display: the shop, in its own language."""
    from terminal.till.gui.customer_screen import Greeting

    shop = settings.shop
    return Greeting(shop.name, lambda: Words(shop.language, Currency(shop.currency)))
