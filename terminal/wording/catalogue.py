"""Keeps the catalogues in step with the code: ``python -m terminal.wording.catalogue update pl``.

``update`` reads every marked sentence and every label out of the code and writes them into the
languages' files: what is there stays, what is new waits empty for its translation, what is gone
goes. ``check`` says what is missing. For people at work on the program, not for a shop.
"""

from __future__ import annotations

import argparse
import string
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from terminal import resources
from terminal.wording.card_labels import CardLabel
from terminal.wording.care_labels import CareLabel
from terminal.wording.display_labels import DisplayLabel
from terminal.wording.labels import Label
from terminal.wording.languages import ENGLISH, LANGUAGES
from terminal.wording.marks import AnyLabel
from terminal.wording.not_now_labels import NotNowLabel
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.settings_labels import SettingsLabel
from terminal.wording.slip_labels import SlipLabel

_KEYWORDS = {"sentence": None, "plural": (1, 2)}
_CODE = Path(__file__).resolve().parent
_LABELS: tuple[type[AnyLabel], ...] = (
    Label,
    ReturnLabel,
    SettingsLabel,
    CareLabel,
    NotNowLabel,
    SlipLabel,
    CardLabel,
    DisplayLabel,
)


def extracted() -> Catalog:
    """Every sentence of the program, in the order of the code."""
    found = Catalog(project="Tenth", charset="utf-8")
    for label in _LABELS:
        for one in label:
            found.add(one.value, locations=[(f"{label.__name__}.{one.name}", 0)])
    for path in sorted(_CODE.glob("*.py")):
        for _, msgids, _, _ in extract_from_file("python", path, keywords=_KEYWORDS):
            found.add(msgids, locations=[(path.name, 0)])
    return found


def update(language: str, folder: Path) -> Path:
    """Bring one language's file in step with the code, or begin it."""
    path = folder / f"{language}.po"
    catalogue = _read(path, language) if path.is_file() else Catalog(language, project="Tenth")
    # The same sentences make the same file: no dates that change with every run.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.header_comment = f"# The words of Tenth in {language}."
    catalogue.version = catalogue.msgid_bugs_address = ""
    catalogue.last_translator = catalogue.language_team = "Tenth"
    catalogue.fuzzy = False
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.creation_date = catalogue.revision_date
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False)
    return path


def findings(language: str, folder: Path) -> list[str]:
    """What a language's file lacks, as sentences; empty when it is complete."""
    catalogue = _read(folder / f"{language}.po", language)
    found = []
    for wanted in extracted():
        if wanted.id:
            found += [f"{language}: {why}" for why in _faults(wanted, catalogue)]
    known = {
        message.id if isinstance(message.id, str) else message.id[0] for message in extracted()
    }
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key not in known:
            found.append(f"{language}: {key!r} is in the file, but not in the code")
    return found


def places(text: str) -> set[str]:
    """The names of the places in a sentence: ``{amount}`` and the like."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _faults(wanted: Message, catalogue: Catalog) -> Iterator[str]:
    msgids = (wanted.id,) if isinstance(wanted.id, str) else tuple(wanted.id)
    message = catalogue.get(msgids[0])
    if message is None:
        yield f"{msgids[0]!r} is missing"
        return
    spoken = (
        (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    )
    if message.fuzzy:
        yield f"{msgids[0]!r} is fuzzy"
    if not all(spoken):
        yield f"{msgids[0]!r} is not translated"
        return
    if len(msgids) > 1 and len(spoken) != catalogue.num_plurals:
        yield f"{msgids[0]!r} has {len(spoken)} forms of {catalogue.num_plurals}"
    for form in spoken:
        if places(form) != places(msgids[-1]):
            yield f"{form!r} has other places than {msgids[-1]!r}"


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 if all is well, 1 if a check found something."""
    parser = argparse.ArgumentParser(prog="python -m terminal.wording.catalogue")
    parser.add_argument("what", choices=("update", "check"))
    parser.add_argument("languages", nargs="*", metavar="language")
    asked = parser.parse_args(arguments)
    folder = resources.path("translations")
    languages = asked.languages or sorted(path.stem for path in folder.glob("*.po"))
    strangers = set(languages) - (set(LANGUAGES) - {ENGLISH})
    if strangers:
        parser.error(f"no language with a file of its own: {', '.join(sorted(strangers))}")
    found: list[str] = []
    for language in languages:
        if asked.what == "update":
            sys.stdout.write(f"{update(language, folder)}\n")
        found += findings(language, folder)
    sys.stdout.writelines(f"{one}\n" for one in found)
    return 1 if found and asked.what == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
