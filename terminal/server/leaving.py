"""A shop that worked with its own server joins another one: the folder here becomes an archive.

From the first word that the other server took, nothing works in the folder any more: a second
server that minted facts or gave rights out would count them twice. A move that was cut off goes on
where it stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal.server.clock import system_chance, system_clock
from terminal.server.database.connection import DatabaseRefused, open_database
from terminal.server.database.only_server import ServerRuns, only_server
from terminal.server.failures import NotDone
from terminal.server.intake import archive
from terminal.server.intake.leftovers import apply_leftovers
from terminal.server.registry.stores import begin
from terminal.server.settings import LOCK_FILE, Settings, write_private
from terminal.wire.moving_json import BRING_PATH, BringReply, BringRequest
from terminal.wire.registry_json import ShopRecord
from terminal.wire.signing import Swollen, squeeze, unsqueeze
from terminal.wire.sync_json import BadMessage, read_message, write_message

MOVED_FILE = "moved.json"
TRIES = 20
"""A large shop takes minutes to count, longer than one answer is waited for."""
PAUSE_S = 3.0
LOCK_S = 15.0
"""The server of a till that was just closed may still be ending."""
REPLY_MOST = 64 * 1024 * 1024

Post = Callable[[str, str, dict[str, str], bytes], "tuple[int, bytes] | None"]
"""(url, path, headers, body) to (code, body), or None where nobody answers."""


def moved_to(folder: Path) -> str:
    """The server to which the shop in a folder moved, or began to; '' where it did not."""
    try:
        return str(json.loads((folder / MOVED_FILE).read_text(encoding="utf-8"))["url"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotDone(f"{folder / MOVED_FILE} cannot be read: {error}.") from error


def move(settings: Settings, url: str, code: str, post: Post, *, pause_s: float = PAUSE_S) -> None:
    """Bring everything of the shop to another server.

    Raises:
        NotDone: it did not come to the end; says why. It can be repeated.
    """
    if settings.on_sqlite and not settings.database and not settings.folder.is_dir():
        raise NotDone(
            f"{settings.folder} is missing: without the records of its server the shop "
            "cannot join another one."
        )
    before = moved_to(settings.folder)
    if before not in {"", url}:
        raise NotDone(f"This shop began to move to {before}: finish that first.")

    def ask(request: BringRequest) -> BringReply:
        return _ask(post, url, request, pause_s)

    try:
        with _nobody_else(settings):
            database = open_database(settings.url)
            try:
                database.run(lambda connection: begin(connection, system_chance))
                apply_leftovers(database, system_clock())
                with database.reading() as connection:
                    shop = archive.leaving(connection, code)
                begun = ask(shop.first())
                _demand_alike(shop.shop, begun.shop)
                write_private(settings.folder / MOVED_FILE, json.dumps({"url": url}) + "\n")
                archive.carry(database, shop, begun, ask)
            finally:
                database.close()
    except (archive.CannotMove, DatabaseRefused) as error:
        raise NotDone(str(error)) from error


@contextmanager
def _nobody_else(settings: Settings) -> Iterator[None]:
    ends = time.monotonic() + LOCK_S
    while True:
        try:
            with only_server(settings.folder / LOCK_FILE):
                yield
                return
        except ServerRuns as error:
            if time.monotonic() > ends:
                raise NotDone(f"{error} End it first, then repeat this.") from error
            time.sleep(0.2)


def _demand_alike(own: ShopRecord, other: ShopRecord) -> None:
    for what, here, there in (
        ("the currency", own.currency, other.currency),
        ("whether prices include tax", own.prices_include_tax, other.prices_include_tax),
    ):
        if here != there:
            raise NotDone(
                f"{own.name} and {other.name} at that server differ in {what} ({here}, {there}): "
                "one cannot become the other. Nothing was moved."
            )


def _ask(post: Post, url: str, request: BringRequest, pause_s: float) -> BringReply:
    body = squeeze(write_message(request))
    for _ in range(TRIES):
        answered = post(url, BRING_PATH, {}, body)
        if answered is not None and answered[0] not in {429, 502, 503, 504}:
            return _read(url, *answered)
        if request.tills:
            break  # the first word; nobody waits for a server that is not there
        time.sleep(pause_s)
    raise NotDone(
        f"Nobody answers at {url}. Does the server run, and is there a line to it? "
        "Repeat this when there is: it goes on where it stopped."
    )


def _read(url: str, http: int, body: bytes) -> BringReply:
    try:
        plain = body if body[:1] == b"{" else unsqueeze(body, REPLY_MOST)
        if http == 200:
            return read_message(BringReply, plain)
        refusal = json.loads(plain)
        code, text = str(refusal["code"]), str(refusal["text"])
    except (BadMessage, Swollen, ValueError, KeyError, TypeError) as error:
        raise NotDone(f"What answers at {url} is no Tenth server, or an older one.") from error
    if code == "bad_code":
        raise NotDone(
            "This code opens nothing: it is mistyped, used already, or older than a quarter of an "
            "hour. `tenth server code` gives a fresh one."
        )
    if code in {"not_found", "not_allowed"}:
        raise NotDone(f"The server at {url} is of an older version: update it first.")
    raise NotDone(f"The server at {url} refuses: {text}.")
