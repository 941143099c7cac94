"""`tenth server …`: its options, and what its commands print. Imports nothing before it is asked for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terminal.server.commands import Post, Told
    from terminal.server.settings import Settings
    from terminal.wire.registry_json import ShopRecord

_EXAMPLES = """\
examples:
  tenth server                              serve this computer's shop
  tenth server store "Sklep u Ani" --country PL --currency PLN
                                            one more store, with its own tills
  tenth server code                         a one-time code: one more till joins with it
  tenth server publish prices.json --dry-run
                                            what would change; without --dry-run it does
  tenth server tills                        who is paired, what they hold, what needs a person
  tenth server alarms                       what needs a person, and what to do about it
  tenth server settlement --first 2026-03-01 --last 2026-03-31
                                            what is owed to partners and good causes
  tenth server findings --first 2026-03-01 --last 2026-03-31
                                            sales and returns that are not as they should be
  tenth server --listen 0.0.0.0:8710 --certificate tls.pem --key tls.key
  tenth server --listen 0.0.0.0:8710 --behind-proxy --database postgresql+psycopg://… --workers 2

Settings stand in server.toml in the folder; what is given here wins."""


def describe(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the options of `tenth server` and its commands. ``shared`` are options of every command."""
    parser.epilog = _EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _add_place(parser, default=None)
    parser.add_argument("--listen", metavar="HOST:PORT", help="default: 127.0.0.1:8710")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="of TLS, PEM")
    parser.add_argument(
        "--key",
        "--certificate-key",
        dest="certificate_key",
        type=Path,
        metavar="FILE",
        help="its key, PEM",
    )
    parser.add_argument(
        "--behind-proxy", action="store_true", help="something before this server ends TLS"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; need PostgreSQL")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when whoever started it ends"
    )
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(server_command="run")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="tenth server")

    def add(name: str, caption: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=caption, description=caption, parents=[shared])
        command.set_defaults(server_command=name)
        _add_place(command, default=argparse.SUPPRESS)
        return command

    code = add("code", "a one-time code with which one more till joins")
    code.add_argument("--store", help="by name, where there are several")
    _add_store(add("store", "found a store on this server, or change its time zone"))
    keys = add("code-key", "give a store a new key for its vouchers and gift cards")
    keys.add_argument("name", metavar="STORE", help="by name")
    keys.add_argument(
        "--withdraw",
        action="store_true",
        help="somebody else may have the keys before: of what they signed, only codes that are "
        "known stay good, and copies of those",
    )
    publish = add("publish", "publish programmes, price lists and operators")
    publish.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON files")
    publish.add_argument("--dry-run", action="store_true", help="only tell what would change")
    add("tills", "who is paired, what they may spend, what needs a person")
    _add_alarms(add("alarms", "what needs a person; put alarms away, decide about units"))
    _add_days(add("settlement", "what the shop owes to partners and good causes"))
    findings = add("findings", "what the checks of sales and returns found, and what it cost")
    _add_days(findings)
    findings.add_argument("--kind", default="", metavar="KIND", help="only these, as --json names")
    household = add("household", "who shares their units with whom, and letting members share")
    household.add_argument("who", metavar="CARD|PHONE|ID", help="a member")
    household.add_argument("others", nargs="*", metavar="CARD", help="who shares from now on, too")
    household.add_argument("--leave", action="store_true", help="the member shares no longer")
    add("restored", "say that the database comes from a backup")
    fence = add("fence", "a till is stolen or copied: no rights for it any more")
    fence.add_argument("till", metavar="INCARNATION|LANE", help="see: tenth server tills")
    fence.add_argument("--revoke", action="store_true", help="do not let it in any more at all")
    write_off = add("write-off", "a till is lost: the rights in it go back to the shop")
    write_off.add_argument("till", metavar="INCARNATION|LANE", help="see: tenth server tills")
    write_off.add_argument("--reason", default="lost", help="for the books (default: lost)")


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as its slips say it")
    parser.add_argument("--country", metavar="PL", help="ISO 3166, two letters")
    parser.add_argument("--currency", metavar="PLN", help="ISO 4217")
    parser.add_argument(
        "--time-zone",
        default="",
        metavar="Europe/Warsaw",
        help="by which its days end; alone: of a store that is there (default: the country's)",
    )
    parser.add_argument(
        "--language", metavar="pl", help="of slips and cards; default: the country's"
    )
    parser.add_argument(
        "--address", action="append", default=[], metavar="LINE", help="of the slips; once a line"
    )
    parser.add_argument(
        "--card-prefix", default="29", metavar="DIGITS", help="of its member cards (default: 29)"
    )
    parser.add_argument(
        "--prices-without-tax", action="store_true", help="price lists name prices before tax"
    )


