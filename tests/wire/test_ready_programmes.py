"""The programmes that ship with Tenth: each is a valid file, by our reader and by the schema."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from terminal import resources
from terminal.wire.programme_json import programme_schema, read_programme, write_programme

FILES = sorted(resources.path("programmes").glob("*.json"))
LANGUAGES = {"en", "pl", "uk", "ro", "lv", "ru"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_ready_programme_is_valid(file: Path) -> None:
    programme = read_programme(file.read_bytes())

    jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), programme_schema())
    assert read_programme(write_programme(programme)) == programme


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_ready_programme_has_its_names_in_every_language(file: Path) -> None:
    programme = read_programme(file.read_bytes())

    names = [programme.name, *(reward.name for reward in programme.rewards)]
    if programme.unit:
        names.append(programme.unit.name)
    for name in names:
        assert set(name) == LANGUAGES
        assert all(name.values())


def test_ready_programmes_have_numbers_of_their_own() -> None:
    numbers = [read_programme(file.read_bytes()).programme for file in FILES]

    assert len(set(numbers)) == len(numbers)
