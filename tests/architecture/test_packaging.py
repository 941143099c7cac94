"""The commands of packaging/ explain themselves, and the locks hold what pyproject.toml asks for."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAM = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["build"]]
TOOLS = PYPROJECT["dependency-groups"]["dev"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    pairs = re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize(
    ("lock", "asked"),
    [("requirements.lock", PROGRAM), ("requirements-dev.lock", [*PROGRAM, *TOOLS])],
    ids=["program", "tools"],
)
def test_a_lock_holds_what_is_asked_for(lock: str, asked: list[str]) -> None:
    versions = locked(lock)
    for requirement in map(Requirement, asked):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}: run packaging/lock"
        assert version in requirement.specifier, f"{lock} has {version}, not {requirement}"


def test_what_is_tested_is_what_is_installed() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.skipif(os.name == "nt", reason="these are for Debian and Ubuntu")
@pytest.mark.parametrize("command", ["setup", "run", "test", "lock"])
def test_a_command_explains_itself(command: str, tmp_path: Path) -> None:
    script = ROOT / "packaging" / command
    # From another folder, as somebody may call it.
    answer = subprocess.run(
        [script, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    assert answer.stdout.startswith(f"Usage: packaging/{command}")
    assert answer.stderr == ""


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_place_and_vouches_for_every_file(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", text)
    assert all("--hash=sha256:" in text.split(f"\n{name}==")[1][:400] for name in locked(lock))


@pytest.mark.parametrize("text", ["packaging/run", "README.md"])
def test_commands_are_told_as_they_are(text: str) -> None:
    told = (ROOT / text).read_text(encoding="utf-8")
    named = set(re.findall(r"^\s*(?:\| `)?tenth ([a-z]+)\b", told, flags=re.MULTILINE))
    named |= set(re.findall(r"`tenth ([a-z]+)\b", told))
    # The courier is started by the till; whoever looks after a simulator finds its own help.
    assert named - {"courier", "simulate"} == {
        *{"till", "server", "pair", "demo"},
        *{"price", "schema", "programmes", "slip", "rebuild", "bench", "cards", "keys"},
        "scales",
        "printer",
        "pin",
    }