_SPOKEN = {"PL": "pl", "UA": "uk", "RO": "ro", "MD": "ro", "LV": "lv", "RU": "ru", "BY": "ru"}
"""By country; English elsewhere."""


def _shop(args: argparse.Namespace) -> ShopRecord:
    from secrets import token_hex

    from terminal.wire.registry_json import ShopRecord

    country = args.country.upper()
    return ShopRecord(
        store=token_hex(16),
        name=args.name.strip(),
        address=tuple(args.address),
        country=country,
        currency=args.currency.upper(),
        language=args.language or _SPOKEN.get(country, "en"),
        prices_include_tax=not args.prices_without_tax,
        card_prefix=args.card_prefix,
        # Nobody but its tills can make a card that passes for one of its own.
        card_key=token_hex(32) if args.card_prefix else "",
        time_zone=args.time_zone,
    )


def _add_days(parser: argparse.ArgumentParser) -> None:
    for name, help_ in (("--first", "business day, such as 2026-03-01"), ("--last", "included")):
        parser.add_argument(name, type=_day, required=True, metavar="DATE", help=help_)


def _add_alarms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also those that were put away")
    parser.add_argument("--done", metavar="ID", help="put an alarm away")
    parser.add_argument("--note", default="", metavar="TEXT", help="with --done: what you found")
    parser.add_argument(
        "--lot", metavar="ID|all", help="decide about units that nobody was told of"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--until", type=_day, metavar="DATE", help="with --lot: they stay usable until then"
    )
    what.add_argument("--end", action="store_true", help="with --lot: they end")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2030-12-31") from error


def run(args: argparse.Namespace, folder_of: Callable[[], Path], post: Post) -> int:
    """Run one command. ``folder_of`` knows the folder where none was named.

    Raises:
        NotDone: it cannot be done; says why.
    """
    from terminal.server import commands

    if args.worker:
        return commands.run_worker()
    folder = args.folder or folder_of()
    name = args.server_command
    settings = _settings(args, folder)
    if name == "run":
        return commands.run(settings, until_stdin_closes=args.until_stdin_closes, say=_sayer(args))
    if name == "code":
        return _print(args, commands.code(settings, args.store, post))
    if name == "publish":
        from terminal.server import publications

        told = publications.publish(settings, args.files, dry_run=args.dry_run, post=post)
        return _print(args, told)
    if name == "code-key":
        from terminal.server import publications

        told = publications.change_code_key(
            settings, args.name.strip(), post, withdraw=args.withdraw
        )
        return _print(args, told)
    if name == "store":
        return _print(args, _store(args, settings, post))
    if name in _ABOUT:
        return _print(args, _ABOUT[name](args, settings))
    if name == "restored":
        return _print(args, commands.restored(settings))
    if name == "fence":
        return _print(args, commands.fence(settings, args.till, revoke=args.revoke))
    if name == "write-off":
        return _print(args, commands.write_off(settings, args.till, args.reason))
    return _print(args, commands.tills(settings))


