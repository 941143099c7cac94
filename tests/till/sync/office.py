"""A real server in a thread of the test, a real shop's till without a screen, and a portal."""

from __future__ import annotations

import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

from terminal.loyalty.basket import Product
from terminal.server.database.connection import open_database as open_server_database
from terminal.server.program import serve
from terminal.server.settings import Settings as ServerSettings
from terminal.server.settings import owner_key
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.line_port import Contact, LineTrouble
from terminal.till.ports import Member
from terminal.till.settings import (
    CardsTable,
    LaneTable,
    ServerTable,
    Settings,
    ShopTable,
    write_settings,
)
from terminal.till.sync import child
from terminal.till.sync.answers import Unfit, read_answer
from terminal.till.sync.child import CourierChild
from terminal.till.sync.link import Link
from terminal.wire.registry_json import (
    CODES_PATH,
    PUBLISH_PATH,
    CatalogueFile,
    CodeReply,
    CodeRequest,
    PublishReply,
    PublishRequest,
    ShopRecord,
    TileRecord,
)
from terminal.wire.signing import OWNER_HEADER, squeeze
from terminal.wire.sync_json import write_message
from tests.ports import kept_port, number_of

KEY = bytes(range(32))
PRODUCTS = (
    Product(sku="TEA", name="Tea", price=1299, vat=2300, gtin="05901234123457"),
    Product(sku="BUN", name="Bun", price=250, vat=500),
)
SHOP = ShopRecord(
    store="5" * 32,
    name="Sklep u Ani",
    address=("ul. Lipowa 4", "00-001 Warszawa"),
    country="PL",
    currency="PLN",
    language="pl",
    card_prefix="29",
    card_key=KEY.hex(),
)
PRICES = CatalogueFile(
    format=1,
    catalogue=PRODUCTS,
    codes=(("05901234123464", "TEA"),),
    tiles=(TileRecord(sku="BUN", tab="Bakery"),),
)
START_S = 240.0
START_MS = 240_000

T = TypeVar("T")
M = TypeVar("M")


def until(found: Callable[[], T], seconds: float = START_S) -> T:
    """Wait for something to be true, and return it."""
    ends = time.monotonic() + seconds
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)


class Office:
    """A server that starts and stops at one address, and its owner."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.settings = ServerSettings(folder=folder)
        self.key = owner_key(folder)
        kept = kept_port()  # also while it is stopped
        weakref.finalize(self, kept.close)
        self.port = number_of(kept)
        self.url = f"http://127.0.0.1:{self.port}"
        self.authority: Path | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stop.clear()
        ready = threading.Event()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(32)

        def run() -> None:
            with listener:
                serve(self.settings, listener, self.key, stop=self._stop, ready=ready.set)

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(START_S)

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(START_S)
            assert not self._thread.is_alive()
            self._thread = None

    def ask(self, path: str, request: object, shape: type[M]) -> M:
        link = Link(self.url, self.authority)
        try:
            body = squeeze(write_message(request))
            headers = {OWNER_HEADER: self.key}
            code, answer = link.send("POST", path, headers=headers, body=body, read_ms=START_MS)
        finally:
            link.close()
        found: M | Unfit = read_answer(shape, code, answer)
        assert not isinstance(found, Unfit), (found, answer)
        return found

    def publish(self) -> None:
        request = PublishRequest(
            shop=SHOP, files=(("prices.json", write_message(PRICES).decode()),)
        )
        assert not self.ask(PUBLISH_PATH, request, PublishReply).problems

    def code(self) -> str:
        return self.ask(CODES_PATH, CodeRequest(), CodeReply).code

    def facts(self) -> int:
        """How many facts it stores, by its own file."""
        database = open_server_database(self.settings.url)
        try:
            with database.reading() as connection:
                found: int = connection.exec_driver_sql(
                    "SELECT count(*) FROM facts JOIN logs USING (incarnation) WHERE role = 'till'"
                ).scalar_one()
                return found
        finally:
            database.close()


class Till:
    """A shop's till: its file in this process, its courier in another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database: TillDatabase = open_database(
            settings.database, clock=SystemClock(), ids=SystemIds(), lane=settings.lane.name
        )
        self.line = new_line(settings)
        self._members = 0

    def record(self, facts: int = 1) -> None:
        for _ in range(facts):
            self._members += 1
            ids = SystemIds()
            card = f"77{int(ids.random_id(), 16) % 10**11:011d}"
            member = Member(id=ids.random_id(), name=f"Member {self._members}")
            self.database.journal.enrol(member, card, SystemClock().now())
            self.line.recorded()

    def stands(self, trouble: LineTrouble, seconds: float = START_S) -> Contact:
        """Wait until things stand so."""
        until(lambda: self.line.contact().trouble is trouble, seconds)
        return self.line.contact()

    def synced(self, seconds: float = START_S) -> None:
        """Wait until the server has everything; by the file, not by hearsay."""
        until(lambda: self.database.sync.contact().waiting == 0, seconds)
        self.stands(LineTrouble.NONE, seconds)

    def close(self) -> None:
        self.line.close()
        self.database.close()


def new_line(
    settings: Settings, post: Callable[[Callable[[], None]], None] = lambda task: task()
) -> CourierChild:
    command = (*child.program(), "courier", "--folder", str(settings.folder))
    line = CourierChild(
        command,
        post=post,
        errors=settings.folder / "start.log",
        longest_again_s=0.2,
    )
    line.begin()
    return line


def make_shop(folder: Path, server_url: str = "") -> Settings:
    """A shop on the disk that has sold nothing yet."""
    settings = Settings(
        folder=folder,
        shop=ShopTable(name="Corner"),
        lane=LaneTable(name="Till 1"),
        cards=CardsTable(prefix="29"),
        server=ServerTable(url=server_url),
        card_key=KEY,
    )
    write_settings(settings)
    database = open_database(
        settings.database, clock=SystemClock(), ids=SystemIds(), lane=settings.lane.name
    )
    database.catalogue.put_products(PRODUCTS, dict(PRICES.codes))
    database.close()
    return settings


@contextmanager
def portal(port: int = 0, answer: bytes = b"<html>log in</html>", code: int = 200) -> Iterator[str]:
    """Something that answers everybody, and is no server of ours; tells its address."""

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            pass

    with HTTPServer(("127.0.0.1", port), Portal) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


PYTHON = sys.executable
