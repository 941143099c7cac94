"""The commands for the data of a shop: joining a server, its PIN, its journal folded anew."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from terminal.commands.shop_choice import Adding, Refusal, add_shop, folder_of, in_words


def describe_pair(add: Adding) -> None:
    """`tenth pair`, and what it takes."""
    parser = add("pair", _pair, "let this computer's till join the shop of a server")
    parser.add_argument("--url", required=True, metavar="URL", help="of the server, https://…")
    parser.add_argument("--code", required=True, help="what `tenth server code` shows there")
    parser.add_argument("--lane", required=True, metavar="NAME", help="of this till: Till 2")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM of who vouches for the server")
    add_shop(parser)


def describe_pin(add: Adding) -> None:
    """`tenth pin`, and what it takes."""
    parser = add("pin", _pin, "set the shop's PIN, with which goods come back without their slip")
    parser.add_argument(
        "--none", action="store_true", help="no PIN: nothing comes back without one"
    )
    add_shop(parser)


def describe_rebuild(add: Adding) -> None:
    """`tenth rebuild`, and what it takes."""
    caption = "fold the journal anew: compare the tables, or mend them"
    parser = add("rebuild", _rebuild, caption)
    parser.add_argument(
        "--check", action="store_true", help="only compare; without it the tables are mended"
    )
    parser.add_argument(
        "--server", type=Path, metavar="FOLDER", help="the books of the server in a folder instead"
    )
    add_shop(parser)


def _pair(args: argparse.Namespace) -> int:
    from functools import partial

    from terminal.server.command_line import leave
    from terminal.server.failures import NotDone
    from terminal.till import joining, own_rules
    from terminal.till.settings import shop_folder
    from terminal.till.sync.keys import UnfitKey
    from terminal.till.sync.link import UnfitAddress, ask_once
    from terminal.till.sync.pairing import NotPaired

    post = partial(ask_once, authority=args.ca)
    with in_words():
        try:
            settings = joining.pair(
                shop_folder(args.shop),
                args.url,
                args.code,
                args.lane,
                bring=lambda server, url, code: leave(server, url, code, post),
                authority=args.ca,
            )
            kept = joining.fetch(settings)
            own = joining.not_held(settings)
            earlier = joining.earlier_log(settings)
        except (NotPaired, NotDone, UnfitAddress, UnfitKey) as error:
            raise Refusal(str(error)) from error
    if args.json:
        told = {"ok": True, "shop": settings.shop.name, "folder": str(settings.folder)}
        more = {"own_rules": [str(file) for file in own], "earlier_log": earlier}
        print(json.dumps({**told, "line": kept.value, **more}, ensure_ascii=False))
        return 0
    whole = not kept.value
    words = own_rules.words_of_joining(settings, args.shop, own, whole=whole, earlier=earlier)
    print("\n".join(words))
    return 0


def _pin(args: argparse.Namespace) -> int:
    from terminal.till import pin_command

    with in_words():
        return pin_command.pin(folder_of(args.shop), none=args.none, as_json=args.json)


def _rebuild(args: argparse.Namespace) -> int:
    if args.server is not None:
        from terminal.server import command_line
        from terminal.server.failures import NotDone

        try:
            return command_line.rebuild(args, args.server)
        except NotDone as error:
            raise Refusal(str(error)) from error
    from terminal.till.database.connection import open_file
    from terminal.till.database.rebuild import check, rebuild
    from terminal.till.rebuild_findings import tell_findings
    from terminal.till.settings import read_settings

    with in_words():
        settings = read_settings(folder_of(args.shop))
        if not settings.database.is_file():
            raise Refusal(f"{settings.database} is missing: there is no journal to fold.")
        database = open_file(settings.database)
        try:
            findings = check(database) if args.check else rebuild(database)
        finally:
            database.close()
    return tell_findings(findings, only_checked=args.check, as_json=args.json)