def _store(args: argparse.Namespace, settings: Settings, post: Post) -> Told:
    from terminal.server import publications
    from terminal.server.failures import NotDone

    if args.country and args.currency:
        return publications.found(settings, _shop(args), post)
    if args.country or args.currency or not args.time_zone:
        raise NotDone(
            "A new store needs --country PL and --currency PLN; of a store that is there, "
            "--time-zone Europe/Warsaw alone is changed."
        )
    return publications.move_to_zone(settings, args.name.strip(), args.time_zone, post)


def _of_days(args: argparse.Namespace, settings: Settings) -> Told:
    from terminal.server import findings_told, settlements

    if args.server_command == "findings":
        return findings_told.told(settings, args.first, args.last, args.kind)
    return settlements.told(settings, args.first, args.last)


def _household(args: argparse.Namespace, settings: Settings) -> Told:
    from terminal.server import sharing

    if args.leave:
        return sharing.left(settings, args.who)
    if args.others:
        return sharing.begun(settings, args.who, args.others)
    return sharing.shown(settings, args.who)


def _alarms(args: argparse.Namespace, settings: Settings) -> Told:
    from terminal.server import attention
    from terminal.server.failures import NotDone

    if args.done:
        return attention.put_away(settings, args.done, args.note)
    if bool(args.lot) != bool(args.until or args.end):
        raise NotDone(
            "A decision names the units and what becomes of them: --lot ID --until DATE, "
            "or --lot ID --end."
        )
    if args.lot:
        return attention.decide(settings, attention.Ruling(args.lot, args.until))
    return attention.listed(settings, done=args.all)


_ABOUT: dict[str, Callable[[argparse.Namespace, Settings], Told]] = {
    "alarms": _alarms,
    "settlement": _of_days,
    "findings": _of_days,
    "household": _household,
}
"""Commands about what the tills sent."""


def leave(folder: Path, url: str, code: str, post: Post) -> None:
    """Bring the shop of the server in a folder to another server.

    Raises:
        NotDone: it did not come to the end; says why. It can be repeated.
    """
    from terminal.server import leaving
    from terminal.server.commands import in_words
    from terminal.server.settings import read_settings

    with in_words():
        leaving.move(read_settings(folder), url, code, post)


def rebuild(args: argparse.Namespace, folder: Path) -> int:
    """Fold all facts of a server anew: compare the tables, or mend them.

    Raises:
        NotDone: it cannot be done; says why.
    """
    from terminal.server import commands
    from terminal.server.settings import read_settings

    with commands.in_words():
        settings = read_settings(folder)
    return _print(args, commands.rebuild(settings, only_check=args.check))


def _add_place(parser: argparse.ArgumentParser, default: Any) -> None:
    parser.add_argument(
        "--folder", type=Path, default=default, metavar="FOLDER", help="of the server"
    )
    parser.add_argument(
        "--database", default=default, metavar="URL", help="default: SQLite in the folder"
    )


def _settings(args: argparse.Namespace, folder: Path) -> Settings:
    from terminal.server.commands import in_words
    from terminal.server.settings import listening, read_settings

    with in_words():
        settings = read_settings(folder)
        given = {
            "database": args.database,
            "certificate": args.certificate,
            "certificate_key": args.certificate_key,
            "workers": args.workers,
            "behind_proxy": args.behind_proxy or None,
        }
        changed = {key: value for key, value in given.items() if value is not None}
        settings = replace(settings, **changed)
        return listening(settings, args.listen) if args.listen else settings


def _sayer(args: argparse.Namespace) -> Callable[[str], None]:
    """Somebody at a shell is told; a program that started us, or reads JSON, is not."""
    if args.until_stdin_closes or args.json:
        return lambda _: None
    return lambda line: print(line, flush=True)


def _print(args: argparse.Namespace, told: Told) -> int:
    if args.json:
        print(json.dumps(told.plain, ensure_ascii=False, indent=2))
        return 0 if told.ok else 1
    for line in told.lines:
        print(line)
    for problem in told.problems:
        print(problem, file=sys.stderr)
    return 0 if told.ok else 1
