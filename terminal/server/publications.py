"""What an owner publishes from the shell: stores, and files of prices, programmes and operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from terminal.server.clock import system_chance, system_clock
from terminal.server.commands import (
    Post,
    Told,
    ask_running,
    demand_here,
    in_words,
    open_server,
)
from terminal.server.failures import NotDone
from terminal.server.ledger import publication
from terminal.server.registry.code_keys import renewed, withdrawn
from terminal.server.registry.stores import all_shops
from terminal.server.settings import Settings, private_folder
from terminal.wire.registry_json import (
    PUBLISH_PATH,
    PublishedChange,
    PublishReply,
    PublishRequest,
    ShopRecord,
)

CHANGES_SHOWN = 200


def publish(settings: Settings, files: Sequence[Path], *, dry_run: bool, post: Post) -> Told:
    """Publish files, or only tell what would change."""
    texts: list[tuple[str, str]] = []
    for file in files:
        try:
            texts.append((str(file), file.read_text(encoding="utf-8")))
        except ValueError as error:
            raise NotDone(f"{file} is not UTF-8 text.") from error
    request = PublishRequest(files=tuple(texts), dry_run=dry_run)
    demand_here(settings)
    with in_words():
        reply = _published(settings, request, post)
    return _told_publication(reply, dry_run=dry_run)


def found(settings: Settings, shop: ShopRecord, post: Post) -> Told:
    """Found a store: its tills join with codes of their own."""
    demand_here(settings)
    with in_words():
        private_folder(settings.folder)
        if _named(settings, shop.name) is not None:
            raise NotDone(
                f"There is a store {shop.name} already. What can be changed is its time zone: "
                f'tenth server store "{shop.name}" --time-zone Europe/Warsaw'
            )
        _keep(settings, shop, post)
    lines = (
        f"{shop.name} is founded.",
        f'A code for its first till: tenth server code --store "{shop.name}"',
        "Its prices and programmes are those of this server: tenth server publish FILE",
    )
    return Told(lines, {"store": shop.store, "name": shop.name})


def move_to_zone(settings: Settings, name: str, zone: str, post: Post) -> Told:
    """A store that is founded lives by the day of a time zone from now on."""
    demand_here(settings)
    with in_words():
        shop = _named(settings, name)
        if shop is None:
            raise NotDone(
                f"There is no store {name}. To found it: "
                f'tenth server store "{name}" --country PL --currency PLN'
            )
        _keep(settings, replace(shop, time_zone=zone), post)
    line = f"{shop.name} lives by the time of {zone} now: its days end there."
    return Told((line,), {"store": shop.store, "name": shop.name, "time_zone": zone})


def change_code_key(settings: Settings, name: str, post: Post, *, withdraw: bool) -> Told:
    """A store signs its vouchers and gift cards with a new key, which all stores are told."""
    demand_here(settings)
    change = withdrawn if withdraw else renewed
    with in_words():
        shop = _named(settings, name)
        if shop is None:
            raise NotDone(f"There is no store {name}: tenth server tills shows them.")
        _keep(settings, change(shop, system_clock(), system_chance), post)
    if withdraw:
        first = f"{shop.name} signs with a new key at once; those before are withdrawn."
        second = (
            "Vouchers and gift cards that are out stay good where they are known, copies of them "
            "too: nobody can tell those from them."
        )
    else:
        first = (
            f"{shop.name} signs with a new key from tomorrow on, when all tills have heard of it."
        )
        second = "What was signed before stays good."
    return Told((first, second), {"store": shop.store, "name": shop.name, "withdrawn": withdraw})


def _named(settings: Settings, name: str) -> ShopRecord | None:
    with open_server(settings) as database, database.reading() as connection:
        return next((one for one in all_shops(connection) if one.name == name), None)


def _keep(settings: Settings, shop: ShopRecord, post: Post) -> None:
    reply = _published(settings, PublishRequest(shop=shop), post)
    if reply.problems:
        raise NotDone("; ".join(problem for _, problem in reply.problems) + ".")


def _published(settings: Settings, request: PublishRequest, post: Post) -> PublishReply:
    reply = ask_running(settings, post, PUBLISH_PATH, request, PublishReply)
    if reply is None:
        with open_server(settings) as database:
            reply = publication.publish(database, request, system_clock(), chance=system_chance)
    return reply


def _told_publication(reply: PublishReply, *, dry_run: bool) -> Told:
    changed = [one for one in reply.changes if one.change != "same"]
    lines = [_change_line(one) for one in changed[:CHANGES_SHOWN]]
    if len(changed) > CHANGES_SHOWN:
        lines.append(f"… and {len(changed) - CHANGES_SHOWN} more changes")
    ok = not reply.problems
    if not ok:
        lines = []
    elif dry_run:
        lines.append(f"{len(changed)} changes would be published." if changed else "No change.")
    else:
        lines.append(f"{len(changed)} changes published." if changed else "No change.")
    return Told(
        tuple(lines),
        {
            "ok": ok,
            "published": reply.published,
            "changes": [
                {
                    "file": one.file,
                    "what": one.what,
                    "key": one.key,
                    "change": one.change,
                    "before": one.before,
                    "after": one.after,
                }
                for one in reply.changes
            ],
            "problems": [{"file": file, "text": text} for file, text in reply.problems],
            "hints": [{"file": file, "text": text} for file, text in reply.hints],
        },
        ok,
        tuple(f"{file}: {text}" for file, text in reply.problems)
        + tuple(f"{file}: hint: {text}" for file, text in reply.hints)
        + (() if ok else ("Nothing was published.",)),
    )


def _change_line(one: PublishedChange) -> str:
    arrow = " → " if one.before and one.after else ""
    return f"{one.what} {one.key} {one.change}: {one.before}{arrow}{one.after}".rstrip(": ")
